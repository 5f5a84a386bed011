"""Reading signatures out of a PDF, strictly: a file that two readers may understand differently is not read."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import TypeVar

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from docgen.documents import sha256
from docgen.errors import ValidationFailed
from docgen.findings import Finding, Severity
from docgen.numbers import mask_national_numbers
from docgen.signing.fields import slot_of

Result = TypeVar("Result")


def guarded(code: str, read: Callable[[], Result], **parameters: str) -> Result:
    """What `read` gives; whatever goes wrong in it becomes a refusal with this code.

    pyHanko lets ValueError, TypeError, AssertionError, AttributeError and its own errors escape on malformed files.
    Messages of those errors are left out, as they may quote the file.

    Raises:
        ValidationFailed: with this code.
    """
    try:
        return read()
    except (Exception, RecursionError) as error:
        raise ValidationFailed.because(code, problem=type(error).__name__, **parameters) from error


def open_strictly(content: bytes) -> PdfFileReader:
    """A strict reader of a PDF.

    Raises:
        ValidationFailed: DG-V101 the file cannot be read strictly, DG-V102 it is encrypted, DG-V103 it mixes two
            kinds of cross-reference tables, which readers may resolve differently.
    """
    reader = guarded("DG-V101", lambda: PdfFileReader(io.BytesIO(content), strict=True), digest=sha256(content))
    if reader.encrypted:
        raise ValidationFailed.because("DG-V102")
    if reader.xrefs.hybrid_xrefs_present:
        raise ValidationFailed.because("DG-V103")
    return reader


def embedded(reader: PdfFileReader) -> tuple[EmbeddedPdfSignature, ...]:
    """Signatures and document timestamps, in the order of the bytes they cover.

    Raises:
        ValidationFailed: DG-V104 they cannot be listed.
    """
    return guarded("DG-V104", lambda: tuple(sorted(reader.embedded_signatures, key=end_of_coverage)))


def end_of_coverage(signature: EmbeddedPdfSignature) -> int:
    """Position behind the last byte a signature covers."""
    *_, start, length = (int(number) for number in signature.byte_range)
    return start + length


def is_timestamp(signature: EmbeddedPdfSignature) -> bool:
    """Whether it is a document timestamp: nobody's signature."""
    return str(signature.sig_object_type) == "/DocTimeStamp"


def slots_in_order(reader: PdfFileReader) -> tuple[tuple[str, bool], ...]:
    """Every slot in signing order, and whether it is signed. The order is that of the form, fixed by `prepare`.

    Raises:
        ValidationFailed: DG-V104 the form cannot be read.
    """
    fields = guarded("DG-V104", lambda: list(enumerate_sig_fields(reader)))
    return tuple((slot_of(name), value is not None) for name, value, _ in fields if slot_of(name))


def remark(code: str, severity: Severity, **parameters: str) -> Finding:
    """A finding on a file somebody else made: names in it may hold national register numbers, so they are masked."""
    return Finding(code, severity, None, {name: mask_national_numbers(text) for name, text in parameters.items()})


def blocking(code: str, **parameters: str) -> Finding:
    """A finding that makes the file invalid; masked like every remark."""
    return remark(code, Severity.ERROR, **parameters)


def shown_field(signature: EmbeddedPdfSignature) -> str:
    """Name of a signature's field, as reports may show it."""
    return mask_national_numbers(str(signature.field_name))
