"""The PDF that leaves this room: the same bytes each time, honest metadata, and the repairs PDF/UA asks for."""

from __future__ import annotations

import io

import pikepdf
from pikepdf import Dictionary, Name, Pdf, String

from docgen import xmp
from docgen.errors import ToolFailed


def normalise(raw: bytes, metadata: xmp.Metadata) -> bytes:
    """The PDF with everything that differs from run to run set from the metadata or taken away.

    Raises:
        ToolFailed: These bytes are not a PDF that can be opened.
    """
    try:
        with pikepdf.open(io.BytesIO(raw)) as pdf:
            _set_metadata(pdf, metadata)
            _still_the_clock(pdf)
            _show_title(pdf, metadata)
            return _saved(pdf)
    except pikepdf.PdfError as problem:
        raise ToolFailed.because("DG-P104") from problem


def _set_metadata(pdf: Pdf, metadata: xmp.Metadata) -> None:
    packet = pdf.make_stream(xmp.packet(metadata), Type=Name.Metadata, Subtype=Name.XML)
    pdf.Root.Metadata = packet
    if "/Info" in pdf.trailer:
        del pdf.trailer["/Info"]


def _still_the_clock(pdf: Pdf) -> None:
    for key in ("/DocChecksum", "/ID"):
        if key in pdf.trailer:
            del pdf.trailer[key]
    for intent in pdf.Root.get("/OutputIntents", []):
        profile = intent.DestOutputProfile
        content = bytearray(profile.read_bytes())
        content[24:36] = bytes.fromhex("07ea00010001000000000000")
        profile.write(bytes(content))


def _show_title(pdf: Pdf, metadata: xmp.Metadata) -> None:
    pdf.Root.Lang = String(metadata.lang)
    pdf.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
    for page in pdf.pages:
        page.obj.Tabs = Name.S


def _saved(pdf: Pdf) -> bytes:
    target = io.BytesIO()
    pdf.save(target, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return target.getvalue()
