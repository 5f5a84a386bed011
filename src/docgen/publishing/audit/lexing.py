"""PDF tokens (ISO 32000-2, 7.2 and 7.3) read straight from bytes, comments included.

The audit reads files twice: with pypdf, and with these tokens. A parser skips what it does not need; here nothing is
skipped, so that whatever lies between the objects is seen too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from enum import Enum
from typing import NamedTuple

from docgen.publishing.audit.limits import LimitExceeded

WHITE = b"\x00\t\n\x0c\r "
ZEROS = bytes.maketrans(b"123456789", b"000000000")
"""Makes the same of all objects that differ in digits only."""


class Kind(Enum):
    """What a token is."""

    COMMENT = "comment"
    NAME = "name"
    STRING = "string"
    MARK = "mark"
    """`<<`, `>>`, `[`, `]`, `{` or `}`."""
    WORD = "word"
    """Number, keyword or content operator."""
    JUNK = "junk"
    """A byte no rule of the syntax allows here."""


class Token(NamedTuple):
    """One token and where it stands."""

    kind: Kind
    value: bytes
    """Decoded: a name without its slash, a string without its brackets and escapes."""
    start: int
    end: int


_TOKEN = re.compile(
    rb"(?P<comment>%[^\r\n]*)"
    rb"|/(?P<name>[^\x00\t\n\x0c\r ()<>\[\]{}/%]*)"
    rb"|(?P<mark><<|>>|[\[\]{}])"
    rb"|<(?P<hex>[0-9A-Fa-f\x00\t\n\x0c\r ]*)>"
    rb"|\((?P<string>(?>(?:[^()\\]++|\\.)*))\)"
    rb"|(?P<open>\()"
    rb"|(?P<word>[^\x00\t\n\x0c\r ()<>\[\]{}/%]+)"
    rb"|(?P<junk>[^\x00\t\n\x0c\r ])",
    re.DOTALL,
)
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|\r\n|.)", re.DOTALL)
_SHORT = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f", b"\n": b"", b"\r": b"", b"\r\n": b""}
_PARENTHESIS = re.compile(rb"\\.|[()]", re.DOTALL)
_NAME_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")


class Lexer:
    """Walks over bytes from token to token; `position` may be moved to step over stream data."""

    def __init__(self, data: bytes, position: int = 0, budget: int = 20_000_000) -> None:
        self.data = data
        self.position = position
        self._budget = budget

    def __iter__(self) -> Iterator[Token]:
        moved = True
        while moved:
            moved = False
            for match in _TOKEN.finditer(self.data, self.position):
                token = self._token(match)
                self.position = token.end
                yield token
                if self.position != match.end():  # Someone stepped over data, or read on by another walk.
                    moved = True
                    break

    def spend(self, tokens: int) -> None:
        """Counts tokens against the budget; raises `LimitExceeded` when there were too many."""
        self._budget -= tokens
        if self._budget < 0:
            raise LimitExceeded("tokens")

    def _token(self, match: re.Match[bytes]) -> Token:
        self.spend(1)
        group = match.lastindex or 0
        kind, read = _READ[group]
        start, end = match.span()
        if kind is None:
            return self._nested_string(start)
        return Token(kind, match[group] if read is None else read(match[group]), start, end)

    def _nested_string(self, start: int) -> Token:
        depth = 0
        for match in _PARENTHESIS.finditer(self.data, start):
            depth += {b"(": 1, b")": -1}.get(match.group(), 0)
            if depth == 0:
                return Token(Kind.STRING, unescaped(self.data[start + 1 : match.start()]), start, match.end())
        # Never closed: all the rest belongs to it, and trying again at each bracket would take forever.
        return Token(Kind.JUNK, b"(", start, len(self.data))


def unescaped_name(raw: bytes) -> bytes:
    """A name with its `#xx` escapes resolved."""
    return _NAME_ESCAPE.sub(lambda match: bytes([int(match.group(1), 16)]), raw) if b"#" in raw else raw


def unescaped(raw: bytes) -> bytes:
    """A literal string with its backslash escapes resolved (ISO 32000-2, table 3)."""
    return _ESCAPE.sub(_character, raw) if b"\\" in raw else raw


def _character(match: re.Match[bytes]) -> bytes:
    escape = match.group(1)
    if escape[:1].isdigit() and escape[:1] < b"8":
        return bytes([int(escape, 8) & 0xFF])
    return _SHORT.get(escape, escape)


def unhex(raw: bytes) -> bytes:
    """The bytes of a hexadecimal string; a missing last digit is zero."""
    digits = raw.translate(None, WHITE)
    return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode("ascii"))


_READ_AS: dict[str, tuple[Kind | None, Callable[[bytes], bytes] | None]] = {
    "comment": (Kind.COMMENT, None),
    "name": (Kind.NAME, unescaped_name),
    "mark": (Kind.MARK, None),
    "hex": (Kind.STRING, unhex),
    "string": (Kind.STRING, unescaped),
    "open": (None, None),
    "word": (Kind.WORD, None),
    "junk": (Kind.JUNK, None),
}
_READ = ((None, None), *(_READ_AS[name] for name in _TOKEN.groupindex))
"""By the number of the group that matched: what the token is, and what undoes its spelling."""
