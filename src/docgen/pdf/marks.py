"""Marked content of a page: what is drawn inside a structure element, inside an artifact, or inside neither.

ISO 32000-1, 14.6 (marked content) and 14.8.2.2 (artifacts). PDF/UA (ISO 14289-1, 7.1) wants every drawn thing to be
one or the other, and neither inside the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import pikepdf
from pikepdf import ContentStreamInlineImage, ContentStreamInstruction, Dictionary, Name, Object, Operator

Instruction = ContentStreamInstruction | ContentStreamInlineImage

_BEGINS_PATH: Final = frozenset({"m", "re"})
_PAINTS_PATH: Final = frozenset({"S", "s", "f", "F", "f*", "B", "B*", "b", "b*"})
_ENDS_PATH: Final = _PAINTS_PATH | {"n"}
_SHOWS_TEXT: Final = frozenset({"Tj", "TJ", "'", '"'})
_PAINTS: Final = {
    **dict.fromkeys(_PAINTS_PATH | {"sh"}, "path"),
    **dict.fromkeys(_SHOWS_TEXT, "text"),
    "Do": "object",
    "INLINE IMAGE": "image",
}
_CMYK: Final = frozenset({"k", "K"})


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
    return _marks_in(pikepdf.parse_content_stream(page), page)


def _marks_in(instructions: Iterable[Instruction], page: pikepdf.Page) -> PageMarks:
    open_marks: list[str] = []
    identifiers, unmarked, mixed, balanced, cmyk = list[int](), list[str](), 0, True, False
    for instruction in instructions:
        operator = str(instruction.operator)
        if operator in ("BMC", "BDC"):
            kind, identifier = _kind_of_mark(instruction.operands, page)
            identifiers += [] if identifier is None else [identifier]
            mixed += {kind, *open_marks} >= {"artifact", "tagged"}
            open_marks.append(kind)
        elif operator == "EMC":
            balanced = balanced and bool(open_marks)
            del open_marks[-1:]
        elif operator in _PAINTS and not {"artifact", "tagged"} & {*open_marks}:
            unmarked.append(_PAINTS[operator])
        cmyk = cmyk or operator in _CMYK
    return PageMarks(tuple(identifiers), tuple(unmarked), mixed, balanced and not open_marks, cmyk)


def paths_as_artifacts(page: pikepdf.Page) -> list[Instruction] | None:
    """The page's content with every line and fill that stands outside of everything wrapped as an artifact.

    LibreOffice 7.4 leaves borders of paragraphs so. Text and pictures outside of everything are left as they are: to
    call them decoration would hide them from people who listen.

    Returns:
        The instructions for `pikepdf.unparse_content_stream`, or nothing if all is well as it is.
    """
    instructions = pikepdf.parse_content_stream(page)
    return [*_wrapped(instructions)] if "path" in _marks_in(instructions, page).unmarked else None


def _wrapped(instructions: Iterable[Instruction]) -> Iterator[Instruction]:
    depth = 0
    path: list[Instruction] = []
    for instruction in instructions:
        operator = str(instruction.operator)
        depth += {"BMC": 1, "BDC": 1, "EMC": -1}.get(operator, 0)
        # A mark may not begin inside a path, so the path is kept back until it is known whether it is painted.
        if path or (depth == 0 and operator in _BEGINS_PATH):
            path.append(instruction)
            if operator in _ENDS_PATH:
                yield from _artifact(path) if operator in _PAINTS_PATH else path
                path = []
        elif depth == 0 and operator == "sh":
            yield from _artifact([instruction])
        else:
            yield instruction
    yield from path


def _artifact(instructions: Iterable[Instruction]) -> Iterator[Instruction]:
    yield ContentStreamInstruction([Name.Artifact], Operator("BMC"))
    yield from instructions
    yield ContentStreamInstruction([], Operator("EMC"))


def _kind_of_mark(operands: Iterable[Object], page: pikepdf.Page) -> tuple[str, int | None]:
    tag, properties = [*operands, None][:2]
    if tag == Name.Artifact:
        return "artifact", None
    if isinstance(properties, Name):
        properties = page.resources.get("/Properties", Dictionary()).get(str(properties))
    identifier = properties.get("/MCID") if isinstance(properties, Dictionary) else None
    return ("neutral", None) if identifier is None else ("tagged", int(identifier))
