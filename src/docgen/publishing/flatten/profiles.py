"""Colour profiles: what colours need passes, and no text (ICC.1:2010, clause 7 and 9; ICC.1:2001-04 for version 2).

A profile has room for texts of any length: description, copyright, the names of makers, tags of one's own.
"""

from __future__ import annotations

import struct
from math import prod
from typing import Final

from docgen.publishing.flatten.job import Job

_HEADER: Final = 128
_ENTRY: Final = struct.Struct(">4sII")
_KEPT: Final = frozenset(
    b"rXYZ gXYZ bXYZ rTRC gTRC bTRC kTRC wtpt bkpt chad A2B0 A2B1 A2B2 B2A0 B2A1 B2A2 gamt lumi".split()
)
"""Tags that say what numbers mean as colours. Those for calculating in floating point (`D2B0` and the like) have a
second way to say it, which most readers know only."""
_MADE: Final = frozenset({b"desc", b"cprt"})
"""Tags that every profile must have; their texts are ours."""
_DATE: Final = struct.pack(">6H", 2000, 1, 1, 0, 0, 0)
_WORDS: Final = "Colour profile"


def neutral_profile(data: bytes, job: Job, spot: str) -> bytes:
    """The profile with its colours, without dates, makers and texts; the same profile gives the same bytes.

    Raises:
        PublicationRefused: `DG-F116` when it is none.
    """
    tags = _tags(data)
    if tags is None:
        job.refuse("DG-F116", spot, reason="ICC")
    try:
        kept = {name: exact for name, body in tags if name in _KEPT and (exact := _exact(body))}
    except (ValueError, IndexError):
        job.refuse("DG-F116", spot, reason="ICC")
    job.drop("tag of a colour profile", len([name for name, _ in tags if name not in kept.keys() | _MADE]))
    kept |= _texts(data[8])
    at, table, bodies, placed = _HEADER + 4 + 12 * len(kept), b"", b"", dict[bytes, int]()
    for name, body in sorted(kept.items()):
        if body not in placed:  # curves of three colours are often one
            placed[body] = at + len(bodies)
            bodies += body + bytes(-len(body) % 4)
        table += _ENTRY.pack(name, placed[body], len(body))
    made = _header(data) + len(kept).to_bytes(4) + table + bodies
    return len(made).to_bytes(4) + made[4:]


def _tags(data: bytes) -> list[tuple[bytes, bytes]] | None:
    if len(data) < _HEADER + 4 or data[36:40] != b"acsp":
        return None
    count = int.from_bytes(data[_HEADER : _HEADER + 4])
    if len(data) < _HEADER + 4 + 12 * count:
        return None
    found = [_ENTRY.unpack_from(data, _HEADER + 4 + 12 * index) for index in range(count)]
    if any(start + size > len(data) or size < 8 for _, start, size in found):
        return None
    return [(name, data[start : start + size]) for name, start, size in found]


def _header(data: bytes) -> bytes:
    """Its version, classes and intent; without preferred module, date, platform, device, maker and identifier."""
    made = bytearray(_HEADER)
    for start, end in ((8, 10), (12, 24), (36, 40), (64, 80)):
        made[start:end] = data[start:end]
    made[24:36] = _DATE
    return bytes(made)


def _exact(body: bytes) -> bytes:
    """An element as long as what it tells, its reserved bytes empty; nothing when it is of a kind not known.

    Raises:
        ValueError: it is shorter than what it tells.
    """
    kind = body[:4]
    if kind in (b"mft1", b"mft2"):
        return _tables(body)
    if kind in (b"mAB ", b"mBA "):
        return _steps(body)
    if kind in (b"curv", b"para"):
        return _curve(body)
    long = {b"XYZ ": 20, b"sf32": 44}.get(kind)
    return b"" if long is None else kind + bytes(4) + _sure(body, long)[8:]


def _sure(body: bytes, long: int) -> bytes:
    if len(body) < long:
        raise ValueError("short element")
    return body[:long]


def _curve(body: bytes) -> bytes:
    """A curve by its points or as a formula (10.6 and 10.18)."""
    _sure(body, 12)
    if body[:4] == b"curv":
        return b"curv" + bytes(4) + _sure(body, 12 + 2 * int.from_bytes(body[8:12]))[8:]
    numbers = (1, 3, 4, 5, 7)[int.from_bytes(body[8:10])]
    return b"para" + bytes(4) + body[8:10] + bytes(2) + _sure(body, 12 + 4 * numbers)[12:]


def _tables(body: bytes) -> bytes:
    """Tables of one or two bytes a number (10.10 and 10.11)."""
    inputs, outputs, grid = _sure(body, 52)[8:11]
    into, out = (256, 256) if body[:4] == b"mft1" else struct.unpack_from(">HH", body, 48)
    wide, start = (1, 48) if body[:4] == b"mft1" else (2, 52)
    long = start + wide * (into * inputs + grid**inputs * outputs + out * outputs)
    return body[:4] + bytes(4) + body[8:11] + b"\0" + _sure(body, long)[12:]


def _steps(body: bytes) -> bytes:
    """Curves, matrix, table of colours, one after the other (10.12 and 10.13), laid out anew."""
    inputs, outputs = _sure(body, 32)[8:10]
    first, matrix, middle, table, last = struct.unpack_from(">5I", body, 12)
    near, far = (outputs, inputs) if body[:4] == b"mAB " else (inputs, outputs)
    parts = (
        _curves(body, first, near),
        _sure(body, matrix + 48)[matrix:] if matrix else b"",
        _curves(body, middle, near),
        _colours(body, table, inputs, outputs),
        _curves(body, last, far),
    )
    places, made = [], b""
    for part in parts:
        places.append(32 + len(made) if part else 0)
        made += part
    return body[:4] + bytes(4) + body[8:10] + bytes(2) + struct.pack(">5I", *places) + made


def _curves(body: bytes, at: int, count: int) -> bytes:
    made = b""
    for _ in range(count if at else 0):
        one = _curve(body[at:])
        padded = one + bytes(-len(one) % 4)
        made, at = made + padded, at + len(padded)
    return made


def _colours(body: bytes, at: int, inputs: int, outputs: int) -> bytes:
    if not at:
        return b""
    grid, wide = body[at : at + inputs], _sure(body, at + 20)[at + 16]
    if wide not in (1, 2):
        raise ValueError("neither one nor two bytes")
    long = prod(grid) * outputs * wide
    made = grid + bytes(16 - inputs) + bytes((wide, 0, 0, 0)) + _sure(body, at + 20 + long)[at + 20 :]
    return made + bytes(-len(made) % 4)


def _texts(version: int) -> dict[bytes, bytes]:
    """Description and copyright, which every profile must have."""
    plain = _WORDS.encode() + b"\0"
    if version >= 4:
        words = _WORDS.encode("utf-16-be")
        said = b"mluc" + bytes(4) + struct.pack(">II2s2sII", 1, 12, b"en", b"US", len(words), 28) + words
        return {b"desc": said, b"cprt": said}
    said = b"desc" + bytes(4) + len(plain).to_bytes(4) + plain + bytes(8 + 3 + 67)
    return {b"desc": said, b"cprt": b"text" + bytes(4) + plain}
