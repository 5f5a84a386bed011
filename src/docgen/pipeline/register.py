"""What the register says about a document: an allow-list of facts of its case, its signatures and its history."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, fields, replace
from datetime import date
from typing import Any

from docgen.case.model import Case
from docgen.decide.agreed import purposes, term
from docgen.documents import DocumentId, RegisterEntry, sha256
from docgen.dossier import content, files
from docgen.office.profile import Office, in_language
from docgen.pdf.inspect import page_count
from docgen.pipeline.hidden import hidden_values
from docgen.pipeline.history import History
from docgen.pipeline.standing import Standing
from docgen.pipeline.workshop import Workshop
from docgen.publishing.flatten.redaction import redacted
from docgen.publishing.site import Publisher

_OPEN_TEXTS = ("title", "project", "applicant", "number", "summary", "retention", "withdrawn_reason")
"""Texts that people wrote freely, in which a value may stand that the office keeps to itself."""


def withdrawal(case: Case, kind: str) -> tuple[date, str] | None:
    """Since when a document is off the register, and why; nothing when it is not."""
    facts = case.documents.get(kind)
    if facts and facts.withdrawn:
        return facts.withdrawn, facts.withdrawn_reason or ""
    if case.dates.withdrawn:
        return case.dates.withdrawn, (case.withdrawal.reason if case.withdrawal else "") or ""
    return None


def entry_of(
    shop: Workshop, standing: Standing, kind: str, public: bytes, original: str, past: History
) -> RegisterEntry:
    """The register's entry for a publication copy.

    Args:
        shop: for words and the day.
        standing: the case.
        kind: of the document, which has a validation report.
        public: the publication copy.
        original: SHA-256 of the signed original it was made of.
        past: its history; what was never published is published today.
    """
    today = shop.today(standing.office)
    entry = replace(
        _facts(shop, standing, kind),
        pages=page_count(public),
        size=len(public),
        digest=sha256(public),
        source_digest=original,
        published_on=(past.first or today).isoformat(),
        republished_on=_again(past, today),
    )
    return _without_hidden(shop, standing, entry)


def withdrawn_entry(
    shop: Workshop, standing: Standing, kind: str, original: bytes, past: History, since: date, reason: str
) -> RegisterEntry:
    """The register's entry for a document that was taken off: its facts stay, its file is gone."""
    entry = replace(
        _facts(shop, standing, kind),
        pages=page_count(original),
        digest=past.digest,
        source_digest=sha256(original),
        published_on=past.first.isoformat() if past.first else "",
        withdrawn_on=since.isoformat(),
        withdrawn_reason=reason,
    )
    return _without_hidden(shop, standing, entry)


def publishers(shop: Workshop) -> dict[str, Publisher]:
    """Every office as the register presents it, by its key."""
    return {name: publisher(content.office(shop.roots, name)) for name in content.offices(shop.roots)}


def publisher(office: Office) -> Publisher:
    """An office as the register presents it."""
    return Publisher(
        names=dict(office.name.items()),
        kinds={name: dict(kind.title.items()) for name, kind in office.kinds.items()},
        mailbox=office.publication.contact or "",
        default_lang=office.languages[0],
        url=office.publication.url or "",
    )


def keep_entry(shop: Workshop, document: DocumentId, entry: RegisterEntry) -> None:
    """Keep an entry beside its copy, for the nights on which its case file cannot be read."""
    path = shop.roots.public(document).with_suffix(".entry.json")
    written = (json.dumps(asdict(entry), indent=2, ensure_ascii=False, sort_keys=True) + "\n").encode()
    if files.read_if_there(path) != written:
        files.write(path, written)


def kept_entries(shop: Workshop, case: str) -> tuple[tuple[DocumentId, RegisterEntry], ...]:
    """The entries kept of a case, each with its document; what cannot be read is left out."""
    found = []
    for path in sorted(shop.roots.public_folder(case).glob("*.entry.json")):
        kind, _, lang = path.name.removesuffix(".entry.json").rpartition(".")
        entry = _read_entry(files.read_if_there(path) or b"")
        if entry is not None and (entry.case, entry.kind, entry.lang) == (case, kind, lang):
            found.append((DocumentId(case, kind, lang), entry))
    return tuple(found)


def forget_entry(shop: Workshop, document: DocumentId) -> None:
    """Remove the kept entry of a document."""
    shop.roots.public(document).with_suffix(".entry.json").unlink(missing_ok=True)


def _again(past: History, today: date) -> str:
    if past.live:
        return past.again.isoformat() if past.again else ""
    return today.isoformat() if past.first else ""


def _read_entry(written: bytes) -> RegisterEntry | None:
    try:
        values: Mapping[str, object] = json.loads(written)
        if {item.name for item in fields(RegisterEntry)} != set(values):
            return None
        return RegisterEntry(**{name: _frozen(value) for name, value in values.items()})  # type: ignore[arg-type]
    except (ValueError, TypeError, AttributeError):
        return None


def _frozen(value: object) -> object:
    return tuple(_frozen(part) for part in value) if isinstance(value, list) else value


def _facts(shop: Workshop, standing: Standing, kind: str) -> RegisterEntry:
    case, office, lang = standing.case, standing.office, standing.case.language
    facts, signatories = case.documents.get(kind), _signatories(standing, kind)
    changed = case.base if _changes_another(standing, kind) else None
    return RegisterEntry(
        case=case.id,
        kind=kind,
        lang=lang,
        office=office.id,
        office_name=in_language(office.name, lang),
        title=in_language(office.kinds[kind].title, lang),
        project=case.title,
        applicant=case.applicant.name if case.applicant else "",
        number=(facts.number or "") if facts else "",
        signed_on=max((day for _, day in signatories), default=""),
        file=f"{case.id}.{kind}.{lang}.pdf",
        pages=0,
        size=0,
        digest="",
        source_digest="",
        signatories=signatories,
        summary="\n\n".join(purposes(case)),
        datasets=tuple(dataset.source for dataset in case.datasets),
        retention=_retention(shop, standing),
        amends=(changed.number or "") if changed else "",
        amends_case=(changed.case or "") if changed else "",
    )


def _changes_another(standing: Standing, kind: str) -> bool:
    """Whether a document is an agreement, signed by both parties, of a procedure that changes an earlier one."""
    procedure, office = standing.office.procedure(standing.case.procedure), standing.office
    slots = office.kinds[kind].slots
    parties = {office.roles[role].party for slot in slots for role in slot.roles if role in office.roles}
    return procedure is not None and procedure.changes_earlier and len(parties) > 1


def _signatories(standing: Standing, kind: str) -> tuple[tuple[str, str], ...]:
    office, lang = standing.office, standing.case.language
    return tuple(
        (
            in_language(office.roles[one.role].title, lang) if one.role in office.roles else one.role,
            office.day(one.signed_at).isoformat() if one.signed_at else "",
        )
        for one in standing.reports[kind].signatures
        if one.slot
    )


def _retention(shop: Workshop, standing: Standing) -> str:
    agreed, lang = term(standing.case), standing.case.language
    if agreed is None:
        return ""
    if agreed.until:
        return shop.wording.date(agreed.until, lang)
    return shop.wording.text("filter.months", lang, count=agreed.months) if agreed.months else ""


def _without_hidden(shop: Workshop, standing: Standing, entry: RegisterEntry) -> RegisterEntry:
    """The entry without the values that are struck out in the copy as well."""
    hidden = hidden_values(standing.case, standing.office)
    instead = shop.wording.text("publication.redacted", entry.lang)

    def cleaned(text: str) -> str:
        return redacted(text, hidden, instead, numbers=False)

    texts: dict[str, Any] = {name: cleaned(getattr(entry, name)) for name in _OPEN_TEXTS}
    return replace(entry, **texts, datasets=tuple(cleaned(name) for name in entry.datasets))
