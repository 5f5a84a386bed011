"""The PDF that leaves this room: the same bytes each time, honest metadata, and the repairs PDF/UA asks for.

What LibreOffice 7.4 writes differently in each run: the creation date, both file identifiers, a checksum of its own,
the date in XMP, and the time stamp inside the colour profile. It ignores SOURCE_DATE_EPOCH.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

import pikepdf
from pikepdf import Dictionary, Name, Pdf, String

from docgen import xmp
from docgen.errors import ToolFailed
from docgen.objects import Objects, opened, written
from docgen.pdf.accessible import accessibility_findings
from docgen.pdf.archive import archive_findings
from docgen.pdf.furniture import Margins, name_furniture
from docgen.pdf.repair import mend_pages, mend_tree
from docgen.pdf.stranded import headings_among, stranded_among
from docgen.pdf.structure import elements_among
from docgen.pdf.survey import Survey, seen
from docgen.pdf.tables import TableLook

_CATALOG: Final = frozenset(
    {
        "/Type",
        "/Version",
        "/Pages",
        "/PageLabels",
        "/Names",
        "/Dests",
        "/ViewerPreferences",
        "/PageLayout",
        "/PageMode",
        "/Outlines",
        "/OpenAction",
        "/Metadata",
        "/StructTreeRoot",
        "/MarkInfo",
        "/Lang",
        "/OutputIntents",
    }
)
_PROFILE_DATE: Final = slice(24, 36)
"""Creation date in the header of an ICC profile: six big-endian 16-bit numbers (ICC.1, 7.2.8)."""
_PROFILE_ID: Final = slice(84, 100)


@dataclass(frozen=True, slots=True)
class Normalised:
    """A PDF as it leaves this room, and what its tags tell of its pages."""

    content: bytes
    stranded: tuple[int, ...]
    """Headings that are left alone at the foot of a page, counted from 0."""
    headings: int
    """How many there are."""


def normalise(
    raw: bytes, metadata: xmp.Metadata, tables: Sequence[TableLook] = (), margins: Margins | None = None
) -> bytes:
    """The content alone; see `normalised`."""
    return normalised(raw, metadata, tables, margins).content


def saved(objects: Objects) -> bytes:
    """The open PDF as bytes; the same PDF gives the same bytes."""
    return written(
        objects.pdf,
        deterministic_id=True,
        fix_metadata_version=False,  # our packet says no version
        object_stream_mode=pikepdf.ObjectStreamMode.generate,
    )


def normalised(
    raw: bytes,
    metadata: xmp.Metadata,
    tables: Sequence[TableLook] = (),
    margins: Margins | None = None,
    *,
    save: Callable[[Objects], bytes] = saved,
) -> Normalised:
    """The PDF with all that differs from run to run set from the metadata or taken away, and its structure mended.

    Two conversions of the same Word file give the same bytes. The claims of PDF/A-2b and PDF/UA-1 are written only
    when the metadata allow them and our own inspection (`docgen.pdf.conformance`) has nothing against them.

    Args:
        raw: What LibreOffice wrote; not signed, for signatures would not survive.
        metadata: Title, language, moment and the claims that may be made at most.
        tables: The looks of the tables in the Word file, for header cells.
        margins: Those of the Word file, for running heads and feet and the letterhead.
        save: Writes the PDF while it is open, and may add to it what keeps its claims true; not used when a heading
            is left behind, for then the pages are not yet what they will be.

    Raises:
        ToolFailed: These bytes are not a PDF that can be opened and read to its end (DG-P104).
    """
    try:
        with opened(raw) as pdf:
            _clean_up(pdf)
            if margins is not None:
                name_furniture(pdf, margins)
            marks = mend_pages(pdf)
            _describe(pdf, metadata)
            objects = Objects(pdf)
            mend_tree(objects, tables)
            tops = elements_among(objects)
            _write_packet(pdf, _honest(seen(pdf, objects, tops, marks), metadata))
            headings = sum(1 for _ in headings_among(tops))
            lone = tuple(one.heading for one in stranded_among(tops, objects.pages) if one.heading is not None)
            return Normalised(saved(objects) if lone else save(objects), lone, headings)
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, AttributeError) as problem:
        raise ToolFailed.because("DG-P104", message=type(problem).__name__) from problem


def _clean_up(pdf: Pdf) -> None:
    for key in ("/DocChecksum", "/ID", "/Info"):
        if key in pdf.trailer:
            del pdf.trailer[key]
    for key in {*pdf.Root.keys()} - _CATALOG:
        del pdf.Root[key]
    for intent in pdf.Root.get("/OutputIntents", []):
        if "/DestOutputProfile" in intent:
            _still_the_clock(intent.DestOutputProfile)


def _still_the_clock(profile: pikepdf.Object) -> None:
    content = bytearray(profile.read_bytes())
    year, *rest = 2000, 1, 1, 0, 0, 0
    content[_PROFILE_DATE] = b"".join(number.to_bytes(2, "big") for number in (year, *rest))
    content[_PROFILE_ID] = bytes(16)  # a digest over the profile; zero means "not computed"
    profile.write(bytes(content))


def _describe(pdf: Pdf, metadata: xmp.Metadata) -> None:
    pdf.Root.Lang = String(metadata.lang)
    pdf.Root.MarkInfo = Dictionary(Marked=True)
    pdf.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
    moment = metadata.created.astimezone(UTC)
    pdf.trailer.Info = pdf.make_indirect(
        Dictionary(Title=String(metadata.title), Producer=String(metadata.producer), CreationDate=_date(moment))
    )
    pdf.trailer.Info.ModDate = _date(moment)
    for page in pdf.pages:
        page.obj.Tabs = Name.S


def _date(moment: datetime) -> String:
    return String(moment.strftime("D:%Y%m%d%H%M%S+00'00'"))


def _honest(known: Survey, metadata: xmp.Metadata) -> xmp.Metadata:
    return replace(
        metadata,
        claims_pdfa_2b=metadata.claims_pdfa_2b and not any(archive_findings(known)),
        claims_pdfua_1=metadata.claims_pdfua_1 and not any(accessibility_findings(known)),
    )


def _write_packet(pdf: Pdf, metadata: xmp.Metadata) -> None:
    pdf.Root.Metadata = pdf.make_stream(xmp.packet(metadata), Type=Name.Metadata, Subtype=Name.XML)
