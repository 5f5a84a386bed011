"""The real veraPDF, for tests: many files in one run of it, because a start costs several seconds."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from lxml import etree

ROOT = Path(__file__).parents[1]
PROGRAM = (sys.executable, str(ROOT / "tools" / "verapdf" / "verapdf.py"))


def broken_rules(folder: Path, files: Mapping[str, bytes], flavour: str) -> dict[str, set[str]]:
    """For each file the rules of a standard (`2b`, `ua1`) that it breaks, as `clause-test`.

    A file that veraPDF did not judge to the end is an AssertionError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths = {str(folder / f"{number}.pdf"): name for number, name in enumerate(files)}
    for path, name in paths.items():
        Path(path).write_bytes(files[name])
    ran = subprocess.run([*PROGRAM, "--flavour", flavour, *paths], capture_output=True, check=False)
    assert ran.returncode in (0, 1), ran.stderr.decode()
    judged = {paths[job.findtext("item/name") or ""]: _broken(job) for job in etree.fromstring(ran.stdout).iter("job")}
    assert judged.keys() == files.keys()
    return judged


def _broken(job: etree._Element) -> set[str]:
    report = job.find("validationReport")
    assert report is not None and report.get("jobEndStatus") == "normal"
    broken = {f"{rule.get('clause')}-{rule.get('testNumber')}" for rule in report.iter("rule")}
    assert report.get("isCompliant") == ("false" if broken else "true")
    return broken


def installed(folder: Path) -> Path:
    """A folder with a program `verapdf`, as its installer would leave it."""
    program = folder / "verapdf"
    program.write_text("#!/bin/sh\nexec " + " ".join(PROGRAM) + ' "$@"\n')
    program.chmod(0o755)
    return program
