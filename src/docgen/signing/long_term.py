"""Signatures that outlive their certificates: what the file itself proves about the time when they were good."""

from __future__ import annotations

from datetime import datetime

from pyhanko.sign.ades.report import AdESPassed
from pyhanko.sign.validation.ades import ades_lta_validation
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.policy_decl import (
    CertificateFetchingRule,
    PdfSignatureValidationSpec,
    RevinfoOnlineFetchingRule,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
)
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.ltv.types import ValidationTimingInfo
from pyhanko_certvalidator.policy_decl import REQUIRE_REVINFO, CertRevTrustPolicy
from pyhanko_certvalidator.registry import SimpleTrustManager

from docgen.signing.trust import Trust


async def proven_since(signature: EmbeddedPdfSignature, trust: Trust, now: datetime) -> datetime | None:
    """When a signature is proved to have existed, if the proofs in the file still make it good today; `None` if not.

    Validation of EN 319 102-1, 5.6.3: a chain of timestamps, each good when the next one was made, and revocation
    answers under them. Every certificate must have an answer; nothing is fetched. Says nothing about changes made
    after the signature: the caller judges those.
    """
    try:
        result = await ades_lta_validation(signature, _spec(trust), ValidationTimingInfo(now, now, False))
    except Exception:  # pyHanko raises anything on malformed proofs: then nothing is proved
        return None
    passed = result.ades_subindic is AdESPassed.OK and result.best_signature_time < now
    return result.best_signature_time if passed else None


def _spec(trust: Trust) -> PdfSignatureValidationSpec:
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
        )
    )
