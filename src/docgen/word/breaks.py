"""Where the pages of a printed document may not break: last rows and list items, and headings left behind."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import partial
from itertools import pairwise
from typing import Any

from lxml import etree

from docgen.word.controls import W, with_main_part
from docgen.word.package import members_of

_BUILT_IN = re.compile(r"heading [1-9]", re.IGNORECASE)
_BEFORE_A_BREAK = ("pStyle", "keepNext", "keepLines")
"""What stands before `pageBreakBefore` in the properties of a paragraph (ISO/IEC 29500-1, 17.3.1.26)."""
_BEFORE_THE_ROOM = (*_BEFORE_A_BREAK, "pageBreakBefore", "framePr", "widowControl", "numPr", "pBdr", "shd", "tabs")
_SMALL_TABLE = 5, 800
"""Rows, with the header, and characters in the longest cells of all of them: a quarter of a page."""
_SHORT_LIST = 4, 500
"""Points, and characters of all of them: six or seven lines."""
_SHORT = 180
"""Characters of two lines."""
_BODY_TEXT = 9
"""Outline level of what is no heading (17.3.1.20)."""


def heading_count(package: bytes) -> int:
    """How many paragraphs of the body have a level in the outline."""
    return len(_headings(etree.fromstring(_member(package, "word/document.xml")), _levels(package)))


def on_a_new_page(package: bytes, headings: Collection[int]) -> bytes:
    """The Word file with a page break before some of its headings, counted from 0.

    A heading that follows directly on another one takes that along. One in a table cannot begin a page and stays.
    """
    return with_main_part(package, partial(_broken, levels=_levels(package), wanted=headings))


def _broken(xml: bytes, levels: Mapping[str, int], wanted: Collection[int]) -> bytes:
    root = etree.fromstring(xml)
    found = _headings(root, levels)
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
    return with_main_part(package, partial(_kept, styles=_styles(package)))


def _kept(xml: bytes, styles: Mapping[str, Any]) -> bytes:
    try:
        root = etree.fromstring(xml)
    except etree.XMLSyntaxError:  # deeper than any document of people: for whoever prints it to refuse
        return xml
    for table in root.iterfind(f"{W}body/{W}tbl"):
        announced = [one for one in (table.getprevious(),) if one is not None and one.tag == f"{W}p"]
        for kept in (*announced, *_rows_kept(table.findall(f"{W}tr"))):
            for paragraph in kept.iter(f"{W}p"):
                _set(paragraph, "keepNext", ("pStyle",))
    headings = _headings(root, {id: _level_of(id, styles, ()) for id in styles})
    for first, second in pairwise(headings):
        between = first.getnext()
        is_text = between is not None and between.tag == f"{W}p"
        if is_text and between.getnext() is second and _length(between) <= _SHORT:
            _set(between, "keepNext", ("pStyle",))
    items = {id for id in styles if _is_item(id, styles, ())}
    for points in _lists(root, items):
        for paragraph in (*_announcement(points[0]), *_points_kept(points)):
            _set(paragraph, "keepNext", ("pStyle",))
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _lists(root: Any, items: Collection[str]) -> Iterator[list[Any]]:
    """Paragraphs of one numbered or bulleted style that follow each other."""
    points: list[Any] = []
    for paragraph in root.iter(f"{W}p"):
        if points and (paragraph.getprevious() is not points[-1] or _style(paragraph) != _style(points[-1])):
            yield points
            points = []
        if _style(paragraph) in items:
            points.append(paragraph)
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
    lengths = [max(map(_length, row.iter(f"{W}tc")), default=0) for row in rows]
    if len(rows) <= _SMALL_TABLE[0] and sum(lengths) <= _SMALL_TABLE[1]:
        return rows[:-1]
    heads = sum(row.find(f"{W}trPr/{W}tblHeader") is not None for row in rows)
    first = rows[: heads + 1] if lengths[heads : heads + 1] < [_SHORT] else ()
    return (*first, *(rows[-2:-1] if lengths[-1:] < [_SHORT] else ()))


def _length(element: Any) -> int:
    return len(_text(element))


def _text(element: Any) -> str:
    return "".join(element.itertext(f"{W}t"))


def _style(element: Any) -> str:
    found = element.find(f"{W}pPr/{W}pStyle")
    return "" if found is None else str(found.get(f"{W}val"))


def _is_item(id: str, styles: Mapping[str, Any], seen: tuple[str, ...]) -> bool:
    """Whether Word numbers or bullets paragraphs of this style, and they are no headings."""
    style = styles.get(id)
    if style is None or id in seen or _level_of(id, styles, ()) < _BODY_TEXT:
        return False
    number, base = style.find(f"{W}pPr/{W}numPr/{W}numId"), style.find(f"{W}basedOn")
    if number is not None:
        return bool(number.get(f"{W}val") != "0")
    return base is not None and _is_item(base.get(f"{W}val"), styles, (*seen, id))


def _set(paragraph: Any, name: str, earlier: Collection[str]) -> None:
    properties = paragraph.find(f"{W}pPr")
    if properties is None:
        properties = etree.Element(f"{W}pPr")
        paragraph.insert(0, properties)
    if properties.find(f"{W}{name}") is None:
        position = sum(child.tag in {f"{W}{one}" for one in earlier} for child in properties)
        properties.insert(position, etree.Element(f"{W}{name}"))


def _break_before(paragraph: Any) -> None:
    _set(paragraph, "pageBreakBefore", _BEFORE_A_BREAK)
    _set(paragraph, "spacing", _BEFORE_THE_ROOM)  # above it, which a page that begins by itself does not have
    paragraph.find(f"{W}pPr/{W}spacing").set(f"{W}before", "0")


def _headings(root: Any, levels: Mapping[str, int]) -> list[Any]:
    return [paragraph for paragraph in root.iter(f"{W}p") if _level(paragraph, levels) < _BODY_TEXT]


def _level(paragraph: Any, levels: Mapping[str, int]) -> int:
    properties = paragraph.find(f"{W}pPr")
    if properties is None:
        return _BODY_TEXT
    own, style = properties.find(f"{W}outlineLvl"), properties.find(f"{W}pStyle")
    if own is not None:
        return int(own.get(f"{W}val"))
    return levels.get(style.get(f"{W}val"), _BODY_TEXT) if style is not None else _BODY_TEXT


def _levels(package: bytes) -> Mapping[str, int]:
    """Outline level of each paragraph style that has one, its own or that of a style it is based on."""
    styles = _styles(package)
    return {id: level for id in styles if id and (level := _level_of(id, styles, ())) < _BODY_TEXT}


def _styles(package: bytes) -> Mapping[str, Any]:
    found = etree.fromstring(_member(package, "word/styles.xml"))
    return {str(one.get(f"{W}styleId")): one for one in found if one.get(f"{W}styleId")}


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


def _member(package: bytes, name: str) -> bytes:
    return next((content for own, content in members_of(package) if own == name), b"<none/>")
