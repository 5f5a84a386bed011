"""Where the pages of a printed document may not break: last rows and list items, and headings left behind."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

from lxml import etree

from docgen.word.controls import MAIN_PART, W, take_out
from docgen.word.looks import Look, give_own_looks, looks_of
from docgen.word.package import with_member

_BUILT_IN = re.compile(r"heading [1-9]", re.IGNORECASE)
_ORDER = (
    "pStyle",
    "keepNext",
    "keepLines",
    "pageBreakBefore",
    "framePr",
    "widowControl",
    "numPr",
    "pBdr",
    "shd",
    "tabs",
)
"""How the properties of a paragraph follow each other, up to `spacing` (ISO/IEC 29500-1, 17.3.1.26)."""
_BEFORE_THE_ROOM = tuple(f"{W}{name}" for name in _ORDER)
_PROPERTIES, _STYLE, _LEVEL, _VALUE = f"{W}pPr", f"{W}pStyle", f"{W}outlineLvl", f"{W}val"
_CELL, _WORDS = f"{W}tc", f"{W}t"
_BEFORE_A_BREAK, _BEFORE_KEEP_NEXT = _BEFORE_THE_ROOM[:3], _BEFORE_THE_ROOM[:1]
_SMALL_TABLE = 5, 800
"""Rows, with the header, and characters in the longest cells of all of them: a quarter of a page."""
_SHORT_LIST = 4, 500
"""Points, and characters of all of them: six or seven lines."""
_SHORT = 180
"""Characters of two lines."""
_BODY_TEXT = 9
"""Outline level of what is no heading (17.3.1.20)."""


@dataclass(frozen=True, slots=True)
class _Styles:
    """What the styles of a template say about paragraphs."""

    levels: Mapping[str, int]
    """Outline level of each paragraph style that has one, its own or that of a style it is based on."""
    items: frozenset[str]
    """Styles of numbered or bulleted paragraphs that are no headings."""
    looks: Mapping[str, Look]
    """Of tables."""


@dataclass(frozen=True, slots=True)
class _Paragraph:
    element: Any
    style: str
    level: int


def heading_count(package: bytes) -> int:
    """How many paragraphs of the body have a level in the outline."""
    xml, styles = _read(package)
    return len(_headings(_paragraphs(etree.fromstring(xml), styles)))


def on_a_new_page(package: bytes, headings: Collection[int]) -> bytes:
    """The Word file with a page break before some of its headings, counted from 0.

    A heading that follows directly on another one takes that along. One in a table cannot begin a page and stays.
    """
    xml, styles = _read(package)
    return with_member(package, MAIN_PART, _broken(xml, styles, headings))


def _broken(xml: bytes, styles: _Styles, wanted: Collection[int]) -> bytes:
    root = etree.fromstring(xml)
    found = _headings(_paragraphs(root, styles))
    for number in wanted:
        paragraph = found[number]
        while paragraph.getprevious() is not None and paragraph.getprevious() in found:
            paragraph = paragraph.getprevious()
        if next(paragraph.iterancestors(f"{W}tc"), None) is None:
            _break_before(paragraph)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def kept_together(package: bytes) -> bytes:
    """The Word file with nothing short left alone at the head or the foot of a page.

    The last row of a table and the last item of a list stay with the one before it, the first row with the second,
    and the sentence that announces a list or a table with what it announces; so do two headings with a line between
    them. Which row is the last one is known only once a template is filled, so no style can say it.
    """
    return _changed(package, lambda root, styles: None)


def as_printed(package: bytes) -> bytes:
    """The same, without content controls and styles of tables: what the PDF is made of. See `docgen.word.looks`."""
    return _changed(package, _bare)


def _bare(root: Any, styles: _Styles) -> None:
    take_out(root)
    give_own_looks(root, styles.looks)


def _changed(package: bytes, first: Callable[[Any, _Styles], None]) -> bytes:
    xml, styles = _read(package)
    try:
        root = etree.fromstring(xml)
    except etree.XMLSyntaxError:  # deeper than any document of people: for whoever prints it to refuse
        return package
    first(root, styles)
    _keep(root, _paragraphs(root, styles), styles.items)
    return with_member(
        package, MAIN_PART, etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    )


def _keep(root: Any, paragraphs: Sequence[_Paragraph], items: Collection[str]) -> None:
    for table in root.iterfind(f"{W}body/{W}tbl"):
        announced = [one for one in (table.getprevious(),) if one is not None and one.tag == f"{W}p"]
        for kept in (*announced, *_rows_kept(table.findall(f"{W}tr"))):
            for paragraph in kept.iter(f"{W}p"):
                _set(paragraph, "keepNext", _BEFORE_KEEP_NEXT)
    for first, second in pairwise(_headings(paragraphs)):
        between = first.getnext()
        is_text = between is not None and between.tag == f"{W}p"
        if is_text and between.getnext() is second and _length(between) <= _SHORT:
            _set(between, "keepNext", _BEFORE_KEEP_NEXT)
    for points in _lists(paragraphs, items):
        for paragraph in (*_announcement(points[0]), *_points_kept(points)):
            _set(paragraph, "keepNext", _BEFORE_KEEP_NEXT)


def _lists(paragraphs: Sequence[_Paragraph], items: Collection[str]) -> Iterator[list[Any]]:
    """Paragraphs of one numbered or bulleted style that follow each other."""
    points, style = list[Any](), ""
    for one in paragraphs:
        if points and (one.style != style or one.element.getprevious() is not points[-1]):
            yield points
            points = []
        if one.style in items:
            points.append(one.element)
            style = one.style
    if points:
        yield points


def _announcement(first: Any) -> Iterator[Any]:
    """The sentence with a colon right before the first point."""
    before = first.getprevious()
    if before is not None and before.tag == f"{W}p" and _text(before).rstrip().endswith(":"):
        yield before


def _points_kept(points: Sequence[Any]) -> Sequence[Any]:
    """The points that may not end a page: all but the last of a short list, else the last but one.

    A last point that announces a table or another list stays with that, and is not alone.
    """
    following = points[-1].getnext()
    if _text(points[-1]).rstrip().endswith(":") or (following is not None and following.tag == f"{W}tbl"):
        return ()
    lengths = [_length(one) for one in points]
    if len(points) <= _SHORT_LIST[0] and sum(lengths) <= _SHORT_LIST[1]:
        return points[:-1]
    return points[-2:-1] if lengths[-1] < _SHORT else ()


def _rows_kept(rows: Sequence[Any]) -> Sequence[Any]:
    """The rows that may not end a page: all but the last of a small table, else the first and the last but one."""
    if len(rows) <= _SMALL_TABLE[0] and sum(map(_row_length, rows)) <= _SMALL_TABLE[1]:
        return rows[:-1]
    heads = sum(row.find(f"{W}trPr/{W}tblHeader") is not None for row in rows)
    first = rows[: heads + 1] if _are_short(rows[heads : heads + 1]) else ()
    return (*first, *(rows[-2:-1] if _are_short(rows[-1:]) else ()))


def _are_short(rows: Sequence[Any]) -> bool:
    return all(_row_length(row) < _SHORT for row in rows)


def _row_length(row: Any) -> int:
    return max(map(_length, row.iter(_CELL)), default=0)


def _length(element: Any) -> int:
    return len(_text(element))


def _text(element: Any) -> str:
    return "".join([one.text or "" for one in element.iter(_WORDS)])


def _set(paragraph: Any, name: str, earlier: Collection[str]) -> None:
    properties = next(paragraph.iterchildren(_PROPERTIES), None)
    if properties is None:
        properties = etree.SubElement(paragraph, _PROPERTIES)
        paragraph.insert(0, properties)
    tags = [child.tag for child in properties]
    if f"{W}{name}" not in tags:
        properties.insert(sum(tag in earlier for tag in tags), etree.SubElement(properties, f"{W}{name}"))


def _break_before(paragraph: Any) -> None:
    _set(paragraph, "pageBreakBefore", _BEFORE_A_BREAK)
    _set(paragraph, "spacing", _BEFORE_THE_ROOM)  # above it, which a page that begins by itself does not have
    paragraph.find(f"{W}pPr/{W}spacing").set(f"{W}before", "0")


def _headings(paragraphs: Sequence[_Paragraph]) -> list[Any]:
    return [one.element for one in paragraphs if one.level < _BODY_TEXT]


def _paragraphs(root: Any, styles: _Styles) -> list[_Paragraph]:
    return [_paragraph(element, styles) for element in root.iter(f"{W}p")]


def _paragraph(element: Any, styles: _Styles) -> _Paragraph:
    properties = next(element.iterchildren(_PROPERTIES), None)
    if properties is None:
        return _Paragraph(element, "", _BODY_TEXT)
    name, level = "", None
    for one in properties.iterchildren(_STYLE, _LEVEL):
        if one.tag == _STYLE:
            name = name or str(one.get(_VALUE))
        else:
            level = int(one.get(_VALUE)) if level is None else level
    return _Paragraph(element, name, styles.levels.get(name, _BODY_TEXT) if level is None else level)


def _read(package: bytes) -> tuple[bytes, _Styles]:
    """The main part and what the styles say."""
    with zipfile.ZipFile(io.BytesIO(package)) as source:
        names = source.namelist()
        xml, styles = (source.read(one) if one in names else b"<none/>" for one in (MAIN_PART, "word/styles.xml"))
    return xml, _styles(styles)


@lru_cache(maxsize=64)
def _styles(xml: bytes) -> _Styles:
    """Every document of a template has the same."""
    sheet = etree.fromstring(xml)
    found = {str(one.get(f"{W}styleId")): one for one in sheet if one.get(f"{W}styleId")}
    levels = {id: level for id in found if (level := _level_of(id, found, ())) < _BODY_TEXT}
    items = frozenset(id for id in found if id not in levels and _is_item(id, found, ()))
    return _Styles(levels, items, looks_of(sheet))


def _level_of(id: str, styles: Mapping[Any, Any], seen: tuple[str, ...]) -> int:
    style = styles.get(id)
    if style is None or id in seen:
        return _BODY_TEXT
    own, name, base = (style.find(f"{W}{path}") for path in (f"pPr/{W}outlineLvl", "name", "basedOn"))
    if own is not None:
        return int(own.get(f"{W}val"))
    if name is not None and _BUILT_IN.fullmatch(name.get(f"{W}val") or ""):
        return int(name.get(f"{W}val")[-1]) - 1
    return _level_of(base.get(f"{W}val"), styles, (*seen, id)) if base is not None else _BODY_TEXT


def _is_item(id: str, styles: Mapping[str, Any], seen: tuple[str, ...]) -> bool:
    """Whether Word numbers or bullets paragraphs of this style, and they are no headings."""
    style = styles.get(id)
    if style is None or id in seen or _level_of(id, styles, ()) < _BODY_TEXT:
        return False
    number, base = style.find(f"{W}pPr/{W}numPr/{W}numId"), style.find(f"{W}basedOn")
    if number is not None:
        return bool(number.get(f"{W}val") != "0")
    return base is not None and _is_item(base.get(f"{W}val"), styles, (*seen, id))
