"""What holds of a request once its changes are agreed."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from docgen.case.model import Case, PurposeChange, RetentionChange
from docgen.decide.agreed import purposes, term
from docgen.dossier import cases
from docgen.dossier.roots import Roots

Change = PurposeChange | RetentionChange
ROOT = Path(__file__).parents[2]
ROOTS = Roots(ROOT / "templates", ROOT / "cases", ROOT / "out")


OLD, NEW, LAST = date(2029, 12, 31), date(2030, 12, 31), date(2031, 12, 31)


def changed(*changes: Change) -> Case:
    return cases.read(ROOTS, "VSA-2026-002").require().case.model_copy(update={"changes": changes})


def test_the_register_tells_the_longer_term_of_the_sample_case() -> None:
    case = cases.read(ROOTS, "VSA-2026-002").require().case
    assert case.retention is not None and case.retention.until == OLD
    agreed = term(case)
    assert agreed is not None and agreed.until == NEW


@pytest.mark.parametrize(
    ("changes", "until", "months"),
    [
        ((), OLD, None),
        ((PurposeChange(kind="purpose", text="Ook mantelzorg."),), OLD, None),
        ((RetentionChange(kind="retention", motivation="Volgt nog."),), OLD, None),
        ((RetentionChange(kind="retention", months=24),), None, 24),
        ((RetentionChange(kind="extension", until=NEW), RetentionChange(kind="extension", until=LAST)), LAST, None),
    ],
)
def test_term(changes: tuple[Change, ...], until: date | None, months: int | None) -> None:
    agreed = term(changed(*changes))
    assert agreed is not None and (agreed.until, agreed.months) == (until, months)


def test_purposes_that_a_change_adds_come_after_the_first() -> None:
    first, *added = purposes(
        changed(PurposeChange(kind="purpose", text="Ook mantelzorg."), PurposeChange(kind="purpose"))
    )
    assert first.startswith("Het onderzoek gaat na") and added == ["Ook mantelzorg."]
