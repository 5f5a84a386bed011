"""Memory of two workers while each makes so many documents, as many as one makes before it is replaced.

.venv/bin/python benchmarks/run.py memory
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from render import contracts_docx
from timing import Plan, parent_of, resident

from docgen.pdf.convert import find_libreoffice
from docgen.pdf.installation import find_installation
from docgen.pdf.pool import LibreOfficePool, Limits

WORKERS = 2
LOOKS = 10


def measure(plan: Plan) -> dict[str, Any]:
    """Megabytes of each LibreOffice, of the Python that drives it, and of this process."""
    installation = find_installation(find_libreoffice(os.environ), os.environ)
    assert installation is not None, "install python3-uno"
    docx = contracts_docx()
    step = max(plan.documents // LOOKS, 1)
    seen: dict[str, dict[str, list[float]]] = {}
    with LibreOfficePool(installation, WORKERS, limits=Limits(jobs=10**6, kilobytes=10**9)) as pool:

        def some(count: int) -> None:
            with ThreadPoolExecutor(WORKERS) as threads:
                assert all(threads.map(lambda _: pool.to_pdf(docx, deadline=300), range(count)))

        some(WORKERS * 5)
        first = pool.pids
        for made in range(step, plan.documents + 1, step):
            some(WORKERS * step)
            seen[str(made)] = {
                "LibreOffice": [resident(pid) for pid in pool.pids],
                "driver": [resident(parent_of(pid)) for pid in pool.pids],
                "docgen": [resident(os.getpid())],
            }
            print(f"  after {made:4} documents a worker, MB: {seen[str(made)]}")
        replaced = len({*pool.pids} - {*first})
    last = [*seen.values()]
    early, late = (max(one["LibreOffice"]) for one in (last[len(last) // 4], last[-1]))
    return {
        "megabytes after": seen,
        "highest": max(value for one in seen.values() for value in one["LibreOffice"]),
        "growth after the first quarter": round(late - early, 1),
        "workers lost": replaced,
        "preload": installation.preload,
    }
