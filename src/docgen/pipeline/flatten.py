"""A publication-safe copy of any PDF, of a case or from elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from docgen.documents import AuditReport, sha256
from docgen.errors import PublicationRefused, ToolFailed
from docgen.office.wording import Wording
from docgen.pdf.inspect import facts
from docgen.publishing.audit import audit
from docgen.publishing.flatten import FlattenPolicy, rewrite
from docgen.signing.font import font_program
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


def flatten_any(
    original: bytes, wording: Wording, *, title: str | None, lang: str | None, holder: str, redact: Sequence[str]
) -> Copy:
    """The copy of a PDF; the same input gives the same bytes.

    Raises:
        PublicationRefused: it cannot be made safely.
    """
    try:
        known = facts(original)
    except ToolFailed as error:
        raise PublicationRefused(error.findings) from error
    language = lang or known.lang or "nl-BE"
    key = "publication.note" if holder else "publication.note_unheld"
    policy = FlattenPolicy(
        title=title or known.title or "—",
        lang=language,
        producer=f"docgen {VERSION}",
        created=_UNDATED,
        publisher=holder,
        note=wording.text(key, _spoken(language), office=holder, digest=sha256(original)),
        note_font=font_program(),
        redact=tuple(redact),
        redaction_text=wording.text("publication.redacted", _spoken(language)),
    )
    rewritten = rewrite(original, policy)
    audited = audit(rewritten.content, source=original, private_values=tuple(redact))
    return Copy(rewritten.content, rewritten.pages, rewritten.dropped, audited)


def _spoken(tag: str) -> str:
    primary = tag.partition("-")[0].lower()
    return primary if primary in ("nl", "fr", "en") else "en"
