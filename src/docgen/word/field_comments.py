"""Native Word comments in somebody's document, at the fields they concern.

The document stays as it came but for the comments: a part `word/comments.xml` (ISO/IEC 29500-1, 17.13.4), its relation
and content type, and three marks around each place.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lxml import etree

from docgen.case.source import Path, dotted
from docgen.errors import ContentInvalid
from docgen.findings import Place
from docgen.word.controls import MAIN_PART, W
from docgen.word.found import Found, fields_in
from docgen.word.package import assemble, members_of, pack
from docgen.word.received import main_part
from docgen.word.usual_names import with_usual_names

_COMMENTS = "word/comments.xml"
_RELATIONS = "word/_rels/document.xml.rels"
_TYPES = "[Content_Types].xml"
_REL = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_TYPE = "{http://schemas.openxmlformats.org/package/2006/content-types}"
_COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"
_COMMENTS_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments"
_HEADINGS = ("Heading1", "Heading2", "Title")
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"


@dataclass(frozen=True, slots=True)
class Comment:
    """What is said about a field."""

    path: str
    """Of the field, as in the case file; empty for the document as a whole."""
    text: str
    """Paragraphs are parted by line breaks."""


@dataclass(frozen=True, slots=True)
class Author:
    """Whose comments these are."""

    name: str
    initials: str
    at: datetime
    """Aware; Word shows the day and the time."""


def shows(document: bytes, path: str, file: str = "") -> bool:
    """Whether a form has a control for this field, or for something in it."""
    return _field(fields_in(main_part(document, file))[0], path) is not None


def with_comments(document: bytes, comments: Sequence[Comment], author: Author, file: str = "") -> bytes:
    """The document with the comments: at the control of the field; else at one inside or around it; else at the top.

    Args:
        document: a Word file; it may come from outside.
        comments: in the order in which they are numbered.
        author: stands beside each comment.
        file: name of the document as the user knows it, for errors.

    Raises:
        ContentInvalid: it is no Word file that can be read.
    """
    if not comments:
        return document
    root = main_part(document, file)
    fields, _ = fields_in(root)
    found = ((_field(fields, comment.path), comment.text) for comment in comments)
    return with_comments_at(
        document, root, [(field.element if field else top(root), text) for field, text in found], author, file
    )


def with_comments_at(
    document: bytes, root: Any, comments: Sequence[tuple[Any, str]], author: Author, file: str = ""
) -> bytes:
    """The document with a comment at each element of its main part, a control or a paragraph.

    Args:
        document: a Word file.
        root: its main part, which is changed.
        comments: element and text.
        author: stands beside each comment.
        file: name of the document as the user knows it, for errors.

    Raises:
        ContentInvalid: it is no Word file that can be read.
    """
    members = dict(members_of(with_usual_names(document)))
    part = _comments_part(members.get(_COMMENTS))
    number = 1 + max((int(str(each.get(f"{W}id"))) for each in part), default=-1)
    for offset, (place, text) in enumerate(comments):
        part.append(_comment(number + offset, text, author))
        _anchor(place, number + offset)
    try:
        changed = {
            MAIN_PART: _written(root),
            _COMMENTS: _written(part),
            _RELATIONS: _related(members[_RELATIONS]),
            _TYPES: _typed(members[_TYPES]),
        }
    except (KeyError, etree.XMLSyntaxError) as error:
        raise ContentInvalid.because("DG-W410", Place(file)) from error
    return assemble(pack(name, content) for name, content in {**members, **changed}.items())


def _field(fields: Sequence[Found], path: str) -> Found | None:
    """The control of a field; else one inside it; else one of the nearest block around it."""
    if not path:
        return None
    by_path = {_now(one): one for one in reversed(fields)}
    wanted = path
    while wanted:
        inside = (one for name, one in by_path.items() if name.startswith((f"{wanted}.", f"{wanted}[")))
        found = by_path.get(wanted) or next(iter(reversed(list(inside))), None)
        if found is not None:
            return found
        wanted = _around(wanted)
    return None


def _around(path: str) -> str:
    head, dot, _ = path.rpartition(".")
    return path[: path.rindex("[")] if path.endswith("]") else head if dot else ""


def _now(one: Found) -> str:
    steps: Path = one.tag.path
    return dotted(steps) if not any(one.copies) else ""


def _anchor(place: Any, number: int) -> None:
    paragraph = place if place.tag == f"{W}p" else next(place.iterancestors(f"{W}p"), None)
    if paragraph is None or place.tag == f"{W}p":
        # The control holds whole paragraphs, or there is none: the first paragraph takes the comment.
        paragraph = place if place.tag == f"{W}p" else next(place.iter(f"{W}p"))
        runs = [child for child in paragraph if child.tag != f"{W}pPr"]
        first, last = (runs[0], runs[-1]) if runs else (None, None)
    else:
        first = last = place
    start, end, mark = _marks(number)
    if first is None or last is None:
        paragraph.extend([start, end, mark])
        return
    first.addprevious(start)
    last.addnext(end)
    end.addnext(mark)


def _marks(number: int) -> tuple[Any, Any, Any]:
    start = etree.Element(f"{W}commentRangeStart", {f"{W}id": str(number)})
    end = etree.Element(f"{W}commentRangeEnd", {f"{W}id": str(number)})
    run = etree.Element(f"{W}r")
    etree.SubElement(run, f"{W}commentReference", {f"{W}id": str(number)})
    return start, end, run


def top(root: Any) -> Any:
    """The first heading of a document, or else its first paragraph: where a comment on the whole stands."""
    paragraphs = list(root.find(f"{W}body").iter(f"{W}p"))
    for style in _HEADINGS:
        for paragraph in paragraphs:
            named = paragraph.find(f"{W}pPr/{W}pStyle")
            if named is not None and named.get(f"{W}val") == style:
                return paragraph
    return paragraphs[0]


def _comment(number: int, words: str, author: Author) -> Any:
    made = etree.Element(
        f"{W}comment",
        {
            f"{W}id": str(number),
            f"{W}author": author.name,
            f"{W}initials": author.initials,
            f"{W}date": author.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        },
    )
    for line in words.split("\n"):
        text = etree.SubElement(
            etree.SubElement(etree.SubElement(made, f"{W}p"), f"{W}r"), f"{W}t", {_SPACE: "preserve"}
        )
        text.text = line
    return made


def _comments_part(there: bytes | None) -> Any:
    if there is not None:
        return etree.fromstring(there, etree.XMLParser(resolve_entities=False, no_network=True))
    return etree.Element(f"{W}comments", nsmap={"w": W[1:-1]})


def _related(relations: bytes) -> bytes:
    root = etree.fromstring(relations)
    if not any(each.get("Type") == _COMMENTS_RELATION for each in root):
        taken = {each.get("Id") for each in root}
        name = _free("rIdComments", taken)
        etree.SubElement(
            root, f"{_REL}Relationship", {"Id": name, "Type": _COMMENTS_RELATION, "Target": "comments.xml"}
        )
    return _written(root)


def _free(name: str, taken: Iterable[object]) -> str:
    return name if name not in set(taken) else _free(f"{name}x", taken)


def _typed(types: bytes) -> bytes:
    root = etree.fromstring(types)
    if not any(each.get("PartName") == f"/{_COMMENTS}" for each in root):
        etree.SubElement(root, f"{_TYPE}Override", {"PartName": f"/{_COMMENTS}", "ContentType": _COMMENTS_TYPE})
    return _written(root)


def _written(root: Any) -> bytes:
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))
