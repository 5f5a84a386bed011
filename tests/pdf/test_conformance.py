"""Our inspection: content with a good file, and each defect found when it is put in."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pikepdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pikepdf import Array, Dictionary, Name, Pdf, String

from docgen.errors import DocgenError, ToolFailed
from docgen.pdf.conformance import Conformance, check
from docgen.pdf.structure import elements_of


def changed(content: bytes, change: Callable[[Pdf], object], **options: Any) -> bytes:
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as pdf:
        change(pdf)
        pdf.save(target, **options)
    return target.getvalue()


def codes(judgement: Conformance) -> set[str]:
    return {finding.code for finding in (*judgement.archive, *judgement.accessibility)}


def element(pdf: Pdf, tag: str) -> Any:
    """The first structure element of a kind, as an object of the file."""
    found = next(one for top in elements_of(pdf) for one in top.walk() if one.tag == tag)
    assert found.key
    return pdf.get_object(found.key)


def draw(pdf: Pdf, operators: bytes) -> None:
    pdf.pages[0].contents_add(operators)


def add_annotation(pdf: Pdf, **keys: Any) -> None:
    rect = Array([10, 10, 90, 40])
    pdf.pages[0].obj.Annots = Array([pdf.make_indirect(Dictionary(Type=Name.Annot, Rect=rect, **keys))])


def drop(node: Any, key: str) -> None:
    del node[key]


def font(pdf: Pdf) -> Any:
    return next(one for one in pdf.objects if isinstance(one, Dictionary) and one.get("/Type") == Name.Font)


def change_first_width(pdf: Pdf) -> None:
    found = font(pdf)
    found.Widths = Array([int(width) * 2 for width in found.Widths])


def swap_parents(pdf: Pdf) -> None:
    entries = pdf.Root.StructTreeRoot.ParentTree.Nums[1]
    entries[0], entries[2] = entries[2], entries[0]


def test_a_filter_archives_forbid_is_found(contract_pdf: bytes) -> None:
    def add_lzw(pdf: Pdf) -> None:
        pdf.Root.Odd = pdf.make_stream(b"")
        pdf.Root.Odd.write(b"\x80\x0b\x60\x50\x22\x0c\x0c\x85\x01", filter=Name.LZWDecode)

    # Kept as it is: saving would otherwise pack it anew with an allowed filter.
    kept = {"stream_decode_level": pikepdf.StreamDecodeLevel.none, "compress_streams": False}
    assert codes(check(changed(contract_pdf, add_lzw, **kept), "x.pdf")) == {"DG-P206"}


def test_the_sample_keeps_to_both_and_says_so(contract_pdf: bytes) -> None:
    judgement = check(contract_pdf, "protocol.nl.pdf")
    assert (judgement.archive, judgement.accessibility) == ((), ())
    assert judgement.claims_pdfa_2b
    assert judgement.claims_pdfua_1
    assert judgement.ok


DEFECTS: list[tuple[str, Callable[[Pdf], object]]] = [
    ("DG-P201", lambda pdf: drop(font(pdf).FontDescriptor, "/FontFile2")),
    ("DG-P202", change_first_width),
    ("DG-P203", lambda pdf: pdf.Root.__setattr__("OpenAction", Dictionary(S=Name.JavaScript, JS=String("app.beep()")))),
    ("DG-P203", lambda pdf: pdf.pages[0].obj.__setattr__("AA", Dictionary())),
    ("DG-P203", lambda pdf: pdf.Root.__setattr__("Names", Dictionary(EmbeddedFiles=Dictionary()))),
    ("DG-P203", lambda pdf: add_annotation(pdf, Subtype=Name.Link, F=4, A=Dictionary(S=Name.Launch, F=String("x")))),
    ("DG-P203", lambda pdf: pdf.Root.__setattr__("AcroForm", Dictionary(XFA=String("x"), Fields=Array()))),
    ("DG-P204", lambda pdf: drop(pdf.Root, "/OutputIntents")),
    ("DG-P207", lambda pdf: drop(pdf.Root, "/Metadata")),
    ("DG-P207", lambda pdf: pdf.trailer.Info.__setattr__("Title", String("Iets anders"))),
    ("DG-P208", lambda pdf: draw(pdf, b"/Artifact BMC 0 0 0 1 k EMC")),
    ("DG-P209", lambda pdf: add_annotation(pdf, Subtype=Name.Square, F=4)),
    ("DG-P209", lambda pdf: add_annotation(pdf, Subtype=Name.Link, F=0)),
    ("DG-P210", lambda pdf: pdf.Root.__setattr__("Version", Name("/2.0"))),
    ("DG-P211", lambda pdf: font(pdf).FontDescriptor.FontFile2.write(b"no font")),
    ("DG-P212", lambda pdf: drop(font(pdf), "/ToUnicode")),
    ("DG-P301", lambda pdf: drop(pdf.Root, "/StructTreeRoot")),
    ("DG-P301", lambda pdf: drop(pdf.Root, "/MarkInfo")),
    ("DG-P302", lambda pdf: drop(pdf.Root, "/Lang")),
    ("DG-P303", lambda pdf: drop(pdf.Root, "/ViewerPreferences")),
    ("DG-P304", lambda pdf: draw(pdf, b"0 0 m 9 9 l S")),
    ("DG-P304", lambda pdf: draw(pdf, b"BT (woord) Tj ET")),
    ("DG-P305", lambda pdf: draw(pdf, b"/Artifact BMC /P <</MCID 900>> BDC EMC EMC")),
    ("DG-P305", lambda pdf: draw(pdf, b"/Artifact BMC")),
    ("DG-P306", lambda pdf: draw(pdf, b"/P <</MCID 900>> BDC EMC")),
    ("DG-P306", lambda pdf: draw(pdf, b"/P <</MCID 0>> BDC EMC")),
    ("DG-P306", lambda pdf: element(pdf, "H1").__setattr__("K", Array())),
    ("DG-P306", swap_parents),
    ("DG-P307", lambda pdf: element(pdf, "H1").__setattr__("S", Name.Figure)),
    ("DG-P308", lambda pdf: [element(pdf, "TH").__setattr__("S", Name.TD) for _ in range(3)]),
    ("DG-P309", lambda pdf: element(pdf, "TR").__setattr__("K", Array([element(pdf, "TR").K[0]]))),
    ("DG-P310", lambda pdf: element(pdf, "H2").__setattr__("S", Name.H4)),
    ("DG-P311", lambda pdf: (add_annotation(pdf, Subtype=Name.Link, F=4), drop(pdf.pages[0].obj, "/Tabs"))),
    ("DG-P312", lambda pdf: add_annotation(pdf, Subtype=Name.Link, F=4, Contents=String("Meer"))),
    ("DG-P313", lambda pdf: element(pdf, "H1").__setattr__("S", Name("/Kop"))),
    ("DG-P314", lambda pdf: element(pdf, "TR").__setattr__("S", Name.Div)),
    ("DG-P315", lambda pdf: element(pdf, "H2").__setattr__("K", Array())),
    ("DG-P316", lambda pdf: element(pdf, "TR").__setattr__("K", Array([element(pdf, "Table")]))),
]


@pytest.mark.parametrize(("code", "change"), DEFECTS, ids=[f"{code}-{n}" for n, (code, _) in enumerate(DEFECTS)])
def test_each_defect_is_found(contract_pdf: bytes, code: str, change: Callable[[Pdf], object]) -> None:
    judgement = check(changed(contract_pdf, change), "protocol.nl.pdf")
    assert code in codes(judgement)
    assert not judgement.ok
    if judgement.claims_pdfa_2b:
        assert not judgement.honest


def test_a_defect_of_a_page_names_the_page(contract_pdf: bytes) -> None:
    broken = changed(contract_pdf, lambda pdf: pdf.pages[1].contents_add(b"BT (woord) Tj ET"))
    (finding,) = check(broken, "protocol.nl.pdf").accessibility
    assert finding.place is not None
    assert (finding.place.file, finding.place.path) == ("protocol.nl.pdf", "page 2")
    assert finding.parameters == {"kind": "text", "count": "1"}


def test_encryption_is_found(contract_pdf: bytes) -> None:
    locked = changed(contract_pdf, lambda _: None, encryption=pikepdf.Encryption(owner="o", user=""))
    assert "DG-P205" in codes(check(locked, "x.pdf"))


def test_bytes_after_the_end_are_found(contract_pdf: bytes) -> None:
    assert codes(check(contract_pdf + b"\n% something was added", "x.pdf")) == {"DG-P210"}


def test_a_tagged_signature_field_is_fine(contract_pdf: bytes) -> None:
    """What signing adds: a widget inside a Form element, with words for people who listen."""

    def add_field(pdf: Pdf) -> None:
        root = pdf.Root.StructTreeRoot
        picture = pdf.make_stream(b"", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 80, 30]))
        add_annotation(
            pdf, Subtype=Name.Widget, F=4, FT=Name.Sig, TU=String("Voor het bureau"), AP=Dictionary(N=picture)
        )
        widget = pdf.pages[0].obj.Annots[0]
        widget.StructParent = 77
        reference = Dictionary(Type=Name.OBJR, Obj=widget, Pg=pdf.pages[0].obj)
        form = pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Form, P=root.K[0], K=reference))
        root.K[0].K.append(form)
        root.ParentTree.Nums.extend(Array([77, form]))
        pdf.Root.AcroForm = Dictionary(Fields=Array([widget]))

    assert check(changed(contract_pdf, add_field), "x.pdf").ok


@pytest.mark.parametrize("content", [b"", b"no PDF", b"%PDF-1.7\n%%EOF"])
def test_what_is_no_pdf_gives_our_error(content: bytes) -> None:
    with pytest.raises(ToolFailed) as caught:
        check(content, "x.pdf")
    assert caught.value.findings[0].code == "DG-P104"


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_damaged_pdf_gives_a_judgement_or_our_error(contract_pdf: bytes, data: st.DataObject) -> None:
    loose = changed(contract_pdf, lambda _: None, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    damaged = bytearray(loose)
    for _ in range(data.draw(st.integers(1, 20))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    try:
        check(bytes(damaged), "x.pdf")
    except DocgenError as problem:
        assert problem.findings
