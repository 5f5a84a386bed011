"""Marks of a page: the quick reading and pikepdf's give the same, and stray lines become artifacts."""

from __future__ import annotations

import io

import pikepdf
import pytest
from pikepdf import Dictionary

from docgen.pdf import marks as reading
from docgen.pdf.marks import PageMarks, marks_of, mended


def made_with(content: bytes) -> pikepdf.Pdf:
    """One page; the file has to outlive it."""
    pdf = pikepdf.new()
    pdf.add_blank_page()
    page = pdf.pages[0]
    page.obj.Contents = pdf.make_stream(content)
    page.obj.Resources = Dictionary(Properties=Dictionary(Named=Dictionary(MCID=7), Plain=Dictionary()))
    return pdf


CONTENTS: list[tuple[bytes, PageMarks]] = [
    (b"", PageMarks((), (), 0, True, False)),
    (b"/P <</MCID 0>> BDC BT /F1 9 Tf <0A>Tj ET EMC", PageMarks((0,), (), 0, True, False)),
    (
        b"/P<</MCID 0>>BDC\n/Span<</ActualText<FEFF00A0>>>\nBDC\n[<01>2<03>]TJ EMC EMC",
        PageMarks((0,), (), 0, True, False),
    ),
    (b"/Artifact <</Type/Pagination/MCID 4>> BDC 0 0 5 5 re f EMC", PageMarks((), (), 0, True, False)),
    (b"/Span <</Lang (nl) /MCID 3>> BDC (a) Tj EMC % done", PageMarks((3,), (), 0, True, False)),
    (b"/P /Named BDC <41> Tj EMC /P /Plain BDC <41> Tj EMC", PageMarks((7,), ("text",), 0, True, False)),
    (b"/P <</MCID 1>> BDC /Artifact BMC 1 1 m 2 2 l S EMC EMC", PageMarks((1,), (), 1, True, False)),
    (b"EMC", PageMarks((), (), 0, False, False)),
    (b"/Artifact BMC", PageMarks((), (), 0, False, False)),
    (b"1 0 0 0 k /X0 Do /S0 sh", PageMarks((), ("object", "path"), 0, True, True)),
    (b"1 1 m 9 9 l S", PageMarks((), ("path",), 0, True, False)),
    (b"q 0 0 5 5 re W n Q", PageMarks((), (), 0, True, False)),
    (b"/Odd BMC 0 0 5 5 re f* EMC", PageMarks((), ("path",), 0, True, False)),
    (b"BI /W 1 /H 1 /BPC 8 /CS /G ID \xff EI", PageMarks((), ("image",), 0, True, False)),
    (b"[<41>1<42>]TJ 0 0 1 1 re\n2 2 1 1 re\nf*", PageMarks((), ("text", "path"), 0, True, False)),
]


@pytest.mark.parametrize(("content", "expected"), CONTENTS, ids=range(len(CONTENTS)))
def test_both_readings_agree(content: bytes, expected: PageMarks) -> None:
    pdf = made_with(content)
    page = pdf.pages[0]
    assert marks_of(page) == expected
    assert reading._slow([*pikepdf.parse_content_stream(page)], page).marks() == expected


@pytest.mark.parametrize("name", ["contract_raw", "form_raw"])
def test_pages_of_libreoffice_are_read_quickly_and_right(name: str, request: pytest.FixtureRequest) -> None:
    with pikepdf.open(io.BytesIO(request.getfixturevalue(name))) as pdf:
        for page in pdf.pages:
            quick = reading._fast(reading.content_of(page))
            slow = reading._slow([*pikepdf.parse_content_stream(page)], page)
            assert quick is not None, "this page took the long way"
            assert quick.marks() == slow.marks()
            assert len(quick.loose) == len(slow.loose)


@pytest.mark.parametrize("comment", [b"", b" % the long way\n"], ids=["quick", "slow"])
def test_stray_lines_are_wrapped_with_what_they_need(comment: bytes) -> None:
    pdf = made_with(comment + b"0.5 w 1 1 m 9 9 l S q 0 0 5 5 re W n Q /P <</MCID 0>> BDC 1 1 m 2 2 l S EMC /S0 sh")
    marks, content = mended(pdf.pages[0])
    assert marks == PageMarks((0,), (), 0, True, False)
    assert content is not None
    after = made_with(content)
    drawn = [str(one.operator) for one in pikepdf.parse_content_stream(after.pages[0])]
    assert " ".join(drawn) == "w BMC m l S EMC q re W n Q BDC m l S EMC BMC sh EMC"
    assert mended(after.pages[0]) == (marks, None)
