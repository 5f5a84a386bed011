"""The judgement of one signature: cryptography, trust, coverage, and what changed after it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESIndeterminate
from pyhanko.sign.diff_analysis import DiffResult, ModificationLevel
from pyhanko.sign.validation import async_validate_pdf_signature, async_validate_pdf_timestamp
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import (
    DocumentTimestampStatus,
    PdfSignatureStatus,
    SignatureCoverageLevel,
    SignatureStatus,
)
from pyhanko_certvalidator.path import ValidationPath

from docgen.documents import SignatureReport
from docgen.findings import Finding
from docgen.signing.chains import asking
from docgen.signing.changes import POLICY
from docgen.signing.fields import slot_of
from docgen.signing.levels import Level
from docgen.signing.long_term import proven_since
from docgen.signing.persons import holder
from docgen.signing.reading import blocking, is_timestamp, shown_field
from docgen.signing.trust import Trust

INTEGRITY = frozenset(
    {"DG-V201", "DG-V202", "DG-V206", "DG-V207", "DG-V208", "DG-V209", "DG-V210", "DG-V211", "DG-V219", "DG-V220"}
)
"""Codes that say the file itself is not as it was signed, whoever signed it."""

OUTLIVED = frozenset({"DG-V205", "DG-V215", "DG-V217"})
"""Codes that proofs kept in the file may answer: a certificate has run out, or its revocation answer is not at hand."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """One signature, judged."""

    report: SignatureReport
    findings: tuple[Finding, ...]
    fingerprint: str
    """SHA-256 of the signer's certificate."""
    timestamp: bool
    archival_changes_only: bool
    """Nothing was changed after it, or nothing but the security store and timestamps."""
    path: ValidationPath | None
    """From its certificate to an anchor; `None` when there is none."""


async def judge(signature: EmbeddedPdfSignature, *, trust: Trust, now: datetime, archived: bool) -> Judgement:
    """What one signature is worth at a moment. `archived` tells whether a later timestamp and a DSS protect it.

    pyHanko's `bottom_line` must be true as well as our own conditions: `intact and valid` alone also holds for files
    whose coverage is unclear, and the AdES indication leaves changes made afterwards out of account.
    """
    if is_timestamp(signature):
        async with asking(trust, now) as context:
            stamp = await async_validate_pdf_timestamp(signature, context, diff_policy=POLICY)
        findings = tuple(_timestamp_findings(signature, stamp))
        return _judgement(signature, stamp, findings, stamp.timestamp, Level.B_LTA, trusted_time=stamp.trusted)
    status = await _status(signature, trust, now)
    findings = tuple(_signature_findings(signature, status, trust, now))
    if not findings and not status.bottom_line:
        findings = (blocking("DG-V214", field=str(signature.field_name), signer=holder(signature.signer_cert)),)
    if findings and {finding.code for finding in findings} <= OUTLIVED and "/DSS" in signature.reader.root:
        since = await proven_since(signature, trust, now)
        if since is not None:
            outlived = _judgement(
                signature, status, (), since, _level(signature, archived, proven=True), trusted_time=True
            )
            return replace(outlived, report=replace(outlived.report, trusted=True))
    proven = _proven(status)
    if proven is not None and [finding.code for finding in findings] == ["DG-V204"]:
        before = await _before_revocation(signature, status, trust, proven, now)
        if before is not None:
            level = _level(signature, archived, proven=True)
            return _judgement(signature, before, (), proven, level, trusted_time=True)
    level = _level(signature, archived, proven=proven is not None)
    moment = proven or status.signer_reported_dt
    return _judgement(signature, status, findings, moment, level, trusted_time=proven is not None)


async def _status(
    signature: EmbeddedPdfSignature, trust: Trust, now: datetime, looking_back_to: datetime | None = None
) -> PdfSignatureStatus:
    """PyHanko's status: of today, or of a moment that is proven today."""
    at, back = looking_back_to or now, looking_back_to is not None
    async with asking(trust, at, looking_back=back) as context, asking(trust, now) as stamps:
        return await async_validate_pdf_signature(signature, context, ts_validation_context=stamps, diff_policy=POLICY)


def _proven(status: PdfSignatureStatus) -> datetime | None:
    """When a trusted timestamp says that the signature was there."""
    stamp = status.timestamp_validity
    return stamp.timestamp if stamp is not None and stamp.trusted else None


async def _before_revocation(
    signature: EmbeddedPdfSignature, status: PdfSignatureStatus, trust: Trust, proven: datetime, now: datetime
) -> PdfSignatureStatus | None:
    """The status at a proven moment before the signer's certificate was revoked (EN 319 102-1, 5.5.4); or nothing."""
    details = status.revocation_details
    if details is None or details.ca_revoked or details.revocation_date <= proven:
        return None
    earlier = await _status(signature, trust, now, looking_back_to=proven)
    return earlier if earlier.bottom_line and not [*_signature_findings(signature, earlier, trust, now)] else None


def _judgement(
    signature: EmbeddedPdfSignature,
    status: PdfSignatureStatus | DocumentTimestampStatus,
    findings: tuple[Finding, ...],
    moment: datetime | None,
    level: Level,
    *,
    trusted_time: bool,
) -> Judgement:
    report = SignatureReport(
        slot="" if is_timestamp(signature) else slot_of(str(signature.field_name)),
        field=shown_field(signature),
        signer=holder(signature.signer_cert),
        role="",
        signed_at=moment,
        time_is_trusted=trusted_time,
        level=level.value,
        algorithm=_algorithm(signature, status),
        intact=status.intact and status.valid,
        trusted=status.trusted,
        coverage=_coverage(status).name,
        valid=not findings,
    )
    changes = status.diff_result
    archival = isinstance(changes, DiffResult) and changes.modification_level <= ModificationLevel.LTA_UPDATES
    return Judgement(
        report, findings, signature.signer_cert.sha256.hex(), is_timestamp(signature), archival, status.validation_path
    )


def _signature_findings(
    signature: EmbeddedPdfSignature, status: PdfSignatureStatus, trust: Trust, now: datetime
) -> Iterator[Finding]:
    field = str(signature.field_name)
    yield from _integrity_findings(signature, status)
    if status.intact and status.valid and not status.trusted:
        yield _trust_finding(signature, status, demanding=trust.demanding)
    stamp = status.timestamp_validity
    if stamp is not None and not (stamp.valid and stamp.intact and stamp.trusted):
        yield blocking("DG-V215", field=field)
    claimed = status.signer_reported_dt
    if claimed is not None and claimed > now:
        yield blocking("DG-V218", field=field, time=f"{claimed:%Y-%m-%d %H:%M}")


def _timestamp_findings(signature: EmbeddedPdfSignature, status: DocumentTimestampStatus) -> Iterator[Finding]:
    yield from _integrity_findings(signature, status)
    if status.intact and status.valid and not status.trusted:
        yield blocking("DG-V215", field=str(signature.field_name))


def _integrity_findings(
    signature: EmbeddedPdfSignature, status: PdfSignatureStatus | DocumentTimestampStatus
) -> Iterator[Finding]:
    field, signer = str(signature.field_name), holder(signature.signer_cert)
    if not status.intact:
        yield blocking("DG-V201", field=field, signer=signer)
    elif not status.valid:
        yield blocking("DG-V202", field=field, signer=signer)
    if _coverage(status) < SignatureCoverageLevel.ENTIRE_REVISION:
        yield blocking("DG-V207", field=field, signer=signer, coverage=_coverage(status).name)
    elif not _allowed_changes(status):
        yield blocking("DG-V206", field=field, signer=signer)
    elif isinstance(status, PdfSignatureStatus) and status.trusted and not status.seed_value_ok:
        yield blocking("DG-V214", field=field, signer=signer)


def _coverage(status: PdfSignatureStatus | DocumentTimestampStatus) -> SignatureCoverageLevel:
    return status.coverage or SignatureCoverageLevel.UNCLEAR


def _allowed_changes(status: PdfSignatureStatus | DocumentTimestampStatus) -> bool:
    changes = status.diff_result
    if not isinstance(changes, DiffResult) or changes.modification_level is ModificationLevel.OTHER:
        return False
    return bool(status.docmdp_ok) if isinstance(status, PdfSignatureStatus) else True


def _trust_finding(signature: EmbeddedPdfSignature, status: SignatureStatus, *, demanding: bool) -> Finding:
    parameters = {"field": str(signature.field_name), "signer": holder(signature.signer_cert)}
    problem = status.trust_problem_indic
    if status.revoked:
        return blocking("DG-V204", **parameters)
    if problem in {AdESIndeterminate.OUT_OF_BOUNDS_NO_POE, AdESIndeterminate.OUT_OF_BOUNDS_NOT_REVOKED}:
        return blocking("DG-V205", **parameters)
    if problem is AdESIndeterminate.CHAIN_CONSTRAINTS_FAILURE:
        return blocking("DG-V216", **parameters)
    # pyHanko's indication for a chain that is whole, but lacks an answer on one of its certificates.
    unanswered = problem is AdESIndeterminate.CERTIFICATE_CHAIN_GENERAL_FAILURE and status.validation_path is not None
    if problem is AdESIndeterminate.TRY_LATER or (demanding and unanswered):
        return blocking("DG-V217", **parameters)
    return blocking("DG-V203", **parameters)


def _level(signature: EmbeddedPdfSignature, archived: bool, proven: bool) -> Level:
    if not proven:
        return Level.B_B
    root = signature.reader.root
    if "/DSS" not in root or not {"/OCSPs", "/CRLs"} & set(root["/DSS"]):
        return Level.B_T
    return Level.B_LTA if archived else Level.B_LT


def _algorithm(signature: EmbeddedPdfSignature, status: SignatureStatus) -> str:
    key = signature.signer_cert.public_key
    return f"{status.md_algorithm.upper().replace('SHA', 'SHA-')} {key.algorithm.upper()}-{key.bit_size}"


def has_archive_timestamp(reader: PdfFileReader) -> bool:
    """Whether a document timestamp stands in the file."""
    return bool(reader.embedded_timestamp_signatures)
