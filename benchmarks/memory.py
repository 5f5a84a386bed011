"""Memory of a worker over many documents, looked at after each.

.venv/bin/python benchmarks/run.py memory
"""

from __future__ import annotations

import os
from typing import Any

from render import contracts_docx

from docgen.pdf.convert import find_libreoffice
from docgen.pdf.installation import find_installation
from docgen.pdf.pool import LibreOfficePool, Limits

DOCUMENTS = 500
LOOK_EVERY = 50


def measure(_rounds: int) -> dict[str, Any]:
    """Megabytes of LibreOffice, with as many documents as a worker gets before it is replaced."""
    installation = find_installation(find_libreoffice(os.environ), os.environ)
    assert installation is not None, "install python3-uno"
    docx = contracts_docx()
    seen: dict[str, float] = {}
    with LibreOfficePool(installation, 1, limits=Limits(jobs=DOCUMENTS + 1)) as pool:
        for number in range(1, DOCUMENTS + 1):
            pool.to_pdf(docx, deadline=300)
            if number == 10 or number % LOOK_EVERY == 0:
                (worker,) = pool._running
                seen[str(number)] = round(worker.kilobytes / 1024, 1)
                print(f"  after {number:4} documents {seen[str(number)]:8.1f} MB")
    return {"megabytes_after": seen, "preload": installation.preload}
