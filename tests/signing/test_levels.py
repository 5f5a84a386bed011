"""Levels above B-B, against a test PKI that answers over real HTTP on this machine."""

from __future__ import annotations

import io
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pikepdf
import pytest
import signing_attacks as attacks
from asn1crypto import tsp
from signing_live import PEOPLE, LivePki, live_pki, nobody, now
from signing_state import EXPECTED, ID, Judge, codes, order
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from docgen.documents import ExpectedSignature, SignablePdf, SignedPdf
from docgen.errors import SigningFailed, UsageError
from docgen.signing.keys import SigningKey
from docgen.signing.levels import Level, Services
from docgen.signing.services import Reach, services
from docgen.signing.sign import sign
from docgen.signing.trust import Trust


@pytest.mark.parametrize("level", [Level.B_T, Level.B_LT, Level.B_LTA])
def test_level_asked_is_level_reached(level: Level, live: LivePki, signable: SignablePdf, judged: Judge) -> None:
    """Two signers at one level, and nothing in the file that the last signature or timestamp does not cover."""
    document: SignablePdf | SignedPdf = signable
    for slot, label in (("applicant", "rik"), ("office", "chief")):
        key = live.key(label)
        asked = replace(order(slot, key, now()), level=level)
        document = sign(document, asked, key, services=live.services())
    report = judged(document.content, trust=live.trust, now=now() + timedelta(minutes=1))
    assert report.findings == ()
    assert [(each.level, each.time_is_trusted) for each in report.signatures] == [(level.value, True)] * 2
    assert report.whole_file_covered
    with pikepdf.open(io.BytesIO(document.content)) as signed, pikepdf.open(io.BytesIO(signable.content)) as before:
        assert signed.Root.Metadata.read_raw_bytes() == before.Root.Metadata.read_raw_bytes()
        assert "/Version" not in signed.Root
        assert not signed.check_pdf_syntax()
        for page in signed.pages:
            for widget in page.obj.get("/Annots", []):
                outside = all(float(edge) < 0 for edge in widget.Rect)
                assert page.obj.Tabs == "/S"
                assert "/StructParent" in widget or outside


def test_timestamp_service_away(live: LivePki, signable: SignablePdf) -> None:
    key = live.key("rik")
    asked = replace(order("applicant", key, now()), level=Level.B_T)
    with nobody() as address, pytest.raises(SigningFailed) as refusal:
        sign(signable, asked, key, services=live.services(f"{address}/tsa"))
    assert refusal.value.findings[0].code == "DG-S413"


def test_no_revocation_source(live: LivePki, signable: SignablePdf) -> None:
    key = live.key("rik")
    asked = replace(order("applicant", key, now()), level=Level.B_LT)
    with pytest.raises(SigningFailed, match="DG-S412"):
        sign(signable, asked, key, services=Services(live.services().timestamper))


def test_revoked_certificate_cannot_reach_a_long_term_level(live: LivePki, signable: SignablePdf) -> None:
    key = live.key("revoked")
    asked = replace(order("applicant", key, now()), level=Level.B_LTA)
    with pytest.raises(SigningFailed) as refusal:
        sign(signable, asked, key, services=live.services())
    assert refusal.value.findings[0].code == "DG-S416"


def test_revoked_certificate_is_found_on_receipt(
    live: LivePki, signable: SignablePdf, judged: Judge, tmp_path: Path
) -> None:
    key = live.key("revoked")
    signed = sign(signable, order("applicant", key, now()), key)
    with urllib.request.urlopen(f"{live.url}/test/crls/ca/latest.crl") as answer:  # noqa: S310 - our own server
        trust = replace(live.trust, crls=(answer.read(),))
    expected = (ExpectedSignature("applicant", ("controller",), (PEOPLE["revoked"],)), EXPECTED[1])
    report = judged(signed.content, trust=trust, expected=expected, now=now() + timedelta(minutes=1))
    assert codes(report) == {"DG-V204", "DG-V301"}
    assert SignedPdf(ID, signed.content).digest == report.digest


Lie = Callable[[bytes, bytes], tuple[bytes, str, int]]
"""From a true answer and the request: body, content type and status of the answer that is given."""
REPLY = "application/timestamp-reply"


def _other_document(request: bytes) -> bytes:
    asked = tsp.TimeStampReq.load(request)
    asked["message_imprint"]["hashed_message"] = bytes(32)
    return bytes(asked.dump(force=True))


def _forged(true: bytes) -> bytes:
    answer = tsp.TimeStampResp.load(true)
    signer = answer["time_stamp_token"]["content"]["signer_infos"][0]
    signer["signature"] = bytes(reversed(signer["signature"].native))
    return bytes(answer.dump(force=True))


LIES: dict[str, tuple[str, Lie]] = {
    "error page": ("DG-S413", lambda true, _: (b"<h1>Onderhoud</h1>", "text/html", 503)),
    "page instead of an answer": ("DG-S413", lambda true, _: (b"<h1>Welkom</h1>", "text/html", 200)),
    "refusal": ("DG-S413", lambda true, _: (_refused(), REPLY, 200)),
    "empty answer": ("DG-S415", lambda true, _: (b"", REPLY, 200)),
    "noise": ("DG-S415", lambda true, _: (b"\x30\x82\xff\xff" * 20, REPLY, 200)),
    "forged signature": ("DG-S415", lambda true, _: (_forged(true), REPLY, 200)),
}


def _refused() -> bytes:
    return bytes(tsp.TimeStampResp({"status": {"status": "rejection", "status_string": ["no"]}}).dump())


@contextmanager
def service(answer: Callable[[Request], Response]) -> Iterator[str]:
    """A timestamp service of our own on this machine."""

    @Request.application
    def application(request: Request) -> Response:
        return answer(request)

    server = make_server("127.0.0.1", 0, application, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()


def _true_answer(live: LivePki, request: bytes) -> bytes:
    asked = urllib.request.Request(  # noqa: S310 - our own server
        live.timestamps, data=request, headers={"Content-Type": "application/timestamp-query"}
    )
    with urllib.request.urlopen(asked) as answer:  # noqa: S310
        return bytes(answer.read())


def _refusal(live: LivePki, signable: SignablePdf, services_: Services, level: Level = Level.B_T) -> str:
    key = live.key("rik")
    with pytest.raises(SigningFailed) as refusal:
        sign(signable, replace(order("applicant", key, now()), level=level), key, services=services_)
    return refusal.value.findings[0].code


@pytest.mark.parametrize("lie", LIES)
def test_lying_timestamp_service(lie: str, live: LivePki, signable: SignablePdf) -> None:
    code, make = LIES[lie]

    def answer(request: Request) -> Response:
        asked = request.get_data()
        body, kind, status = make(_true_answer(live, asked), asked)
        return Response(body, status, content_type=kind)

    with service(answer) as address:
        assert _refusal(live, signable, live.services(address)) == code


def test_timestamp_of_another_document(live: LivePki, signable: SignablePdf) -> None:
    def answer(request: Request) -> Response:
        return Response(_true_answer(live, _other_document(request.get_data())), 200, content_type=REPLY)

    with service(answer) as address:
        assert _refusal(live, signable, live.services(address)) == "DG-S415"


def test_timestamp_replayed_from_yesterday(live: LivePki, signable: SignablePdf) -> None:
    """The same answer to every request: its nonce is not ours."""
    first: list[bytes] = []

    def answer(request: Request) -> Response:
        first.append(_true_answer(live, request.get_data()))
        return Response(first[0], 200, content_type=REPLY)

    key = live.key("rik")
    with service(answer) as address:
        asked = replace(order("applicant", key, now()), level=Level.B_T)
        assert sign(signable, asked, key, services=live.services(address)).content
        assert _refusal(live, signable, live.services(address)) in {"DG-S413", "DG-S415"}


def test_slow_timestamp_service(live: LivePki, signable: SignablePdf) -> None:
    def answer(request: Request) -> Response:
        time.sleep(3)
        return Response(b"", 200, content_type=REPLY)

    with service(answer) as address:
        assert _refusal(live, signable, live.services(address, 0.5)) == "DG-S414"


def test_clock_far_off(live: LivePki, signable: SignablePdf) -> None:
    elsewhen = services(Reach(live.timestamps, 10), live.trust, now() - timedelta(days=3))
    assert _refusal(live, signable, elsewhen) == "DG-S415"


def test_timestamp_service_nobody_trusts(live: LivePki, signable: SignablePdf, trust: Trust) -> None:
    assert _refusal(live, signable, services(Reach(live.timestamps, 10), trust, now())) == "DG-S415"


def test_chain_outside_the_anchors(live: LivePki, signable: SignablePdf, rector: SigningKey) -> None:
    asked = replace(order("applicant", rector, now()), level=Level.B_LT)
    with pytest.raises(SigningFailed) as refusal:
        sign(signable, asked, rector, services=live.services())
    assert refusal.value.findings[0].code == "DG-S417"


def test_revocation_service_away(live: LivePki, signable: SignablePdf, tmp_path: Path) -> None:
    """Certificates that point at a revocation service which is gone."""
    with live_pki(tmp_path) as gone:
        key, anchors = gone.key("rik"), gone.trust
    both = Trust((*anchors.anchors, *live.trust.anchors))
    asked = replace(order("applicant", key, now()), level=Level.B_LT)
    with pytest.raises(SigningFailed) as refusal:
        sign(signable, asked, key, services=services(Reach(live.timestamps, 10), both, now()))
    assert refusal.value.findings[0].code in {"DG-S418", "DG-S413"}


@pytest.mark.parametrize(
    "address", ["ftp://tsa.example/", "tsa.example", "http://me:geheim@tsa.example/", "", "http://"]
)
def test_address_that_is_none(address: str) -> None:
    with pytest.raises(UsageError, match="DG-S233") as refusal:
        Reach(address)
    assert "geheim" not in str(refusal.value)


@pytest.mark.parametrize(("level", "holds"), [(Level.B_LTA, True), (Level.B_B, False), (Level.B_T, False)])
def test_long_after_the_certificates_ran_out(
    level: Level, holds: bool, live: LivePki, signable: SignablePdf, judged: Judge
) -> None:
    """In 2050 the signers' certificates are ten years out; only an archive timestamp tells that they were good."""
    document: SignablePdf | SignedPdf = signable
    for slot, label in (("applicant", "rik"), ("office", "chief")):
        key = live.key(label)
        document = sign(document, replace(order(slot, key, now()), level=level), key, services=live.services())
    report = judged(document.content, trust=live.trust, now=datetime(2050, 1, 1, tzinfo=UTC))
    assert report.ok is holds
    assert [one.trusted for one in report.signatures] == [holds, holds]
    if not holds:
        assert codes(report) == {"DG-V205"}
    changed = attacks.incremented(document.content, attacks.free_text)
    assert not judged(changed, trust=live.trust, now=datetime(2050, 1, 1, tzinfo=UTC)).ok
