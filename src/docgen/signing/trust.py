"""Whose signatures count: trust anchors, and revocation answers at hand.

Plain values, so that commands that judge no signature need not load what judges them (`docgen.signing.chains`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from asn1crypto import pem, x509

from docgen.errors import UsageError
from docgen.findings import Finding


class Qualification(StrEnum):
    """What a signature is under the eIDAS regulation (EU 910/2014), as far as its certificate tells."""

    QES = "qes"
    """Qualified electronic signature (article 3, 12): qualified certificate, key in a qualified device."""
    QSEAL = "qseal"
    """Qualified electronic seal (article 3, 27): the same, of an organisation."""
    ADES_QC = "adesqc"
    """Advanced signature with a qualified certificate, not said to be made with a qualified device."""
    ADES_QC_SEAL = "adesqcseal"
    """The same, of an organisation."""
    NOT_QUALIFIED = "not_qualified"
    """The list knows the issuer, and the certificate is not qualified."""
    NOT_LISTED = "not_listed"
    """No service that was granted at the time issued the certificate."""
    UNDETERMINED = "undetermined"
    """The list cannot be used, or the signature does not hold."""
    NOT_ASKED = ""
    """No list is configured."""


class Revocation(StrEnum):
    """What is known of whether certificates were revoked."""

    GOOD = "good"
    """Every certificate of the chain has an answer, and it was not."""
    REVOKED = "revoked"
    UNKNOWN = "unknown"
    """Nobody was asked, or there was no answer."""


@dataclass(frozen=True, slots=True)
class TrustedList:
    """A trusted list whose signature was checked; without text when it cannot be used."""

    xml: str = ""
    """What was signed of it, and nothing else."""
    until: datetime | None = None
    """When the next list is due (`NextUpdate`, 5.3.15); aware."""
    remarks: tuple[Finding, ...] = ()
    """Why it cannot be used, or with what reserve."""


@dataclass(frozen=True, slots=True)
class Trust:
    """Trust anchors, as DER. Nothing is fetched unless `fetch` says so: what is needed comes along."""

    anchors: tuple[bytes, ...]
    crls: tuple[bytes, ...] = ()
    ocsps: tuple[bytes, ...] = ()
    revocation: str = "soft-fail"
    """`soft-fail`: without an answer a certificate counts as not revoked; `hard-fail` and `require` are stricter."""
    fetch: float | None = None
    """Seconds for one request to the revocation services that certificates name; `None` asks none of them. When they
    are asked, a certificate that names one must have an answer."""
    trusted_list: TrustedList | None = None
    """By which signatures are told to be qualified or not; `None` when nobody asks."""

    def roots(self) -> list[x509.Certificate]:
        """The anchors, read."""
        return [x509.Certificate.load(anchor) for anchor in self.anchors]

    @property
    def demanding(self) -> bool:
        """Whether a certificate without a revocation answer counts as one that cannot be judged."""
        return self.fetch is not None or self.revocation != "soft-fail"


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
