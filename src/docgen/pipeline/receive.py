"""What came back, by what it is: a signed PDF, or a filled Word form."""

from __future__ import annotations

from pathlib import Path

from docgen.errors import UsageError
from docgen.findings import Place
from docgen.pipeline.receive_form import TakenForm, receive_form
from docgen.pipeline.receive_pdf import Taken, receive_pdf
from docgen.pipeline.workshop import Workshop

_PDF = b"%PDF-"
_ZIP = b"PK\x03\x04"


def receive(
    shop: Workshop,
    case: str,
    path: Path,
    content: bytes,
    *,
    kind: str | None = None,
    apply: bool = False,
    unsure: bool = False,
) -> Taken | TakenForm:
    """Take in a file by its content, whatever it is called.

    Args:
        shop: folders and trust.
        case: the case it is for.
        path: its name, for messages.
        content: the file.
        kind: which document it is, where its content does not tell.
        apply: write what a form says into the case file.
        unsure: take over fields of a form too that were recognised by order or label only.

    Raises:
        UsageError: DG-X408 it is nothing that docgen sends out; those of `receive_pdf` and `receive_form`.
    """
    # ISO 32000-2, 7.5.2: readers find the header anywhere in the first kilobyte.
    if _PDF in content[:1024]:
        return receive_pdf(shop, case, content, kind=kind)
    if content.startswith(_ZIP):
        return receive_form(shop, case, path, content, kind=kind, apply=apply, unsure=unsure)
    raise UsageError.because("DG-X408", Place(str(path)))
