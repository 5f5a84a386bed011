"""Marked-content sections: which of them are kept, with which properties (ISO 32000-1, 14.6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pikepdf import Array, Dictionary, Name, String

from docgen.publishing.flatten.content import Setting, Toolbox, entry
from docgen.publishing.flatten.copying import is_number

_TEXTS = ("/Lang", "/ActualText", "/Alt", "/E")
_ARTIFACT_TYPES = frozenset({"/Pagination", "/Layout", "/Page", "/Background"})
_ARTIFACT_SUBTYPES = frozenset({"/Header", "/Footer", "/Watermark"})
_SIDES = frozenset({"/Top", "/Bottom", "/Left", "/Right"})


@dataclass(frozen=True, slots=True)
class _Section:
    kept: bool
    hides: bool = False
    tags: bool = False
    is_artifact: bool = False


class Sections:
    """The stack of open marked-content sections of one stream."""

    def __init__(self, tools: Toolbox, setting: Setting) -> None:
        self.marks: set[int] = set()
        self._tools = tools
        self._setting = setting
        self._open: list[_Section] = []

    @property
    def hidden(self) -> bool:
        """Whether a hidden layer is open."""
        return any(section.hides for section in self._open)

    @property
    def tagged(self) -> bool:
        """Whether what is painted now belongs to the structure or is an artifact."""
        return any(section.tags for section in self._open)

    @property
    def in_structure(self) -> bool:
        """Whether what is painted now belongs to an element of the structure."""
        return any(section.tags and not section.is_artifact for section in self._open)

    def open_kept(self) -> int:
        """How many sections the stream leaves open that were written."""
        return sum(section.kept for section in self._open)

    def begin(self, operands: Sequence[Any]) -> tuple[str, list[Any]] | None:
        """The operator that opens the section in the copy, or nothing when it is not kept."""
        tag = operands[0]
        properties = self._properties(operands[1]) if len(operands) > 1 else Dictionary()
        if str(tag) == "/OC":
            hides = self._tools.layers.hides(properties, self._setting.spot)
            self._open.append(_Section(kept=False, hides=hides))
            return None
        if self.hidden:
            self._open.append(_Section(kept=False))
            return None
        kept = self._kept_properties(str(tag), properties)
        if "/MCID" in kept:
            self.marks.add(int(kept["/MCID"]))
        if not kept and not (self._tools.tagged and len(operands) == 1) and str(tag) != "/Artifact":
            self._open.append(_Section(kept=False))
            return None
        is_artifact = str(tag) == "/Artifact"
        self._open.append(_Section(kept=True, tags="/MCID" in kept or is_artifact, is_artifact=is_artifact))
        name = Name(str(tag) if len(str(tag)) <= 64 else "/Span")
        return ("BDC", [name, Dictionary(kept)]) if kept else ("BMC", [name])

    def end(self) -> bool:
        """Whether the section that ends here was written."""
        return self._open.pop().kept if self._open else False

    def _properties(self, operand: Any) -> Dictionary:
        if isinstance(operand, Name):
            operand = entry(self._setting.resources, "/Properties", str(operand))
        return operand if isinstance(operand, Dictionary) else Dictionary()

    def _kept_properties(self, tag: str, properties: Dictionary) -> dict[str, Any]:
        kept: dict[str, Any] = {}
        for key in _TEXTS:
            if isinstance(properties.get(key), String):
                kept[key] = self._tools.job.published(properties[key])
        if self._tools.tagged and isinstance(properties.get("/MCID"), int) and tag != "/Artifact":
            kept["/MCID"] = int(properties.MCID)
        if tag == "/Artifact":
            kept |= _artifact(properties)
        unnamed = set(properties.keys()) - set(kept)
        if unnamed:
            self._tools.job.drop("marked-content property", len(unnamed))
        return kept


def _artifact(properties: Dictionary) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for key, allowed in (("/Type", _ARTIFACT_TYPES), ("/Subtype", _ARTIFACT_SUBTYPES)):
        if str(properties.get(key)) in allowed:
            kept[key] = Name(str(properties[key]))
    box = properties.get("/BBox")
    if isinstance(box, Array) and len(box) == 4 and all(is_number(number) for number in box):
        kept["/BBox"] = Array(list(box))
    sides = properties.get("/Attached")
    if isinstance(sides, Array) and all(str(side) in _SIDES for side in sides):
        kept["/Attached"] = Array([Name(str(side)) for side in sides])
    return kept
