"""Keys that sign: a PKCS#12 file, or a card behind PKCS#11 such as the Belgian eID.

PINs and passphrases come in as a function that asks for them, are used once, and are kept nowhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any

import pkcs11
from asn1crypto import pkcs12 as pkcs12_structure
from asn1crypto import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from pkcs11.exceptions import (
    PinIncorrect,
    PinInvalid,
    PinLenRange,
    PinLocked,
    PKCS11Error,
)
from pyhanko.config.pkcs11 import TokenCriteria
from pyhanko.keys.internal import translate_pyca_cryptography_cert_to_asn1
from pyhanko.sign.pkcs11 import PKCS11Signer, find_token
from pyhanko.sign.signers import Signer
from pyhanko_certvalidator.registry import SimpleCertificateStore

from docgen.errors import SigningFailed, ToolMissing
from docgen.signing.persons import holder

Secret = Callable[[], str]
"""Asks for a PIN or passphrase when it is needed."""

EID_TOKEN, EID_KEY, EID_CHAIN = "BELPIC", "Signature", ("CA", "Root")
"""Labels of the Belgian eID's token, of its signature key and certificate, and of the certificates above."""

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
        """Nothing when the certificate may sign at this moment.

        Raises:
            SigningFailed: DG-S205 not valid yet, DG-S206 expired, DG-S207 not meant for signatures.
        """
        validity = self.certificate["tbs_certificate"]["validity"]
        start, end = validity["not_before"].native, validity["not_after"].native
        if moment < start:
            raise SigningFailed.because("DG-S205", name=self.holder, start=f"{start:%Y-%m-%d %H:%M %Z}")
        if moment > end:
            raise SigningFailed.because("DG-S206", name=self.holder, end=f"{end:%Y-%m-%d}")
        usage = self.certificate.key_usage_value
        if usage is None or "non_repudiation" not in usage.native:
            raise SigningFailed.because("DG-S207", name=self.holder)


class _CachedKeySigner(Signer):
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


@contextmanager
def card_key(
    module: str,
    pin: Secret | None,
    *,
    token: str = EID_TOKEN,
    label: str = EID_KEY,
    chain: tuple[str, ...] = EID_CHAIN,
) -> Iterator[SigningKey]:
    """The signing key on a card, for as long as the block lasts; the defaults fit the Belgian eID.

    `module` is the middleware's PKCS#11 library. Without `pin` the reader itself asks for it.

    Raises:
        ToolMissing: DG-S221 the middleware cannot be loaded.
        SigningFailed: DG-S222 no such card in a reader, DG-S223 wrong PIN, DG-S224 the PIN is blocked, DG-S225 no
            such key or certificate on the card, DG-S226 the card or its middleware failed.
    """
    with _card_errors(module, token, label), _session(module, token, pin) as (session, mechanisms):
        signer = PKCS11Signer(
            session,
            cert_label=label,
            key_label=label,
            other_certs_to_pull=chain,
            bulk_fetch=False,
            embed_roots=False,
            # Some tokens only sign digests made elsewhere.
            use_raw_mechanism=pkcs11.Mechanism.ECDSA_SHA256 not in mechanisms and pkcs11.Mechanism.ECDSA in mechanisms,
        )
        certificate = _certificate(signer, token, label)
        yield SigningKey(signer, certificate, tuple(signer.cert_registry))


@contextmanager
def _card_errors(module: str, token: str, label: str) -> Iterator[None]:
    try:
        yield
    except PinLocked as error:
        raise SigningFailed.because("DG-S224", token=token) from error
    except (PinIncorrect, PinInvalid, PinLenRange) as error:
        raise SigningFailed.because("DG-S223", token=token) from error
    except PKCS11Error as error:
        raise SigningFailed.because("DG-S226", token=token, problem=type(error).__name__) from error


@contextmanager
def _session(module: str, token: str, pin: Secret | None) -> Iterator[tuple[pkcs11.Session, set[pkcs11.Mechanism]]]:
    try:
        library = pkcs11.lib(module)
    except (PKCS11Error, OSError) as error:
        raise ToolMissing.because("DG-S221", module=module) from error
    found = find_token(library.get_slots(token_present=True), token_criteria=TokenCriteria(label=token))
    if found is None:
        raise SigningFailed.because("DG-S222", token=token)
    with found.open(user_pin=pin() if pin else pkcs11.PROTECTED_AUTH) as session:
        yield session, set(found.slot.get_mechanisms())


def _certificate(signer: PKCS11Signer, token: str, label: str) -> x509.Certificate:
    try:
        certificate: x509.Certificate = signer.signing_cert
    except PKCS11Error as error:
        raise SigningFailed.because("DG-S225", token=token, label=label) from error
    return certificate
