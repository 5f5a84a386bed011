"""What stands in the margins of pages: running heads and feet, and the letterhead of the first page.

LibreOffice 7.4 calls all of it artifacts and says no more. ISO 14289-1, 7.8 asks that running heads and feet be called
so, by which readers know them. A first page with a header of its own says there who wrote the document; that is said
nowhere else, so it is content, and comes first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

import pikepdf
from lxml import etree
from pikepdf import Array, Dictionary, Name, Pdf

from docgen.pdf.marks import content_of

_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALSE: Final = frozenset({"0", "false", "off"})
_TWIPS: Final = 20
"""Twentieths of a point, in which Word measures."""
_BEGINS: Final = re.compile(rb"/Artifact BMC\b(?![^BETD(]*+(?<!\w)EMC\b)")
"""An artifact in which more is drawn than lines and fills; most are these alone."""
# Where words begin is looked at last: a pattern that begins with a letter is sought several times as fast.
_NESTS: Final = re.compile(rb"(?:BMC|BDC|EMC)\b(?<!\w...)")
_PAINTS: Final = re.compile(rb"(?:Tj|TJ|Do)\b(?<!\w..)")
_SHOWS_TEXT: Final = re.compile(rb"(?:Tj|TJ)\b(?<!\w..)")
_STANDS: Final = re.compile(rb"(-?[\d.]++) ++(?:Td|Tm|cm)\b")
_FONT: Final = re.compile(rb"/\S+ +[\d.]+ +Tf\b")


@dataclass(frozen=True, slots=True)
class Margins:
    """Where nothing of the body stands, in points."""

    head: float
    """From the upper edge of a page."""
    foot: float
    """From its lower edge."""
    letterhead: bool
    """Whether the first page has a header of its own."""


def margins(body: etree._Element) -> Margins | None:
    """The margins of a Word file by its main part, the smallest of all its sections; nothing when it names none."""
    sections = [*body.iter(f"{_W}sectPr")]
    found = [size for section in sections for size in section.iter(f"{_W}pgMar")]
    if not found:
        return None
    head, foot = (min(abs(float(one.get(f"{_W}{side}", "0"))) for one in found) / _TWIPS for side in ("top", "bottom"))
    title = sections[0].find(f"{_W}titlePg")
    return Margins(head, foot, title is not None and title.get(f"{_W}val", "1") not in _FALSE)


def name_furniture(pdf: Pdf, found: Margins) -> None:
    """Calls running heads and feet what they are, and puts the letterhead at the beginning of the tags.

    Pictures in a letterhead stay artifacts: what they show is not known. What is written otherwise than LibreOffice
    does is left alone.

    Args:
        pdf: As LibreOffice wrote it; changed in place.
        found: The margins of the Word file.
    """
    for number, page in enumerate(pdf.pages):
        content = content_of(page)
        blocks = [*_blocks(content)]
        top = float(page.mediabox[3]) - found.head
        heads = [block for block in blocks if block.height > top]
        feet = [block for block in blocks if block.height < found.foot]
        words = [block for block in heads if block.font] if found.letterhead and number == 0 else []
        new = _in_tags(pdf, page, words) if words else {}
        new |= {block.start: _artifact(b"Header") for block in heads if block.start not in new}
        new |= {block.start: _artifact(b"Footer") for block in feet}
        if new:
            page.obj.Contents = pdf.make_stream(_begun_anew(content, new))


@dataclass(frozen=True, slots=True)
class _Block:
    """An artifact that shows words or a picture."""

    start: int
    height: float
    """Where it stands above the foot of the page."""
    font: bytes
    """Of its words; empty when it shows none."""


def _blocks(content: bytes) -> Iterator[_Block]:
    for begin in _BEGINS.finditer(content):
        inside = content[begin.end() : _end(content, begin.end())]
        if b"(" in inside or not _PAINTS.search(inside):
            continue
        stands = _STANDS.search(inside)
        if stands is None:
            continue
        font = _FONT.search(inside) if _SHOWS_TEXT.search(inside) else None
        yield _Block(begin.start(), float(stands.group(1)), font.group() if font else b"")


def _end(content: bytes, start: int) -> int:
    depth = 1
    for mark in _NESTS.finditer(content, start):
        depth += -1 if mark.group() == b"EMC" else 1
        if not depth:
            return mark.start()
    return start


def _artifact(subtype: bytes) -> bytes:
    return b"/Artifact<</Subtype/%s/Type/Pagination>>BDC" % subtype


def _begun_anew(content: bytes, new: dict[int, bytes]) -> bytes:
    pieces, at = list[bytes](), 0
    for start in sorted(new):
        pieces += [content[at:start], new[start]]
        at = start + len(b"/Artifact BMC")
    return b"".join([*pieces, content[at:]])


def _in_tags(pdf: Pdf, page: pikepdf.Page, words: Sequence[_Block]) -> dict[int, bytes]:
    """Elements for words, at the beginning of the tree; and how the content of each begins now, by its place.

    Words that follow each other in one font are one paragraph, on however many lines.
    """
    document = _document(pdf)
    row = _row(pdf, page)
    if document is None or row is None:
        return {}
    begun, elements = dict[int, bytes](), list[pikepdf.Object]()
    for _, group in groupby(words, key=lambda block: block.font):
        element = pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.P, P=document, Pg=page.obj, K=Array()))
        for block in group:
            begun[block.start] = b"/P<</MCID %d>>BDC" % len(row)
            element.K.append(len(row))
            row.append(element)
        elements.append(element)
    document.K = Array([*elements, *document.K])
    return begun


def _document(pdf: Pdf) -> Dictionary | None:
    """The element that holds all others, if there is one."""
    tops = pdf.Root.get("/StructTreeRoot", Dictionary()).get("/K")
    only = tops[0] if isinstance(tops, Array) and len(tops) == 1 else tops
    return only if isinstance(only, Dictionary) and isinstance(only.get("/K"), Array) else None


def _row(pdf: Pdf, page: pikepdf.Page) -> Array | None:
    """Which element owns each mark of a page (ISO 32000-1, 14.7.4.4)."""
    parents = pdf.Root.get("/StructTreeRoot", Dictionary()).get("/ParentTree")
    number = page.obj.get("/StructParents")
    found = pikepdf.NumberTree(parents).get(int(number)) if parents is not None and number is not None else None
    return found if isinstance(found, Array) else None
