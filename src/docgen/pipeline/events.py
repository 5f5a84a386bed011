"""The journal of a case as the recipes write it: what happened is noted, and what cannot be noted does not happen."""

from __future__ import annotations

from docgen.documents import DocumentId
from docgen.dossier import files, journal
from docgen.errors import ValidationFailed
from docgen.pipeline.workshop import Workshop


def require_whole(shop: Workshop, case: str) -> bytes:
    """What the journal of a case holds, when it is whole: then what is about to happen can be noted in it.

    Raises:
        ValidationFailed: it is broken (DG-D120).
    """
    path = shop.roots.journal(case)
    content = files.read_if_there(path) or b""
    broken = journal.verify(content, str(path))
    if broken:
        raise ValidationFailed(broken)
    return content


def noted(shop: Workshop, document: DocumentId, event: journal.Event, digest: str) -> frozenset[str]:
    """The slots with which the journal tells of this event, `""` for a line without one; empty when it does not tell.

    Raises:
        ValidationFailed: the journal is broken (DG-D120).
    """
    lines = journal.entries(require_whole(shop, document.case))
    wanted = (event, document.stem, digest)
    return frozenset(str(one["slot"]) for one in lines if (one["event"], one["document"], one["digest"]) == wanted)


def note(shop: Workshop, document: DocumentId, event: journal.Event, digest: str, slot: str = "") -> None:
    """Write an event of a document into its case's journal.

    Raises:
        ValidationFailed: the journal is broken (DG-D120).
        ToolFailed: the disk is full, or the like.
    """
    path = shop.roots.journal(document.case)
    before = files.read_if_there(path) or b""
    line = journal.next_line(
        before, str(path), at=shop.now, event=event, document=document.stem, digest=digest, slot=slot
    )
    files.append(path, line)
