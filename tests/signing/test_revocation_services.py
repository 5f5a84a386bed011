"""Revocation services that are down, slow, or lie: a level that needs their answer is never reached without it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import pytest
from asn1crypto import crl, ocsp
from signing_live import LivePki, now
from signing_state import order
from werkzeug.wrappers import Response

from docgen.documents import SignablePdf
from docgen.errors import SigningFailed
from docgen.signing.levels import Level
from docgen.signing.sign import sign

OCSP, CRL = "application/ocsp-response", "application/pkix-crl"


def down(_: bytes) -> Response:
    return Response("<h1>Onderhoud</h1>", 503, content_type="text/html")


def page(_: bytes) -> Response:
    return Response("<h1>Welkom</h1>", 200, content_type="text/html")


def slow(true: bytes) -> Response:
    time.sleep(2)
    return Response(true, 200, content_type=OCSP)


def empty(_: bytes) -> Response:
    return Response(b"", 200, content_type=OCSP)


def noise(_: bytes) -> Response:
    return Response(b"\x30\x82\xff\xff" * 20, 200, content_type=OCSP)


def try_later(_: bytes) -> Response:
    return Response(ocsp.OCSPResponse({"response_status": "try_later"}).dump(), 200, content_type=OCSP)


def forged_answer(true: bytes) -> Response:
    answer = ocsp.OCSPResponse.load(true)
    basic = answer["response_bytes"]["response"].parsed
    basic["signature"] = bytes(reversed(basic["signature"].native))
    answer["response_bytes"]["response"] = basic
    return Response(answer.dump(force=True), 200, content_type=OCSP)


def forged_list(true: bytes) -> Response:
    found = crl.CertificateList.load(true)
    found["signature"] = bytes(reversed(found["signature"].native))
    return Response(found.dump(force=True), 200, content_type=CRL)


def asked(live: LivePki, level: Level, label: str = "rik", timeout: float = 10) -> Callable[[SignablePdf], bytes]:
    def attempt(signable: SignablePdf) -> bytes:
        key = live.key(label)
        wanted = replace(order("applicant", key, now()), level=level)
        return sign(signable, wanted, key, services=live.services(timeout=timeout)).content

    return attempt


@pytest.mark.parametrize("level", [Level.B_LT, Level.B_LTA])
@pytest.mark.parametrize(
    ("on_ocsp", "on_crl"),
    [(down, down), (page, page), (empty, empty), (noise, noise), (try_later, down), (forged_answer, forged_list)],
)
def test_no_answer_no_level(
    on_ocsp: Callable[[bytes], Response],
    on_crl: Callable[[bytes], Response],
    level: Level,
    live: LivePki,
    signable: SignablePdf,
) -> None:
    with live.lying(ocsp=on_ocsp, crls=on_crl), pytest.raises(SigningFailed) as refused:
        asked(live, level)(signable)
    assert refused.value.findings[0].code in {"DG-S413", "DG-S418"}  # both say: try again
    assert refused.value.findings[0].parameters["level"] == level.value


def test_slow_services(live: LivePki, signable: SignablePdf) -> None:
    with live.lying(ocsp=slow, crls=slow), pytest.raises(SigningFailed) as refused:
        asked(live, Level.B_LT, timeout=0.4)(signable)
    assert refused.value.findings[0].code in {"DG-S413", "DG-S414", "DG-S418"}


def test_one_honest_service_is_enough(live: LivePki, signable: SignablePdf) -> None:
    """A certificate names a responder and a list; either proves that it is not revoked."""
    with live.lying(ocsp=down):
        assert asked(live, Level.B_LT)(signable)


def test_a_forged_answer_does_not_hide_a_revocation(live: LivePki, signable: SignablePdf) -> None:
    with live.lying(ocsp=forged_answer), pytest.raises(SigningFailed) as refused:
        asked(live, Level.B_LT, "revoked")(signable)
    assert refused.value.findings[0].code in {"DG-S416", "DG-S418"}


def test_somebody_elses_good_answer_does_not_hide_a_revocation(live: LivePki, signable: SignablePdf) -> None:
    """The responder is asked about one certificate and gives a true answer about another."""
    heard: list[bytes] = []

    def keep(true: bytes) -> Response:
        heard.append(true)
        return Response(true, 200, content_type=OCSP)

    with live.lying(ocsp=keep):
        assert asked(live, Level.B_LT)(signable)
    assert heard
    replayed = Response(heard[0], 200, content_type=OCSP)
    with live.lying(ocsp=lambda _: replayed, crls=down), pytest.raises(SigningFailed) as refused:
        asked(live, Level.B_LT, "revoked")(signable)
    assert refused.value.findings[0].code in {"DG-S413", "DG-S416", "DG-S418"}


def test_services_are_not_called_for_levels_that_need_none(live: LivePki, signable: SignablePdf) -> None:
    with live.lying(ocsp=down, crls=down, tsa=down):
        assert asked(live, Level.B_B)(signable)
    with live.lying(ocsp=down, crls=down):
        assert asked(live, Level.B_T)(signable)
