"""The publication copy of one document: made when it may be, kept while it may be, taken away when it may not."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Literal

from docgen.decide.plan import COMPLETE, gate
from docgen.decide.signatories import expected_signatures
from docgen.documents import DocumentId, RegisterEntry, SignedPdf, ValidationReport, sha256
from docgen.dossier import content, files, journal
from docgen.dossier.manifest import Made, Manifest, read_manifest
from docgen.errors import DocgenError, PublicationRefused, ValidationFailed
from docgen.findings import Finding, Place, Severity
from docgen.office.profile import in_language
from docgen.pdf.verapdf import VeraPdf
from docgen.pipeline import register
from docgen.pipeline.guarded import Runner, here
from docgen.pipeline.hidden import hidden_values
from docgen.pipeline.history import History
from docgen.pipeline.release import Released, Scrutiny, release
from docgen.pipeline.standing import Standing
from docgen.pipeline.workshop import Workshop, language_tag
from docgen.publishing.audit.report import to_html, to_json
from docgen.publishing.flatten import FlattenPolicy
from docgen.publishing.site.register import require_publishable
from docgen.signing.typeface import font_program
from docgen.version import VERSION

State = Literal["published", "up to date", "kept", "withdrawn", "not yet", "refused"]
"""`kept`: published earlier, and something is the matter now that does not make the copy unsafe."""


@dataclass(frozen=True, slots=True)
class Terms:
    """How a run publishes."""

    write: bool = True
    """Otherwise nothing is written: a dry run."""
    make: bool = True
    """Otherwise documents are taken as they stand."""
    run: Runner = here
    """Where flattening and audit are done."""
    verapdf: VeraPdf | None = None


USUAL_TERMS = Terms()


@dataclass(frozen=True, slots=True)
class Published:
    """What became of one publishable document."""

    id: DocumentId
    state: State
    findings: tuple[Finding, ...] = ()
    error: DocgenError | None = None
    entry: RegisterEntry | None = None
    """Its line in the register, when it has one."""
    copy: bytes | Path | None = field(default=None, repr=False)
    """What the register hands out: where it lies, or the content itself in a dry run."""
    news: bool = False
    """Whether this run changed what the public sees of it."""


@dataclass(frozen=True, slots=True)
class Subject:
    """One document and all there is to know about it."""

    shop: Workshop
    standing: Standing
    kind: str
    past: History
    terms: Terms

    @property
    def document(self) -> DocumentId:
        """Its identity."""
        return self.standing.document(self.kind)

    @property
    def original(self) -> bytes | None:
        """The signed original, where there is one."""
        return files.read_if_there(self.shop.roots.signed(self.document))

    @property
    def report(self) -> ValidationReport | None:
        """The judgement of its signatures."""
        return self.standing.reports.get(self.kind)

    @property
    def place(self) -> Place:
        """Where findings about it point."""
        return Place(str(self.shop.roots.signed(self.document)))


def publish_one(subject: Subject) -> Published:
    """Bring the publication copy of a document up to date, or take it away."""
    off = register.withdrawal(subject.standing.case, subject.kind)
    if off is not None and subject.past.first is not None:
        return _withdrawn(subject, *off)
    closed = _closed(subject)
    original, report = subject.original, subject.report
    if original is None or report is None:
        return _gone(subject, closed) if subject.past.live else Published(subject.document, "not yet", closed)
    if closed:
        return _not_open(subject, original, report, closed)
    if not subject.terms.make:
        return _as_it_stands(subject)
    return _made(subject, SignedPdf(subject.document, original))


def _closed(subject: Subject) -> tuple[Finding, ...]:
    standing = subject.standing
    found = gate("publish", subject.kind, standing.located, standing.office, standing.dossier)
    facts = standing.case.documents.get(subject.kind)
    if facts is None or facts.withdrawn is None:
        return found
    place = standing.located.place("documents", subject.kind, "withdrawn")
    return (*found, Finding("DG-R122", Severity.GATE, place, {"document": subject.kind}))


def _made(subject: Subject, signed: SignedPdf) -> Published:
    document, manifest = subject.document, _manifest(subject)
    policy = flatten_policy(subject.shop, subject.standing, subject.kind, signed)
    inputs = _inputs(signed, policy)
    if not manifest.differences(_record(document), inputs) and _intact(subject):
        return _shown(subject, "up to date", signed.digest)
    try:
        released = _released(subject, signed, policy)
        produced = released.public.flattened.content
        entry = _entry(subject, produced, signed.digest)
    except DocgenError as error:
        return _refused(subject, error)
    if not subject.terms.write:
        return Published(document, "published", released.findings, None, entry, produced, _is_news(subject, produced))
    _keep(subject, released, manifest, inputs, signed, entry)
    path = subject.shop.roots.public(document)
    return Published(document, "published", released.findings, None, entry, path, _is_news(subject, produced))


def _released(subject: Subject, signed: SignedPdf, policy: FlattenPolicy) -> Released:
    shop, standing = subject.shop, subject.standing
    known = (standing.office.email, standing.office.publication.contact)
    return release(
        signed,
        expected=expected_signatures(standing.case, standing.office, subject.kind),
        trust=shop.trust,
        policy=policy,
        scrutiny=Scrutiny(policy.redact, tuple(value for value in known if value), subject.terms.verapdf),
        now=shop.now,
        run=subject.terms.run,
    )


def _shown(subject: Subject, state: State, original: str, error: DocgenError | None = None) -> Published:
    """The copy that lies there, as a line of the register."""
    path = subject.shop.roots.public(subject.document)
    produced = path.read_bytes()
    try:
        entry = _entry(subject, produced, original)
    except DocgenError as refusal:
        return _refused(subject, refusal)
    if subject.terms.write and subject.terms.make:
        _note_once(subject, produced)
        register.keep_entry(subject.shop, subject.document, entry)
    return Published(subject.document, state, error.findings if error else (), error, entry, path)


def _entry(subject: Subject, produced: bytes, original: str) -> RegisterEntry:
    """The line of the register for a copy, checked by itself so that one bad line does not stop the register."""
    entry = register.entry_of(subject.shop, subject.standing, subject.kind, produced, original, subject.past)
    _require_line(subject, entry)
    return entry


def _require_line(subject: Subject, entry: RegisterEntry) -> None:
    office = subject.standing.office
    require_publishable([entry], {office.id: register.publisher(office)})


def _as_it_stands(subject: Subject) -> Published:
    made = _manifest(subject).documents.get(_record(subject.document))
    if made is None or not subject.past.live or not _intact(subject):
        return Published(subject.document, "not yet")
    return _shown(subject, "kept", made.inputs["signed"])


def _not_open(subject: Subject, original: bytes, report: ValidationReport, closed: tuple[Finding, ...]) -> Published:
    """A document whose turn it is not, or not any more.

    One that was published before is a matter for people, every night until it is mended. It stays when only the
    judgement of the same signatures is another today (a certificate that ran out, an anchor that is missing): what the
    public sees is still what passed. The error says that it was noticed.
    """
    if subject.past.first is None:
        return Published(subject.document, "not yet", closed)
    signed = SignedPdf(subject.document, original)
    made = _manifest(subject).documents.get(_record(subject.document))
    only_judgement = not report.ok and all(finding.code == COMPLETE for finding in closed)
    if (
        subject.past.live
        and only_judgement
        and made is not None
        and made.inputs == _todays_inputs(subject, signed)
        and _intact(subject)
    ):
        return _shown(subject, "kept", signed.digest, ValidationFailed(report.findings or closed))
    return _refused(subject, PublicationRefused(closed) if report.ok else ValidationFailed(report.findings or closed))


def _todays_inputs(subject: Subject, signed: SignedPdf) -> Mapping[str, str]:
    return _inputs(signed, flatten_policy(subject.shop, subject.standing, subject.kind, signed))


def _gone(subject: Subject, closed: tuple[Finding, ...]) -> Published:
    lost = Finding("DG-R120", Severity.ERROR, subject.place, {"document": subject.document.stem})
    return _refused(subject, PublicationRefused([lost, *closed]))


def _refused(subject: Subject, error: DocgenError) -> Published:
    """Nothing that does not pass stays public; that it was taken away is written down."""
    if subject.terms.write and subject.terms.make:
        take_away(subject)
    return Published(subject.document, "refused", error.findings, error, news=subject.past.live)


def _withdrawn(subject: Subject, since: date, reason: str) -> Published:
    original = subject.original
    if original is None or subject.report is None:
        return _gone(subject, ())
    if subject.terms.write and subject.terms.make:
        take_away(subject)
    shop, standing = subject.shop, subject.standing
    entry = register.withdrawn_entry(shop, standing, subject.kind, original, subject.past, since, reason)
    try:
        _require_line(subject, entry)
    except DocgenError as error:
        return Published(subject.document, "refused", error.findings, error)
    if subject.terms.write and subject.terms.make:
        register.keep_entry(subject.shop, subject.document, entry)
    return Published(subject.document, "withdrawn", (), None, entry, None, news=subject.past.live)


def take_away(subject: Subject) -> None:
    """Remove the copy and what lies beside it, and say so in the journal when it was public."""
    for path in _beside(subject.shop, subject.document):
        path.unlink(missing_ok=True)
    register.forget_entry(subject.shop, subject.document)
    if subject.past.live:
        _note(subject, "withdrawn", subject.past.digest)


def _beside(shop: Workshop, document: DocumentId) -> Iterable[Path]:
    return (
        shop.roots.public(document),
        shop.roots.audit(document),
        shop.roots.audit(document).with_suffix(".html"),
        *applicants_copies(shop, document),
    )


def applicants_copies(shop: Workshop, document: DocumentId) -> tuple[Path, Path]:
    """Where both versions lie for the applicant: the signed original, and the publication copy."""
    folder = shop.roots.out / document.case / "applicant"
    return folder / f"{document.stem}.signed.pdf", folder / f"{document.stem}.public.pdf"


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


def _inputs(signed: SignedPdf, policy: FlattenPolicy) -> Mapping[str, str]:
    return {"signed": signed.digest, "policy": sha256(repr(policy).encode()), "docgen": VERSION}


def _manifest(subject: Subject) -> Manifest:
    case = subject.document.case
    return read_manifest(case, files.read_if_there(subject.shop.roots.manifest(case)))


def _record(document: DocumentId) -> str:
    return f"public/{document.stem}"


def _intact(subject: Subject) -> bool:
    """Whether the copy that lies there is one that passed the audit, with the page that says so."""
    roots, document = subject.shop.roots, subject.document
    public = files.read_if_there(roots.public(document))
    written = files.read_if_there(roots.audit(document))
    if public is None or written is None or not roots.audit(document).with_suffix(".html").is_file():
        return False
    try:
        audited = json.loads(written)
        return audited["ok"] is True and audited["digest"] == sha256(public)
    except (ValueError, KeyError, TypeError):
        return False


def _keep(
    subject: Subject,
    released: Released,
    manifest: Manifest,
    inputs: Mapping[str, str],
    signed: SignedPdf,
    entry: RegisterEntry,
) -> None:
    shop, document = subject.shop, subject.document
    produced = released.public.flattened.content
    _write_audit(shop, document, released)
    files.write(shop.roots.public(document), produced)
    for path, version in zip(applicants_copies(shop, document), (signed.content, produced), strict=True):
        files.write(path, version)
    register.keep_entry(shop, document, entry)
    name = shop.roots.public(document).relative_to(shop.roots.out / document.case).as_posix()
    record = manifest.with_document(_record(document), Made(inputs, {name: sha256(produced)}))
    files.write(shop.roots.manifest(document.case), record.to_json())
    _note_once(subject, produced)


def _write_audit(shop: Workshop, document: DocumentId, released: Released) -> None:
    report = released.public.audit
    page = to_html(
        report,
        templates=content.site_templates(shop.roots),
        wording=shop.wording,
        lang=document.lang,
        document=f"{document.case}.{document.stem}.pdf",
        generated=shop.now,
    )
    files.write(shop.roots.audit(document).with_suffix(".html"), page)
    files.write(shop.roots.audit(document), (json.dumps(to_json(report), indent=2, ensure_ascii=False) + "\n").encode())


def _note_once(subject: Subject, produced: bytes) -> None:
    """A copy that is public already under the same digest is no new event, also when `out/` was made anew."""
    if _is_news(subject, produced):
        _note(subject, "published", sha256(produced))


def _is_news(subject: Subject, produced: bytes) -> bool:
    return not subject.past.live or subject.past.digest != sha256(produced)


def _note(subject: Subject, event: journal.Event, digest: str) -> None:
    path = subject.shop.roots.journal(subject.document.case)
    before = files.read_if_there(path) or b""
    line = journal.next_line(before, at=subject.shop.now, event=event, document=subject.document.stem, digest=digest)
    files.append(path, line)
