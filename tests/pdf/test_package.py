"""Word files from outside: what is let through to LibreOffice and what is not."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docgen.errors import RenderFailed
from docgen.pdf import package
from docgen.pdf.package import require_harmless

RELS = "word/_rels/document.xml.rels"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def with_parts(docx: bytes, changes: Mapping[str, Callable[[bytes], bytes]], added: Mapping[str, bytes] = {}) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(docx)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            new.writestr(part, changes.get(part, bytes)(old.read(part)))
        for part, content in added.items():
            new.writestr(part, content)
    return target.getvalue()


def with_relation(docx: bytes, kind: str, target: str, mode: str = ' TargetMode="External"') -> bytes:
    tag = f'<Relationship Id="rIdX" Type="{OFFICE}/{kind}" Target="{target}"{mode}/></Relationships>'
    return with_parts(docx, {RELS: lambda old: old.replace(b"</Relationships>", tag.encode())})


def with_field(docx: bytes, *runs: str) -> bytes:
    pieces = "".join(f"<w:r><w:instrText>{run}</w:instrText></w:r>" for run in runs)
    field = (
        f'<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r>{pieces}<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
    )
    return with_parts(docx, {"word/document.xml": lambda old: old.replace(b"<w:body>", b"<w:body>" + field.encode())})


def refusal(docx: bytes) -> str:
    with pytest.raises(RenderFailed) as caught:
        require_harmless(docx, name="protocol.nl.docx")
    assert all(finding.place and finding.place.file == "protocol.nl.docx" for finding in caught.value.findings)
    return caught.value.findings[0].code


def test_an_honest_contract_with_a_link_is_let_through(contract_docx: bytes) -> None:
    require_harmless(contract_docx, name="contract.docx")
    require_harmless(with_relation(contract_docx, "hyperlink", "https://example.org/"), name="contract.docx")


@pytest.mark.parametrize(
    ("kind", "target"),
    [
        ("image", "http://example.org/pixel.png"),
        ("image", "file:///etc/hostname"),
        ("attachedTemplate", "https://example.org/evil.dotm"),
        ("frame", "https://example.org/"),
    ],
)
def test_content_outside_the_file_is_refused(contract_docx: bytes, kind: str, target: str) -> None:
    assert refusal(with_relation(contract_docx, kind, target)) == "DG-P112"


@pytest.mark.parametrize(
    ("part", "kind"),
    [
        ("_rels/.rels", "image"),
        ("word/_rels/header7.xml.rels", "image"),
        ("word/_rels/footer7.xml.rels", "image"),
        ("word/_rels/footnotes.xml.rels", "image"),
        ("word/_rels/comments.xml.rels", "image"),
        ("word/_rels/settings.xml.rels", "attachedTemplate"),
        ("word/_rels/settings.xml.rels", "mailMergeSource"),
        ("word/_rels/settings.xml.rels", "mailMergeHeaderSource"),
        ("word/_rels/webSettings.xml.rels", "frame"),
        ("word/_rels/fontTable.xml.rels", "font"),
        ("word/_rels/document.xml.rels", "video"),
        ("word/_rels/document.xml.rels", "slicerCache"),
        ("customXml/_rels/item7.xml.rels", "customXmlProps"),
    ],
)
def test_content_outside_the_file_is_refused_in_every_part(contract_docx: bytes, part: str, kind: str) -> None:
    tag = f'<Relationship Id="rIdX" Type="{OFFICE}/{kind}" Target="https://example.org/x" TargetMode="External"/>'
    empty = b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'

    def more(old: bytes) -> bytes:
        return old.replace(b"</Relationships>", tag.encode() + b"</Relationships>")

    there = part in zipfile.ZipFile(io.BytesIO(contract_docx)).namelist()
    hostile = with_parts(contract_docx, {part: more} if there else {}, {} if there else {part: more(empty)})
    assert refusal(hostile) == "DG-P112"


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("vbaProject", "DG-P113"),
        ("oleObject", "DG-P114"),
        ("package", "DG-P114"),
        ("aFChunk", "DG-P114"),
        ("subDocument", "DG-P114"),
        ("control", "DG-P114"),
    ],
)
def test_macros_and_embedded_objects_are_refused(contract_docx: bytes, kind: str, code: str) -> None:
    assert refusal(with_relation(contract_docx, kind, "x.bin", mode="")) == code


def test_a_macro_file_under_another_relation_is_refused(contract_docx: bytes) -> None:
    declared = b'<Override PartName="/word/x.bin" ContentType="application/vnd.ms-office.vbaProject"/></Types>'
    changed = {"[Content_Types].xml": lambda old: old.replace(b"</Types>", declared)}
    assert refusal(with_parts(contract_docx, changed, {"word/x.bin": b"x"})) == "DG-P113"


@pytest.mark.parametrize(
    "runs",
    [
        ('INCLUDEPICTURE "http://example.org/x.png" \\d',),
        ("INCLUDE", "TEXT", ' "/etc/hostname"'),
        (" includetext file.docx",),
        ("DDEAUTO cmd x",),
    ],
)
def test_fields_that_fetch_are_refused_however_word_cut_them(contract_docx: bytes, runs: tuple[str, ...]) -> None:
    assert refusal(with_field(contract_docx, *runs)) == "DG-P112"


def test_ordinary_fields_are_let_through(contract_docx: bytes) -> None:
    require_harmless(with_field(contract_docx, " REF ", "sig_office \\h"), name="contract.docx")


def test_a_picture_that_refers_outside_is_refused(contract_docx: bytes) -> None:
    svg = b'<svg xmlns:xlink="http://www.w3.org/1999/xlink"><image xlink:href="http://example.org/a.png"/></svg>'
    assert refusal(with_parts(contract_docx, {}, {"word/media/a.svg": svg})) == "DG-P112"


def test_external_entities_are_refused(contract_docx: bytes) -> None:
    bomb = b'<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/hostname">]><w>&x;</w>'
    assert refusal(with_parts(contract_docx, {"word/document.xml": lambda _: bomb})) == "DG-P110"


@pytest.mark.parametrize("content", [b"", b"no zip at all", b"PK\x03\x04", b"%PDF-1.7\n"])
def test_garbage_is_refused(content: bytes) -> None:
    assert refusal(content) == "DG-P110"


def test_a_zip_that_is_no_word_file_is_refused() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as other:
        other.writestr("hello.txt", "hello")
    assert refusal(target.getvalue()) == "DG-P110"


def test_a_zip_bomb_is_refused_before_it_is_unpacked(contract_docx: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "LARGEST_XML", 1_000_000)
    swollen = with_parts(contract_docx, {"word/document.xml": lambda old: old + b" " * 2_000_000})
    assert refusal(swollen) == "DG-P111"
    monkeypatch.setattr(package, "LARGEST_CONTENT", 100_000)
    assert refusal(swollen) == "DG-P111"


@settings(max_examples=60)
@given(data=st.data())
def test_a_damaged_file_gives_our_error_or_none(contract_docx: bytes, data: st.DataObject) -> None:
    """Cut anywhere, or with a byte changed anywhere: never an exception of zipfile, zlib or lxml."""
    cut = data.draw(st.integers(0, len(contract_docx)))
    at = data.draw(st.integers(0, len(contract_docx) - 1))
    changed = bytearray(contract_docx)
    changed[at] ^= data.draw(st.integers(1, 255))
    for damaged in (contract_docx[:cut], bytes(changed)):
        try:
            require_harmless(damaged, name="damaged.docx")
        except RenderFailed as refused:
            assert refused.findings
