"""What tests of Word documents share."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from docgen.pdf.convert import find_libreoffice


@pytest.fixture(scope="session")
def libreoffice_saved(tmp_path_factory: pytest.TempPathFactory) -> Callable[[bytes], bytes]:
    """Opens a Word file in the real LibreOffice and saves it as docx again."""
    folder = tmp_path_factory.mktemp("saved")
    program = os.environ.get("DOCGEN_SOFFICE", "soffice")
    assert find_libreoffice(os.environ)

    def save(content: bytes) -> bytes:
        given, saved = folder / "form.docx", folder / "out" / "form.docx"
        given.write_bytes(content)
        saved.unlink(missing_ok=True)
        profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
        to = ["--headless", "--convert-to", "docx:MS Word 2007 XML", "--outdir", str(folder / "out"), str(given)]
        subprocess.run([program, profile, *to], check=True, capture_output=True, timeout=180)
        return Path(saved).read_bytes()

    return save
