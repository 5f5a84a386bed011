"""What stands in a PDF in the way of signatures, without judging any of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from docgen.signing.fields import slot_of
from docgen.signing.persons import holder
from docgen.signing.reading import embedded, guarded, is_timestamp, open_strictly, shown_field, slots_in_order


@dataclass(frozen=True, slots=True)
class FoundSignature:
    """A signature as it presents itself. Nothing here is proved."""

    field: str
    slot: str
    """Empty when the field is none of docgen's slots, and for document timestamps."""
    signer: str
    """Common name of the certificate; of a timestamp, that of the service."""
    claimed_at: datetime | None
    timestamp: bool


def found_signatures(content: bytes) -> tuple[FoundSignature, ...]:
    """Signatures and document timestamps in the order in which they were made.

    Raises:
        ValidationFailed: DG-V101 to DG-V104, the file cannot be read strictly.
    """
    reader = open_strictly(content)
    return tuple(
        guarded(
            "DG-V104",
            lambda signature=signature: FoundSignature(  # type: ignore[misc]
                field=shown_field(signature),
                slot="" if is_timestamp(signature) else slot_of(str(signature.field_name)),
                signer=holder(signature.signer_cert),
                claimed_at=signature.self_reported_timestamp,
                timestamp=is_timestamp(signature),
            ),
        )
        for signature in embedded(reader)
    )


def open_slots(content: bytes) -> tuple[str, ...]:
    """Slots that are still empty, in signing order.

    Raises:
        ValidationFailed: DG-V101 to DG-V104, the file cannot be read strictly.
    """
    return tuple(slot for slot, filled in slots_in_order(open_strictly(content)) if not filled)


def form_slots(content: bytes) -> tuple[str, ...]:
    """Every slot of the form, signed or not, in signing order.

    Raises:
        ValidationFailed: DG-V101 to DG-V104, the file cannot be read strictly.
    """
    return tuple(slot for slot, _ in slots_in_order(open_strictly(content)))


def page_count(content: bytes) -> int:
    """How many pages a PDF says it has.

    Raises:
        ValidationFailed: DG-V101 to DG-V104, the file cannot be read strictly.
    """
    reader = open_strictly(content)
    return guarded("DG-V104", lambda: int(reader.root["/Pages"]["/Count"]))


def sent_prefix(original: bytes, signed: bytes) -> bool:
    """Whether the first revision of a signed file is, byte for byte, what was sent.

    True proves that nothing before the signatures was touched. False does not prove a change of content: some viewers
    rewrite a file before signing, which only a comparison of texts and pages can judge.
    """
    return bool(original) and len(signed) > len(original) and signed.startswith(original)
