"""Publishing: the copies that may be seen, the audit that proves it, and the register that shows them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from docgen.decide.plan import gate
from docgen.decide.signatories import expected_signatures
from docgen.documents import DocumentId, PublicPdf, RegisterEntry, SignedPdf, sha256
from docgen.dossier import cases, content, files
from docgen.dossier.manifest import Made, read_manifest
from docgen.errors import CaseInvalid, DocgenError, PublicationRefused
from docgen.findings import Finding, Place
from docgen.office.profile import in_language
from docgen.pdf.inspect import page_count
from docgen.pipeline.build import note
from docgen.pipeline.hidden import hidden_values
from docgen.pipeline.recipe import release
from docgen.pipeline.standing import Standing, stand
from docgen.pipeline.workshop import Workshop, language_tag
from docgen.publishing.audit.report import to_json
from docgen.publishing.flatten import FlattenPolicy
from docgen.publishing.site import Publisher, build_site
from docgen.signing.font import font_program
from docgen.version import VERSION

SITE_LANGUAGES = ("nl", "fr", "en")
"""The first is the main one."""

State = Literal["published", "up to date", "not yet", "refused"]


@dataclass(frozen=True, slots=True)
class Published:
    """What became of one publishable document."""

    id: DocumentId
    state: State
    findings: tuple[Finding, ...] = ()
    error: DocgenError | None = None


def publish_case(shop: Workshop, case: str) -> tuple[Published, ...]:
    """Publication copies of a case's publishable documents; those not ready yet are told, not raised.

    Raises:
        CaseInvalid, ContentInvalid: the case or its office cannot be used.
    """
    with files.locked(shop.roots.lock(case)):
        standing = stand(shop, case)
        procedure = standing.office.procedure(standing.case.procedure)
        kinds = [kind for kind in (procedure.kinds if procedure else ()) if standing.office.kinds[kind].published]
        return tuple(_one(shop, standing, kind) for kind in kinds)


def require_publishable(shop: Workshop, case: str, kind: str) -> None:
    """Nothing when the office publishes documents of this kind.

    Raises:
        PublicationRefused: it never does.
    """
    standing = stand(shop, case)
    described = standing.office.kinds.get(kind)
    if described is None or not described.published:
        published = ", ".join(name for name, other in standing.office.kinds.items() if other.published)
        raise PublicationRefused.because(
            "DG-R110", Place(str(shop.roots.case_file(case))), kind=kind, published=published
        )


def _one(shop: Workshop, standing: Standing, kind: str) -> Published:
    document = standing.document(kind)
    closed = gate("publish", kind, standing.located, standing.office, standing.dossier)
    report = standing.reports.get(kind)
    if closed or report is None:
        return Published(document, "not yet", closed)
    signed = SignedPdf(document, shop.roots.signed(document).read_bytes())
    policy = flatten_policy(shop, standing, kind, signed)
    inputs = {"signed": signed.digest, "policy": _policy_digest(policy), "docgen": VERSION}
    manifest = read_manifest(document.case, files.read_if_there(shop.roots.manifest(document.case)))
    if not manifest.differences(_record(document), inputs) and _intact(shop, document):
        return Published(document, "up to date")
    try:
        public = release(
            signed,
            expected=expected_signatures(standing.case, standing.office, kind),
            trust=shop.trust,
            policy=policy,
            private_values=policy.redact,
            now=shop.now,
        )
    except DocgenError as error:
        withdraw_copy(shop, document)
        return Published(document, "refused", error.findings, error)
    _keep(shop, document, public, inputs)
    return Published(document, "published")


def withdraw_copy(shop: Workshop, document: DocumentId) -> None:
    """Take an earlier publication copy away, so that nothing stays public that does not pass any more."""
    for path in (shop.roots.public(document), shop.roots.audit(document)):
        path.unlink(missing_ok=True)


def flatten_policy(shop: Workshop, standing: Standing, kind: str, signed: SignedPdf) -> FlattenPolicy:
    """What the publication copy of a document depends on besides its original."""
    office, lang = standing.office, standing.case.language
    last = max(
        (signature.signed_at for signature in standing.reports[kind].signatures if signature.signed_at), default=None
    )
    return FlattenPolicy(
        title=in_language(office.kinds[kind].title, lang),
        lang=language_tag(lang, office),
        producer=f"docgen {VERSION}",
        created=last or datetime(1970, 1, 1, tzinfo=UTC),
        publisher=in_language(office.name, lang),
        note=shop.wording.text("publication.note", lang, office=in_language(office.name, lang), digest=signed.digest),
        note_font=font_program(),
        redact=hidden_values(standing.case, office),
        redaction_text=shop.wording.text("publication.redacted", lang),
    )


def _policy_digest(policy: FlattenPolicy) -> str:
    return sha256(repr(policy).encode())


def _record(document: DocumentId) -> str:
    return f"public/{document.stem}"


def _intact(shop: Workshop, document: DocumentId) -> bool:
    public, audited = files.read_if_there(shop.roots.public(document)), files.read_if_there(shop.roots.audit(document))
    return public is not None and audited is not None and json.loads(audited).get("digest") == sha256(public)


def _keep(shop: Workshop, document: DocumentId, public: PublicPdf, inputs: Mapping[str, str]) -> None:
    produced = public.flattened.content
    report = json.dumps(to_json(public.audit), indent=2, ensure_ascii=False) + "\n"
    files.write(shop.roots.public(document), produced)
    files.write(shop.roots.audit(document), report.encode())
    manifest = read_manifest(document.case, files.read_if_there(shop.roots.manifest(document.case)))
    name = shop.roots.public(document).relative_to(shop.roots.out / document.case).as_posix()
    record = manifest.with_document(_record(document), Made(inputs, {name: sha256(produced)}))
    files.write(shop.roots.manifest(document.case), record.to_json())
    note(shop, document, "published", produced)


def update_site(shop: Workshop, site: Path, base_url: str = "") -> bool:
    """Make the register site of everything that is published now; whether anything changed.

    A reader sees the old site or the new one: the folder is built beside it and then takes its place.
    """
    entries, pdfs = _entries(shop)
    wanted = {**_pages(shop, entries, base_url), **pdfs}
    if _same(site, wanted):
        return False
    fresh, old = site.with_name(f".{site.name}.new"), site.with_name(f".{site.name}.old")
    for leftover in (fresh, old):
        shutil.rmtree(leftover, ignore_errors=True)
    for name, produced in wanted.items():
        files.write(fresh / name, produced)
    if site.exists():
        site.rename(old)
    fresh.rename(site)
    shutil.rmtree(old, ignore_errors=True)
    return True


def _pages(shop: Workshop, entries: Sequence[RegisterEntry], base_url: str) -> Mapping[str, bytes]:
    templates = content.site_templates(shop.roots)
    newest = max((entry.signed_on for entry in entries), default="1970-01-01")
    generated = datetime.fromisoformat(newest).replace(tzinfo=UTC)
    return build_site(
        entries,
        offices=_publishers(shop),
        templates=templates,
        wording=shop.wording,
        languages=SITE_LANGUAGES,
        generated=generated,
        base_url=base_url,
    )


def _publishers(shop: Workshop) -> dict[str, Publisher]:
    described = [content.office(shop.roots, name) for name in content.offices(shop.roots)]
    return {
        office.id: Publisher(
            names=dict(office.name.items()),
            kinds={name: dict(kind.title.items()) for name, kind in office.kinds.items()},
            mailbox=office.publication.contact or "",
            default_lang=office.languages[0],
        )
        for office in described
    }


def _same(site: Path, wanted: Mapping[str, bytes]) -> bool:
    there = (
        {file.relative_to(site).as_posix() for file in site.rglob("*") if file.is_file()} if site.is_dir() else set()
    )
    return there == set(wanted) and all((site / name).read_bytes() == produced for name, produced in wanted.items())


def _entries(shop: Workshop) -> tuple[list[RegisterEntry], dict[str, bytes]]:
    entries, pdfs = [], {}
    for case in cases.known(shop.roots):
        try:
            standing = stand(shop, case)
        except CaseInvalid:
            continue
        for kind in standing.office.kinds:
            document = standing.document(kind)
            public = files.read_if_there(shop.roots.public(document))
            if public is None or not _intact(shop, document) or kind not in standing.reports:
                continue
            entry = _entry(shop, standing, kind, public, sha256(shop.roots.signed(document).read_bytes()))
            entries.append(entry)
            pdfs[entry.file] = public
    return entries, pdfs


def _entry(shop: Workshop, standing: Standing, kind: str, public: bytes, source_digest: str) -> RegisterEntry:
    case, office, lang = standing.case, standing.office, standing.case.language
    facts = case.documents.get(kind)
    signatures = [signature for signature in standing.reports[kind].signatures if signature.slot]
    dated = [
        (signature.role, signature.signed_at.date().isoformat() if signature.signed_at else "")
        for signature in signatures
    ]
    roles = tuple(
        (in_language(office.roles[role].title, lang) if role in office.roles else role, day) for role, day in dated
    )
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
        signed_on=max((day for _, day in dated), default=""),
        file=f"{case.id}.{kind}.{lang}.pdf",
        pages=page_count(public),
        size=len(public),
        digest=sha256(public),
        source_digest=source_digest,
        signatories=roles,
        summary=(case.purpose.description or "") if case.purpose else "",
        datasets=tuple(dataset.source for dataset in case.datasets),
        retention=_retention(shop, standing),
    )


def _retention(shop: Workshop, standing: Standing) -> str:
    retention, lang = standing.case.retention, standing.case.language
    if retention is None:
        return ""
    if retention.until:
        return shop.wording.date(retention.until, lang)
    return shop.wording.text("filter.months", lang, count=retention.months) if retention.months else ""
