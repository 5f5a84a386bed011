"""What a template must not bring along: links that fetch, programs, embedded objects, remarks, tracked changes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

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
_EMBEDDED = ("oleObject", "package", "control", "activeXControlBinary", "aFChunk", "subDocument", "frame")
_PROGRAMS = ("vbaProject", "wordVbaData")
_REFERENCE = re.compile(
    rb"""(?:href|src)\s*=\s*["']\s*(?!#|data:)[^"'\s]|url\(\s*["']?(?!#|data:)[a-z]""", re.IGNORECASE
)
"""Of a drawing (SVG) to something outside of itself."""


def packaged(word: WordFile) -> Iterator[Finding]:
    """What lies in the package, part by part."""
    yield from _sort(word)
    for relation in word.relations:
        yield from _relation(word, relation)
    yield from _drawings(word)
    yield from _data_source(word)
    for part in word.parts:
        yield from _fields(word, part)
        yield from _changes(word, part)
        yield from _remarks(word, part)


def _sort(word: WordFile) -> Iterator[Finding]:
    """Whether it is a document, and neither one with programs nor a template of Word under another name."""
    kinds = {name: kind.lower() for name, kind in word.types.items()}
    programs = [name for name in word.members if name.lower().endswith((".bin", ".vba")) and "vba" in name.lower()]
    programs += [name for name, kind in kinds.items() if "macroenabled" in kind or "vbaproject" in kind]
    programs += [relation.target for relation in word.relations if relation.kind in _PROGRAMS]
    if programs:
        yield said("DG-T502", word.file, name=", ".join(dict.fromkeys(programs)))
    elif kinds.get(word.body.name, "").endswith("template.main+xml"):
        yield said("DG-T505", word.file)
    for name, kind in kinds.items():
        if "activex" in kind:
            yield said("DG-T503", word.file, name=name)


def _drawings(word: WordFile) -> Iterator[Finding]:
    for name, content in word.members.items():
        if name.lower().endswith(".svg") and _REFERENCE.search(content):
            yield said("DG-T501", word.file, name=name, kind="image")


def _data_source(word: WordFile) -> Iterator[Finding]:
    described = word.of_type("wordprocessingml.settings+xml")
    if described is not None and described.find(f"{W}mailMerge") is not None:
        yield said("DG-T501", word.file, name="settings.xml", kind="mailMerge")


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
    for element, words in _instructions(part):
        if _FETCHING.match(words):
            yield said("DG-T504", word.file, paragraph_of(part, element), name=short(words))


def _instructions(part: Part) -> Iterator[tuple[Any, str]]:
    """Field codes, each with an element of it; Word may cut one into runs, which go on to the next mark of a field."""
    pieces: list[Any] = []
    for element in part.root.iter(f"{W}instrText", f"{W}fldChar", f"{W}fldSimple"):
        if element.tag == f"{W}instrText":
            pieces.append(element)
            continue
        if pieces:
            yield pieces[0], "".join(piece.text or "" for piece in pieces)
            pieces = []
        if element.tag == f"{W}fldSimple":
            yield element, str(element.get(f"{W}instr", ""))
    if pieces:
        yield pieces[0], "".join(piece.text or "" for piece in pieces)


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
