"""Same, changed or cannot judge: files that came back otherwise than as they were sent."""

from __future__ import annotations

import io
import re
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest
import signing_attacks as attacks
from pikepdf import Array, Dictionary, Name
from PIL import Image
from signing_paper import printed, scanned, with_text_changed
from signing_state import ID, SLOTS

from docgen.documents import Docx, SignablePdf, SignedPdf
from docgen.pdf.convert import OneShotLibreOffice, convert
from docgen.signing.fields import prepare
from docgen.signing.identity import Answer, Identity, compare
from docgen.signing.pages import slot_boxes
from docgen.xmp import Metadata


def told(found: Identity) -> set[str]:
    return {finding.code for finding in found.findings}


def changed(content: bytes, change: Callable[[pikepdf.Pdf], None]) -> bytes:
    with pikepdf.open(io.BytesIO(content)) as document:
        change(document)
        target = io.BytesIO()
        document.save(target)
    return target.getvalue()


def with_drawing(content: bytes, drawing: bytes, page: int = 0) -> bytes:
    def draw(document: pikepdf.Pdf) -> None:
        document.pages[page].contents_add(b"q " + drawing + b" Q")

    return changed(content, draw)


def test_signed_as_sent(signable: SignablePdf, fully_signed: SignedPdf) -> None:
    assert compare(signable.content, fully_signed.content) == Identity(Answer.SAME, exact=True)
    assert compare(signable.content, signable.content).exact


def test_saved_anew_by_a_viewer(signable: SignablePdf, fully_signed: SignedPdf) -> None:
    found = compare(signable.content, attacks.rewritten(fully_signed.content))
    assert (found.answer, found.exact, told(found)) == (Answer.SAME, False, {"DG-V401"})
    assert not any(finding.blocks for finding in found.findings)


def test_printed_to_a_file(signable: SignablePdf, fully_signed: SignedPdf, tmp_path: Path) -> None:
    """The words are the same, and no program can swear that each drawn figure is."""
    found = compare(signable.content, printed(fully_signed.content, tmp_path))
    assert (found.answer, told(found)) == (Answer.CANNOT_JUDGE, {"DG-V404"})
    assert not any(each.removed or each.added for each in found.differences)


def test_printed_and_scanned(signable: SignablePdf, fully_signed: SignedPdf, tmp_path: Path) -> None:
    found = compare(signable.content, scanned(fully_signed.content, tmp_path))
    assert (found.answer, told(found)) == (Answer.CANNOT_JUDGE, {"DG-V404"})
    for each in found.differences:
        with Image.open(io.BytesIO(each.picture)) as picture:
            assert picture.width > 1.9 * 600


def test_one_digit_changed(contract_docx: bytes, libreoffice: OneShotLibreOffice, contract_metadata: Metadata) -> None:
    """The Word document changed by one digit and converted again, which leaves everything else where it was."""

    def made(docx: bytes) -> bytes:
        file = Docx(ID, docx, contract_metadata.title)
        pdf = convert(file, converter=libreoffice, metadata=contract_metadata)
        return prepare(pdf, (replace(SLOTS[0], bookmark="sig_applicant"),)).content

    sent, other = made(contract_docx), made(with_text_changed(contract_docx, "golf 9", "golf 6"))
    found = compare(sent, other)
    assert found.answer is Answer.CHANGED
    (only,) = found.differences
    assert (only.removed, only.added) == (("9",), ("6",))
    with Image.open(io.BytesIO(only.picture)) as picture:
        assert (200, 0, 0) in {colour for _, colour in picture.getcolors(100_000)}
        assert picture.height < 100


@pytest.mark.parametrize(
    "drawing",
    [
        pytest.param(b"1 1 1 rg 80 600 300 14 re f", id="white over a line"),
        pytest.param(b"0 0 0 RG 1 w 200 500 m 206 500 l 206 506 l S", id="a hook"),
        pytest.param(b"0.8 0.8 0.8 rg 60 300 200 40 re f", id="a pale box"),
    ],
)
def test_something_drawn(signable: SignablePdf, drawing: bytes) -> None:
    found = compare(signable.content, with_drawing(signable.content, drawing))
    assert found.answer is Answer.CHANGED
    assert [each.page for each in found.differences] == [1]
    assert found.differences[0].picture.startswith(b"\x89PNG")


def test_a_note_over_the_text(signable: SignablePdf) -> None:
    note = attacks.rewritten(attacks.incremented(signable.content, attacks.free_text))
    assert compare(signable.content, note).answer is Answer.CHANGED


def test_invisible_words_are_found(signable: SignablePdf) -> None:
    with pikepdf.open(io.BytesIO(signable.content)) as document:
        font = next(iter(document.pages[0].obj.Resources.Font.keys())).encode()
    drawing = b"BT 3 Tr %s 12 Tf 80 400 Td (\x01\x02\x03\x01) Tj ET" % font
    found = compare(signable.content, with_drawing(signable.content, drawing))
    assert found.answer is Answer.CHANGED
    assert found.differences[0].added


def test_a_page_more_and_a_page_less(signable: SignablePdf) -> None:
    more = changed(signable.content, lambda document: document.add_blank_page())
    less = changed(signable.content, lambda document: document.pages.remove(document.pages[-1]))
    for file in (more, less):
        found = compare(signable.content, file)
        assert found.answer is Answer.CHANGED
        assert "DG-V403" in told(found)


def test_what_cannot_be_drawn(signable: SignablePdf) -> None:
    for file in (b"", b"%PDF-1.7\n", signable.content[:2000], b"PK\x03\x04"):
        found = compare(signable.content, file)
        assert (found.answer, told(found)) == (Answer.CANNOT_JUDGE, {"DG-V405"})


def test_time_limit(signable: SignablePdf) -> None:
    """Nothing goes on behind an answer that was given up: two drawings at once are the end of PDFium, and of us."""
    running = threading.active_count()
    found = compare(signable.content, attacks.rewritten(signable.content), limit=0.0)
    assert (found.answer, told(found)) == (Answer.CANNOT_JUDGE, {"DG-V405"})
    assert threading.active_count() == running


def test_a_page_as_wide_as_a_street_costs_no_memory(signable: SignablePdf) -> None:
    def widen(document: pikepdf.Pdf) -> None:
        document.pages[0].obj.MediaBox = Array([0, 0, 140000, 140000])

    assert compare(signable.content, changed(signable.content, widen)).answer is Answer.CANNOT_JUDGE


def test_words_in_the_boxes_of_slots_do_not_count(signable: SignablePdf) -> None:
    boxes = slot_boxes(signable.content)
    assert sum(len(each) for each in boxes) == 2
    page = next(number for number, each in enumerate(boxes) if each)
    left, bottom, *_ = boxes[page][0]
    drawing = b"0 g %d %d 40 20 re f" % (left + 5, bottom + 5)
    assert compare(signable.content, with_drawing(signable.content, drawing, page)).answer is Answer.SAME


def test_no_number_is_told(signable: SignablePdf) -> None:
    def write(document: pikepdf.Pdf) -> None:
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        page = document.pages[0]
        page.obj.Resources.Font["/Plain"] = document.make_indirect(font)
        page.contents_add(b"BT /Plain 12 Tf 80 400 Td (85.07.30-033 28) Tj ET")

    found = compare(signable.content, changed(signable.content, write))
    assert found.answer is Answer.CHANGED
    assert not re.search(r"033", repr(found.findings) + repr([each.added for each in found.differences]))


_SCRIPT = Dictionary(S=Name.JavaScript, JS=pikepdf.String("app.alert(1)"))


def _annotated(document: pikepdf.Pdf, **entries: object) -> None:
    note = Dictionary(Type=Name.Annot, Rect=Array([0, 0, 0, 0]), F=2, **entries)
    page = document.pages[0].obj
    page.Annots = Array([*page.get("/Annots", []), document.make_indirect(note)])


def _attached(document: pikepdf.Pdf) -> None:
    document.attachments["bijlage.txt"] = pikepdf.AttachedFileSpec(document, b"EUR 9 999 999")


def _layered(document: pikepdf.Pdf) -> None:
    layer = document.make_indirect(Dictionary(Type=Name.OCG, Name=pikepdf.String("Bedragen")))
    hidden = Dictionary(OFF=Array([layer]))
    document.Root.OCProperties = Dictionary(OCGs=Array([layer]), D=hidden)
    document.pages[0].obj.Resources.Properties = Dictionary(Bedragen=layer)
    document.pages[0].contents_add(b"/OC /Bedragen BDC q 1 1 1 rg 60 400 460 300 re f Q EMC")


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("script", lambda document: document.Root.__setattr__("OpenAction", _SCRIPT)),
        ("script", lambda document: document.Root.__setattr__("AA", Dictionary(WP=_SCRIPT))),
        ("script", lambda document: document.pages[0].obj.__setattr__("AA", Dictionary(O=_SCRIPT))),
        ("script", lambda document: _annotated(document, Subtype=Name.Link, A=Dictionary(S=Name.Launch, F="x"))),
        ("attachment", _attached),
        ("layer", _layered),
        ("note", lambda document: _annotated(document, Subtype=Name.Text, Contents=pikepdf.String("EUR 9"))),
        ("form", lambda document: document.Root.AcroForm.__setattr__("XFA", pikepdf.String("<xdp/>"))),
        ("form", lambda document: _annotated(document, Subtype=Name.Widget, FT=Name.Tx, T=pikepdf.String("bedrag"))),
    ],
)
def test_what_no_page_shows(kind: str, change: Callable[[pikepdf.Pdf], None], signable: SignablePdf) -> None:
    other = changed(signable.content, change)
    found = compare(signable.content, other)
    assert (found.answer, told(found)) == (Answer.CHANGED, {"DG-V406"})
    assert [one.parameters["kinds"] for one in found.findings] == [kind]
    assert compare(other, other).exact
