"""How results and findings look: sentences for people, JSON for scripts, SARIF for code review tools."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import click

from docgen.findings import Finding, Severity
from docgen.version import VERSION

SCHEMA = 1
_COLOURS = {Severity.ERROR: "red", Severity.GATE: "magenta", Severity.WARNING: "yellow", Severity.INFO: "cyan"}
_SARIF_LEVELS = {
    Severity.ERROR: "error",
    Severity.GATE: "error",
    Severity.WARNING: "warning",
    Severity.INFO: "note",
}


class Sentence(Protocol):
    """A finding in words."""

    @property
    def text(self) -> str:
        """What is the matter."""
        ...

    @property
    def remedy(self) -> str:
        """What would mend it; may be empty."""
        ...


class Speaker(Protocol):
    """What turns findings into sentences."""

    def say(self, finding: Finding) -> Sentence:
        """The finding in the language of the user."""
        ...

    def ground(self, finding: Finding) -> str:
        """Legal ground of a rule, in short; empty for what is no rule."""
        ...

    def text(self, key: str, **parameters: str) -> str:
        """A phrase by its key."""
        ...


@dataclass(frozen=True, slots=True)
class Shown:
    """A finding with its words, ready for any format."""

    finding: Finding
    text: str
    remedy: str
    ground: str

    def as_json(self) -> Mapping[str, Any]:
        """The finding as data, with its sentence."""
        place = self.finding.place
        return {
            "code": self.finding.code,
            "severity": self.finding.severity.name.lower(),
            "file": place.file if place else "",
            "line": place.line if place else 0,
            "column": place.column if place else 0,
            "path": place.path if place else "",
            "words": place.words if place else "",
            "text": self.text,
            "remedy": self.remedy,
            "ground": self.ground,
            "parameters": dict(self.finding.parameters),
        }


def shown(findings: Iterable[Finding], speaker: Speaker) -> tuple[Shown, ...]:
    """The findings in words, in the order given."""
    found = []
    for finding in findings:
        sentence = speaker.say(finding)
        found.append(Shown(finding, sentence.text, sentence.remedy, speaker.ground(finding)))
    return tuple(found)


def as_text(found: Sequence[Shown], speaker: Speaker) -> str:
    """One paragraph a finding: place, severity, code and sentence; then what to do, then the legal ground."""
    return "\n".join(line for one in found for line in _lines(one, speaker))


def _lines(one: Shown, speaker: Speaker) -> Iterable[str]:
    finding = one.finding
    place = f"{finding.place}: " if finding.place and finding.place.file else ""
    field = f" [{finding.place.path}]" if finding.place and finding.place.path else ""
    severity = click.style(speaker.text(f"severity.{finding.severity.name.lower()}"), fg=_COLOURS[finding.severity])
    yield f"{place}{severity} {finding.code} {one.text}{field}"
    if one.remedy:
        yield f"    → {one.remedy}"
    if one.ground:
        yield f"    § {one.ground}"


def as_json(command: str, result: Mapping[str, Any]) -> str:
    """A command's result as JSON, with the version of its form."""
    whole = {"schema": SCHEMA, "command": command, **result}
    return json.dumps(whole, ensure_ascii=False, indent=2, default=str)


def as_sarif(found: Sequence[Shown]) -> str:
    """The findings as SARIF 2.1.0 (OASIS), which code review tools show at the line."""
    rules = {one.finding.code: {"id": one.finding.code} for one in found}
    run = {
        "tool": {"driver": {"name": "docgen", "version": VERSION, "rules": list(rules.values())}},
        "columnKind": "unicodeCodePoints",
        "results": [_sarif_result(one) for one in found],
    }
    whole = {"version": "2.1.0", "$schema": "https://json.schemastore.org/sarif-2.1.0.json", "runs": [run]}
    return json.dumps(whole, ensure_ascii=False, indent=2)


def _sarif_result(one: Shown) -> Mapping[str, Any]:
    message = " ".join(filter(None, (one.text, one.remedy, one.ground)))
    result: dict[str, Any] = {
        "ruleId": one.finding.code,
        "level": _SARIF_LEVELS[one.finding.severity],
        "message": {"text": message},
    }
    place = one.finding.place
    if place and place.file:
        where: dict[str, Any] = {"artifactLocation": {"uri": place.file}}
        if place.line:
            where["region"] = {"startLine": place.line, "startColumn": max(place.column, 1)}
        logical = _sarif_logical(one.finding)
        result["locations"] = [{"physicalLocation": where, **({"logicalLocations": [logical]} if logical else {})}]
    return result


def _sarif_logical(finding: Finding) -> Mapping[str, str]:
    """Where it stands in what has no lines or is known by names: a field of a case, a paragraph of a Word file."""
    place, at = finding.place, finding.parameters
    if not at.get("part"):
        return {"fullyQualifiedName": place.path, "kind": "member"} if place and place.path else {}
    steps = [at["part"], *(f"{name} {at[name]}" for name in ("table", "row", "cell", "paragraph") if at.get(name))]
    return {"name": at.get("words", ""), "fullyQualifiedName": "/".join(steps), "kind": "element"}
