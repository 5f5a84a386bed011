"""Keys that sign, and those in PKCS#12 files. Cards stand in `card`, remote services in `csc`.

PINs and passphrases come in as a function that asks for them, are used once, and are kept nowhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any

from asn1crypto import pkcs12 as pkcs12_structure
from asn1crypto import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from pyhanko.keys.internal import translate_pyca_cryptography_cert_to_asn1
from pyhanko.sign.signers import Signer
from pyhanko_certvalidator.registry import SimpleCertificateStore

from docgen.errors import SigningFailed
from docgen.signing.encoded import EncodedOnce
from docgen.signing.persons import holder

Secret = Callable[[], str]
"""Asks for a PIN or passphrase when it is needed."""

_CMS_OVERHEAD = 3072
"""Bytes of a CMS signature beside its certificates: attributes, signature value, structure, and a reserve."""
_DIGESTS: Mapping[str, hashes.HashAlgorithm] = MappingProxyType(
    {"sha256": hashes.SHA256(), "sha384": hashes.SHA384(), "sha512": hashes.SHA512()}
)


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key ready to sign, with its certificate. Shows nobody's number when printed."""

    signer: Signer = field(repr=False)
    certificate: x509.Certificate = field(repr=False)
    chain: tuple[x509.Certificate, ...] = field(repr=False, default=())

    @property
    def holder(self) -> str:
        """Name of the certificate's holder, as it goes on the mark."""
        return holder(self.certificate)

    @property
    def bytes_reserved(self) -> int:
        """Room for the signature in the PDF, in hex digits; spares the trial signature pyHanko makes to find out."""
        certificates = sum(len(certificate.dump()) for certificate in (self.certificate, *self.chain))
        return 2 * (certificates + _CMS_OVERHEAD)

    def check_usable(self, moment: datetime) -> None:
        """Nothing when the certificate may sign at this moment; raises what `check_usable` does."""
        check_usable(self.certificate, moment)


def check_usable(certificate: x509.Certificate, moment: datetime) -> None:
    """Nothing when a certificate may sign at this moment.

    Raises:
        SigningFailed: DG-S205 not valid yet, DG-S206 expired, DG-S207 not meant for signatures.
    """
    validity, name = certificate["tbs_certificate"]["validity"], holder(certificate)
    start, end = validity["not_before"].native, validity["not_after"].native
    if moment < start:
        raise SigningFailed.because("DG-S205", name=name, start=f"{start:%Y-%m-%d %H:%M %Z}")
    if moment > end:
        raise SigningFailed.because("DG-S206", name=name, end=f"{end:%Y-%m-%d}")
    usage = certificate.key_usage_value
    if usage is None or "non_repudiation" not in usage.native:
        raise SigningFailed.because("DG-S207", name=name)


class _CachedKeySigner(EncodedOnce):
    """A private key held ready: pyHanko's own signer decodes it anew for each signature, twice."""

    def __init__(
        self, key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey, certificate: x509.Certificate, chain: Iterable[Any]
    ) -> None:
        new_store: Any = SimpleCertificateStore
        store = new_store()
        store.register_multiple(chain)
        super().__init__(signing_cert=certificate, cert_registry=store, embed_roots=False)
        self._key = key

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        if dry_run:
            return bytes(512)
        digest = _DIGESTS[digest_algorithm.lower()]
        if isinstance(self._key, rsa.RSAPrivateKey):
            return self._key.sign(data, padding.PKCS1v15(), digest)
        return self._key.sign(data, ec.ECDSA(digest))


def key_from(
    key: object, certificate: x509.Certificate, chain: Iterable[x509.Certificate], *, source: str
) -> SigningKey:
    """A signing key from a private key of `cryptography` and its certificates.

    Raises:
        SigningFailed: DG-S204 the key is neither RSA nor on an elliptic curve for ECDSA.
    """
    if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise SigningFailed.because("DG-S204", file=source)
    others = tuple(chain)
    return SigningKey(_CachedKeySigner(key, certificate, others), certificate, others)


def key_from_pkcs12(content: bytes, passphrase: Secret, *, source: str = "PKCS#12") -> SigningKey:
    """The key in a PKCS#12 file (`.p12`, `.pfx`). `source` is what messages call the file.

    Raises:
        SigningFailed: DG-S201 not a PKCS#12 file, DG-S202 wrong passphrase or damaged, DG-S203 no key or no
            certificate in it, DG-S204 a kind of key that cannot sign PDFs.
    """
    try:
        pkcs12_structure.Pfx.load(content, strict=True)["auth_safe"].native  # noqa: B018 - decoding is the check
    except (ValueError, TypeError) as error:
        raise SigningFailed.because("DG-S201", file=source) from error
    try:
        key, certificate, others = pkcs12.load_key_and_certificates(content, passphrase().encode())
    except ValueError as error:
        raise SigningFailed.because("DG-S202", file=source) from error
    if key is None or certificate is None:
        raise SigningFailed.because("DG-S203", file=source)
    chain = [translate_pyca_cryptography_cert_to_asn1(other) for other in others]
    return key_from(key, translate_pyca_cryptography_cert_to_asn1(certificate), chain, source=source)
