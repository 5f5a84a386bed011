"""Signature values by themselves: whether one was made over some bytes with the key of a certificate."""

from __future__ import annotations

from asn1crypto import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509 import load_der_x509_certificate


def is_signature_of(signature: bytes, data: bytes, digest_algorithm: str, certificate: x509.Certificate) -> bool:
    """Whether a signature value (RSA PKCS#1 v1.5 or ECDSA) is one over these bytes; false for any other kind of key."""
    digests = {"sha256": hashes.SHA256(), "sha384": hashes.SHA384(), "sha512": hashes.SHA512()}
    digest = digests.get(digest_algorithm.lower())
    key = load_der_x509_certificate(certificate.dump()).public_key()
    try:
        if digest is None:
            return False
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, data, padding.PKCS1v15(), digest)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, data, ec.ECDSA(digest))
        else:
            return False
    except InvalidSignature:
        return False
    return True
