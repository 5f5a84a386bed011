"""Findings: what a check has to say, as data. The sentence belongs to `templates/wording/`, not to the code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum


class Severity(IntEnum):
    """How serious a finding is; higher is worse, so the worst sorts last and `max` gives it."""

    INFO = 10
    """Worth knowing; nothing to do."""
    WARNING = 20
    """The DPO team decides; nothing is blocked."""
    GATE = 30
    """A step of the procedure is not open yet."""
    ERROR = 40
    """Must be mended before documents are made."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where something stands: a position in a text file, or a spot in a Word or PDF document."""

    file: str
    """Path as the user would type it."""
    line: int = 0
    """1-based; 0 when the file has no lines (Word, PDF)."""
    column: int = 0
    """1-based, in characters; 0 when unknown."""
    path: str = ""
    """Path of the field in the case file (`datasets[0].motivation`) or of the spot in the document."""
    words: str = ""
    """The words that stand there, for people who search by text."""

    def __str__(self) -> str:
        position = f":{self.line}:{self.column}" if self.line else ""
        return f"{self.file}{position}"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found, ready to be worded in any language, shown in a terminal, or written as JSON or SARIF."""

    code: str
    """Stable and documented, for example `D-08` (a rule) or `DG-C104` (a defect of a case file)."""
    severity: Severity
    place: Place | None = None
    parameters: Mapping[str, str] = field(default_factory=dict, hash=False)
    """What the sentence needs: names, values, limits. Never a national register number."""

    @property
    def blocks(self) -> bool:
        """Whether the case may not go on as it is."""
        return self.severity >= Severity.GATE


def most_serious_first(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings by severity, then by place, then by code; the order of every report."""
    return tuple(sorted(findings, key=lambda finding: (-finding.severity, finding.place or Place(""), finding.code)))
