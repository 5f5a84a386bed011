from __future__ import annotations

import io
import struct
import subprocess
import unicodedata
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path

import pikepdf
import pytest
from fontTools.ttLib import TTFont
from hypothesis import given, settings
from hypothesis import strategies as st
from signing_state import MOMENT, WORDS

from docgen.documents import SignablePdf, SignedPdf
from docgen.errors import SigningFailed
from docgen.signing.demo_pki import fictional_number
from docgen.signing.font import mark_font
from docgen.signing.keys import SigningKey
from docgen.signing.mark import Mark, MarkWords, compose, date_line, lay_out
from docgen.signing.sign import SigningOrder, sign
from docgen.signing.truetype import read_outlines, reduced

NAMES = [
    "Rik Rector",
    "Smith & Co <B.V.> (Brussel)",
    "Zoe\u0308 A\u030angstro\u0308m",  # combining accents, which NFC composes
    "x\u0302uan Nguye\u0303\u0302n",  # and some that it cannot
    "Ελένη Παπαδοπούλου",
    "Ольга Іваненко",
    "Łukasz Żółć-Đurić",
    "Jean-Baptiste-Emmanuel de la Rochefoucauld-Montbéliard van den Heuvel tot Zonnebeke",
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
]


def composed(name: str, behalf: str = "") -> Mark:
    return compose(WORDS, name=name, role="Rector", moment=MOMENT, on_behalf_of=behalf)


@pytest.mark.parametrize("name", NAMES)
def test_whole_mark_stands_in_the_box_and_can_be_read_back(
    name: str, signable: SignablePdf, rector: SigningKey, tmp_path: Path
) -> None:
    mark = composed(name, "Voorbeelduniversiteit")
    signed = sign(signable, SigningOrder("applicant", mark, MOMENT), rector)
    file = tmp_path / "marked.pdf"
    file.write_bytes(signed.content)
    with pikepdf.open(file) as document:
        page = next(n for n, page in enumerate(document.pages, 1) if "/Annots" in page.obj)
        left, bottom, right, top = (float(edge) for edge in document.Root.AcroForm.Fields[0].Rect)
        height = float(document.pages[page - 1].mediabox[3])
    area = ["-x", str(int(left) - 1), "-y", str(int(height - top) - 1)]
    area += ["-W", str(int(right - left) + 3), "-H", str(int(top - bottom) + 3)]
    told = subprocess.run(
        ["pdftotext", "-f", str(page), "-l", str(page), *area, file, "-"], capture_output=True, text=True, check=True
    ).stdout
    wanted = "".join(unicodedata.normalize("NFC", line.text) for line in mark.lines)
    assert "".join(unicodedata.normalize("NFC", told).split()) == "".join(wanted.split())


@given(
    name=st.text(st.characters(min_codepoint=0x41, max_codepoint=0x24F, categories=["L"]), min_size=1, max_size=90),
    width=st.floats(120, 300),
    height=st.floats(50, 120),
)
@settings(max_examples=200)
def test_nothing_sticks_out(name: str, width: float, height: float) -> None:
    font = mark_font()
    try:
        pieces = lay_out(composed(name), width, height, font).pieces
    except SigningFailed as refusal:
        assert refusal.findings[0].code == "DG-S302"
        return
    for line, size, baseline in pieces:
        assert 6 + font.width(line.text) * size / 1000 <= width
        assert baseline + size * font.descent / 1000 >= 0
        assert baseline + size * font.ascent / 1000 <= height
    drawn = "".join(line.text for line, _, _ in pieces).replace(" ", "")
    assert drawn == composed(name).text.replace(" ", "").replace("\n", "")


def test_too_small_a_box_is_refused() -> None:
    with pytest.raises(SigningFailed, match="DG-S302"):
        lay_out(composed("Rik Rector"), 40, 12, mark_font())


@pytest.mark.parametrize("name", ["山田太郎", "שלום", "Rik \U0001f58b"])
def test_what_cannot_be_drawn_is_refused_by_name(name: str) -> None:
    with pytest.raises(SigningFailed) as refusal:
        composed(name)
    assert refusal.value.findings[0].code == "DG-S301"
    assert "U+" in refusal.value.findings[0].parameters["characters"]


def test_widths_are_those_of_the_embedded_font(fully_signed: SignedPdf) -> None:
    """In thousandths of an em, whatever the font's own unit: PDF/A-2 (6.2.11.5) allows a difference of one."""
    with pikepdf.open(io.BytesIO(fully_signed.content)) as document:
        for field in document.Root.AcroForm.Fields:
            font = field.AP.N.Resources.Font["/F"].DescendantFonts[0]
            program = TTFont(io.BytesIO(font.FontDescriptor.FontFile2.read_bytes()))
            unit, widths = program["head"].unitsPerEm, list(font.W)
            names = [program.getGlyphName(number) for number in range(len(program.getGlyphOrder()))]
            assert unit != 1000
            for number, width in zip(widths[::2], widths[1::2], strict=True):
                real = program["hmtx"][names[int(number)]][0] * 1000 / unit
                assert abs(float(width[0]) - real) < 1
            assert str(font.CIDToGIDMap) == "/Identity"


def test_no_national_number_ever() -> None:
    number = fictional_number("Rik Rector")
    mark = compose(WORDS, name=f"Rik Rector {number}", role=f"Rector {number}", moment=MOMENT)
    assert number not in mark.text
    assert "•" in mark.text


def test_lines_of_a_delegated_signature() -> None:
    mark = compose(
        MarkWords("Signé électroniquement", "au nom de {name}"),
        name="Ann Afgevaardigd",
        role="Directrice",
        moment=MOMENT,
        on_behalf_of="Rik Rector",
    )
    assert mark.text.splitlines() == [
        "Signé électroniquement",
        "Ann Afgevaardigd",
        "Directrice",
        "au nom de Rik Rector",
        "2026-11-23 14:05:09 +01:00 (CET)",
    ]


def test_dates_carry_their_zone() -> None:
    assert date_line(datetime(2026, 7, 1, 12, 0, tzinfo=UTC)) == "2026-07-01 12:00:00 +00:00"


def test_reduced_font_is_sound() -> None:
    """Every table as the standard wants it: checksums, offsets, and the same outlines as before."""
    content = resources.files("docgen.signing").joinpath("fonts", "DejaVuSansCondensed-names.ttf").read_bytes()
    whole = TTFont(io.BytesIO(content))
    wanted = [0, *(whole.getGlyphID(whole.getBestCmap()[ord(character)]) for character in "RÄ\u0302 ж")]
    program = reduced(read_outlines(content), wanted)
    small = TTFont(io.BytesIO(program), checkChecksums=2)
    assert len(small.getGlyphOrder()) == len(wanted)
    for number, original in enumerate(wanted):
        mine, theirs = small.getGlyphName(number), whole.getGlyphName(original)
        assert small["hmtx"][mine] == whole["hmtx"][theirs]
        assert small["glyf"][mine] == whole["glyf"][theirs]
    assert sum(struct.unpack(f">{len(program) // 4}I", program)) & 0xFFFFFFFF == 0xB1B0AFBA
