"""The secrets of a signed file, drawn from every revision of it, and from time stamps inside signatures.

Signatures are found by what they are (DER in a string or stream), not by where a form dictionary says they are.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass

from asn1crypto import x509
from pypdf import PdfReader
from pypdf.generic import (
    ByteStringObject,
    DictionaryObject,
    PdfObject,
    StreamObject,
    TextStringObject,
    decode_pdfdocencoding,
)

from docgen.publishing.audit.decoding import Undecodable, decoded
from docgen.publishing.audit.der import attribute, is_certificate, looks_like_der, outermost, walk
from docgen.publishing.audit.graph import objects_from
from docgen.publishing.audit.layout import Layout, RawObject, layout_of, strings_in
from docgen.publishing.audit.lexing import Kind, Lexer
from docgen.publishing.audit.limits import Limits
from docgen.publishing.audit.search import SHORTEST, Needle, Secret, text_needles

_COMMON_NAME, _SURNAME, _SERIAL, _GIVEN_NAME = b"\x55\x04\x03", b"\x55\x04\x04", b"\x55\x04\x05", b"\x55\x04\x2a"
_EMAIL = bytes.fromhex("2a864886f70d010901")
_SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")
_DETAILS = ("Name", "Reason", "Location", "ContactInfo")
_UNLIKE_LATIN = bytes([*range(0x18, 0x20), *range(0x80, 0xA1), 0xAD])
"""Bytes that PDFDocEncoding reads otherwise than Latin-1 does."""
_SLICE = 32
_SLICES = 24
_SHORTEST_SERIAL = 8
_SHORTEST_NAME = 6


class SourceUnreadable(Exception):
    """Raised inside the audit only: no secrets can be drawn, so nothing can be said about them."""


@dataclass(frozen=True, slots=True)
class Secrets:
    """What must not be found, and what may be found only in the text of pages."""

    anywhere: frozenset[Needle]
    names: frozenset[Needle]
    signatures: int
    """How many signatures and time stamps the source holds, in all revisions."""

    def __len__(self) -> int:
        return len(self.anywhere | self.names)


def secrets_of(source: bytes, limits: Limits) -> Secrets:
    """The secrets of a signed file.

    Raises `SourceUnreadable` when it is encrypted, cut off, or has a /ByteRange whose signature could not be read.
    """
    layout = layout_of(source, limits.tokens)
    if any("Encrypt" in item.names for item in _tables(layout)):
        raise SourceUnreadable("encrypted")
    if not layout.objects or not all(item.closed for item in layout.objects):
        raise SourceUnreadable("cut off")
    strings = [string.value for item in layout.objects for string in item.strings]
    streams, packed, plain = _physical_streams(source, layout, limits)
    strings += packed
    values: tuple[PdfObject, ...] = ()
    if not plain or layout.stray:
        reader = PdfReader(io.BytesIO(source), strict=False)
        if reader.is_encrypted:
            raise SourceUnreadable("encrypted")
        values = tuple(objects_from(reader, limits, {}))
        for sort, more in zip((strings, streams), _logical(values), strict=True):
            sort += more
    blobs = {outermost(data) for data in (*strings, *streams) if looks_like_der(data)}
    signatures = sum(1 for blob in blobs if _SIGNED_DATA in blob[:32])
    announced = sum(1 for item in layout.objects if "ByteRange" in item.names)
    if announced > signatures or (b"ByteRange" in source and not signatures):
        raise SourceUnreadable("signature")
    drawn = frozenset(needle for blob in blobs for needle in _of_blob(blob))
    names = frozenset(needle for needle in drawn if needle.secret is Secret.NAME)
    details = frozenset(needle for text in _details(layout, values) for needle in _detail(text))
    return Secrets(drawn - names, names | details, signatures)


def _tables(layout: Layout) -> Iterator[RawObject]:
    yield from layout.trailers
    yield from (item for item in layout.objects if "XRef" in item.names)


def _physical_streams(source: bytes, layout: Layout, limits: Limits) -> tuple[list[bytes], list[bytes], bool]:
    """The streams as they lie in the file, strings of objects in them, and whether no other reader could see more.

    One could where a filter is not known or a predictor is to be undone, and it tells which of the strings in an object
    stream are those of one signature.
    """
    streams: list[bytes] = []
    strings: list[bytes] = []
    plain = True
    for item in layout.objects:
        raw = source[item.stream.start : item.stream.end] if item.stream is not None else b""
        if item.stream is None or not raw:
            continue
        try:
            data = decoded(raw, item.stream.filters, limits.stream_bytes).data
        except Undecodable:
            plain = False
            continue
        streams.append(data)
        plain = plain and ("Predictor" not in item.names or "XRef" in item.names)
        if "ObjStm" in item.names:
            strings += _strings_in(data)
            plain = plain and b"ByteRange" not in data
    return streams, strings, plain


def _strings_in(data: bytes) -> Iterable[bytes]:
    quick = strings_in(data)
    if quick is not None:
        return [string.value for string in quick]
    return [token.value for token in Lexer(data) if token.kind is Kind.STRING]


def _logical(values: Iterable[PdfObject]) -> tuple[list[bytes], list[bytes]]:
    strings: list[bytes] = []
    streams: list[bytes] = []
    for value in values:
        if isinstance(value, StreamObject):
            streams.append(value.get_data())
        elif isinstance(value, ByteStringObject | TextStringObject):
            strings.append(bytes(value.original_bytes))
    return strings, streams


def _of_blob(blob: bytes) -> Iterator[Needle]:
    kind = Secret.SIGNATURE if _SIGNED_DATA in blob[:32] else Secret.VALIDATION_DATA
    yield from _slices(kind, blob)
    for element in walk(blob):
        if is_certificate(element):
            yield from _of_certificate(element.der)
        named = attribute(element)
        if named and named[0] == _SERIAL:
            yield from _number(_text(named[1]))
        elif named and named[0] == _EMAIL:
            yield from text_needles(Secret.EMAIL, _text(named[1]))


def _of_certificate(der: bytes) -> Iterator[Needle]:
    certificate = x509.Certificate.load(der)
    yield from _slices(Secret.CERTIFICATE, der)
    yield Needle(Secret.PUBLIC_KEY, certificate.public_key.dump()[-48:])
    for digest in (hashlib.sha1(der, usedforsecurity=False), hashlib.sha256(der)):
        yield Needle(Secret.FINGERPRINT, digest.digest())
    yield from _serial(certificate.serial_number)
    for mail in certificate.subject_alt_name_value or ():
        if mail.name == "rfc822_name":
            yield from text_needles(Secret.EMAIL, str(mail.native))
    yield from _names(certificate)


def _serial(serial: int) -> Iterator[Needle]:
    raw = serial.to_bytes((serial.bit_length() + 7) // 8, "big")
    if len(raw) >= _SHORTEST_SERIAL:
        yield Needle(Secret.SERIAL_NUMBER, raw)
        yield from text_needles(Secret.SERIAL_NUMBER, str(serial))


def _number(text: str) -> Iterable[Needle]:
    """The serial number of a subject: for holders of an eID card their national register number."""
    significant = "".join(character for character in text if character.isalnum())
    return text_needles(Secret.IDENTITY_NUMBER, significant) if len(significant) >= _SHORTEST_SERIAL else ()


def _slices(secret: Secret, blob: bytes) -> Iterator[Needle]:
    """Pieces from all over, so that a part left behind is found too; runs of one byte say nothing."""
    step = max(_SLICE, len(blob) // _SLICES)
    starts = {*range(0, max(1, len(blob) - _SLICE), step), max(0, len(blob) - _SLICE)}
    for start in sorted(starts):
        data = blob[start : start + _SLICE]
        if len(set(data)) > 8:
            yield Needle(secret, data)


def _names(certificate: x509.Certificate) -> Iterator[Needle]:
    """The names of a person: of a subject that has a surname, or a serial number (eID cards, staff cards)."""
    found = dict(pair for part in walk(certificate.subject.dump()) if (pair := attribute(part)))
    common = _text(found.get(_COMMON_NAME, b"")).removesuffix("(Signature)").strip()
    if certificate.ca or not (_SERIAL in found or _SURNAME in found):
        return
    given, surname = _text(found.get(_GIVEN_NAME, b"")), _text(found.get(_SURNAME, b""))
    for name in (common, f"{given} {surname}".strip(), f"{surname} {given}".strip()):
        if len(name) >= _SHORTEST_NAME:
            yield from text_needles(Secret.NAME, name)


def _details(layout: Layout, values: Iterable[PdfObject]) -> Iterator[str]:
    for item in layout.objects:
        if "ByteRange" in item.names:
            yield from (as_text(string.value) for string in item.strings if string.key in _DETAILS)
    for value in values:
        if isinstance(value, DictionaryObject) and "/ByteRange" in value:
            yield from (str(value[f"/{key}"]) for key in _DETAILS if f"/{key}" in value)


def _detail(text: str) -> Iterable[Needle]:
    return text_needles(Secret.SIGNATURE_DETAIL, text) if len(text.strip()) > SHORTEST else ()


def as_text(value: bytes) -> str:
    """A text string of a PDF (ISO 32000-2, 7.9.2.2): UTF-16 or UTF-8 with a mark, otherwise PDFDocEncoding."""
    if value.startswith((b"\xfe\xff", b"\xff\xfe")):
        return value.decode("utf-16", "replace")
    if value.startswith(b"\xef\xbb\xbf"):
        return value[3:].decode("utf-8", "replace")
    if value.translate(None, _UNLIKE_LATIN) != value:
        with suppress(UnicodeDecodeError):
            return decode_pdfdocencoding(value)
    return value.decode("latin-1")


def _text(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")
