"""The document security store of a PDF (ISO 32000-2, 12.8.4.3 and 12.8.4.4), read to the last byte of each proof."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pikepdf
from asn1crypto import cms, crl, ocsp, x509
from pikepdf import Array, Dictionary, Name, Stream, String

_STORE_KEYS = frozenset({"/Type", "/VRI", "/OCSPs", "/CRLs", "/Certs"})
_ENTRY_KEYS = frozenset({"/Type", "/Cert", "/CRL", "/OCSP", "/TU", "/TS"})
PLAIN_STREAM = frozenset({"/Length", "/Filter", "/DecodeParms", "/Type", "/Subtype"})
"""Keys of a stream that says nothing but what it holds."""
_PROOFS: dict[str, Callable[..., object]] = {
    **dict.fromkeys(("/Certs", "/Cert"), x509.Certificate.load),
    **dict.fromkeys(("/CRLs", "/CRL"), crl.CertificateList.load),
    **dict.fromkeys(("/OCSPs", "/OCSP"), ocsp.OCSPResponse.load),
}


class NotOnlyProofs(ValueError):
    """Something in the store that is none of its parts."""


def require(condition: bool) -> None:
    """Nothing when a condition holds. Raises `NotOnlyProofs` otherwise."""
    if not condition:
        raise NotOnlyProofs


def parts(store: pikepdf.Object | None) -> Iterator[pikepdf.Object]:
    """Everything a store consists of: its dictionaries, arrays and streams.

    Each stream must be one certificate, revocation list, revocation answer or timestamp and nothing behind it.
    Raises `NotOnlyProofs` where something is anything else.
    """
    if not isinstance(store, Dictionary):
        raise NotOnlyProofs
    require(set(store.keys()) <= _STORE_KEYS)
    yield store
    for key in set(store.keys()) & set(_PROOFS):
        yield from _proofs(store[key], key)
    if Name.VRI in store:
        require(isinstance(store.VRI, Dictionary))
        yield store.VRI
        for name, entry in store.VRI.items():
            if name != "/Type":
                yield from _entry(entry)


def _entry(entry: pikepdf.Object) -> Iterator[pikepdf.Object]:
    require(isinstance(entry, Dictionary) and set(entry.keys()) <= _ENTRY_KEYS)
    yield entry
    for key in set(entry.keys()) & set(_PROOFS):
        yield from _proofs(entry[key], key)
    require(Name.TU not in entry or (isinstance(entry.TU, String) and not entry.TU.is_indirect))
    if Name.TS in entry:
        yield _proof(entry.TS, cms.ContentInfo.load)


def _proofs(values: pikepdf.Object, key: str) -> Iterator[pikepdf.Object]:
    require(isinstance(values, Array))
    yield values
    for value in values.as_list():
        yield _proof(value, _PROOFS[key])


def _proof(value: pikepdf.Object, load: Callable[..., object]) -> pikepdf.Object:
    """A stream that is one proof, to its last byte."""
    if not isinstance(value, Stream) or not set(value.keys()) <= PLAIN_STREAM:
        raise NotOnlyProofs
    try:
        load(value.read_bytes(), strict=True)
    except (ValueError, TypeError) as error:
        raise NotOnlyProofs from error
    return value


def own_objects(store: pikepdf.Object | None) -> frozenset[int]:
    """Numbers of a store's own dictionaries and arrays, which an update may write anew; never of its streams."""
    return frozenset(part.objgen[0] for part in _containers(store, 0) if part.is_indirect)


def _containers(value: pikepdf.Object | None, depth: int) -> Iterator[pikepdf.Object]:
    # Store, VRI, entry, array: deeper down nothing is the store's own.
    if depth > 3 or not isinstance(value, Dictionary | Array):
        return
    yield value
    inner = value.as_list() if isinstance(value, Array) else [each for _, each in value.items()]
    for each in inner:
        yield from _containers(each if isinstance(each, pikepdf.Object) else None, depth + 1)
