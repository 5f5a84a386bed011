"""Documents that no LibreOffice survived, kept with what is needed to see it happen again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from docgen.documents import sha256
from docgen.errors import DocgenError
from docgen.findings import Place
from docgen.pdf.convert import OneShotLibreOffice


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to convert a document."""

    problem: str
    """`WorkerSlow` or `WorkerFailed`."""
    message: str
    seconds: float
    said: str
    """What LibreOffice printed."""


def lay_aside(
    folder: Path | None, docx: bytes, attempts: Sequence[Attempt], engine: OneShotLibreOffice
) -> Place | None:
    """Put the document and a report into a folder of its own; gives the place, or nothing when it cannot be kept.

    The document may hold personal data: the folder is for this machine, not for a bug report as it is. The same
    document always comes to lie in the same folder.
    """
    if folder is None:
        return None
    own = folder / sha256(docx)[:16]
    report = {
        "schema": 1,
        "sha256": sha256(docx),
        "engine": _version(engine),
        "command": engine.command(own, own / "document.docx"),
        "attempts": [asdict(attempt) for attempt in attempts],
    }
    try:
        own.mkdir(parents=True, exist_ok=True)
        (own / "document.docx").write_bytes(docx)
        (own / "report.json").write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    except OSError:
        return None
    return Place(str(own / "document.docx"))


def _version(engine: OneShotLibreOffice) -> str:
    try:
        return engine.version
    except DocgenError:
        return ""
