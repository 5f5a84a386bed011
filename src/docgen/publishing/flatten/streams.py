"""Reading streams with limits, and which filters may pass."""

from __future__ import annotations

import io
import os
import zlib

import pikepdf
from pikepdf import Array, Name, Stream

from docgen.publishing.flatten.job import Job

PLAIN = frozenset({"/FlateDecode", "/ASCIIHexDecode", "/ASCII85Decode", "/RunLengthDecode", "/LZWDecode"})
"""Filters that are undone on reading; the copy is compressed anew, so nothing can hide behind the end of the data."""
PICTURE = frozenset({"/DCTDecode", "/JPXDecode", "/CCITTFaxDecode"})
"""Filters whose data pass through a cleaner of their own. JBIG2 has none yet and is refused."""
_ABBREVIATED = {
    "/Fl": "/FlateDecode",
    "/AHx": "/ASCIIHexDecode",
    "/A85": "/ASCII85Decode",
    "/RL": "/RunLengthDecode",
    "/LZW": "/LZWDecode",
    "/CCF": "/CCITTFaxDecode",
    "/DCT": "/DCTDecode",
}
_EXPANDING = 2_000_000
"""Raw bytes beyond which LZW and run lengths, which qpdf undoes in one go, are refused."""


def open_pdf(content: bytes) -> pikepdf.Pdf:
    """The document, not repaired where it is damaged.

    Where the system has files in memory, qpdf reads from one: twice as fast as through a Python object.

    Raises:
        pikepdf.PdfError: it cannot be read.
    """
    if not hasattr(os, "memfd_create"):
        return pikepdf.open(io.BytesIO(content), attempt_recovery=False, suppress_warnings=True)
    with os.fdopen(os.memfd_create("original"), "w+b") as file:
        file.write(content)
        file.seek(0)
        return pikepdf.open(file, access_mode=pikepdf.AccessMode.mmap, attempt_recovery=False, suppress_warnings=True)


def filters_of(stream: Stream) -> list[str]:
    """Names of the filters in the order of decoding, unabbreviated."""
    found = stream.get("/Filter")
    names = [] if found is None else list(found) if isinstance(found, Array) else [found]
    return [_ABBREVIATED.get(str(name), str(name)) for name in names]


def parameters_of(stream: Stream) -> list[pikepdf.Object | None]:
    """Decode parameters, one entry a filter."""
    found = stream.get("/DecodeParms", stream.get("/DP"))
    if isinstance(found, Array):
        return list(found)
    return [found] * max(1, len(filters_of(stream)))


def decoded(stream: Stream, job: Job, spot: str) -> bytes:
    """The decoded data of a stream that holds no picture.

    Raises:
        PublicationRefused: `DG-F109` for another filter, `DG-F105` when it is too long, `DG-F101` when it is damaged.
    """
    names = filters_of(stream)
    unknown = [name for name in names if name not in PLAIN]
    if unknown or "/F" in stream or "/FFilter" in stream:
        job.refuse("DG-F109", spot, filter=(unknown or ["external file"])[0])
    raw = bytes(stream.read_raw_bytes())
    _check_expansion(raw, names, job, spot)
    try:
        return bytes(stream.read_bytes())
    except pikepdf.PdfError as error:
        job.refuse("DG-F101", spot, problem=_first_line(error))


def partly_decoded(stream: Stream, job: Job, spot: str) -> tuple[bytes, str | None]:
    """The data of a picture with its plain filters undone, and the picture filter that is left, if any."""
    names = filters_of(stream)
    if not names or names[-1] not in PICTURE:
        return decoded(stream, job, spot), None
    if len(names) == 1:
        return bytes(stream.read_raw_bytes()), names[0]
    if set(names[:-1]) - PLAIN:
        job.refuse("DG-F109", spot, filter=" ".join(names))
    outer = Stream(job.source, bytes(stream.read_raw_bytes()))
    outer.Filter = Array([Name(name) for name in names[:-1]])
    kept = [part for part in parameters_of(stream)[: len(names) - 1] if part is not None]
    if kept:
        job.refuse("DG-F109", spot, filter=" ".join(names))
    return decoded(outer, job, spot), names[-1]


def _check_expansion(raw: bytes, names: list[str], job: Job, spot: str) -> None:
    limit = job.policy.limits.stream
    if len(raw) > limit or len(names) > 2 or (len(names) > 1 and len(raw) > _EXPANDING):
        job.refuse("DG-F105", spot, limit=f"{limit} bytes, two filters")
    if set(names) & {"/LZWDecode", "/RunLengthDecode"} and len(raw) > _EXPANDING:
        job.refuse("DG-F105", spot, limit=f"{_EXPANDING} bytes")
    if names[:1] == ["/FlateDecode"] and len(raw) * 1032 > limit:  # 1032:1 is the most that deflate can shrink
        _check_inflated(raw, limit, job, spot)


def _check_inflated(raw: bytes, limit: int, job: Job, spot: str) -> None:
    inflater, total, rest = zlib.decompressobj(), 0, raw
    try:
        while rest and not inflater.eof:
            total += len(inflater.decompress(rest, 1_000_000))
            rest = inflater.unconsumed_tail
            if total > limit:
                job.refuse("DG-F105", spot, limit=f"{limit} bytes")
    except zlib.error as error:
        job.refuse("DG-F101", spot, problem=str(error))


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0][:200] if str(error) else type(error).__name__
