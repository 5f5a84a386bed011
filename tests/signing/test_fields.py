from __future__ import annotations

import io
import subprocess
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest
import signing_attacks as attacks
from signing_state import ID, SLOTS

from docgen.documents import Pdf, SignablePdf, SignedPdf, SlotPlacement
from docgen.errors import ContentInvalid
from docgen.signing.fields import destination_name, prepare


def opened(content: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(content))


def cells_of_forms(document: pikepdf.Pdf) -> list[str]:
    """Kind of the parent of each Form element, and what stands in the same column one row higher."""
    found: list[str] = []

    def walk(element: pikepdf.Object) -> None:
        kids = element.get("/K")
        for kid in kids if isinstance(kids, pikepdf.Array) else [kids] if kids is not None else []:
            if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
                if kid.S == "/Form":
                    found.append(str(kid.P.S))
                    assert kid.P.objgen == element.objgen
                walk(kid)

    walk(document.Root.StructTreeRoot)
    return found


def test_same_input_same_bytes(pdf: Pdf, signable: SignablePdf) -> None:
    assert prepare(pdf, SLOTS).content == signable.content


def test_fields_are_named_described_printed_and_placed(pdf: Pdf, signable: SignablePdf) -> None:
    with opened(pdf.content) as before, opened(signable.content) as document:
        destination = before.Root.Dests["/sig5Fapplicant"]
        fields = list(document.Root.AcroForm.Fields)
        assert [str(field.T) for field in fields] == ["sig_applicant", "sig_office"]
        assert [str(field.TU) for field in fields] == [slot.tooltip for slot in SLOTS]
        assert all(int(field.F) == 4 and field.FT == "/Sig" and "/V" not in field for field in fields)
        left, bottom, right, top = (float(edge) for edge in fields[0].Rect)
        assert (left, top) == pytest.approx((float(destination[2]), float(destination[3])), abs=0.01)
        assert (right - left, top - bottom) == pytest.approx((190, 70), abs=0.01)
        assert "/Lock" not in fields[0]
        assert (str(fields[1].Lock.Action), int(fields[1].Lock.P)) == ("/All", 1)
        assert not list(document.check_pdf_syntax())


def test_every_widget_is_tagged_in_its_cell(signable: SignablePdf) -> None:
    with opened(signable.content) as document:
        assert cells_of_forms(document) == ["/TD", "/TD"]
        tree = pikepdf.NumberTree(document.Root.StructTreeRoot.ParentTree)
        for page in document.pages:
            for widget in page.obj.get("/Annots", []):
                element = tree[int(widget.StructParent)]
                assert element.K.Obj.objgen == widget.objgen
                assert str(element.Alt) == str(widget.TU)
                assert page.obj.Tabs == "/S"
        assert int(document.Root.StructTreeRoot.ParentTreeNextKey) == max(tree) + 1


def test_tags_survive_both_signatures(signable: SignablePdf, fully_signed: SignedPdf, tmp_path: Path) -> None:
    trees = []
    for name, content in (("before", signable.content), ("after", fully_signed.content)):
        (tmp_path / name).write_bytes(content)
        told = subprocess.run(["pdfinfo", "-struct", tmp_path / name], capture_output=True, text=True, check=True)
        trees.append(told.stdout)
    assert trees[0] == trees[1]
    assert trees[0].count("Form") == 2


def test_widgets_have_appearances_in_every_state(
    signable: SignablePdf, half_signed: SignedPdf, fully_signed: SignedPdf
) -> None:
    for content in (signable.content, half_signed.content, fully_signed.content):
        with opened(content) as document:
            for field in document.Root.AcroForm.Fields:
                box = [float(edge) for edge in field.AP.N.BBox]
                assert box == pytest.approx([0, 0, 190, 70])


def test_signing_leaves_metadata_version_and_extensions_alone(signable: SignablePdf, fully_signed: SignedPdf) -> None:
    with opened(signable.content) as before, opened(fully_signed.content) as after:
        assert after.Root.Metadata.read_raw_bytes() == before.Root.Metadata.read_raw_bytes()
        assert "/Version" not in after.Root
        assert str(after.Root.Extensions) == str(before.Root.Extensions)
        assert after.pdf_version == before.pdf_version == "1.7"
        assert after.trailer.ID[0] == before.trailer.ID[0]
        assert after.trailer.ID[1] != before.trailer.ID[1]


@pytest.mark.parametrize(
    ("slots", "code"),
    [
        ([replace(SLOTS[0], bookmark="sig_nobody")], "DG-S101"),
        ([replace(SLOTS[0], width=600.0)], "DG-S102"),
        ([SLOTS[0], replace(SLOTS[1], bookmark="sig_applicant")], "DG-S103"),
        ([SLOTS[0], replace(SLOTS[0])], "DG-S105"),
        ([replace(SLOTS[0], final=True), SLOTS[1]], "DG-S105"),
        ([], "DG-S105"),
    ],
)
def test_what_cannot_be_placed_is_refused(pdf: Pdf, slots: list[SlotPlacement], code: str) -> None:
    with pytest.raises(ContentInvalid) as refusal:
        prepare(pdf, slots)
    assert refusal.value.findings[0].code == code
    if code == "DG-S101":
        assert refusal.value.findings[0].parameters["bookmark"] == "sig_nobody"


def test_no_second_preparation_and_no_other_forms(pdf: Pdf, signable: SignablePdf) -> None:
    with pytest.raises(ContentInvalid, match="DG-S104"):
        prepare(Pdf(ID, signable.content, ""), SLOTS)
    with pytest.raises(ContentInvalid, match="DG-S104"):
        prepare(Pdf(ID, attacks.with_text_field(signable.content), ""), SLOTS)


def test_not_a_pdf() -> None:
    with pytest.raises(ContentInvalid, match="DG-S106"):
        prepare(Pdf(ID, b"no PDF", ""), SLOTS)


def test_libreoffice_names() -> None:
    assert destination_name("sig_applicant") == "sig5Fapplicant"
