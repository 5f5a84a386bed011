"""Cases that were looked at and need nothing, remembered, so that a run with nothing to do does not read them again.

What is remembered holds for one calendar day (rules know deadlines) and only while every byte that was looked at is
the same: the case file and its bases, what lies in its folders, the Word templates it uses, and what all cases share.
When in doubt, a case is looked at again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final, cast
from zoneinfo import ZoneInfo

from docgen.documents import DocumentId, sha256
from docgen.dossier import files
from docgen.dossier.built import Built, State
from docgen.dossier.roots import Roots
from docgen.errors import ToolFailed
from docgen.findings import Finding, Place, Severity

SCHEMA: Final = 1
_LASTING: Final = ("up to date", "signed", "not yet")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What all cases of a run share."""

    digest: str
    now: datetime
    """The moment of the run."""


@dataclass(frozen=True, slots=True)
class Before:
    """A case as it lay on the disk just before it was looked at; taken first, so that no change can slip in between."""

    digest: str
    marks: Mapping[str, str]


def surroundings(roots: Roots, now: datetime, others: Mapping[str, str]) -> Surroundings:
    """The content that every case depends on, as it is now.

    Args:
        roots: the folders.
        now: the moment of the run.
        others: versions, trust anchors and settings that judge and print.
    """
    shared = ("rules/*.yaml", "wording/*.yaml", "wording/parts/*.yaml", "*/office.yaml")
    content = {str(file): sha256(files.read(file)) for pattern in shared for file in roots.templates.glob(pattern)}
    folders = [str(folder.resolve()) for folder in (roots.templates, roots.cases)]
    return Surroundings(_digest([SCHEMA, folders, content, dict(others)]), now)


def before(roots: Roots, case: str, around: Surroundings) -> Before:
    """What lies in the folders of a case now."""
    return Before(around.digest, _marks(roots, case))


def settled(roots: Roots, case: str, around: Surroundings) -> tuple[Built, ...] | None:
    """What became of each document when the case was last looked at, if nothing of it can have changed since."""
    kept = _read(_file(roots, case))
    if kept is None or kept["shared"] != around.digest:
        return None
    try:
        same_day = around.now.astimezone(ZoneInfo(kept["time_zone"])).date() == date.fromisoformat(kept["day"])
        if not same_day or any(_content(Path(name)) != mark for name, mark in kept["others"].items()):
            return None
        if kept["marks"] != _marks(roots, case):
            return None
        return tuple(_built(row) for row in kept["documents"])
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def settle(
    roots: Roots,
    case: str,
    seen: Before,
    built: Iterable[Built],
    others: Mapping[str, str],
    today: date,
    time_zone: str,
) -> None:
    """Remember that a case needs nothing.

    Args:
        roots: the folders.
        case: the case.
        seen: how it lay there before it was looked at.
        built: what became of its documents, all of them.
        others: further files that were looked at (base cases, Word templates), with the SHA-256 of what was read.
        today: the calendar day at the office, and
        time_zone: where that is.
    """
    rows = [_lasting(one) for one in built]
    marks = _marks(roots, case)
    if any(one.state not in _LASTING for one in rows) or _inputs(roots, marks) != _inputs(roots, seen.marks):
        forget(roots, case)
        return
    body = {
        "schema": SCHEMA,
        "shared": seen.digest,
        "day": today.isoformat(),
        "time_zone": time_zone,
        "marks": marks,
        "others": dict(others),
        "documents": [_row(one) for one in rows],
    }
    with suppress(ToolFailed):  # to remember is a favour
        files.write(_file(roots, case), json.dumps({**body, "digest": _digest(body)}, ensure_ascii=False).encode())


def forget(roots: Roots, case: str) -> None:
    """The case is looked at again in the next run."""
    with suppress(OSError):
        _file(roots, case).unlink()


def _inputs(roots: Roots, marks: Mapping[str, str]) -> dict[str, str]:
    """The marks of what a build reads and never writes; the journal is written, too."""
    return {
        name: mark
        for name, mark in marks.items()
        if not Path(name).is_relative_to(roots.out) and Path(name).name != roots.journal("").name
    }


def _lasting(one: Built) -> Built:
    return Built(one.id, "up to date") if one.state in ("built", "up to date") else one


def _file(roots: Roots, case: str) -> Path:
    return roots.cache / "settled" / f"{case}.json"


def _marks(roots: Roots, case: str) -> dict[str, str]:
    """Digest and time of every file of a case; times count too, for the day a file was made is a fact of the case."""
    folders = (roots.received(case), roots.cases / case / "signed", roots.out / case)
    found = [file for folder in folders for file in folder.glob("**/*") if file.is_file()]
    kept = [file for file in found if not file.name.startswith(".")]
    return {str(file): _mark(file) for file in (roots.case_file(case), roots.journal(case), *kept)}


def _mark(file: Path) -> str:
    try:
        return f"{sha256(file.read_bytes())} {file.stat().st_mtime_ns}"
    except OSError:
        return ""


def _content(file: Path) -> str:
    try:
        return sha256(file.read_bytes())
    except OSError:
        return ""


def _digest(value: object) -> str:
    return sha256(json.dumps(value, sort_keys=True, ensure_ascii=False).encode())


def _read(file: Path) -> dict[str, Any] | None:
    try:
        body = json.loads(file.read_bytes())
        said = body.pop("digest")
    except (OSError, ValueError, KeyError, AttributeError, TypeError):
        return None
    return body if body.get("schema") == SCHEMA and said == _digest(body) else None


def _row(one: Built) -> dict[str, object]:
    return {
        "id": [one.id.case, one.id.kind, one.id.lang],
        "state": one.state,
        "why": list(one.why),
        "findings": [_finding_row(finding) for finding in one.findings],
    }


def _finding_row(finding: Finding) -> dict[str, object]:
    place = finding.place
    where = [place.file, place.line, place.column, place.path, place.words] if place else None
    return {
        "code": finding.code,
        "severity": int(finding.severity),
        "place": where,
        "parameters": dict(finding.parameters),
    }


def _built(row: Mapping[str, Any]) -> Built:
    findings = tuple(_finding(found) for found in row["findings"])
    return Built(DocumentId(*row["id"]), cast(State, row["state"]), tuple(row["why"]), findings)


def _finding(row: Mapping[str, Any]) -> Finding:
    place = Place(*row["place"]) if row["place"] else None
    return Finding(row["code"], Severity(row["severity"]), place, row["parameters"])
