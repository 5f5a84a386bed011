"""Samples of this room."""

from __future__ import annotations

from pathlib import Path

import pytest

import builders
from docgen.documents import DocumentId, Docx
from docgen.pdf.convert import OneShotLibreOffice, convert
from docgen.xmp import Metadata
from once import made_once


@pytest.fixture(scope="session")
def form_docx() -> bytes:
    return builders.form()


@pytest.fixture(scope="session")
def form_raw(shared_folder: Path, form_docx: bytes, libreoffice: OneShotLibreOffice) -> bytes:
    """The form as LibreOffice wrote it."""
    return made_once(shared_folder / "form.raw.pdf", lambda: libreoffice.to_pdf(form_docx, deadline=120))


@pytest.fixture(scope="session")
def contract_raw(shared_folder: Path, contract_docx: bytes, libreoffice: OneShotLibreOffice) -> bytes:
    """The contract as LibreOffice wrote it."""
    return made_once(shared_folder / "contract.raw.pdf", lambda: libreoffice.to_pdf(contract_docx, deadline=120))


@pytest.fixture(scope="session")
def form_metadata() -> Metadata:
    return Metadata(builders.FORM_TITLE, builders.CONTRACT_LANG, "docgen", builders.MOMENT)


@pytest.fixture(scope="session")
def form_pdf(form_docx: bytes, form_raw: bytes, form_metadata: Metadata) -> bytes:
    class Given:
        version = "given"

        def to_pdf(self, docx: bytes, *, deadline: float) -> bytes:
            return form_raw

    docx = Docx(DocumentId("VSA-2026-001", "security_declaration", "nl"), form_docx, builders.FORM_TITLE)
    return convert(docx, converter=Given(), metadata=form_metadata).content
