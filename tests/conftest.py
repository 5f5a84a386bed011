"""Fixtures that more than one room needs. What only one room needs stands in `tests/<room>/conftest.py`."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # so that tests of every room can `import builders`

import builders
from docgen.documents import DocumentId, Docx
from docgen.pdf.convert import Converter, OneShotLibreOffice, convert, find_libreoffice
from docgen.pdf.engine import WarmWhenNeeded
from docgen.pdf.installation import find_installation
from docgen.xmp import Metadata
from once import made_once
from outputs import Output
from specimens import Specimen


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """One folder for all xdist workers of this run."""
    own = tmp_path_factory.getbasetemp()
    return own if worker_id == "master" else own.parent


@pytest.fixture(scope="session")
def libreoffice() -> OneShotLibreOffice:
    """The real LibreOffice of this machine; without it the tests fail, they are not skipped."""
    return find_libreoffice(os.environ)


@pytest.fixture(scope="session")
def contract_metadata() -> Metadata:
    return Metadata(builders.CONTRACT_TITLE, builders.CONTRACT_LANG, "docgen", builders.MOMENT)


@pytest.fixture(scope="session")
def contract_docx(shared_folder: Path) -> bytes:
    """A Dutch contract of two pages, with bookmarks `sig_applicant` and `sig_office`."""
    return made_once(shared_folder / "contract.docx", builders.contract)


@pytest.fixture(scope="session")
def contract_pdf(
    shared_folder: Path, contract_docx: bytes, libreoffice: OneShotLibreOffice, contract_metadata: Metadata
) -> bytes:
    """`contract_docx` as a normalised PDF/A-2b with tags, made by the real LibreOffice."""
    docx = Docx(DocumentId("VSA-2026-001", "protocol", "nl"), contract_docx, builders.CONTRACT_TITLE)

    def make() -> bytes:
        return convert(docx, converter=libreoffice, metadata=contract_metadata).content

    return made_once(shared_folder / "contract.pdf", make)


@pytest.fixture(scope="session")
def warm(libreoffice: OneShotLibreOffice, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Converter]:
    """A LibreOffice that stays open between documents; it starts with the second of them."""
    folder = tmp_path_factory.mktemp("quarantine")
    with WarmWhenNeeded(
        libreoffice, lambda: find_installation(libreoffice, os.environ), workers=1, quarantine=folder
    ) as engine:
        yield engine


@pytest.fixture(scope="session")
def output_of(shared_folder: Path, warm: Converter) -> Callable[[Specimen], Output]:
    """What becomes of a filled document, at each stage of its life."""
    return lambda one: Output(one, shared_folder, warm)
