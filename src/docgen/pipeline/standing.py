"""A case together with its office and everything that lies in its folders."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from docgen.case.load import LoadedCase, LocatedCase
from docgen.case.model import Case
from docgen.decide.facts import Dossier, SignedSlot
from docgen.decide.rules import judge
from docgen.decide.signatories import expected_signatures
from docgen.documents import DocumentId, SignedPdf, ValidationReport
from docgen.dossier import cases, files
from docgen.findings import Finding
from docgen.office.profile import Office
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
    dossier = _dossier(shop, located.case, office, reports)
    return Standing(located, office, dossier, reports, loaded.findings, sources)


def all_findings(shop: Workshop, case: str) -> tuple[LoadedCase, tuple[Finding, ...]]:
    """Everything there is to say about a case file: how it is written, then what the rules think of it."""
    loaded = cases.read(shop.roots, case)
    if loaded.located is None:
        return loaded, loaded.findings
    office = shop.office(loaded.located.case.office)
    dossier = _dossier(shop, loaded.located.case, office, _reports(shop, loaded.located.case, office))
    judged = judge(loaded.located, office, shop.rules, dossier, shop.today(office), _base(shop, loaded.located.case))
    return loaded, (*loaded.findings, *judged)


def _base(shop: Workshop, case: Case) -> LocatedCase | None:
    if case.base is None or case.base.case is None or not shop.roots.case_file(case.base.case).is_file():
        return None
    return cases.read(shop.roots, case.base.case).located


def _reports(shop: Workshop, case: Case, office: Office) -> dict[str, ValidationReport]:
    reports = {}
    for kind in office.kinds:
        document = DocumentId(case.id, kind, case.language)
        signed = files.read_if_there(shop.roots.signed(document))
        if signed is not None:
            expected = expected_signatures(case, office, kind)
            reports[kind] = shop.judge(SignedPdf(document, signed), expected)
    return reports


def _dossier(shop: Workshop, case: Case, office: Office, reports: Mapping[str, ValidationReport]) -> Dossier:
    documents = {kind: DocumentId(case.id, kind, case.language) for kind in office.kinds}
    return Dossier(
        built=_dated(shop.roots.pdf, documents),
        received={file.name: _day(file) for file in _files_in(shop.roots.received(case.id))},
        signed=tuple(slot for kind, report in reports.items() for slot in _slots(kind, report)),
        published={
            kind: day
            for kind, day in _dated(shop.roots.public, documents).items()
            if shop.roots.audit(documents[kind]).is_file()
        },
    )


def _slots(kind: str, report: ValidationReport) -> list[SignedSlot]:
    return [
        SignedSlot(
            kind,
            signature.slot,
            signature.signer,
            signature.signed_at.date() if signature.signed_at else None,
            signature.valid,
        )
        for signature in report.signatures
        if signature.slot
    ]


def _dated(place: object, documents: Mapping[str, DocumentId]) -> dict[str, date]:
    assert callable(place)  # noqa: S101  one of the methods of Roots
    return {kind: _day(place(document)) for kind, document in documents.items() if place(document).is_file()}


def _files_in(folder: Path) -> list[Path]:
    return sorted(file for file in folder.iterdir() if file.is_file()) if folder.is_dir() else []


def _day(file: Path) -> date:
    return datetime.fromtimestamp(file.stat().st_mtime, UTC).date()
