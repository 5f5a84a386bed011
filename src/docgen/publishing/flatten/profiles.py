"""Colour profiles: what colours need passes, and no text (ICC.1:2010, clause 7 and 9; ICC.1:2001-04 for version 2).

A profile has room for texts of any length: description, copyright, the names of makers, tags of one's own.
"""

from __future__ import annotations

import struct
from typing import Final

from docgen.publishing.flatten.job import Job

_HEADER: Final = 128
_ENTRY: Final = struct.Struct(">4sII")
_KEPT: Final = frozenset(
    b"rXYZ gXYZ bXYZ rTRC gTRC bTRC kTRC wtpt bkpt chad A2B0 A2B1 A2B2 B2A0 B2A1 B2A2 D2B0 D2B1 D2B2 D2B3 "
    b"B2D0 B2D1 B2D2 B2D3 gamt lumi pre0 pre1 pre2 rig0 rig2".split()
)
"""Tags that say what numbers mean as colours."""
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
    kept = {name: _exact(body) for name, body in tags if name in _KEPT}
    job.drop("tag of a colour profile", len([name for name, _ in tags if name not in _KEPT | _MADE]))
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
    """Without preferred module, date, device, maker and identifier."""
    head = bytearray(data[:_HEADER])
    for start, end in ((4, 8), (48, 56), (80, _HEADER)):
        head[start:end] = bytes(end - start)
    head[24:36] = _DATE
    return bytes(head)


def _exact(body: bytes) -> bytes:
    """An element of a known length without what stands behind it, its reserved bytes empty."""
    kind = body[:4]
    long = 20 if kind == b"XYZ " else len(body)
    if kind == b"curv" and len(body) >= 12:
        long = 12 + 2 * int.from_bytes(body[8:12])
    elif kind == b"para" and len(body) >= 12:
        long = 12 + 4 * (1, 3, 4, 5, 7, *(7,) * 9)[min(int.from_bytes(body[8:10]), 5)]
    return kind + bytes(4) + body[8:long]


def _texts(version: int) -> dict[bytes, bytes]:
    """Description and copyright, which every profile must have."""
    plain = _WORDS.encode() + b"\0"
    if version >= 4:
        words = _WORDS.encode("utf-16-be")
        said = b"mluc" + bytes(4) + struct.pack(">II2s2sII", 1, 12, b"en", b"US", len(words), 28) + words
        return {b"desc": said, b"cprt": said}
    said = b"desc" + bytes(4) + len(plain).to_bytes(4) + plain + bytes(8 + 3 + 67)
    return {b"desc": said, b"cprt": b"text" + bytes(4) + plain}
