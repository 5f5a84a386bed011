"""One document's life, as types. Each stage takes one of these and gives the next.

    Docx ─convert→ Pdf ─prepare→ SignablePdf ─sign*→ SignedPdf ─validate→ ValidatedPdf ─flatten→ FlattenedPdf
         ─audit→ PublicPdf

All are frozen and hold bytes, so a stage can run anywhere. `ValidatedPdf` and `PublicPdf` refuse to exist without the
report that earned them: publishing an unvalidated file is a type error for mypy and a `ValueError` at run time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from docgen.findings import Finding


@dataclass(frozen=True, slots=True, order=True)
class DocumentId:
    """Which document: of which case, which kind, in which language."""

    case: str
    kind: str
    lang: str

    @property
    def stem(self) -> str:
        """File name without its ending, the same in every folder: `protocol.nl`."""
        return f"{self.kind}.{self.lang}"

    def __str__(self) -> str:
        return f"{self.case} {self.stem}"


def sha256(content: bytes) -> str:
    """SHA-256 of bytes, as 64 hex digits; the digest used in manifest, journal, reports and register."""
    return hashlib.sha256(content).hexdigest()


@dataclass(frozen=True, slots=True)
class Docx:
    """A filled Word document."""

    id: DocumentId
    content: bytes
    title: str
    """Title of the document, as in its properties."""


@dataclass(frozen=True, slots=True)
class Pdf:
    """A normalised PDF/A-2b with structure, not yet prepared for signing."""

    id: DocumentId
    content: bytes
    title: str


@dataclass(frozen=True, slots=True)
class SlotPlacement:
    """A signature slot to be turned into a field of the PDF."""

    name: str
    """Slot of the office profile, for example `applicant`; the field is called `sig_<name>`."""
    bookmark: str
    """Word bookmark, which LibreOffice exports as a named destination."""
    tooltip: str
    """What a screen reader and a viewer call the field (`/TU`), in the document's language."""
    width: float
    """Width of the box, in points."""
    height: float
    """Height of the box, in points."""
    final: bool = False
    """The last signature: locks every field and allows no further change."""


@dataclass(frozen=True, slots=True)
class SignablePdf:
    """A PDF with one named, tagged, empty signature field a slot."""

    id: DocumentId
    content: bytes
    slots: tuple[str, ...]
    """Slots in signing order."""


@dataclass(frozen=True, slots=True)
class SignedPdf:
    """A PDF with at least one signature. Only signing adds to it, incrementally."""

    id: DocumentId
    content: bytes

    @property
    def digest(self) -> str:
        """SHA-256 of the file."""
        return sha256(self.content)


@dataclass(frozen=True, slots=True)
class Delegated:
    """A role in which somebody signs for another, and from when to when."""

    role: str
    start: datetime | None
    """The first moment, aware; `None` when nothing says."""
    end: datetime | None
    """The first moment at which it no longer holds."""

    def holds(self, at: datetime | None) -> bool:
        """Whether it holds at a moment. Of a signature that tells no time, nobody can say."""
        if at is None:
            return self.start is None and self.end is None
        return (self.start is None or self.start <= at) and (self.end is None or at < self.end)


@dataclass(frozen=True, slots=True)
class ExpectedSignature:
    """Who must have signed in a slot."""

    slot: str
    roles: tuple[str, ...]
    """Roles that may fill the slot, any one of them."""
    names: tuple[str, ...]
    """Names the case or office profile gives for these roles; empty when anyone in the role may sign."""
    persons: tuple[tuple[str, str], ...] = ()
    """Role and name of each person who may sign here, in the order of preference."""
    delegated: tuple[Delegated, ...] = ()
    """Roles in which somebody signs here by delegation, and when that holds."""


@dataclass(frozen=True, slots=True)
class SignatureReport:
    """What validation found out about one signature."""

    slot: str
    """Slot by its field name; empty for a field no slot of the document has."""
    field: str
    signer: str
    """Common name of the certificate, never the serial number."""
    role: str
    signed_at: datetime | None
    """Time the signer claims (or a trusted timestamp proves); aware."""
    time_is_trusted: bool
    level: str
    """PAdES baseline level reached: `B-B`, `B-T`, `B-LT` or `B-LTA`."""
    algorithm: str
    intact: bool
    """The bytes it covers are unchanged."""
    trusted: bool
    """Its certificate chain ends in a configured anchor."""
    coverage: str
    """pyHanko's coverage level, for example `ENTIRE_FILE` or `ENTIRE_REVISION`."""
    valid: bool
    """All of the above, and nothing forbidden was changed afterwards."""
    qualification: str = ""
    """What it is under the eIDAS regulation (`docgen.signing.trust.Qualification`); empty when no list was asked."""
    issuers: tuple[str, ...] = ()
    """Names on the certificates above the signer's, up to the configured anchor; empty when none was reached."""
    revocation: str = "unknown"
    """What is known of revocation of its certificates (`docgen.signing.trust.Revocation`)."""
    time_from: str = ""
    """Name of the timestamp service that proves the time, or was to prove it."""


class Report(Protocol):
    """What every report that opens the next stage has."""

    @property
    def ok(self) -> bool:
        """Whether the next stage may begin."""
        ...

    @property
    def digest(self) -> str:
        """SHA-256 of the file the report speaks of."""
        ...


@dataclass(frozen=True, slots=True)
class ValidationReport:
    """The judgement of one signed PDF."""

    digest: str
    signatures: tuple[SignatureReport, ...]
    """In the order in which they were made."""
    findings: tuple[Finding, ...]
    """Why it does not hold, if it does not; also warnings."""
    whole_file_covered: bool
    timestamps: tuple[SignatureReport, ...] = ()
    """Archive timestamps, in the order in which they were made; who signed is the service."""

    @property
    def ok(self) -> bool:
        """No finding blocks, and there is at least one signature."""
        return bool(self.signatures) and not any(finding.blocks for finding in self.findings)


@dataclass(frozen=True, slots=True)
class ValidatedPdf:
    """A signed PDF that passed validation. Cannot be made without a report on exactly these bytes."""

    signed: SignedPdf
    report: ValidationReport

    def __post_init__(self) -> None:
        _require_earned(self.report, self.signed.content)


@dataclass(frozen=True, slots=True)
class FlattenedPdf:
    """A single-revision rewrite without signatures, not yet audited."""

    id: DocumentId
    content: bytes
    source_digest: str
    """SHA-256 of the signed original."""
    pages: int


@dataclass(frozen=True, slots=True)
class AuditReport:
    """What the leak audit searched for and what it found in one file."""

    digest: str
    checks: tuple[tuple[str, str], ...]
    """Name of each check and its outcome: `passed`, `failed` or `not run`."""
    findings: tuple[Finding, ...]
    needles: int
    """How many distinct secrets of the signed source were searched for."""
    source_digest: str = ""
    """SHA-256 of the signed source; empty when the file was audited on its own."""

    @property
    def ok(self) -> bool:
        """Every check ran, and none found anything. A check that could not run has failed."""
        ran = all(outcome == "passed" for _, outcome in self.checks)
        return bool(self.checks) and ran and not any(finding.blocks for finding in self.findings)


@dataclass(frozen=True, slots=True)
class PublicPdf:
    """A publication copy that passed the audit. Cannot be made without a report on exactly these bytes."""

    flattened: FlattenedPdf
    audit: AuditReport

    def __post_init__(self) -> None:
        _require_earned(self.audit, self.flattened.content)


@dataclass(frozen=True, slots=True)
class RegisterEntry:
    """One publication as the register shows it: an allow-list, built field by field and never by leaving out."""

    case: str
    kind: str
    lang: str
    office: str
    office_name: str
    title: str
    """Title of the document."""
    project: str
    """Title of the project."""
    applicant: str
    """Name of the institution, never of a person."""
    number: str
    """Number of the contract or protocol; empty when it has none."""
    signed_on: str
    """ISO date of the last signature."""
    file: str
    """Name of the PDF beside the register page."""
    pages: int
    size: int
    """Bytes; 0 once withdrawn."""
    digest: str
    """SHA-256 of the publication copy, of the last one when it is withdrawn."""
    source_digest: str
    """SHA-256 of the signed original, which the office holds."""
    signatories: tuple[tuple[str, str], ...] = ()
    """Name of the role and date of signing, in signing order."""
    summary: str = ""
    """What the data are for, in a sentence or two."""
    datasets: tuple[str, ...] = ()
    """Names of the data sources."""
    retention: str = ""
    """How long the data are kept, in the document's language."""
    published_on: str = ""
    """ISO date of first publication; empty when not known."""
    amends: str = ""
    """Number of the contract or protocol that this one changes; empty when it stands alone."""
    withdrawn_on: str = ""
    """ISO date on which the document was taken off the register; its line stays, its PDF goes."""
    withdrawn_reason: str = ""
    """Why, in the document's language."""
    amends_case: str = ""
    """Identifier of the case whose contract or protocol this one changes; empty when it stands alone."""
    republished_on: str = ""
    """ISO date on which it was published again after it had been taken off; empty when it never was."""


def _require_earned(report: Report, content: bytes) -> None:
    if not report.ok:
        raise ValueError("the report does not pass")
    if report.digest != sha256(content):
        raise ValueError("the report speaks of other bytes")


def plain_text_of(findings: Sequence[Finding]) -> str:
    """The codes of findings in one line, for logs that must not hold personal data."""
    return ", ".join(finding.code for finding in findings)
