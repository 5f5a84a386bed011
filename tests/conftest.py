"""Fixtures that more than one room needs. What only one room needs stands in `tests/<room>/conftest.py`."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

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

# Nothing of the machine: not its language, not its clock's zone (far from every office), not what its owner set.
_OWN = ("LC_ALL", "LC_MESSAGES", "LANGUAGE", "SOURCE_DATE_EPOCH", "COLUMNS", "FORCE_COLOR", "NO_COLOR")
_DOCGEN = ("LANG", "CONFIG", "TEMPLATES", "CASES", "OUT", "SITE_URL")
for _name in (*_OWN, *(f"DOCGEN_{name}" for name in _DOCGEN)):
    os.environ.pop(_name, None)
os.environ |= {"LANG": "C.UTF-8", "TZ": "Pacific/Kiritimati", "no_proxy": "127.0.0.1,localhost"}
time.tzset()

# A commit passes or fails the same way every time: on a busy machine nothing is too slow, and all draw the same lots.
# `--hypothesis-profile default` looks further.
settings.register_profile("steady", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("steady")


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
