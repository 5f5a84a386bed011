"""Tables of TrueType programs, each as long as what it tells, without dates, vendors and names of its own."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from itertools import accumulate, pairwise
from typing import Final

from docgen.publishing.flatten.cff import bare_cff
from docgen.publishing.flatten.glyph_names import neutral_glyph_name

_LENGTHS: Final = {b"head": 54, b"hhea": 36, b"vhea": 36}
_OF_VERSION: Final[Mapping[bytes, Mapping[int, int]]] = {
    b"OS/2": {0: 78, 1: 86, 2: 96, 3: 96, 4: 96, 5: 100},
    b"maxp": {0: 6, 1: 32},
}
"""Lengths by the first number of a table."""
_DATES: Final = slice(20, 36)
_VENDOR: Final = slice(58, 62)
_NAMED, _NAMELESS = 0x00020000, 0x00030000
"""Formats of `post`."""
_STANDARD_NAMES: Final = 258
_MAPS: Final = frozenset({0, 4, 6, 12})
"""Formats of `cmap` that readers of PDF know."""


def exact_tables(tables: Mapping[bytes, bytes]) -> dict[bytes, bytes]:
    """The same tables, none of them longer than it has to be.

    Raises:
        ValueError, struct.error, IndexError, KeyError: one is damaged or missing.
    """
    made = {tag: _exact(tag, table) for tag, table in tables.items()}
    glyphs = struct.unpack_from(">H", made[b"maxp"], 4)[0] if b"maxp" in made else 0
    for metrics, head in ((b"hmtx", b"hhea"), (b"vmtx", b"vhea")):
        if metrics in made:
            full = struct.unpack_from(">H", made[head], 34)[0]
            made[metrics] = made[metrics][: 4 * full + 2 * max(0, glyphs - full)]
    if b"glyf" in made:
        made[b"loca"], made[b"glyf"] = _outlines(made, glyphs)
    return made


def _exact(tag: bytes, table: bytes) -> bytes:
    if tag == b"CFF ":
        return bare_cff(table)
    if tag == b"post":
        return _names(table)
    if tag == b"cmap":
        return _maps(table)
    if tag == b"gasp":
        return table[: 4 + 4 * struct.unpack_from(">H", table, 2)[0]]
    if tag == b"VORG":
        return table[: 8 + 4 * struct.unpack_from(">H", table, 6)[0]]
    held = bytearray(table[: _length(tag, table)])
    if tag == b"head":
        held[_DATES] = bytes(16)
    elif tag == b"OS/2":
        held[_VENDOR] = b"    "
    return bytes(held)


def _length(tag: bytes, table: bytes) -> int:
    if tag in _OF_VERSION:
        return _OF_VERSION[tag][struct.unpack_from(">H", table)[0]]
    return _LENGTHS.get(tag, len(table))


def _outlines(tables: Mapping[bytes, bytes], glyphs: int) -> tuple[bytes, bytes]:
    """Where each outline stands, and the outlines; nothing before the first and behind the last."""
    wide = struct.unpack_from(">H", tables[b"head"], 50)[0]
    count, glyf = glyphs + 1, tables[b"glyf"]
    loca = tables[b"loca"][: count * (4 if wide else 2)]
    places: tuple[int, ...] = struct.unpack(f">{count}{'I' if wide else 'H'}", loca)
    first, last = (place * (1 if wide else 2) for place in (places[0], places[-1]))
    if last > len(glyf) or any(place > after for place, after in pairwise(places)):
        raise ValueError("outlines out of order")
    return loca, bytes(first) + glyf[first:last]


def _names(table: bytes) -> bytes:
    """`post` with neutral names; without names when it has none, or tells them in a way that nobody uses."""
    head = table[4:32]
    if struct.unpack_from(">I", table)[0] != _NAMED:
        return struct.pack(">I", _NAMELESS) + head
    (count,) = struct.unpack_from(">H", table, 32)
    numbers = struct.unpack_from(f">{count}H", table, 34)
    told, at = [], 34 + 2 * count
    while at < len(table):
        told.append(table[at + 1 : at + 1 + table[at]])
        at += 1 + table[at]
    used = sorted({number for number in numbers if number >= _STANDARD_NAMES})
    new = {number: _STANDARD_NAMES + place for place, number in enumerate(used)}
    names = [neutral_glyph_name(told[number - _STANDARD_NAMES].decode("ascii")).encode() for number in used]
    kept = struct.pack(f">{count}H", *(new.get(number, number) for number in numbers))
    return table[:32] + struct.pack(">H", count) + kept + b"".join(bytes((len(name),)) + name for name in names)


def _maps(table: bytes) -> bytes:
    """`cmap` with the maps that readers use, one behind the other."""
    (count,) = struct.unpack_from(">H", table, 2)
    entries = [struct.unpack_from(">HHI", table, 4 + 8 * place) for place in range(count)]
    held = {at: _map(table, at) for _, _, at in entries}
    kept = [(platform, encoding, at) for platform, encoding, at in entries if held[at]]
    start = 4 + 8 * len(kept)
    used = sorted({at for _, _, at in kept})
    places = dict(zip(used, accumulate((len(held[at]) for at in used), initial=start), strict=False))
    head = b"".join(struct.pack(">HHI", platform, encoding, places[at]) for platform, encoding, at in kept)
    return struct.pack(">HH", 0, len(kept)) + head + b"".join(held[at] for at in used)


def _map(table: bytes, at: int) -> bytes:
    (kind,) = struct.unpack_from(">H", table, at)
    if kind not in _MAPS:
        return b""
    (length,) = struct.unpack_from(">I", table, at + 4) if kind == 12 else struct.unpack_from(">H", table, at + 2)
    held = table[at : at + length]
    if kind == 0:
        return held[:262]
    if kind == 6:
        return held[: 10 + 2 * struct.unpack_from(">H", held, 8)[0]]
    if kind == 12:
        return held[: 16 + 12 * struct.unpack_from(">I", held, 12)[0]]
    return held
