"""What a PDF carries that no picture and no text of its pages shows."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

_DEEPEST = 64
_ACTIONS = frozenset({"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/Rendition", "/GoToE"})
"""Actions that do more than go somewhere (ISO 32000-2, 12.6.4)."""
_HARMLESS = frozenset({"/Widget", "/Link", "/Popup"})


def carried(content: bytes) -> frozenset[str]:
    """Which of these a PDF carries: `script`, `attachment`, `layer`, `note`, `form`.

    Scripts are actions that run or send something, also those a viewer starts by itself; notes are annotations other
    than links and form fields; forms are fields that are no signatures. Looks into every object, used or not. Lets
    errors of pikepdf pass.
    """
    with pikepdf.open(io.BytesIO(content)) as document:
        found = {kind for each in document.objects for kind in _in(each, 0)}
        if Name.OCProperties in document.Root:
            found.add("layer")
        return frozenset(found)


def _in(value: object, depth: int) -> Iterator[str]:
    """What a value is, and what stands in it; objects that it only points at are looked at by themselves."""
    if depth > _DEEPEST:
        raise RecursionError
    if not isinstance(value, Array | Dictionary | Stream) or (depth and value.is_indirect):
        return
    if isinstance(value, Array):
        for each in value.as_list():
            yield from _in(each, depth + 1)
        return
    yield from _kinds(value)
    for _, each in value.items():
        yield from _in(each, depth + 1)


def _kinds(value: pikepdf.Object) -> Iterator[str]:
    if "/JS" in value or str(value.get("/S")) in _ACTIONS or "/AA" in value:
        yield "script"
    if "/EF" in value or "/EmbeddedFiles" in value:
        yield "attachment"
    if value.get("/Type") == Name.OCG:
        yield "layer"
    if "/XFA" in value or str(value.get("/FT", "/Sig")) != "/Sig":
        yield "form"
    if value.get("/Type") == Name.Annot and str(value.get("/Subtype")) not in _HARMLESS:
        yield "note"
