"""Walking through DER and BER (X.690): certificates, signatures, time stamps, OCSP answers, whatever nests in what."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from asn1crypto import parser

_DEEPEST = 40
_SEQUENCE = 16
_BIT_STRING = 3
_OCTET_STRING = 4
_OID = 6
_STRINGS = frozenset({12, 19, 20, 22, 26, 28, 30})


class Element(NamedTuple):
    """One element with everything inside it."""

    der: bytes
    content: bytes
    klass: int
    constructed: bool
    tag: int

    @property
    def is_string(self) -> bool:
        """Whether it is one of the character string types of a name."""
        return self.klass == 0 and self.tag in _STRINGS


def looks_like_der(data: bytes) -> bool:
    """Whether bytes begin with a SEQUENCE that fits into them; CMS in a PDF is followed by zero padding."""
    if len(data) < 64 or data[0] != 0x30:
        return False
    if data[1] == 0x80:
        return True
    if data[1] < 0x80:
        return False
    size = data[1] & 0x7F
    return 1 <= size <= 4 and 48 <= int.from_bytes(data[2 : 2 + size], "big") <= len(data) - 2 - size


def outermost(data: bytes) -> bytes:
    """The first element of bytes, without the padding behind it."""
    return next(children(data)).der


def children(data: bytes) -> Iterator[Element]:
    """The elements bytes consist of; ends quietly where they are no DER any more."""
    position = 0
    while position + 2 <= len(data):
        element = _definite(data, position) or _any(data[position:])
        if element is None:
            return
        yield element
        position += len(element.der)


def _definite(data: bytes, position: int) -> Element | None:
    """The element at a position when its tag and length are of the ordinary short forms, read without copying the rest.

    A revocation list has hundreds of thousands of elements: copying what follows each of them would never end.
    """
    first, length = data[position], data[position + 1]
    if first & 0x1F == 0x1F or length == 0x80 or length > 0x84:
        return None
    start = position + 2
    if length > 0x80:
        start += length & 0x7F
        length = int.from_bytes(data[position + 2 : start], "big")
    end = start + length
    if end > len(data):
        return None
    return Element(data[position:end], data[start:end], first >> 6, bool(first & 0x20), first & 0x1F)


def _any(data: bytes) -> Element | None:
    """The first element of bytes in any encoding, of indefinite length too."""
    try:
        klass, method, tag, header, content, trailer = parser.parse(data)
    except (ValueError, RecursionError):
        return None
    size = len(header) + len(content) + len(trailer)
    return Element(data[:size], content, klass, method == 1, tag)


def walk(data: bytes, depth: int = 0) -> Iterator[Element]:
    """Every element in bytes, outer before inner, also those wrapped in octet and bit strings."""
    for element in children(data) if depth < _DEEPEST else ():
        yield element
        inner = element.content
        if element.klass == 0 and element.tag == _BIT_STRING and not element.constructed:
            inner = inner[1:]
        elif not element.constructed and not (element.klass == 0 and element.tag == _OCTET_STRING):
            continue
        if element.constructed or inner[:1] == b"\x30":
            yield from walk(inner, depth + 1)


def is_certificate(element: Element) -> bool:
    """Whether an element has the shape of an X.509 version 3 certificate (RFC 5280, 4.1)."""
    if element.klass != 0 or element.tag != _SEQUENCE or len(element.der) < 128:
        return False
    parts = list(children(element.content))
    return [part.tag for part in parts] == [_SEQUENCE, _SEQUENCE, _BIT_STRING] and parts[0].content.startswith(
        b"\xa0\x03\x02\x01\x02"
    )


def attribute(element: Element) -> tuple[bytes, bytes] | None:
    """Type (content of the OID) and value of one attribute of a name, when the element is one."""
    if element.klass != 0 or element.tag != _SEQUENCE or len(element.der) > 1024:
        return None
    parts = list(children(element.content))
    if len(parts) == 2 and parts[0].klass == 0 and parts[0].tag == _OID and parts[1].is_string:
        return parts[0].content, parts[1].content
    return None
