"""From the filled text of a part to its XML: what docxtpl does after Jinja, done only where there is something to do.

docxtpl walks every run of every paragraph and every row of every table in Python. Nearly always it changes nothing;
here one look at C speed tells whether that is so, and docxtpl's own code does the rest where it is not.
"""

from __future__ import annotations

import re
from typing import Any

from docxtpl import DocxTemplate
from lxml import etree

from docgen.word.guard import unguarded

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_BODY = f"{{{_W}}}body"
_PICTURE = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"
_PARAGRAPH = re.compile(r"<w:p(?: [^>]*)?>.*?</w:p>", re.DOTALL)
_BREAKS = "\t\n\a\f"
_ESCAPED_TAGS = (("{_{", "{{"), ("}_}", "}}"), ("{_%", "{%"), ("%_}", "%}"))
_FIRST_PICTURE = 1001
_SPAN = "count(w:tc) + sum(w:tc/w:tcPr[1]/w:gridSpan[1]/@w:val) - count(w:tc/w:tcPr[1]/w:gridSpan[1])"
_UNEVEN = etree.XPath(
    "boolean(//w:tbl[not(w:tblGrid) or .//w:tbl or not(.//w:tr)]"
    f" | //w:tr[{_SPAN} != count(ancestor::w:tbl[1]/w:tblGrid[1]/w:gridCol)])",
    namespaces={"w": _W},
)
"""Whether any table may have rows of another width than its grid; nested tables count as such."""


def resolved(text: str) -> str:
    """The filled text with docxtpl's escaped tags put right, and with line breaks and tabs of values as Word has them.

    Expects the new line that docxtpl puts before every paragraph of a template, and takes it away.
    """
    text = text.replace("\n<w:p ", "<w:p ").replace("\n<w:p>", "<w:p>")
    if "_" in text:
        for written, meant in _ESCAPED_TAGS:
            text = text.replace(written, meant)
    text = unguarded(text)
    return _PARAGRAPH.sub(_resolved_paragraph, text) if _has_breaks(text) else text


def filled_body(shell: bytes, body: str) -> Any:
    """The root of the document part with this body in the place of the shell's empty one.

    Raises:
        lxml.etree.XMLSyntaxError: the body is not well-formed.
        AttributeError, ValueError: a table without a grid or with a width that is no number.
    """
    tree = etree.fromstring(body)
    if _UNEVEN(tree):
        tree = DocxTemplate(None).fix_tables(body)
    for number, picture in enumerate(tree.iter(_PICTURE), _FIRST_PICTURE):
        picture.set("id", str(number))
    root = etree.fromstring(shell)
    (empty,) = root.iterchildren(_BODY)
    root.replace(empty, tree)
    return root


def _has_breaks(text: str) -> bool:
    return any(sign in text for sign in _BREAKS)  # several times as fast as an expression


def _resolved_paragraph(match: re.Match[str]) -> str:
    text = match[0]
    return str(DocxTemplate(None).resolve_listing(text)) if _has_breaks(text) else text
