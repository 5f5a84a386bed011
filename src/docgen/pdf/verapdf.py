"""veraPDF, the reference validator of the PDF Association, where it is installed: a second opinion on a PDF's claims.

It is a Java program of its own and not a Debian package; docgen works without it. Its machine-readable report is read
strictly: whatever is not a report on one whole, ended validation counts as a check that did not run.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from lxml import etree

from docgen.errors import ToolFailed
from docgen.findings import Finding, Place, Severity

Flavour = Literal["2b", "ua1"]
NAMES: Final[Mapping[Flavour, str]] = {"2b": "PDF/A-2b", "ua1": "PDF/UA-1"}
DEADLINE: Final = 120.0
"""Seconds; starting Java alone takes several on a small machine."""
_ENDED: Final = (0, 1)
"""Exit codes of a validation that came to an end: compliant, or not. All others say that it did not."""
_MOST_RULES: Final = 20
_SECONDS_TO_ANSWER: Final = 30.0


@dataclass(frozen=True, slots=True)
class VeraPdf:
    """An installed veraPDF."""

    executable: Path
    deadline: float = DEADLINE
    """Seconds for one file and one standard."""

    def version(self) -> str:
        """What it calls itself, for example `veraPDF 1.28.2`; empty when it does not answer."""
        try:
            ran = subprocess.run(
                [str(self.executable), "--version"],
                capture_output=True,
                stdin=subprocess.DEVNULL,
                timeout=min(self.deadline, _SECONDS_TO_ANSWER),
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired):
            return ""
        found = re.search(r"veraPDF\s+\d[\w.\-]*", ran.stdout.decode("utf-8", "replace"))
        return found.group() if found else ""


def find_verapdf(environment: Mapping[str, str]) -> VeraPdf | None:
    """The veraPDF on the path of an environment, or nothing."""
    found = shutil.which("verapdf", path=environment.get("PATH", ""))
    return VeraPdf(Path(found)) if found else None


def check_with(verapdf: VeraPdf, content: bytes, name: str, flavours: tuple[Flavour, ...]) -> tuple[Finding, ...]:
    """What veraPDF finds in a PDF against each standard: one finding a broken rule (DG-P401), none when it conforms.

    A run that could not start, took too long, or gave no readable report on this one file is a finding too (DG-P402).
    Findings name rules by specification, clause and test number; they quote nothing of the file.
    """
    return tuple(finding for flavour in flavours for finding in _against(verapdf, content, name, flavour))


def _against(verapdf: VeraPdf, content: bytes, name: str, flavour: Flavour) -> Iterator[Finding]:
    try:
        yield from _broken(_report(verapdf, content, name, flavour), name, flavour)
    except ToolFailed as error:
        yield from error.findings


def _report(verapdf: VeraPdf, content: bytes, name: str, flavour: Flavour) -> etree._Element:
    with tempfile.TemporaryDirectory(prefix="docgen-verapdf-") as folder:
        file = Path(folder) / "document.pdf"  # the real name may say who signed
        file.write_bytes(content)
        try:
            # Its usual output is the machine-readable report, under whatever name a version has for that format.
            code, output = _ran([str(verapdf.executable), "--flavour", flavour, str(file)], folder, verapdf.deadline)
        except subprocess.TimeoutExpired as error:
            raise _did_not_run(name, flavour, f"> {verapdf.deadline:g} s") from error
        except OSError as error:
            raise _did_not_run(name, flavour, type(error).__name__) from error
    if code not in _ENDED:
        raise _did_not_run(name, flavour, f"exit {code}")
    return _only_report(output, name, flavour)


def _ran(command: list[str], folder: str, deadline: float) -> tuple[int, bytes]:
    """Exit code and output. The program is a script around Java: when it takes too long, both are stopped."""
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=folder,
        start_new_session=True,
    ) as process:
        try:
            output, _ = process.communicate(timeout=deadline)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
    return process.returncode, output


def _only_report(output: bytes, name: str, flavour: Flavour) -> etree._Element:
    try:
        whole = etree.fromstring(output, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False))
    except etree.XMLSyntaxError as error:
        raise _did_not_run(name, flavour, "no XML") from error
    jobs, reports = whole.findall("./jobs/job"), whole.findall("./jobs/job/validationReport")
    if len(jobs) != 1 or len(reports) != 1:
        raise _did_not_run(name, flavour, "no report")
    (report,) = reports
    details = report.find("details")
    # Older versions do not say how the job ended.
    ended = report.get("jobEndStatus", "normal") == "normal"
    if not ended or details is None or report.get("isCompliant") not in ("true", "false"):
        raise _did_not_run(name, flavour, "not ended")
    if int(details.get("passedChecks", "0") or 0) == 0 and report.get("isCompliant") == "true":
        raise _did_not_run(name, flavour, "nothing checked")
    return report


def _broken(report: etree._Element, name: str, flavour: Flavour) -> Iterator[Finding]:
    if report.get("isCompliant") == "true":
        return
    rules = [rule for rule in report.iterfind("./details/rule") if rule.get("status", "failed") == "failed"]
    for rule in rules[:_MOST_RULES]:
        number = f"{rule.get('specification', '')}, {rule.get('clause', '')}-{rule.get('testNumber', '')}"
        yield _not_conforming(name, flavour, number, rule.get("failedChecks", "?"))
    if not rules:
        yield _not_conforming(name, flavour, NAMES[flavour], "?")


def _not_conforming(name: str, flavour: Flavour, rule: str, count: str) -> Finding:
    words = {"standard": NAMES[flavour], "rule": rule, "count": count}
    return Finding("DG-P401", Severity.ERROR, Place(name), words)


def _did_not_run(name: str, flavour: Flavour, reason: str) -> ToolFailed:
    return ToolFailed.because("DG-P402", Place(name), standard=NAMES[flavour], reason=reason)
