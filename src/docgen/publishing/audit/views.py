"""Other ways to read the same bytes: hexadecimal, base64, escapes, UTF-16; and folding, so that spelling is no hiding.

Instead of spelling every secret in every way, the searched bytes are decoded in every way.
"""

from __future__ import annotations

import base64
import binascii
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

LONGEST = 240
"""Bytes or letters of what is sought: of longer things only the first so many."""
_REACH = LONGEST + 16
"""Letters around what an escape stood for, with room for an escape that is itself escaped."""
_SHORTEST_HEX, _SHORTEST_BASE64 = 12, 11
_WITHIN_HEX, _WITHIN_BASE64 = b" \t\n\r\x0b\x0c:", b"\r\n"
_OF_HEX = bytes(byte in b"0123456789ABCDEFabcdef" for byte in range(256))
_OF_BASE64 = bytes(
    2 * (byte in _WITHIN_BASE64) + (chr(byte).isascii() and (chr(byte).isalnum() or byte in b"+/_-"))
    for byte in range(256)
)
_OF_EITHER = bytes(_OF_HEX[byte] or _OF_BASE64[byte] > 0 or byte in _WITHIN_HEX for byte in range(256))
"""1 for each byte that may stand in a run. Runs are then sought in ones and zeros: a pattern that begins with ones is
found several times as fast as one that begins with a set of letters."""
_ONES = {least: re.compile(b"\x01" * least + b"\x01*+") for least in (_SHORTEST_HEX, _SHORTEST_BASE64)}
_ESCAPE = re.compile(
    rb"\\([0-7]{3})|&#(\d{1,3});|&#[xX]([0-9A-Fa-f]{1,4});|%([0-9A-Fa-f]{2})|#([0-9A-Fa-f]{2})|\\u00([0-9A-Fa-f]{2})"
    rb"|\\x([0-9A-Fa-f]{2})"
)
"""Each way begins with a letter of its own, so that the search passes over everything else at once."""
_BASES = (8, 10, 16, 16, 16, 16, 16)
_SPAN = re.Match.span
_BETWEEN = b"\x1f\x1f\x1f"
"""What stands between decoded runs; three bytes, which base64 writes without padding."""
_USUAL_BASE64 = bytes.maketrans(b"-_", b"+/")
_FILLERS = (b"", b"AAA", b"AA", b"A")
"""What makes a run of letters whole; it decodes to NULs behind what the run holds."""

# Upper case to lower case, in ASCII and Latin-1. A mapping byte by byte, applied to secret and place alike, can only
# add hits and never hide one.
_LOWER = bytes(
    byte + 32 if 0x41 <= byte <= 0x5A or (0xC0 <= byte <= 0xDE and byte != 0xD7) else byte for byte in range(256)
)
# White space (also as in UTF-8), NUL (so UTF-16 reads as Latin-1), and the punctuation people put into numbers.
_DROPPED = b"\x00\t\n\x0b\x0c\r .-/_,;:()[]<>'\"\\\xa0\xc2\xe2\x80\x89\xaf\xad"
_NO_CONTROLS = {code: "" for code in (*range(32), 127) if chr(code) not in "\t\n\r"}


_MINUS = "\u2212"


def folded(data: bytes) -> bytes:
    """Bytes in lower case without white space, NULs and punctuation."""
    return data.translate(_LOWER, _DROPPED)


def plain(text: str) -> str:
    """Text with compatibility forms, foreign digits and invisible characters made ordinary."""
    if text.isascii():
        return text if text.isprintable() else text.translate(_NO_CONTROLS)
    normal = unicodedata.normalize("NFKC", text)
    for character in set(normal):
        if (ordinary := _ordinary(character)) != character:
            normal = normal.replace(character, ordinary)
    return normal


def _ordinary(character: str) -> str:
    if character.isascii():
        return character if character.isprintable() or character in "\t\n\r" else ""
    if unicodedata.category(character) in ("Cf", "Cc"):
        return ""
    if unicodedata.category(character) == "Pd" or character == _MINUS:
        return "-"
    digit = unicodedata.decimal(character, None)
    return character if digit is None else str(digit)


def views(data: bytes, depth: int = 2) -> Iterator[bytes]:
    """The bytes themselves, then everything they hold in hexadecimal, base64 or escapes, nested `depth` deep.

    What stands in several places is given once, and of bytes with escapes only what is near one: anything else that is
    no longer than `LONGEST` stands in the bytes themselves too.
    """
    return _views(data, data, depth)


def _views(data: bytes, unseen: bytes, depth: int) -> Iterator[bytes]:
    """`unseen` is what of the data was not looked at for hexadecimal and base64 yet, as it was written otherwise."""
    yield data
    if depth == 0:
        return
    for decode in (_from_hex, _from_base64):
        inner = decode(unseen)
        if inner:
            yield from _views(inner, inner, depth - 1)
    inner, places = _from_escapes(data)
    if inner:
        yield from _views(_near(inner, places), _around(inner, places) if depth > 1 else b"", depth - 1)


def _near(data: bytes, places: Sequence[int]) -> bytes:
    """The stretches around these places, with as many letters on either side as anything sought can have."""
    gaps = [index for index in range(1, len(places)) if places[index] - places[index - 1] > 2 * _REACH]
    groups = ((places[first], places[end - 1]) for first, end in pairwise((0, *gaps, len(places))))
    return _BETWEEN.join(data[_before(data, first) : _behind(data, last)] for first, last in groups)


def _before(data: bytes, place: int) -> int:
    span = 2 * _REACH
    while span < place and len(folded(data[place - span : place])) < _REACH:
        span *= 2
    return max(0, place - span)


def _behind(data: bytes, place: int) -> int:
    span = 2 * _REACH
    while place + span < len(data) and len(folded(data[place : place + span])) < _REACH:
        span *= 2
    return place + span


def _around(data: bytes, places: Iterable[int]) -> bytes:
    """The stretches of letters of hexadecimal or base64 in which something of these places stands.

    All others stand as they are in what was read before the escapes were undone.
    """
    marks, found, end = data.translate(_OF_EITHER), [], 0
    for place in places:
        if place >= end and marks[place]:
            start, stop = marks.rfind(b"\x00", 0, place) + 1, marks.find(b"\x00", place)
            end = len(data) if stop == -1 else stop
            found.append(data[start:end])
    return b"\x00".join(found)


def _runs(data: bytes, marks: bytes, least: int) -> list[bytes]:
    """The longest stretches of marked bytes, of at least so many: each once, as keys and operators stand everywhere."""
    spans = map(_SPAN, _ONES[least].finditer(marks))
    return list(dict.fromkeys([data[start:end] for start, end in spans]))


def _from_hex(data: bytes) -> bytes:
    close = data.translate(None, _WITHIN_HEX)
    runs = _runs(close, close.translate(_OF_HEX), _SHORTEST_HEX)
    # All runs at once: decoding each by itself costs more than all the rest.
    shifted = [run[shift : shift + (len(run) - shift) // 2 * 2] for shift in (0, 1) for run in runs]
    return binascii.unhexlify(_BETWEEN.hex().encode().join(shifted))


def _from_base64(data: bytes) -> bytes:
    # A line that ends before a run is no part of it: most lines of a PDF do.
    marks = data.translate(_OF_BASE64).replace(b"\x00\x02", b"\x00\x00").replace(b"\x02", b"\x01")
    near = (run.lstrip(_WITHIN_BASE64) for run in _runs(data, marks, _SHORTEST_BASE64))
    runs = dict.fromkeys(run.translate(_USUAL_BASE64, _WITHIN_BASE64) for run in near if len(run) >= _SHORTEST_BASE64)
    whole = [run[shift:] + _FILLERS[(len(run) - shift) % 4] for shift in range(4) for run in runs]
    return binascii.a2b_base64(base64.b64encode(_BETWEEN).join(whole))


def _from_escapes(data: bytes) -> tuple[bytes, list[int]]:
    """Without its escapes, and where what they stood for stands now; nothing when there are none."""
    parts: list[bytes] = []
    places: list[int] = []
    position = length = 0
    for match in _ESCAPE.finditer(data):
        between, character = data[position : match.start()], _character(match)
        places += range(length + len(between), length + len(between) + len(character))
        parts += (between, character)
        position, length = match.end(), length + len(between) + len(character)
    return (b"".join((*parts, data[position:])), places) if parts else (b"", places)


def _character(match: re.Match[bytes]) -> bytes:
    digits = next(group for group in match.groups() if group is not None)
    code = int(digits, _BASES[(match.lastindex or 1) - 1])
    return bytes([code]) if code < 256 else chr(code).encode("utf-8")
