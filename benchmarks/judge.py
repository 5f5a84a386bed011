"""Judging a signed file, in this process and in one of its own.

    .venv/bin/python benchmarks/judge.py SIGNED.pdf [ROOT.pem] [rounds]

SIGNED.pdf is for example an original of `cases/<case>/signed/` with two signatures at B-LTA. Printed are medians; the
target for such a file is less than a second for the judging itself.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from docgen.documents import DocumentId, SignedPdf, ValidationReport
from docgen.pipeline.examine import examined
from docgen.pipeline.guarded import Apart, Runner, here
from docgen.signing.trust import trust_from

ID = DocumentId("BENCH-1", "contract", "nl")


def timed(work: Callable[[], ValidationReport], rounds: int) -> tuple[float, ValidationReport]:
    """Median milliseconds, and the last report."""
    spent, report = [], work()
    for _ in range(rounds):
        began = time.perf_counter()
        report = work()
        spent.append(1000 * (time.perf_counter() - began))
    return median(spent), report


def main() -> None:
    """Measure and print."""
    content = Path(sys.argv[1]).read_bytes()
    trust = trust_from([Path(sys.argv[2]).read_bytes()] if len(sys.argv) > 2 else [])
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 9
    runners: dict[str, Runner] = {"in this process": here, "in a process of its own": Apart()}
    for name, run in runners.items():

        def work(run: Runner = run) -> ValidationReport:
            signed = SignedPdf(ID, content)
            return examined(run, signed, (), trust=trust, now=datetime.now(UTC), judge_only=True)

        spent, report = timed(work, rounds)
        levels = ", ".join(one.level for one in report.signatures)
        print(f"{name}: {spent:.0f} ms, {len(content)} bytes, {levels}, {'valid' if report.ok else 'not valid'}")


if __name__ == "__main__":
    main()
