"""A throw-away PKI for demonstrations and tests: persons with cards like the Belgian eID. Proves nothing about anyone.

Made at first use, in a folder of its own. The certificates say in their subject that they are not for real use.
"""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
    pkcs12,
)
from cryptography.x509.oid import NameOID

from docgen.errors import SigningFailed
from docgen.signing.keys import Secret, SigningKey, key_from

_WARNING = "docgen demo - not for real use"
_START = datetime(2020, 1, 1, tzinfo=UTC)
_OF_AUTHORITIES, _OF_PERSONS = timedelta(days=365 * 40), timedelta(days=365 * 25)
"""How long certificates last, from 2020 on."""
_CURVE = ec.SECP384R1


@dataclass(frozen=True, slots=True)
class Authority:
    """A certificate with its key, for signing other certificates."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate


@dataclass(frozen=True, slots=True)
class DemoPki:
    """Root, citizen CA, and a signing key for any name."""

    folder: Path
    root: Authority
    citizen: Authority

    @classmethod
    def open(cls, folder: Path) -> DemoPki:
        """The PKI in a folder, made there when it is new. Keys can be read by their owner only (0600).

        Raises:
            SigningFailed: DG-S231 the folder cannot be written or does not hold a PKI.
        """
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            root = _kept(folder, "root", lambda: _authority("docgen demo root - not for real use", None))
            citizen = _kept(folder, "citizen-ca", lambda: _authority("docgen demo citizen CA", root))
        except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as error:
            raise SigningFailed.because("DG-S231", folder=folder, problem=type(error).__name__) from error
        return cls(folder, root, citizen)

    @property
    def root_certificate(self) -> bytes:
        """Certificate of the root as PEM: what a demonstration trusts."""
        return self.root.certificate.public_bytes(Encoding.PEM)

    def signer_for(self, name: str) -> SigningKey:
        """The signing key of a made-up person with this name; the same person each time.

        Raises:
            SigningFailed: DG-S231 the folder cannot be read or written, DG-S232 the name is empty or too long.
        """
        person = self._person(name)
        certificate = _asn1(person.certificate)
        return key_from(person.key, certificate, [_asn1(self.citizen.certificate)], source=_file_stem(name))

    def pkcs12_for(self, name: str, passphrase: Secret) -> bytes:
        """The same key as a PKCS#12 file, for trying out `--pkcs12`."""
        person = self._person(name)
        secret = BestAvailableEncryption(passphrase().encode())
        chain = [self.citizen.certificate, self.root.certificate]
        return pkcs12.serialize_key_and_certificates(b"Signature", person.key, person.certificate, chain, secret)

    def _person(self, name: str) -> Authority:
        tidy = unicodedata.normalize("NFC", " ".join(name.split()))
        if not tidy or len(tidy) > 50:
            raise SigningFailed.because("DG-S232", name=tidy[:60])
        try:
            return _kept(self.folder, _file_stem(tidy), lambda: _holder(tidy, self.citizen))
        except (OSError, ValueError, TypeError) as error:
            raise SigningFailed.because("DG-S231", folder=self.folder, problem=type(error).__name__) from error


def fictional_number(name: str) -> str:
    """A national register number nobody can have today: born 1900 to 1909, derived from the name, check digits right.

    Royal decree of 3 April 1984: date of birth, serial number (odd for men), 97 minus the nine digits modulo 97.
    """
    seed = int.from_bytes(hashlib.sha256(unicodedata.normalize("NFC", name).encode()).digest()[:8], "big")
    seed, year = divmod(seed, 10)
    seed, month = divmod(seed, 12)
    seed, day = divmod(seed, 28)
    first = f"{year:02}{month + 1:02}{day + 1:02}{seed % 997 + 1:03}"
    return f"{first}{97 - int(first) % 97:02}"


def _file_stem(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    return f"person-{words}-{hashlib.sha256(name.encode()).hexdigest()[:8]}".replace("--", "-")


def _kept(folder: Path, stem: str, make: Callable[[], Authority]) -> Authority:
    path = folder / f"{stem}.pem"
    if not path.exists():
        made = make()
        key = made.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        # Written aside and renamed: a run cut short leaves no half file, and two runs at once agree on one.
        part = folder / f".{stem}.{os.getpid()}"
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as target:
            target.write(key + made.certificate.public_bytes(Encoding.PEM))
        try:
            os.link(part, path)
        except FileExistsError:
            pass  # another run was first, and its key counts
        finally:
            part.unlink()
    content = path.read_bytes()
    private = load_pem_private_key(content, None)
    if not isinstance(private, ec.EllipticCurvePrivateKey):
        raise TypeError
    return Authority(private, x509.load_pem_x509_certificate(content))


def _authority(name: str, issuer: Authority | None) -> Authority:
    key = ec.generate_private_key(_CURVE())
    subject = _name((NameOID.COUNTRY_NAME, "BE"), (NameOID.ORGANIZATION_NAME, _WARNING), (NameOID.COMMON_NAME, name))
    usage = _usage(key_cert_sign=True, crl_sign=True)
    return Authority(key, _certificate(key, subject, issuer, usage, path_length=1 if issuer is None else 0))


def _holder(name: str, issuer: Authority) -> Authority:
    key = ec.generate_private_key(_CURVE())
    given, _, surname = name.partition(" ")
    subject = _name(
        (NameOID.COUNTRY_NAME, "BE"),
        (NameOID.COMMON_NAME, f"{name} (Signature)"),
        (NameOID.SURNAME, surname or given),
        (NameOID.GIVEN_NAME, given),
        (NameOID.SERIAL_NUMBER, fictional_number(name)),
    )
    return Authority(key, _certificate(key, subject, issuer, _usage(content_commitment=True), path_length=None))


def _name(*parts: tuple[x509.ObjectIdentifier, str]) -> x509.Name:
    return x509.Name([x509.NameAttribute(oid, text) for oid, text in parts])


def _usage(*, key_cert_sign: bool = False, crl_sign: bool = False, content_commitment: bool = False) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=False,
        content_commitment=content_commitment,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=key_cert_sign,
        crl_sign=crl_sign,
        encipher_only=False,
        decipher_only=False,
    )


def _certificate(
    key: ec.EllipticCurvePrivateKey,
    subject: x509.Name,
    issuer: Authority | None,
    usage: x509.KeyUsage,
    *,
    path_length: int | None,
) -> x509.Certificate:
    lasting = _OF_PERSONS if path_length is None else _OF_AUTHORITIES
    signing_key, issuer_name = (issuer.key, issuer.certificate.subject) if issuer else (key, subject)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer_name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(_START)
        .not_valid_after(_START + lasting)
        .add_extension(x509.BasicConstraints(ca=path_length is not None, path_length=path_length), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signing_key.public_key()), critical=False)
        .sign(signing_key, hashes.SHA384())
    )


def _asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))
