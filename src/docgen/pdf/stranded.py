"""Headings and table headers that stand alone at the foot of a page, told from the tags of a PDF.

LibreOffice 7.4 keeps a heading with what follows, as Word does, except where moving it would start its layout anew too
often: then it gives up and leaves the heading behind. Which documents that hits cannot be told from the Word file.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from docgen.objects import Objects, opened
from docgen.pdf.structure import Element, elements_among


@dataclass(frozen=True, slots=True)
class Stranded:
    """Something that announces what stands on a later page only."""

    page: int
    tag: str
    """Structure type; `TR` for the header row of a table."""
    heading: int | None
    """Which of the document's headings it is, counted from 0; nothing for a header row."""


def stranded(pdf: bytes) -> tuple[Stranded, ...]:
    """What announces something and is the last thing on its page.

    A heading is stranded when what follows it in reading order begins on another page; the header row of a table when
    the first row of data does. Page numbers and running titles are artifacts and count for nothing.
    """
    with opened(pdf) as document:
        objects = Objects(document)
        return stranded_among(elements_among(objects), objects.pages)


def heading_count(pdf: bytes) -> int:
    """How many headings there are to be stranded."""
    with opened(pdf) as document:
        return sum(1 for _ in headings_among(elements_among(Objects(document))))


def stranded_among(tops: Sequence[Element], pages: Sequence[str]) -> tuple[Stranded, ...]:
    """The same, from the top elements of a structure tree and the references of the pages."""
    numbers = {reference: number for number, reference in enumerate(pages, start=1)}
    pieces = list[tuple[str, Element | None]]()
    for top in tops:
        _add_pieces(pieces, top, None)
    found = [
        (page, owner)
        for (page, owner), (next_page, next_owner) in pairwise(pieces)
        if owner is not None and owner is not next_owner and page != next_page
    ]
    order = {id(heading): number for number, heading in enumerate(headings_among(tops))} if found else {}
    return tuple(Stranded(numbers[page], owner.tag, order.get(id(owner))) for page, owner in found)


def headings_among(tops: Sequence[Element]) -> Iterator[Element]:
    """The headings of a document, in reading order: all there is to be stranded but header rows."""
    return (element for top in tops for element in top.walk() if element.is_heading)


def _add_pieces(pieces: list[tuple[str, Element | None]], element: Element, owner: Element | None) -> None:
    """Page of every piece of content in reading order, with the heading or header row it is part of."""
    if owner is None:
        is_header_row = element.tag == "TR" and all(cell.tag == "TH" for cell in element.children)
        owner = element if is_header_row or element.is_heading else None
    pieces += [(page, owner) for page, _ in element.content]
    for child in element.children:
        _add_pieces(pieces, child, owner)
