"""Page breaks before headings, for a document whose printer left them behind at the foot of a page."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import partial
from typing import Any

from lxml import etree

from docgen.word.controls import W, with_main_part
from docgen.word.package import members_of

_BUILT_IN = re.compile(r"heading [1-9]", re.IGNORECASE)
_EARLIER = frozenset(f"{W}{name}" for name in ("pStyle", "keepNext", "keepLines"))
"""What stands before `pageBreakBefore` in the properties of a paragraph (ISO/IEC 29500-1, 17.3.1.26)."""
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


def _break_before(paragraph: Any) -> None:
    properties = paragraph.find(f"{W}pPr")
    if properties.find(f"{W}pageBreakBefore") is None:
        position = sum(child.tag in _EARLIER for child in properties)
        properties.insert(position, etree.Element(f"{W}pageBreakBefore"))


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
    styles = {one.get(f"{W}styleId"): one for one in etree.fromstring(_member(package, "word/styles.xml"))}
    return {id: level for id in styles if id and (level := _level_of(id, styles, ())) < _BODY_TEXT}


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
