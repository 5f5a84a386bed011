"""One document's life from beginning to end, in the order in which it happens.

    fill:     case values + Word template → Docx
    finish:   Docx → Pdf → SignablePdf
    judge:    SignedPdf → ValidationReport
    release:  SignedPdf → ValidatedPdf → FlattenedPdf → PublicPdf   (in `docgen.pipeline.release`)

Bytes in, bytes out: no disk, no clock. Signing lies between `finish` and `release` and takes days.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from docgen.documents import (
    DocumentId,
    Docx,
    SignablePdf,
    SlotPlacement,
)
from docgen.pdf.convert import Converter, convert
from docgen.signing.fields import prepare
from docgen.word.compiled import CompiledTemplate, render_compiled
from docgen.word.controls import plain
from docgen.word.filters import Words
from docgen.word.render import Template
from docgen.xmp import Metadata


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


def finish(docx: Docx, order: Order, *, converter: Converter) -> SignablePdf:
    """The PDF of a filled document, with its empty signature fields."""
    printed = replace(docx, content=plain(docx.content))
    pdf = convert(printed, converter=converter, metadata=replace(order.metadata, title=docx.title))
    return prepare(pdf, order.slots)
