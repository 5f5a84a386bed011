"""Fonts of a PDF: are they embedded, can their text be copied, do the widths agree with the letters?

ISO 19005-2, 6.2.11 and ISO 14289-1, 7.21. Widths that disagree are no theory: a library that writes them in the units
of the font instead of thousandths of an em draws names letter-spaced and cuts them off.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from fontTools.ttLib import TTFont, TTLibError
from pikepdf import Array, Dictionary, Name, Object, Pdf, PdfError, Stream

_TOLERANCE: Final = 1.01  # thousandths of an em, the rounding ISO 19005-2 6.2.11.5 allows
_PROGRAMS: Final = ("/FontFile", "/FontFile2", "/FontFile3")
_SYMBOLIC: Final = 4
_UNITS_PER_EM: Final = slice(18, 20)
"""In the `head` table (ISO/IEC 14496-22, 5.2.2)."""


@dataclass(frozen=True, slots=True)
class FontState:
    """What there is to say about one font of the file."""

    name: str
    """Without the prefix of a subset: `LiberationSans-Bold`."""
    embedded: bool
    copyable: bool
    """It has a ToUnicode map."""
    wrong_widths: int | None
    """How many letters have a width that differs from a TrueType program; nothing when it cannot be read.

    0 for other kinds of programs, which are not compared.
    """


def fonts_of(pdf: Pdf) -> tuple[FontState, ...]:
    """Every font object of the file, also those no page uses; descendant fonts are part of their parent."""
    return fonts_among(node for node in pdf.objects if isinstance(node, Dictionary))


def fonts_among(nodes: Iterable[Object]) -> tuple[FontState, ...]:
    """The same, when the objects of the file have been read already."""
    fonts = [node for node in nodes if node.get("/Type") == Name.Font]
    descendants = {child.objgen for font in fonts for child in font.get("/DescendantFonts", Array())}
    return tuple(_state(font) for font in fonts if font.objgen not in descendants)


def _state(font: Object) -> FontState:
    carrier = font.DescendantFonts[0] if "/DescendantFonts" in font else font
    descriptor = carrier.get("/FontDescriptor", Dictionary())
    name = str(font.get("/BaseFont", "")).removeprefix("/")
    return FontState(
        name=name[7:] if name[6:7] == "+" else name,
        embedded=font.get("/Subtype") == Name.Type3 or any(key in descriptor for key in _PROGRAMS),
        copyable="/ToUnicode" in font,
        wrong_widths=_wrong_widths(font, carrier, descriptor),
    )


def _wrong_widths(font: Object, carrier: Object, descriptor: Object) -> int | None:
    program = descriptor.get("/FontFile2")
    if not isinstance(program, Stream):
        return 0
    try:
        with TTFont(io.BytesIO(program.read_bytes()), lazy=True) as parsed:
            advances = {glyph: parsed["hmtx"][name][0] for glyph, name in enumerate(parsed.getGlyphOrder())}
            # Read by hand: the library complains aloud about the time stamps in LibreOffice's subsets.
            per_em = int.from_bytes(parsed.reader["head"][_UNITS_PER_EM], "big")
            claimed = _widths_by_glyph(font, carrier, descriptor, parsed)
    except (TTLibError, PdfError, KeyError, IndexError, AssertionError, ValueError, struct.error):
        return None
    if not per_em:
        return None
    differences = (abs(float(width) - advances[glyph] * 1000 / per_em) for glyph, width in claimed if glyph in advances)
    return len([difference for difference in differences if difference > _TOLERANCE])


def _widths_by_glyph(font: Object, carrier: Object, descriptor: Object, parsed: TTFont) -> list[tuple[int, float]]:
    if carrier is font:
        return _simple_widths(font, descriptor, parsed)
    if carrier.get("/CIDToGIDMap", Name.Identity) != Name.Identity:
        return []
    return [*_cid_widths(carrier.get("/W", Array()))]


def _cid_widths(entries: Object) -> Iterator[tuple[int, float]]:
    """ISO 32000-1, 9.7.4.3: `first [w w w]` or `first last w`."""
    items = [*entries]
    while items:
        first = int(items.pop(0))
        following = items.pop(0)
        if isinstance(following, Array):
            yield from ((first + offset, float(width)) for offset, width in enumerate(following))
        else:
            width = float(items.pop(0))
            yield from ((cid, width) for cid in range(first, int(following) + 1))


def _simple_widths(font: Object, descriptor: Object, parsed: TTFont) -> list[tuple[int, float]]:
    glyphs = _glyphs_by_code(parsed, symbolic=bool(int(descriptor.get("/Flags", 0)) & _SYMBOLIC))
    first = int(font.get("/FirstChar", 0))
    codes = enumerate((float(width) for width in font.get("/Widths", Array())), start=first)
    return [(glyphs[code], width) for code, width in codes if code in glyphs and width]


def _glyphs_by_code(parsed: TTFont, *, symbolic: bool) -> Mapping[int, int]:
    """ISO 32000-1, 9.6.6.4, as far as LibreOffice and pyHanko use it."""
    maps = {(table.platformID, table.platEncID): table.cmap for table in parsed["cmap"].tables}
    if symbolic:
        found = maps.get((3, 0)) or maps.get((1, 0)) or {}
        return {code & 0xFF: parsed.getGlyphID(name) for code, name in found.items()}
    by_letter = maps.get((3, 1), {})
    letters = {code: bytes([code]).decode("cp1252", "replace") for code in range(32, 256)}
    return {
        code: parsed.getGlyphID(by_letter[ord(letter)]) for code, letter in letters.items() if ord(letter) in by_letter
    }
