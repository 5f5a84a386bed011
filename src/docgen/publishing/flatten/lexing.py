"""Content streams cut into instructions without making an object for each operand.

Two readers, one result. `quick` knows a small, strict grammar, the one in which programs really write, and gives up at
the first byte outside of it: a comment, an inline image, a number with a plus, an operator with the wrong operands.
`careful` leaves all reading to qpdf. Both give the same instructions (the tests compare them), so what follows does not
know which of them has read. What word processors write hundreds of times a page, lines of text or a rule in a graphics
state of its own, `quick` gives as one phrase, with the marked-content section around it; `spread` tells what a phrase
stands for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from docgen.publishing.flatten.copying import is_number
from docgen.publishing.flatten.operators import SIGNATURES, fits

Instruction = tuple[bytes, bytes, Any]
"""Operator, its operands as they are written, and the operand that is not a number: a `str` with the name for `Tf`,
`gs` and the like and for patterns, `Shown` for text, tag and properties for `BDC`, the image for `INLINE`."""
INLINE = b"BI"
UNFIT = b""
"""In place of an operator that is not known or has the wrong operands; its name is the value."""

TEXT_PHRASE = b"q BT"
"""In place of `q rg BT Td Tf Tj ET Q`, with a `Tm` and a `Tj` for each further line; the value is a `Phrase`."""
MARKED_PHRASE = b"BDC q BT EMC"
"""The same in a marked-content section of its own, which is `Phrase.section`."""
RULE_PHRASE = b"q l"
"""In place of `q w J j m l S Q`; the operands are the whole phrase as it is written."""
_STEPS = {TEXT_PHRASE: 8, MARKED_PHRASE: 10, RULE_PHRASE: 8}
"""Instructions of phrases, with one line each."""


class Shown(NamedTuple):
    """What a text-showing operator shows."""

    codes: bytes
    """All its strings, run together."""
    shift: float
    """Sum of the shifts between them, in thousandths of the font size."""
    pieces: tuple[bytes | float, ...] | None = None
    """Strings and shifts in their order, or nothing when these must be cut out of the operand."""


class Marked(NamedTuple):
    """Tag and properties of a marked-content section."""

    tag: str
    mark: int | None
    """The marked-content identifier, when that is its only property."""
    properties: Any = None
    """Any other properties: a dictionary, or a name in the resources."""
    written: bytes = b""
    """How tag and properties are written, where they refer to nothing else."""


Line = tuple[bytes, bytes, bytes, Shown]
"""A line of a phrase: its place (the operands of `Td`; of a further line the last two of `Tm`), `Tj` or `TJ`, its
operand, and what that shows."""


class Phrase(NamedTuple):
    """Text in a graphics state of its own."""

    colour: bytes
    """Operands of `rg`."""
    font: str
    size: bytes
    lines: tuple[Line, ...]
    section: Marked | None = None
    """The section that has nothing else in it."""


# --- the grammar of the quick reader ----------------------------------------------------------------------------------

_NUMBER = rb"-?(?:(?:0|[1-9]\d{0,8})(?:\.\d{1,12})?|\.\d{1,12})"
_NAME = rb"/(?:[!-$&'*-.0-;=?-Z\\^-z|~]|#[2-7][0-9A-Fa-f]){1,127}"
_NAME = _NAME.replace(rb"!-$", rb'!"$')  # a number sign only begins an escape
_HEX = rb"<[0-9A-Fa-f]*+>"
_LITERAL = rb"\((?>(?:[^()\\\x00-\x1f]|\\(?:[nrtbf()\\]|[0-3][0-7]{2}))*)\)"
_ARRAY = rb"\[(?>(?:" + _HEX + rb"[-.\d ]*+|" + _LITERAL + rb"|[-.\d ]++)*)\]"
_END = rb"(?=[ \t\r\n/\[(<]|\Z)"


def _of(*signatures: str) -> bytes:
    names = [operator for operator, signature in SIGNATURES.items() if signature in signatures]
    return b"|".join(re.escape(name.encode()) for name in sorted(names, key=len, reverse=True))


def _ungrouped(pattern: bytes) -> bytes:
    return re.sub(rb"(?<!\\)\((?!\?)", b"(?:", pattern)


_MARK = rb"(" + _NAME + rb") ?<< ?/MCID (0|[1-9]\d{0,8}) ?>>[ \r\n]?BDC"
_OTHERS = (
    rb"(" + _NAME + rb") (?:(" + _NUMBER + rb") (Tf)|(" + _of("N") + rb"))",
    _MARK,
    rb"(" + _NAME + rb") (" + _NAME + rb") BDC",
    rb"(" + _NAME + rb") ?<< ?/ActualText ?(" + _HEX + rb"|" + _LITERAL + rb") ?>>[ \r\n]?BDC",
    rb"/Artifact ?<< ?/Subtype ?(/Header|/Footer) ?/Type ?/Pagination ?>>[ \r\n]?BDC",
    rb"\[((?:" + _NUMBER + rb" )*(?>(?:" + _NUMBER + rb")?))\] ?(" + _NUMBER + rb") d",
    rb"((?:" + _NUMBER + rb" )*)(" + _NAME + rb") (SCN|scn)",
)
_OTHER = re.compile(b"|".join(_OTHERS))
_SHOW = rb"(" + _ARRAY + rb"|" + _HEX + rb"|" + _LITERAL + rb") ?(TJ|Tj)"
_NUMBERS = rb"(?:" + _NUMBER + rb" ){%d}"
UPRIGHT = b"1 0 0 1 "
"""The operands of `Tm` before the place, where letters are neither turned nor stretched."""
_FURTHER = rb"[ \n]" + UPRIGHT + rb"(" + _NUMBERS % 2 + rb")Tm ?" + _SHOW
_FURTHER_LINE = re.compile(_FURTHER)
_TEXT_PHRASE = (
    rb"(?:" + _MARK + rb"[ \n])?q (" + _NUMBERS % 3 + rb")rg[ \n]BT[ \n](" + _NUMBERS % 2 + rb")Td "
    rb"(" + _NAME + rb") (" + _NUMBER + rb") Tf ?" + _SHOW + rb"((?>(?:" + _ungrouped(_FURTHER) + rb")*))"
    rb"[ \n]ET[ \n]Q(?(1)[ \n]EMC)"
)
_RULE_PHRASE = (
    rb"(q "
    + _NUMBER
    + rb" w "
    + _NUMBER
    + rb" J "
    + _NUMBER
    + rb" j[ \n]"
    + _NUMBERS % 2
    + rb"m[ \n]"
    + _NUMBERS % 2
    + rb"l S[ \n]Q)"
)
_INSTRUCTION = re.compile(
    rb"[ \t\r\n]*+(?:" + _TEXT_PHRASE + _END + rb"|" + _RULE_PHRASE + _END + rb"|"
    rb"((?>(?:" + _NUMBER + rb" )*))([A-Za-z]{1,3}+\*?+)" + _END + rb"|" + _SHOW + _END + rb"|"
    rb"(" + _ungrouped(b"|".join(_OTHERS)) + rb")" + _END + rb"|"
    rb"([^ \t\r\n]))"
)
"""Few groups, since all of them are made for every instruction; what is rare is taken apart by `_OTHER`."""
_STRING = re.compile(rb"(" + _HEX + rb"|" + _LITERAL + rb")")
_ESCAPE = re.compile(rb"\\([nrtbf()\\]|[0-7]{3})")
_ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
_ARITY = {
    operator.encode(): len(signature) for operator, signature in SIGNATURES.items() if set(signature) <= {"n"}
} | {operator.encode(): -1 for operator, signature in SIGNATURES.items() if signature == "*"}


class _Strings(dict[bytes, bytes]):
    """The bytes of strings as they are written. Raises ValueError where half a byte is missing."""

    def __missing__(self, written: bytes) -> bytes:
        body = written[1:-1]
        if written[:1] == b"<":
            made = bytes.fromhex(body.decode())
        else:
            made = _ESCAPE.sub(_unescaped, body) if b"\\" in body else body
        self[written] = made
        return made


class _Shifts(dict[bytes, float]):
    """The sum of the numbers between two strings, by how they are written."""

    def __missing__(self, written: bytes) -> float:
        made = sum(map(float, written.split()), 0.0)
        self[written] = made
        return made


class _Names(dict[bytes, str]):
    """Names by how they are written."""

    def __missing__(self, written: bytes) -> str:
        made = re.sub(rb"#(..)", lambda match: bytes.fromhex(match[1].decode()), written).decode()
        self[written] = made
        return made


def _unescaped(match: re.Match[bytes]) -> bytes:
    word = match[1]
    return bytes([int(word, 8)]) if len(word) == 3 else _ESCAPED.get(word, word)


class Lexicon:
    """What was read before in the same document: writers say the same things over and over."""

    def __init__(self) -> None:
        self.shown = _Showns()
        self.others = _Others()
        self.names = _Names()


def quick(content: bytes, lexicon: Lexicon | None = None) -> list[Instruction] | None:
    """The instructions and phrases of a content stream, or nothing when any of it is out of the ordinary."""
    lexicon = lexicon or Lexicon()
    texts, names, others, arity = lexicon.shown, lexicon.names, lexicon.others, _ARITY.get
    made: list[Instruction] = []
    add = made.append
    try:
        for words in _INSTRUCTION.findall(content):
            tag, mark, colour, place, font, size, said, says, more, rule, raw, operator, shown, show, other, bad = words
            if colour:
                if (says == b"TJ") != (said[:1] == b"["):
                    return None
                line = (place, says, said, texts[said])
                lines = (line, *_further(more, texts)) if more else (line,)
                section = Marked(names[tag], int(mark)) if tag else None
                add((MARKED_PHRASE if tag else TEXT_PHRASE, b"", Phrase(colour, names[font], size, lines, section)))
            elif operator:
                wanted = arity(operator)
                if wanted is None or raw.count(b" ") != wanted >= 0:
                    return None
                add((operator, raw, None))
            elif rule:
                add((RULE_PHRASE, rule, None))
            elif show:
                if (show == b"TJ") != (shown[:1] == b"["):
                    return None
                add((show, shown, texts[shown]))
            elif bad:
                return None
            else:
                add(others[other])
    except ValueError:  # a shift that is no number, or a string with half a byte
        return None
    return made


def _further(written: bytes, texts: _Showns) -> list[Line]:
    """The lines of a phrase after the first. Raises ValueError where an operator has the wrong operand."""
    found = _FURTHER_LINE.findall(written)
    if any((says == b"TJ") != (said[:1] == b"[") for _, said, says in found):
        raise ValueError("operand of another operator")
    return [(place, says, said, texts[said]) for place, said, says in found]


def spread(instructions: Iterable[Instruction]) -> Iterator[Instruction]:
    """Instructions with those that phrases stand for in their place."""
    for operator, raw, value in instructions:
        if operator == TEXT_PHRASE:
            yield from _spread_text(value)
        elif operator == MARKED_PHRASE:
            yield (b"BDC", b"", value.section)
            yield from _spread_text(value)
            yield (b"EMC", b"", None)
        elif operator == RULE_PHRASE:
            yield from _spread_rule(raw)
        else:
            yield operator, raw, value


def _spread_text(phrase: Phrase) -> Iterator[Instruction]:
    colour, font, size, lines, _ = phrase
    yield from ((b"q", b"", None), (b"rg", colour, None), (b"BT", b"", None))
    for number, (place, operator, written, shown) in enumerate(lines):
        if number:
            yield (b"Tm", UPRIGHT + place, None)
        else:
            yield from ((b"Td", place, None), (b"Tf", size, font))
        yield operator, written, shown
    yield from ((b"ET", b"", None), (b"Q", b"", None))


def _spread_rule(written: bytes) -> Iterator[Instruction]:
    _, width, _, cap, _, join, _, x, y, _, u, v, *_ = written.split()
    yield from ((b"q", b"", None), (b"w", width + b" ", None), (b"J", cap + b" ", None), (b"j", join + b" ", None))
    yield from (
        (b"m", b"%s %s " % (x, y), None),
        (b"l", b"%s %s " % (u, v), None),
        (b"S", b"", None),
        (b"Q", b"", None),
    )


def steps(instructions: Sequence[Instruction]) -> int:
    """How many instructions there are, those that phrases stand for included."""
    operators = [operator for operator, _, _ in instructions]
    further = sum([2 * len(value.lines) - 2 for _, _, value in instructions if type(value) is Phrase])
    return len(operators) + further + sum((number - 1) * operators.count(one) for one, number in _STEPS.items())


class _Others(dict[bytes, Instruction]):
    """Instructions with a name, by how they are written."""

    def __init__(self) -> None:
        self._names, self._strings = _Names(), _Strings()

    def __missing__(self, written: bytes) -> Instruction:
        match = _OTHER.fullmatch(written)
        assert match is not None  # noqa: S101 -- the same grammar has found it
        made = _with_names(written, match.groups(b""), self._names, self._strings)
        self[written] = made
        return made


def _with_names(written: bytes, groups: Sequence[bytes], names: _Names, strings: _Strings) -> Instruction:
    name, size, font, by_name, tag, mark, named_tag, properties, *others = groups
    told_tag, told, edge, dash, phase, components, pattern, colour = others
    if tag:
        return (b"BDC", b"", Marked(names[tag], int(mark)))
    if font:
        return (font, size, names[name])
    if by_name:
        return (by_name, b"", Marked(names[name], None) if by_name in (b"BMC", b"MP") else names[name])
    if properties:
        return (b"BDC", b"", Marked(names[named_tag], None, Name(names[properties])))
    if told:
        return (b"BDC", b"", Marked(names[told_tag], None, Dictionary(ActualText=String(strings[told])), written))
    if edge:
        running = Dictionary(Subtype=Name(names[edge]), Type=Name.Pagination)
        return (b"BDC", b"", Marked("/Artifact", None, running, written))
    if phase:
        return (b"d", b"[%s] %s " % (dash, phase), None)
    return (colour, components, names[pattern])


class _Showns(dict[bytes, Shown]):
    """What text-showing operators show, by how their operand is written. ValueError: no number, half a byte."""

    def __init__(self) -> None:
        self._strings, self._shifts = _Strings(), _Shifts()

    def __missing__(self, written: bytes) -> Shown:
        if written[:1] != b"[":
            made = Shown(self._strings[written], 0.0)
        elif b"(" in written:
            parts = _STRING.split(written[1:-1])
            shift = sum(map(self._shifts.__getitem__, parts[::2]))
            made = Shown(b"".join(map(self._strings.__getitem__, parts[1::2])), shift)
        else:
            parts = written[1:-1].replace(b">", b"<").split(b"<")
            shift = sum(map(self._shifts.__getitem__, parts[::2]), 0.0)
            made = Shown(bytes.fromhex(b" ".join(parts[1::2]).decode()), shift)
        self[written] = made
        return made


def pieces_of(written: bytes, shown: Shown) -> tuple[bytes | float, ...]:
    """Strings and shifts of a text-showing operator, in their order."""
    if shown.pieces is not None:
        return shown.pieces
    if written[:1] != b"[":
        return (shown.codes,)
    strings = _Strings()
    made: list[bytes | float] = []
    for index, part in enumerate(_STRING.split(written[1:-1])):
        made += [strings[part]] if index % 2 else map(float, part.split())
    return tuple(made)


# --- the careful reader -----------------------------------------------------------------------------------------------


def careful(holder: Any) -> list[Instruction]:
    """The instructions of a content stream or of a page, as qpdf reads them.

    Raises:
        pikepdf.PdfError, ValueError, TypeError: it cannot be parsed.
    """
    return [_converted(instruction) for instruction in pikepdf.parse_content_stream(holder)]


def _converted(instruction: Any) -> Instruction:
    if isinstance(instruction, pikepdf.ContentStreamInlineImage):
        return (INLINE, b"", instruction)
    operator, operands = str(instruction.operator), instruction.operands
    if not fits(operator, operands):
        return (UNFIT, b"", operator)
    if operator in ("Tj", "TJ", "'"):
        return _converted_text(operator, operands[0])
    if operator == '"':
        return (b'"', _numbers(operands[:2]), _converted_text("Tj", operands[2]))
    if operator in ("BDC", "DP", "BMC", "MP"):
        return (operator.encode(), b"", Marked(str(operands[0]), None, operands[1] if len(operands) > 1 else None))
    if operator == "d":
        return (b"d", b"[%s] %s " % (_numbers(operands[0]).rstrip(), spelled(operands[1])), None)
    names = [str(operand) for operand in operands if isinstance(operand, Name)]
    numbers = [operand for operand in operands if not isinstance(operand, Name)]
    return (operator.encode(), _numbers(numbers), names[0] if names else None)


def _converted_text(operator: str, operand: Any) -> Instruction:
    members = list(operand) if isinstance(operand, Array) else [operand]
    if not all(isinstance(member, String) or is_number(member) for member in members):
        return (UNFIT, b"", operator)
    pieces = tuple(bytes(member) if isinstance(member, String) else float(member) for member in members)
    codes = b"".join(piece for piece in pieces if isinstance(piece, bytes))
    shift = sum(piece for piece in pieces if isinstance(piece, float))
    return (operator.encode(), operand.unparse(), Shown(codes, shift, pieces))


def _numbers(operands: Iterable[Any]) -> bytes:
    """Numbers as the quick reader leaves them: each with a space behind it."""
    return b"".join(spelled(operand) + b" " for operand in operands)


def spelled(number: Any) -> bytes:
    """A number as it is written in PDF."""
    if isinstance(number, float):
        text = f"{number:.5f}".rstrip("0").rstrip(".")
        return b"0" if text in ("-0", "") else text.encode()
    return (f"{number:f}" if isinstance(number, Decimal) else str(number)).encode()


def spelled_name(name: str) -> bytes:
    """A name as it is written in PDF."""
    return bytes(Name(name).unparse())


def spelled_dictionary(entries: Any) -> bytes:
    """A direct dictionary as it is written in PDF."""
    return bytes(Dictionary(entries).unparse())


def spelled_pieces(pieces: Sequence[bytes | float]) -> bytes:
    """The operand of `TJ`."""
    return b"[" + b" ".join(b"<%s>" % p.hex().encode() if isinstance(p, bytes) else spelled(p) for p in pieces) + b"]"
