"""A trusted list of a country that does not exist, its operator, and people with certificates under it."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from asn1crypto import core
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID, ObjectIdentifier
from lxml import etree
from pyhanko.keys import load_certs_from_pemder_data
from signxml.xades.xades import XAdESSigner

from docgen.signing.keys import SigningKey, key_from

GRANTED, WITHDRAWN = "granted", "withdrawn"
ESIGN, ESEAL = "0.4.0.1862.1.6.1", "0.4.0.1862.1.6.2"
_LONG_AGO, _LONG = datetime(2015, 1, 1, tzinfo=UTC), datetime(2060, 1, 1, tzinfo=UTC)
ISSUED = datetime(2020, 1, 1, tzinfo=UTC)


class _Statement(core.Sequence):  # type: ignore[misc]
    _fields = [("id", core.ObjectIdentifier), ("info", core.Any, {"optional": True})]  # noqa: RUF012 - asn1crypto


class _Statements(core.SequenceOf):  # type: ignore[misc]
    _child_spec = _Statement


class _Identifiers(core.SequenceOf):  # type: ignore[misc]
    _child_spec = core.ObjectIdentifier


def statements(*, qualified: bool = True, device: bool = True, kind: str = ESIGN) -> bytes:
    """The qcStatements of a certificate (ETSI EN 319 412-5)."""
    told = [{"id": "0.4.0.1862.1.1"}] if qualified else []
    told += [{"id": "0.4.0.1862.1.4"}] if device else []
    told += [{"id": "0.4.0.1862.1.6", "info": core.Any(_Identifiers([kind]))}]
    return bytes(_Statements(told).dump())


@dataclass(frozen=True)
class Authority:
    """A certificate that issues others, or operates a list."""

    key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
    certificate: x509.Certificate

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)


def authority(name: str, issuer: Authority | None = None, *, rsa_key: bool = False) -> Authority:
    key = rsa.generate_private_key(65537, 2048) if rsa_key else ec.generate_private_key(ec.SECP256R1())
    return Authority(key, _certificate(name, key, issuer or None, own=key, ca=True))


def _certificate(
    name: str,
    key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey,
    issuer: Authority | None,
    *,
    own: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | None = None,
    ca: bool = False,
    extra: bytes | None = None,
    number: str = "",
) -> x509.Certificate:
    words = [x509.NameAttribute(NameOID.COUNTRY_NAME, "BE"), x509.NameAttribute(NameOID.COMMON_NAME, name)]
    words += [x509.NameAttribute(NameOID.SERIAL_NUMBER, number)] if number else []
    subject = x509.Name(words)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(_LONG_AGO if ca else ISSUED)
        .not_valid_after(_LONG)
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(False, not ca, False, False, False, ca, ca, False, False), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    if issuer:
        above = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key())
        made = made.add_extension(above, critical=False)
    if extra is not None:
        oid = ObjectIdentifier("1.3.6.1.5.5.7.1.3")
        made = made.add_extension(x509.UnrecognizedExtension(oid, extra), critical=False)
    signer = issuer.key if issuer else own
    assert signer is not None
    return made.sign(signer, hashes.SHA256())


def person(name: str, issuer: Authority, told: bytes | None, *, number: str = "") -> SigningKey:
    """A signing key whose certificate makes these statements."""
    key = ec.generate_private_key(ec.SECP256R1())
    own = _certificate(name, key, issuer, extra=told, number=number)
    chain = [own.public_bytes(Encoding.DER), issuer.der]
    certificate, above = (next(iter(load_certs_from_pemder_data(each))) for each in chain)
    return key_from(key, certificate, [above], source=name)


@dataclass(frozen=True)
class Service:
    """An entry of the list."""

    certificate: bytes
    status: str = GRANTED
    since: datetime = datetime(2016, 7, 1, tzinfo=UTC)
    before: tuple[tuple[str, datetime], ...] = ()
    """Earlier statuses, with their beginnings."""


def trusted_list(
    services: Sequence[Service], operator: Authority, *, until: datetime = datetime(2027, 3, 1, tzinfo=UTC)
) -> bytes:
    """The list, signed as such lists are (XAdES, enveloped)."""
    entries = "".join(_entry(service) for service in services)
    text = f"""<TrustServiceStatusList xmlns="http://uri.etsi.org/02231/v2#"
 TSLTag="http://uri.etsi.org/19612/TSLTag" Id="list"><SchemeInformation>
<TSLVersionIdentifier>5</TSLVersionIdentifier><TSLSequenceNumber>1</TSLSequenceNumber>
<TSLType>http://uri.etsi.org/TrstSvc/TrustedList/TSLType/EUgeneric</TSLType>
<SchemeOperatorName><Name xml:lang="en">Operator of a made-up country</Name></SchemeOperatorName>
<SchemeTerritory>BE</SchemeTerritory><ListIssueDateTime>2026-09-01T00:00:00Z</ListIssueDateTime>
<NextUpdate><dateTime>{until:%Y-%m-%dT%H:%M:%SZ}</dateTime></NextUpdate></SchemeInformation>
<TrustServiceProviderList><TrustServiceProvider><TSPInformation>
<TSPName><Name xml:lang="en">Made-up Trust</Name></TSPName></TSPInformation>
<TSPServices>{entries}</TSPServices></TrustServiceProvider></TrustServiceProviderList></TrustServiceStatusList>"""
    signer = XAdESSigner()
    key, certificate = operator.key, operator.certificate.public_bytes(Encoding.PEM).decode()
    signed = signer.sign(etree.fromstring(text), key=key, cert=certificate)
    return bytes(etree.tostring(signed))


def _entry(service: Service) -> str:
    named = base64.b64encode(service.certificate).decode()
    identity = f"<DigitalId><X509Certificate>{named}</X509Certificate></DigitalId>"
    history = "".join(
        f"<ServiceHistoryInstance>{_state(status, since, identity)}</ServiceHistoryInstance>"
        for status, since in service.before
    )
    past = f"<ServiceHistory>{history}</ServiceHistory>" if history else ""
    now = f"<ServiceInformation>{_state(service.status, service.since, identity)}</ServiceInformation>"
    return f"<TSPService>{now}{past}</TSPService>"


def _state(status: str, since: datetime, identity: str) -> str:
    base = "http://uri.etsi.org/TrstSvc"
    return (
        f"<ServiceTypeIdentifier>{base}/Svctype/CA/QC</ServiceTypeIdentifier>"
        '<ServiceName><Name xml:lang="en">Made-up citizen CA</Name></ServiceName>'
        f"<ServiceDigitalIdentity>{identity}</ServiceDigitalIdentity>"
        f"<ServiceStatus>{base}/TrustedList/Svcstatus/{status}</ServiceStatus>"
        f"<StatusStartingTime>{since:%Y-%m-%dT%H:%M:%SZ}</StatusStartingTime>"
    )
