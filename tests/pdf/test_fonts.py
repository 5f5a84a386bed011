"""Widths of letters, in fonts written the two ways that occur."""

from __future__ import annotations

import io
from collections.abc import Callable

import pikepdf
import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from pikepdf import Array, Dictionary, Name

from docgen.pdf.fonts import FontState, fonts_of

ADVANCES = {".notdef": 1000, "one": 1139, "two": 1139, "capital": 1366}
PER_EM = 2048


def program() -> bytes:
    """A font of four letters, drawn in 2048 units to the em as most TrueType fonts are."""
    builder = FontBuilder(PER_EM, isTTF=True)
    builder.setupGlyphOrder([*ADVANCES])
    builder.setupCharacterMap({0x31: "one", 0x32: "two", 0x41: "capital"})
    builder.setupGlyf({name: TTGlyphPen(None).glyph() for name in ADVANCES})
    builder.setupHorizontalMetrics({name: (width, 0) for name, width in ADVANCES.items()})
    builder.setupHorizontalHeader(ascent=1854, descent=-434)
    builder.setupPost()
    target = io.BytesIO()
    builder.save(target)
    return target.getvalue()


def state(make: Callable[[pikepdf.Pdf, pikepdf.Object], Dictionary]) -> FontState:
    with pikepdf.new() as pdf:
        descriptor = Dictionary(Type=Name.FontDescriptor, Flags=32, FontFile2=pdf.make_stream(program()))
        pdf.Root.Kept = pdf.make_indirect(make(pdf, pdf.make_indirect(descriptor)))
        (found,) = fonts_of(pdf)
        return found


def composite(widths: list[object]) -> Callable[[pikepdf.Pdf, pikepdf.Object], Dictionary]:
    def make(pdf: pikepdf.Pdf, descriptor: pikepdf.Object) -> Dictionary:
        child = Dictionary(Type=Name.Font, Subtype=Name.CIDFontType2, FontDescriptor=descriptor, W=Array(widths))
        kind = {"Type": Name.Font, "Subtype": Name.Type0, "BaseFont": Name("/ABCDEF+Try-Out")}
        return Dictionary(**kind, DescendantFonts=Array([pdf.make_indirect(child)]))

    return make


def simple(first: int, widths: list[float]) -> Callable[[pikepdf.Pdf, pikepdf.Object], Dictionary]:
    def make(_: pikepdf.Pdf, descriptor: pikepdf.Object) -> Dictionary:
        kind = {"Type": Name.Font, "Subtype": Name.TrueType, "BaseFont": Name.TryOut}
        return Dictionary(**kind, FontDescriptor=descriptor, FirstChar=first, Widths=Array(widths))

    return make


@pytest.mark.parametrize(
    ("widths", "wrong"),
    [
        ([1, Array([556, 556, 667])], 0),
        ([1, 2, 556, 3, 3, 667], 0),
        ([1, Array([1139, 1139, 1366])], 3),  # in units of the font, as a signing library once wrote them
        ([1, 2, 556, 3, 3, 700], 1),
    ],
)
def test_widths_of_a_composite_font(widths: list[object], wrong: int) -> None:
    found = state(composite(widths))
    assert found == FontState(name="Try-Out", embedded=True, copyable=False, wrong_widths=wrong)


@pytest.mark.parametrize(("widths", "wrong"), [([556.15, 556.15], 0), ([556, 600], 1), ([0, 0], 0)])
def test_widths_of_a_simple_font(widths: list[float], wrong: int) -> None:
    assert state(simple(0x31, widths)).wrong_widths == wrong


def test_a_font_program_that_cannot_be_read_is_no_good_font() -> None:
    def make(pdf: pikepdf.Pdf, descriptor: pikepdf.Object) -> Dictionary:
        descriptor.FontFile2 = pdf.make_stream(b"no font")
        return simple(0x31, [1.0])(pdf, descriptor)

    assert state(make).wrong_widths is None
