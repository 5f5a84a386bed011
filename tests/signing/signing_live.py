"""A test PKI that answers over real HTTP on this machine: timestamps, OCSP, CRLs."""

from __future__ import annotations

import asyncio
import io
import logging
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import yaml
from asn1crypto import pem
from asn1crypto import x509 as asn1_x509
from certomancer.integrations.animator import Animator, AnimatorArchStore
from certomancer.registry import ArchLabel, CertLabel, CertomancerConfig, ServiceLabel
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
)
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates
from cryptography.x509 import load_der_x509_certificate
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.signers import PdfTimeStamper
from pyhanko.sign.validation.dss import DocumentSecurityStore, collect_validation_info
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from docgen.signing.increment import IncrementWriter
from docgen.signing.keys import SigningKey, key_from
from docgen.signing.levels import Services
from docgen.signing.services import Reach, services
from docgen.signing.trust import Trust, trust_from

PEOPLE = {
    "rik": "Rik Rector",
    "chief": "Hélène Hoofd",
    "revoked": "Ingrid Ingetrokken",
    "hanne": "Hanne Hoofdcijfer",
    "expired": "Eva Exit",
    "later": "Lien Later",
}


Lie = Callable[[bytes], Response]
"""What is answered instead of a true answer."""
BRIEF = timedelta(days=30)
"""How long the certificate of the second timestamp service is still valid."""


@contextmanager
def nobody() -> Iterator[str]:
    """An address on this machine at which nobody listens for as long as the block lasts."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{held.getsockname()[1]}"


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
    brief = (now() + BRIEF).strftime("%Y-%m-%dT%H:%M:%S+0000")
    stamping = [
        {"id": "key_usage", "critical": True, "smart-value": {"schema": "key-usage", "params": ["digital_signature"]}},
        {"id": "extended_key_usage", "critical": True, "value": ["time_stamping"]},
        {
            "id": "crl_distribution_points",
            "smart-value": {"schema": "crl-dist-url", "params": {"crl-repo-names": ["root"]}},
        },
    ]
    # Answers of the minute, as a list of last week proves nothing about a timestamp of today once it has run out.
    asked = [
        *stamping[:2],
        {
            "id": "authority_information_access",
            "smart-value": {"schema": "aia-urls", "params": {"ocsp-responder-names": ["root"]}},
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
                    "root-ocsp": {
                        "subject": "ocsp",
                        "subject-key": "ocsp",
                        "issuer": "root",
                        "validity": long,
                        "profiles": ["ocsp-responder"],
                    },
                    "tsa": {"issuer": "root", "validity": long, "extensions": stamping},
                    "brief": {"issuer": "root", "validity": {**long, "valid-to": brief}, "extensions": asked},
                    "rik": _citizen(),
                    "chief": _citizen(),
                    "hanne": _citizen(),
                    "expired": _citizen(
                        validity={"valid-from": "2020-01-01T00:00:00+0000", "valid-to": "2024-01-01T00:00:00+0000"}
                    ),
                    "later": _citizen(revocation={"revoked-since": "2030-01-01T00:00:00+0000"}),
                    "revoked": _citizen(
                        revocation={"revoked-since": "2025-01-01T00:00:00+0000", "reason": "key_compromise"}
                    ),
                },
                "services": {
                    "ocsp": {
                        "ca": {"for-issuer": "ca", "responder-cert": "ocsp", "signing-key": "ocsp"},
                        "root": {"for-issuer": "root", "responder-cert": "root-ocsp", "signing-key": "ocsp"},
                    },
                    "crl-repo": {
                        "root": {"for-issuer": "root", "signing-key": "root", "simulated-update-schedule": "P30D"},
                        "ca": {"for-issuer": "ca", "signing-key": "ca", "simulated-update-schedule": "P30D"},
                    },
                    "time-stamping": {name: {"signing-key": name, "signing-cert": name} for name in ("tsa", "brief")},
                },
            }
        },
    }


@dataclass(frozen=True)
class LivePki:
    folder: Path
    trust: Trust
    key: Callable[[str], SigningKey]
    url: str
    lists: Callable[[datetime], tuple[bytes, ...]]
    """The revocation lists of a moment, of every issuer."""
    lies: dict[str, Lie] = field(default_factory=dict)
    """Other answers than the true ones, by a part of the path: `/ocsp/`, `/crls/`, `/tsa/`."""

    @contextmanager
    def lying(self, **lies: Lie) -> Iterator[None]:
        """Services that answer otherwise for as long as the block lasts: `ocsp`, `crls`, `tsa`."""
        self.lies.update({f"/{name}/": lie for name, lie in lies.items()})
        try:
            yield
        finally:
            self.lies.clear()

    def pkcs12(self, label: str, passphrase: str) -> bytes:
        """The key of a person as a file for `--pkcs12`."""
        private = load_der_private_key(pem.unarmor((self.folder / f"{label}.pem").read_bytes())[2], None)
        assert isinstance(private, ec.EllipticCurvePrivateKey)
        own, *chain = (
            load_der_x509_certificate(each.dump()) for each in (self.key(label).certificate, *self.key(label).chain)
        )
        secret = BestAvailableEncryption(passphrase.encode())
        return serialize_key_and_certificates(b"Signature", private, own, chain, secret)

    @property
    def timestamps(self) -> str:
        return f"{self.url}/test/tsa/tsa"

    @property
    def brief_timestamps(self) -> str:
        """A timestamp service whose certificate runs out in a month."""
        return f"{self.url}/test/tsa/brief"

    def services(self, timestamp: str = "", timeout: float = 10) -> Services:
        return services(Reach(timestamp or self.timestamps, timeout), self.trust, now())


@contextmanager
def live_pki(folder: Path) -> Iterator[LivePki]:
    keys = ["root", "ca", "ocsp", "tsa", "brief", *PEOPLE]
    for name in keys:
        made = ec.generate_private_key(ec.SECP256R1())
        path = folder / f"{name}.pem"
        path.write_bytes(made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    lies: dict[str, Lie] = {}

    @Request.application
    def front(request: Request) -> Response:
        true = Response.from_app(animator, request.environ)
        told = next((lie for part, lie in lies.items() if part in request.path), None)
        return told(true.get_data()) if told else true

    # The server comes first: the certificates name its port.
    server = make_server("127.0.0.1", 0, front)
    (folder / "pki.yml").write_text(yaml.safe_dump(_settings(server.server_port, keys)))
    config = CertomancerConfig.from_file(str(folder / "pki.yml"), key_search_dir=str(folder))
    arch = config.get_pki_arch(ArchLabel("test"))
    animator = Animator(AnimatorArchStore({ArchLabel("test"): arch}), with_web_ui=False)
    threading.Thread(target=server.serve_forever, daemon=True).start()

    def certificate(label: str) -> asn1_x509.Certificate:
        return arch.get_cert(CertLabel(label))

    def key(label: str) -> SigningKey:
        private = load_der_private_key(pem.unarmor((folder / f"{label}.pem").read_bytes())[2], None)
        return key_from(private, certificate(label), [certificate("ca")], source=label)

    def lists(moment: datetime) -> tuple[bytes, ...]:
        known = arch.service_registry
        return tuple(known.get_crl(ServiceLabel(name), at_time=moment).dump() for name in ("root", "ca"))

    trust = trust_from([certificate("root").dump()])
    yield LivePki(folder, trust, key, f"http://127.0.0.1:{server.server_port}", lists, lies)
    server.shutdown()
    server.server_close()


def now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


def with_store(content: bytes, live: LivePki, *, vri: bool = True) -> bytes:
    """The file with the validation data of its last signature in an update of its own."""

    async def add() -> bytes:
        (*_, signature) = PdfFileReader(io.BytesIO(content)).embedded_signatures
        make = live.services().validation_context
        assert make is not None
        context = make()
        paths = await collect_validation_info(signature, context)
        writer = IncrementWriter(content)
        DocumentSecurityStore.supply_dss_in_writer(
            writer,
            signature.pkcs7_content.hex().upper().encode("ascii") if vri else None,
            paths=paths,
            validation_context=context,
        )
        await context.aclose()
        target = io.BytesIO()
        writer.write(target)
        return target.getvalue()

    return asyncio.run(add())


def archived(content: bytes, live: LivePki) -> bytes:
    """A document timestamp over all of it; whoever asks gets one."""
    stamper = live.services().timestamper
    assert stamper is not None
    target = io.BytesIO()
    PdfTimeStamper(stamper).timestamp_pdf(IncrementalPdfFileWriter(io.BytesIO(content)), "sha256", output=target)
    return target.getvalue()
