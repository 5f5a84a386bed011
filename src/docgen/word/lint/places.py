"""Places that programs look for: content controls with their tags, and the bookmarks of signatures."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from docgen.case.fields import BY_PATH
from docgen.findings import Finding
from docgen.word.lint.blocks import Branches, Survey, exclude
from docgen.word.lint.names import Used
from docgen.word.lint.opened import Paragraph, Part, W, WordFile, paragraph_of
from docgen.word.lint.said import said
from docgen.word.lint.tags import Tag
from docgen.word.tags import parse_tag

_NUMBER = re.compile(r"\{\{[^}]*\}\}")
_OWNER = re.compile(r"\{\{\s*(\w+)\|path\s*\}\}")
_ANY_CHOICE = re.compile(r"=\{\{[^}]*\}\}$")
_BUILDING = ("docPartObj", "docPartList")
PREFIX = "sig_"


@dataclass(frozen=True, slots=True)
class _Control:
    element: Any
    written: str
    path: str
    """As written, with the first row in the place of any row; empty when that cannot be told."""
    at: Paragraph
    branches: Branches


def controls(word: WordFile, part: Part, surveyed: Survey, used: Used) -> Iterator[Finding]:
    """What is wrong with the tags of content controls."""
    shown = {_control_around(tag): path for tag, path in used.lone if path}
    seen: list[_Control] = []
    for element in part.root.iter(f"{W}sdt"):
        properties = element.find(f"{W}sdtPr")
        if properties is None or any(properties.find(f"{W}{name}") is not None for name in _BUILDING):
            continue
        control = _described(part, element, surveyed, used)
        if not control.written:
            yield said("DG-T305", word.file, control.at)
            continue
        yield from _one(word, control, shown.get(element, ""))
        twin = next((other for other in seen if other.written == control.written), None)
        if twin is not None and not exclude(twin.branches, control.branches):
            yield said("DG-T302", word.file, control.at, control.written, first=str(twin.at.spot.paragraph))
        seen.append(control)


def _described(part: Part, element: Any, surveyed: Survey, used: Used) -> _Control:
    tag = element.find(f"{W}sdtPr/{W}tag")
    at = paragraph_of(part, element)
    inside = next((one for one in surveyed.placed if one.tag.opening != "{#" and _inside(one.tag, element)), None)
    branches = inside.branches if inside else surveyed.around[at.spot.paragraph][0]
    written = "" if tag is None else tag.get(f"{W}val") or ""
    return _Control(
        element, written, _resolved(written, _loops(used, at, inside.tag if inside else None)), at, branches
    )


def _loops(used: Used, at: Paragraph, inside: Tag | None) -> Mapping[str, str]:
    before = [names for tag, names in used.loops if tag.paragraph.spot.paragraph <= at.spot.paragraph or tag is inside]
    own = next((names for tag, names in used.loops if tag is inside), None)
    return own if own is not None else before[-1] if before else {}


def _resolved(written: str, loops: Mapping[str, str]) -> str:
    def owner(match: re.Match[str]) -> str:
        steps = loops.get(match[1], "").split(".")
        paths = [".".join(steps[: length + 1]) for length in range(len(steps))]
        return ".".join(
            step + "[0]" * (path in BY_PATH and BY_PATH[path].many) for step, path in zip(steps, paths, strict=True)
        )

    return _NUMBER.sub("0", _OWNER.sub(owner, _ANY_CHOICE.sub("", written)))


def _inside(tag: Tag, element: Any) -> bool:
    return any(above is element for above in tag.element.iterancestors(f"{W}sdt"))


def _control_around(tag: Tag) -> Any:
    return next(tag.element.iterancestors(f"{W}sdt"), None)


def _one(word: WordFile, control: _Control, shown: str) -> Iterator[Finding]:
    parsed = parse_tag(control.path)
    if parsed is None:
        bare = re.sub(r"\[[^\]]*\]|=.*|\{\{[^}]*\}\}\.?", "", control.path)
        near = difflib.get_close_matches(bare, tuple(BY_PATH), n=1, cutoff=0.5)
        right = near[0] if near else "–"
        yield said("DG-T301", word.file, control.at, control.written, name=control.written, near=right)
        return
    if shown and shown != parsed.fields_path:
        yield said("DG-T303", word.file, control.at, control.written, name=parsed.fields_path, shown=shown)
    known = parsed.field.choices
    for item in control.element.iter(f"{W}listItem"):
        value = item.get(f"{W}value") or ""
        if known and value and value not in known:
            yield said("DG-T304", word.file, control.at, control.written, value=value, known=", ".join(known))


def signatures(word: WordFile, slots: Sequence[str], surveyed: Survey) -> Iterator[Finding]:
    """What is wrong with the bookmarks that say where signatures go."""
    body = word.body
    found: dict[str, list[Any]] = {}
    for start in body.root.iter(f"{W}bookmarkStart"):
        name = start.get(f"{W}name") or ""
        if name.startswith(PREFIX):
            found.setdefault(name.removeprefix(PREFIX), []).append(start)
    for slot in slots:
        if slot not in found:
            yield said("DG-T311", word.file, name=PREFIX + slot)
    for slot, starts in found.items():
        at = paragraph_of(body, starts[0])
        if slot not in slots:
            yield said(
                "DG-T313", word.file, at, name=PREFIX + slot, known=", ".join(PREFIX + one for one in slots) or "–"
            )
        if len(starts) > 1:
            yield said("DG-T312", word.file, paragraph_of(body, starts[1]), name=PREFIX + slot)
        yield from _drawn(word, at, PREFIX + slot, surveyed)


def _drawn(word: WordFile, at: Paragraph, name: str, surveyed: Survey) -> Iterator[Finding]:
    # LibreOffice 7.4 leaves these two out of the PDF's destinations.
    last = [one for one in word.body.root.iter(f"{W}p") if next(one.iterancestors(f"{W}p"), None) is None][-1]
    if at.element is last and not at.spot.table:
        yield said("DG-T314", word.file, at, name=name)
    if "\u00a0" in at.text:
        yield said("DG-T315", word.file, at, name=name)
    if surveyed.around[at.spot.paragraph][0]:
        yield said("DG-T316", word.file, at, name=name)
