"""The adapter to veraPDF, tried on the real one, and on a stand-in for what the real one does seldom."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

import verapdf_engine
from docgen.pdf.verapdf import VeraPdf, check_with, find_verapdf
from pdf.test_conformance import DEFECTS, changed

PASS = """<?xml version="1.0" encoding="utf-8"?>
<report>
  <buildInformation>
    <releaseDetails id="core" version="1.28.2" buildDate="2025-07-15T16:07:00+03:00"></releaseDetails>
  </buildInformation>
  <jobs>
    <job>
      <item size="21042"><name>document.pdf</name></item>
      <validationReport jobEndStatus="normal" profileName="PDF/A-2B validation profile" \
statement="PDF file is compliant with Validation Profile requirements." isCompliant="true">
        <details passedRules="144" failedRules="0" passedChecks="1210" failedChecks="0"></details>
      </validationReport>
      <duration start="1755000000000" finish="1755000000412">00:00:00.412</duration>
    </job>
  </jobs>
  <batchSummary totalJobs="1" failedToParse="0" encrypted="0" outOfMemory="0" veraExceptions="0">
    <validationReports compliant="1" nonCompliant="0" failedJobs="0">1</validationReports>
  </batchSummary>
</report>
"""
FAIL = PASS.replace('isCompliant="true"', 'isCompliant="false"').replace(
    '<details passedRules="144" failedRules="0" passedChecks="1210" failedChecks="0"></details>',
    """<details passedRules="143" failedRules="1" passedChecks="1200" failedChecks="10">
          <rule specification="ISO 19005-2:2011" clause="6.2.11.4.1" testNumber="1" status="failed" failedChecks="10" \
tags="font"><description>The font programs for all fonts used shall be embedded</description>
            <object>PDFont</object><test>Subtype == "Type3"</test>
            <check status="failed"><context>root/document[0]/pages[0](3 0 obj PDPage)</context>
              <errorMessage>Rik Rector</errorMessage></check></rule></details>""",
)
PARSE = """<?xml version="1.0" encoding="utf-8"?>
<report><jobs><job><item size="3"><name>document.pdf</name></item>
<taskException type="PARSE" isExecuted="true" isSuccess="false"><exceptionMessage>Couldn't parse</exceptionMessage>
</taskException></job></jobs>
<batchSummary totalJobs="1" failedToParse="1" encrypted="0" outOfMemory="0" veraExceptions="0"></batchSummary></report>
"""


def installed(folder: Path, output: str, code: int = 0, before: str = "") -> VeraPdf:
    """A veraPDF that prints this and notes how it was called."""
    (folder / "answer.xml").write_text(output, "utf-8")
    script = folder / "verapdf"
    script.write_text(
        f'#!/bin/sh\necho "$@" >> "{folder}/calls"\n{before}\n'
        f'if [ "$1" = --version ]; then echo "veraPDF 1.28.2"; exit 0; fi\ncat "{folder}/answer.xml"\nexit {code}\n'
    )
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    found = find_verapdf({"PATH": f"{folder}{os.pathsep}{os.defpath}"})
    assert found is not None
    return VeraPdf(found.executable, deadline=5)


def test_not_installed_is_nothing(tmp_path: Path) -> None:
    assert find_verapdf({"PATH": str(tmp_path)}) is None
    assert find_verapdf({}) is None


def test_version(tmp_path: Path) -> None:
    assert installed(tmp_path, PASS).version() == "veraPDF 1.28.2"
    assert VeraPdf(tmp_path / "gone").version() == ""


def test_conforming_file_has_no_finding_and_every_standard_was_asked(tmp_path: Path) -> None:
    assert check_with(installed(tmp_path, PASS), b"%PDF", "x.pdf", ("2b", "ua1")) == ()
    calls = (tmp_path / "calls").read_text().splitlines()
    assert [call.split()[:2] for call in calls] == [["--flavour", "2b"], ["--flavour", "ua1"]]
    assert all(call.endswith("document.pdf") for call in calls)


def test_broken_rule_is_named_and_the_file_is_not_quoted(tmp_path: Path) -> None:
    (finding,) = check_with(installed(tmp_path, FAIL, code=1), b"%PDF", "x.pdf", ("2b",))
    assert finding.code == "DG-P401"
    assert finding.parameters == {"standard": "PDF/A-2b", "rule": "ISO 19005-2:2011, 6.2.11.4.1-1", "count": "10"}
    assert "Rector" not in str(finding)


@pytest.mark.parametrize(
    ("output", "code", "before", "reason"),
    [
        ("", 0, "", "no XML"),
        ("Exception in thread main", 0, "", "no XML"),
        ("<report><jobs/></report>", 0, "", "no report"),
        (PARSE, 0, "", "no report"),
        (PARSE, 7, "", "exit 7"),
        (PASS, 8, "", "exit 8"),
        (PASS.replace('"normal"', '"timeout"'), 0, "", "not ended"),
        (PASS.replace('isCompliant="true"', 'isCompliant="maybe"'), 0, "", "not ended"),
        (PASS.replace('passedChecks="1210"', 'passedChecks="0"'), 0, "", "nothing checked"),
        (PASS.replace("</job>", "</job><job/>"), 0, "", "no report"),
        (PASS[:300], 0, "", "no XML"),
        (PASS, 0, "exec sleep 60", "> 1 s"),
        (PASS, 0, "sleep 61", "> 1 s"),  # a script that waits for a program of its own
    ],
)
def test_a_check_that_did_not_run_has_failed(tmp_path: Path, output: str, code: int, before: str, reason: str) -> None:
    verapdf = VeraPdf(installed(tmp_path, output, code, before).executable, deadline=1 if before else 20)
    (finding,) = check_with(verapdf, b"%PDF", "x.pdf", ("ua1",))
    assert (finding.code, finding.parameters["reason"]) == ("DG-P402", reason)
    assert finding.blocks


def test_a_program_that_cannot_start_has_failed(tmp_path: Path) -> None:
    (finding,) = check_with(VeraPdf(tmp_path / "gone"), b"%PDF", "x.pdf", ("2b",))
    assert finding.code == "DG-P402"


@pytest.mark.xdist_group("verapdf")
def test_the_real_one_names_the_rule_that_is_broken(contract_pdf: bytes, tmp_path: Path) -> None:
    verapdf_engine.installed(tmp_path)
    real = find_verapdf(os.environ | {"PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"})
    assert real is not None
    assert real.version().startswith("veraPDF 1.")
    without_intent = changed(contract_pdf, DEFECTS[7][1])
    (finding,) = check_with(real, without_intent, "x.pdf", ("2b",))
    assert (finding.code, finding.parameters["rule"]) == ("DG-P401", "ISO 19005-2:2011, 6.2.4.3-2")
    (finding,) = check_with(real, b"%PDF-1.7 and no more", "x.pdf", ("ua1",))
    assert finding.code == "DG-P402"


FINDS_LESS = {
    "DG-P203-4": "an empty table of embedded files is no file",
    "DG-P207-9": "PDF/A-2 dropped the demand that /Info and XMP agree; readers still show both",
    "DG-P210-13": "the version of the catalogue is not asked",
    "DG-P212-15": "asked by 2u and by PDF/UA (7.21.7), not by 2b",
    "DG-P305-22": "content marked inside an artifact",
    "DG-P305-23": "a marked sequence that does not end",
    "DG-P306-24": "a mark that no element has",
    "DG-P306-25": "one mark used twice",
    "DG-P306-26": "an element without its content",
    "DG-P306-27": "a parent tree that points elsewhere",
    "DG-P308-29": "a table without headers",
    "DG-P315-36": "an empty heading",
}
"""Defects that our own inspection finds and veraPDF lets pass."""


@pytest.mark.xdist_group("verapdf")
@pytest.mark.parametrize(("flavour", "ours"), [("2b", "DG-P2"), ("ua1", "DG-P3")])
def test_our_inspection_finds_what_verapdf_finds(contract_pdf: bytes, tmp_path: Path, flavour: str, ours: str) -> None:
    """The same defects that our inspection is tried on: each breaks a rule, or stands above with what it is."""
    files = {
        f"{code}-{number}": changed(contract_pdf, change)
        for number, (code, change) in enumerate(DEFECTS)
        if code.startswith(ours)
    }
    broken = verapdf_engine.broken_rules(tmp_path / "pdf", {"good": contract_pdf, **files}, flavour)
    passed = {name for name, rules in broken.items() if not rules}
    assert passed == {"good", *(name for name in FINDS_LESS if name in files)}
