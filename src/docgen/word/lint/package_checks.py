"""What a template must not bring along: links that fetch, programs, embedded objects, remarks, tracked changes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from docgen.findings import Finding
from docgen.word.lint.opened import Part, R, Relation, W, WordFile, paragraph_of
from docgen.word.lint.said import said, short

_ADDRESS = re.compile(r"(?:https?:|mailto:|tel:)", re.IGNORECASE)
_FETCHING = re.compile(
    r"^\s*(DDE|DDEAUTO|INCLUDETEXT|INCLUDEPICTURE|INCLUDE|IMPORT|LINK|RD|DATABASE|AUTOTEXT|MACROBUTTON)\b",
    re.IGNORECASE,
)
_CHANGES = ("ins", "del", "moveFrom", "moveTo", "rPrChange", "pPrChange", "sectPrChange", "tblPrChange", "trPrChange",
            "tcPrChange", "cellIns", "cellDel", "numberingChange")  # fmt: skip
_EMBEDDED = ("oleObject", "package", "control", "aFChunk", "subDocument", "frame")


def packaged(word: WordFile) -> Iterator[Finding]:
    """What lies in the package, part by part."""
    yield from _macros(word)
    for relation in word.relations:
        yield from _relation(word, relation)
    for part in word.parts:
        yield from _fields(word, part)
        yield from _changes(word, part)
        yield from _remarks(word, part)


def _macros(word: WordFile) -> Iterator[Finding]:
    programs = [name for name in word.members if name.lower().endswith((".bin", ".vba")) and "vba" in name.lower()]
    programs += [name for name, kind in word.types.items() if "macroenabled" in kind.lower() and name not in programs]
    if programs:
        yield said("DG-T502", word.file, name=", ".join(programs))


def _relation(word: WordFile, relation: Relation) -> Iterator[Finding]:
    part = next((one for one in word.parts if one.name == relation.owner), None)
    used = None
    if part is not None:
        wanted = (f"{R}id", f"{R}embed", f"{R}link")
        used = next((one for one in part.root.iter() if relation.id in (one.get(name) for name in wanted)), None)
    at = paragraph_of(part, used) if part is not None and used is not None and part.paragraphs else None
    if relation.external and not (relation.kind == "hyperlink" and _ADDRESS.match(relation.target)):
        yield said("DG-T501", word.file, at, name=short(relation.target), kind=relation.kind)
    elif not relation.external and relation.kind in _EMBEDDED:
        yield said("DG-T503", word.file, at, name=relation.target)


def _fields(word: WordFile, part: Part) -> Iterator[Finding]:
    for instruction in part.root.iter(f"{W}instrText", f"{W}fldSimple"):
        words = instruction.text if instruction.tag == f"{W}instrText" else instruction.get(f"{W}instr")
        if _FETCHING.match(words or ""):
            yield said("DG-T504", word.file, paragraph_of(part, instruction), name=short(words or ""))


def _changes(word: WordFile, part: Part) -> Iterator[Finding]:
    seen: set[int] = set()
    for change in part.root.iter(*(f"{W}{name}" for name in _CHANGES)):
        at = paragraph_of(part, change)
        if at.spot.paragraph not in seen:
            seen.add(at.spot.paragraph)
            text = "".join(one.text or "" for one in change.iter(f"{W}t", f"{W}delText"))
            yield said("DG-T402", word.file, at, change=short(text, 60) or "¶", author=change.get(f"{W}author") or "?")


def _remarks(word: WordFile, part: Part) -> Iterator[Finding]:
    remarks = word.of_type("wordprocessingml.comments+xml")
    for reference in part.root.iter(f"{W}commentReference"):
        number = reference.get(f"{W}id")
        found = () if remarks is None else remarks.iter(f"{W}comment")
        own = next((one for one in found if one.get(f"{W}id") == number), None)
        text = "" if own is None else "".join(one.text or "" for one in own.iter(f"{W}t"))
        yield said("DG-T401", word.file, paragraph_of(part, reference), remark=short(text, 60) or "–")
