"""Persons, slots and moments of the signing tests, and how they sign."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from docgen.documents import DocumentId, ExpectedSignature, SlotPlacement, ValidationReport
from docgen.signing.keys import SigningKey
from docgen.signing.mark import MarkWords, compose
from docgen.signing.sign import SigningOrder

ID = DocumentId("VSA-2026-001", "protocol", "nl")
MOMENT = datetime(2026, 11, 23, 14, 5, 9, tzinfo=ZoneInfo("Europe/Brussels"))
LATER = MOMENT + timedelta(hours=3)
NOW = MOMENT + timedelta(days=2)
WORDS = MarkWords("Elektronisch ondertekend")
RECTOR, CHIEF = "Rik Rector", "Hélène Hoofd"
SLOTS = (
    SlotPlacement("applicant", "sig_applicant", "Handtekening van de aanvrager", 190, 70),
    SlotPlacement("office", "sig_office", "Handtekening van de hoofdstatisticus", 190, 70, final=True),
)
EXPECTED = (
    ExpectedSignature("applicant", ("controller", "delegate"), (RECTOR,)),
    ExpectedSignature("office", ("chief_statistician",), (CHIEF,)),
)
Judge = Callable[..., ValidationReport]
"""Validation of bytes against the two expected signatures."""


def order(slot: str, key: SigningKey, moment: datetime = MOMENT, role: str = "Rector") -> SigningOrder:
    return SigningOrder(slot, compose(WORDS, name=key.holder, role=role, moment=moment), moment)


def codes(report: ValidationReport) -> set[str]:
    return {finding.code for finding in report.findings}
