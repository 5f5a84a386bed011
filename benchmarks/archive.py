"""An archive of 209 cases: nothing to do, one changed case, one changed template; and how nothing to do grows.

    .venv/bin/python benchmarks/run.py archive

Whole processes of `docgen build`, as a person starts them. Making the archive takes minutes and is not measured.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from statistics import median
from typing import Any

import docx
from timing import Plan

ROOT = Path(__file__).parents[1]
SAMPLE = "STATBEL-2026-001"
SIZES = (10, 50, 100)


def measure(plan: Plan) -> dict[str, Any]:
    cases = plan.cases
    with tempfile.TemporaryDirectory(prefix="docgen-bench-") as name:
        folder = Path(name)
        shutil.copytree(ROOT / "templates", folder / "templates")
        _write_cases(folder / "cases", cases)
        began = time.perf_counter()
        made = _build(folder)[1]
        seconds = time.perf_counter() - began
        found: dict[str, Any] = {"cases": cases, "made": made, "seconds to make all": round(seconds, 1)}
        found["documents a second"] = round(sum(made.values()) / seconds, 2)
        print(f"  archive of {cases} cases: {made}, {found['seconds to make all']} s")
        times = [_build(folder)[0] for _ in range(max(3, plan.rounds // 3))]
        found["nothing to do, seconds"] = round(median(times), 2)
        found["growth, seconds"] = {
            str(size): round(_build(folder, size)[0], 2) for size in (*(one for one in SIZES if one < cases), cases)
        }
        found["all read again, seconds"] = round(_build(folder, extra=["--no-cache"])[0], 2)
        case = folder / "cases" / f"{_name(7)}.yaml"
        case.write_text(case.read_text("utf-8").replace("Wonen, inkomen", "Werken, inkomen"), "utf-8")
        found["one changed case"] = _told(folder)
        template = folder / "templates" / "statbel" / "nl" / "dpo_advice.docx"
        changed = docx.Document(str(template))
        changed.add_paragraph("Nog een zin.")
        changed.save(str(template))
        found["one changed template"] = _told(folder)
        for name_, value in found.items():
            print(f"  {name_:32} {value}")
        return found


def _told(folder: Path) -> dict[str, Any]:
    seconds, counts = _build(folder)
    return {"seconds": round(seconds, 2), **counts}


def _name(number: int) -> str:
    return f"STATBEL-2025-{number:03d}"


def _write_cases(folder: Path, cases: int) -> None:
    folder.mkdir()
    text = (ROOT / "cases" / f"{SAMPLE}.yaml").read_text("utf-8")
    for number in range(1, cases + 1):
        (folder / f"{_name(number)}.yaml").write_text(text.replace(SAMPLE, _name(number)), "utf-8")


def _build(folder: Path, size: int = 0, extra: list[str] | None = None) -> tuple[float, dict[str, int]]:
    named = [_name(number) for number in range(1, size + 1)]
    command = [sys.executable, "-m", "docgen", "build", "--format", "json", "-q", *(extra or []), *named]
    began = time.perf_counter()
    ran = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    seconds = time.perf_counter() - began
    assert ran.returncode == 0, ran.stderr
    documents = json.loads(ran.stdout)["documents"]
    built = Counter(f"built {row['kind']}" for row in documents if row["state"] == "built")
    return seconds, {**built, "up to date": sum(row["state"] == "up to date" for row in documents)}


if __name__ == "__main__":
    measure(Plan())
