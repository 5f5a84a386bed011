"""Headings and table headers that stand alone at the foot of a page, told from the tags of a PDF.

LibreOffice 7.4 keeps a heading with what follows, as Word does, except where moving it would start its layout anew too
often: then it gives up and leaves the heading behind. Which documents that hits cannot be told from the Word file.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import pikepdf

from docgen.pdf.structure import Element, ObjectKey, elements_of

_HEADINGS = frozenset({"H", "H1", "H2", "H3", "H4", "H5", "H6"})


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
    with pikepdf.open(io.BytesIO(pdf)) as document:
        numbers = {page.obj.objgen: number for number, page in enumerate(document.pages, start=1)}
        tops = elements_of(document)
        pieces = [piece for top in tops for piece in _pieces(top, None)]
    order = {id(heading): number for number, heading in enumerate(_headings(tops))}
    return tuple(
        Stranded(numbers[page], owner.tag, order.get(id(owner)))
        for (page, owner), (next_page, next_owner) in pairwise(pieces)
        if owner is not None and owner is not next_owner and page != next_page
    )


def heading_count(pdf: bytes) -> int:
    """How many headings there are to be stranded."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return sum(1 for _ in _headings(elements_of(document)))


def _headings(tops: tuple[Element, ...]) -> Iterator[Element]:
    return (element for top in tops for element in top.walk() if element.tag in _HEADINGS)


def _pieces(element: Element, owner: Element | None) -> Iterator[tuple[ObjectKey, Element | None]]:
    """Page of every piece of content in reading order, with the heading or header row it is part of."""
    is_header_row = element.tag == "TR" and all(cell.tag == "TH" for cell in element.children)
    if owner is None and (is_header_row or element.tag in _HEADINGS):
        owner = element
    yield from ((page, owner) for page, _ in element.content)
    for child in element.children:
        yield from _pieces(child, owner)
