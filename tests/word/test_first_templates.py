"""The first Word templates: built the same every time, and with the craft that lawyers and readers of PDFs need."""

from __future__ import annotations

import io
import sys
import zipfile
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml.ns import qn
from lxml import etree

ROOT = Path(__file__).parents[2]
TOOL = ROOT / "tools" / "first_templates"
sys.path.insert(0, str(TOOL))

import build  # noqa: E402
import source  # noqa: E402
import spacing  # noqa: E402

SOURCES = list(build.sources([]))
_BOTH = ["applicant", "director_general"]
_STATBEL = {
    "application": ["applicant"],
    "security_declaration": ["security"],
    "application_simplified": ["applicant"],
    "application_aggregated": ["applicant"],
    "dpo_advice": ["dpo", "director_general"],
    "contract": _BOTH,
    "contract_amendment": _BOTH,
}
_ANY_OFFICE = {"delegation_proof": ["delegator"], "review_note": [], "researcher_declaration": ["researcher"]}
SLOTS = {f"statbel/{lang}/{kind}": slots for lang in ("nl", "fr") for kind, slots in (_STATBEL | _ANY_OFFICE).items()}
SLOTS |= {f"vsa/nl/{kind}": slots for kind, slots in _ANY_OFFICE.items()}
FLOW = {"pStyle", "keepNext", "pageBreakBefore"}
"""What a paragraph may set itself: its style, and where a page may break."""


def name_of(path: Path) -> str:
    return path.relative_to(TOOL).with_suffix("").as_posix()


every_template = pytest.mark.parametrize("path", SOURCES, ids=name_of)


def opened(path: Path) -> docx.document.Document:
    return docx.Document(io.BytesIO(build.template(path)))


def local_names(element: Any) -> set[str]:
    return {etree.QName(child).localname for child in element}


def paragraphs(document: docx.document.Document) -> list[Any]:
    section = document.sections[0]
    parts = [document.element.body, *(p._element for p in (section.header, section.footer))]
    parts += [section.first_page_header._element, section.first_page_footer._element]
    return [paragraph for part in parts for paragraph in part.iter(qn("w:p"))]


def test_statbel_sources_are_there() -> None:
    assert {name_of(path) for path in SOURCES} >= set(SLOTS)


@every_template
def test_same_bytes_at_every_run(path: Path) -> None:
    first, second = build.template(path), build.template(path)
    assert first == second
    with zipfile.ZipFile(io.BytesIO(first)) as package:
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}


@every_template
def test_says_title_language_and_that_it_awaits_review(path: Path) -> None:
    document = opened(path)
    core = document.core_properties
    locale = {"nl": "nl-BE", "fr": "fr-BE"}[path.parent.name]
    assert core.title and core.subject and core.category == path.stem
    assert core.language == locale
    assert "juridisch" in core.comments or "juridique" in core.comments
    assert "officiële" in core.comments or "officiel" in core.comments
    defaults = document.styles.element.find(qn("w:docDefaults"))
    assert defaults.find(f".//{qn('w:lang')}").get(qn("w:val")) == locale


@every_template
def test_looks_come_from_styles_only(path: Path) -> None:
    document = opened(path)
    known = {style.style_id for style in document.styles}
    for paragraph in paragraphs(document):
        properties = paragraph.find(qn("w:pPr"))
        assert local_names(properties) <= FLOW
        assert properties.find(qn("w:pStyle")).get(qn("w:val")) in known
        for run in paragraph.iter(qn("w:rPr")):
            assert local_names(run) <= {"rStyle"}


@every_template
def test_carries_few_styles_and_no_ballast(path: Path) -> None:
    document = opened(path)
    assert len(list(document.styles)) < 40
    with zipfile.ZipFile(io.BytesIO(build.template(path))) as package:
        ballast = ("thumbnail", "theme", "customXml", "stylesWithEffects")
        assert not [name for name in package.namelist() if any(word in name for word in ballast)]


@every_template
def test_tables_repeat_their_header_do_not_split_rows_and_have_alternative_text(path: Path) -> None:
    for table in opened(path).tables:
        element = table._tbl
        assert element.tblPr.find(qn("w:tblCaption")).get(qn("w:val"))
        assert element.tblPr.find(qn("w:tblDescription")).get(qn("w:val"))
        assert element.tblPr.find(qn("w:tblStyle")) is not None
        headers = [row.trPr.find(qn("w:tblHeader")) is not None for row in element.tr_lst]
        assert headers[0] and not any(headers[1:])
        assert all(row.trPr.find(qn("w:cantSplit")) is not None for row in element.tr_lst)


@every_template
def test_signature_cells_have_a_bookmark_and_room_for_the_mark(path: Path) -> None:
    document = opened(path)
    marks = list(document.element.body.iter(qn("w:bookmarkStart")))
    slots = [mark.get(qn("w:name")).removeprefix("sig_") for mark in marks]
    assert slots == SLOTS.get(name_of(path), slots)
    assert len(set(slots)) == len(slots) and (slots or path.stem == "review_note")
    for mark in marks:
        cell = next(mark.iterancestors(qn("w:tc")))
        row = next(mark.iterancestors(qn("w:tr")))
        assert int(cell.tcPr.find(qn("w:tcW")).get(qn("w:w"))) - 216 >= 80 * 56.7
        assert int(row.trPr.find(qn("w:trHeight")).get(qn("w:val"))) - 80 >= 30 * 56.7
        kept = [paragraph.find(qn("w:pPr")).find(qn("w:pStyle")) for paragraph in row.iter(qn("w:p"))]
        assert {style.get(qn("w:val")) for style in kept} <= {"DgParty", "DgSign", "DgInstruction"}


@every_template
def test_text_under_a_table_stands_off_it_by_its_style(path: Path) -> None:
    """10 points, from a style: what may stand right under a table, whatever conditions hold."""
    document = opened(path)
    room = {style.style_id: _room_above(style) for style in document.styles if style.type == WD_STYLE_TYPE.PARAGRAPH}
    for table in document.element.body.iter(qn("w:tbl")):
        under, between = table.getnext(), ""
        while under.tag == qn("w:p") and under.pPr.pStyle.val == "DgInstruction":
            under, between = under.getnext(), between + under.xpath("string()")
        assert under.tag != qn("w:tbl"), "Word would make one table of the two"
        never_follows = "{%p el" in between or under.tag != qn("w:p") or under.pPr.pStyle.val == "DgAnnex"
        if not never_follows:
            assert room[under.pPr.pStyle.val] >= 160, f"{under.pPr.pStyle.val}: {under.xpath('string()')}"


def _room_above(style: Any) -> int:
    """Twentieths of a point, from the style or the one it is based on."""
    while style is not None:
        if style.paragraph_format.space_before is not None:
            return int(style.paragraph_format.space_before.twips)
        style = style.base_style
    return 0


@pytest.mark.parametrize(
    ("blocks", "styles"),
    [
        ("T b b", "body_after body"),
        ("T {if} b {endif} b", "body_after body_after"),
        ("b {if} T {endif} b", "body body_after"),
        ("b {if} T {else} b {endif} b", "body body body_after"),
        ("T {if} b {else} h {endif} b", "body_after heading1 body"),
        ("b {if} b {elif} T {else} b {endif} b b", "body body body body_after body"),
        ("b {for} {if} T {endif} {endfor} b", "body body_after"),
        ("T h b", "heading1 body"),
    ],
)
def test_every_way_to_stand_under_a_table_is_followed(blocks: str, styles: str) -> None:
    made = {"T": source.Table((), (), (), ""), "b": source.Paragraph("body", ""), "h": source.Paragraph("heading1", "")}
    given = [made.get(one) or source.Paragraph("instruction", f"{{%p {one[1:-1]} x %}}") for one in blocks.split()]
    found = [one.style for one in spacing.under_tables(given) if isinstance(one, source.Paragraph)]
    assert [style for style in found if style != "instruction"] == styles.split()


@every_template
def test_heading_levels_do_not_skip(path: Path) -> None:
    level = {"Heading1": 1, "DgHeadingPlain": 1, "DgAnnex": 1, "Heading2": 2, "Heading3": 3}
    before = 0
    for paragraph in opened(path).paragraphs:
        now = level.get(paragraph.style.style_id, 0)
        if now:
            assert now <= before + 1, paragraph.text
            before = now


@every_template
def test_page_numbers_and_titles_stand_in_header_and_footer(path: Path) -> None:
    document = opened(path)
    section = document.sections[0]
    assert section.page_width.mm == pytest.approx(210, abs=0.1)
    for footer in (section.footer, section.first_page_footer):
        fields = [code.text.strip() for code in footer._element.iter(qn("w:instrText"))]
        assert fields == ["PAGE", "NUMPAGES"]
        assert "document.case" in footer.paragraphs[0].text
    assert "office.brand" in section.header.paragraphs[0].text
    assert "document.number" in section.header.paragraphs[0].text


def test_an_existing_template_is_left_alone(tmp_path: Path) -> None:
    target = tmp_path / "statbel" / "nl" / "contract.docx"
    target.parent.mkdir(parents=True)
    target.write_bytes(b"edited by legal staff")
    assert build.main(["statbel/nl/contract", "--into", str(tmp_path)]) == 0
    assert target.read_bytes() == b"edited by legal staff"
    build.main(["statbel/nl/contract", "--into", str(tmp_path), "--overwrite"])
    assert target.read_bytes() == build.template(TOOL / "statbel/nl/contract.md")


def test_bars_and_stars_inside_tags_are_no_markup() -> None:
    assert source.split_cells("{{ a|label('x | y') }} | b") == ("{{ a|label('x | y') }}", "b")
    assert source.cell_paragraphs("{{ '¶' }}¶- twee") == ("{{ '¶' }}", "- twee")
    assert [span.text for span in source.spans("**vet** {{ a * b * c }}")] == ["vet", " {{ a * b * c }}"]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("|= A | B\n| een", "1 cells under 2 columns"),
        ("| los", "a row outside a table"),
        (":fields\nNaam | x", ":fields without :end"),
        (":fields\nNaam\n:end", "a field is"),
        (":clause nergens", "no shared clause"),
        (":signatures", "names no slot"),
        (":tabel", "unknown word :tabel"),
    ],
)
def test_a_mistake_in_a_source_names_its_line(tmp_path: Path, body: str, message: str) -> None:
    path = tmp_path / "contract.md"
    path.write_text(f"---\ntitle: T\nsubject: S\n---\n{body}\n", encoding="utf-8")
    with pytest.raises(source.SourceError, match=message) as caught:
        source.read(path, TOOL / "clauses", ("Gegeven", "Waarde"))
    assert "contract.md:" in str(caught.value)
