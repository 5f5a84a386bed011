"""The file as it lies on disk: every object, every trailer, and every byte that belongs to neither."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from docgen.publishing.audit.lexing import WHITE, ZEROS, Kind, Lexer, Token, unescaped, unescaped_name, unhex


class RawStream(NamedTuple):
    """Where the data of a stream lie, still encoded."""

    start: int
    end: int
    filters: tuple[str, ...]
    as_declared: bool
    """The data end where /Length says."""


class RawString(NamedTuple):
    """A string and the name written before it, which in a dictionary is its key."""

    key: str
    value: bytes


class RawObject(NamedTuple):
    """One indirect object as written in the file; of a superseded revision too."""

    number: int
    generation: int
    start: int
    end: int
    names: tuple[str, ...]
    strings: tuple[RawString, ...]
    comments: tuple[bytes, ...]
    stream: RawStream | None
    closed: bool
    """It ends with `endobj`."""

    @property
    def spot(self) -> str:
        """How findings call it."""
        return f"object {self.number} {self.generation}"


@dataclass(frozen=True, slots=True)
class Layout:
    """Everything found between the first and the last byte of a file, in order."""

    objects: tuple[RawObject, ...]
    stray: tuple[tuple[int, int], ...]
    """Spans that belong to no object, table, trailer or end mark."""
    comments: tuple[tuple[int, bytes], ...]
    """Comments between objects, without the header, its binary mark and the end marks."""
    trailers: tuple[RawObject, ...]
    """Trailer dictionaries, as if they were objects with number -1."""
    startxrefs: int
    ends: tuple[int, ...]
    """Offsets just after each `%%EOF`."""


_HEADER = re.compile(rb"%PDF-\d\.\d\Z")
_BINARY_MARK = re.compile(rb"%[\x80-\xff]{4,8}\Z")
_XREF_ENTRY = re.compile(rb"\d{1,10}\Z|[nf]\Z")
_INTEGER_OBJECT = re.compile(rb"(?<![0-9])(\d{1,10})[\x00\t\n\x0c\r ]+(\d{1,5})[\x00\t\n\x0c\r ]+obj\s+(\d{1,12})\s")
_ENDSTREAM = re.compile(rb"\r?\n?endstream|\rendstream")

# --- the quick reader of objects in the plain grammar: no comment, no word but numbers, R, true, false, null

_SPACE = rb"[\x00\t\n\x0c\r ]"
_END = rb"(?=[\x00\t\n\x0c\r ()<>\[\]/]|\Z)"
_NAME = rb"/[^\x00\t\n\x0c\r ()<>\[\]{}/%]++"
_STRING = rb"<[0-9A-Fa-f\x00\t\n\x0c\r ]*+>|\((?>(?:[^()\\]++|\\.)*)\)"
_VALUES = (
    # A reference with the space behind it at once: most of what there is.
    rb"(?>(?:[0-9]++ [0-9]++ R |" + _SPACE + rb"++|" + _NAME + rb" ?+|<<|>>|[\[\]]|(?:[-+.0-9]++|R|true|false|null)"
    + _END + rb" ?+|" + _STRING + rb")*)"
)  # fmt: skip
_PLAIN_OBJECT = re.compile(
    _SPACE + rb"*+([0-9]{1,10})" + _SPACE + rb"++([0-9]{1,5})" + _SPACE + rb"++obj(?=[\x00\t\n\x0c\r \[(</])"
    rb"(" + _VALUES + rb")(?:(stream)\r?\n|endobj" + _END + rb")",
    re.DOTALL,
)  # fmt: skip
_SIZE = re.compile(rb"/Length" + _SPACE + rb"++([0-9]{1,12})" + _SPACE + rb"*+(?:/[A-Za-z]|>>)")
_FILTER = re.compile(rb"/Filter" + _SPACE + rb"*+/([A-Za-z0-9]++)" + _END)
_STREAM_CLOSED = re.compile(rb"(?:\r?\n?|\r)endstream" + _SPACE + rb"*+endobj" + _END)
_ALIKE = re.compile(rb"\n(0{1,10}) 0 obj\n(" + _VALUES + rb")endobj\Z", re.DOTALL)
_CLOSED = b"\nendobj\n"
_LONGEST_ALIKE = 4096
"""Bytes; long objects are hardly ever alike, and what is no plain object is not to be searched to its end."""
_PLAIN_VALUES = re.compile(_VALUES + rb"\Z", re.DOTALL)
_NAMES = re.compile(_NAME)
_NAME_WITH_DIGIT = re.compile(rb"/[^\x00\t\n\x0c\r ()<>\[\]{}/%0]*+0")
_NAMES_AND_STRINGS = re.compile(
    rb"<<|(" + _NAME + rb")" + _SPACE + rb"*+(?>(" + _STRING + rb")?)|(" + _STRING + rb")", re.DOTALL
)
_TABLE = re.compile(
    rb"(?>(?:"
    + _SPACE
    + rb"*+[0-9]{1,10} [0-9]{1,10}"
    + _SPACE
    + rb"++(?>(?:[0-9]{10} [0-9]{5} [nf]"
    + _SPACE
    + rb"++)+))+)"
)


class _Names(dict[bytes, str]):
    """Names by how they are written, with their slash."""

    def __missing__(self, written: bytes) -> str:
        made = self[written] = unescaped_name(written[1:]).decode("latin-1")
        return made


class _Alike(dict[bytes, tuple[int, tuple[str, ...]] | None]):
    """Where the number of an object ends, and its names: for all objects at once that are the same but for digits.

    Nothing for those that are not plain or not written as most programs do, and where a digit is more than a number.
    """

    def __init__(self, names: _Names) -> None:
        super().__init__()
        self._names = names

    def __missing__(self, written: bytes) -> tuple[int, tuple[str, ...]] | None:
        match = _ALIKE.match(written) if _without_strings(written) else None
        made = None
        if match is not None and not _NAME_WITH_DIGIT.search(match[2]):
            made = match.end(1), _named(match[2], self._names)[0]
        self[written] = made
        return made


def _without_strings(values: bytes) -> bool:
    return b"(" not in values and values.count(b"<") == 2 * values.count(b"<<")


def _bytes_of(written: bytes) -> bytes:
    return unhex(written[1:-1]) if written[:1] == b"<" else unescaped(written[1:-1])


def strings_in(values: bytes) -> list[RawString] | None:
    """The strings of values that stand one after another, or nothing when any of it is out of the ordinary."""
    return _named(values, _Names())[1] if _PLAIN_VALUES.match(values) else None


def _named(values: bytes, names: _Names) -> tuple[tuple[str, ...], list[RawString]]:
    """Names and strings of values in the plain grammar."""
    if _without_strings(values):
        return tuple(map(names.__getitem__, _NAMES.findall(values))), []
    found = _NAMES_AND_STRINGS.findall(values)
    strings = [
        RawString(names[name] if name else "", _bytes_of(of_name or lone))
        for name, of_name, lone in found
        if of_name or lone
    ]
    return tuple([names[name] for name, _, _ in found if name]), strings


def _plain_stream(values: bytes, names: tuple[str, ...], start: int) -> RawStream | None:
    """The stream that begins there, when what is said of it leaves no doubt where it ends and how it is encoded."""
    size = _SIZE.search(values) if names.count("Length") == 1 and _without_strings(values) else None
    if size is None or "F" in names or names.count("Filter") > 1:
        return None
    end = start + int(size[1])
    if "Filter" not in names:
        return RawStream(start, end, (), True)
    only = _FILTER.search(values)
    return RawStream(start, end, (only[1].decode("ascii"),), True) if only is not None else None


def layout_of(content: bytes, tokens: int = 20_000_000) -> Layout:
    """The layout of a file, whatever it holds; raises `LimitExceeded` for more tokens than allowed.

    Reads from the first byte to the last and never by the cross-reference table, so that what the table hides is
    found. Does not promise to understand a damaged file: what it cannot place is `stray`.
    """
    return _Reading(content, tokens).layout()


@dataclass(slots=True)
class _Body:
    """What was read of one object so far."""

    names: list[str] = field(default_factory=list)
    strings: list[RawString] = field(default_factory=list)
    comments: list[bytes] = field(default_factory=list)
    tokens: list[Token] = field(default_factory=list)
    """Only until the stream begins; needed for /Length and /Filter."""

    def add(self, token: Token) -> None:
        if token.kind is Kind.NAME:
            self.names.append(token.value.decode("latin-1"))
        elif token.kind is Kind.STRING:
            key = self.tokens[-1] if self.tokens else None
            name = key.value.decode("latin-1") if key is not None and key.kind is Kind.NAME else ""
            self.strings.append(RawString(name, token.value))
        elif token.kind is Kind.COMMENT:
            self.comments.append(token.value)
            return
        self.tokens.append(token)


class _Reading:
    def __init__(self, content: bytes, tokens: int) -> None:
        self.content = content
        self.lexer = Lexer(content, budget=tokens)
        self.objects: list[RawObject] = []
        self.trailers: list[RawObject] = []
        self.stray: list[tuple[int, int]] = []
        self.comments: list[tuple[int, bytes]] = []
        self.ends: list[int] = []
        self.startxrefs = 0
        self.names = _Names()
        self.alike = _Alike(self.names)

    @cached_property
    def integers(self) -> dict[tuple[int, int], int]:
        """The objects that are a number, for streams that name one as their length."""
        return {
            (int(match.group(1)), int(match.group(2))): int(match.group(3))
            for match in _INTEGER_OBJECT.finditer(self.content)
        }

    def layout(self) -> Layout:
        pending: list[Token] = []
        in_table = False
        for token in self.lexer:
            if token.kind is Kind.COMMENT:
                self._comment(token)
            elif token.kind is Kind.WORD and token.value == b"obj" and _is_object_start(pending):
                self._stray(pending[:-2])
                self._object(pending[-2], pending[-1])
                self._plain_objects()
                pending, in_table = [], False
            elif token.kind is Kind.WORD and token.value == b"xref":
                self._stray(pending)
                pending, in_table = [], True
                table = _TABLE.match(self.content, token.end)
                self.lexer.position = table.end() if table else token.end
            elif token.kind is Kind.WORD and token.value == b"trailer":
                self._stray(pending)
                pending, in_table = [], False
                self._trailer(token)
            elif token.kind is Kind.WORD and token.value == b"startxref":
                self._stray(pending)
                pending, in_table = [], False
                self._startxref(token)
            elif in_table and token.kind is Kind.WORD and _XREF_ENTRY.match(token.value):
                continue
            else:
                pending.append(token)
        self._stray(pending)
        return Layout(
            tuple(self.objects),
            tuple(self.stray),
            tuple(self.comments),
            tuple(self.trailers),
            self.startxrefs,
            tuple(self.ends),
        )

    def _stray(self, tokens: list[Token]) -> None:
        if tokens:
            self.stray.append((tokens[0].start, tokens[-1].end))

    def _comment(self, token: Token) -> None:
        value = token.value.rstrip(WHITE)
        if value.startswith(b"%%EOF"):
            self.ends.append(token.start + 5)
            if value != b"%%EOF":
                self.comments.append((token.start, token.value))
        elif not (token.start == 0 and _HEADER.match(value)) and not (
            token.start < 24 and not self.objects and _BINARY_MARK.match(value)
        ):
            self.comments.append((token.start, token.value))

    def _startxref(self, word: Token) -> None:
        self.startxrefs += 1
        number = re.compile(rb"[\x00\t\n\x0c\r ]*\d{1,12}").match(self.content, word.end)
        if number is not None:
            self.lexer.position = number.end()

    def _trailer(self, word: Token) -> None:
        body, depth = _Body(), 0
        for token in self.lexer:
            body.add(token)
            depth += {b"<<": 1, b">>": -1}.get(token.value, 0) if token.kind is Kind.MARK else 0
            if depth <= 0:
                break
        self.trailers.append(_made(-1, 0, word.start, self.lexer.position, body, None, True))

    def _object(self, number: Token, generation: Token) -> None:
        body, stream, closed = _Body(), None, False
        for token in self.lexer:
            if token.kind is Kind.WORD and token.value == b"endobj":
                closed = True
                break
            if token.kind is Kind.WORD and token.value == b"stream" and stream is None:
                stream = self._stream(token, body)
            elif token.kind is Kind.WORD and token.value == b"obj" and _is_object_start(body.tokens):
                # An object that was never closed: the next one begins here.
                self.lexer.position = body.tokens[-2].start
                break
            elif not (stream is not None and token.value == b"endstream"):
                body.add(token)
        end = self.lexer.position
        self.objects.append(_made(int(number.value), int(generation.value), number.start, end, body, stream, closed))

    def _plain_objects(self) -> None:
        """The objects that follow, as far as they are ordinary; the rest is read token by token, to the same result."""
        position, objects = self._alike(self.lexer.position), self.objects
        while match := _PLAIN_OBJECT.match(self.content, position):
            number, generation, values, begins = match.groups()
            names, strings = _named(values, self.names)
            stream, start, end = None, match.start(1), match.end()
            if begins:
                stream = _plain_stream(values, names, end)
                closed = _STREAM_CLOSED.match(self.content, stream.end) if stream is not None else None
                if closed is None:
                    break
                end = closed.end()
            self.lexer.spend(len(names) + len(strings))
            objects.append(RawObject(int(number), int(generation), start, end, names, tuple(strings), (), stream, True))
            position = self._alike(end)
        self.lexer.position = position

    def _alike(self, start: int) -> int:
        """Takes the objects that follow as far as they are like others, and gives where the last one ends."""
        content, alike, objects, tokens = self.content, self.alike, self.objects, 0
        while (end := content.find(_CLOSED, start, start + _LONGEST_ALIKE) + len(_CLOSED) - 1) >= len(_CLOSED):
            written = content[start:end]
            known = alike[written.translate(ZEROS)]
            if known is None or not written.startswith(b" 0 obj", known[0]):
                break
            behind, names = known
            tokens += len(names)
            objects.append(RawObject(int(written[:behind]), 0, start + 1, end, names, (), (), None, True))
            start = end
        self.lexer.spend(tokens)
        return start

    def _stream(self, word: Token, body: _Body) -> RawStream:
        start = word.end
        start += 2 if self.content[start : start + 2] == b"\r\n" else 1
        length = self._length(body.tokens)
        declared = None if length is None else _ENDSTREAM.match(self.content, start + length)
        if length is not None and declared is not None:
            self.lexer.position = declared.end()
            return RawStream(start, start + length, filters_of(body.tokens), True)
        found = _ENDSTREAM.search(self.content, start)
        end, after = (found.start(), found.end()) if found else (len(self.content), len(self.content))
        self.lexer.position = after
        return RawStream(start, end, filters_of(body.tokens), False)

    def _length(self, tokens: list[Token]) -> int | None:
        for index, token in enumerate(tokens):
            if token.kind is Kind.NAME and token.value == b"Length":
                value = [following.value for following in tokens[index + 1 : index + 4]]
                if not value or not value[0].isdigit() or len(value[0]) > 12:
                    return None
                if len(value) == 3 and value[2] == b"R" and value[1].isdigit():
                    return self.integers.get((int(value[0]), int(value[1])))
                return int(value[0])
        return None


def filters_of(tokens: list[Token]) -> tuple[str, ...]:
    """Names of the filters in a stream dictionary, in the order in which they are undone."""
    found: list[str] = []
    for index, token in enumerate(tokens):
        if token.kind is Kind.NAME and token.value in (b"Filter", b"F"):
            for following in tokens[index + 1 :]:
                if following.kind is Kind.MARK and following.value == b"[":
                    continue
                if following.kind is not Kind.NAME:
                    break
                found.append(following.value.decode("latin-1"))
                if tokens[index + 1].kind is Kind.NAME:
                    break
            if found:
                break
    return tuple(found)


def _is_object_start(tokens: list[Token]) -> bool:
    last = tokens[-2:]
    return len(last) == 2 and all(token.kind is Kind.WORD and token.value.isdigit() for token in last)


def _made(
    number: int, generation: int, start: int, end: int, body: _Body, stream: RawStream | None, closed: bool
) -> RawObject:
    return RawObject(
        number, generation, start, end, tuple(body.names), tuple(body.strings), tuple(body.comments), stream, closed
    )
