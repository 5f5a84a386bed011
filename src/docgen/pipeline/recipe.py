"""One document's life from beginning to end, in the order in which it happens.

    fill:     case values + Word template → Docx
    finish:   Docx → Pdf → SignablePdf
    judge:    SignedPdf → ValidationReport
    release:  SignedPdf → ValidatedPdf → FlattenedPdf → PublicPdf

Bytes in, bytes out: no disk, no clock. Signing lies between `finish` and `release` and takes days.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from docgen.documents import (
    DocumentId,
    Docx,
    ExpectedSignature,
    PublicPdf,
    SignablePdf,
    SignedPdf,
    SlotPlacement,
    ValidatedPdf,
)
from docgen.errors import PublicationRefused, ValidationFailed
from docgen.pdf.convert import Converter, convert
from docgen.publishing.audit import audit
from docgen.publishing.flatten import FlattenPolicy, flatten
from docgen.signing.fields import prepare
from docgen.signing.trust import Trust
from docgen.signing.validate import validate
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


def release(
    signed: SignedPdf,
    *,
    expected: Sequence[ExpectedSignature],
    trust: Trust,
    policy: FlattenPolicy,
    private_values: Sequence[str],
    now: datetime,
) -> PublicPdf:
    """The publication copy of a signed document.

    Raises:
        ValidationFailed: it is not signed by the right persons in the right order, or was changed.
        PublicationRefused: it cannot be flattened safely, or the audit found something.
    """
    report = validate(signed, trust=trust, expected=expected, now=now)
    if not report.ok:
        raise ValidationFailed(report.findings)
    flattened = flatten(ValidatedPdf(signed, report), policy)
    audited = audit(flattened.content, source=signed.content, private_values=private_values)
    if not audited.ok:
        raise PublicationRefused(audited.findings)
    return PublicPdf(flattened, audited)
