"""Running heads and feet are called what they are; the letterhead of a first page is read out first."""

from __future__ import annotations

import io
from dataclasses import replace

import docx
import pikepdf
import pytest
from docx.shared import Pt
from pikepdf import Array, Dictionary, Name

import builders
from docgen.pdf.furniture import Margins, margins, name_furniture

SMALL = Margins(head=20, foot=20, letterhead=True)
"""For a page of 200 points: above 180 is the head, below 20 the foot."""
HEAD = b"/Artifact BMC\nq BT\n10 190 Td /F1 17 Tf[<01>1<02>]TJ\nET\nQ\nEMC\n"
SECOND = b"/Artifact BMC\nBT\n10 185 Td /F2 8 Tf<03>Tj\nET\nEMC\n"
WRAPPED = b"/Artifact BMC\nBT\n1 0 0 1 10 181 Tm /F2 8 Tf\n/Span<</ActualText<FEFF00A0>>>\nBDC\n<04>Tj\nEMC\nET\nEMC\n"
FOOT = b"/Artifact BMC\nBT\n10 9.5 Td /F2 8 Tf<03>Tj\nET\nEMC\n"
BODY = b"/P<</MCID 0>>BDC\nBT\n10 100 Td /F1 9 Tf<05>Tj\nET\nEMC\n"
REPEATED_ROW = b"/Artifact BMC\nBT\n10 179 Td /F2 8 Tf<03>Tj\nET\nEMC\n"
LOGO = b"/Artifact BMC\nq 30 0 0 9 10 188 cm /Im0 Do Q\nEMC\n"
LINE = b"/Artifact BMC\n10 190 m 99 190 l S\nEMC\n"
HEADER, FOOTER = b"/Artifact<</Subtype/Header/Type/Pagination>>BDC", b"/Artifact<</Subtype/Footer/Type/Pagination>>BDC"


def made_with(*contents: bytes) -> pikepdf.Pdf:
    """Pages as LibreOffice writes them, each with one paragraph in the tree."""
    pdf = pikepdf.new()
    document = pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Document, K=Array()))
    nums = Array()
    for number, content in enumerate(contents):
        page = pdf.add_blank_page(page_size=(200, 200))
        page.obj.Contents = pdf.make_stream(content)
        page.obj.StructParents = number
        element = pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.P, P=document, Pg=page.obj, K=0))
        document.K.append(element)
        nums.append(number)
        nums.append(pdf.make_indirect(Array([element])))
    pdf.Root.StructTreeRoot = Dictionary(
        Type=Name.StructTreeRoot, K=Array([document]), ParentTree=pdf.make_indirect(Dictionary(Nums=nums))
    )
    return pdf


def after(pdf: pikepdf.Pdf, found: Margins = SMALL) -> list[bytes]:
    name_furniture(pdf, found)
    return [page.Contents.read_bytes() for page in pdf.pages]


def test_heads_and_feet_get_their_names_and_nothing_else_changes() -> None:
    content = HEAD + BODY + REPEATED_ROW + LINE + LOGO + FOOT
    first, second = after(made_with(content, content), replace(SMALL, letterhead=False))
    tag = b"/Artifact BMC"
    named = HEAD.replace(tag, HEADER) + BODY + REPEATED_ROW + LINE + LOGO.replace(tag, HEADER)
    assert first == second == named + FOOT.replace(tag, FOOTER)


def test_the_letterhead_comes_first_in_paragraphs_by_font() -> None:
    pdf = made_with(BODY + HEAD + SECOND + WRAPPED + LOGO + FOOT, BODY + HEAD)
    first, second = after(pdf)
    assert [first.count(b"<</MCID %d>>BDC" % mark) for mark in range(5)] == [1, 1, 1, 1, 0]
    assert (first.count(HEADER), second.count(HEADER)) == (1, 1)  # the picture; the running head of the next page
    root = pdf.Root.StructTreeRoot
    brand, line, *rest = root.K[0].K
    assert ([*brand.K], [*line.K], [one.K for one in rest]) == ([1], [2, 3], [0, 0])
    row = [owner.objgen for owner in root.ParentTree.Nums[1]]
    assert row == [rest[0].objgen, brand.objgen, line.objgen, line.objgen]


@pytest.mark.parametrize("missing", ["/StructTreeRoot", "/ParentTree", "/StructParents"])
def test_without_tags_a_letterhead_is_a_head(missing: str) -> None:
    pdf = made_with(HEAD)
    holder = {"/StructTreeRoot": pdf.Root, "/ParentTree": pdf.Root.StructTreeRoot}.get(missing, pdf.pages[0].obj)
    del holder[missing]
    assert after(pdf) == [HEAD.replace(b"/Artifact BMC", HEADER)]


def test_what_is_written_otherwise_is_left_alone() -> None:
    content = b"/Artifact BMC BT 1 190 Td /F1 9 Tf (EMC BMC) Tj ET EMC /Artifact BMC BT (never ended"
    assert after(made_with(content)) == [content]


def test_the_smallest_margins_of_all_sections_count() -> None:
    document = docx.Document()
    document.add_section()
    first, second = document.sections
    first.top_margin, first.bottom_margin, first.different_first_page_header_footer = Pt(70), Pt(50), True
    second.top_margin, second.bottom_margin, second.different_first_page_header_footer = Pt(60), Pt(55), False
    assert margins(builders.body_of(builders.as_bytes(document))) == Margins(60, 50, letterhead=True)
    first.different_first_page_header_footer = False
    assert margins(builders.body_of(builders.as_bytes(document))) == Margins(60, 50, letterhead=False)
    for section in document.sections:
        section._sectPr.remove(section._sectPr.pgMar)
    assert margins(builders.body_of(builders.as_bytes(document))) is None


def test_the_contract(contract_pdf: bytes) -> None:
    with pikepdf.open(io.BytesIO(contract_pdf)) as pdf:
        contents = [page.Contents.read_bytes() for page in pdf.pages]
    assert all(HEADER in content or FOOTER in content for content in contents)
