"""JPEG pictures anew from the segments that decoding needs (ITU-T T.81, annex B).

Tables are written before the first scan that uses them: one that no scan uses, or that another of its number replaces
before any does, is nothing but room. What the entropy-coded data of a scan say is not looked into.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from docgen.publishing.flatten.job import Job

_START, _END, _SCAN = 0xD8, 0xD9, 0xDA
_FRAMES: Final = (0xC0, 0xC1, 0xC2)
"""Baseline, extended and progressive, with Huffman codes: all that `/DCTDecode` reads (ISO 32000-1, 7.4.8)."""
_QUANTISATION, _HUFFMAN, _INTERVAL = 0xDB, 0xC4, 0xDD
_JFIF, _ADOBE, _COMMENT = 0xE0, 0xEE, 0xFE
_Key = tuple[int, int]
"""The kind of a table, and its number."""


class _Damaged(Exception):
    """It is not as JPEG has it, or holds what is not understood."""


def cleaned_jpeg(data: bytes, job: Job, spot: str) -> bytes:
    """The same picture without comments, metadata, thumbnails, unused tables, and bytes behind its end.

    Raises:
        PublicationRefused: `DG-F116` when it is damaged or of a kind that readers of PDF do not know.
    """
    try:
        return _Picture(job).written(data)
    except _Damaged:
        job.refuse("DG-F116", spot, reason="JPEG")


class _Picture:
    """A picture while it is written anew."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._out = bytearray(b"\xff\xd8")
        self._tables: dict[_Key, bytes] = {}
        """Those that no scan has used yet."""
        self._quantised: set[_Key] = set()
        """What the components of the frame are quantised with; empty before the frame."""
        self._frames: dict[int, bytes] = {}
        """The frame, until the first scan."""
        self._told: set[int] = set()

    def written(self, data: bytes) -> bytes:
        """All of it, up to its end marker."""
        if data[:2] != b"\xff\xd8":
            raise _Damaged
        for marker, body, coded in _segments(data):
            if marker in _FRAMES:
                self._frame(marker, body)
            elif marker in (_QUANTISATION, _HUFFMAN, _INTERVAL):
                self._tables.update(_tables(marker, body))
            elif marker == _SCAN:
                self._scan(body, coded)
            else:
                self._application(marker, body)
        if not self._quantised or self._frames:
            raise _Damaged
        return bytes(self._out) + b"\xff\xd9"

    def _frame(self, marker: int, body: bytes) -> None:
        if self._quantised or len(body) < 9 or len(body) != 6 + 3 * body[5]:
            raise _Damaged
        self._quantised = {(_QUANTISATION, number) for number in body[8::3]}
        self._frames = {marker: body}

    def _scan(self, body: bytes, coded: bytes) -> None:
        count = body[0] if body else 0
        if not self._quantised or len(body) != 4 + 2 * count:
            raise _Damaged
        codes = {(_HUFFMAN, number) for pair in body[2 : 1 + 2 * count : 2] for number in (pair >> 4, 16 + (pair & 15))}
        self._add_tables(self._quantised)
        for marker, frame in self._frames.items():
            self._add(marker, frame)
        self._frames = {}
        self._add_tables({*codes, (_INTERVAL, 0)})
        self._add(_SCAN, body)
        self._out += coded

    def _add_tables(self, used: set[_Key]) -> None:
        for key in sorted(self._tables.keys() & used):
            self._add(key[0], self._tables.pop(key))

    def _application(self, marker: int, body: bytes) -> None:
        """That it is a JFIF file, and the colour transform of Adobe: what decides about colours; nothing else."""
        if not 0xE0 <= marker <= 0xEF and marker != _COMMENT:
            raise _Damaged
        if marker == _JFIF and body[:5] == b"JFIF\0" and len(body) >= 14 and marker not in self._told:
            self._add(marker, b"JFIF\0\1\1\0\0\1\0\1\0\0")
        elif marker == _ADOBE and body[:5] == b"Adobe" and len(body) >= 12 and marker not in self._told:
            self._add(marker, b"Adobe\0\x64" + bytes(4) + body[11:12])
        else:
            self._job.drop("JPEG segment")
        self._told.add(marker)

    def _add(self, marker: int, body: bytes) -> None:
        self._out += bytes((0xFF, marker)) + (len(body) + 2).to_bytes(2) + body


def _segments(data: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """Marker, parameters, and for a scan its coded data; up to the end marker."""
    at = 2
    while at + 4 <= len(data) or data[at : at + 2] == b"\xff\xd9":
        if data[at] != 0xFF:
            raise _Damaged
        marker = data[at + 1]
        if marker == 0xFF:  # markers may be led by any number of these
            at += 1
            continue
        if marker == _END:
            return
        start = end = at + 2 + int.from_bytes(data[at + 2 : at + 4])
        if marker < 0xC0 or 0xD0 <= marker <= _START or start < at + 4 or end > len(data):
            raise _Damaged
        if marker == _SCAN:
            end = _end_of_scan(data, start)
        yield marker, data[at + 4 : start], data[start:end]
        at = end
    raise _Damaged


def _end_of_scan(data: bytes, at: int) -> int:
    """Where the next marker stands after entropy-coded data: not a stuffed zero, not a restart marker."""
    while (at := data.find(b"\xff", at)) != -1 and at + 1 < len(data):
        if data[at + 1] != 0x00 and not 0xD0 <= data[at + 1] <= 0xD7:
            return at
        at += 2
    return len(data)


def _tables(marker: int, body: bytes) -> Iterator[tuple[_Key, bytes]]:
    """The tables that a segment defines, each as a segment of its own would."""
    if marker == _INTERVAL:
        if len(body) != 2:
            raise _Damaged
        yield (marker, 0), body
        return
    at = 0
    while at < len(body):
        size = 65 + 64 * (body[at] >> 4) if marker == _QUANTISATION else 17 + sum(body[at + 1 : at + 17])
        number = body[at] & 15 if marker == _QUANTISATION else body[at]
        if at + size > len(body) or body[at] >> 4 > 1:
            raise _Damaged
        yield (marker, number), body[at : at + size]
        at += size
