"""The journal of a case: append-only lines of what left and entered, each chained to the one before by its hash.

Whoever holds the last hash can prove that nothing before it was changed, added or taken out. The lines hold roles,
kinds and digests; no names.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from docgen.documents import sha256
from docgen.errors import ValidationFailed
from docgen.findings import Finding, Place, Severity

Event = Literal["built", "sent", "received", "signed", "renewed", "published", "withdrawn"]
FIRST = "0" * 64


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a journal."""

    number: int
    """1-based."""
    at: datetime
    event: Event
    document: str
    """Stem of the document, for example `protocol.nl`."""
    digest: str
    """SHA-256 of the file that left or entered."""
    slot: str = ""
    """Slot that was signed."""
    previous: str = FIRST
    """Hash of the line before."""

    def line(self) -> bytes:
        """The line as it stands in the file, with its own hash, without the newline."""
        body = self._body()
        return _canonical({**body, "hash": sha256(_canonical(body))})

    @property
    def hash(self) -> str:
        """Hash of this line, which the next one repeats."""
        return sha256(_canonical(self._body()))

    def _body(self) -> dict[str, object]:
        at = self.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        names = ("number", "event", "document", "slot", "digest", "previous")
        return {"schema": 1, "at": at, **{name: getattr(self, name) for name in names}}


def next_line(
    journal: bytes, file: str, *, at: datetime, event: Event, document: str, digest: str, slot: str = ""
) -> bytes:
    """The line that comes after what the journal holds, with its newline; to be added at the end, never rewritten.

    Raises:
        ValidationFailed: the journal is no longer whole (DG-D120); a new line would hide where it was broken.
    """
    broken = verify(journal, file)
    if broken:
        raise ValidationFailed(broken)
    lines = journal.splitlines()
    previous = str(json.loads(lines[-1])["hash"]) if lines else FIRST
    entry = Entry(len(lines) + 1, at, event, document, digest, slot, previous)
    return entry.line() + b"\n"


def verify(journal: bytes, file: str, *, holding: str = "") -> tuple[Finding, ...]:
    """Findings for every line that breaks the chain; none when the journal is whole.

    A chain says nothing about lines taken off its end, nor about one that was written anew as a whole. Against both
    helps a hash that was noted earlier, elsewhere: `holding`, which must be the hash of one of the lines.
    """
    findings = []
    previous = FIRST
    for number, line in enumerate(journal.splitlines(), 1):
        problem, previous = _problem(line, number, previous)
        if problem:
            findings.append(Finding("DG-D120", Severity.ERROR, Place(file, number, 1), {"problem": problem}))
    if journal and not journal.endswith(b"\n"):
        place = Place(file, len(journal.splitlines()), 1)
        findings.append(Finding("DG-D120", Severity.ERROR, place, {"problem": "cut off"}))
    if holding and not findings and holding not in {line["hash"] for line in entries(journal)}:
        findings.append(Finding("DG-D121", Severity.ERROR, Place(file), {"hash": holding[:12]}))
    return tuple(findings)


def unrecorded(journal: bytes, originals: Mapping[str, bytes]) -> tuple[Finding, ...]:
    """Findings for every signed original of which no line of a whole journal tells: lines were taken off its end.

    Args:
        journal: what the journal holds.
        originals: content of the signed files by their name as the user knows it.
    """
    told = {line["digest"] for line in entries(journal)}
    missing = [file for file, content in originals.items() if sha256(content) not in told]
    return tuple(Finding("DG-D123", Severity.ERROR, Place(file)) for file in missing)


def last_hash(journal: bytes) -> str:
    """The hash to note elsewhere: it stands for all lines so far; of an empty journal, zeros."""
    lines = entries(journal)
    return str(lines[-1]["hash"]) if lines else FIRST


def entries(journal: bytes) -> tuple[Mapping[str, object], ...]:
    """The lines as mappings, unchecked; `verify` first where it matters."""
    return tuple(json.loads(line) for line in journal.splitlines())


def _problem(line: bytes, number: int, previous: str) -> tuple[str, str]:
    try:
        body = json.loads(line)
        claimed = str(body.pop("hash"))
        numbered, linked = body["number"], body["previous"]
    except (ValueError, KeyError, TypeError, AttributeError):
        return "unreadable", previous
    if sha256(_canonical(body)) != claimed:
        return "changed", claimed
    if numbered != number or linked != previous:
        return "out of its place", claimed
    return "", claimed


def _canonical(values: Mapping[str, object]) -> bytes:
    return json.dumps(values, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
