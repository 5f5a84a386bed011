"""The publication copy of a document with two signatures, an archive timestamp and a security store."""

from __future__ import annotations

import gc
import io
import json
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pytest
from PIL import Image, ImageChops

from docgen.documents import (
    DocumentId,
    SignatureReport,
    SignedPdf,
    ValidatedPdf,
    ValidationReport,
    sha256,
)
from docgen.publishing.audit import audit
from docgen.publishing.flatten import FlattenPolicy, Rewritten, flatten, rewrite
from publishing import builders

NOTE = "Publicatiekopie zonder rechtsgevolg; het ondertekende origineel berust bij de VSA; SHA-256 van het origineel: "


def policy(content: bytes = b"", **changes: object) -> FlattenPolicy:
    settings: dict[str, object] = {
        "title": "Protocol van 3 februari 2026",
        "lang": "nl-BE",
        "producer": "docgen",
        "created": datetime(2026, 2, 4, 8, 0, tzinfo=UTC),
        "publisher": "Statistiek Vlaanderen",
        "note": NOTE + sha256(content) if content else "",
        "note_font": builders.FONT.read_bytes(),
    }
    return FlattenPolicy(**(settings | changes))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def signed(contract_pdf: bytes) -> bytes:
    return builders.signed_pdf(contract_pdf)


@pytest.fixture(scope="module")
def copy(signed: bytes) -> Rewritten:
    return rewrite(signed, policy(signed))


def _left_to_the_collector(work: Callable[[], object]) -> int:
    """Objects that lead to each other in circles after the work, so that only the collector frees them."""
    work()  # the first time, libraries load what they keep
    gc.collect()
    gc.disable()
    try:
        work()
        return gc.collect()
    finally:
        gc.enable()


def test_what_was_read_is_free_as_soon_as_it_is_done_with(signed: bytes, copy: Rewritten) -> None:
    """Thousands of objects a document; to find them, the collector took a tenth of both stages."""
    assert _left_to_the_collector(lambda: rewrite(signed, policy(signed))) < 100
    assert _left_to_the_collector(lambda: audit(copy.content, source=signed)) < 100
    assert _left_to_the_collector(lambda: audit(copy.content[:-30], source=signed)) < 1000


def text_of(content: bytes, folder: Path, *options: str) -> str:
    path = folder / f"{sha256(content)[:12]}.pdf"
    path.write_bytes(content)
    return subprocess.run(["pdftotext", *options, path, "-"], capture_output=True, check=True, text=True).stdout


def pictures_of(content: bytes, folder: Path) -> list[Image.Image]:
    path = folder / f"{sha256(content)[:12]}.pdf"
    path.write_bytes(content)
    subprocess.run(["pdftoppm", "-r", "100", path, path.with_suffix("")], check=True)
    return [Image.open(page) for page in sorted(folder.glob(f"{path.stem}-*.ppm"))]


def squeezed(text: str) -> str:
    return " ".join(text.split())


def test_same_input_same_bytes(signed: bytes, copy: Rewritten) -> None:
    assert rewrite(signed, policy(signed)).content == copy.content


def test_pages_look_the_same_but_for_the_note(signed: bytes, copy: Rewritten, tmp_path: Path) -> None:
    before, after = pictures_of(signed, tmp_path), pictures_of(copy.content, tmp_path)
    assert len(before) == len(after) == copy.pages
    for number, (one, other) in enumerate(zip(before, after, strict=True), start=1):
        different = ImageChops.difference(one.convert("RGB"), other.convert("RGB")).getbbox()
        if number < copy.pages:
            assert different is None
        else:
            assert different is not None
            assert different[1] > one.height * 0.965  # the note, in the bottom margin


def test_text_is_the_same_but_for_the_note(signed: bytes, copy: Rewritten, tmp_path: Path) -> None:
    before, after = squeezed(text_of(signed, tmp_path)), squeezed(text_of(copy.content, tmp_path))
    assert sha256(signed) in after
    note = squeezed(NOTE + sha256(signed))
    assert note in after
    assert sorted(after.replace(note, "").split()) == sorted(before.split())
    assert squeezed(text_of(rewrite(signed, policy()).content, tmp_path)) == before


def test_no_signature_certificate_or_number_is_left(signed: bytes, copy: Rewritten) -> None:
    digits = [re.sub(r"\D", "", number) for number in (builders.NATIONAL_NUMBER, builders.NUMBER_OF_THE_OFFICE)]
    everything = builders.text_of(copy.content).encode("latin-1", "replace") + copy.content
    for who in (*builders.signatories(), builders.authority()):
        certificate = who.certificate.dump()
        assert certificate[40:90] not in everything
        assert certificate[40:90].hex().encode() not in everything
    for number in digits:
        assert number.encode() not in everything
        assert number.encode("utf-16-be") not in everything
    for word in (b"ByteRange", b"/Sig", b"/DSS", b"ETSI", b"AcroForm", b"/Widget", b"Akkoord"):
        assert word not in everything


def test_one_revision_of_pdf_1_7_that_qpdf_accepts(copy: Rewritten, tmp_path: Path) -> None:
    assert copy.content.startswith(b"%PDF-1.7\n")
    assert copy.content.count(b"startxref") == copy.content.count(b"%%EOF") == 1
    path = tmp_path / "copy.pdf"
    path.write_bytes(copy.content)
    assert subprocess.run(["qpdf", "--check", path], capture_output=True, check=False).returncode == 0
    assert b"does not contain any signatures" in subprocess.run(["pdfsig", path], capture_output=True).stdout


def test_conformance_is_claimed_and_metadata_are_new(signed: bytes, copy: Rewritten) -> None:
    assert copy.claims_pdfa
    assert copy.claims_pdfua
    with pikepdf.open(io.BytesIO(copy.content)) as pdf:
        xmp = bytes(pdf.Root.Metadata.read_bytes()).decode()
        assert "Protocol van 3 februari 2026" in xmp
        assert sha256(signed) in xmp
        assert "pdfaid:part>2<" in xmp
        assert "pdfuaid:part>1<" in xmp
        assert "/Info" not in pdf.trailer
        assert pdf.Root.Lang == "nl-BE"
        assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)


def elements(pdf: pikepdf.Pdf) -> list[pikepdf.Object]:
    """Structure elements in reading order."""
    found: list[pikepdf.Object] = []

    def walk(element: pikepdf.Object) -> None:
        kids = element.get("/K", [])
        for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
            if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
                found.append(kid)
                walk(kid)

    walk(pdf.Root.StructTreeRoot)
    return found


def test_mark_is_read_where_its_field_was(signed: bytes, copy: Rewritten) -> None:
    with pikepdf.open(io.BytesIO(signed)) as before, pikepdf.open(io.BytesIO(copy.content)) as after:
        old, new = elements(before), elements(after)
        place = next(i for i, element in enumerate(old) if pikepdf.Name.Form == element.S)
        assert new[place].S == pikepdf.Name.P
        assert "/Alt" not in new[place]
        roles = before.Root.StructTreeRoot.RoleMap
        assert [element.S for element in new[:place]] == [roles.get(str(one.S), one.S) for one in old[:place]]
        assert len(new) == len(old) + 2  # the field without a tag, and the note
        content = bytes(after.pages[-1].Contents.read_bytes()).decode("latin-1")
        drawn = re.findall(r"/P <</MCID (\d+)>> BDC\nq [^\n]* cm /(Mark\d) Do", content)
        office, note = new[-2:]
        assert drawn == [(str(new[place].K), "Mark0"), (str(office.K), "Mark1")]
        assert f"/P <</MCID {note.K}>> BDC\nq 1 0 0 1 0.00 0.00 cm 0.25 g BT /Note" in content


def test_parent_tree_and_structure_agree(copy: Rewritten) -> None:
    with pikepdf.open(io.BytesIO(copy.content)) as pdf:
        nums = list(pdf.Root.StructTreeRoot.ParentTree.Nums)
        tree = {int(nums[i]): nums[i + 1] for i in range(0, len(nums), 2)}
        owners = {(page.obj.StructParents, n): e for page in pdf.pages for n, e in _row(tree[page.obj.StructParents])}
        for page in pdf.pages:
            used = {
                int(operands[1].MCID)
                for operands, operator in pikepdf.parse_content_stream(page)
                if str(operator) == "BDC" and "/MCID" in operands[1]
            }
            assert used == {n for key, n in owners if key == page.obj.StructParents}
        for (_, mark), element in owners.items():
            kids = element.K if isinstance(element.K, pikepdf.Array) else [element.K]
            assert mark in [kid if isinstance(kid, int) else kid.get("/MCID") for kid in kids]


def _row(row: pikepdf.Object) -> list[tuple[int, pikepdf.Object]]:
    return [(n, element) for n, element in enumerate(row) if element is not None]


def test_outline_is_kept_and_leads_to_places_without_names(signed: bytes, copy: Rewritten, tmp_path: Path) -> None:
    def titles(content: bytes) -> list[str]:
        with pikepdf.open(io.BytesIO(content)) as pdf, pdf.open_outline() as outline:
            return [item.title for item in outline.root]

    assert titles(copy.content) == titles(signed)
    with pikepdf.open(io.BytesIO(signed)) as before, pikepdf.open(io.BytesIO(copy.content)) as after:
        assert "/Dests" in before.Root
        assert "/Dests" not in after.Root
        assert "/Names" not in after.Root
        assert after.Root.Outlines.First.Dest[0].objgen in {page.obj.objgen for page in after.pages}


def test_screen_reader_checker_finds_nothing_the_unsigned_document_has_not(
    contract_pdf: bytes, copy: Rewritten, tmp_path: Path
) -> None:
    def rules(name: str, content: bytes) -> set[str]:
        path, report = tmp_path / f"{name}.pdf", tmp_path / f"{name}.json"
        path.write_bytes(content)
        tool = Path(sys.executable).parent / "outloud"
        subprocess.run([tool, "--json", report, "--fail-on", "never", path], capture_output=True, check=True)
        return set(re.findall(r'"rule(?:_id)?": "([^"]+)"', json.dumps(json.loads(report.read_text()))))

    assert rules("copy", copy.content) <= rules("plain", contract_pdf)


def test_flatten_takes_only_what_was_validated(signed: bytes) -> None:
    document = SignedPdf(DocumentId("VSA-2026-001", "protocol", "nl"), signed)
    signature = SignatureReport(
        slot="applicant",
        field="sig_applicant",
        signer=builders.SIGNERS[0],
        role="",
        signed_at=builders.SIGNED_AT,
        time_is_trusted=False,
        level="B-T",
        algorithm="ECDSA",
        intact=True,
        trusted=True,
        coverage="ENTIRE_FILE",
        valid=True,
    )
    report = ValidationReport(sha256(signed), (signature,), (), True)
    flattened = flatten(ValidatedPdf(document, report), policy(signed))
    assert flattened.source_digest == sha256(signed)
    assert flattened.pages == 3 or flattened.pages == 2
    with pytest.raises(ValueError, match="other bytes"):
        ValidatedPdf(SignedPdf(document.id, signed + b"\n"), report)


def test_second_copy_of_a_copy_is_the_same_document(copy: Rewritten, tmp_path: Path) -> None:
    again = rewrite(copy.content, policy())
    assert again.dropped == {}
    assert text_of(again.content, tmp_path) == text_of(copy.content, tmp_path)
