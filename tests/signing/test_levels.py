"""Levels above B-B, against a test PKI that answers over real HTTP on this machine."""

from __future__ import annotations

import io
import logging
import socket
import threading
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pikepdf
import pytest
import yaml
from asn1crypto import pem
from asn1crypto import x509 as asn1_x509
from certomancer.integrations.animator import Animator, AnimatorArchStore
from certomancer.registry import ArchLabel, CertLabel, CertomancerConfig
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_der_private_key
from pyhanko.sign.timestamps import HTTPTimeStamper
from pyhanko_certvalidator import ValidationContext
from signing_state import EXPECTED, ID, Judge, codes, order
from werkzeug.serving import make_server

from docgen.documents import ExpectedSignature, SignablePdf, SignedPdf
from docgen.errors import SigningFailed
from docgen.signing.keys import SigningKey, key_from
from docgen.signing.levels import Level, Services
from docgen.signing.sign import sign
from docgen.signing.trust import Trust, trust_from

PEOPLE = {"rik": "Rik Rector", "chief": "Hélène Hoofd", "revoked": "Ingrid Ingetrokken"}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _citizen(**more: object) -> dict[str, object]:
    return {
        "issuer": "ca",
        "validity": {"valid-from": "2020-01-01T00:00:00+0000", "valid-to": "2040-01-01T00:00:00+0000"},
        "extensions": [
            {
                "id": "key_usage",
                "critical": True,
                "smart-value": {"schema": "key-usage", "params": ["non_repudiation"]},
            },
            {
                "id": "authority_information_access",
                "smart-value": {"schema": "aia-urls", "params": {"ocsp-responder-names": ["ca"]}},
            },
            {
                "id": "crl_distribution_points",
                "smart-value": {"schema": "crl-dist-url", "params": {"crl-repo-names": ["ca"]}},
            },
        ],
        **more,
    }


def _settings(port: int, keys: list[str]) -> dict[str, object]:
    long = {"valid-from": "2000-01-01T00:00:00+0000", "valid-to": "2090-01-01T00:00:00+0000"}
    stamping = [
        {"id": "key_usage", "critical": True, "smart-value": {"schema": "key-usage", "params": ["digital_signature"]}},
        {"id": "extended_key_usage", "critical": True, "value": ["time_stamping"]},
        {
            "id": "crl_distribution_points",
            "smart-value": {"schema": "crl-dist-url", "params": {"crl-repo-names": ["root"]}},
        },
    ]
    entities = {name: {"common-name": f"Test {name}", "organization-name": "Test"} for name in keys}
    entities |= {
        key: {"common-name": f"{name} (Signature)", "surname": name.split()[-1]} for key, name in PEOPLE.items()
    }
    return {
        "external-url-prefix": f"http://127.0.0.1:{port}",
        "keysets": {"test": {"path-prefix": ".", "keys": {name: {"path": f"{name}.pem"} for name in keys}}},
        "pki-architectures": {
            "test": {
                "keyset": "test",
                "entity-defaults": {"country-name": "BE"},
                "entities": entities,
                "certs": {
                    "root": {
                        "subject": "root",
                        "subject-key": "root",
                        "issuer": "root",
                        "authority-key": "root",
                        "validity": long,
                        "profiles": [{"id": "simple-ca", "params": {"crl-repo": "root"}}],
                    },
                    "ca": {
                        "issuer": "root",
                        "validity": long,
                        "profiles": [{"id": "simple-ca", "params": {"max-path-len": 0, "crl-repo": "root"}}],
                    },
                    "ocsp": {"issuer": "ca", "validity": long, "profiles": ["ocsp-responder"]},
                    "tsa": {"issuer": "root", "validity": long, "extensions": stamping},
                    "rik": _citizen(),
                    "chief": _citizen(),
                    "revoked": _citizen(
                        revocation={"revoked-since": "2025-01-01T00:00:00+0000", "reason": "key_compromise"}
                    ),
                },
                "services": {
                    "ocsp": {"ca": {"for-issuer": "ca", "responder-cert": "ocsp", "signing-key": "ocsp"}},
                    "crl-repo": {
                        "root": {"for-issuer": "root", "signing-key": "root", "simulated-update-schedule": "P30D"},
                        "ca": {"for-issuer": "ca", "signing-key": "ca", "simulated-update-schedule": "P30D"},
                    },
                    "time-stamping": {"tsa": {"signing-key": "tsa", "signing-cert": "tsa"}},
                },
            }
        },
    }


@dataclass(frozen=True)
class LivePki:
    services: Services
    trust: Trust
    key: Callable[[str], SigningKey]
    url: str


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LivePki]:
    folder = tmp_path_factory.mktemp("live")
    keys = ["root", "ca", "ocsp", "tsa", *PEOPLE]
    for name in keys:
        made = ec.generate_private_key(ec.SECP256R1())
        path = folder / f"{name}.pem"
        path.write_bytes(made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    port = _free_port()
    (folder / "pki.yml").write_text(yaml.safe_dump(_settings(port, keys)))
    config = CertomancerConfig.from_file(str(folder / "pki.yml"), key_search_dir=str(folder))
    arch = config.get_pki_arch(ArchLabel("test"))
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", port, Animator(AnimatorArchStore({ArchLabel("test"): arch}), with_web_ui=False))
    threading.Thread(target=server.serve_forever, daemon=True).start()

    def certificate(label: str) -> asn1_x509.Certificate:
        return arch.get_cert(CertLabel(label))

    def key(label: str) -> SigningKey:
        private = load_der_private_key(pem.unarmor((folder / f"{label}.pem").read_bytes())[2], None)
        return key_from(private, certificate(label), [certificate("ca")], source=label)

    root = certificate("root")
    services = Services(
        HTTPTimeStamper(f"http://127.0.0.1:{port}/test/tsa/tsa", timeout=10),
        lambda: ValidationContext(trust_roots=[root], allow_fetching=True, revocation_mode="require"),
    )
    yield LivePki(services, trust_from([root.dump()]), key, f"http://127.0.0.1:{port}")
    server.shutdown()


def now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


@pytest.mark.parametrize("level", [Level.B_T, Level.B_LT, Level.B_LTA])
def test_level_asked_is_level_reached(level: Level, live: LivePki, signable: SignablePdf, judged: Judge) -> None:
    """Two signers at one level, and nothing in the file that the last signature or timestamp does not cover."""
    document: SignablePdf | SignedPdf = signable
    for slot, label in (("applicant", "rik"), ("office", "chief")):
        key = live.key(label)
        asked = replace(order(slot, key, now()), level=level)
        document = sign(document, asked, key, services=live.services)
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
    nowhere = Services(HTTPTimeStamper(f"http://127.0.0.1:{_free_port()}/tsa", timeout=2))
    asked = replace(order("applicant", key, now()), level=Level.B_T)
    with pytest.raises(SigningFailed) as refusal:
        sign(signable, asked, key, services=nowhere)
    assert refusal.value.findings[0].code == "DG-S413"


def test_no_revocation_source(live: LivePki, signable: SignablePdf) -> None:
    key = live.key("rik")
    asked = replace(order("applicant", key, now()), level=Level.B_LT)
    with pytest.raises(SigningFailed, match="DG-S412"):
        sign(signable, asked, key, services=Services(live.services.timestamper))


def test_revoked_certificate_cannot_reach_a_long_term_level(live: LivePki, signable: SignablePdf) -> None:
    key = live.key("revoked")
    asked = replace(order("applicant", key, now()), level=Level.B_LTA)
    with pytest.raises(SigningFailed) as refusal:
        sign(signable, asked, key, services=live.services)
    assert refusal.value.findings[0].code in {"DG-S405", "DG-S413"}


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
