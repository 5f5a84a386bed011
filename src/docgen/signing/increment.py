"""Writing an increment that adds a signature and leaves everything else alone."""

from __future__ import annotations

import hashlib
import io
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader

_untyped: Any = generic


class IncrementWriter(IncrementalPdfFileWriter):
    """pyHanko's writer without its side effects on the catalog and the metadata.

    On its own it rewrites the XMP packet, raises the version to 2.0 and registers extensions with each signature.
    All three contradict what a PDF/A-2 file says of itself: XMP properties must stay as they were checked (ISO
    19005-2, 6.6.2), and PDF/A-2 is PDF 1.7. `fields.prepare` already declares what PAdES needs.
    """

    def __init__(self, content: bytes, reader: PdfFileReader | None = None) -> None:
        """A writer behind a file; `reader` spares reading it again, when a strict reader of these bytes is at hand."""
        super().__init__(io.BytesIO(content), prev=reader, strict=True)
        first, _ = self.document_id
        second = hashlib.sha256(content).digest()[:16]
        self._document_id = generic.ArrayObject([_untyped.ByteStringObject(first), _untyped.ByteStringObject(second)])

    def _update_meta(self) -> None:
        """Nothing: the time of signing stands in the signature."""

    def ensure_output_version(self, version: tuple[int, int]) -> None:
        """Nothing: the version of the prepared file stays."""

    def register_extension(self, ext: Any) -> None:
        """Nothing: the prepared file declares its extensions."""
