from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
import signing_attacks as attacks
from signing_state import ID, LATER, MOMENT, order

from docgen.documents import SignablePdf, SignedPdf
from docgen.errors import SigningFailed
from docgen.signing.keys import SigningKey
from docgen.signing.levels import Level
from docgen.signing.sign import sign


def test_signing_only_adds(signable: SignablePdf, half_signed: SignedPdf, fully_signed: SignedPdf) -> None:
    assert half_signed.content.startswith(signable.content)
    assert fully_signed.content.startswith(half_signed.content)


def test_same_order_gives_the_same_document_around_the_signature(signable: SignablePdf, rector: SigningKey) -> None:
    """ECDSA values differ by nature; everything else is the same."""
    one, other = (sign(signable, order("applicant", rector), rector).content for _ in range(2))
    assert len(one) == len(other)
    start, end = one.index(b"/Contents <", len(signable.content)), one.index(b">", one.rindex(b"/Contents <"))
    assert one[:start] == other[:start]
    assert one[end:] == other[end:]


def test_out_of_order(signable: SignablePdf, chief: SigningKey) -> None:
    with pytest.raises(SigningFailed) as refusal:
        sign(signable, order("office", chief), chief)
    assert refusal.value.findings[0].code == "DG-S403"
    assert refusal.value.findings[0].parameters["waiting"] == "applicant"


def test_twice(half_signed: SignedPdf, rector: SigningKey) -> None:
    with pytest.raises(SigningFailed, match="DG-S402"):
        sign(half_signed, order("applicant", rector), rector)


def test_unknown_slot(signable: SignablePdf, rector: SigningKey) -> None:
    with pytest.raises(SigningFailed, match="DG-S401"):
        sign(signable, order("nobody", rector), rector)


@pytest.mark.parametrize(
    "attack",
    [
        attacks.flipped,
        lambda content: attacks.isa(content, 3),
        lambda content: content + b"x",
        attacks.rewritten,
        attacks.padded,
    ],
)
def test_nobody_signs_below_a_broken_signature(attack: object, half_signed: SignedPdf, chief: SigningKey) -> None:
    broken = SignedPdf(ID, attack(half_signed.content))  # type: ignore[operator]
    with pytest.raises(SigningFailed, match="DG-S404"):
        sign(broken, order("office", chief, LATER), chief)


def test_moment_needs_a_zone(signable: SignablePdf, rector: SigningKey) -> None:
    naive = replace(order("applicant", rector), moment=datetime(2026, 1, 1))
    with pytest.raises(SigningFailed, match="DG-S406"):
        sign(signable, naive, rector)


@pytest.mark.parametrize("level", [Level.B_T, Level.B_LT, Level.B_LTA])
def test_never_a_lower_level_than_asked(level: Level, signable: SignablePdf, rector: SigningKey) -> None:
    with pytest.raises(SigningFailed, match="DG-S411"):
        sign(signable, replace(order("applicant", rector), level=level), rector)


def test_key_shows_nothing(rector: SigningKey) -> None:
    assert repr(rector) == "SigningKey()"
    assert MOMENT.isoformat() not in repr(rector)
