"""The check of keys: every dictionary, also in content streams, has only those that a publication copy may use."""

from __future__ import annotations

from collections.abc import Iterator

from docgen.findings import Finding, Severity
from docgen.publishing.audit.evidence import Evidence
from docgen.publishing.audit.known_keys import KNOWN
from docgen.publishing.audit.outcome import found, listed


def known_keys_only(evidence: Evidence) -> Iterator[Finding]:
    """Every dictionary has only keys the standard gives a meaning to; no program left notes of its own.

    Without a signed source (a PDF from elsewhere) this is for a person to judge.
    """
    spots: dict[str, list[str]] = {}
    for spot, key in (*evidence.from_root.unknown, *_of_contents(evidence)):
        spots.setdefault(key, []).append(spot)
    severity = Severity.WARNING if evidence.source is None else Severity.ERROR
    for key, where in sorted(spots.items()):
        yield found("DG-L121", listed(where), severity, key=f"/{_printable(key)}")


def _printable(key: str) -> str:
    """A key as a finding may quote it: letters only, as a key can be made of anything."""
    return key if key.isascii() and key.isalpha() and len(key) <= 40 else "…"


def _of_contents(evidence: Evidence) -> Iterator[tuple[str, str]]:
    """Unknown keys of the property lists that stand in content streams."""
    for spot, content in evidence.contents:
        keys = (key.decode("latin-1") for key in content.keys)
        yield from ((spot, key) for key in keys if key not in KNOWN)
