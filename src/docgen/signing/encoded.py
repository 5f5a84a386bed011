"""PAdES signatures whose parts are encoded once.

asn1crypto encodes what a program has put together again whenever it is asked for its bytes, at each level of the
structure, twice or more at each: a CMS signature has so many levels that this takes longer than signing. What has been
read from bytes keeps them. So the parts are encoded when they are complete, and handed on as read.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from asn1crypto import cms
from pyhanko.sign.attributes import CMSAttributeProvider, SignedAttributeProviderSpec, SigningCertificateV2Provider
from pyhanko.sign.general import as_signing_certificate_v2, simple_cms_attribute
from pyhanko.sign.signers import Signer


class EncodedOnce(Signer):
    """A signer that keeps what it has encoded; its signatures are PAdES and the same bytes as pyHanko's."""

    async def signed_attrs(self, *args: Any, **settings: Any) -> cms.CMSAttributes:
        """See `Signer.signed_attrs`."""
        if self.signed_attr_prov_spec is None:  # only now: a card tells its certificate when it is asked
            self.signed_attr_prov_spec = _PadesAttributes(self.signing_cert)
        return cms.CMSAttributes.load((await super().signed_attrs(*args, **settings)).dump())

    def signer_info(self, *args: Any, **settings: Any) -> cms.SignerInfo:
        """See `Signer.signer_info`."""
        return cms.SignerInfo.load(super().signer_info(*args, **settings).dump())


class _PadesAttributes(SignedAttributeProviderSpec):
    """Beside the digest only the signer's certificate: PAdES has the time in the PDF (EN 319 142-1, 5.3 and 6.3)."""

    def __init__(self, certificate: Any) -> None:
        self._certificate = _CertificateAttribute(certificate)

    def signed_attr_providers(self, data_digest: bytes, digest_algorithm: str) -> Iterable[CMSAttributeProvider]:
        return (self._certificate,)


class _CertificateAttribute(SigningCertificateV2Provider):
    """The same for every signature with a certificate."""

    def __init__(self, signing_cert: Any) -> None:
        super().__init__(signing_cert)
        attribute: Any = simple_cms_attribute
        self._encoded = bytes(attribute(self.attribute_type, as_signing_certificate_v2(signing_cert)).dump())

    async def get_attribute(self, dry_run: bool = False) -> cms.CMSAttribute | None:
        return cms.CMSAttribute.load(self._encoded)
