"""Why a signature does not hold: what pyHanko found out about it, as findings."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from pyhanko.sign.ades.report import AdESIndeterminate
from pyhanko.sign.diff_analysis import DiffResult, ModificationLevel
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import (
    DocumentTimestampStatus,
    PdfSignatureStatus,
    SignatureCoverageLevel,
    SignatureStatus,
)

from docgen.findings import Finding
from docgen.signing.persons import holder
from docgen.signing.reading import blocking
from docgen.signing.trust import Revocation, Trust

INTEGRITY = frozenset(
    {"DG-V201", "DG-V202", "DG-V206", "DG-V207", "DG-V208", "DG-V209", "DG-V210", "DG-V211", "DG-V219", "DG-V220"}
)
"""Codes that say the file itself is not as it was signed, whoever signed it."""

OUTLIVED = frozenset({"DG-V205", "DG-V215", "DG-V217"})
"""Codes that proofs kept in the file may answer: a certificate has run out, or its revocation answer is not at hand."""


def signature_findings(
    signature: EmbeddedPdfSignature, status: PdfSignatureStatus, told: Revocation, trust: Trust, now: datetime
) -> Iterator[Finding]:
    """What is wrong with a person's signature; nothing when it holds. `told` is what the answers at hand say."""
    field = str(signature.field_name)
    yield from _integrity_findings(signature, status)
    if status.intact and status.valid and not status.trusted:
        yield _trust_finding(signature, status, demanding=trust.demanding)
    elif status.trusted and told is Revocation.REVOKED:
        yield blocking("DG-V204", field=field, signer=holder(signature.signer_cert))
    stamp = status.timestamp_validity
    if stamp is not None and not (stamp.valid and stamp.intact and stamp.trusted):
        yield blocking("DG-V215", field=field)
    claimed = status.signer_reported_dt
    if claimed is not None and claimed > now:
        yield blocking("DG-V218", field=field, time=claimed.isoformat(" ", "minutes"))


def timestamp_findings(
    signature: EmbeddedPdfSignature, status: DocumentTimestampStatus, told: Revocation
) -> Iterator[Finding]:
    """What is wrong with a timestamp over the whole document."""
    yield from _integrity_findings(signature, status)
    if status.intact and status.valid and (told is Revocation.REVOKED or not status.trusted):
        yield blocking("DG-V215", field=str(signature.field_name))


def _integrity_findings(
    signature: EmbeddedPdfSignature, status: PdfSignatureStatus | DocumentTimestampStatus
) -> Iterator[Finding]:
    field, signer = str(signature.field_name), holder(signature.signer_cert)
    if not status.intact:
        yield blocking("DG-V201", field=field, signer=signer)
    elif not status.valid:
        yield blocking("DG-V202", field=field, signer=signer)
    if coverage(status) < SignatureCoverageLevel.ENTIRE_REVISION:
        yield blocking("DG-V207", field=field, signer=signer, coverage=coverage(status).name)
    elif not _allowed_changes(status):
        yield blocking("DG-V206", field=field, signer=signer)
    elif isinstance(status, PdfSignatureStatus) and status.trusted and not status.seed_value_ok:
        yield blocking("DG-V214", field=field, signer=signer)


def coverage(status: PdfSignatureStatus | DocumentTimestampStatus) -> SignatureCoverageLevel:
    """How much of the file a signature covers."""
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
