"""Content controls in place of the tokens that `controls` left in the text."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Sequence
from typing import Any
from xml.sax.saxutils import quoteattr

from controls import TOKEN, Control
from docx.oxml import parse_xml
from docx.oxml.ns import qn

_NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'
)
_CHECKBOX = (
    '<w14:checkbox><w14:checked w14:val="0"/><w14:checkedState w14:val="2612" w14:font="MS Gothic"/>'
    '<w14:uncheckedState w14:val="2610" w14:font="MS Gothic"/></w14:checkbox>'
)
_FIRST_ID = 1000


def insert(document: Any, fields: Sequence[Control]) -> None:
    """Replace every token in the text of a document by its control."""
    for text in [element for element in document.iter(qn("w:t")) if TOKEN.search(element.text or "")]:
        run = text.getparent()
        for element in _pieces(text.text, run, fields):
            run.addprevious(element)
        run.getparent().remove(run)


def _pieces(text: str, run: Any, fields: Sequence[Control]) -> Iterable[Any]:
    for number, piece in enumerate(re.split(TOKEN, text)):
        if number % 2:
            yield _control(fields[int(piece)], int(piece), run)
        elif piece:
            yield _like(run, piece)


def _like(run: Any, words: str) -> Any:
    made = copy.deepcopy(run)
    made.find(qn("w:t")).text = words
    return made


def _control(control: Control, number: int, run: Any) -> Any:
    made = parse_xml(
        f"<w:sdt {_NAMESPACES}><w:sdtPr><w:alias w:val={quoteattr(control.title)}/>"
        f'<w:tag w:val={quoteattr(control.tag)}/><w:id w:val="{_FIRST_ID + number}"/>{_kind(control)}</w:sdtPr>'
        "<w:sdtContent/></w:sdt>"
    )
    made.find(qn("w:sdtContent")).append(_like(run, control.shown))
    return made


def _kind(control: Control) -> str:
    # Text is a control of rich text: LibreOffice 7.4 moves line breaks out of a control of plain text when it saves.
    match control.form:
        case "date":
            return (
                f'<w:date><w:dateFormat w:val="d MMMM yyyy"/><w:lid w:val="{control.locale}"/>'
                '<w:storeMappedDataAs w:val="date"/><w:calendar w:val="gregorian"/></w:date>'
            )
        case "choice":
            items = "".join(
                f"<w:listItem w:displayText={quoteattr(words)} w:value={quoteattr(value)}/>"
                for words, value in control.items
            )
            return f"<w:dropDownList>{items}</w:dropDownList>"
        case "box":
            return _CHECKBOX
    return ""
