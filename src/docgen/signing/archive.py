"""Archive timestamps (PAdES B-LTA): the one that closes a signature, and those that renew its proof."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.fields import InvisSigSettings
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers.pdf_signer import PdfTimeStamper, TimestampDSSContentSettings
from pyhanko.sign.timestamps import TimeStamper, TimestampRequestError
from pyhanko.sign.validation import async_validate_pdf_timestamp
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.errors import ValidationError
from pyhanko_certvalidator.path import ValidationPath

from docgen.errors import SigningFailed, ValidationFailed
from docgen.findings import Place
from docgen.signing.increment import IncrementWriter
from docgen.signing.levels import Level, Services, require
from docgen.signing.reading import embedded, guarded, is_timestamp, open_strictly
from docgen.signing.services import refusal
from docgen.signing.validate import integrity_findings

_DIGEST = "sha256"


@dataclass(frozen=True, slots=True)
class ArchiveProof:
    """The last archive timestamp of a file, as it presents itself."""

    expires: datetime
    """End of validity of its service's certificate: until then it must be under a newer timestamp."""
    timestamps: int
    """How many archive timestamps the file has."""


def archive_proof(content: bytes) -> ArchiveProof | None:
    """The last archive timestamp; `None` when the file has none. Nothing is proved here.

    Raises:
        ValidationFailed: DG-V101 to DG-V104, the file cannot be read strictly.
    """
    stamps = _timestamps(content)
    if not stamps:
        return None
    last = stamps[-1]
    return ArchiveProof(guarded("DG-V104", lambda: last.signer_cert.not_valid_after), len(stamps))


async def archived(
    content: bytes,
    timestamper: TimeStamper,
    context: ValidationContext | None,
    paths: Iterable[ValidationPath] = (),
) -> bytes:
    """The file under a document timestamp that covers all of it, revocation answers included.

    Args:
        content: a signed file.
        timestamper: the service.
        context: holds the revocation answers that are stored, and fetches those on the service itself.
        paths: further chains of certificates to store.
    """
    target = io.BytesIO()
    # Outside the page: PDF/UA-1 (7.18.1) then asks for no tag, and PDF/A-2 forbids to hide it otherwise.
    unseen = InvisSigSettings(box_out_of_bounds=True)
    await PdfTimeStamper(timestamper, invis_settings=unseen).async_timestamp_pdf(
        IncrementWriter(content),
        _DIGEST,
        context,
        validation_paths=list(paths),
        output=target,
        dss_settings=TimestampDSSContentSettings(include_vri=False, skip_if_unneeded=True, update_before_ts=True),
    )
    return target.getvalue()


def renewed(content: bytes, services: Services, now: datetime, place: Place) -> bytes:
    """The file with one more archive timestamp: the same bytes, and an increment behind them.

    The last timestamp must still hold, certificate and revocation, as it stands for all that is under it; the answers
    on it are stored before the new one is made (EN 319 142-1, 5.5; EN 319 102-1, 5.6.3).

    Args:
        content: a file at level B-LTA.
        services: timestamp service and revocation answers.
        now: the moment, aware.
        place: what messages call the file.

    Raises:
        SigningFailed: DG-S404 the file is no longer as it was signed, DG-S421 it has no archive timestamp, DG-S422 the
            last one no longer holds, DG-S405 the file did not allow it; those of `services.refusal` and
            `levels.require`.
    """
    require(Level.B_LTA, services)
    try:
        stamps = _timestamps(content)
    except ValidationFailed as error:
        raise SigningFailed.because("DG-S404", place, reasons=str(error)) from error
    if not stamps:
        raise SigningFailed.because("DG-S421", place)
    broken = integrity_findings(content, now=now)
    if broken:
        raise SigningFailed.because("DG-S404", place, reasons=", ".join(finding.code for finding in broken))
    try:
        after = asyncio.run(_renewed(content, stamps[-1], services, place))
    except (TimestampRequestError, OSError, SigningError, PdfError, ValueError, ValidationError) as error:
        refused = refusal(error, Level.B_LTA, place)
        raise refused or SigningFailed.because("DG-S405", place, slot="-", problem=type(error).__name__) from error
    if not after.startswith(content):
        raise SigningFailed.because("DG-S405", place, slot="-", problem="not incremental")
    return after


def _timestamps(content: bytes) -> tuple[EmbeddedPdfSignature, ...]:
    return tuple(each for each in embedded(open_strictly(content)) if is_timestamp(each))


async def _renewed(content: bytes, last: EmbeddedPdfSignature, services: Services, place: Place) -> bytes:
    assert services.timestamper is not None and services.validation_context is not None  # noqa: S101  `require` saw to it
    context = services.validation_context()
    try:
        status = await async_validate_pdf_timestamp(last, context, skip_diff=True)
        if not (status.intact and status.valid and status.trusted) or status.validation_path is None:
            problem = str(status.trust_problem_indic or "INVALID").rpartition(".")[2]
            raise SigningFailed.because("DG-S422", place, problem=problem)
        return await archived(content, services.timestamper, context, [status.validation_path])
    finally:
        close: Callable[[], Awaitable[None]] = context.aclose
        await close()
