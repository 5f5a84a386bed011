"""Renewing archive timestamps: a chain in which each was good when the next one was made."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from pyhanko_certvalidator import ValidationContext
from signing_live import BRIEF, LivePki, nobody, now
from signing_state import Judge, codes, order

from docgen.documents import SignablePdf, SignedPdf
from docgen.errors import SigningFailed
from docgen.findings import Place
from docgen.signing.archive import archive_proof, renewed
from docgen.signing.levels import Level, Services
from docgen.signing.sign import sign

PLACE = Place("protocol.nl.pdf")
AFTERWARDS = BRIEF + timedelta(days=1)
"""When the first timestamp's certificate has run out."""


@pytest.fixture(scope="module")
def archived(live: LivePki, signable: SignablePdf) -> bytes:
    """Both signatures at B-LTA, stamped by a service whose certificate runs out in a month."""
    document: SignablePdf | SignedPdf = signable
    for slot, label in (("applicant", "rik"), ("office", "chief")):
        key = live.key(label)
        asked = replace(order(slot, key, now()), level=Level.B_LTA)
        document = sign(document, asked, key, services=live.services(live.brief_timestamps))
    return document.content


@pytest.fixture(scope="module")
def fresh(live: LivePki, archived: bytes) -> bytes:
    return renewed(archived, live.services(), now(), PLACE)


def test_what_runs_out_when(archived: bytes, signable: SignablePdf) -> None:
    proof = archive_proof(archived)
    assert proof is not None
    assert proof.timestamps == 2
    assert timedelta() < now() + BRIEF - proof.expires < timedelta(minutes=10)
    assert archive_proof(signable.content) is None


def test_a_renewed_archive_outlives_its_first_timestamps(
    live: LivePki, archived: bytes, fresh: bytes, judged: Judge
) -> None:
    later = now() + AFTERWARDS
    assert fresh.startswith(archived)
    assert "DG-V215" in codes(judged(archived, trust=live.trust, now=later))
    report = judged(fresh, trust=live.trust, now=later)
    assert report.findings == ()
    assert [one.level for one in report.signatures] == ["B-LTA", "B-LTA"]
    assert report.whole_file_covered


def test_renewed_today_it_is_worth_what_it_was(live: LivePki, fresh: bytes, judged: Judge) -> None:
    report = judged(fresh, trust=live.trust, now=now() + timedelta(minutes=1))
    assert report.findings == ()
    proof = archive_proof(fresh)
    assert proof is not None and proof.expires.year == 2090 and proof.timestamps == 3


def test_renewing_again(live: LivePki, fresh: bytes, judged: Judge) -> None:
    twice = renewed(fresh, live.services(), now(), PLACE)
    assert judged(twice, trust=live.trust, now=now() + AFTERWARDS).findings == ()


def test_a_file_without_archive_timestamp(live: LivePki, signable: SignablePdf) -> None:
    key = live.key("rik")
    signed = sign(signable, order("applicant", key, now()), key)
    with pytest.raises(SigningFailed, match="DG-S421"):
        renewed(signed.content, live.services(), now(), PLACE)


def test_a_file_that_was_tampered_with(live: LivePki, archived: bytes) -> None:
    spoiled = archived.replace(b"/Rect", b"/Rict", 1)
    with pytest.raises(SigningFailed, match="DG-S404"):
        renewed(spoiled, live.services(), now(), PLACE)


def test_a_timestamp_nobody_trusts_is_not_renewed(live: LivePki, archived: bytes) -> None:
    unsure = replace(live.services(), validation_context=lambda: ValidationContext(trust_roots=[]))
    with pytest.raises(SigningFailed, match="DG-S422"):
        renewed(archived, unsure, now(), PLACE)


def test_services_away(live: LivePki, archived: bytes) -> None:
    with nobody() as address, pytest.raises(SigningFailed) as refusal:
        renewed(archived, live.services(f"{address}/tsa"), now(), PLACE)
    assert refusal.value.findings[0].code == "DG-S413"
    with pytest.raises(SigningFailed, match="DG-S412"):
        renewed(archived, Services(live.services().timestamper), now(), PLACE)
