"""The pieces that runs of text fall into when they are compared: words, and what stands as one."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree

from docgen.word.controls import W

WORDS = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\w+|\s+|.", re.DOTALL)
BOX = f"{W}txbxContent"
NOTES = (f"{W}footnoteReference", f"{W}endnoteReference")
_XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_PROPERTIES = (f"{W}pPr", f"{W}sdtPr", f"{W}fldData")
WITHOUT_TEXT = frozenset(f"{W}{name}" for name in ("bookmarkStart", "bookmarkEnd", "proofErr", "commentRangeStart",
                                                    "commentRangeEnd", "permStart", "permEnd"))  # fmt: skip
_REMARKS = (f"{W}commentReference", f"{W}annotationRef")
_OF_THE_SCREEN = (f"{W}lastRenderedPageBreak",)
_SPACES = frozenset(f"{W}{name}" for name in ("tab", "br", "cr", "noBreakHyphen", "softHyphen", "sym", "ptab"))
_ENDS = {f"{W}p": "\n", f"{W}tc": "\a", f"{W}tr": "\f"}


@dataclass(frozen=True, slots=True)
class Piece:
    """A word, or something that stands as one."""

    key: str
    """The same in both versions when it is the same piece; empty for marks without text, which are never compared."""
    element: Any
    """A run with this piece alone, or an element around runs."""
    is_run: bool = True


def pieces(holder: Any) -> Iterator[Piece]:
    """The pieces in a paragraph, control or link."""
    for child in holder:
        if child.tag == f"{W}r":
            yield from _of_run(child)
        elif child.tag in WITHOUT_TEXT:
            yield Piece("", child, is_run=False)
        elif child.tag not in _PROPERTIES:
            yield Piece(_name(child), child, is_run=False)


def runs(found: Sequence[Piece]) -> Iterator[Any]:
    """The runs of some pieces, without the controls and links around them and without marks."""
    for piece in found:
        if not piece.is_run:
            yield from runs(tuple(pieces(inside(piece.element))))
        elif piece.key:
            yield piece.element


def inside(wrapper: Any) -> Any:
    """What holds the runs of a control or link."""
    content = wrapper.find(f"{W}sdtContent")
    return wrapper if content is None else content


def properties(holder: Any) -> list[Any]:
    """Children that describe the others."""
    return [child for child in holder if child.tag in _PROPERTIES]


def text_in(element: Any) -> str:
    """All text, with a mark at the end of each paragraph, cell and row."""
    found: list[str] = []
    for _, one in etree.iterwalk(element, events=("end",)):
        if one.tag in (f"{W}t", f"{W}instrText"):
            found.append(one.text or "")
        elif one.tag in _SPACES and one.getparent().tag == f"{W}r":
            found.append("\t")
        else:
            found.append(_ENDS.get(one.tag, ""))
    return "".join(found)


def same(old: Any, new: Any) -> bool:
    """Whether nothing in it can have changed: the text is the same, and no note hangs on it."""
    noted = any(next(each.iter(*NOTES), None) is not None for each in (old, new))
    return not noted and text_in(old) == text_in(new)


def joined(found: Sequence[Any]) -> list[Any]:
    """Neighbouring runs of one formatting as one run again."""
    made: list[Any] = []
    for run in found:
        if made and _look(made[-1]) == _look(run) and made[-1][-1].tag == run[-1].tag == f"{W}t":
            made[-1][-1].text += run[-1].text
        else:
            made.append(copy.deepcopy(run))
    return made


def _name(wrapper: Any) -> str:
    if wrapper.tag == f"{W}sdt":
        tag = wrapper.find(f"{W}sdtPr/{W}tag")
        return f"control {'' if tag is None else tag.get(f'{W}val')}"
    return "link" if wrapper.tag == f"{W}hyperlink" else _canonical(wrapper)


def _of_run(run: Any) -> Iterator[Piece]:
    look = run.find(f"{W}rPr")
    for child in run:
        if child.tag == f"{W}t":
            for word in WORDS.findall(child.text or ""):
                text = etree.Element(f"{W}t", {_XML_SPACE: "preserve"})
                text.text = word
                yield Piece(word, _run(look, text))
        elif child.tag not in (f"{W}rPr", *_OF_THE_SCREEN):
            yield Piece(_key(child), _run(look, copy.deepcopy(child)))


def _key(child: Any) -> str:
    if child.tag in _REMARKS:
        return ""
    # Two versions number notes and boxes as they like; which is which, the words around them tell.
    if child.tag in NOTES:
        return str(child.tag)
    return "box" if next(child.iter(BOX), None) is not None else _canonical(child)


def _canonical(element: Any) -> str:
    return etree.tostring(element, method="c14n", exclusive=True, with_tail=False).decode()


def _run(look: Any, child: Any) -> Any:
    run = etree.Element(f"{W}r")
    if look is not None:
        run.append(copy.deepcopy(look))
    run.append(child)
    return run


def _look(run: Any) -> bytes:
    look = run.find(f"{W}rPr")
    return b"" if look is None else bytes(etree.tostring(look))
