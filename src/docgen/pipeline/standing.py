"""A case together with its office and everything that lies in its folders."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path

from docgen.case.load import LoadedCase, LocatedCase
from docgen.case.model import Case
from docgen.decide.facts import Dossier, SignedSlot
from docgen.decide.rules import judge
from docgen.decide.signatories import expected_signatures
from docgen.documents import DocumentId, SignedPdf, ValidationReport
from docgen.dossier import cases, files
from docgen.errors import RuleRefused, ValidationFailed
from docgen.findings import Finding, Place, Severity
from docgen.office.profile import Office
from docgen.pipeline.history import histories
from docgen.pipeline.workshop import Workshop


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a case stands: what its file says and what is in its folders."""

    located: LocatedCase
    office: Office
    dossier: Dossier
    reports: Mapping[str, ValidationReport]
    """Judgement of every signed document, by kind."""
    notes: tuple[Finding, ...]
    """Findings of reading the file that do not stand in the way."""
    sources: Mapping[str, str] = field(default_factory=dict)
    """Every case file that was read for it, with its SHA-256."""
    doubts: tuple[Finding, ...] = ()
    """What the folders do not say for certain, and why."""

    @property
    def case(self) -> Case:
        """The request."""
        return self.located.case

    def document(self, kind: str) -> DocumentId:
        """Identity of this case's document of a kind."""
        return DocumentId(self.case.id, kind, self.case.language)


def stand(shop: Workshop, case: str) -> Standing:
    """A case as it stands now.

    Raises:
        CaseInvalid: its file cannot be used as it is.
        ContentInvalid: its office's profile cannot be used.
    """
    loaded, sources = cases.read_with_sources(shop.roots, case)
    located = loaded.require()
    office = shop.office(located.case.office)
    reports = _reports(shop, located.case, office)
    dossier, doubts = _dossier(shop, located.case, office, reports)
    return Standing(located, office, dossier, reports, loaded.findings, sources, doubts)


def require_lawful(shop: Workshop, standing: Standing) -> None:
    """Nothing when no rule finds an error in the case.

    Raises:
        RuleRefused: with every error.
    """
    found = judge(standing.located, standing.office, shop.rules, standing.dossier, shop.today(standing.office))
    errors = [finding for finding in found if finding.severity >= Severity.ERROR]
    if errors:
        raise RuleRefused(errors)


def all_findings(shop: Workshop, case: str) -> tuple[LoadedCase, tuple[Finding, ...]]:
    """Everything there is to say about a case file: how it is written, then what the rules think of it."""
    loaded = cases.read(shop.roots, case)
    if loaded.located is None:
        return loaded, loaded.findings
    office = shop.office(loaded.located.case.office)
    dossier, _ = _dossier(shop, loaded.located.case, office, _reports(shop, loaded.located.case, office))
    judged = judge(loaded.located, office, shop.rules, dossier, shop.today(office), _base(shop, loaded.located.case))
    return loaded, (*loaded.findings, *judged)


def _base(shop: Workshop, case: Case) -> LocatedCase | None:
    if case.base is None or case.base.case is None or not shop.roots.case_file(case.base.case).is_file():
        return None
    return cases.read(shop.roots, case.base.case).located


def _reports(shop: Workshop, case: Case, office: Office) -> dict[str, ValidationReport]:
    reports = {}
    for kind, file in _there(shop.roots.signed, _documents(case, office)).items():
        document = DocumentId(case.id, kind, case.language)
        expected = expected_signatures(case, office, kind)
        reports[kind] = shop.judge(SignedPdf(document, files.read(file)), expected)
    return reports


def _dossier(
    shop: Workshop, case: Case, office: Office, reports: Mapping[str, ValidationReport]
) -> tuple[Dossier, tuple[Finding, ...]]:
    documents = _documents(case, office)
    published, doubts = _published(shop, case, office, documents)
    dossier = Dossier(
        built={kind: _day(office, file) for kind, file in _there(shop.roots.pdf, documents).items()},
        received={file.name: _day(office, file) for file in _files_in(shop.roots.received(case.id))},
        signed=tuple(slot for kind, report in reports.items() for slot in _slots(office, kind, report)),
        published=published,
    )
    return dossier, doubts


def _documents(case: Case, office: Office) -> dict[str, DocumentId]:
    return {kind: DocumentId(case.id, kind, case.language) for kind in office.kinds}


def _published(
    shop: Workshop, case: Case, office: Office, documents: Mapping[str, DocumentId]
) -> tuple[dict[str, date], tuple[Finding, ...]]:
    """Since when each kind is public, and why that is uncertain.

    The journal decides, because a copy can be deleted and made again. Only where it says nothing, or is not whole, does
    a copy with its audit count, from the day of its file.
    """
    doubts: tuple[Finding, ...] = ()
    try:
        told = histories(shop, case.id, office)
    except ValidationFailed as error:
        told, doubts = {}, tuple(replace(finding, severity=Severity.WARNING) for finding in error.findings)
    known = {kind: told[document.stem] for kind, document in documents.items() if document.stem in told}
    days = {kind: day for kind, past in known.items() if past.live and (day := past.again or past.first)}
    for kind, file in _there(shop.roots.public, documents).items():
        if kind not in known and shop.roots.audit(documents[kind]).is_file():
            days[kind] = _day(office, file)
            parameters = {"document": kind, "date": days[kind].isoformat()}
            doubts += (Finding("DG-D122", Severity.WARNING, Place(str(file)), parameters),)
    return days, doubts


def _slots(office: Office, kind: str, report: ValidationReport) -> list[SignedSlot]:
    return [
        SignedSlot(
            kind,
            signature.slot,
            signature.signer,
            office.day(signature.signed_at) if signature.signed_at else None,
            signature.valid,
        )
        for signature in report.signatures
        if signature.slot
    ]


def _there(place: Callable[[DocumentId], Path], documents: Mapping[str, DocumentId]) -> dict[str, Path]:
    """Files that exist, by kind; all of them lie in one folder."""
    folders = {place(document).parent for document in islice(documents.values(), 1)}
    if not any(folder.is_dir() for folder in folders):
        return {}
    paths = {kind: place(document) for kind, document in documents.items()}
    return {kind: path for kind, path in paths.items() if path.is_file()}


def _files_in(folder: Path) -> list[Path]:
    return sorted(file for file in folder.iterdir() if file.is_file()) if folder.is_dir() else []


def _day(office: Office, file: Path) -> date:
    return office.day(datetime.fromtimestamp(file.stat().st_mtime, UTC))
