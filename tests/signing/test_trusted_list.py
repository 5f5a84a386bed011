"""Qualified or not, by a trusted list: signed, stale, lying, away."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from signing_lists import ESEAL, WITHDRAWN, Authority, Service, authority, person, statements, trusted_list
from signing_live import LivePki, nobody, now
from signing_state import ID, MOMENT, NOW, RECTOR, order

from docgen.documents import SignablePdf, SignedPdf, ValidationReport
from docgen.pipeline.trusted_list import Source, obtain
from docgen.signing.levels import Level
from docgen.signing.sign import sign
from docgen.signing.trust import Qualification, Trust, TrustedList
from docgen.signing.trusted_list import read_list
from docgen.signing.validate import validate


@dataclass(frozen=True)
class Land:
    """A made-up country: its root, its CA for citizens, the operator of its list."""

    root: Authority
    ca: Authority
    operator: Authority

    def listed(self, *services: Service, operator: Authority | None = None, until: datetime | None = None) -> bytes:
        entries = services or (Service(self.ca.der),)
        return trusted_list(entries, operator or self.operator, **({"until": until} if until else {}))

    def read(self, content: bytes) -> TrustedList:
        return read_list(content, [self.operator.der], NOW)


@pytest.fixture(scope="module")
def land() -> Land:
    root = authority("Made-up root")
    return Land(root, authority("Made-up citizen CA", root), authority("Made-up operator", rsa_key=True))


def signed_with(land: Land, signable: SignablePdf, told: bytes | None) -> SignedPdf:
    key = person(f"{RECTOR} (Signature)", land.ca, told)
    return sign(signable, order("applicant", key), key)


@pytest.fixture(scope="module")
def qualified(land: Land, signable: SignablePdf) -> SignedPdf:
    return signed_with(land, signable, statements())


def judged(land: Land, signed: SignedPdf, known: TrustedList | None, now: datetime = NOW) -> ValidationReport:
    trust = Trust((land.root.der,), trusted_list=known)
    return validate(SignedPdf(ID, signed.content), trust=trust, expected=(), now=now, judge_only=True)


def codes(known: TrustedList) -> list[str]:
    return [one.code for one in known.remarks]


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (statements(), Qualification.QES),
        (statements(kind=ESEAL), Qualification.QSEAL),
        (statements(device=False), Qualification.ADES_QC),
        (statements(device=False, kind=ESEAL), Qualification.ADES_QC_SEAL),
        (statements(qualified=False), Qualification.NOT_QUALIFIED),
        (None, Qualification.NOT_QUALIFIED),
    ],
)
def test_what_a_signature_is(told: bytes | None, expected: Qualification, land: Land, signable: SignablePdf) -> None:
    report = judged(land, signed_with(land, signable, told), land.read(land.listed()))
    assert report.findings == ()
    assert [one.qualification for one in report.signatures] == [expected.value]


def test_without_a_list_nobody_asks(land: Land, qualified: SignedPdf) -> None:
    assert [one.qualification for one in judged(land, qualified, None).signatures] == [""]


def test_issuer_that_is_not_listed(land: Land, qualified: SignedPdf) -> None:
    known = land.read(land.listed(Service(authority("Another CA").der)))
    (one,) = judged(land, qualified, known).signatures
    assert (one.qualification, one.valid) == ("not_listed", True)


@pytest.mark.parametrize(
    ("withdrawn", "expected"),
    [
        pytest.param(NOW + timedelta(days=1), "qes", id="after the judgement"),
        pytest.param(MOMENT + timedelta(days=1), "not_listed", id="after the time that the signer claims"),
        pytest.param(MOMENT - timedelta(days=1), "not_listed", id="before the signature"),
        pytest.param(datetime(2019, 1, 1, tzinfo=UTC), "not_listed", id="before the certificate"),
    ],
)
def test_service_withdrawn(withdrawn: datetime, expected: str, land: Land, qualified: SignedPdf) -> None:
    granted = ("granted", datetime(2016, 7, 1, tzinfo=UTC))
    known = land.read(land.listed(Service(land.ca.der, WITHDRAWN, withdrawn, (granted,))))
    assert [one.qualification for one in judged(land, qualified, known).signatures] == [expected]


def test_service_withdrawn_after_a_proven_time(land: Land, live: LivePki, signable: SignablePdf) -> None:
    key = person(f"{RECTOR} (Signature)", land.ca, statements())
    asked = replace(order("applicant", key, now()), level=Level.B_T)
    signed = sign(signable, asked, key, services=live.services())
    granted = ("granted", datetime(2016, 7, 1, tzinfo=UTC))
    known = land.read(land.listed(Service(land.ca.der, WITHDRAWN, now() + timedelta(days=1), (granted,))))
    trust = Trust((land.root.der, *live.trust.anchors), trusted_list=known)
    report = validate(signed, trust=trust, expected=(), now=now() + timedelta(days=5), judge_only=True)
    assert [(one.qualification, one.time_is_trusted) for one in report.signatures] == [("qes", True)]


def test_service_granted_only_after_the_certificate(land: Land, qualified: SignedPdf) -> None:
    known = land.read(land.listed(Service(land.ca.der, since=datetime(2025, 1, 1, tzinfo=UTC))))
    assert [one.qualification for one in judged(land, qualified, known).signatures] == ["not_listed"]


def test_stale_list(land: Land, qualified: SignedPdf) -> None:
    known = land.read(land.listed(until=NOW - timedelta(days=1)))
    assert codes(known) == ["DG-V502"]
    report = judged(land, qualified, known)
    assert [one.qualification for one in report.signatures] == ["undetermined"]
    assert [one.code for one in report.findings] == ["DG-V502"]
    assert report.ok


def test_list_of_another_operator(land: Land) -> None:
    """It carries a certificate of the same name, with which it verifies; only that is not ours."""
    other = authority("Made-up operator", rsa_key=True)
    assert codes(land.read(land.listed(operator=other))) == ["DG-V503"]


def test_list_changed_after_signing(land: Land) -> None:
    content = land.listed(Service(land.ca.der, WITHDRAWN))
    assert codes(land.read(content.replace(b"Svcstatus/withdrawn", b"Svcstatus/granted"))) == ["DG-V503"]


def test_signed_list_wrapped_in_another(land: Land, qualified: SignedPdf) -> None:
    """What the signature does not cover is not read."""
    true = land.listed(Service(authority("Another CA").der))
    forged = land.listed(operator=authority("Mallory", rsa_key=True))
    head, tail = forged.split(b"<SchemeInformation>", 1)
    known = land.read(head + true + b"<SchemeInformation>" + tail)
    if known.xml:
        assert [one.qualification for one in judged(land, qualified, known).signatures] == ["not_listed"]
    else:
        assert codes(known) == ["DG-V503"]


@pytest.mark.parametrize("content", [b"", b"<list/>", b"not xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'])
def test_no_list_at_all(content: bytes, land: Land) -> None:
    assert codes(land.read(content)) == ["DG-V503"]


def test_invalid_signature_is_never_called_qualified(land: Land, qualified: SignedPdf) -> None:
    broken = replace(qualified, content=qualified.content + b"\nOok nog dit.\n")
    report = judged(land, broken, land.read(land.listed()))
    assert not report.ok
    untrusted = validate(
        qualified,
        trust=Trust((), trusted_list=land.read(land.listed())),
        expected=(),
        now=NOW,
        judge_only=True,
    )
    assert [one.qualification for one in untrusted.signatures] == ["undetermined"]


@contextmanager
def served(content: bytes, status: int = 200) -> Iterator[tuple[str, list[str]]]:
    asked: list[str] = []

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(status)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = HTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/tsl-be.xml", asked
    finally:
        server.shutdown()
        server.server_close()


def source(land: Land, place: str, folder: Path) -> Source:
    return Source(place, (land.operator.der,), folder / "cache", 5)


def touched(folder: Path, moment: datetime) -> None:
    for kept in (folder / "cache").iterdir():
        os.utime(kept, (moment.timestamp(), moment.timestamp()))


def test_list_from_an_address_is_kept_for_a_day(land: Land, tmp_path: Path) -> None:
    with served(land.listed()) as (place, asked):
        assert obtain(source(land, place, tmp_path), NOW).remarks == ()
        touched(tmp_path, NOW)
        assert obtain(source(land, place, tmp_path), NOW + timedelta(hours=5)).xml
        assert len(asked) == 1
        assert obtain(source(land, place, tmp_path), NOW + timedelta(days=2)).xml
        assert len(asked) == 2


def test_address_away(land: Land, tmp_path: Path) -> None:
    with nobody() as address:
        assert codes(obtain(source(land, f"{address}/tsl-be.xml", tmp_path), NOW)) == ["DG-V501"]
    with served(land.listed()) as (place, _):
        obtain(source(land, place, tmp_path), NOW)
    touched(tmp_path, NOW)
    later = obtain(source(land, place, tmp_path), NOW + timedelta(days=3))
    assert (codes(later), bool(later.xml)) == (["DG-V505"], True)
    after = obtain(source(land, place, tmp_path), NOW + timedelta(days=400))
    assert (codes(after), after.xml) == (["DG-V501"], "")


def test_address_that_speaks_something_else_than_http(land: Land, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]

        def answer() -> None:
            caller, _ = listening.accept()
            with caller:
                caller.recv(65536)
                caller.sendall(b"220 mail.example ESMTP\r\n")

        threading.Thread(target=answer, daemon=True).start()
        found = obtain(source(land, f"http://127.0.0.1:{port}/tsl-be.xml", tmp_path), NOW)
    assert codes(found) == ["DG-V501"]


@pytest.mark.parametrize("status", [404, 500])
def test_address_that_answers_an_error(status: int, land: Land, tmp_path: Path) -> None:
    with served(b"<html>sorry</html>", status) as (place, _):
        assert codes(obtain(source(land, place, tmp_path), NOW)) == ["DG-V501"]


def test_lying_address_is_not_kept(land: Land, tmp_path: Path) -> None:
    forged = land.listed(operator=authority("Mallory", rsa_key=True))
    with served(forged) as (place, _):
        assert codes(obtain(source(land, place, tmp_path), NOW)) == ["DG-V503"]
    assert not (tmp_path / "cache").exists()


def test_list_from_a_file(land: Land, tmp_path: Path) -> None:
    file = tmp_path / "be.xml"
    file.write_bytes(land.listed())
    assert obtain(source(land, str(file), tmp_path), NOW).xml
    assert codes(obtain(source(land, str(tmp_path / "none.xml"), tmp_path), NOW)) == ["DG-V501"]
