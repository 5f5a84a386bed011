"""What both inspections need to know of a PDF, read once: the slow part is walking over every object and page."""

from __future__ import annotations

from dataclasses import dataclass

from pikepdf import Dictionary, Name, Object, Pdf, Stream

from docgen.pdf.fonts import FontState, fonts_among
from docgen.pdf.marks import PageMarks, marks_of

_MANY_AND_HARMLESS = frozenset({Name.StructElem, Name.MCR, Name.OBJR})


@dataclass(frozen=True, slots=True)
class Survey:
    """A PDF, read once."""

    marks: tuple[PageMarks, ...]
    """Of each page."""
    fonts: tuple[FontState, ...]
    nodes: tuple[Object, ...]
    """Every dictionary and stream of the file but the elements of the structure tree; valid while the PDF is open."""


def survey(pdf: Pdf) -> Survey:
    """Reads an open PDF, which must not be changed afterwards.

    Raises:
        pikepdf.PdfError: The content of a page cannot be parsed.
    """
    nodes = tuple(
        node
        for node in pdf.objects
        if isinstance(node, Dictionary | Stream) and node.get("/Type") not in _MANY_AND_HARMLESS
    )
    return Survey(tuple(marks_of(page) for page in pdf.pages), fonts_among(nodes), nodes)
