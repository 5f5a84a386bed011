"""A part of a Word file with the tracked changes that are in it already accepted."""

from __future__ import annotations

from typing import Any

from docgen.word.controls import W

_GONE = frozenset(f"{W}{name}" for name in ("del", "moveFrom"))
_STAYS = frozenset(f"{W}{name}" for name in ("ins", "moveTo"))
_MARKS = tuple(f"{W}{name}" for name in (
    "rPrChange", "pPrChange", "sectPrChange", "tblPrChange", "tblPrExChange", "tblGridChange", "trPrChange",
    "tcPrChange", "numberingChange", "cellIns", "cellDel", "cellMerge", "moveFromRangeStart", "moveFromRangeEnd",
    "moveToRangeStart", "moveToRangeEnd"))  # fmt: skip


def accept(root: Any) -> None:
    """Accept every tracked change in a tree, as Word does; of what changed in a table, only whole rows count."""
    for row in list(root.iter(f"{W}tr")):
        if row.find(f"{W}trPr/{W}del") is not None:
            row.getparent().remove(row)
    for paragraph in reversed(list(root.iter(f"{W}p"))):
        if any(paragraph.find(f"{W}pPr/{W}rPr/{name}") is not None for name in _GONE):
            _join_with_the_next(paragraph)
    for change in list(root.iter(*_GONE, *_STAYS, *_MARKS)):
        parent = change.getparent()
        if change.tag in _STAYS:
            place = parent.index(change)
            parent[place : place + 1] = list(change)
        else:
            parent.remove(change)
    for wrapper in list(root.iter(f"{W}customXml", f"{W}smartTag")):
        _unwrapped(wrapper)


def _join_with_the_next(paragraph: Any) -> None:
    following = paragraph.getnext()
    if following is None or following.tag != f"{W}p":
        return
    place = 1 if following.find(f"{W}pPr") is not None else 0
    following[place:place] = [child for child in paragraph if child.tag != f"{W}pPr"]
    paragraph.getparent().remove(paragraph)


def _unwrapped(wrapper: Any) -> None:
    parent = wrapper.getparent()
    place = parent.index(wrapper)
    parent[place : place + 1] = [child for child in wrapper if child.tag not in (f"{W}customXmlPr", f"{W}smartTagPr")]
