"""Signatures that outlive their certificates: what the file itself proves about the time when they were good."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from asn1crypto import x509
from pyhanko.sign.ades.report import AdESPassed
from pyhanko.sign.validation.ades import ades_lta_validation
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.policy_decl import (
    CertificateFetchingRule,
    LocalKnowledge,
    PdfSignatureValidationSpec,
    RevinfoOnlineFetchingRule,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
)
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.ltv.types import ValidationTimingInfo
from pyhanko_certvalidator.policy_decl import REQUIRE_REVINFO, CertRevTrustPolicy, NonRevokedStatusAssertion
from pyhanko_certvalidator.registry import SimpleTrustManager

from docgen.signing.trust import Trust


async def proven_since(signature: EmbeddedPdfSignature, trust: Trust, now: datetime) -> datetime | None:
    """When a signature is proved to have existed, if the proofs in the file still make it good today; `None` if not.

    Validation of EN 319 102-1, 5.6.3: a chain of timestamps, each good when the next one was made, and revocation
    answers under them. Every certificate must have an answer; nothing is fetched. No file can hold today's answer on
    the service of its last timestamp: with `soft-fail` that one is taken as not revoked, as everywhere else. Says
    nothing about changes made after the signature: the caller judges those.
    """
    try:
        spec = _spec(trust, _last_service(signature) if trust.revocation == "soft-fail" else (), now)
        result = await ades_lta_validation(signature, spec, ValidationTimingInfo(now, now, False))
    except Exception:  # pyHanko raises anything on malformed proofs: then nothing is proved
        return None
    passed = result.ades_subindic is AdESPassed.OK and result.best_signature_time < now
    return result.best_signature_time if passed else None


def _last_service(signature: EmbeddedPdfSignature) -> tuple[x509.Certificate, ...]:
    """Certificates of the service that made the last document timestamp of the file."""
    last = signature.reader.embedded_timestamp_signatures[-1:]
    return tuple(each for stamp in last for each in (stamp.signer_cert, *stamp.other_embedded_certs))


def _spec(trust: Trust, unrevoked: Iterable[x509.Certificate], now: datetime) -> PdfSignatureValidationSpec:
    return PdfSignatureValidationSpec(
        SignatureValidationSpec(
            cert_validation_policy=CertValidationPolicySpec(
                trust_manager=SimpleTrustManager.build(trust_roots=trust.roots()),
                revinfo_policy=CertRevTrustPolicy(REQUIRE_REVINFO),
            ),
            revinfo_gathering_policy=RevocationInfoGatheringSpec(
                online_fetching_rule=RevinfoOnlineFetchingRule.LOCAL_ONLY,
                certificate_fetching_rule=CertificateFetchingRule.NEVER_FETCH,
            ),
            local_knowledge=LocalKnowledge(
                nonrevoked_assertions=[NonRevokedStatusAssertion(each.sha256, now) for each in unrevoked]
            ),
        )
    )
