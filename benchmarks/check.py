"""How long `docgen check` takes over 209 cases of real size, and `docgen --help` from a cold start.

    .venv/bin/python benchmarks/check.py

Whole processes, several runs, medians. Targets: 209 cases under 2 s, help under 0.4 s.
"""

from __future__ import annotations

import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
SAMPLE = "STATBEL-2026-001"
CASES = 209
"""As many as the Statbel article counts for three years."""
RUNS = 5


def seconds(command: list[str]) -> float:
    """Median wall time of a command, in seconds."""
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        subprocess.run(command, check=False, capture_output=True)
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def write_cases(folder: Path) -> None:
    """Copies of a whole, realistic case under other numbers."""
    folder.mkdir()
    text = (ROOT / "cases" / f"{SAMPLE}.yaml").read_text("utf-8")
    for number in range(1, CASES + 1):
        name = f"STATBEL-2025-{number:03d}"
        (folder / f"{name}.yaml").write_text(text.replace(SAMPLE, name), "utf-8")


def main() -> None:
    docgen = str(Path(sys.executable).with_name("docgen"))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copytree(ROOT / "templates", folder / "templates")
        write_cases(folder / "cases")
        roots = [f"--{root}={folder / root}" for root in ("templates", "cases", "out")]
        figures = {
            "cases": len(list((folder / "cases").glob("*.yaml"))),
            "check_seconds": round(seconds([docgen, "check", *roots]), 2),
            "one_case_seconds": round(seconds([docgen, "check", "STATBEL-2025-001", *roots]), 2),
            "help_seconds": round(seconds([docgen, "--help"]), 2),
            "runs": RUNS,
        }
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
