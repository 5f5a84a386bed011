"""Pages as a reader sees them: their words and their picture. PDFium draws, Pillow compares."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pikepdf
import pypdfium2
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from docgen.signing.fields import FIELD_PREFIX

_SCALE = 110 / 72
"""Pixels per point: at 110 dpi a digit of 10 points is about 15 pixels high."""
_LONGEST_EDGE = 2400
"""Pixels; a page that claims to be metres wide costs no more memory than this."""
_SAME_GREY = 4
"""Grey levels, of 255, that rounding may make."""
_MUCH = 96
"""Grey levels beyond what another program makes of the same page, once softened."""
_SPECKS = 6
"""Pixels that may differ much by chance."""
_CELL = 24
"""Pixels: about two lines of text."""
_ALL_OVER = 0.5
_MARGIN = 24
"""Pixels shown around a difference."""
_RED = (200, 0, 0)
Box = tuple[float, float, float, float]
"""Left, bottom, right, top, in points."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page."""

    words: tuple[str, ...]
    picture: Image.Image
    """Grey."""
    size: tuple[float, float]
    """Width and height in points."""


def page_count(content: bytes) -> int:
    """How many pages a PDF has, as PDFium counts them. Lets PDFium's errors pass."""
    document = pypdfium2.PdfDocument(content)
    try:
        return len(document)
    finally:
        document.close()


def pages(content: bytes, *, hidden: Sequence[Sequence[Box]]) -> Iterator[Page]:
    """Every page with words and picture; what lies in the hidden boxes of each page is left out of both.

    Lets errors of PDFium and pikepdf pass: the caller decides what a file is worth that cannot be drawn.
    """
    document = pypdfium2.PdfDocument(content)
    try:
        for number in range(len(document)):
            boxes = hidden[number] if number < len(hidden) else ()
            yield _page(document[number], boxes)
    finally:
        document.close()


def _page(page: pypdfium2.PdfPage, hidden: Sequence[Box]) -> Page:
    width, height = page.get_size()
    scale = min(_SCALE, _LONGEST_EDGE / max(width, height, 1.0))
    drawn = page.render(scale=scale, grayscale=True)
    picture = Image.frombuffer("L", (drawn.width, drawn.height), bytes(drawn.buffer), "raw", "L", drawn.stride, 1)
    drawing = ImageDraw.Draw(picture := picture.copy())
    for left, bottom, right, top in hidden:
        box = (left * scale - 2, (height - top) * scale - 2, right * scale + 2, (height - bottom) * scale + 2)
        drawing.rectangle(box, fill=255)
    words = tuple(_words(page.get_textpage(), hidden))
    return Page(words, picture, (width, height))


def _words(text: pypdfium2.PdfTextPage, hidden: Sequence[Box]) -> list[str]:
    count = text.count_chars()
    if not count:
        return []
    if not hidden:
        return _plain(text.get_text_range())
    kept = []
    for index in range(count):
        letter = text.get_text_range(index, 1)
        kept.append(" " if letter.strip() and _within(text.get_charbox(index), hidden) else letter)
    return _plain("".join(kept))


def _plain(text: str) -> list[str]:
    # A soft hyphen, and the mark that PDFium puts where a word is broken at the end of a line.
    joined = unicodedata.normalize("NFKC", text.replace("\u00ad", "").replace("\ufffe", "-"))
    return joined.split()


def _within(box: Box, hidden: Sequence[Box]) -> bool:
    across, up = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return any(left <= across <= right and bottom <= up <= top for left, bottom, right, top in hidden)


def slot_boxes(content: bytes) -> tuple[tuple[Box, ...], ...]:
    """Boxes of docgen's signature fields, by page. Lets pikepdf's errors pass."""
    with pikepdf.open(io.BytesIO(content)) as document:
        return tuple(tuple(_slots(page)) for page in document.pages)


def _slots(page: pikepdf.Page) -> Iterator[Box]:
    for annotation in page.obj.get("/Annots", []):
        if str(annotation.get("/T", "")).startswith(FIELD_PREFIX):
            left, bottom, right, top = (float(edge) for edge in annotation.Rect)
            yield min(left, right), min(bottom, top), max(left, right), max(bottom, top)


@dataclass(frozen=True, slots=True)
class Difference:
    """Where two pictures of a page differ."""

    marked: Image.Image
    """White where they differ, black elsewhere."""
    redrawn: bool
    """All over the page and nowhere much: another program drew the same page, or so it seems."""


def difference(one: Image.Image, other: Image.Image) -> Difference | None:
    """Where two pictures of one size differ; nothing when they are the same.

    One program draws one page always alike, so anything counts. No tolerance tells a 6 that was made an 8 from the
    hand of another program: where that may be so, the answer is `redrawn` and a person has to look.
    """
    marked = _above(ImageChops.difference(one, other), _SAME_GREY)
    if marked.getbbox() is None:
        return None
    # Softened: a hairline is one black row or two grey ones, as the program likes.
    first, second = (picture.filter(ImageFilter.BoxBlur(1)) for picture in (one, other))
    much = _above(ImageChops.lighter(_beyond(first, second), _beyond(second, first)), _MUCH)
    if much.histogram()[255] > _SPECKS:
        return Difference(much, redrawn=False)
    drawn = _above(ImageChops.invert(ImageChops.darker(one, other)), _SAME_GREY)
    return Difference(marked, redrawn=_cells(marked) > _ALL_OVER * _cells(drawn))


def _cells(marked: Image.Image) -> int:
    """How many squares of a coarse grid have anything marked in them."""
    size = (max(marked.width // _CELL, 1), max(marked.height // _CELL, 1))
    coarse = marked.resize(size, Image.Resampling.BOX)
    return sum(coarse.histogram()[1:])


def _above(picture: Image.Image, level: int) -> Image.Image:
    return picture.point([0] * (level + 1) + [255] * (255 - level))


def _beyond(one: Image.Image, other: Image.Image) -> Image.Image:
    darkest, lightest = other.filter(ImageFilter.MinFilter(3)), other.filter(ImageFilter.MaxFilter(3))
    return ImageChops.lighter(ImageChops.subtract(darkest, one), ImageChops.subtract(one, lightest))


def shown_difference(picture: Image.Image, marked: Image.Image) -> bytes:
    """PNG of the part of a page around its differences, these in red."""
    left, top, right, bottom = marked.getbbox() or (0, 0, *picture.size)
    width, height = picture.size
    box = (max(left - _MARGIN, 0), max(top - _MARGIN, 0), min(right + _MARGIN, width), min(bottom + _MARGIN, height))
    coloured = picture.convert("RGB")
    coloured.paste(_RED, mask=marked.filter(ImageFilter.MaxFilter(3)))
    return as_png(coloured.crop(box))


def side_by_side(one: Image.Image, other: Image.Image) -> bytes:
    """PNG of two pages beside each other, for a person to compare."""
    height = max(one.height, other.height)
    sheet = Image.new("L", (one.width + other.width + _MARGIN, height), 128)
    sheet.paste(one, (0, 0))
    sheet.paste(other, (one.width + _MARGIN, 0))
    return as_png(sheet)


def as_png(picture: Image.Image) -> bytes:
    """The picture as a PNG file."""
    target = io.BytesIO()
    picture.save(target, "PNG", optimize=True)
    return target.getvalue()
