"""When a document was published, taken off and published again: what its case's journal says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from docgen.dossier import journal
from docgen.office.profile import Office
from docgen.pipeline.events import require_whole
from docgen.pipeline.workshop import Workshop


@dataclass(frozen=True, slots=True)
class History:
    """The public life of a document. Days are those of the office's time zone."""

    first: date | None = None
    """First publication; None when it never was."""
    again: date | None = None
    """First publication after it was last taken off."""
    live: bool = False
    """It was published, and not taken off since."""
    digest: str = ""
    """SHA-256 of the copy published last."""


def histories(shop: Workshop, case: str, office: Office) -> dict[str, History]:
    """The history of every document of a case that was ever published, by its stem (`protocol.nl`).

    Raises:
        ValidationFailed: the journal is no longer whole, so nothing can be said (DG-D120).
    """
    content = require_whole(shop, case)
    found: dict[str, History] = {}
    for entry in journal.entries(content):
        day = office.day(datetime.fromisoformat(str(entry["at"])))
        stem, before = str(entry["document"]), found.get(str(entry["document"]), History())
        if entry["event"] == "published":
            found[stem] = _published(before, day, str(entry["digest"]))
        elif entry["event"] == "withdrawn" and before.first:
            found[stem] = History(before.first, None, False, before.digest)
    return found


def _published(before: History, day: date, digest: str) -> History:
    if before.first is None:
        return History(day, None, True, digest)
    return History(before.first, before.again if before.live else day, True, digest)
