"""The EU trusted list of a country: which services issued qualified certificates, and when (ETSI TS 119 612)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from asn1crypto import x509
from cryptography.x509 import load_der_x509_certificate
from lxml import etree
from pyhanko.sign.validation.qualified.assess import QualificationAssessor
from pyhanko.sign.validation.qualified.eutl_parse import trust_list_to_registry_unsafe
from pyhanko.sign.validation.qualified.q_status import QualifiedStatus
from pyhanko.sign.validation.qualified.tsp import QcCertType
from pyhanko_certvalidator.path import ValidationPath
from signxml.exceptions import SignXMLException
from signxml.xades.xades import XAdESSignatureConfiguration, XAdESVerifier

from docgen.findings import Severity
from docgen.signing.reading import remark
from docgen.signing.trust import Qualification, TrustedList

_SPACE = "{http://uri.etsi.org/02231/v2#}"
_ROOT = f"{_SPACE}TrustServiceStatusList"


def read_list(content: bytes, signers: Iterable[bytes], now: datetime) -> TrustedList:
    """A trusted list, checked.

    What is used of it is only what its signature covers, and only when one of the given certificates made that
    signature: the certificates that the list carries itself prove nothing. Never raises for what it holds.

    Args:
        content: the list as published, XML.
        signers: certificates of its scheme operator, as DER, from the list of lists or the Official Journal.
        now: aware.

    Returns:
        A list without text and with the reason: DG-V502 it should have been replaced by a newer one, DG-V503 none of
        the signers signed it, DG-V504 it is no trusted list.
    """
    signed = next((text for signer in signers if (text := _signed_by(content, signer, now))), None)
    if signed is None:
        return unusable("DG-V503")
    try:
        until = _next_update(signed)
        trust_list_to_registry_unsafe(signed.decode("utf-8"))
    except Exception as error:  # the reader of lists raises anything on lists that are none
        return unusable("DG-V504", problem=type(error).__name__)
    if until is None or until < now:
        return unusable("DG-V502", until=f"{until:%Y-%m-%d}" if until else "-")
    return TrustedList(signed.decode("utf-8"), until)


def unusable(code: str, **parameters: str) -> TrustedList:
    """The list that cannot be used, for a reason."""
    return TrustedList(remarks=(remark(code, Severity.WARNING, **parameters),))


def _signed_by(content: bytes, signer: bytes, now: datetime) -> bytes | None:
    wanted = XAdESSignatureConfiguration(require_x509=True, expect_references=True, verification_time=now)
    try:
        found = XAdESVerifier().verify(content, x509_cert=load_der_x509_certificate(signer), expect_config=wanted)
    except (SignXMLException, etree.XMLSyntaxError, ValueError, TypeError, LookupError):
        return None
    lists = [
        each
        for each in found
        if each.signed_xml is not None and each.signed_xml.tag == f"{_SPACE}TrustServiceStatusList"
    ]
    return bytes(lists[0].signed_data) if lists else None


def _next_update(signed: bytes) -> datetime | None:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    text = etree.fromstring(signed, parser).findtext(f"{_SPACE}SchemeInformation/{_SPACE}NextUpdate/{_SPACE}dateTime")
    if not text:
        return None
    found = datetime.fromisoformat(text.strip().replace("Z", "+00:00"))
    return found if found.tzinfo else found.replace(tzinfo=UTC)


class Assessor:
    """Tells what signatures are, by one list."""

    def __init__(self, trusted: TrustedList | None) -> None:
        self._asked = trusted is not None
        usable = trusted is not None and trusted.xml
        self._assessor = (
            QualificationAssessor(trust_list_to_registry_unsafe(trusted.xml)[0]) if trusted and usable else None
        )

    def __call__(self, path: ValidationPath | None, moment: datetime | None) -> Qualification:
        """What a signature of a moment is, whose certificate has a path to an anchor.

        The certificate must have been qualified when it was issued and when it signed (ETSI TS 119 615, 4.4); what the
        list says of later or earlier days does not matter.
        """
        if not self._asked:
            return Qualification.NOT_ASKED
        if self._assessor is None or path is None or moment is None or not isinstance(path.leaf, x509.Certificate):
            return Qualification.UNDETERMINED
        try:
            found = [
                self._assessor.check_entity_cert_qualified(path, at) for at in (path.leaf.not_valid_before, moment)
            ]
        except (NotImplementedError, ValueError, TypeError, KeyError):
            return Qualification.UNDETERMINED
        if any(one.service_definition is None for one in found):
            return Qualification.NOT_LISTED
        return _kind(*(one.status for one in found))


def _kind(issued: QualifiedStatus, signed: QualifiedStatus) -> Qualification:
    kinds = {QcCertType.QC_ESIGN: (Qualification.QES, Qualification.ADES_QC)}
    kinds[QcCertType.QC_ESEAL] = (Qualification.QSEAL, Qualification.ADES_QC_SEAL)
    if (
        not (issued.qualified and signed.qualified)
        or issued.qc_type is not signed.qc_type
        or signed.qc_type not in kinds
    ):
        return Qualification.NOT_QUALIFIED
    full, part = kinds[signed.qc_type]
    return full if signed.qc_key_security.is_qscd else part
