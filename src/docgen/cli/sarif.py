"""Findings as SARIF 2.1.0 (OASIS), which code review tools show beside the file.

A Word file has no lines: there the place is a logical one, by part, table, row, cell and paragraph.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from docgen.cli.show import Shown
from docgen.errors import ExitCode
from docgen.findings import Place, Severity
from docgen.office.wording import Sentence
from docgen.version import VERSION

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.GATE: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_STEPS = ("table", "row", "cell", "paragraph")


def as_sarif(
    found: Sequence[Shown],
    outline: Callable[[str], Sentence],
    lang: str,
    exit_code: ExitCode,
    *,
    refused: bool = False,
) -> str:
    """The findings as a SARIF log with one run.

    Args:
        found: what was found.
        outline: what a code means, whatever it is found in.
        lang: language of the sentences, two letters.
        exit_code: how the run ended.
        refused: the run did not come to its end, so that what is not among the findings was perhaps not looked at.
    """
    worst = {one.finding.code: max(_of_code(found, one.finding.code)) for one in found}
    codes = list(worst)
    driver = {
        "name": "docgen",
        "version": VERSION,
        "language": lang,
        "rules": [_rule(code, severity, outline(code)) for code, severity in worst.items()],
    }
    run = {
        "tool": {"driver": driver},
        "invocations": [{"executionSuccessful": not refused, "exitCode": int(exit_code)}],
        "columnKind": "unicodeCodePoints",
        "results": [_result(one, codes.index(one.finding.code)) for one in found],
    }
    whole = {"version": "2.1.0", "$schema": _SCHEMA, "runs": [run]}
    return json.dumps(whole, ensure_ascii=False, indent=2)


def _of_code(found: Sequence[Shown], code: str) -> list[Severity]:
    return [one.finding.severity for one in found if one.finding.code == code]


def _rule(code: str, severity: Severity, meaning: Sentence) -> Mapping[str, Any]:
    more = " ".join(filter(None, (meaning.remedy, meaning.more)))
    return {
        "id": code,
        "shortDescription": {"text": meaning.text},
        **({"help": {"text": more}} if more else {}),
        "defaultConfiguration": {"level": _LEVELS[severity]},
    }


def _result(one: Shown, rule: int) -> Mapping[str, Any]:
    message = " ".join(filter(None, (one.text, one.remedy, one.ground)))
    result: dict[str, Any] = {
        "ruleId": one.finding.code,
        "ruleIndex": rule,
        "level": _LEVELS[one.finding.severity],
        "message": {"text": message},
    }
    place = one.finding.place
    if place and place.file:
        result["locations"] = [_location(place, one.finding.parameters)]
    return result


def _location(place: Place, parameters: Mapping[str, str]) -> Mapping[str, Any]:
    where: dict[str, Any] = {"artifactLocation": {"uri": _uri(place.file)}}
    if place.line:
        where["region"] = {"startLine": place.line, "startColumn": max(place.column, 1)}
    location: dict[str, Any] = {"physicalLocation": where}
    if logical := _in_word(parameters) or _in_case(place):
        location["logicalLocations"] = [logical]
    if place.words:
        location["message"] = {"text": place.words}
    return location


def _uri(file: str) -> str:
    """A reference relative to where docgen runs, or an absolute address."""
    path = PurePath(file)
    return path.as_uri() if path.is_absolute() else quote(path.as_posix())


def _in_word(parameters: Mapping[str, str]) -> Mapping[str, str]:
    if not parameters.get("part"):
        return {}
    steps = [f"{name} {parameters[name]}" for name in _STEPS if parameters.get(name)]
    return {"name": steps[-1], "fullyQualifiedName": "/".join([parameters["part"], *steps]), "kind": "element"}


def _in_case(place: Place) -> Mapping[str, str]:
    return {"fullyQualifiedName": place.path, "kind": "property"} if place.path else {}
