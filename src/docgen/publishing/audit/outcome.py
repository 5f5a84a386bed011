"""How checks say what they found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from docgen.findings import Finding, Place, Severity

MOST_NAMED = 10
"""Spots named one by one in a finding; the rest is counted."""


def found(code: str, spot: str = "", severity: Severity = Severity.ERROR, **parameters: object) -> Finding:
    """A finding at a spot of the file; the caller of the audit fills in the file's name."""
    words = {name: str(value) for name, value in parameters.items()}
    return Finding(code, severity, Place("", path=spot), {"where": spot, **words})


def listed(spots: Iterable[str]) -> str:
    """Spots in one line, for a sentence."""
    every: Sequence[str] = tuple(dict.fromkeys(spots))
    more = f" (+{len(every) - MOST_NAMED})" if len(every) > MOST_NAMED else ""
    return ", ".join(every[:MOST_NAMED]) + more
