"""The publication copy of one document: made when it may be, kept while it may be, taken away when it may not."""

from __future__ import annotations

from datetime import date

from docgen.decide.plan import COMPLETE, gate
from docgen.decide.signatories import expected_signatures
from docgen.documents import RegisterEntry, SignedPdf, ValidationReport
from docgen.dossier import files
from docgen.errors import DocgenError, PublicationRefused, ValidationFailed
from docgen.findings import Finding, Severity
from docgen.pipeline import kept_copies, register
from docgen.pipeline.copy_policy import copy_policy, inputs_of_copy
from docgen.pipeline.release import Released, Scrutiny, release
from docgen.pipeline.subject import Published, State, Subject
from docgen.publishing.flatten import FlattenPolicy
from docgen.publishing.site.register import require_publishable


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
    document, policy = subject.document, _policy(subject, signed)
    inputs = inputs_of_copy(signed, policy)
    if kept_copies.made_of(subject) == inputs and kept_copies.intact(subject):
        return _shown(subject, "up to date", signed.digest)
    try:
        released = _released(subject, signed, policy)
        produced = released.public.flattened.content
        entry = _entry(subject, produced, signed.digest)
    except DocgenError as error:
        return _refused(subject, error)
    if not subject.terms.write:
        return Published(
            document, "published", released.findings, None, entry, produced, kept_copies.is_news(subject, produced)
        )
    kept_copies.keep(subject, released, signed, inputs, entry)
    path = subject.shop.roots.public(document)
    return Published(
        document, "published", released.findings, None, entry, path, kept_copies.is_news(subject, produced)
    )


def _policy(subject: Subject, signed: SignedPdf) -> FlattenPolicy:
    standing = subject.standing
    report = standing.reports[subject.kind]
    return copy_policy(signed, report, standing.case, standing.office, subject.shop.wording)


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
    produced = files.read(path)
    try:
        entry = _entry(subject, produced, original)
    except DocgenError as refusal:
        return _refused(subject, refusal)
    if subject.terms.write and subject.terms.make:
        kept_copies.note_once(subject, produced)
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
    made_of = kept_copies.made_of(subject)
    if made_of is None or not subject.past.live or not kept_copies.intact(subject):
        return Published(subject.document, "not yet")
    return _shown(subject, "kept", made_of["signed"])


def _not_open(subject: Subject, original: bytes, report: ValidationReport, closed: tuple[Finding, ...]) -> Published:
    """A document whose turn it is not, or not any more.

    One that was published before is a matter for people, every night until it is mended. It stays when only the
    judgement of the same signatures is another today (a certificate that ran out, an anchor that is missing): what the
    public sees is still what passed. The error says that it was noticed.
    """
    if subject.past.first is None:
        return Published(subject.document, "not yet", closed)
    signed = SignedPdf(subject.document, original)
    only_judgement = not report.ok and all(finding.code == COMPLETE for finding in closed)
    if (
        subject.past.live
        and only_judgement
        and kept_copies.made_of(subject) == inputs_of_copy(signed, _policy(subject, signed))
        and kept_copies.intact(subject)
    ):
        return _shown(subject, "kept", signed.digest, ValidationFailed(report.findings or closed))
    return _refused(subject, PublicationRefused(closed) if report.ok else ValidationFailed(report.findings or closed))


def _gone(subject: Subject, closed: tuple[Finding, ...]) -> Published:
    lost = Finding("DG-R120", Severity.ERROR, subject.place, {"document": subject.document.stem})
    return _refused(subject, PublicationRefused([lost, *closed]))


def _refused(subject: Subject, error: DocgenError) -> Published:
    """Nothing that does not pass stays public; that it was taken away is written down."""
    if subject.terms.write and subject.terms.make:
        kept_copies.take_away(subject)
    return Published(subject.document, "refused", error.findings, error, news=subject.past.live)


def _withdrawn(subject: Subject, since: date, reason: str) -> Published:
    original = subject.original
    if original is None or subject.report is None:
        return _gone(subject, ())
    if subject.terms.write and subject.terms.make:
        kept_copies.take_away(subject)
    shop, standing = subject.shop, subject.standing
    entry = register.withdrawn_entry(shop, standing, subject.kind, original, subject.past, since, reason)
    try:
        _require_line(subject, entry)
    except DocgenError as error:
        return Published(subject.document, "refused", error.findings, error)
    if subject.terms.write and subject.terms.make:
        register.keep_entry(subject.shop, subject.document, entry)
    return Published(subject.document, "withdrawn", (), None, entry, None, news=subject.past.live)
