"""Images: only the picture itself passes, without metadata, thumbnails, alternates, or bytes behind its end."""

from __future__ import annotations

from typing import Any

from pikepdf import Array, Dictionary, Name, Stream

from docgen.publishing.flatten.allowlists import FAX_PARAMETERS, IMAGE, NUMBERS
from docgen.publishing.flatten.copying import Copier, copied_keys
from docgen.publishing.flatten.job import Job, spot_of
from docgen.publishing.flatten.spaces import components_of
from docgen.publishing.flatten.streams import parameters_of, partly_decoded


class Images:
    """The images of the document, each copied once."""

    def __init__(self, copier: Copier) -> None:
        self._copier = copier
        self._copies: dict[tuple[int, int], Stream] = {}

    def of(self, source: Stream, spot: str, depth: int = 0) -> Stream:
        """The copy of an image, with its soft or hard mask.

        Raises:
            PublicationRefused: `DG-F109` for a filter that is not understood, `DG-F116` for data that are not what
                the image says they are.
        """
        if source.objgen not in self._copies:
            self._copier.job.check_depth(depth, spot)
            self._copies[source.objgen] = self._copied(source, spot_of(source, spot), depth)
        return self._copies[source.objgen]

    def _copied(self, source: Stream, spot: str, depth: int) -> Stream:
        copier, job = self._copier, self._copier.job
        followed = ("/SMask", "/Mask")
        entries = copied_keys({k: v for k, v in source.items() if k not in followed}, IMAGE, copier, spot, depth)
        for key in followed:
            mask = source.get(key)
            if isinstance(mask, Stream):
                entries[key] = self.of(mask, spot, depth + 1)
            elif isinstance(mask, Array):
                entries[key] = copier.copy(mask, NUMBERS, spot)
        data, codec = partly_decoded(source, job, spot)
        made = job.target.make_stream(b"")
        if codec is None:
            made.write(exact(data, entries, job, spot))
        elif codec == "/CCITTFaxDecode":
            parameters = parameters_of(source)[-1]
            copied = None if parameters is None else copier.copy(parameters, FAX_PARAMETERS, spot)
            made.write(data, filter=Name(codec), decode_parms=copied)
        else:
            clean = cleaned_jpeg if codec == "/DCTDecode" else cleaned_jpeg2000
            made.write(clean(data, job, spot), filter=Name(codec), decode_parms=_transform(source, codec))
        for key, value in entries.items():
            made[key] = value
        return made


def _transform(source: Stream, codec: str) -> Dictionary | None:
    parameters = parameters_of(source)[-1]
    if codec == "/DCTDecode" and isinstance(parameters, Dictionary) and "/ColorTransform" in parameters:
        return Dictionary(ColorTransform=int(parameters.ColorTransform))
    return None


def exact(data: bytes, entries: dict[str, Any], job: Job, spot: str) -> bytes:
    """The samples of an image and not one byte more.

    Raises:
        PublicationRefused: `DG-F116` when there are fewer, `DG-F106` when their number cannot be known.
    """
    bits = 1 if entries.get("/ImageMask") else int(entries.get("/BitsPerComponent", 8))
    width, height = int(entries.get("/Width", 0)), int(entries.get("/Height", 0))
    components = 1 if entries.get("/ImageMask") else components_of(entries.get("/ColorSpace"), job, spot)
    needed = (width * components * bits + 7) // 8 * height
    if len(data) < needed:
        job.refuse("DG-F116", spot, reason="short")
    if len(data) > needed:
        job.drop("bytes behind an image", len(data) - needed)
    return data[:needed]


_JPEG_KEPT = frozenset({0xE0, 0xEE})  # JFIF's density, Adobe's colour transform
_JPEG_ALONE = frozenset({0x01, *range(0xD0, 0xD8)})


def cleaned_jpeg(data: bytes, job: Job, spot: str) -> bytes:
    """A JPEG without comments, without application segments but JFIF and Adobe, ending at its end marker."""
    if data[:2] != b"\xff\xd8":
        job.refuse("DG-F116", spot, reason="JPEG")
    out, at = bytearray(data[:2]), 2
    while at + 4 <= len(data):
        if data[at] != 0xFF:
            job.refuse("DG-F116", spot, reason="JPEG")
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        if marker == 0xD9:
            break
        length = 0 if marker in _JPEG_ALONE else int.from_bytes(data[at + 2 : at + 4])
        end = at + 2 + length
        if marker == 0xDA:
            end = _end_of_scan(data, end)
        if 0xE0 <= marker <= 0xEF or marker == 0xFE:
            out += _short_segment(data[at:end], marker)
            job.drop("JPEG segment", marker not in _JPEG_KEPT)
        else:
            out += data[at:end]
        at = end
    if data[at : at + 2] != b"\xff\xd9":
        job.refuse("DG-F116", spot, reason="JPEG")
    return bytes(out) + b"\xff\xd9"


def _short_segment(segment: bytes, marker: int) -> bytes:
    """JFIF without its thumbnail, Adobe's twelve bytes; nothing of other segments."""
    if marker == 0xE0 and segment[4:9] == b"JFIF\0" and len(segment) >= 18:
        return b"\xff\xe0\x00\x10" + segment[4:16] + b"\0\0"
    if marker == 0xEE and segment[4:9] == b"Adobe" and len(segment) >= 16:
        return b"\xff\xee\x00\x0e" + segment[4:16]
    return b""


def _end_of_scan(data: bytes, at: int) -> int:
    """Where the next marker stands after entropy-coded data: not a stuffed zero, not a restart marker."""
    while (at := data.find(b"\xff", at)) != -1 and at + 1 < len(data):
        if data[at + 1] != 0x00 and not 0xD0 <= data[at + 1] <= 0xD7:
            return at
        at += 2
    return len(data)


_JPX_KEPT = frozenset({b"jP  ", b"ftyp", b"jp2h", b"jp2c"})
_JPX_HEADER_KEPT = frozenset({b"ihdr", b"bpcc", b"colr", b"pclr", b"cmap", b"cdef", b"res "})


def cleaned_jpeg2000(data: bytes, job: Job, spot: str) -> bytes:
    """A JPEG 2000 file with the boxes that make the picture; without XML, UUID and comment boxes.

    A bare codestream is refused when it holds a comment segment, as is one within a box.
    """
    out = bytearray()
    for kind, body in _boxes(data, job, spot):
        if kind == b"jp2h":
            body = b"".join(
                _box(inner, content) for inner, content in _boxes(body, job, spot) if inner in _JPX_HEADER_KEPT
            )
        if kind in _JPX_KEPT:
            out += _box(kind, _codestream(body, job, spot) if kind == b"jp2c" else body)
        else:
            job.drop("JPEG 2000 box")
    return bytes(out)


def _box(kind: bytes, body: bytes) -> bytes:
    return (len(body) + 8).to_bytes(4) + kind + body


def _boxes(data: bytes, job: Job, spot: str) -> list[tuple[bytes, bytes]]:
    boxes, at = [], 0
    while at + 8 <= len(data):
        length = int.from_bytes(data[at : at + 4])
        start = at + 8
        if length == 1:
            length, start = int.from_bytes(data[at + 8 : at + 16]), at + 16
        length = length or len(data) - at
        if length < start - at or at + length > len(data):
            job.refuse("DG-F116", spot, reason="JPEG 2000")
        boxes.append((data[at + 4 : at + 8], data[start : at + length]))
        at += length
    return boxes


def _codestream(body: bytes, job: Job, spot: str) -> bytes:
    """The main header without comment segments (COM, 0xFF64), ending at the end-of-codestream marker."""
    if body[:2] != b"\xff\x4f":
        job.refuse("DG-F116", spot, reason="JPEG 2000")
    out, at = bytearray(body[:2]), 2
    while body[at : at + 2] != b"\xff\x90":  # start of the first tile part
        length = int.from_bytes(body[at + 2 : at + 4])
        if body[at : at + 1] != b"\xff" or length < 2 or at + 2 + length > len(body):
            job.refuse("DG-F116", spot, reason="JPEG 2000")
        if body[at + 1] != 0x64:
            out += body[at : at + 2 + length]
        at += 2 + length
    end = body.rfind(b"\xff\xd9")
    if end == -1 or body[end + 2 :].strip(b"\0"):
        job.refuse("DG-F116", spot, reason="JPEG 2000")
    return bytes(out) + body[at : end + 2]
