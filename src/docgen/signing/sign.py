"""Filling one signature slot: PAdES, incremental, in order."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pkcs11.exceptions import PKCS11Error
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from pyhanko.sign.signers.pdf_signer import (
    DSSContentSettings,
    PdfSignatureMetadata,
    PdfSigner,
    SigDSSPlacementPreference,
)
from pyhanko.sign.timestamps import TimeStamper, TimestampRequestError
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.errors import ValidationError

from docgen.documents import SignablePdf, SignedPdf
from docgen.errors import SigningFailed, ValidationFailed
from docgen.findings import Place
from docgen.signing.archive import archived
from docgen.signing.fields import field_name
from docgen.signing.increment import IncrementWriter
from docgen.signing.keys import SigningKey
from docgen.signing.levels import NO_SERVICES, Level, Services, require
from docgen.signing.mark import Mark, MarkStyle
from docgen.signing.reading import open_strictly, slots_in_order
from docgen.signing.services import refusal
from docgen.signing.validate import integrity_findings

_DIGEST = "sha256"
_TIMESTAMP_RESERVE = 2 * 8192
"""Hex digits for a timestamp token with its certificates."""


@dataclass(frozen=True, slots=True)
class SigningOrder:
    """What is to be signed where."""

    slot: str
    mark: Mark
    """What the visible mark says; see `mark.compose`."""
    moment: datetime
    """Time the signature claims; aware."""
    level: Level = Level.B_B


def sign(
    document: SignablePdf | SignedPdf, order: SigningOrder, key: SigningKey, *, services: Services = NO_SERVICES
) -> SignedPdf:
    """The document with one more signature: the same bytes, and an increment behind them.

    The first signature certifies the document and allows only form filling (DocMDP 2), so that signatures of strangers
    make it invalid; the final slot locks it (DocMDP 1). Level as asked, never lower.

    Raises:
        SigningFailed: DG-S401 no such slot, DG-S402 signed already, DG-S403 an earlier slot is still empty, DG-S404
            an existing signature is no longer intact, DG-S405 the key or the file did not allow it, DG-S406 the
            moment has no time zone; those of `services.refusal`,
            `SigningKey.check_usable`, `mark.lay_out` and `levels.require`.
    """
    place = Place(document.id.stem + ".pdf")
    if order.moment.tzinfo is None:
        raise SigningFailed.because("DG-S406", place)
    require(order.level, services)
    key.check_usable(order.moment)
    try:
        reader = open_strictly(document.content)
        slots = slots_in_order(reader)
    except ValidationFailed as error:
        raise SigningFailed.because("DG-S404", place, reasons=str(error)) from error
    first = _check_turn(document.content, slots, order, place)
    try:
        writer = IncrementWriter(document.content, reader)
        content = _run(_signed(writer, order, key, services, first=first))
    except (TimestampRequestError, OSError, SigningError, PdfError, PKCS11Error, ValueError, ValidationError) as error:
        refused = refusal(error, order.level, place)
        if refused is not None:
            raise refused from error
        raise SigningFailed.because("DG-S405", place, slot=order.slot, problem=type(error).__name__) from error
    if not content.startswith(document.content):
        raise SigningFailed.because("DG-S405", place, slot=order.slot, problem="not incremental")
    return SignedPdf(document.id, content)


def _run(work: Coroutine[Any, Any, bytes]) -> bytes:
    # As `asyncio.run`, which besides takes Ctrl-C over in the main thread, and has Python write the whole task out as
    # text for that; without, Ctrl-C ends the work like any other.
    with asyncio.Runner() as runner:
        return runner.get_loop().run_until_complete(work)


def _check_turn(content: bytes, slots: Sequence[tuple[str, bool]], order: SigningOrder, place: Place) -> bool:
    """Whether it is the first signature; refuses when it is not this slot's turn."""
    filled = dict(slots)
    if order.slot not in filled:
        raise SigningFailed.because("DG-S401", place, slot=order.slot, slots=", ".join(filled))
    if filled[order.slot]:
        raise SigningFailed.because("DG-S402", place, slot=order.slot)
    waiting = [slot for slot, done in slots[: list(filled).index(order.slot)] if not done]
    if waiting:
        raise SigningFailed.because("DG-S403", place, slot=order.slot, waiting=", ".join(waiting))
    if not any(filled.values()):
        return True
    broken = integrity_findings(content, now=order.moment)
    if broken:
        raise SigningFailed.because("DG-S404", place, reasons=", ".join(finding.code for finding in broken))
    return False


async def _signed(
    writer: IncrementWriter, order: SigningOrder, key: SigningKey, services: Services, *, first: bool
) -> bytes:
    make_context = services.validation_context if order.level.needs_revocation else None
    context = make_context() if make_context else None
    try:
        signed = await _with_signature(writer, order, key, services.timestamper, context, first=first)
        if order.level is Level.B_LTA and services.timestamper is not None:
            return await archived(signed, services.timestamper, context)
        return signed
    finally:
        if context is not None:
            close: Callable[[], Awaitable[None]] = context.aclose
            await close()


async def _with_signature(
    writer: IncrementWriter,
    order: SigningOrder,
    key: SigningKey,
    timestamper: TimeStamper | None,
    context: ValidationContext | None,
    *,
    first: bool,
) -> bytes:
    signer = PdfSigner(
        _metadata(order, context, certify=first),
        key.signer,
        timestamper=timestamper if order.level.needs_timestamp else None,
        stamp_style=MarkStyle(mark=order.mark),
    )
    session = signer.init_signing_session(writer, existing_fields_only=True)
    session.system_time = order.moment
    validation = await session.perform_presign_validation(writer)
    reserve = key.bytes_reserved + (_TIMESTAMP_RESERVE if order.level.needs_timestamp else 0)
    document = session.prepare_tbs_document(validation, bytes_reserved=reserve)
    target = io.BytesIO()
    prepared, _ = document.digest_tbs_document(output=target)
    await document.perform_signature(
        document_digest=prepared.document_digest,
        pdf_cms_signed_attrs=PdfCMSSignedAttributes(signing_time=order.moment),
    )
    return target.getvalue()


def _metadata(order: SigningOrder, context: ValidationContext | None, *, certify: bool) -> PdfSignatureMetadata:
    return PdfSignatureMetadata(
        field_name=field_name(order.slot),
        md_algorithm=_DIGEST,
        subfilter=SigSeedSubFilter.PADES,
        certify=certify,
        docmdp_permissions=MDPPerm.FILL_FORMS,
        embed_validation_info=order.level.needs_revocation,
        validation_context=context,
        # In one increment with the signature, so that nothing follows it that it does not cover.
        dss_settings=DSSContentSettings(include_vri=False, placement=SigDSSPlacementPreference.TOGETHER_WITH_SIGNATURE),
    )
