"""A Word redline: what changed between two versions, as tracked changes that Word itself can accept or reject.

Accepting all gives the text of the second version, rejecting all that of the first: in the body, in headers and
footers, in footnotes and endnotes, and there in tables in tables, content controls and text boxes. Paragraphs are
compared word by word; what was moved is gone at one place and new at the other. Tracked changes that either version
already holds count as accepted. A change of formatting or of a picture alone is not shown, and neither is one of
comments, which stand beside the text: the comments of the second version are kept. Marks: ISO/IEC 29500-1, 17.13.5.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from docgen.word.controls import W
from docgen.word.redline.marks import Marks
from docgen.word.redline.merge import Merger
from docgen.word.redline.version import MARGINS, NOTES, R, Version


def redline(first: bytes, second: bytes, *, author: str, at: datetime) -> bytes:
    """The second version with the changes from the first as tracked changes.

    Args:
        first: the Word file before.
        second: the Word file after; its styles, settings, pictures and comments are those of the result.
        author: name shown beside the changes.
        at: the moment shown.

    Raises:
        zipfile.BadZipFile, KeyError, lxml.etree.XMLSyntaxError: one of them is not a Word file.
    """
    old, new = Version(first), Version(second)
    marks = Marks(author, at.strftime("%Y-%m-%dT%H:%M:%SZ"))
    merger = Merger(marks)
    former, root = old.tree(old.main), new.tree(new.main)
    _margins(old, new, former, root, merger)
    merger.fill(former.find(f"{W}body"), root.find(f"{W}body"))
    new.put(new.main, root)
    for reference, kind in NOTES.items():
        _notes(old, new, reference, kind, merger)
    return new.package()


def _margins(old: Version, new: Version, former: Any, root: Any, merger: Merger) -> None:
    """Headers and footers, by the section and the pages they are for; files may be numbered otherwise."""
    before, after = dict(_roles(old, former)), dict(_roles(new, root))
    done: set[str] = set()
    for role, name in after.items():
        if name not in done:
            done.add(name)
            holder = new.tree(name)
            merger.merge(old.tree(before[role]) if role in before else None, holder)
            new.put(name, holder)
    sections = list(root.iter(f"{W}sectPr"))
    for section, tag, pages in before.keys() - after.keys():
        content = old.tree(before[section, tag, pages])
        if section < len(sections) and next(content.iter(f"{W}t"), None) is not None:
            merger.strike(content)
            reference = {f"{W}type": pages, f"{R}id": new.add(MARGINS[tag], content)}
            sections[section].insert(0, sections[section].makeelement(tag, reference))


def _roles(version: Version, root: Any) -> Iterator[tuple[tuple[int, str, str], str]]:
    names = version.related()
    for number, section in enumerate(root.iter(f"{W}sectPr")):
        for reference in section.iter(*MARGINS):
            name = names.get(str(reference.get(f"{R}id")))
            if name is not None:
                yield (number, reference.tag, str(reference.get(f"{W}type", "default"))), name


def _notes(old: Version, new: Version, reference: str, kind: str, merger: Merger) -> None:
    """The notes of one kind, paired by their references in the text."""
    seen = merger.marks.notes
    before = {str(each.get(f"{W}id")): each for each in old.notes(kind)}
    name = new.name_of(kind)
    part: Any = new.tree(name) if name else None
    for note in () if part is None else part:
        key = (reference, str(note.get(f"{W}id")))
        if key in seen.kept:
            merger.merge(before.get(seen.kept[key]), note)
        elif key in seen.added:
            merger.merge(None, note)
    gone = [(number, before[id]) for (tag, id), number in seen.gone.items() if tag == reference and id in before]
    if part is None and gone:
        part = _without_notes(gone[0][1].getparent())
    for number, note in gone:
        struck = copy.deepcopy(note)
        struck.set(f"{W}id", number)
        merger.strike(struck)
        part.append(struck)
    if name:
        new.put(name, part)
    elif gone:
        new.add(kind, part)


def _without_notes(part: Any) -> Any:
    """A part with the separators that every document with notes has, and no notes."""
    made = copy.deepcopy(part)
    for note in list(made):
        if note.get(f"{W}type") in (None, "normal"):
            made.remove(note)
    return made
