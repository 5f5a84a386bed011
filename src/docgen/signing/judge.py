"""The judgement of one signature: cryptography, trust, coverage, and what changed after it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from pyhanko.sign.diff_analysis import DiffResult, ModificationLevel
from pyhanko.sign.validation import async_validate_pdf_signature, async_validate_pdf_timestamp
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import (
    DocumentTimestampStatus,
    PdfSignatureStatus,
    SignatureStatus,
)
from pyhanko_certvalidator.path import ValidationPath

from docgen.documents import SignatureReport
from docgen.findings import Finding
from docgen.signing.chains import asking
from docgen.signing.changes import POLICY
from docgen.signing.fields import slot_of
from docgen.signing.kept import told_by_file
from docgen.signing.levels import Level
from docgen.signing.long_term import proven_since
from docgen.signing.persons import holder
from docgen.signing.reading import blocking, is_timestamp, shown_field
from docgen.signing.reasons import OUTLIVED, coverage, signature_findings, timestamp_findings
from docgen.signing.trust import Revocation, Trust


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
    """What one signature is worth at a moment. `archived` tells whether a later timestamp that holds is over it.

    pyHanko's `bottom_line` must be true as well as our own conditions: `intact and valid` alone also holds for files
    whose coverage is unclear, and the AdES indication leaves changes made afterwards out of account.
    """
    if is_timestamp(signature):
        async with asking(trust, now) as context:
            stamp = await async_validate_pdf_timestamp(signature, context, diff_policy=POLICY)
        told = await _told(signature, stamp, trust, now)
        findings = tuple(timestamp_findings(signature, stamp, told))
        return _judgement(signature, stamp, findings, _Worth(stamp.timestamp, stamp.trusted, Level.B_LTA, told))
    status = await _status(signature, trust, now)
    proven = _proven(status)
    told = await _told(signature, status, trust, proven or now)
    findings = tuple(signature_findings(signature, status, told, trust, now))
    if not findings and not status.bottom_line:
        findings = (blocking("DG-V214", field=str(signature.field_name), signer=holder(signature.signer_cert)),)
    if findings and {finding.code for finding in findings} <= OUTLIVED and "/DSS" in signature.reader.root:
        since = await proven_since(signature, trust, now)
        if since is not None:
            worth = _Worth(since, True, _kept_level(archived), Revocation.GOOD)
            outlived = _judgement(signature, status, (), worth)
            return replace(outlived, report=replace(outlived.report, trusted=True))
    if proven is not None and [finding.code for finding in findings] == ["DG-V204"]:
        earlier = await _before_revocation(signature, status, trust, proven, now)
        if earlier is not None:
            before, known = earlier
            return _judgement(signature, before, (), _Worth(proven, True, _level(known, proven, archived), known))
    moment = proven or status.signer_reported_dt
    worth = _Worth(moment, proven is not None, _level(told, proven, archived), told)
    return _judgement(signature, status, findings, worth)


async def _told(
    signature: EmbeddedPdfSignature,
    status: PdfSignatureStatus | DocumentTimestampStatus,
    trust: Trust,
    moment: datetime,
) -> Revocation:
    """What is known of the revocation of a signature's certificates, and of those of its timestamp."""
    if status.revoked:
        return Revocation.REVOKED
    stamp = status.timestamp_validity if isinstance(status, PdfSignatureStatus) else None
    paths = [each.validation_path for each in (status, stamp) if each is not None]
    known = [path for path in paths if path is not None]
    if not status.trusted or len(known) < len(paths):
        return Revocation.UNKNOWN
    kept = await told_by_file(signature.reader, known, trust, moment)
    if kept is Revocation.UNKNOWN and trust.demanding and all(_answerable(path) for path in known):
        return Revocation.GOOD  # or it would not have been trusted
    return kept


def _answerable(path: ValidationPath) -> bool:
    """Whether every certificate below the anchor names a service that must have answered."""
    return all(each.ocsp_urls or each.crl_distribution_points for each in path.iter_certs(include_root=False))


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
) -> tuple[PdfSignatureStatus, Revocation] | None:
    """The status at a proven moment before the signer's certificate was revoked (EN 319 102-1, 5.5.4); or nothing."""
    details = status.revocation_details
    if details is None or details.ca_revoked or details.revocation_date <= proven:
        return None
    earlier = await _status(signature, trust, now, looking_back_to=proven)
    told = await _told(signature, earlier, trust, proven)
    wrong = [*signature_findings(signature, earlier, told, trust, now)]
    return (earlier, told) if earlier.bottom_line and not wrong else None


@dataclass(frozen=True, slots=True)
class _Worth:
    """What a signature proves."""

    moment: datetime | None
    proven: bool
    level: Level
    revocation: Revocation


def _judgement(
    signature: EmbeddedPdfSignature,
    status: PdfSignatureStatus | DocumentTimestampStatus,
    findings: tuple[Finding, ...],
    worth: _Worth,
) -> Judgement:
    stamp = status.timestamp_validity if isinstance(status, PdfSignatureStatus) else None
    report = SignatureReport(
        slot="" if is_timestamp(signature) else slot_of(str(signature.field_name)),
        field=shown_field(signature),
        signer=holder(signature.signer_cert),
        role="",
        signed_at=worth.moment,
        time_is_trusted=worth.proven,
        level=worth.level.value,
        algorithm=_algorithm(signature, status),
        intact=status.intact and status.valid,
        trusted=status.trusted,
        coverage=coverage(status).name,
        valid=not findings,
        issuers=_issuers(status.validation_path),
        revocation=worth.revocation.value,
        time_from=holder(stamp.signing_cert) if stamp is not None else "",
    )
    changes = status.diff_result
    archival = isinstance(changes, DiffResult) and changes.modification_level <= ModificationLevel.LTA_UPDATES
    return Judgement(
        report, findings, signature.signer_cert.sha256.hex(), is_timestamp(signature), archival, status.validation_path
    )


def _issuers(path: ValidationPath | None) -> tuple[str, ...]:
    """Names of those above the leaf, the nearest first."""
    above = list(path.iter_certs(include_root=True))[:-1] if path is not None else []
    return tuple(holder(each) for each in reversed(above))


def _level(told: Revocation, proven: datetime | None, archived: bool) -> Level:
    """What the file proves by itself, whatever was asked for and whatever stands in it beside the point."""
    if proven is None:
        return Level.B_B
    return _kept_level(archived) if told is Revocation.GOOD else Level.B_T


def _kept_level(archived: bool) -> Level:
    return Level.B_LTA if archived else Level.B_LT


def _algorithm(signature: EmbeddedPdfSignature, status: SignatureStatus) -> str:
    key = signature.signer_cert.public_key
    return f"{status.md_algorithm.upper().replace('SHA', 'SHA-')} {key.algorithm.upper()}-{key.bit_size}"
