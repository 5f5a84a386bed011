"""What a publication copy depends on besides its original, from the case, its office and the wording."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from textwrap import shorten
from typing import Final

from docgen.case.model import Case
from docgen.documents import SignedPdf, ValidationReport, sha256
from docgen.office.profile import Office, in_language
from docgen.office.wording import Wording
from docgen.pipeline.hidden import hidden_values
from docgen.pipeline.workshop import language_tag
from docgen.publishing.flatten import FlattenPolicy
from docgen.publishing.flatten.redaction import redacted
from docgen.signing.typeface import font_program
from docgen.version import VERSION

_TITLE: Final = 200
"""Characters of a title that somebody still listens to; the names of projects have no bound."""


def copy_policy(
    signed: SignedPdf, report: ValidationReport, case: Case, office: Office, wording: Wording
) -> FlattenPolicy:
    """How the publication copy of a signed document is made.

    Args:
        signed: the original.
        report: the judgement of its signatures; the last of them dates the copy.
        case: the request; its hidden values are struck out.
        office: whose document it is.
        wording: the sentences for people.
    """
    lang, hidden = signed.id.lang, hidden_values(case, office)
    instead = wording.text("publication.redacted", lang)
    last = max((signature.signed_at for signature in report.signatures if signature.signed_at), default=None)
    return FlattenPolicy(
        # Struck out before it is cut: of half a value nobody could tell that it must not be shown.
        title=shorten(redacted(_title(signed, case, office), hidden, instead, numbers=True), _TITLE, placeholder="…"),
        lang=language_tag(lang, office),
        producer=f"docgen {VERSION}",
        created=last or datetime(1970, 1, 1, tzinfo=UTC),
        publisher=in_language(office.name, lang),
        note=wording.text("publication.note", lang, office=in_language(office.name, lang), digest=signed.digest),
        note_font=font_program(),
        redact=hidden,
        redaction_text=instead,
    )


def _title(signed: SignedPdf, case: Case, office: Office) -> str:
    """Kind, number and project, all of which the register shows: a list of copies is told apart by their titles."""
    facts = case.documents.get(signed.id.kind)
    kind = in_language(office.kinds[signed.id.kind].title, signed.id.lang)
    return f"{kind} {facts.number if facts and facts.number else case.id} – {case.title}"


def inputs_of_copy(signed: SignedPdf, policy: FlattenPolicy) -> Mapping[str, str]:
    """Digests of all that a copy is made of: while they stay, so does the copy."""
    return {"signed": signed.digest, "policy": sha256(repr(policy).encode()), "docgen": VERSION}
