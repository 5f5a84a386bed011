"""Keys at a remote signing service, over real HTTP: honest, demanding, down, slow, lying."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
from asn1crypto import pem
from cryptography.hazmat.primitives.serialization import load_der_private_key
from signing_csc import OTP, PIN, TOKEN, Answer, CscService, refusal, running, slowly
from signing_live import LivePki, nobody, now
from signing_state import Judge, codes, order
from werkzeug.wrappers import Response

from docgen.documents import SignablePdf
from docgen.errors import SigningFailed, UsageError
from docgen.signing.csc import RemoteService, Secrets, remote_key, service_name
from docgen.signing.levels import Level
from docgen.signing.sign import sign


@dataclass
class Person:
    """Somebody who is asked for secrets."""

    pin: str = PIN
    otp: str = OTP
    token: str = TOKEN
    asked: list[str] = field(default_factory=list)

    def _give(self, name: str) -> Callable[[], str]:
        return lambda: self.asked.append(name) or getattr(self, name)

    @property
    def secrets(self) -> Secrets:
        return Secrets(self._give("token"), self._give("pin"), self._give("otp"))


@pytest.fixture
def service(live: LivePki) -> Iterator[CscService]:
    private: Any = load_der_private_key(pem.unarmor((live.folder / "rik.pem").read_bytes())[2], None)
    key = live.key("rik")
    with running(CscService(private, [key.certificate, *key.chain])) as found:
        yield found


def signed_by(service: CscService, signable: SignablePdf, person: Person, timeout: float = 5) -> bytes:
    key = remote_key(RemoteService(service.url, "key-1", timeout), person.secrets)
    return sign(signable, order("applicant", key, now()), key).content


def code_of(service: CscService, signable: SignablePdf, person: Person | None = None, timeout: float = 5) -> str:
    with pytest.raises(SigningFailed) as refused:
        signed_by(service, signable, person or Person(), timeout)
    assert TOKEN not in str(refused.value) and PIN not in str(refused.value)
    return refused.value.findings[0].code


def test_a_remote_key_signs(service: CscService, signable: SignablePdf, live: LivePki, judged: Judge) -> None:
    person = Person()
    content = signed_by(service, signable, person)
    report = judged(content, trust=live.trust, now=now() + timedelta(minutes=1))
    assert codes(report) == {"DG-V301"}
    assert report.signatures[0].signer == "Rik Rector" and report.signatures[0].valid
    assert person.asked == ["token", "pin"]
    assert service.calls == ["credentials/info", "credentials/authorize", "signatures/signHash"]


def test_every_level(service: CscService, signable: SignablePdf, live: LivePki, judged: Judge) -> None:
    key = remote_key(RemoteService(service.url, "key-1"), Person().secrets)
    asked = replace(order("applicant", key, now()), level=Level.B_LTA)
    content = sign(signable, asked, key, services=live.services()).content
    report = judged(content, trust=live.trust, now=now() + timedelta(minutes=1))
    assert [one.level for one in report.signatures] == ["B-LTA"]


def test_one_pin_for_each_signature(service: CscService, signable: SignablePdf) -> None:
    person = Person()
    key = remote_key(RemoteService(service.url, "key-1"), person.secrets)
    for _ in range(2):
        sign(signable, order("applicant", key, now()), key)
    assert person.asked == ["token", "pin", "pin"]


@pytest.mark.parametrize("kind", ["offline", "online"])
def test_one_time_password(kind: str, service: CscService, signable: SignablePdf) -> None:
    service.otp = kind
    person = Person()
    signed_by(service, signable, person)
    assert person.asked == ["token", "pin", "otp"]
    assert ("credentials/sendOTP" in service.calls) is (kind == "online")


def test_a_service_that_asks_elsewhere(service: CscService, signable: SignablePdf) -> None:
    """Implicit authorisation: the user agrees on a telephone, and docgen is asked for nothing."""
    service.mode = "implicit"
    person = Person()
    signed_by(service, signable, person)
    assert person.asked == ["token"]


def test_the_only_key_need_not_be_named(service: CscService, signable: SignablePdf) -> None:
    key = remote_key(RemoteService(service.url), Person().secrets)
    assert key.holder == "Rik Rector"
    service.credentials = ["key-1", "key-2"]
    with pytest.raises(SigningFailed, match="DG-S245"):
        remote_key(RemoteService(service.url), Person().secrets)


@pytest.mark.parametrize(
    ("person", "otp", "code"),
    [
        (Person(token="stale"), "", "DG-S243"),
        (Person(pin="0000"), "", "DG-S248"),
        (Person(otp="0000"), "offline", "DG-S248"),
    ],
)
def test_wrong_secrets(person: Person, otp: str, code: str, service: CscService, signable: SignablePdf) -> None:
    service.otp = otp
    assert code_of(service, signable, person) == code
    assert "signatures/signHash" not in service.calls


@pytest.mark.parametrize(("change", "value"), [("key_status", "disabled"), ("mode", "oauth2code")])
def test_keys_that_cannot_be_used(change: str, value: str, service: CscService, signable: SignablePdf) -> None:
    setattr(service, change, value)
    assert code_of(service, signable) == "DG-S246"


def _json(content: object) -> Callable[[dict[str, Any]], Answer]:
    return lambda _: Response(json.dumps(content), content_type="application/json")


PAGE = Response("<h1>Welkom</h1>", 200, content_type="text/html")
LIES: dict[str, tuple[str, Callable[[dict[str, Any]], Answer], str]] = {
    "page for certificates": ("credentials/info", lambda _: PAGE, "DG-S247"),
    "list for certificates": ("credentials/info", _json([]), "DG-S247"),
    "no certificates": ("credentials/info", _json({"cert": {"certificates": []}, "key": {"algo": []}}), "DG-S247"),
    "noise for certificates": ("credentials/info", _json({"cert": {"certificates": ["AAAA"]}}), "DG-S247"),
    "error page": ("credentials/info", lambda _: Response("oops", 500), "DG-S242"),
    "no permission": ("credentials/authorize", _json({}), "DG-S247"),
    "permission is a list": ("credentials/authorize", _json([1]), "DG-S247"),
    "permission refused": ("credentials/authorize", lambda _: refusal("invalid_request"), "DG-S242"),
    "error while signing": ("signatures/signHash", lambda _: Response("oops", 503), "DG-S242"),
    "page for a signature": ("signatures/signHash", lambda _: PAGE, "DG-S247"),
    "no signature": ("signatures/signHash", _json({"signatures": []}), "DG-S247"),
    "signature is a number": ("signatures/signHash", _json({"signatures": [7]}), "DG-S247"),
    "empty signature": ("signatures/signHash", _json({"signatures": [""]}), "DG-S249"),
    "noise for a signature": ("signatures/signHash", _json({"signatures": ["AAAA"]}), "DG-S249"),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_service_that_lies(lie: str, service: CscService, signable: SignablePdf) -> None:
    call, answer, code = LIES[lie]
    service.override[call] = answer
    assert code_of(service, signable) == code


def test_a_signature_of_another_document(service: CscService, signable: SignablePdf) -> None:
    """The key is right, the certificate is right, and it is still not what was to be signed."""
    service.override["signatures/signHash"] = lambda _: {"signatures": [service.signature(bytes(32))]}
    assert code_of(service, signable) == "DG-S249"


def test_a_certificate_of_somebody_else(service: CscService, signable: SignablePdf, live: LivePki) -> None:
    service.certificates = [live.key("chief").certificate, *live.key("chief").chain]
    assert code_of(service, signable) == "DG-S249"


@pytest.mark.parametrize("call", ["credentials/info", "credentials/authorize", "signatures/signHash"])
def test_secrets_are_not_sent_elsewhere(call: str, service: CscService, signable: SignablePdf) -> None:
    address = f"{service.url}/elsewhere"
    service.override[call] = lambda _: Response("", 307, headers={"Location": address})
    assert code_of(service, signable) == "DG-S242"
    assert "/elsewhere" not in service.calls


@pytest.mark.parametrize("call", ["credentials/info", "credentials/authorize", "signatures/signHash"])
def test_a_slow_service(call: str, service: CscService, signable: SignablePdf) -> None:
    service.override[call] = slowly
    assert code_of(service, signable, timeout=1) == "DG-S244"


def test_a_service_that_is_down() -> None:
    with nobody() as address:
        away = RemoteService(address, "key-1")
        for attempt in (lambda: remote_key(away, Person().secrets), lambda: service_name(away)):
            with pytest.raises(SigningFailed, match="DG-S242"):
                attempt()


def test_the_name_of_the_service(service: CscService) -> None:
    assert service_name(RemoteService(service.url)) == "Proefdienst"


@pytest.mark.parametrize(
    "address",
    ["http://sign.example.be", "https://me:secret@sign.example.be", "ftp://x", "", "http://127.0.0.1.evil.example"],
)
def test_addresses_that_get_no_secrets(address: str) -> None:
    with pytest.raises(UsageError, match="DG-S241") as refused:
        RemoteService(address)
    assert "secret" not in str(refused.value)
