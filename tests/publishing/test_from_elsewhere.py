"""PDFs that other programs wrote: "is this safe to publish?" has an answer, and a copy can be made that is."""

from __future__ import annotations

import io
import subprocess
from collections.abc import Callable
from pathlib import Path

import pypdf
import pypdfium2
import pytest
from PIL import Image

from docgen.publishing.audit import audit
from docgen.publishing.flatten import rewrite
from publishing import builders
from publishing.test_flatten_refusals import document
from publishing.test_flatten_signed import policy, text_of

NUMBER = builders.NATIONAL_NUMBER
PAGE = f"<!doctype html><html lang=nl><title>Brief</title><h1>Brief</h1><p>Nummer {NUMBER} en gewone woorden.</p>"


def written() -> bytes:
    return document(content=f"BT /F0 9 Tf 10 100 Td {builders.encoded(f'Nummer {NUMBER} en gewone woorden.')} Tj ET")


def by_program(*command: str) -> Callable[[Path], bytes]:
    """A program that makes `out.pdf` of `in.pdf` or `in.html`."""

    def run(folder: Path) -> bytes:
        (folder / "in.pdf").write_bytes(written())
        (folder / "in.html").write_text(PAGE)
        subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=90)
        return (folder / "out.pdf").read_bytes()

    return run


def by_pypdf(folder: Path) -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(written()))
    writer.add_metadata({"/Author": "Rik Rector"})
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def by_pdfium(folder: Path) -> bytes:
    out = io.BytesIO()
    pypdfium2.PdfDocument(written()).save(out)
    return out.getvalue()


def by_libreoffice(folder: Path) -> bytes:
    profile = f"-env:UserInstallation=file://{folder}/profile"
    (folder / "out.txt").write_text(f"Nummer {NUMBER} en gewone woorden.")
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "out.txt"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=120)
    return (folder / "out.pdf").read_bytes()


PRINT = ("chromium", "--headless", "--no-sandbox", "--disable-gpu", "--print-to-pdf=out.pdf", "in.html")
WRITERS: dict[str, Callable[[Path], bytes]] = {
    "Chromium": by_program(*PRINT),
    "LibreOffice": by_libreoffice,
    "cairo": by_program("pdftocairo", "-pdf", "in.pdf", "out.pdf"),
    "qpdf for eyes": by_program("qpdf", "--qdf", "in.pdf", "out.pdf"),
    "qpdf for the web": by_program("qpdf", "--linearize", "in.pdf", "out.pdf"),
    "qpdf with object streams": by_program("qpdf", "--object-streams=generate", "in.pdf", "out.pdf"),
    "pypdf": by_pypdf,
    "pdfium": by_pdfium,
}


@pytest.mark.parametrize("writer", WRITERS)
def test_audit_answers_and_a_copy_can_be_published(writer: str, tmp_path: Path) -> None:
    content = WRITERS[writer](tmp_path)
    report = audit(content, source=None)
    assert "not run" not in dict(report.checks).values()
    assert "DG-L301" in {finding.code for finding in report.findings}
    assert NUMBER not in repr(report)
    copy = rewrite(content, policy(content)).content
    assert audit(copy, source=content).ok
    words = text_of(copy, tmp_path)
    assert "gewone woorden" in words
    assert NUMBER not in words


def test_a_scanned_page_stays_a_picture(tmp_path: Path) -> None:
    out = io.BytesIO()
    Image.new("RGB", (60, 60), "white").save(out, "PDF")
    copy = rewrite(out.getvalue(), policy(out.getvalue())).content
    assert audit(copy, source=out.getvalue()).ok
