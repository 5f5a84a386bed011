"""What both inspections need to know of a PDF, read once: the slow part is walking over every object and page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pikepdf import Pdf

from docgen.objects import Node, Objects
from docgen.pdf.fonts import FontState, fonts_among
from docgen.pdf.marks import PageMarks, marks_of
from docgen.pdf.structure import Element, elements_among

_MANY_AND_HARMLESS = ("/StructElem", "/MCR", "/OBJR")


@dataclass(frozen=True, slots=True)
class Survey:
    """A PDF, read once."""

    objects: Objects
    """Valid while the PDF is open."""
    marks: tuple[PageMarks, ...]
    """Of each page."""
    fonts: tuple[FontState, ...]
    tops: tuple[Element, ...] | None
    """The structure tree from its top elements; nothing when it is no tree."""
    version: str
    encrypted: bool

    @property
    def pages(self) -> tuple[Node, ...]:
        """The pages, in order."""
        return tuple(self.objects.node(page) for page in self.objects.pages)

    @property
    def nodes(self) -> Iterator[tuple[str, Node]]:
        """Every dictionary and stream of the file but the elements of the structure tree, with its reference."""
        for reference, node in [*self.objects.values.items()]:
            if isinstance(node, dict) and node.get("/Type") not in _MANY_AND_HARMLESS:
                yield reference, node

    def annotations(self, page: Node) -> Iterator[tuple[str, Node]]:
        """The annotations of a page, each with its reference."""
        for one in self.objects.items(page.get("/Annots")):
            yield one if isinstance(one, str) else "", self.objects.node(one)


def survey(pdf: Pdf) -> Survey:
    """Reads an open PDF, which must not be changed afterwards.

    Raises:
        pikepdf.PdfError: The content of a page cannot be parsed.
    """
    objects = Objects(pdf)
    try:
        tops: tuple[Element, ...] | None = elements_among(objects)
    except (ValueError, TypeError):
        tops = None
    return seen(pdf, objects, tops, tuple(marks_of(page) for page in pdf.pages))


def seen(pdf: Pdf, objects: Objects, tops: tuple[Element, ...] | None, marks: Sequence[PageMarks]) -> Survey:
    """The survey of a PDF of which the objects, the tree and the marks are known already."""
    return Survey(objects, tuple(marks), fonts_among(objects), tops, pdf.pdf_version, pdf.is_encrypted)
