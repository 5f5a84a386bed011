"""Content streams (ISO 32000-2, 7.8.2) as the audit reads them: what they name, say, hide, and show in which order.

Two readers, one result: `_quick` knows the plain grammar in which programs write, and gives up at the first byte
outside of it; then the tokens are read one by one. The tests compare the two.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import NamedTuple

from docgen.publishing.audit.lexing import WHITE, Kind, Lexer, Token, unescaped, unescaped_name, unhex

LABELS = frozenset({"Alt", "ActualText", "E", "Title", "Contents", "T", "TU", "Lang"})
"""Keys whose strings people read, or have read to them."""
_LABELS = frozenset(key.encode() for key in LABELS)
_SHOWS = frozenset({b"Tj", b"TJ", b"'", b'"'})
_STEPS = frozenset({b"Tf", b"Td", b"TD", b"Tm", b"T*", b"BT", b"cm", b"q", b"Q", b"Do", *_SHOWS})
_INVISIBLE = (b"3", b"7")
"""Text rendering modes that paint nothing (ISO 32000-2, table 104)."""
_GAP = -180.0
"""Thousandths of the font size: a shift as wide as a narrow space."""
Pieces = tuple[bytes | None, ...]
"""The strings of a text-showing operator, and None where a gap like a space is left between them."""


class Step(NamedTuple):
    """One operator that shows text or moves what is shown.

    One that shows text and has a name is the beginning of a line: `q BT x y Td /name 1 Tf` come before it.
    """

    operator: bytes
    name: bytes = b""
    """Of a font or a form."""
    numbers: tuple[float, ...] = ()
    pieces: Pieces = ()


_BARE = {operator: Step(operator) for operator in _STEPS}
"""Steps of operators that stand by themselves; made once."""
_RESTORED = _BARE[b"Q"]


@dataclass(slots=True)
class Content:
    """What there is in one content stream."""

    names: dict[bytes, None] = field(default_factory=dict)
    """Every name, once, in order."""
    keys: dict[bytes, None] = field(default_factory=dict)
    """Names in the place of a key of a dictionary."""
    labels: list[tuple[str, bytes]] = field(default_factory=list)
    """Strings under a key of `LABELS`."""
    comments: list[bytes] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    hides_text: bool = False
    """A rendering mode is set in which text is not painted."""

    @property
    def shown(self) -> bytes:
        """What text operators show, as bytes of their fonts: the strings of one operator joined, then a new line."""
        lines = (b"".join(filter(None, step.pieces)) for step in self.steps if step.operator in _SHOWS)
        return b"\n".join(lines)


def content_of(data: bytes, budget: int, strings: Strings) -> Content:
    """The content stream; of data that are none, whatever in them looks like one.

    `strings` are those of other streams of the file, and are added to. Data of inline pictures (8.9.7) are stepped
    over. Raises `LimitExceeded` for more than `budget` tokens.
    """
    return _quick(data, strings) or _careful(tuple(content_tokens(data, budget)))


# --- the quick reader -------------------------------------------------------------------------------------------------

_SPACE = rb"[\x00\t\n\x0c\r ]"
_NUMBERS = rb"((?>(?:[-+.0-9]++" + _SPACE + rb"++)*))"
_FURTHER = _NUMBERS.replace(b"((", b"(?:(", 1)
_LETTERS = rb"[^\x00\t\n\x0c\r ()<>\[\]{}/%#]++"
_NAME = rb"/(" + _LETTERS + rb")"
_TAG = rb"/((?>(?:" + _LETTERS + rb"|#[0-9A-Fa-f]{2})+))"
_STRING = rb"<[0-9A-Fa-f]*+>|\((?>(?:[^()\\]++|\\.)*)\)"
_END = rb"(?=[\x00\t\n\x0c\r \[(</]|\Z)"
_ARRAY = rb"\[(?>(?:<[0-9A-Fa-f]*+>[-+.0-9]*+|[-+.0-9\x00\t\n\x0c\r ]++|" + _STRING + rb")*)\]"
_DRAWING = rb"(?:EMC|ET|re|rg|RG|[BFGJKMSWbcfghijklmnsvwy]\*?+)" + _END
"""Operators without a name that neither show text nor move it."""
_INSTRUCTION = re.compile(
    _SPACE + rb"*+(?>(?:(?>(?:[-+.0-9]++" + _SPACE + rb"++)*)" + _DRAWING + _SPACE + rb"*+)*)"
    # A line of text in a state of its own, with its tag, as most of a page is: one match in place of nine.
    rb"(?:(?>(?:/(" + _LETTERS + rb") <</MCID [0-9]++>> BDC\n)?)q\n(?>(?:[-+.0-9]++ [-+.0-9]++ [-+.0-9]++ rg\n)?)BT\n"
    rb"([-+.0-9]++ [-+.0-9]++) Td\n/(" + _LETTERS + rb") [-+.0-9]++ Tf\n(" + _ARRAY + rb"|" + _STRING
    + rb") (T[jJ])(\nET\nQ)?" + _END
    + rb"|" + _NUMBERS + rb"(?:([A-Za-z]{1,3}+\*?+|')" + _END + rb"|" + _NAME + _SPACE + rb"++" + _FURTHER
    # A show of text.
    + rb"([A-Za-z]{1,3}+)" + _END + rb")|(" + _ARRAY + rb"|" + _STRING + rb")"
    + _SPACE + rb"*+(T[jJ]|')" + _END
    # The beginning of tagged content.
    + rb"|" + _TAG + _SPACE + rb"*+(?:<<" + _SPACE + rb"*+/(?:(MCID)" + _SPACE + rb"++[0-9]++|ActualText"
    + _SPACE + rb"*+(" + _STRING + rb")|Subtype" + _SPACE + rb"*+/(Header|Footer)" + _SPACE + rb"*+/Type" + _SPACE
    + rb"*+/Pagination)" + _SPACE + rb"*+>>|" + _NAME + _SPACE + rb"++)" + _SPACE + rb"*+BDC" + _END
    + rb"|\[(?>(?:[-+.0-9]|" + _SPACE + rb")*)\]" + _SPACE + rb"*+[-+.0-9]++" + _SPACE + rb"++d" + _END
    + rb"|([^\x00\t\n\x0c\r ])|\Z)",
    re.DOTALL,
)  # fmt: skip
_PART = re.compile(rb"(" + _STRING + rb")", re.DOTALL)
_OUT_OF_THE_ORDINARY = frozenset({b"BI", b"ID", b"EI", *_SHOWS})
"""Pictures within the content, and text that is shown without a string."""
_LONGEST = 4 * 1024 * 1024
"""Bytes; of longer content the list of all matches would fill the memory."""


class _Gap(Exception):
    """Raised and caught in here: between two strings is a gap."""


class _Written(dict[bytes, bytes]):
    """The bytes of strings by how they are written."""

    def __missing__(self, written: bytes) -> bytes:
        made = self[written] = unhex(written[1:-1]) if written[:1] == b"<" else unescaped(written[1:-1])
        return made


class _Shifted(dict[bytes, bytes]):
    """The bytes of hexadecimal strings by how they are written, without the first sign and with the shift behind them.

    Raises `_Gap` where the shift leaves a gap.
    """

    def __missing__(self, written: bytes) -> bytes:
        digits, _, shift = written.partition(b">")
        if shift and _is_gap(shift):
            raise _Gap
        made = self[written] = unhex(digits)
        return made


@dataclass(frozen=True, slots=True)
class Strings:
    """Strings that were read before: writers show the same few letters over and over."""

    alone: _Written = field(default_factory=_Written)
    shifted: _Shifted = field(default_factory=_Shifted)


def _quick(data: bytes, strings: Strings) -> Content | None:
    """The content stream, when all of it is ordinary."""
    if len(data) > _LONGEST:
        return None
    made = Content()
    steps = made.steps.append
    try:
        for match in _INSTRUCTION.findall(data):
            of_line, moved, font, line, shown, ended, *others = match
            if shown:
                if of_line:
                    made.names[of_line] = made.names[b"MCID"] = made.keys[b"MCID"] = None
                made.names[font] = None
                steps(Step(shown, font, _floats(moved), _pieces(line, strings)))
                if ended:
                    steps(_RESTORED)
                continue
            numbers, word, name, by_name, text, show, tag, mark, actual, edge, listed, bad = others
            if word:
                if word in _OUT_OF_THE_ORDINARY:
                    return None
                if word in _STEPS:
                    steps(Step(word, b"", _floats(numbers)) if numbers else _BARE[word])
                elif word == b"Tr" and numbers and numbers.split()[-1] in _INVISIBLE:
                    made.hides_text = True
            elif show:
                steps(Step(show, b"", (), _pieces(text, strings)))
            elif name:
                made.names[name] = None
                if by_name in _OUT_OF_THE_ORDINARY or by_name == b"Tr":
                    return None
                if by_name in _STEPS:
                    steps(Step(by_name, name, ()))
            elif tag:
                made.names[unescaped_name(tag)] = None
                if listed:
                    made.names[listed] = None
                elif edge:
                    made.names |= dict.fromkeys((b"Subtype", edge, b"Type", b"Pagination"))
                    made.keys |= dict.fromkeys((b"Subtype", b"Type"))
                else:
                    key = mark or b"ActualText"
                    made.names[key] = made.keys[key] = None
                    if not mark:
                        made.labels.append(("ActualText", strings.alone[actual]))
            elif bad:
                return None
    except ValueError:  # A number that is none.
        return None
    return made


def _floats(written: bytes) -> tuple[float, ...]:
    return tuple(map(float, written.replace(b"\x00", b" ").split()))


def _is_gap(numbers: bytes) -> bool:
    return sum(_floats(numbers)) < _GAP


def _pieces(written: bytes, strings: Strings) -> Pieces:
    if written[:1] != b"[":
        return (strings.alone[written],)
    if written[:2] == b"[<" and b"(" not in written:
        with suppress(_Gap):
            return tuple(map(strings.shifted.__getitem__, written[2:-1].split(b"<")))
    parts = _PART.split(written[1:-1])
    shown = map(strings.alone.__getitem__, parts[1::2])
    before = map(_is_gap, parts[:-1:2])
    return tuple(
        part for gap, string in zip(before, shown, strict=True) for part in ((None, string) if gap else (string,))
    )


# --- the careful reader -----------------------------------------------------------------------------------------------


def content_tokens(data: bytes, budget: int) -> Iterator[Token]:
    """Tokens of a content stream; data of inline pictures (ISO 32000-2, 8.9.7) are stepped over."""
    lexer = Lexer(data, budget=budget)
    for token in lexer:
        yield token
        if token.kind is Kind.WORD and token.value == b"ID":
            end = data.find(b"EI", token.end)
            while end != -1 and not (
                data[end - 1 : end] in (b"\n", b"\r", b" ") and data[end + 2 : end + 3].strip(WHITE) == b""
            ):
                end = data.find(b"EI", end + 2)
            lexer.position = len(data) if end == -1 else end


def _careful(tokens: Sequence[Token]) -> Content:
    made = Content(comments=[token.value for token in tokens if token.kind is Kind.COMMENT])
    made.names = dict.fromkeys(token.value for token in tokens if token.kind is Kind.NAME)
    made.keys = dict.fromkeys(_keys(tokens))
    operands: list[Token] = []
    before: Token | None = None
    for token in tokens:
        if token.kind is Kind.STRING and before is not None and before.kind is Kind.NAME and before.value in _LABELS:
            made.labels.append((before.value.decode("latin-1"), token.value))
        if token.kind is not Kind.WORD or _is_number(token.value):
            operands.append(token)
        else:
            if token.value == b"Tr" and before is not None and before.value in _INVISIBLE:
                made.hides_text = True
            if token.value in _STEPS:
                made.steps.append(_step(token.value, operands))
            operands = []
        before = token
    return made


def _is_number(word: bytes) -> bool:
    return word[:1] in b"+-.0123456789"


def _step(operator: bytes, operands: Sequence[Token]) -> Step:
    names = [token.value for token in operands if token.kind is Kind.NAME]
    if operator in _SHOWS:
        return Step(operator, b"", (), tuple(_shown(operands)))
    if names:
        return Step(operator, names[-1], ())
    numbers = tuple(_float(token.value) for token in operands if token.kind is Kind.WORD)
    return Step(operator, b"", numbers)


def _shown(operands: Sequence[Token]) -> Iterator[bytes | None]:
    shift = 0.0
    for token in operands:
        if token.kind is Kind.STRING:
            if shift < _GAP:
                yield None
            yield token.value
            shift = 0.0
        elif token.kind is Kind.WORD:
            shift += _float(token.value)


def _float(word: bytes) -> float:
    try:
        return float(word)
    except ValueError:
        return 0.0


def _keys(tokens: Sequence[Token]) -> Iterator[bytes]:
    """Names in the place of a key: the first in a dictionary, and each that follows a whole value."""
    open_marks: list[bytes] = []
    is_key = False
    for token in tokens:
        if token.kind is Kind.MARK:
            if token.value in (b"<<", b"["):
                open_marks.append(token.value)
            elif open_marks and token.value in (b">>", b"]"):
                open_marks.pop()
            is_key = bool(open_marks) and open_marks[-1] == b"<<"
        elif is_key and token.kind is Kind.NAME:
            yield token.value
            is_key = False
        else:
            is_key = bool(open_marks) and open_marks[-1] == b"<<"
