"""The font of visible marks, embedded with right widths and readable text.

The font is shipped with the package, so the same mark looks the same on every machine. pyHanko's own font engine
is not used: its widths are in the font's units, where PDF wants thousandths of an em (ISO 32000-2, 9.7.4.3).
"""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from fontTools.ttLib import TTFont
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.writer import BasePdfFileWriter

from docgen.signing.objects import compressed, dictionary, integer, real, reals
from docgen.signing.truetype import read_outlines, reduced
from docgen.signing.typeface import font_program

_POSTSCRIPT_NAME = "DejaVuSansCondensed"
_SYMBOLIC = 4
"""Font flag: glyphs are addressed by number, not by a Latin encoding."""


@dataclass(frozen=True, slots=True)
class Glyph:
    """What layout needs of a glyph, in thousandths of an em."""

    advance: float
    left: float
    right: float
    top: float


class MarkFont:
    """Measures and draws text with the shipped font. Reading the font takes some 20 ms; measuring takes none."""

    def __init__(self, content: bytes) -> None:
        self._outlines = read_outlines(content)
        font = TTFont(io.BytesIO(content))
        self._scale = 1000 / font["head"].unitsPerEm
        names: Mapping[int, str] = font.getBestCmap()
        self._numbers = {code: font.getGlyphID(name) for code, name in names.items()}
        glyphs, advances = font["glyf"], font["hmtx"]
        self._glyphs = {code: self._glyph(glyphs[name], advances[name][0]) for code, name in names.items()}
        self.ascent = font["hhea"].ascent * self._scale
        self.descent = font["hhea"].descent * self._scale
        self._box = [font["head"].xMin, font["head"].yMin, font["head"].xMax, font["head"].yMax]
        self._cap_height = self._glyphs[ord("H")].top

    def _glyph(self, outline: Any, advance: int) -> Glyph:
        edges = (getattr(outline, edge, 0) * self._scale for edge in ("xMin", "xMax", "yMax"))
        return Glyph(advance * self._scale, *edges)

    def missing(self, text: str) -> tuple[str, ...]:
        """Characters that cannot be drawn: not in the font, or written from right to left."""
        return tuple(
            dict.fromkeys(
                character
                for character in text
                if ord(character) not in self._glyphs or unicodedata.bidirectional(character) in {"R", "AL"}
            )
        )

    def width(self, text: str) -> float:
        """Width in thousandths of an em."""
        return sum(self._glyphs[ord(character)].advance for character in text)

    def embed(self, writer: BasePdfFileWriter, text: str) -> EmbeddedFont:
        """The font reduced to the characters of a text, as a font object of the PDF."""
        characters = sorted(set(text))
        program = reduced(self._outlines, [0, *(self._numbers[ord(character)] for character in characters)])
        numbers = {character: number for number, character in enumerate(characters, start=1)}
        file = writer.add_object(compressed(program, Length1=integer(len(program))))
        reference = _font_object(
            writer,
            name=f"{_tag(characters)}+{_POSTSCRIPT_NAME}",
            descriptor=self._descriptor(file),
            widths={numbers[character]: self._glyphs[ord(character)].advance for character in characters},
            to_unicode=_to_unicode({number: character for character, number in numbers.items()}),
        )
        return EmbeddedFont(self._glyphs, numbers, reference)

    def _descriptor(self, program: generic.IndirectObject) -> generic.DictionaryObject:
        return dictionary(
            Type=pdf_name("/FontDescriptor"),
            Flags=integer(_SYMBOLIC),
            FontBBox=reals(edge * self._scale for edge in self._box),
            ItalicAngle=integer(0),
            Ascent=real(self.ascent),
            Descent=real(self.descent),
            CapHeight=real(self._cap_height),
            StemV=integer(80),
            FontFile2=program,
        )


@dataclass(frozen=True, slots=True)
class EmbeddedFont:
    """A font object of one PDF, ready to draw the characters it was made for."""

    _glyphs: Mapping[int, Glyph]
    _numbers: Mapping[str, int]
    reference: generic.IndirectObject

    def show(self, text: str) -> bytes:
        """Operators that draw a text at the current point, accents centred over the letter before them."""
        operators: list[bytes] = []
        base: Glyph | None = None
        for character in text:
            glyph = self._glyphs[ord(character)]
            code = b"<%04x>" % self._numbers[character]
            if unicodedata.category(character) == "Mn" and base is not None:
                operators.append(_accent(code, glyph, base))
            else:
                operators.append(code)
                base = glyph
        return b"[" + b" ".join(operators) + b"] TJ"


def _accent(code: bytes, accent: Glyph, base: Glyph) -> bytes:
    # The pen stands behind the letter: back to where the middles meet, draw, and return.
    back = (base.advance - (base.left + base.right) / 2) + (accent.left + accent.right) / 2
    return b"%.1f %s %.1f" % (back, code, -back + accent.advance)


@cache
def mark_font() -> MarkFont:
    """The shipped font; read once in a process, as it never changes."""
    return MarkFont(font_program())


def _tag(characters: Iterable[str]) -> str:
    # ISO 32000-2, 9.9.2: six capitals that tell subsets of one font apart; from the text, so that it is reproducible.
    number = 0
    for character in characters:
        number = (number * 31 + ord(character)) % 26**6
    letters = []
    for _ in range(6):
        number, letter = divmod(number, 26)
        letters.append(chr(ord("A") + letter))
    return "".join(letters)


def _font_object(
    writer: BasePdfFileWriter,
    *,
    name: str,
    descriptor: generic.DictionaryObject,
    widths: Mapping[int, float],
    to_unicode: bytes,
) -> generic.IndirectObject:
    descriptor[pdf_name("/FontName")] = pdf_name(f"/{name}")
    descendant = dictionary(
        Type=pdf_name("/Font"),
        Subtype=pdf_name("/CIDFontType2"),
        BaseFont=pdf_name(f"/{name}"),
        CIDSystemInfo=dictionary(
            Registry=generic.pdf_string("Adobe"),
            Ordering=generic.pdf_string("Identity"),
            Supplement=integer(0),
        ),
        FontDescriptor=writer.add_object(descriptor),
        CIDToGIDMap=pdf_name("/Identity"),
        DW=integer(1000),
        W=_widths(widths),
    )
    return writer.add_object(
        dictionary(
            Type=pdf_name("/Font"),
            Subtype=pdf_name("/Type0"),
            BaseFont=pdf_name(f"/{name}"),
            Encoding=pdf_name("/Identity-H"),
            DescendantFonts=generic.ArrayObject([writer.add_object(descendant)]),
            ToUnicode=writer.add_object(compressed(to_unicode)),
        )
    )


def _widths(widths: Mapping[int, float]) -> generic.ArrayObject:
    array = generic.ArrayObject()
    for number, width in sorted(widths.items()):
        array.append(integer(number))
        array.append(generic.ArrayObject([real(width)]))
    return array


def _to_unicode(characters: Mapping[int, str]) -> bytes:
    pairs = [
        b"<%04x> <%s>" % (number, character.encode("utf-16-be").hex().encode())
        for number, character in sorted(characters.items())
    ]
    blocks = [pairs[start : start + 100] for start in range(0, len(pairs), 100)]
    body = b"\n".join(b"%d beginbfchar\n%s\nendbfchar" % (len(block), b"\n".join(block)) for block in blocks)
    return (
        b"/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        b"/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
        b"/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        b"1 begincodespacerange\n<0000> <ffff>\nendcodespacerange\n" + body + b"\nendcmap\n"
        b"CMapName currentdict /CMap defineresource pop\nend\nend\n"
    )
