"""Font programs are made anew: they draw the same and tell nothing about where they come from."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from fontTools.ttLib import TTFont
from hypothesis import given, settings
from hypothesis import strategies as st
from pikepdf import Dictionary, Name
from PIL import ImageChops

from docgen.publishing.flatten import rewrite
from docgen.publishing.flatten.cff import bare_cff
from docgen.publishing.flatten.job import Job
from docgen.publishing.flatten.mapping import mapping_of
from docgen.publishing.flatten.sfnt import bare
from docgen.publishing.flatten.type1 import bare_type1
from publishing import builders
from publishing.test_flatten_refusals import code_of, document, page_of
from publishing.test_flatten_signed import pictures_of, policy, text_of

WORDS = "Quick brown fox & fi (2026)"
SHOWN = "BT /F0 12 Tf 10 100 Td (Quick brown fox & fi \\(2026\\)) Tj ET"


def opentype() -> bytes:
    font = TTFont(builders.CFF_FONT)
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()


PROGRAMS: dict[str, Callable[[pikepdf.Pdf], Dictionary]] = {
    "Type 1": lambda pdf: builders.simple_font(pdf, FontFile=builders.type1_stream(pdf, builders.CANARY)),
    "CFF": lambda pdf: builders.simple_font(
        pdf, FontFile3=pdf.make_stream(builders.compact_program(builders.CANARY), Subtype=Name.Type1C)
    ),
    "OpenType": lambda pdf: builders.simple_font(pdf, FontFile3=pdf.make_stream(opentype(), Subtype=Name.OpenType)),
}


def with_font(kind: str) -> bytes:
    def edit(pdf: pikepdf.Pdf) -> None:
        page_of(pdf).Resources.Font["/F0"] = PROGRAMS[kind](pdf)

    return document(edit, content=SHOWN)


@pytest.mark.parametrize("kind", PROGRAMS)
def test_a_program_made_anew_draws_the_same(kind: str, tmp_path: Path) -> None:
    content = with_font(kind)
    copy = rewrite(content, policy()).content
    before, after = pictures_of(content, tmp_path)[0], pictures_of(copy, tmp_path)[0]
    assert before.getcolors() is None or len(before.getcolors()) > 10  # something is drawn
    assert not ImageChops.difference(before, after).getbbox()
    assert text_of(copy, tmp_path).strip() == WORDS
    everything = builders.text_of(copy)
    assert builders.CANARY not in everything
    assert "Nimbus" not in everything
    assert "opyright" not in everything


@pytest.mark.parametrize("kind", PROGRAMS)
def test_a_copy_of_a_copy_has_the_same_program(kind: str) -> None:
    def programs(content: bytes) -> list[bytes]:
        with pikepdf.open(io.BytesIO(content)) as pdf:
            held = [item for item in pdf.objects if isinstance(item, Dictionary) and "/StemV" in item]
            return [bytes(font[key].read_bytes()) for font in held for key in font.keys() if "FontFile" in key]  # noqa: SIM118

    copy = rewrite(with_font(kind), policy()).content
    assert programs(rewrite(copy, policy()).content) == programs(copy) != []


@pytest.mark.parametrize("lengths", [(None, None), (0, 10), (-5, 10), (10**9, 10**9)])
def test_type1_with_wrong_lengths_is_refused(lengths: tuple[int | None, int | None]) -> None:
    def edit(pdf: pikepdf.Pdf) -> None:
        program = builders.type1_stream(pdf)
        for key, length in zip(("/Length1", "/Length2"), lengths, strict=True):
            if length is None:
                del program[key]
            else:
                program[key] = length
        page_of(pdf).Resources.Font["/F0"] = builders.simple_font(pdf, FontFile=program)

    assert code_of(document(edit, content=SHOWN)) == "DG-F111"


def test_a_character_collection_with_words_of_its_own_is_refused() -> None:
    def edit(pdf: pikepdf.Pdf) -> None:
        font = page_of(pdf).Resources.Font.F0.DescendantFonts[0]
        font.CIDSystemInfo.Ordering = pikepdf.String(builders.CANARY)

    assert code_of(document(edit, content=f"BT /F0 9 Tf 10 100 Td {builders.encoded('abc')} Tj ET")) == "DG-F106"


def mutated(program: bytes, changes: list[tuple[int, int]], cut: int) -> bytes:
    changed = bytearray(program)
    for place, value in changes:
        changed[place % len(changed)] = value
    return bytes(changed[: len(changed) - cut])


CHANGES = st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 255)), max_size=12)


@settings(max_examples=25)
@given(CHANGES, st.integers(0, 200))
def test_damaged_programs_give_a_font_or_a_refusal(changes: list[tuple[int, int]], cut: int) -> None:
    clear = builders.type1_program()[1]
    for work, program in (
        (bare_cff, builders.compact_program()),
        (bare, builders._latin_font()[0]),
        (lambda given: bare_type1(given, clear, 3000)[0], builders.type1_program()[0][: clear + 3000]),
    ):
        with contextlib.suppress(ValueError):
            assert work(mutated(program, changes, cut))


_ROWS = b"beginbfchar\n<01> <0041>\n<02> <D83DDE00>\nendbfchar\n"


@pytest.mark.parametrize("before", [b"", b"% ", b"/", b"1 beginbfrange\n<05> <06> [", b"1 beginbfchar\n<07>\n", b"x"])
@pytest.mark.parametrize("after", [b"", b"<03> <0042>\n", b"]\nendbfrange\n", b"1 beginbfchar\n<03> <42>\nendbfchar\n"])
@pytest.mark.parametrize("code_length", [1, 2])
def test_a_section_read_at_once_says_what_its_rows_say(before: bytes, after: bytes, code_length: int) -> None:
    pdf = pikepdf.new()
    job = Job(pdf, pdf, policy(), "in.pdf")
    content = before + _ROWS + after
    row_by_row = content.replace(b"> <", b">  <")  # with two spaces, which nearly no program writes
    one, other = (mapping_of(pdf.make_stream(data), code_length, job, "here") for data in (content, row_by_row))
    assert one == other
