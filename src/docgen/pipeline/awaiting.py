"""Signatures that can be made now: the next empty slot of each document, where the procedure is open for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from docgen.decide.plan import gate, plan
from docgen.decide.signatories import expected_signatures
from docgen.documents import DocumentId, ExpectedSignature, sha256
from docgen.dossier import files
from docgen.errors import ValidationFailed
from docgen.pipeline.standing import Standing
from docgen.pipeline.workshop import Workshop
from docgen.signing.extract import open_slots


@dataclass(frozen=True, slots=True)
class Awaiting:
    """A document whose next signature may be made."""

    document: DocumentId
    expected: ExpectedSignature
    path: Path
    """The file to be signed: the original under `signed/`, or else the PDF as it was built."""
    content: bytes

    @property
    def slot(self) -> str:
        """Slot that is next."""
        return self.expected.slot

    @property
    def digest(self) -> str:
        """SHA-256 of the file as it is now."""
        return sha256(self.content)


def awaiting(shop: Workshop, standing: Standing) -> Iterator[Awaiting]:
    """What of a case can be signed now, in the order of its procedure.

    Documents that are not built, whose slots are all filled, or whose gate is closed are left out; so is a file that
    cannot be read strictly, which `docgen verify` explains.
    """
    for planned in plan(standing.located, standing.office, standing.dossier):
        kind, document = planned.kind, standing.document(planned.kind)
        found = latest(shop, document)
        slot = _next_slot(found[1]) if found and standing.office.kinds[kind].slots else ""
        expected = {each.slot: each for each in expected_signatures(standing.case, standing.office, kind)}
        if found is None or slot not in expected:
            continue
        if not gate("sign", kind, standing.located, standing.office, standing.dossier, slot):
            yield Awaiting(document, expected[slot], *found)


def latest(shop: Workshop, document: DocumentId) -> tuple[Path, bytes] | None:
    """The document as it stands: with its signatures, else as it was built; nothing when it was not."""
    for path in (shop.roots.signed(document), shop.roots.pdf(document)):
        content = files.read_if_there(path)
        if content is not None:
            return path, content
    return None


def _next_slot(content: bytes) -> str:
    try:
        return next(iter(open_slots(content)), "")
    except ValidationFailed:
        return ""
