"""A Word file opened for reading: its parts with text, each paragraph with its place, and what else lies in it.

Nothing is followed or run: entities stay unresolved, and links are only read.
"""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree

from docgen.errors import ContentInvalid
from docgen.findings import Place
from docgen.word.locate import Spot, numbered, repeated
from docgen.word.package import members_of

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_RELATIONS = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
_LABELS = {"document": "body", "hdr": "header", "ftr": "footer", "footnotes": "footnotes", "endnotes": "endnotes"}
_SPACES = {f"{W}tab": "\t", f"{W}br": "\n", f"{W}cr": "\n", f"{W}noBreakHyphen": "\u2011"}


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text with one `w:t` behind it."""

    start: int
    """Where it begins in the paragraph's text, in characters."""
    text: str
    element: Any


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph with its own text; text of frames inside it belongs to their own paragraphs."""

    spot: Spot
    element: Any
    text: str
    pieces: tuple[Piece, ...]

    def pieces_of(self, start: int, end: int) -> tuple[Piece, ...]:
        """The pieces that a stretch of the text touches."""
        return tuple(piece for piece in self.pieces if piece.start < end and piece.start + len(piece.text) > start)


@dataclass(frozen=True, slots=True)
class Part:
    """A part with paragraphs."""

    name: str
    label: str
    """`body`, `header1`, `footer2`, `footnotes`, `endnotes`."""
    root: Any
    """Without the copies that Word keeps of text boxes for older programs."""
    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True, slots=True)
class Relation:
    """A link from a part of the package."""

    owner: str
    """Name of the part it belongs to."""
    id: str
    kind: str
    """Last word of its type: `hyperlink`, `image`, `attachedTemplate`."""
    target: str
    """Name of the part it leads to, or the address when it leads outside."""
    external: bool


@dataclass(frozen=True, slots=True)
class WordFile:
    """All that the checks look at."""

    file: str
    members: Mapping[str, bytes]
    types: Mapping[str, str]
    """Content type by part name."""
    relations: tuple[Relation, ...]
    parts: tuple[Part, ...]

    @property
    def body(self) -> Part:
        """The main part."""
        return self.parts[0]

    def of_type(self, ending: str) -> Any:
        """Root of the part whose content type ends so; nothing when there is none."""
        for name, kind in self.types.items():
            if kind.endswith(ending) and name in self.members:
                return _parsed(self.members[name])
        return None


def opened(content: bytes, file: str) -> WordFile:
    """The Word file.

    Raises:
        ContentInvalid: it is none, or a part of it cannot be read.
    """
    try:
        members = dict(members_of(content))
        types = _types(members["[Content_Types].xml"])
        parts = tuple(_parts(members, types))
        relations = tuple(_relations(members))
    except (zipfile.BadZipFile, KeyError, NotImplementedError, RuntimeError, etree.XMLSyntaxError, OSError) as error:
        raise ContentInvalid.because("DG-W100", Place(file)) from error
    if not parts or parts[0].label != "body":
        raise ContentInvalid.because("DG-W100", Place(file))
    return WordFile(file, members, types, relations, parts)


def text_of(paragraph: Any) -> tuple[str, tuple[Piece, ...]]:
    """A paragraph's own text and the pieces it is made of; deleted text is not there any more."""
    pieces: list[Piece] = []
    length = 0
    for element in paragraph.iter(f"{W}t", *_SPACES):
        if next(element.iterancestors(f"{W}p"), None) is not paragraph or element.getparent().tag == f"{W}tabs":
            continue
        text = _SPACES.get(element.tag) or element.text or ""
        pieces.append(Piece(length, text, element))
        length += len(text)
    return "".join(piece.text for piece in pieces), tuple(pieces)


def paragraph_of(part: Part, element: Any) -> Paragraph:
    """The paragraph in which an element stands, or the first one inside it, or the first of the part."""
    around = [element, *element.iterancestors(f"{W}p")] if element.tag == f"{W}p" else [*element.iterancestors(f"{W}p")]
    wanted = around[0] if around else next(element.iter(f"{W}p"), None)
    return next((one for one in part.paragraphs if one.element is wanted), part.paragraphs[0])


def _parsed(content: bytes) -> Any:
    return etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))


def _types(content: bytes) -> dict[str, str]:
    overrides = _parsed(content).iter(f"{_TYPES}Override")
    return {str(one.get("PartName")).lstrip("/"): str(one.get("ContentType")) for one in overrides}


def _parts(members: Mapping[str, bytes], types: Mapping[str, str]) -> Iterator[Part]:
    found: list[tuple[str, str, Any]] = []
    for name in sorted(types):
        if name in members and types[name].endswith("+xml"):
            root = _parsed(members[name])
            label = _LABELS.get(etree.QName(root).localname, "")
            if label and root.tag.startswith(W):
                number = "".join(filter(str.isdigit, posixpath.basename(name))) if label in ("header", "footer") else ""
                found.append((name, f"{label}{number}", root))
    for name, label, root in sorted(found, key=lambda one: one[1] != "body"):
        for _, copy in list(repeated(root)):
            copy.getparent().remove(copy)
        yield Part(name, label, root, tuple(_paragraphs(label, root)))


def _paragraphs(label: str, root: Any) -> Iterator[Paragraph]:
    tables = {table: number for number, table in enumerate(root.iter(f"{W}tbl"), 1)}
    for number, element in numbered(root):
        text, pieces = text_of(element)
        cell, row, table = (next(element.iterancestors(f"{W}{name}"), None) for name in ("tc", "tr", "tbl"))
        inside = cell is not None and row is not None and table is not None
        at = (tables[table], _nth(row), _nth(cell)) if inside else (0, 0, 0)
        yield Paragraph(Spot(label, number, *at, words=text), element, text, pieces)


def _nth(element: Any) -> int:
    return 1 + sum(1 for _ in element.itersiblings(element.tag, preceding=True))


def _relations(members: Mapping[str, bytes]) -> Iterator[Relation]:
    for name, content in members.items():
        if not name.endswith(".rels"):
            continue
        folder, _, own = name.rpartition("_rels/")
        for one in _parsed(content).iter(f"{_RELATIONS}Relationship"):
            external = one.get("TargetMode", "Internal") != "Internal"
            target = str(one.get("Target"))
            kind = str(one.get("Type")).rsplit("/", 1)[-1]
            inside = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
            yield Relation(
                folder + own.removesuffix(".rels"), str(one.get("Id")), kind, target if external else inside, external
            )
