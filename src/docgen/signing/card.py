"""Keys on a card behind PKCS#11, such as the Belgian eID.

PINs come in as a function that asks for them, are used at once, and are kept nowhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pkcs11
from asn1crypto import x509
from pkcs11.exceptions import (
    FunctionCancelled,
    PinIncorrect,
    PinInvalid,
    PinLenRange,
    PinLocked,
    PKCS11Error,
)
from pyhanko.config.pkcs11 import TokenCriteria
from pyhanko.sign.pkcs11 import PKCS11Signer, find_token

from docgen.errors import SigningFailed, ToolMissing
from docgen.signing.encoded import EncodedOnce
from docgen.signing.keys import Secret, SigningKey
from docgen.signing.persons import holder

EID_TOKEN, EID_KEY, EID_CHAIN = "BELPIC", "Signature", ("CA", "Root")
"""Labels of the Belgian eID's token, of its signature key and certificate, and of the certificates above."""


@dataclass(frozen=True, slots=True)
class Card:
    """A card as it can be seen without a PIN."""

    certificate: x509.Certificate = field(repr=False)
    pinpad: bool
    """The reader itself can ask for the PIN."""
    last_try: bool
    """One more wrong PIN blocks the card."""

    @property
    def holder(self) -> str:
        """Name of the person whose card it is; never a number."""
        return holder(self.certificate)

    @property
    def valid_until(self) -> datetime:
        """End of validity of the certificate."""
        end: datetime = self.certificate.not_valid_after
        return end


def look_at_card(module: str, *, token: str = EID_TOKEN, label: str = EID_KEY) -> Card:
    """The card in the reader, without asking for a PIN; the defaults fit the Belgian eID.

    Raises:
        ToolMissing: DG-S221 the middleware cannot be loaded.
        SigningFailed: DG-S227 no reader, DG-S222 no such card in it, DG-S224 its PIN is blocked, DG-S225 no such
            certificate on it, DG-S226 the card or its middleware failed.
    """
    with _card_errors(token):
        found = _token(module, token)
        flags = found.flags
        if flags & pkcs11.TokenFlag.USER_PIN_LOCKED:
            raise SigningFailed.because("DG-S224", token=token)
        with found.open() as session:
            certificate = _public_certificate(session, token, label)
        pinpad = bool(flags & pkcs11.TokenFlag.PROTECTED_AUTHENTICATION_PATH)
        return Card(certificate, pinpad, bool(flags & pkcs11.TokenFlag.USER_PIN_FINAL_TRY))


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

    `module` is the middleware's PKCS#11 library. Without `pin` the reader itself asks for it. A key that wants its PIN
    at each signature (`CKA_ALWAYS_AUTHENTICATE`) gets it so: the one just given at first, a fresh one from then on.

    Raises:
        ToolMissing: DG-S221 the middleware cannot be loaded.
        SigningFailed: DG-S227 no reader, DG-S222 no such card in it, DG-S223 wrong PIN, DG-S224 the PIN is blocked,
            DG-S225 no such key or certificate on the card, DG-S226 the card or its middleware failed, DG-S228 cancelled
            at the reader.
    """
    with _card_errors(token), _session(module, token, pin) as (session, mechanisms, given):
        signer = _CardSigner(
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
        signer.ask_each_time(pin, given)
        yield SigningKey(signer, certificate, tuple(signer.cert_registry))


class _CardSigner(EncodedOnce, PKCS11Signer):
    """pyHanko's signer, which gives keys their PIN at each signature when they want it."""

    _pin: Secret | None = None
    _given: str | None = None

    def ask_each_time(self, pin: Secret | None, given: str | None) -> None:
        """Where the PIN of each signature comes from; `given` serves the first one. Nothing for keys that want none."""
        key: Any = self._key_handle
        if key is not None and key[pkcs11.Attribute.ALWAYS_AUTHENTICATE]:
            self._pin, self._given = pin, given

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        with _card_errors(self.key_label or ""):
            return bytes(await super().async_sign_raw(data, digest_algorithm, dry_run))

    def sign_kwargs(self, data_to_sign: bytes) -> dict[str, Any]:
        if self._pin is None:
            return {}
        given, self._given = self._given, None
        return {"pin": given or self._pin()}


@contextmanager
def _card_errors(token: str) -> Iterator[None]:
    try:
        yield
    except PinLocked as error:
        raise SigningFailed.because("DG-S224", token=token) from error
    except (PinIncorrect, PinInvalid, PinLenRange) as error:
        raise SigningFailed.because("DG-S223", token=token) from error
    except FunctionCancelled as error:
        raise SigningFailed.because("DG-S228", token=token) from error
    except PKCS11Error as error:
        raise SigningFailed.because("DG-S226", token=token, problem=type(error).__name__) from error


def _token(module: str, token: str) -> pkcs11.Token:
    try:
        library = pkcs11.lib(module)
    except (PKCS11Error, OSError) as error:
        raise ToolMissing.because("DG-S221", module=module) from error
    if not library.get_slots():
        raise SigningFailed.because("DG-S227")
    found = find_token(library.get_slots(token_present=True), token_criteria=TokenCriteria(label=token))
    if found is None:
        raise SigningFailed.because("DG-S222", token=token)
    return found


@contextmanager
def _session(
    module: str, token: str, pin: Secret | None
) -> Iterator[tuple[pkcs11.Session, set[pkcs11.Mechanism], str | None]]:
    found = _token(module, token)
    given = pin() if pin else None
    with found.open(user_pin=given or pkcs11.PROTECTED_AUTH) as session:
        yield session, set(found.slot.get_mechanisms()), given


def _certificate(signer: PKCS11Signer, token: str, label: str) -> x509.Certificate:
    try:
        certificate: x509.Certificate = signer.signing_cert
    except PKCS11Error as error:
        raise SigningFailed.because("DG-S225", token=token, label=label) from error
    return certificate


def _public_certificate(session: pkcs11.Session, token: str, label: str) -> x509.Certificate:
    query = {pkcs11.Attribute.CLASS: pkcs11.ObjectClass.CERTIFICATE, pkcs11.Attribute.LABEL: label}
    found = list(session.get_objects(query))
    if len(found) != 1:
        raise SigningFailed.because("DG-S225", token=token, label=label)
    try:
        return x509.Certificate.load(found[0][pkcs11.Attribute.VALUE], strict=True)
    except (ValueError, TypeError) as error:
        raise SigningFailed.because("DG-S225", token=token, label=label) from error
