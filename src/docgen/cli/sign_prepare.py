"""`docgen sign --prepare`: what a signing service is to be given, instead of a signature made here."""

from __future__ import annotations

from collections.abc import Sequence

from docgen.cli.desk import Desk, Outcome
from docgen.cli.work import chosen
from docgen.pipeline.hand_over import HandedOver, hand_over_to_bosa
from docgen.signing.bosa import LEFT_OUT, PROFILES, REQUEST_NAME
from docgen.signing.levels import Level


def prepared(desk: Desk, reference: str, kinds: Sequence[str], slot: str, level: str | None) -> Outcome:
    """The request for the BOSA signing service, written to `out/`, and what is left for its sender to do."""
    ((shop, case),) = chosen(desk, [reference])
    asked = level or desk.settings.signing.level
    profiles = {**PROFILES, **desk.settings.signing.bosa_profiles}
    handed = hand_over_to_bosa(shop, case, kinds, slot, Level(asked) if asked else None, profiles)
    return Outcome(_text(desk, case, handed), _data(handed))


def _text(desk: Desk, case: str, handed: HandedOver) -> str:
    return desk.text(
        "sign.prepared",
        documents=", ".join(document.stem for document in handed.documents),
        case=case,
        folder=handed.folder,
        profile=handed.profile,
        level=handed.level,
        left_out=", ".join(LEFT_OUT),
    )


def _data(handed: HandedOver) -> dict[str, object]:
    return {
        "folder": str(handed.folder),
        "request": str(handed.folder / REQUEST_NAME),
        "documents": [document.stem for document in handed.documents],
        "slot": handed.slot,
        "level": handed.level,
        "profile": handed.profile,
        "left_out": list(LEFT_OUT),
    }
