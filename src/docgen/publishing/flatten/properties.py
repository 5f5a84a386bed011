"""Marked-content sections: which of them are kept, with which properties (ISO 32000-1, 14.6)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pikepdf import Array, Dictionary, Name, String

from docgen.publishing.flatten.content import Setting, Toolbox, entry
from docgen.publishing.flatten.copying import is_number
from docgen.publishing.flatten.lexing import Marked, spelled_dictionary, spelled_name
from docgen.publishing.flatten.tags import CONTENT_TAGS

_TEXTS = ("/Lang", "/ActualText", "/Alt", "/E")
_ARTIFACT_TYPES = frozenset({"/Pagination", "/Layout", "/Page", "/Background"})
_ARTIFACT_SUBTYPES = frozenset({"/Header", "/Footer", "/Watermark"})
_SIDES = frozenset({"/Top", "/Bottom", "/Left", "/Right"})


@dataclass(frozen=True, slots=True)
class Section:
    """What a marked-content section means for what stands in it."""

    kept: bool
    hides: bool = False
    tags: bool = False
    is_artifact: bool = False


_BARE_ARTIFACT = Marked("/Artifact", None)
_ARTIFACT = Section(kept=True, tags=True, is_artifact=True)
_TAGGED = Section(kept=True, tags=True)


class Sections:
    """The stack of open marked-content sections of one stream."""

    def __init__(self, tools: Toolbox, setting: Setting) -> None:
        self.marks: set[int] = set()
        self._tools = tools
        self._setting = setting
        self._open: list[tuple[Section, bool, bool, bool]] = []
        """Each with what held before it: hidden, tagged, in the structure."""
        self._names: dict[str, bytes] = {}
        self.hidden = False
        """Whether a hidden layer is open."""
        self.tagged = False
        """Whether what is painted now belongs to the structure or is an artifact."""
        self.in_structure = False
        """Whether it belongs to an element of the structure."""

    def open_kept(self) -> int:
        """How many sections the stream leaves open that were written."""
        return sum(section.kept for section, *_ in self._open)

    def begin(self, marked: Marked) -> bytes:
        """The instruction that opens the section in the copy; empty when it is not kept."""
        if (
            marked.mark is not None
            and self._tools.tagged
            and not self.hidden
            and marked.tag not in ("/OC", "/Artifact")
        ):
            self.marks.add(marked.mark)
            self._push(_TAGGED)
            return b"%s <</MCID %d>> BDC" % (self._name(marked.tag), marked.mark)
        if marked == _BARE_ARTIFACT and not self.hidden:
            self._push(_ARTIFACT)
            return b"/Artifact BMC"
        return self._begin(marked)

    def _begin(self, marked: Marked) -> bytes:
        if marked.tag == "/OC":
            hides = self._tools.layers.hides(self._properties(marked), self._setting.spot)
            self._push(Section(kept=False, hides=hides))
            return b""
        if self.hidden:
            self._push(Section(kept=False))
            return b""
        made = self._tools.sections.get(marked.written)
        if made is None:
            dropped = self._tools.job.dropped.total()
            made = self._opened(marked)
            if marked.written and dropped == self._tools.job.dropped.total():
                self._tools.sections[marked.written] = made
        self._push(made[0])
        return made[1]

    def _opened(self, marked: Marked) -> tuple[Section, bytes]:
        """What a section is in the copy, and the instruction that opens it."""
        tag, kept = marked.tag, self._kept_properties(marked.tag, self._properties(marked))
        if "/MCID" in kept:
            self.marks.add(int(kept["/MCID"]))
        is_bare = marked.mark is None and marked.properties is None
        is_artifact = tag == "/Artifact"
        if not kept and not (self._tools.tagged and is_bare) and not is_artifact:
            return Section(kept=False), b""
        section = Section(kept=True, tags="/MCID" in kept or is_artifact, is_artifact=is_artifact)
        name = self._name(tag)
        return section, b"%s %s BDC" % (name, spelled_dictionary(kept)) if kept else name + b" BMC"

    def end(self) -> bool:
        """Whether the section that ends here was written."""
        if not self._open:
            return False
        section, self.hidden, self.tagged, self.in_structure = self._open.pop()
        return section.kept

    def _push(self, section: Section) -> None:
        self._open.append((section, self.hidden, self.tagged, self.in_structure))
        self.hidden |= section.hides
        self.tagged |= section.tags
        self.in_structure |= section.tags and not section.is_artifact

    def _name(self, tag: str) -> bytes:
        if tag not in self._names:
            self._names[tag] = spelled_name(tag if tag in CONTENT_TAGS else "/Span")
        return self._names[tag]

    def _properties(self, marked: Marked) -> Dictionary:
        operand = marked.properties
        if marked.mark is not None:
            return Dictionary(MCID=marked.mark)
        if isinstance(operand, Name):
            operand = entry(self._setting.resources, "/Properties", str(operand))
        return operand if isinstance(operand, Dictionary) else Dictionary()

    def _kept_properties(self, tag: str, properties: Dictionary) -> dict[str, Any]:
        kept: dict[str, Any] = {}
        for key in _TEXTS:
            text = properties.get(key)
            if isinstance(text, String) and (said := self._tools.job.said(key, text)) is not None:
                kept[key] = said
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
