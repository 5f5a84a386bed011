"""Nothing is left alone at the foot or the head of a page: headings, last rows of tables, last items of lists."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import docx
import pypdfium2
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

import builders
import specimens
from docgen.documents import DocumentId, Docx
from docgen.pdf.convert import Converter, convert
from docgen.pdf.stranded import heading_count as headings_in
from docgen.pdf.stranded import stranded
from docgen.pipeline.recipe import pages
from docgen.word.breaks import heading_count, kept_together, on_a_new_page
from docgen.word.controls import with_main_part
from docgen.xmp import Metadata
from outputs import Output

METADATA = Metadata("", "nl-BE", "docgen", datetime(2026, 1, 1, tzinfo=UTC))
ID = DocumentId("VSA-2026-001", "protocol", "nl")


def ending_in_a_heading(*headings: str, lines: int = 0) -> bytes:
    """A document whose headings stand alone at the foot of the first page, by a page break after them."""
    document = docx.Document()
    document.core_properties.title = "Een proef"
    for number in range(lines):
        document.add_paragraph(f"Regel {number}.")
    for heading in headings:
        document.add_heading(heading, level=1)
    document.add_paragraph("Op de volgende bladzijde.").paragraph_format.page_break_before = True
    document.add_heading("Nog een", level=2)
    document.add_paragraph("Met tekst eronder.")
    return builders.as_bytes(document)


def broken(package: bytes) -> list[str]:
    paragraphs = docx.Document(io.BytesIO(package)).paragraphs
    return [one.text for one in paragraphs if one.paragraph_format.page_break_before]


def test_a_heading_left_behind_is_seen(warm: Converter) -> None:
    made = convert(Docx(ID, ending_in_a_heading("Doel", lines=3), ""), converter=warm, metadata=METADATA)
    (found,) = stranded(made.content)
    assert (found.page, found.tag, found.heading) == (1, "H1", 0)
    assert headings_in(made.content) == heading_count(ending_in_a_heading("Doel")) == 2


def test_a_heading_gets_a_new_page_and_takes_the_one_above_it_along() -> None:
    package = ending_in_a_heading("Deel", "Doel", lines=3)
    assert broken(on_a_new_page(package, [1])) == ["Deel", "Op de volgende bladzijde."]
    again = on_a_new_page(on_a_new_page(package, [1]), [0, 2])
    assert broken(again) == ["Deel", "Op de volgende bladzijde.", "Nog een"]
    first = docx.Document(io.BytesIO(again)).paragraphs[3]._p.pPr
    assert [child.tag for child in first] == [qn("w:pStyle"), qn("w:pageBreakBefore"), qn("w:spacing")]
    assert first.find(qn("w:spacing")).attrib == {qn("w:before"): "0"}


def filling_a_page(lines: int, *, rows: int = 0, items: int = 0, last: str = "Kort.") -> bytes:
    """So many lines of text, and under them a table or a list of which the end falls past the foot of the page."""
    document = docx.Document()
    document.core_properties.title = "Een proef"
    for number in range(lines):
        document.add_paragraph(f"Regel {number}.").paragraph_format.space_after = 0
    if rows:
        table = document.add_table(rows, 1)
        for number, row in enumerate(table.rows, start=1):
            row.cells[0].text = f"Rij {number}." if number < rows else f"Laatste rij. {last}"
    for number in range(1, items + 1):
        words = f"Punt {number}." if number < items else f"Laatste punt. {last}"
        document.add_paragraph(words, style="List Bullet").paragraph_format.space_after = 0
    return builders.as_bytes(document)


def last_page(package: bytes, warm: Converter) -> str:
    made = pages(Docx(ID, package, ""), converter=warm, metadata=METADATA)
    read = pypdfium2.PdfDocument(made.content)
    return str(read[1].get_textpage().get_text_bounded()) if len(read) == 2 else ""


@pytest.mark.parametrize(("what", "word", "lines"), [({"rows": 8}, "rij", 32), ({"items": 8}, "punt", 36)])
def test_the_last_row_or_item_takes_the_one_before_it_along(
    what: dict[str, int], word: str, lines: int, warm: Converter
) -> None:
    """Of all ways in which such a document meets the foot of the page, none leaves the last one alone behind it."""
    found = {last_page(filling_a_page(lines, **what), warm) for lines in range(lines, lines + 5)} - {""}
    starts = {page.splitlines()[0].lstrip("\uf0b7• ") for page in found}
    assert f"Laatste {word}. Kort." not in starts
    assert f"{word.capitalize()} 7." in starts


def announcing(words: str, *, items: int = 0, rows: int = 1, table: bool = False) -> bytes:
    """A sentence, a list under it, and a table under that whose first row is a header."""
    document = docx.Document()
    for text, style in ((words, "Body Text"), *((f"Punt {number + 1}.", "List Bullet") for number in range(items))):
        if text:
            document.add_paragraph(text, style=style)
    if table or not items:
        made = document.add_table(rows + 1, 1)
        for number, row in enumerate(made.rows):
            row.cells[0].text = f"Rij {number}." if number else "Kop"
        made.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    return builders.as_bytes(document)


def kept(package: bytes) -> list[str]:
    root = docx.Document(io.BytesIO(kept_together(package))).element.body
    marked = [one for one in root.iter(qn("w:p")) if one.pPr is not None and one.pPr.find(qn("w:keepNext")) is not None]
    return ["".join(text.text for text in one.iter(qn("w:t"))) for one in marked]


def test_what_is_kept_with_what_follows() -> None:
    assert kept(filling_a_page(1, rows=3)) == ["Regel 0.", "Rij 1.", "Rij 2."]
    assert kept(filling_a_page(1, rows=7)) == ["Regel 0.", "Rij 1.", "Rij 6."]
    assert kept(filling_a_page(1, rows=7, last="Lang. " * 50)) == ["Regel 0.", "Rij 1."]
    assert kept(filling_a_page(1, items=3)) == ["Punt 1.", "Punt 2."]
    assert kept(filling_a_page(1, items=6)) == ["Punt 5."]
    assert kept(filling_a_page(1, items=6, last="Lang. " * 50)) == []
    assert kept(filling_a_page(1, items=1)) == []
    assert kept(announcing("De lijst:", items=6)) == ["De lijst:", "Punt 5."]
    assert kept(announcing("De lijst.", items=6)) == ["Punt 5."]
    assert kept(announcing("", items=3, table=True)) == ["Punt 3.", "Kop"]
    assert kept(announcing("", rows=6)) == ["Kop", "Rij 1.", "Rij 5."]
    document = docx.Document()
    for words, style in (
        ("Deel", "Heading 1"),
        ("Kort.", "Body Text"),
        ("Hoofdstuk", "Heading 2"),
        ("Tekst.", "Body Text"),
    ):
        document.add_paragraph(words, style=style)
    assert kept(builders.as_bytes(document)) == ["Kort."]
    once = kept_together(filling_a_page(1, rows=3, items=3))
    assert kept_together(once) == once


def test_a_heading_in_a_table_stays() -> None:
    document = docx.Document()
    document.add_table(1, 1).cell(0, 0).add_paragraph("In een cel", style="Heading 1")
    package = builders.as_bytes(document)
    assert heading_count(package) == 1
    assert broken(on_a_new_page(package, [0])) == []


def test_what_cannot_be_mended_is_converted_once_more_at_most(warm: Converter) -> None:
    """The break after the heading is the author's own, so a new page for the heading changes nothing."""
    counted = Counting(warm)
    made = pages(Docx(ID, ending_in_a_heading("Doel", lines=3), ""), converter=counted, metadata=METADATA)
    assert counted.times == 2
    assert [one.page for one in stranded(made.content)] == [2]


class Counting:
    """A converter that counts its documents."""

    def __init__(self, converter: Converter) -> None:
        self._converter, self.times = converter, 0
        self.version = converter.version

    def to_pdf(self, docx: bytes, *, deadline: float) -> bytes:
        self.times += 1
        return self._converter.to_pdf(docx, deadline=deadline)


def _documents() -> list[specimens.Specimen]:
    """One of each template, and every contract and protocol there is: they are long and go to the public."""
    every = [one for path in specimens.TEMPLATES for one in specimens.specimens(path)]
    first = [specimens.specimen(path) for path in specimens.TEMPLATES]
    return [one for one in every if one in first or one.id.kind in ("contract", "protocol")]


@pytest.mark.parametrize("one", _documents(), ids=lambda one: f"{specimens.template_name(one.path)}-{one.case.id}")
def test_no_sample_document_leaves_a_heading_or_a_table_header_behind(
    one: specimens.Specimen, output_of: Callable[[specimens.Specimen], Output]
) -> None:
    printed = output_of(one).printed
    assert stranded(printed) == ()
    assert headings_in(printed) == heading_count(specimens.plain(specimens.filled(one).content)) > 0


def test_the_contract_in_which_libreoffice_gives_up(warm: Converter) -> None:
    """Without any measures LibreOffice 7.4 leaves a heading behind; if it no longer does, look for another contract."""
    one = contract_that_strands()
    left = stranded(convert(one, converter=warm, metadata=METADATA).content)
    assert [found.tag for found in left] == ["H1"]
    assert stranded(pages(one, converter=warm, metadata=METADATA).content) == ()


def contract_that_strands() -> Docx:
    (path,) = (path for path in specimens.TEMPLATES if specimens.template_name(path) == "statbel/fr/contract")
    case = next(one.case for one in specimens.specimens(path) if one.case.id == "STATBEL-2026-003")
    assert case.dpo_advice is not None
    bare = {"dpo_advice": case.dpo_advice.model_copy(update={"conditions": ()}), "deliberation": None}
    filled = specimens.filled(specimens.Specimen(path, case.model_copy(update=bare)))
    return replace(filled, content=specimens.plain(filled.content))


def test_tables_in_tables_and_what_cannot_be_read_stay_as_they_are() -> None:
    document = docx.Document()
    cell = document.add_table(1, 1).cell(0, 0)
    inner = cell.add_table(3, 1)
    for row in inner.rows:
        row.cells[0].text = "Rij."
    assert kept(builders.as_bytes(document)) == []
    package = builders.as_bytes(document)
    deep = with_main_part(package, lambda xml: b"<a>" * 300 + b"</a>" * 300)
    assert kept_together(deep) == deep
