"""The text of pages as a reader gets it when copying or searching: PDFium puts what is shown in reading order.

PDFium leaves text out: what is drawn twice in one place, what has no width, what has an /ActualText instead. So what
it gives is always compared with what the operators show (`shown`), which leaves nothing out.
"""

from __future__ import annotations

from collections.abc import Iterator

import pypdfium2

from docgen.publishing.audit.limits import Unreadable

_LINE_END = "\r\n"
_BROKEN_WORD = "\ufffe"
"""What PDFium gives for a hyphen and the line end after it."""


def rendered_texts(content: bytes, pages: int) -> tuple[str, ...]:
    """The text of every page; `pages` is how many there must be.

    Raises `Unreadable` when PDFium cannot open the file or a page, or counts other pages than the other reader.
    """
    try:
        document = pypdfium2.PdfDocument(content)
        try:
            if len(document) != pages:
                raise Unreadable("number of pages")
            return tuple(_texts(document))
        finally:
            document.close()
    except pypdfium2.PdfiumError as error:
        raise Unreadable("PDFium") from error


def _texts(document: pypdfium2.PdfDocument) -> Iterator[str]:
    for number in range(len(document)):
        page = document[number]
        text: str = page.get_textpage().get_text_range()
        page.close()
        yield text.replace(_BROKEN_WORD, "-").replace(_LINE_END, "\n")
