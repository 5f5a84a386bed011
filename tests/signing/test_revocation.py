"""Revocation when judging: answers fetched, lists kept, services away; expired, revoked, revoked afterwards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from signing_live import LivePki, live_pki, now
from signing_state import ID, codes, order
from test_revocation_services import down, empty, forged_answer, forged_list, noise, slow
from werkzeug import Response

from docgen.documents import SignablePdf, SignedPdf, ValidationReport
from docgen.signing.levels import Level
from docgen.signing.sign import sign
from docgen.signing.trust import Trust
from docgen.signing.validate import validate

FUTURE = datetime(2031, 6, 1, tzinfo=UTC)


def signed_by(
    live: LivePki, signable: SignablePdf, label: str, level: Level = Level.B_B, moment: datetime | None = None
) -> bytes:
    key = live.key(label)
    asked = replace(order("applicant", key, moment or now()), level=level)
    return sign(signable, asked, key, services=live.services()).content


def judged(content: bytes, trust: Trust, moment: datetime | None = None) -> ValidationReport:
    when = moment or now() + timedelta(minutes=1)
    return validate(SignedPdf(ID, content), trust=trust, expected=(), now=when, judge_only=True)


def asking(live: LivePki, seconds: float = 10) -> Trust:
    return replace(live.trust, fetch=seconds)


def test_fetched_answers_accept_an_honest_signer(live: LivePki, signable: SignablePdf) -> None:
    for level in (Level.B_B, Level.B_T, Level.B_LTA):
        report = judged(signed_by(live, signable, "rik", level), asking(live))
        assert report.findings == (), level


def test_revoked_signer_is_found_only_by_asking(live: LivePki, signable: SignablePdf) -> None:
    content = signed_by(live, signable, "revoked")
    assert judged(content, live.trust).ok  # the file alone cannot tell
    for trust in (asking(live), replace(live.trust, crls=live.lists(now()), revocation="hard-fail")):
        report = judged(content, trust)
        assert codes(report) == {"DG-V204"}
        assert [(one.trusted, one.valid) for one in report.signatures] == [(False, False)]


def test_expired_signer(live: LivePki, signable: SignablePdf) -> None:
    content = signed_by(live, signable, "expired", moment=datetime(2023, 6, 1, tzinfo=UTC))
    assert codes(judged(content, live.trust)) == {"DG-V205"}
    assert not judged(content, asking(live)).ok


@pytest.mark.parametrize(
    ("level", "found"), [(Level.B_B, {"DG-V204"}), (Level.B_T, set()), (Level.B_LT, set()), (Level.B_LTA, set())]
)
def test_revoked_after_signing(level: Level, found: set[str], live: LivePki, signable: SignablePdf) -> None:
    """Revoked in 2030: a timestamp of before proves that the signature was there already; a claimed time does not."""
    content = signed_by(live, signable, "later", level)
    trust = replace(live.trust, crls=live.lists(FUTURE), revocation="hard-fail")
    report = judged(content, trust, FUTURE)
    assert codes(report) == found
    assert [(one.valid, one.trusted) for one in report.signatures] == [(not found, not found)]


def test_timestamp_behind_the_revocation_proves_nothing(live: LivePki, signable: SignablePdf) -> None:
    content = signed_by(live, signable, "revoked", Level.B_T, now())
    trust = replace(live.trust, crls=live.lists(now()), revocation="hard-fail")
    assert codes(judged(content, trust)) == {"DG-V204"}


def test_service_away_is_no_acceptance(signable: SignablePdf, tmp_path: Path) -> None:
    with live_pki(tmp_path) as gone:
        content = signed_by(gone, signable, "rik")
        assert judged(content, asking(gone)).ok
        trust = asking(gone, 1)
    report = judged(content, trust)
    assert not report.ok
    assert codes(report) == {"DG-V217"}


@pytest.mark.parametrize(("on_ocsp", "on_crl"), [(down, down), (empty, noise), (forged_answer, forged_list)])
@pytest.mark.parametrize("label", ["rik", "revoked"])
def test_services_that_fail_or_lie_are_no_acceptance(
    label: str,
    on_ocsp: Callable[[bytes], Response],
    on_crl: Callable[[bytes], Response],
    live: LivePki,
    signable: SignablePdf,
) -> None:
    content = signed_by(live, signable, label)
    with live.lying(ocsp=on_ocsp, crls=on_crl):
        report = judged(content, asking(live))
    assert not report.ok
    assert codes(report) <= {"DG-V204", "DG-V217"}


def test_slow_services_are_no_acceptance(live: LivePki, signable: SignablePdf) -> None:
    content = signed_by(live, signable, "rik")
    with live.lying(ocsp=slow, crls=slow):
        report = judged(content, asking(live, 0.4))
    assert not report.ok
