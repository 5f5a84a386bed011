"""The one word that a judgement ends in: accepted, refused, or that no program can tell."""

from __future__ import annotations

from enum import StrEnum

from docgen.documents import ValidationReport

UNREADABLE = frozenset({"DG-V101", "DG-V102", "DG-V103", "DG-V104", "DG-V105", "DG-V106"})
"""Codes that say that a file, or a signature in it, could not be read to the end."""
_UNTOLD = UNREADABLE | {"DG-V217", "DG-V404", "DG-V405"}
"""And those that say that an answer is missing, or that only a person can compare."""


class Verdict(StrEnum):
    """What to do with a file. Only the first opens the next step."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    CANNOT_JUDGE = "cannot judge"


def verdict(report: ValidationReport) -> Verdict:
    """The verdict of a report. Refused as soon as one thing is known to be wrong, whatever else could not be told."""
    if report.ok:
        return Verdict.ACCEPTED
    blocking = {finding.code for finding in report.findings if finding.blocks}
    return Verdict.CANNOT_JUDGE if blocking and blocking <= _UNTOLD else Verdict.REFUSED
