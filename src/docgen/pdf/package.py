"""Is a Word file what it says, and does it hold anything that a converter must not open?"""

from __future__ import annotations

import io
import zipfile

from docgen.errors import RenderFailed
from docgen.findings import Place


def require_harmless(docx: bytes, *, name: str) -> None:
    """Refuses a file that is no Word document."""
    try:
        with zipfile.ZipFile(io.BytesIO(docx)) as package:
            package.getinfo("word/document.xml")
    except (zipfile.BadZipFile, KeyError) as problem:
        raise RenderFailed.because("DG-P110", Place(name)) from problem
