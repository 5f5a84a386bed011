"""Whose signatures count: trust anchors, and revocation answers at hand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import pem, x509
from pyhanko_certvalidator import ValidationContext

from docgen.errors import UsageError


@dataclass(frozen=True, slots=True)
class Trust:
    """Trust anchors, as DER. Nothing is fetched: what is needed comes along."""

    anchors: tuple[bytes, ...]
    crls: tuple[bytes, ...] = ()
    ocsps: tuple[bytes, ...] = ()
    revocation: str = "soft-fail"
    """`soft-fail`: without an answer a certificate counts as not revoked; `hard-fail` and `require` are stricter."""

    def roots(self) -> list[x509.Certificate]:
        """The anchors, read."""
        return [x509.Certificate.load(anchor) for anchor in self.anchors]

    def context(self, moment: datetime) -> ValidationContext:
        """A fresh validation context for one signature at a moment."""
        return ValidationContext(
            trust_roots=self.roots(),
            crls=list(self.crls) or None,
            ocsps=list(self.ocsps) or None,
            revocation_mode=self.revocation,
            moment=moment,
            allow_fetching=False,
        )


def trust_from(certificates: Iterable[bytes]) -> Trust:
    """Trust in certificates given as PEM or DER.

    Raises:
        UsageError: DG-S230 one of them is not a certificate.
    """
    return Trust(tuple(_der(certificate, number) for number, certificate in enumerate(certificates, start=1)))


def _der(certificate: bytes, number: int) -> bytes:
    try:
        der = pem.unarmor(certificate)[2] if pem.detect(certificate) else certificate
        x509.Certificate.load(der, strict=True).native  # noqa: B018 - decoding is the check
    except (ValueError, TypeError) as error:
        raise UsageError.because("DG-S230", number=number) from error
    return bytes(der)
