"""Word to PDF: a new LibreOffice for each document against warm workers; one worker against two.

.venv/bin/python benchmarks/run.py convert
"""

from __future__ import annotations

import os
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from statistics import median
from typing import Any

from render import contracts_docx
from rival_unoserver import unoserver
from timing import Plan, interleaved, shown, summary

from docgen.pdf.convert import find_libreoffice
from docgen.pdf.installation import find_installation
from docgen.pdf.pool import LibreOfficePool

_DEADLINE = 300.0


def measure(plan: Plan) -> dict[str, Any]:
    rounds = plan.rounds
    engine = find_libreoffice(os.environ)
    installation = find_installation(engine, os.environ)
    assert installation is not None, "install python3-uno"
    docx = contracts_docx()
    with ExitStack() as stack:
        plain = stack.enter_context(LibreOfficePool(replace(installation, preload=""), 1))
        warm = stack.enter_context(LibreOfficePool(installation, 1))
        ways = {"one process a document": partial(engine.to_pdf, docx, deadline=_DEADLINE)}
        ways["warm worker, usual allocator"] = partial(plain.to_pdf, docx, deadline=_DEADLINE)
        if installation.preload:
            ways["warm worker, tcmalloc"] = partial(warm.to_pdf, docx, deadline=_DEADLINE)
        rival = stack.enter_context(unoserver(installation.python))
        if isinstance(rival, str):
            print(f"  unoserver {rival}")
        else:
            ways["unoserver, one instance"] = partial(rival, docx)
        single = summary(interleaved(ways, rounds, warm_up=3), base="one process a document")
        print(shown("one document after another", single))
    cold = _cold(installation, docx)
    many = _workers(installation, docx, rounds)
    return {"one after another": single, "first document of a new pool, ms": cold, "workers": many}


def _cold(installation: Any, docx: bytes) -> float:
    times = []
    for _ in range(3):
        start = time.perf_counter()
        with LibreOfficePool(installation, 1) as pool:
            pool.to_pdf(docx, deadline=_DEADLINE)
            times.append((time.perf_counter() - start) * 1000)
    print(f"  first document of a new pool{'':16} {median(times):9.1f} ms")
    return round(median(times), 1)


def _workers(installation: Any, docx: bytes, rounds: int) -> dict[str, Any]:
    """Documents a second with one and with two workers, in turns."""
    batch = [docx] * 12
    with LibreOfficePool(installation, 1) as one, LibreOfficePool(installation, 2) as two, ThreadPoolExecutor(2) as th:

        def run(pool: LibreOfficePool) -> None:
            assert all(list(th.map(lambda each: pool.to_pdf(each, deadline=_DEADLINE), batch)))

        ways = {"1 worker": partial(run, one), "2 workers": partial(run, two)}
        rows = summary(interleaved(ways, max(3, rounds // 3)), base="1 worker")
    for row in rows.values():
        row["documents_a_second"] = round(len(batch) / row["median_ms"] * 1000, 2)
    print(shown("a batch of 12", rows))
    return rows
