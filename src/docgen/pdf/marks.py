"""Marked content of a page: what is drawn inside a structure element, inside an artifact, or inside neither.

ISO 32000-1, 14.6 (marked content) and 14.8.2.2 (artifacts). PDF/UA (ISO 14289-1, 7.1) wants every drawn thing to be
one or the other, and neither inside the other.

A page is read once. One that keeps to what LibreOffice writes (no literal strings, no comments, no pictures between the
operators, no nested dictionaries) is read by one regular expression, some ten times as fast as by pikepdf, which reads
all others.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

import pikepdf
from pikepdf import ContentStreamInlineImage, ContentStreamInstruction, Dictionary, Name, Operator

Instruction = ContentStreamInstruction | ContentStreamInlineImage

_BEGINS_PATH: Final = frozenset({"m", "re"})
_PAINTS_PATH: Final = frozenset({"S", "s", "f", "F", "f*", "B", "B*", "b", "b*"})
_SHOWS_TEXT: Final = frozenset({"Tj", "TJ", "'", '"'})
_PAINTS: Final = {
    **dict.fromkeys(_PAINTS_PATH | {"sh"}, "path"),
    **dict.fromkeys(_SHOWS_TEXT, "text"),
    "Do": "object",
    "INLINE IMAGE": "image",
}
_CMYK: Final = frozenset({"k", "K"})
_OF_INTEREST: Final = {
    name.encode(): name for name in ("BI", "BMC", "BDC", "EMC", "n", *_BEGINS_PATH, *_PAINTS, *_CMYK)
}
_TOKEN: Final = re.compile(
    rb"\[[^\]]*\]|<<(?P<inside>[^<>]*(?:<[^<>]*>[^<>]*)*)>>|<(?!<)[^<>]*>|/(?P<name>[^\s/<>\[\]{}()%]*)"
    rb"|(?P<operator>[A-Za-z'\"][A-Za-z0-9*]*)|(?P<left><<)"
)
"""An array, the inside of a dictionary, a hexadecimal string, a name, an operator, or what is left to pikepdf."""
_BLOCK: Final = re.compile(
    rb"(?:(?P<artifact>/Artifact)(?:\s+BMC|<<[^<>]*>>BDC)"
    rb"|/(?!Artifact<)[^\s/<>\[\]{}()%]*<</MCID\s+(?P<tagged>\d+)>>BDC)(?![A-Za-z0-9*])"
    rb"(?>(?:[\s\d.+-]++|\[[^\]]*+\]|<(?!<)[^<>]*+>|/[^\s/<>\[\]{}()%]*+"
    rb"|(?!(?:BMC|BDC|EMC|BI|[kK])(?![A-Za-z0-9*]))[A-Za-z'\"][A-Za-z0-9*]*+)*)EMC(?![A-Za-z0-9*])"
)
"""A mark from its beginning to its end, with no other mark, no CMYK and no picture in it: nothing in it matters."""
_BLOCK_OR_TOKEN: Final = re.compile(_BLOCK.pattern + b"|" + _TOKEN.pattern)
_IDENTIFIER: Final = re.compile(rb"/MCID\s+(\d+)")
_NO_BYTES: Final = (b"(", b"%")


@dataclass(frozen=True, slots=True)
class PageMarks:
    """What the content stream of one page marks."""

    identifiers: tuple[int, ...]
    """Every MCID in the order in which it is drawn; one that stands twice is there twice."""
    unmarked: tuple[str, ...]
    """Kind of each thing drawn outside of everything: `path`, `text`, `object` or `image`."""
    mixed: int
    """How often an artifact stands inside tagged content or the other way round."""
    balanced: bool
    """Every mark that is begun is ended."""
    cmyk: bool
    """A colour is given in DeviceCMYK."""


def marks_of(page: pikepdf.Page) -> PageMarks:
    """What the page's own content marks; the content of form XObjects counts as marked where they are drawn.

    Raises:
        pikepdf.PdfError: The content cannot be parsed.
    """
    return _read(page)[1].marks()


def mended(page: pikepdf.Page) -> tuple[PageMarks, bytes | None]:
    """What the page marks once every line and fill that stands outside of everything is wrapped as an artifact.

    LibreOffice 7.4 leaves borders of paragraphs so. Text and pictures outside of everything are left as they are: to
    call them decoration would hide them from people who listen.

    Returns:
        The marks as they are then, and the new content; no content if all is well as it is.
    """
    content, read = _read(page)
    if not read.loose:
        return read.marks(), None
    wrapped = _wrapped_bytes(content, read) if isinstance(content, bytes) else _wrapped_instructions(content, read)
    return read.marks(wrapped=True), wrapped


def _wrapped_bytes(content: bytes, read: _Marks) -> bytes:
    pieces, at = list[bytes](), 0
    for start, end in read.loose:
        pieces += [content[at:start], b"\n/Artifact BMC", content[start:end], b"\nEMC"]
        at = end
    return b"".join([*pieces, content[at:]])


def _wrapped_instructions(content: list[Instruction], read: _Marks) -> bytes:
    pieces, at = list[Instruction](), 0
    opening = ContentStreamInstruction([Name.Artifact], Operator("BMC"))
    closing = ContentStreamInstruction([], Operator("EMC"))
    for start, end in read.loose:
        pieces += [*content[at:start], opening, *content[start:end], closing]
        at = end
    return pikepdf.unparse_content_stream([*pieces, *content[at:]])


@dataclass
class _Marks:
    """The marks of a page, gathered operator by operator."""

    open_marks: list[str] = field(default_factory=list)
    identifiers: list[int] = field(default_factory=list)
    unmarked: list[str] = field(default_factory=list)
    mixed: int = 0
    balanced: bool = True
    cmyk: bool = False
    loose: list[tuple[int, int]] = field(default_factory=list)
    """Where lines and fills outside of every mark begin, with their operands, and end."""
    _path: int | None = None

    def marks(self, *, wrapped: bool = False) -> PageMarks:
        unmarked = [*self.unmarked, *(() if wrapped else ("path",) * len(self.loose))]
        balanced = self.balanced and not self.open_marks
        return PageMarks(tuple(self.identifiers), tuple(unmarked), self.mixed, balanced, self.cmyk)

    def begin(self, kind: str, identifier: int | None) -> None:
        if identifier is not None:
            self.identifiers.append(identifier)
        if self.open_marks:
            self.mixed += {kind, *self.open_marks} >= {"artifact", "tagged"}
        self.open_marks.append(kind)

    def operator(self, name: str, start: int, end: int) -> None:
        """Any operator but those that begin a mark, with the place it takes together with its operands."""
        if name == "EMC":
            self.balanced = self.balanced and bool(self.open_marks)
            del self.open_marks[-1:]
        elif name in _BEGINS_PATH:
            # A mark may not begin inside a path, so it begins before; once it is known whether the path is painted.
            self._path = start if self._path is None and not self.open_marks else self._path
        elif name in _PAINTS:
            self._painted(name, start, end)
        elif name == "n":
            self._path = None
        elif name in _CMYK:
            self.cmyk = True

    def gather(self, content: bytes, pieces: re.Pattern[bytes]) -> bool:
        """Reads a whole page; says whether it could."""
        inside, tag, end = b"", b"", 0
        for piece in pieces.finditer(content):
            kind = piece.lastgroup
            if kind == "operator":
                start, end = end, piece.end()
                name = _OF_INTEREST.get(piece["operator"], "")
                if name == "BI":
                    return False  # what follows is a picture
                if name == "BDC" and tag != b"Artifact" and not inside:
                    return False  # its properties stand in the resources
                if name == "BDC" or name == "BMC":
                    found = _IDENTIFIER.search(inside) if name == "BDC" and tag != b"Artifact" else None
                    known = "artifact" if tag == b"Artifact" else "tagged" if found else "neutral"
                    self.begin(known, int(found.group(1)) if found else None)
                elif name:
                    self.operator(name, start, end)
                inside = tag = b""
            elif kind == "name":
                inside, tag = b"", tag or piece["name"]
            elif kind == "inside":
                inside = piece["inside"]
            elif kind == "tagged" or kind == "artifact":
                if tag or self._path is not None:
                    return False  # it is no block, or belongs to a path
                self.begin(kind, int(piece["tagged"]) if kind == "tagged" else None)
                del self.open_marks[-1:]
                inside, end = b"", piece.end()
            elif kind == "left":
                return False
        return True

    def _painted(self, name: str, start: int, end: int) -> None:
        began = start if name == "sh" and not self.open_marks else self._path
        if _PAINTS[name] == "path" and began is not None:
            self.loose.append((began, end))
        elif not {"artifact", "tagged"} & {*self.open_marks}:
            self.unmarked.append(_PAINTS[name])
        self._path = self._path if name not in _PAINTS_PATH else None


def _read(page: pikepdf.Page) -> tuple[bytes | list[Instruction], _Marks]:
    content = content_of(page)
    if not any(byte in content for byte in _NO_BYTES):
        read = _fast(content)
        if read is not None:
            return content, read
    instructions = [*pikepdf.parse_content_stream(page)]
    return instructions, _slow(instructions, page)


def content_of(page: pikepdf.Page) -> bytes:
    """The content of a page, unpacked, however many streams it is in."""
    found = page.obj.get("/Contents")
    if isinstance(found, pikepdf.Stream):
        return found.read_bytes()
    return b"\n".join(one.read_bytes() for one in found) if isinstance(found, pikepdf.Array) else b""


def _fast(content: bytes) -> _Marks | None:
    read = _Marks()
    return read if read.gather(content, _BLOCK_OR_TOKEN) else _by_token(content)


def _by_token(content: bytes) -> _Marks | None:
    read = _Marks()
    return read if read.gather(content, _TOKEN) else None


def _slow(instructions: list[Instruction], page: pikepdf.Page) -> _Marks:
    read = _Marks()
    for number, instruction in enumerate(instructions):
        name = str(instruction.operator)
        if name in ("BMC", "BDC"):
            read.begin(*_kind_of_mark([*instruction.operands], page))
        else:
            read.operator(name, number, number + 1)
    return read


def _kind_of_mark(operands: list[pikepdf.Object], page: pikepdf.Page) -> tuple[str, int | None]:
    tag, properties = [*operands, None][:2]
    if tag == Name.Artifact:
        return "artifact", None
    if isinstance(properties, Name):
        properties = page.resources.get("/Properties", Dictionary()).get(str(properties))
    identifier = properties.get("/MCID") if isinstance(properties, Dictionary) else None
    return ("neutral", None) if identifier is None else ("tagged", int(identifier))
