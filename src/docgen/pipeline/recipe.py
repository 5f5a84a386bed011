"""One document's life from beginning to end, in the order in which it happens.

    fill:     case values + Word template → Docx
    finish:   Printing → Pdf → SignablePdf, in one go
    judge:    SignedPdf → ValidationReport
    release:  SignedPdf → ValidatedPdf → FlattenedPdf → PublicPdf   (in `docgen.pipeline.release`)

Bytes in, bytes out: no disk, no clock. Signing lies between `finish` and `release` and takes days.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol

from docgen.documents import DocumentId, Docx, Pdf, SignablePdf, SlotPlacement
from docgen.findings import Place
from docgen.objects import Objects
from docgen.pdf.convert import Converted, Converter, converted
from docgen.pdf.normalise import saved
from docgen.signing.fields import prepare, with_fields
from docgen.word.breaks import as_printed, heading_count, on_a_new_page
from docgen.word.compiled import CompiledTemplate, render_compiled
from docgen.word.filters import Words
from docgen.word.render import Template
from docgen.xmp import Metadata

_ROUNDS = 8
"""Headings that are put right one after the other; no document was ever seen with more than two."""


@dataclass(frozen=True, slots=True)
class Order:
    """Everything one document is made of."""

    id: DocumentId
    template: Template
    values: Mapping[str, object]
    metadata: Metadata
    """Its title is replaced by the one the filled document has."""
    slots: tuple[SlotPlacement, ...]


def fill(order: Order, *, words: Words, template: CompiledTemplate) -> Docx:
    """The Word document of an order; `template` is the order's own, compiled."""
    return render_compiled(template, order.values, order.id, words)


@dataclass(frozen=True, slots=True)
class Printing:
    """All that goes into a PDF; while it is the same, so are the bytes, on whatever machine they are made."""

    docx: Docx
    metadata: Metadata
    slots: tuple[SlotPlacement, ...]


class Press(Protocol):
    """Whatever makes PDFs: this process, or other machines. May be called from several threads."""

    @property
    def version(self) -> str:
        """See `docgen.pdf.convert.Converter.version`."""
        ...

    def __call__(self, printing: Printing) -> SignablePdf:
        """The PDF; raises what `finish` raises."""
        ...


@dataclass(frozen=True, slots=True)
class OwnPress:
    """Makes PDFs in this process."""

    converter: Converter
    deadline: float | None = None
    """Seconds a document may take to be converted; by its size when not given."""

    @property
    def version(self) -> str:
        """See `Press`."""
        return self.converter.version

    def __call__(self, printing: Printing) -> SignablePdf:
        """See `Press`."""
        return finish(printing, converter=self.converter, deadline=self.deadline)


def printing_of(docx: Docx, order: Order) -> Printing:
    """What is printed of an order once it is filled in."""
    return Printing(docx, replace(order.metadata, title=docx.title), order.slots)


def finish(printing: Printing, *, converter: Converter, deadline: float | None = None) -> SignablePdf:
    """The PDF of a filled document, with its empty signature fields; of one that nobody signs, the PDF as it is.

    Raises:
        RenderFailed: the Word file holds what docgen does not open, or a signature has no place.
        ToolFailed: LibreOffice is missing, failed, or took too long.
    """
    slots, place = printing.slots, Place(f"{printing.docx.id.stem}.pdf")
    # The fields are added while the PDF is open, so that it is neither written nor read twice.
    save = partial(with_fields, slots=slots, place=place) if slots else saved
    made = _printed(printing.docx, converter, printing.metadata, deadline, save)
    if slots and made.stranded:
        return prepare(made.pdf, slots)
    return SignablePdf(made.pdf.id, made.pdf.content, tuple(slot.name for slot in slots))


def pages(docx: Docx, *, converter: Converter, metadata: Metadata, deadline: float | None = None) -> Pdf:
    """The PDF of a filled document, with no heading left alone at the foot of a page.

    Where the engine leaves one behind, the document is converted again with a page break before it.

    Raises:
        RenderFailed, ToolFailed: see `docgen.pdf.convert.convert`.
    """
    return _printed(docx, converter, metadata, deadline, saved).pdf


def _printed(
    docx: Docx, converter: Converter, metadata: Metadata, deadline: float | None, save: Callable[[Objects], bytes]
) -> Converted:
    printed = replace(docx, content=as_printed(docx.content))
    convert = partial(converted, converter=converter, metadata=metadata, deadline=deadline, save=save)
    made = convert(printed)
    for _ in range(_ROUNDS):
        if not made.stranded or heading_count(printed.content) != made.headings:
            break
        mended = on_a_new_page(printed.content, made.stranded[:1])  # only the first: what comes after it moves
        if mended == printed.content:
            break
        printed = replace(printed, content=mended)
        made = convert(printed)
    return made
