from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    pkcs12,
)
from signing_card import PIN, SOFTHSM, fill_card, new_reader
from signing_state import MOMENT, RECTOR, Judge, codes, order

from docgen.documents import ExpectedSignature, SignablePdf
from docgen.errors import SigningFailed, ToolMissing
from docgen.numbers import is_national_number, national_numbers
from docgen.signing.card import card_key
from docgen.signing.demo_pki import DemoPki, fictional_number
from docgen.signing.keys import key_from_pkcs12
from docgen.signing.persons import same_person
from docgen.signing.sign import sign


@pytest.fixture(scope="session")
def p12(pki: DemoPki) -> bytes:
    return pki.pkcs12_for(RECTOR, lambda: "wachtwoord")


def only(slot: str) -> tuple[ExpectedSignature, ...]:
    return (ExpectedSignature(slot, ("controller",), (RECTOR,)),)


def test_pkcs12_signs(p12: bytes, signable: SignablePdf, judged: Judge) -> None:
    key = key_from_pkcs12(p12, lambda: "wachtwoord")
    assert key.holder == RECTOR
    signed = sign(signable, order("applicant", key), key)
    assert codes(judged(signed.content)) == {"DG-V301"}
    assert judged(signed.content, expected=(), judge_only=True).ok


def test_wrong_passphrase(p12: bytes) -> None:
    with pytest.raises(SigningFailed, match="DG-S202") as refusal:
        key_from_pkcs12(p12, lambda: "mis", source="rector.p12")
    assert refusal.value.findings[0].parameters == {"file": "rector.p12"}


@pytest.mark.parametrize("content", [b"", b"no container", b"\x30\x03\x02\x01\x03", b"%PDF-1.7"])
def test_not_a_pkcs12(content: bytes) -> None:
    asked: list[str] = []
    with pytest.raises(SigningFailed, match="DG-S201"):
        key_from_pkcs12(content, lambda: asked.append("asked") or "")
    assert asked == []  # nobody is asked for a passphrase in vain


def test_pkcs12_without_a_key(pki: DemoPki) -> None:
    content = pkcs12.serialize_key_and_certificates(
        None, None, None, [pki.root.certificate], BestAvailableEncryption(b"x")
    )
    with pytest.raises(SigningFailed, match="DG-S203"):
        key_from_pkcs12(content, lambda: "x")


def certificate(key: rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey, **usage: bool) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, RECTOR)])
    uses = dict.fromkeys(
        (
            "digital_signature",
            "content_commitment",
            "key_encipherment",
            "data_encipherment",
            "key_agreement",
            "key_cert_sign",
            "crl_sign",
            "encipher_only",
            "decipher_only",
        ),
        False,
    )
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2025, 1, 1, tzinfo=UTC))
        .add_extension(x509.KeyUsage(**(uses | usage)), critical=True)
        .sign(key, None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256())
    )


def test_certificates_that_may_not_sign(signable: SignablePdf) -> None:
    key = rsa.generate_private_key(65537, 2048)
    cases = [
        (certificate(key, content_commitment=True), MOMENT, "DG-S206"),
        (certificate(key, content_commitment=True), datetime(2019, 1, 1, tzinfo=UTC), "DG-S205"),
        (certificate(key, digital_signature=True), datetime(2021, 1, 1, tzinfo=UTC), "DG-S207"),
    ]
    for made, moment, code in cases:
        content = pkcs12.serialize_key_and_certificates(None, key, made, None, BestAvailableEncryption(b"x"))
        signer = key_from_pkcs12(content, lambda: "x")
        with pytest.raises(SigningFailed, match=code):
            sign(signable, order("applicant", signer, moment), signer)


def test_rsa_signs_too(signable: SignablePdf, judged: Judge) -> None:
    key = rsa.generate_private_key(65537, 2048)
    made = certificate(key, content_commitment=True)
    content = pkcs12.serialize_key_and_certificates(None, key, made, None, BestAvailableEncryption(b"x"))
    signer = key_from_pkcs12(content, lambda: "x")
    moment = datetime(2021, 1, 1, tzinfo=UTC)
    signed = sign(signable, order("applicant", signer, moment), signer)
    report = judged(signed.content, now=moment, expected=only("applicant"))
    assert [(each.intact, each.trusted, each.algorithm) for each in report.signatures] == [
        (True, False, "SHA-256 RSA-2048")
    ]


def test_unusable_kind_of_key() -> None:
    key = ed25519.Ed25519PrivateKey.generate()
    made = certificate(key, content_commitment=True)
    content = pkcs12.serialize_key_and_certificates(None, key, made, None, BestAvailableEncryption(b"x"))
    with pytest.raises(SigningFailed, match="DG-S204"):
        key_from_pkcs12(content, lambda: "x")


def test_demo_pki_keeps_its_people(tmp_path: Path) -> None:
    first, second = DemoPki.open(tmp_path / "pki"), DemoPki.open(tmp_path / "pki")
    assert first.root_certificate == second.root_certificate
    one, other = first.signer_for("Zoé  de Wit"), second.signer_for("Zoe\u0301 de Wit")
    assert one.certificate.dump() == other.certificate.dump()
    assert one.holder == "Zoé de Wit"
    assert "not for real use" in one.chain[0].issuer.human_friendly
    for file in (tmp_path / "pki").iterdir():
        assert file.stat().st_mode & 0o777 == 0o600
        assert not list(national_numbers(file.name))


def test_demo_numbers_are_well_formed_and_nobodys() -> None:
    for name in (RECTOR, "Zoé de Wit", "x"):
        number = fictional_number(name)
        assert is_national_number(number)
        assert number.startswith("0")  # born 1900 to 1909


def test_demo_pki_where_nothing_can_be_written() -> None:
    with pytest.raises(SigningFailed, match="DG-S231"):
        DemoPki.open(Path("/proc/nowhere"))


@pytest.fixture(scope="session")
def card(pki: DemoPki, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A SoftHSM token laid out like a Belgian eID: token BELPIC, key and certificate Signature, CA, Root."""
    folder = tmp_path_factory.mktemp("hsm")
    os.environ["SOFTHSM2_CONF"] = str(new_reader(folder))
    fill_card(pki, RECTOR, folder)
    yield folder
    del os.environ["SOFTHSM2_CONF"]


def test_card_signs(card: Path, signable: SignablePdf, judged: Judge) -> None:
    with card_key(SOFTHSM, lambda: PIN) as key:
        assert key.holder == RECTOR
        signed = sign(signable, order("applicant", key), key)
    report = judged(signed.content)
    assert codes(report) == {"DG-V301"}
    assert report.signatures[0].valid


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"pin": lambda: "9999"}, "DG-S223"),
        ({"token": "NOBODY"}, "DG-S222"),
        ({"label": "Authentication"}, "DG-S225"),
    ],
)
def test_card_troubles_have_their_own_codes(card: Path, settings: dict[str, object], code: str) -> None:
    options: dict[str, object] = {"pin": lambda: PIN} | settings
    with pytest.raises(SigningFailed) as refusal, card_key(SOFTHSM, **options):  # type: ignore[arg-type]
        pass
    assert refusal.value.findings[0].code == code


def test_middleware_missing() -> None:
    with pytest.raises(ToolMissing, match="DG-S221"), card_key("/usr/lib/none.so", lambda: PIN):
        pass


@pytest.mark.parametrize(
    ("expected", "certified", "same"),
    [
        ("Rik Rector", "RIK RECTOR", True),
        ("Rector Rik", "Rik Rector", True),
        ("Helene Hoofd", "Hélène Hoofd", True),
        ("He\u0301le\u0300ne Hoofd", "Hélène Hoofd", True),
        ("prof. dr. Rik Rector", "Rik Rector", True),
        ("Rik Rector", "Rik Jan Maria Rector", True),
        ("Jean-Marie D'Hondt", "Jean Marie D’Hondt", True),
        ("Søren Łuk", "Soren Luk", True),
        ("Rik Jan Rector", "Rik Rector", False),
        ("Rik Rector", "Rik Rektor", False),
        ("Rik", "Rik Rector", False),
        ("", "", False),
    ],
)
def test_same_person(expected: str, certified: str, same: bool) -> None:
    assert same_person(expected, certified) is same
