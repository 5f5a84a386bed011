"""Named, tagged, empty signature fields where the Word template has its bookmarks.

This is the last time the file may be rewritten: once somebody has signed, signing only adds to it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from docgen.documents import Pdf, SignablePdf, SlotPlacement
from docgen.errors import ContentInvalid
from docgen.findings import Place
from docgen.objects import Objects, opened, written
from docgen.signing.tags import tag_widget

FIELD_PREFIX = "sig_"
"""A slot `applicant` is the field `sig_applicant`."""
_PRINT = 4
"""Annotation flag: the mark is printed (ISO 32000-2, 12.5.3; PDF/A demands it)."""
_SIGNATURES_EXIST_APPEND_ONLY = 3
"""ISO 32000-2, table 225: viewers must save incrementally."""


@dataclass(frozen=True, slots=True)
class _Box:
    """A slot on its page, in points from the lower left corner."""

    slot: SlotPlacement
    page: int
    left: float
    bottom: float
    right: float
    top: float

    def overlaps(self, other: _Box) -> bool:
        beside = self.right <= other.left or other.right <= self.left
        above = self.bottom >= other.top or other.bottom >= self.top
        return self.page == other.page and not beside and not above

    def rect(self) -> Array:
        return Array([Decimal(str(round(edge, 2))) for edge in (self.left, self.bottom, self.right, self.top)])


def field_name(slot: str) -> str:
    """Name of the signature field of a slot."""
    return FIELD_PREFIX + slot


def slot_of(field: str) -> str:
    """Slot of a signature field; empty when the name is not one docgen gives."""
    return field.removeprefix(FIELD_PREFIX) if field.startswith(FIELD_PREFIX) else ""


def prepare(pdf: Pdf, slots: Sequence[SlotPlacement]) -> SignablePdf:
    """The PDF with one empty signature field a slot, each with its top left corner at its bookmark.

    The same input gives the same bytes. Fields are tagged (`Form` with an alternate description, next to the
    bookmark's table cell in reading order), named for screen readers, printed, and carry an empty appearance, so that
    claims of PDF/A-2 (6.3.3) and PDF/UA-1 (7.18) stay true before, between and after the signatures. The final slot
    locks every field and forbids further changes (ISO 32000-2, 12.7.5.5).

    Raises:
        ContentInvalid: DG-S101 a bookmark is missing, DG-S102 a box does not fit on its page, DG-S103 two boxes
            overlap, DG-S104 the PDF has form fields or signatures already, DG-S105 slots are repeated, or the final
            one is not last, DG-S106 the file is no readable PDF with tags.

    Does not promise that the box is free of text: the template must leave the room.
    """
    place = Place(pdf.id.stem + ".pdf")
    try:
        with opened(pdf.content) as document:
            content = with_fields(Objects(document), slots, place)
    except (pikepdf.PdfError, ValueError) as error:
        raise ContentInvalid.because("DG-S106", place, problem=error) from error
    return SignablePdf(pdf.id, content, tuple(slot.name for slot in slots))


def with_fields(objects: Objects, slots: Sequence[SlotPlacement], place: Place) -> bytes:
    """A PDF that is open already, saved with its fields.

    Raises:
        ContentInvalid: see `prepare`; and lets errors of pikepdf pass.
    """
    document = objects.pdf
    _check_slots(slots, place)
    _refuse_forms(document, place)
    boxes = [_box(document, slot, place) for slot in slots]
    _check_overlap(boxes, place)
    _add_fields(objects, boxes)
    return _saved(document)


def _check_slots(slots: Sequence[SlotPlacement], place: Place) -> None:
    names = [slot.name for slot in slots]
    if not names or len(set(names)) < len(names) or any(slot.final for slot in slots[:-1]):
        raise ContentInvalid.because("DG-S105", place, slots=", ".join(names))


def _refuse_forms(document: pikepdf.Pdf, place: Place) -> None:
    form = document.Root.get(Name.AcroForm)
    if form is not None and len(form.get(Name.Fields, Array())):
        raise ContentInvalid.because("DG-S104", place)
    if Name.StructTreeRoot not in document.Root:
        raise ContentInvalid.because("DG-S106", place, problem="no StructTreeRoot")


def destination_name(bookmark: str) -> str:
    """Name under which LibreOffice 7.4 exports a Word bookmark: what is no ASCII letter or digit as hex code."""
    return "".join(
        character if character.isascii() and character.isalnum() else f"{ord(character):02X}" for character in bookmark
    )


def _destinations(document: pikepdf.Pdf) -> Iterator[tuple[str, pikepdf.Object]]:
    for name, target in document.Root.get(Name.Dests, Dictionary()).items():
        yield name.lstrip("/"), target
    names = document.Root.get(Name.Names, Dictionary()).get(Name.Dests)
    if names is not None:
        for key, target in pikepdf.NameTree(names).items():
            yield str(key), target


def _box(document: pikepdf.Pdf, slot: SlotPlacement, place: Place) -> _Box:
    corner = _corner(document, slot.bookmark)
    if corner is None:
        raise ContentInvalid.because("DG-S101", place, bookmark=slot.bookmark, slot=slot.name)
    page, left, top = corner
    box = _Box(slot, page, left, top - slot.height, left + slot.width, top)
    west, south, east, north = (float(edge) for edge in document.pages[page].cropbox)
    if box.left < west or box.right > east or box.bottom < south or box.top > north:
        raise ContentInvalid.because("DG-S102", place, slot=slot.name, bookmark=slot.bookmark, page=page + 1)
    return box


def _corner(document: pikepdf.Pdf, bookmark: str) -> tuple[int, float, float] | None:
    """Page, left and top of a bookmark; nothing when it is not there or says no position."""
    target = dict(_destinations(document)).get(destination_name(bookmark))
    if target is None:
        return None
    explicit = target[Name.D] if isinstance(target, Dictionary) else target
    pages = [number for number, page in enumerate(document.pages) if page.obj.objgen == explicit[0].objgen]
    if not pages or len(explicit) < 4 or explicit[1] != Name.XYZ or None in (explicit[2], explicit[3]):
        return None
    return pages[0], float(explicit[2]), float(explicit[3])


def _check_overlap(boxes: Sequence[_Box], place: Place) -> None:
    for one, other in combinations(boxes, 2):
        if one.overlaps(other):
            raise ContentInvalid.because("DG-S103", place, slot=one.slot.name, other=other.slot.name, page=one.page + 1)


def _add_fields(objects: Objects, boxes: Sequence[_Box]) -> None:
    document = objects.pdf
    widgets = [_add_widget(objects, box) for box in boxes]
    document.Root.AcroForm = document.make_indirect(
        Dictionary(Fields=Array(widgets), SigFlags=_SIGNATURES_EXIST_APPEND_ONLY, DR=Dictionary())
    )
    for page in document.pages:
        page.obj.Tabs = Name.S  # PDF/UA-1, 7.18.3; on all pages, as document timestamps choose theirs themselves
    # PAdES in PDF 1.7 is an extension (EN 319 142-1, 5.6); declared now, signing need not touch the catalog for it.
    document.Root.Extensions = Dictionary(ESIC=Dictionary(BaseVersion=Name("/1.7"), ExtensionLevel=1))


def _add_widget(objects: Objects, box: _Box) -> pikepdf.Object:
    document = objects.pdf
    page = document.pages[box.page]
    widget = document.make_indirect(
        Dictionary(
            Type=Name.Annot,
            Subtype=Name.Widget,
            FT=Name.Sig,
            T=String(field_name(box.slot.name)),
            TU=String(box.slot.tooltip),
            F=_PRINT,
            Rect=box.rect(),
            P=page.obj,
            AP=Dictionary(N=_nothing_to_see(document, box)),
        )
    )
    if box.slot.final:
        widget.Lock = document.make_indirect(Dictionary(Type=Name.SigFieldLock, Action=Name.All, P=1))
    if Name.Annots not in page.obj:
        page.obj.Annots = Array()
    page.obj.Annots.append(widget)
    tag_widget(objects, widget, page.obj, (box.left, box.top), box.slot.tooltip)
    return widget


def _nothing_to_see(document: pikepdf.Pdf, box: _Box) -> pikepdf.Object:
    size = Array([0, 0, Decimal(str(round(box.slot.width, 2))), Decimal(str(round(box.slot.height, 2)))])
    return document.make_stream(b"", Type=Name.XObject, Subtype=Name.Form, BBox=size, Resources=Dictionary())


def _saved(document: pikepdf.Pdf) -> bytes:
    # Plain objects and a classic cross-reference table: what every signing tool can extend, and easy to audit.
    return written(
        document,
        min_version="1.7",
        object_stream_mode=pikepdf.ObjectStreamMode.disable,
        deterministic_id=True,
        linearize=False,
        fix_metadata_version=False,  # our packet says no version
    )
