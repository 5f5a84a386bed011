"""Documents on their way to a signing service: what to upload and what to ask, in one folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from docgen.decide.plan import gate
from docgen.documents import DocumentId
from docgen.dossier import files
from docgen.errors import RuleRefused, SigningFailed
from docgen.office.profile import in_language
from docgen.office.wording import LANGUAGES
from docgen.pipeline.awaiting import Awaiting, awaiting
from docgen.pipeline.sign import expected_in
from docgen.pipeline.standing import Standing, require_lawful, stand
from docgen.pipeline.workshop import Workshop
from docgen.signing import bosa
from docgen.signing.levels import Level


@dataclass(frozen=True, slots=True)
class HandedOver:
    """A request that is ready to be sent."""

    folder: Path
    """Holds `request.json` and everything to upload."""
    documents: tuple[DocumentId, ...]
    slot: str
    level: str
    profile: str
    """Name of the service's profile for this level."""


def hand_over_to_bosa(
    shop: Workshop,
    case: str,
    kinds: Sequence[str],
    slot: str,
    level: Level | None,
    profiles: Mapping[str, str],
) -> HandedOver:
    """Write what the BOSA signing service needs for the next signature in a slot, to `out/<case>/bosa/<slot>/`.

    What an earlier request left there is replaced. Nothing leaves this machine, and nothing is noted in the journal:
    that happens when the signed files come back (`docgen receive`).

    Args:
        shop: folders, wording, the moment.
        case: the case.
        kinds: its documents; every one that waits for this slot when none is named.
        slot: the slot, which must be the next one of each document.
        level: as asked; the office's when nothing was, else B-B.
        profiles: names of the service's profiles, by level.

    Raises:
        RuleRefused: a gate of the procedure is closed, or a rule finds an error in the case.
        SigningFailed: DG-S403 it is not this slot's turn, DG-X142 nothing waits for it; those of `bosa.hand_over`.
        UsageError: no such kind or slot.
    """
    with files.locked(shop.roots.lock(case)):
        standing = stand(shop, case)
        waiting = _chosen(shop, standing, kinds, slot)
        require_lawful(shop, standing)
        asked = level or Level(standing.office.signing.level or Level.B_B)
        documents = [bosa.ToSign(one.document, one.content, one.expected) for one in waiting]
        content = bosa.hand_over(documents, asked, _sender(shop, standing), profiles)
        folder = shop.roots.hand_over(case, "bosa", slot)
        _replace(folder, content)
        handed = tuple(one.document for one in waiting)
        return HandedOver(folder, handed, slot, asked.value, profiles[asked.value])


def _chosen(shop: Workshop, standing: Standing, kinds: Sequence[str], slot: str) -> list[Awaiting]:
    waiting = {one.document.kind: one for one in awaiting(shop, standing) if one.slot == slot}
    for kind in kinds:
        expected_in(standing, kind, slot)
        if kind not in waiting:
            _refuse(standing, kind, slot)
    chosen = [one for kind, one in waiting.items() if kind in kinds or not kinds]
    if not chosen:
        raise SigningFailed.because("DG-X142", slot=slot, case=standing.case.id)
    return chosen


def _refuse(standing: Standing, kind: str, slot: str) -> None:
    refused = gate("sign", kind, standing.located, standing.office, standing.dossier, slot)
    if refused:
        raise RuleRefused(refused)
    raise SigningFailed.because("DG-X142", slot=slot, case=standing.case.id)


def _sender(shop: Workshop, standing: Standing) -> bosa.Sender:
    office = standing.office
    signed = {lang: shop.wording.text("mark.signed", lang) for lang in LANGUAGES}
    return bosa.Sender(office.id, in_language(office.name, standing.case.language), signed)


def _replace(folder: Path, content: Mapping[str, bytes]) -> None:
    for old in folder.iterdir() if folder.is_dir() else ():
        with suppress(FileNotFoundError):
            old.unlink()
    for name, each in content.items():
        files.write(folder / name, each)
