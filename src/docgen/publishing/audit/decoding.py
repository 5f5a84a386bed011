"""Undoing stream filters (ISO 32000-2, 7.4), with a bound on what comes out and an eye on what is left over."""

from __future__ import annotations

import base64
import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice

from pypdf.filters import LZWDecode

from docgen.publishing.audit.lexing import WHITE, unhex
from docgen.publishing.audit.limits import LimitExceeded

IMAGE_FILTERS = frozenset({"DCTDecode", "DCT", "JPXDecode", "CCITTFaxDecode", "CCF", "JBIG2Decode"})


@dataclass(frozen=True, slots=True)
class Decoded:
    """What a stream holds once its filters are undone."""

    data: bytes
    left_over: bytes = b""
    """Bytes behind the end mark of a filter: readers ignore them, so they may hide something."""
    image_filter: str = ""
    """The filter of a picture, which is not undone: its data keep their own format."""


class Undecodable(Exception):
    """Raised inside the audit only: the data are not what the filter says, or no such filter exists."""


def decoded(data: bytes, filters: tuple[str, ...], limit: int) -> Decoded:
    """The data with all filters undone, except those of pictures.

    Predictors are not undone. Raises `Undecodable`, and `LimitExceeded` when more than `limit` bytes come out.
    """
    left_over = b""
    for name in filters:
        if name in IMAGE_FILTERS:
            return Decoded(data, left_over, name)
        undo = _FILTERS.get(name)
        if undo is None:
            raise Undecodable(name)
        data, rest = undo(data, limit)
        left_over += rest.strip(WHITE)
        if len(data) > limit:
            raise LimitExceeded("stream")
    return Decoded(data, left_over)


def inflated(data: bytes, limit: int) -> tuple[bytes, bytes]:
    """A zlib stream undone, and what lies behind its end."""
    machine = zlib.decompressobj()
    try:
        result = machine.decompress(data, limit + 1)
        if len(result) > limit:
            raise LimitExceeded("stream")
        result += machine.flush()
    except zlib.error as error:
        raise Undecodable("FlateDecode") from error
    if not machine.eof:
        raise Undecodable("FlateDecode")
    return result, machine.unused_data


def _ascii_hex(data: bytes, _limit: int) -> tuple[bytes, bytes]:
    digits, _, rest = data.partition(b">")
    try:
        return unhex(digits), rest
    except ValueError as error:
        raise Undecodable("ASCIIHexDecode") from error


def _ascii_85(data: bytes, _limit: int) -> tuple[bytes, bytes]:
    digits, _, rest = data.removeprefix(b"<~").partition(b"~>")
    try:
        return base64.a85decode(digits, ignorechars=WHITE), rest
    except ValueError as error:
        raise Undecodable("ASCII85Decode") from error


def _run_length(data: bytes, limit: int) -> tuple[bytes, bytes]:
    result, position = bytearray(), 0
    while position < len(data) and data[position] != 128:
        length = data[position]
        if length < 128:
            result += data[position + 1 : position + 2 + length]
            position += 2 + length
        else:
            result += data[position + 1 : position + 2] * (257 - length)
            position += 2
        if len(result) > limit:
            raise LimitExceeded("stream")
    return bytes(result), data[position + 1 :]


def _lzw(data: bytes, _limit: int) -> tuple[bytes, bytes]:
    try:
        return LZWDecode.decode(data), b""
    except Exception as error:
        raise Undecodable("LZWDecode") from error


_FILTERS: dict[str, Callable[[bytes, int], tuple[bytes, bytes]]] = {
    "FlateDecode": inflated,
    "Fl": inflated,
    "ASCIIHexDecode": _ascii_hex,
    "AHx": _ascii_hex,
    "ASCII85Decode": _ascii_85,
    "A85": _ascii_85,
    "RunLengthDecode": _run_length,
    "RL": _run_length,
    "LZWDecode": _lzw,
    "LZW": _lzw,
}

_COMPRESSED = re.compile(rb"\x78[\x01\x5e\x9c\xda]|\x1f\x8b\x08")


def inflated_anywhere(data: bytes, limit: int, most: int = 64) -> list[bytes]:
    """What can be inflated from the first `most` spots that look compressed; together at most `limit` bytes."""
    found: list[bytes] = []
    left = limit
    for match in islice(_COMPRESSED.finditer(data), most):
        machine = zlib.decompressobj(47)  # zlib or gzip, by its header
        try:
            result = machine.decompress(memoryview(data)[match.start() :], max(left, 1))
        except zlib.error:
            continue
        left -= len(result)
        if left <= 0:
            raise LimitExceeded("stream")
        if len(result) > 16:
            found.append(result)
    return found


def unlocked_program(data: bytes, limit: int) -> bytes:
    """The encrypted part of a Type 1 font program (Adobe Type 1 Font Format, 7.1), whose key everybody knows.

    Empty for anything else. Raises `LimitExceeded` when that part is longer than `limit`.
    """
    head, found, body = data.partition(b"eexec")
    if not found or not head.startswith(b"%!"):
        return b""
    if len(body) > limit:
        raise LimitExceeded
    key, plain_part = 55665, bytearray()
    for byte in body[1:]:
        plain_part.append(byte ^ (key >> 8))
        key = ((byte + key) * 52845 + 22719) & 0xFFFF
    return bytes(plain_part)
