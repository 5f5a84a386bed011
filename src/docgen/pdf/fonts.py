"""Fonts of a PDF: are they embedded, can their text be copied, do the widths agree with the letters?

ISO 19005-2, 6.2.11 and ISO 14289-1, 7.21. Widths that disagree are no theory: a library that writes them in the units
of the font instead of thousandths of an em draws names letter-spaced and cuts them off.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from fontTools.ttLib import TTFont, TTLibError
from pikepdf import Pdf, PdfError

from docgen.objects import Node, Objects, Value

_TOLERANCE: Final = 1.01  # thousandths of an em, the rounding ISO 19005-2 6.2.11.5 allows
_PROGRAMS: Final = ("/FontFile", "/FontFile2", "/FontFile3")
_SYMBOLIC: Final = 4
_UNITS_PER_EM: Final = slice(18, 20)
"""In the `head` table (ISO/IEC 14496-22, 5.2.2)."""
_GLYPHS: Final = slice(4, 6)
"""How many there are, in the `maxp` table (5.2.6)."""
_METRICS: Final = slice(34, 36)
"""How many of them have widths of their own, in the `hhea` table (5.2.3)."""
_LAST_CID: Final = 0xFFFF


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
    return fonts_among(Objects(pdf))


def fonts_among(objects: Objects) -> tuple[FontState, ...]:
    """The same, when the objects of the file have been read already."""
    nodes = {name: node for name, node in objects.values.items() if isinstance(node, dict)}
    fonts = {name: node for name, node in nodes.items() if objects.get(node.get("/Type")) == "/Font"}
    descendants = {child for font in fonts.values() for child in objects.items(font.get("/DescendantFonts"))}
    return tuple(_state(objects, font) for name, font in fonts.items() if name not in descendants)


def _state(objects: Objects, font: Node) -> FontState:
    below = objects.items(font.get("/DescendantFonts"))
    carrier = objects.node(below[0]) if below else font
    descriptor = objects.node(carrier.get("/FontDescriptor"))
    name = str(objects.get(font.get("/BaseFont", ""))).removeprefix("/")
    return FontState(
        name=name[7:] if name[6:7] == "+" else name,
        embedded=objects.get(font.get("/Subtype")) == "/Type3" or any(key in descriptor for key in _PROGRAMS),
        copyable="/ToUnicode" in font,
        wrong_widths=_wrong_widths(objects, font, carrier, descriptor),
    )


def _wrong_widths(objects: Objects, font: Node, carrier: Node, descriptor: Node) -> int | None:
    program = descriptor.get("/FontFile2")
    if program not in objects.streams:
        return 0
    try:
        with TTFont(io.BytesIO(objects.stream(program)), lazy=True) as parsed:
            # Read by hand: the library decodes far more, and complains aloud of time stamps in LibreOffice's subsets.
            per_em = int.from_bytes(parsed.reader["head"][_UNITS_PER_EM], "big")
            advances = _advances(parsed)
            claimed = _widths_by_glyph(objects, font, carrier, parsed)
    except (TTLibError, PdfError, KeyError, IndexError, AssertionError, ValueError, TypeError, struct.error):
        return None
    if not per_em:
        return None
    known = range(len(advances))
    differences = (abs(width - advances[glyph] * 1000 / per_em) for glyph, width in claimed if glyph in known)
    return len([difference for difference in differences if difference > _TOLERANCE])


def _advances(program: TTFont) -> Sequence[int]:
    """Width of each glyph in units of the font (ISO/IEC 14496-22, 5.2.3, 5.2.4 and 5.2.6)."""
    tables = program.reader
    glyphs, own = (int.from_bytes(tables[name][at], "big") for name, at in (("maxp", _GLYPHS), ("hhea", _METRICS)))
    # Pairs of advance and bearing; glyphs behind the last pair are as wide as that one.
    widths = struct.unpack_from(f">{2 * own}H", tables["hmtx"])[::2]
    return (*widths, *(widths[-1] for _ in range(glyphs - own)))[:glyphs]


def _widths_by_glyph(objects: Objects, font: Node, carrier: Node, parsed: TTFont) -> list[tuple[int, float]]:
    if carrier is font:
        return _simple_widths(objects, font, parsed)
    if objects.get(carrier.get("/CIDToGIDMap", "/Identity")) != "/Identity":
        return []
    return [*_cid_widths([objects.get(entry) for entry in objects.items(carrier.get("/W"))])]


def _cid_widths(entries: Sequence[Value]) -> Iterator[tuple[int, float]]:
    """ISO 32000-1, 9.7.4.3: `first [w w w]` or `first last w`."""
    items = iter(entries)
    for first, following in zip(items, items, strict=False):
        if isinstance(following, list):
            yield from ((int(first) + offset, float(width)) for offset, width in enumerate(following))
        else:
            width = float(next(items))
            yield from ((cid, width) for cid in range(int(first), min(int(following), _LAST_CID) + 1))


def _simple_widths(objects: Objects, font: Node, parsed: TTFont) -> list[tuple[int, float]]:
    flags = objects.get(objects.node(font.get("/FontDescriptor")).get("/Flags", 0))
    glyphs = _glyphs_by_code(parsed, symbolic=bool(int(flags) & _SYMBOLIC))
    first = int(objects.get(font.get("/FirstChar", 0)))
    codes = enumerate((float(objects.get(width)) for width in objects.items(font.get("/Widths"))), start=first)
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
