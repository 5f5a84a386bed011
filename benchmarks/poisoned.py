"""A batch of 200 documents of which 20 are poisoned; `tests/pipeline/test_poisoned.py` looks at a smaller one closer.

.venv/bin/python benchmarks/run.py poisoned
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).parents[1] / "tests"))

from timing import Plan

import poison
from docgen.cli.main import run

GOOD, POISONED = 179, 20
"""And one whose LibreOffice is killed once: it is made all the same."""


def measure(plan: Plan) -> dict[str, Any]:
    if not plan.poisoned:
        return {}
    with tempfile.TemporaryDirectory(prefix="dg", dir="/tmp") as name:
        folder, temporary = Path(name), Path(name) / "t"
        temporary.mkdir()
        poisons = poison.write_batch(folder, GOOD, rounds=-(-POISONED // len(poison.CAUSES)), most=POISONED)
        roots = [f"--{root}={folder / root}" for root in ("templates", "cases", "out")]
        words = ["build", *roots, "--format=json", "--no-cache", "--deadline=16", "-q"]
        before, tempfile.tempdir = tempfile.tempdir, str(temporary)
        began = time.perf_counter()
        try:
            with poison.signals_from_outside(), contextlib.redirect_stdout(io.StringIO()) as out:
                code = run(words)
        finally:
            tempfile.tempdir = before
        seconds = round(time.perf_counter() - began, 1)
        told = json.loads(out.getvalue())
        failed = {row["case"]: row["codes"] for row in told["documents"] if row["state"] == "failed"}
        assert failed == {case: [poison.CAUSES[kind]] for case, kind in poisons.items()}, failed
        assert len(failed) == POISONED
        made: dict[str, set[bytes]] = {}
        for row in told["documents"]:
            if row["state"] == "built":
                title = (folder / "cases" / f"{row['case']}.yaml").read_text("utf-8").split("title: ")[1].split("\n")[0]
                made.setdefault(title, set()).add(
                    (folder / "out" / row["case"] / "pdf/application.nl.pdf").read_bytes()
                )
        assert {len(files) for files in made.values()} == {1}
        left = [file.name for file in temporary.iterdir()]
        found = {"exit code": code, **told["counts"], "seconds": seconds, "left behind": left}
        found["processes left"] = len(poison.processes_of(temporary))
        print(f"  {found}")
        assert code == 11 and left == [] and not found["processes left"]
        return found


if __name__ == "__main__":
    os.environ.setdefault("LC_ALL", "C.UTF-8")
    measure(Plan())
