"""Fax pictures (`/CCITTFaxDecode`) of group 4, ending where the picture ends (ITU-T T.6; ISO 32000-1, 7.4.6).

Where it ends only decoding tells. The picture is decoded and coded anew: T.6 leaves no choice how, so the original
must begin with the very same bits. One that does not is damaged, or coded in a way that readers may take differently.
"""

from __future__ import annotations

import io
import struct
from typing import Final

from pikepdf import Dictionary
from PIL import Image

from docgen.publishing.flatten.job import Job

_LONG, _STRIP_AT, _STRIP_SIZE = 4, 273, 279
_TAGS: Final = {"width": 256, "height": 257, "bits": 258, "coding": 259, "black": 262, "samples": 277, "rows": 278}
_GROUP_4: Final = 4
_END: Final = "000000000001" * 2


def cleaned_fax(data: bytes, parameters: Dictionary, size: tuple[int, int], job: Job, spot: str) -> bytes:
    """The same picture, `size` in pixels, ended by the mark of its end, with nothing behind it.

    Raises:
        PublicationRefused: `DG-F109` for group 3, or rows that end at whole bytes; `DG-F116` when the data are not what
            coding the picture gives.
    """
    if int(parameters.get("/K", 0)) >= 0 or parameters.get("/EncodedByteAlign", False):
        job.refuse("DG-F109", spot, filter="/CCITTFaxDecode (group 3)")
    width, height = size
    if int(parameters.get("/Columns", 1728)) != width:
        job.refuse("DG-F116", spot, reason="/Columns")
    try:
        anew = _coded(Image.open(io.BytesIO(_wrapped(data, width, height))))
    except (OSError, ValueError, struct.error, Image.DecompressionBombError) as error:
        job.refuse("DG-F116", spot, reason=type(error).__name__)
    bits = bin(int.from_bytes(b"\1" + anew))[3:]
    picture = bits[: bits.rindex(_END)]
    if bin(int.from_bytes(b"\1" + data[: len(anew)]))[3:][: len(picture)] != picture:
        job.refuse("DG-F116", spot, reason="CCITT")
    job.drop("bytes behind an image", max(0, len(data) - len(anew)))
    return anew


def _wrapped(data: bytes, width: int, height: int) -> bytes:
    """A TIFF file of one strip (TIFF 6.0, section 2), of the kind that is written below."""
    values = {"width": width, "height": height, "bits": 1, "coding": _GROUP_4, "black": 1, "samples": 1, "rows": height}
    entries = {_TAGS[name]: value for name, value in values.items()}
    start = 8 + 2 + 12 * (len(entries) + 2) + 4
    entries |= {_STRIP_AT: start, _STRIP_SIZE: len(data)}
    head = struct.pack("<2sHIH", b"II", 42, 8, len(entries))
    body = b"".join(struct.pack("<HHII", tag, _LONG, 1, value) for tag, value in sorted(entries.items()))
    return head + body + bytes(4) + data


def _coded(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "TIFF", compression="group4", tiffinfo={_TAGS["rows"]: picture.height})
    with Image.open(out) as written:
        (at,), (size,) = written.tag_v2[_STRIP_AT], written.tag_v2[_STRIP_SIZE]  # type: ignore[attr-defined]
    return out.getvalue()[at : at + size]
