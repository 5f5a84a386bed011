"""How results and findings look: sentences for people, JSON for scripts."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import click

from docgen.findings import Finding, Severity

SCHEMA = 1
_COLOURS = {Severity.ERROR: "red", Severity.GATE: "magenta", Severity.WARNING: "yellow", Severity.INFO: "cyan"}


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
    # Where in a Word file it is, the sentence says in the language of the reader.
    in_words = bool(finding.parameters.get("part"))
    field = f" [{finding.place.path}]" if finding.place and finding.place.path and not in_words else ""
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
