"""A publication-safe copy of any PDF, of a case or from elsewhere, and the audit of any PDF."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from docgen.documents import AuditReport, sha256
from docgen.errors import PublicationRefused, ToolFailed
from docgen.office.wording import LANGUAGES, Wording
from docgen.pdf.inspect import facts
from docgen.pipeline.guarded import Runner, Unfinished, here
from docgen.publishing.audit import audit, unfinished
from docgen.publishing.flatten import FlattenPolicy, rewrite
from docgen.signing.typeface import font_program
from docgen.version import VERSION

_UNDATED = datetime(1970, 1, 1, tzinfo=UTC)
"""Date in the metadata: the original's own date is not ours to vouch for, and today would change the bytes."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy and what the audit thinks of it."""

    content: bytes
    pages: int
    dropped: Mapping[str, int]
    audit: AuditReport


@dataclass(frozen=True, slots=True)
class Wish:
    """What the user says about a copy; empty where the original shall decide."""

    title: str = ""
    lang: str = ""
    """BCP 47, such as `nl-BE`."""
    holder: str = ""
    """Who holds the signed original."""
    redact: tuple[str, ...] = ()


def flatten_any(original: bytes, wording: Wording, wish: Wish, *, run: Runner = here) -> Copy:
    """The copy of a PDF; the same input gives the same bytes.

    The file is only opened by `run`, so that the caller can set a deadline.

    Raises:
        PublicationRefused: it cannot be made safely, or not in time (DG-R124).
    """
    key = "publication.note" if wish.holder else "publication.note_unheld"
    notes = {lang: wording.text(key, lang, office=wish.holder, digest=sha256(original)) for lang in LANGUAGES}
    instead = {lang: wording.text("publication.redacted", lang) for lang in LANGUAGES}
    try:
        return run(_copied, original, wish, notes, instead)
    except Unfinished as error:
        raise PublicationRefused.because("DG-R124", reason=error.reason) from error


def _copied(original: bytes, wish: Wish, notes: Mapping[str, str], instead: Mapping[str, str]) -> Copy:
    try:
        known = facts(original)
    except ToolFailed as error:
        raise PublicationRefused(error.findings) from error
    language = wish.lang or known.lang or "nl-BE"
    policy = FlattenPolicy(
        title=wish.title or known.title or "—",
        lang=language,
        producer=f"docgen {VERSION}",
        created=_UNDATED,
        publisher=wish.holder,
        note=notes[_spoken(language)],
        note_font=font_program(),
        redact=wish.redact,
        redaction_text=instead[_spoken(language)],
    )
    rewritten = rewrite(original, policy)
    audited = audit(rewritten.content, source=original, private_values=wish.redact)
    return Copy(rewritten.content, rewritten.pages, dict(rewritten.dropped), audited)


def audit_any(
    content: bytes, *, source: bytes | None, private_values: tuple[str, ...], run: Runner = here
) -> AuditReport:
    """What is left in a PDF; a run that did not come to an end is a report that does not pass (DG-L002)."""
    try:
        return run(audit, content, source=source, private_values=private_values)
    except Unfinished as error:
        return unfinished(content, source=source, reason=error.reason)


def _spoken(tag: str) -> str:
    primary = tag.partition("-")[0].lower()
    return primary if primary in LANGUAGES else "en"
