"""Fonts: their dictionaries by allow-list, their programs and their text mapping written anew.

The `/ToUnicode` map of the copy has the codes that the document shows and no others, so nothing can be kept in it that
is not on a page anyway. Type 3 fonts, whose glyphs are content streams, and CMaps other than Identity are refused.
"""

from __future__ import annotations

import struct
import unicodedata
from codecs import charmap_decode
from collections.abc import Iterator
from itertools import repeat
from typing import Any, NamedTuple

from pikepdf import Array, Dictionary, Name, Stream

from docgen.publishing.flatten.copying import Copier, copied_keys
from docgen.publishing.flatten.font_names import usual_name
from docgen.publishing.flatten.font_shapes import COMPOSITE_FONT, SIMPLE_FONT
from docgen.publishing.flatten.glyph_names import neutral_glyph_name
from docgen.publishing.flatten.job import Job, spot_of
from docgen.publishing.flatten.mapping import cmap_of, mapping_of
from docgen.publishing.flatten.policy import Handling
from docgen.publishing.flatten.sfnt import blank_glyphs, glyph_count

_NAME = "/DOCGEN+Embedded"
"""What embedded fonts are called in a copy, with a number behind it; six capitals mark a subset."""
_UNKNOWN_WIDTH = 500.0
_LONGEST_MEANING = 8
"""UTF-16 has room for any text where a glyph means one letter, a ligature of some at most."""
_MOST_CODES = 65536
_UNKNOWN = "\ufffd"
_LATIN = [_UNKNOWN if code < 32 else chr(code) for code in range(256)]
"""What codes of one byte mean where no map tells."""
_UNDEFINED = "\ufffe"
"""In a table of `charmap_decode`: no letter."""
_BLANKS = " \u00a0\t\u200b\u00ad"
"""What leaves nothing on the page that could be read."""


class Measured(NamedTuple):
    """A shown string."""

    width: float
    """Thousandths of the font size."""
    codes: int
    """How many codes it has."""
    spaces: int
    """Number of codes that word spacing applies to."""
    is_blank: bool
    text: str


class Font:
    """One font of the copy: how long its text is, what it says, and which codes were shown."""

    def __init__(self, source: Dictionary, copy: Dictionary, job: Job, spot: str) -> None:
        self.copy = copy
        self.code_length = 2 if source.get("/Subtype") == Name.Type0 else 1
        self.vertical = source.get("/Encoding") == Name("/Identity-V")
        self._widths, self._default_width = _widths_of(source)
        mapping = source.get("/ToUnicode")
        self._unicode = mapping_of(mapping, self.code_length, job, spot) if isinstance(mapping, Stream) else {}
        self._mapped = isinstance(mapping, Stream)
        self.is_readable = self._mapped or self.code_length == 1
        """Whether the codes have a meaning one can rely on."""
        self._spot = spot
        self._measured: dict[bytes, Measured] = {}
        self._job = job
        if self.code_length == 1:  # tables of all codes there are
            codes = range(256)
            self._all_widths = [*map(self._widths.get, codes, repeat(self._default_width))]
            self._all_texts = [*map(self._unicode.get, codes, _LATIN)]
            single = {*map(len, self._all_texts)} == {1} and _UNDEFINED not in self._all_texts
            self._letters = "".join(self._all_texts) if single else ""

    def codes(self, shown: bytes) -> list[int]:
        """The character codes of a shown string."""
        step = self.code_length
        if step == 2 and len(shown) % 2 == 0:
            return list(struct.unpack(f">{len(shown) // 2}H", shown))
        return [int.from_bytes(shown[i : i + step]) for i in range(0, len(shown), step)]

    def measured(self, shown: bytes) -> Measured:
        """Extent and meaning of a shown string. Writers show the same short strings over and over."""
        known = self._measured.get(shown)
        if known is None:
            known = self._measure(shown)
            self._measured[shown] = known
        return known

    def _measure(self, shown: bytes) -> Measured:
        if self.code_length == 1:
            width = sum(map(self._all_widths.__getitem__, shown))
            if self._letters:
                text = charmap_decode(shown, "strict", self._letters)[0]
            else:
                text = "".join(map(self._all_texts.__getitem__, shown))
            return Measured(width, len(shown), shown.count(32), not text.strip(_BLANKS), text)
        codes = self.codes(shown)
        text = "".join(map(self.text, codes))
        return Measured(sum(map(self.width, codes)), len(codes), 0, not text.strip(_BLANKS), text)

    @property
    def _shown(self) -> set[int]:
        """The codes that were shown so far."""
        if self.code_length == 1:
            return {*b"".join(self._measured)}
        return {code for shown in self._measured for code in self.codes(shown)}

    def width(self, code: int) -> float:
        """Advance of a code, in thousandths of the font size."""
        return self._widths.get(code, self._default_width)

    def text(self, code: int) -> str:
        """What a code means; without a map, Latin for one byte and a replacement character for two."""
        return self._unicode.get(code, _LATIN[code] if self.code_length == 1 else _UNKNOWN)

    def finish(self) -> None:
        """Writes the text mapping of the codes that were shown. To be called once, when all content is written."""
        if self._mapped:
            shown = self._shown
            kept = {code: text for code, text in self._unicode.items() if code in shown}
            if any(len(text) > _LONGEST_MEANING for text in kept.values()):
                self._job.refuse("DG-F111", self._spot, font="/ToUnicode")
            self.copy.ToUnicode = self._job.target.make_stream(cmap_of(kept, self.code_length))
        if self.code_length == 2 and self._job.policy.invisible_text.render_mode is not Handling.KEEP:
            self._refuse_blank()
        encoding = self.copy.get("/Encoding")
        if isinstance(encoding, Dictionary) and "/Differences" in encoding:
            self.copy.Encoding = Dictionary({**dict(encoding.items()), "/Differences": self._differences(encoding)})

    def _refuse_blank(self) -> None:
        """Refuses words shown by glyphs that draw nothing: as good as text that is neither filled nor stroked."""
        holder = _holder(self.copy)
        program, table = holder.get("/FontDescriptor", Dictionary()).get("/FontFile2"), holder.get("/CIDToGIDMap")
        if program is None:
            return
        blank, held = blank_glyphs(bytes(program.read_bytes())), b""
        if isinstance(table, Stream):
            held = bytes(table.read_bytes())
        for code in self._shown:
            glyph = int.from_bytes(held[2 * code : 2 * code + 2]) if held else code
            if glyph in blank and any(
                unicodedata.category(letter)[0] in "LNPS" for letter in self._unicode.get(code, "")
            ):
                self._job.refuse("DG-F112", self._spot, kind="blank glyph")

    def _differences(self, encoding: Dictionary) -> Array:
        """The glyph names of the codes that were shown (9.6.6.1), as the program has them now."""
        kept: list[Any] = []
        code, last, shown = 0, -2, self._shown
        for entry in encoding["/Differences"].as_list():
            if not isinstance(entry, Name):
                code = int(entry)
                continue
            if code in shown:
                name = Name("/" + neutral_glyph_name(str(entry)[1:]))
                kept += [name] if code == last + 1 else [code, name]
                last = code
            code += 1
        return Array(kept)


class Fonts:
    """The fonts of the document, each copied once."""

    def __init__(self, copier: Copier) -> None:
        self._copier = copier
        self._fonts: dict[tuple[int, int], Font] = {}
        self._direct: list[Font] = []
        self._new_names: dict[tuple[int, int], Name] = {}

    def of(self, source: Any, spot: str) -> Font:
        """The copy of a font dictionary.

        Raises:
            PublicationRefused: `DG-F111` for kinds of fonts that are not understood.
        """
        job = self._copier.job
        if not isinstance(source, Dictionary):
            job.refuse("DG-F106", spot, expected="font", found="something else")
        if source.is_indirect and source.objgen in self._fonts:
            return self._fonts[source.objgen]
        spot = spot_of(source, spot)
        subtype = str(source.get("/Subtype"))
        shapes = {"/Type0": COMPOSITE_FONT, **dict.fromkeys(("/Type1", "/TrueType", "/MMType1"), SIMPLE_FONT)}
        if subtype not in shapes:
            job.refuse("DG-F111", spot, font=subtype)
        if subtype == "/Type0" and not isinstance(source.get("/Encoding"), Name):
            job.refuse("DG-F111", spot, font="embedded CMap")
        keys = {key: value for key, value in source.items() if key != "/ToUnicode"}
        copy = job.target.make_indirect(Dictionary(copied_keys(keys, shapes[subtype], self._copier, spot, 0)))
        if _is_embedded(copy):
            self._name_anew(copy)
            self._clean_map(copy)
        else:
            job.unembedded_fonts += 1
            self._name_as_usual(copy, spot)
        font = Font(source, copy, job, spot)
        if source.is_indirect:
            self._fonts[source.objgen] = font
        else:
            self._direct.append(font)
        return font

    def _name_anew(self, copy: Dictionary) -> None:
        """Gives an embedded font a neutral name, as foundries and programs put what they like into it (9.6.2)."""
        holder = _holder(copy)
        descriptor = holder.FontDescriptor
        name = self._new_names.setdefault(descriptor.objgen, Name(f"{_NAME}{len(self._new_names) + 1}"))
        copy.BaseFont = holder.BaseFont = descriptor.FontName = name

    def _clean_map(self, copy: Dictionary) -> None:
        """Lets a map from codes to glyphs lead to glyphs that there are, and to the first one from all other codes."""
        holder = _holder(copy)
        table, program = holder.get("/CIDToGIDMap"), holder.FontDescriptor.get("/FontFile2")
        if isinstance(table, Stream) and program is not None:
            count, held = glyph_count(bytes(program.read_bytes())), bytes(table.read_bytes())[: 2 * _MOST_CODES]
            glyphs = struct.unpack(f">{len(held) // 2}H", held[: len(held) // 2 * 2])
            clean = struct.pack(f">{len(glyphs)}H", *(glyph if glyph < count else 0 for glyph in glyphs))
            holder.CIDToGIDMap = self._copier.job.target.make_stream(clean)

    def _name_as_usual(self, copy: Dictionary, spot: str) -> None:
        holder = _holder(copy)
        descriptor = holder.get("/FontDescriptor", Dictionary())
        name = usual_name(str(holder.get("/BaseFont", "/"))[1:], int(descriptor.get("/Flags", 0)))
        stands_in = name not in str(holder.get("/BaseFont")).replace(" ", "")
        if not name or (stands_in and copy.Subtype == Name.Type0):  # a standard font has no codes of two bytes
            self._copier.job.refuse("DG-F111", spot, font="not embedded")
        copy.BaseFont = holder.BaseFont = Name(f"/{name}")
        if "/FontName" in descriptor:
            descriptor.FontName = copy.BaseFont

    def finish(self) -> None:
        """Writes what only all content together can tell."""
        for font in (*self._fonts.values(), *self._direct):
            font.finish()


def _holder(font: Dictionary) -> Any:
    """Where a font has its descriptor: in itself, or in its descendant."""
    return font.DescendantFonts[0] if "/DescendantFonts" in font else font


def _is_embedded(font: Dictionary) -> bool:
    descriptor = _holder(font).get("/FontDescriptor")
    return descriptor is not None and any(f"/FontFile{end}" in descriptor for end in ("", "2", "3"))


def _widths_of(font: Dictionary) -> tuple[dict[int, float], float]:
    if font.get("/Subtype") != Name.Type0:
        first, descriptor = int(font.get("/FirstChar", 0)), font.get("/FontDescriptor", Dictionary())
        widths = {first + i: float(width) for i, width in enumerate(font.get("/Widths", Array()))}
        return widths, float(descriptor.get("/MissingWidth", 0)) if widths else _UNKNOWN_WIDTH
    descendant = font.DescendantFonts[0]
    return dict(_composite_widths(list(descendant.get("/W", Array())))), float(descendant.get("/DW", 1000))


def _composite_widths(entries: list[Any]) -> Iterator[tuple[int, float]]:
    """Both forms of `/W` (9.7.4.3): `c [w1 w2 …]` and `first last w`."""
    i = 0
    while i + 1 < len(entries):
        if isinstance(entries[i + 1], Array):
            yield from ((int(entries[i]) + n, float(width)) for n, width in enumerate(entries[i + 1]))
            i += 2
        elif i + 2 < len(entries):
            last = min(int(entries[i + 1]), 0xFFFF)
            yield from ((code, float(entries[i + 2])) for code in range(int(entries[i]), last + 1))
            i += 3
        else:
            return
