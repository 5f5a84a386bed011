"""JPEG 2000 pictures anew from the boxes and marker segments that decoding needs (ITU-T T.800, annexes A and I).

What the packets within a tile say is not looked into.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from docgen.publishing.flatten.job import Job
from docgen.publishing.flatten.profiles import neutral_profile

_SIGNATURE: Final = b"\r\n\x87\n"
_FILE_TYPE: Final = b"jp2 \0\0\0\0jp2 "
_ENUMERATED, _PROFILE = 1, 2
_COLOURS: Final = frozenset({12, 14, 16, 17, 18, 20, 21, 24})
"""Enumerated colour spaces, of which a number says it all."""

_SIZE, _CODING, _QUANTISED = 0x51, 0x52, 0x5C
_CODING_OF, _QUANTISED_OF, _REGION, _PROGRESSION = 0x53, 0x5D, 0x5E, 0x5F
_POINTERS: Final = frozenset({0x55, 0x57, 0x58, 0x63, 0x64})
"""Lengths of parts, for quick access; registration of components; comments. Decoding needs none of them."""
_TILE, _DATA, _END = b"\xff\x90", b"\xff\x93", b"\xff\xd9"
_WITHIN_DATA: Final = frozenset(b"\x91\x92")
"""Markers that may stand within the packets; coding keeps all others out of them."""


class _Damaged(Exception):
    """It is not as JPEG 2000 has it, or holds what is not understood."""


def cleaned_jpeg2000(data: bytes, job: Job, spot: str) -> bytes:
    """The same picture as a file with a header and one codestream, without comments, metadata and other boxes.

    Raises:
        PublicationRefused: `DG-F116` when it is damaged, no JP2 file, or holds what is not understood.
    """
    try:
        return _file(data, job, spot)
    except (_Damaged, struct.error, IndexError):
        job.refuse("DG-F116", spot, reason="JPEG 2000")


def _file(data: bytes, job: Job, spot: str) -> bytes:
    header, stream = b"", b""
    for kind, body in _boxes(data):
        if kind == b"jp2h" and not header:
            header = _header(body, job, spot)
        elif kind == b"jp2c" and header and not stream:
            stream = _Codestream(job).written(body)
        elif kind not in (b"jP  ", b"ftyp"):
            job.drop("JPEG 2000 box")
    if not stream:
        raise _Damaged
    parts = ((b"jP  ", _SIGNATURE), (b"ftyp", _FILE_TYPE), (b"jp2h", header), (b"jp2c", stream))
    return b"".join(_box(kind, body) for kind, body in parts)


# --- boxes (annex I) --------------------------------------------------------------------------------------------------


def _box(kind: bytes, body: bytes) -> bytes:
    return (len(body) + 8).to_bytes(4) + kind + body


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    while at + 8 <= len(data):
        length, start = int.from_bytes(data[at : at + 4]), at + 8
        if length == 1:
            length, start = int.from_bytes(data[at + 8 : at + 16]), at + 16
        length = length or len(data) - at
        if length < start - at or at + length > len(data):
            raise _Damaged
        yield data[at + 4 : at + 8], data[start : at + length]
        at += length


def _header(body: bytes, job: Job, spot: str) -> bytes:
    boxes = list(_boxes(body))
    if not boxes or boxes[0][0] != b"ihdr" or len(boxes[0][1]) != 14:
        raise _Damaged
    size = boxes[0][1]
    kept = [(b"ihdr", size[:13] + b"\0")]  # of who has rights in it nothing is told
    colours = 0
    channels = int.from_bytes(size[8:10])
    for kind, held in boxes[1:]:
        made = b""
        if kind == b"colr":
            made = _colour(held, job, spot)
            colours += 1 if made else 0
        elif kind == b"bpcc":
            made = _of_length(held, channels)
        elif kind == b"pclr":
            made = _of_length(held, _length_of_palette(held))
            channels += held[2]
        elif kind in (b"cmap", b"cdef"):
            made = held
        if made:
            kept.append((kind, made))
        else:
            job.drop("JPEG 2000 box")
    if not colours or len({kind for kind, _ in kept if kind != b"colr"}) != len(kept) - colours:
        raise _Damaged
    _check_channels(dict(kept), channels)
    return b"".join(_box(kind, held) for kind, held in kept)


def _of_length(body: bytes, length: int) -> bytes:
    if len(body) != length:
        raise _Damaged
    return body


def _length_of_palette(body: bytes) -> int:
    colours, columns = int.from_bytes(body[:2]), body[2]
    return 3 + columns + colours * sum(((depth & 0x7F) + 8) // 8 for depth in body[3 : 3 + columns])


def _check_channels(boxes: dict[bytes, bytes], channels: int) -> None:
    """Refuses more entries than there can be channels."""
    mapped, defined = boxes.get(b"cmap", b""), boxes.get(b"cdef", b"\0\0")
    if len(mapped) % 4 or len(mapped) > 4 * channels:
        raise _Damaged
    count = int.from_bytes(defined[:2])
    if len(defined) != 2 + 6 * count or count > channels:
        raise _Damaged


def _colour(body: bytes, job: Job, spot: str) -> bytes:
    """What the numbers mean as colours; nothing where that is told in another way than the first standard knows."""
    method = body[0]
    if method == _ENUMERATED and len(body) == 7 and int.from_bytes(body[3:7]) in _COLOURS:
        return bytes((method, 0, 0)) + body[3:7]
    if method == _PROFILE:
        return bytes((method, 0, 0)) + neutral_profile(body[3:], job, spot)
    return b""


# --- codestream (annex A) ---------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Codestream:
    """The codestream while it is written anew."""

    job: Job
    components: int = 0
    tiles: int = 0
    levels: int = 0
    """Of the wavelet transform, the most that any component has."""

    def written(self, body: bytes) -> bytes:
        """Its main header and its tile-parts; what stands behind its end is left out."""
        if body[:2] != b"\xff\x4f":
            raise _Damaged
        header, at = self._segments(body, 2, _TILE)
        if not self.components:
            raise _Damaged
        out = [b"\xff\x4f", header]
        while body[at : at + 2] == _TILE:
            part, at = self._tile_part(body, at)
            out.append(part)
        if body[at : at + 2] != _END:
            raise _Damaged
        self.job.drop("bytes behind an image", len(body) - at - 2)
        return b"".join(out) + _END

    def _tile_part(self, body: bytes, start: int) -> tuple[bytes, int]:
        length, tile, size, part, parts = struct.unpack_from(">HHIBB", body, start + 2)
        if length != 10 or tile >= self.tiles:
            raise _Damaged
        header, at = self._segments(body, start + 12, _DATA)
        end = start + size if size else body.rfind(_END)
        packets = body[at + 2 : end]
        if end > len(body) or end < at + 2 or not _is_coded(packets):
            raise _Damaged
        size = 12 + len(header) + 2 + len(packets)
        return _TILE + struct.pack(">HHIBB", 10, tile, size, part, parts) + header + _DATA + packets, end

    def _segments(self, body: bytes, at: int, until: bytes) -> tuple[bytes, int]:
        """The marker segments of a header that decoding needs, each at most once for each component."""
        kept: dict[tuple[int, bytes], bytes] = {}
        while body[at : at + 2] != until:
            (lead, marker, length) = struct.unpack_from(">BBH", body, at)
            held = body[at + 4 : at + 2 + length]
            if lead != 0xFF or len(held) != length - 2:
                raise _Damaged
            at += 2 + length
            if marker in _POINTERS:
                self.job.drop("JPEG 2000 segment")
                continue
            which = held[: self._index] if marker in (_CODING_OF, _QUANTISED_OF, _REGION) else b""
            if (marker, which) in kept:
                raise _Damaged
            self._check(marker, held)
            kept[marker, which] = bytes((0xFF, marker)) + length.to_bytes(2) + held
        return b"".join(kept.values()), at

    @property
    def _index(self) -> int:
        """Bytes of the number of a component."""
        return 1 if self.components < 257 else 2

    def _check(self, marker: int, held: bytes) -> None:
        """Refuses a segment that is longer than what it tells, or of a kind that is not understood."""
        if marker == _SIZE and not self.components:
            width, height, _, _, across, down, x, y, self.components = struct.unpack_from(">8IH", held, 2)
            self.tiles = -(-(width - x) // across) * -(-(height - y) // down) if across and down else 0
            length = 36 + 3 * self.components
        elif marker in (_CODING, _CODING_OF):
            skipped = 5 if marker == _CODING else self._index + 1
            levels = held[skipped]
            self.levels = max(self.levels, levels)
            length = skipped + 5 + (levels + 1 if held[skipped - (5 if marker == _CODING else 1)] & 1 else 0)
        elif marker in (_QUANTISED, _QUANTISED_OF):
            skipped = 0 if marker == _QUANTISED else self._index
            steps = 3 * max(self.levels, 0) + 1
            style = held[skipped] & 31
            if style not in (0, 1, 2):
                raise _Damaged
            length = min(len(held), skipped + 1 + {0: steps, 1: 2, 2: 2 * steps}[style])
        elif marker == _REGION:
            length = self._index + 2
        elif marker == _PROGRESSION and len(held) % (5 + 2 * self._index) == 0:
            length = len(held)
        else:
            raise _Damaged
        if len(held) != length:
            raise _Damaged


def _is_coded(packets: bytes) -> bool:
    """Whether these may be packets: coding never gives a byte of all ones with more than 0x8F behind it (B.10.1)."""
    at = packets.find(b"\xff")
    while at != -1 and at + 1 < len(packets):
        if packets[at + 1] > 0x8F and packets[at + 1] not in _WITHIN_DATA:
            return False
        at = packets.find(b"\xff", at + 1)
    return True
