"""A Word redline: what changed between two versions, as tracked changes that Word itself can accept or reject.

Accepting all gives the text of the second version, rejecting all that of the first. Paragraphs are compared word by
word; a change of formatting alone is not shown. Marks: ISO/IEC 29500-1, 17.13.5.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from difflib import SequenceMatcher
from typing import Any

from lxml import etree

from docgen.word.package import assemble, members_of, pack

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_PARTS = re.compile(r"word/(?:document|header\d*|footer\d*)\.xml")
_WORDS = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\w+|\s+|.", re.DOTALL)
_ALIKE = 0.4
"""Paragraphs that share less than this are another paragraph, not the same one changed."""
_WITHOUT_TEXT = frozenset(f"{W}{name}" for name in ("bookmarkStart", "bookmarkEnd", "proofErr", "commentRangeStart",
                                                    "commentRangeEnd", "permStart", "permEnd"))  # fmt: skip


def redline(first: bytes, second: bytes, *, author: str, at: datetime) -> bytes:
    """The second version with the changes from the first as tracked changes.

    Args:
        first: the Word file before.
        second: the Word file after; its styles, settings and pictures are those of the result.
        author: name shown beside the changes.
        at: the moment shown.

    Raises:
        zipfile.BadZipFile, lxml.etree.XMLSyntaxError: one of them is not a Word file.
    """
    before, after = dict(members_of(first)), dict(members_of(second))
    marks = _Marks(author, at.strftime("%Y-%m-%dT%H:%M:%SZ"))
    for name in after:
        if _PARTS.fullmatch(name) and name in before and before[name] != after[name]:
            after[name] = _part(before[name], after[name], marks)
    return assemble(pack(name, content) for name, content in after.items())


@dataclass
class _Marks:
    author: str
    at: str
    number: int = 900_000
    """Far from the ids of the document's own marks."""

    def mark(self, name: str, *children: Any) -> Any:
        """An element `w:ins` or `w:del` with its author and moment."""
        self.number += 1
        said = {"id": str(self.number), "author": self.author, "date": self.at}
        made = etree.Element(f"{W}{name}", {f"{W}{key}": value for key, value in said.items()})
        made.extend(children)
        return made


def _part(before: bytes, after: bytes, marks: _Marks) -> bytes:
    old, new = etree.fromstring(before), etree.fromstring(after)
    holder, former = (_holder(root) for root in (new, old))
    tail = [child for child in holder if child.tag == f"{W}sectPr"]
    blocks = list(_blocks(_content(former), _content(holder), marks))
    holder[:] = [*blocks, *tail]
    return bytes(etree.tostring(new, xml_declaration=True, encoding="UTF-8", standalone=True))


def _holder(root: Any) -> Any:
    body = root.find(f"{W}body")
    return root if body is None else body


def _content(holder: Any) -> list[Any]:
    return [child for child in holder if child.tag in (f"{W}p", f"{W}tbl", f"{W}sdt")]


def _blocks(old: Sequence[Any], new: Sequence[Any], marks: _Marks) -> Iterator[Any]:
    for left, right in _aligned([_key(one) for one in old], [_key(one) for one in new], _like(old, new)):
        if left is None and right is not None:
            yield _inserted(new[right], marks)
        elif right is None and left is not None:
            yield from _deleted(old[left], marks)
        elif left is not None and right is not None:
            yield _changed(old[left], new[right], marks)


def _like(old: Sequence[Any], new: Sequence[Any]) -> Callable[[int, int], float]:
    def like(left: int, right: int) -> float:
        if old[left].tag != new[right].tag or old[left].tag == f"{W}sdt":
            return 0.0
        one, other = (list(map(str, _WORDS.findall(_text(each)))) for each in (old[left], new[right]))
        return float(SequenceMatcher(None, one, other, autojunk=False).ratio())

    return like


def _aligned(
    old: Sequence[str], new: Sequence[str], like: Callable[[int, int], float]
) -> Iterator[tuple[int | None, int | None]]:
    """Which old item became which new one; nothing on one side for what is gone or new."""
    for name, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if name == "equal":
            yield from zip(range(i1, i2), range(j1, j2), strict=True)
            continue
        left, right = i1, j1
        while left < i2 and right < j2:
            here, skip_old, skip_new = (
                like(left, right),
                like(left + 1, right) if left + 1 < i2 else 0.0,
                like(left, right + 1) if right + 1 < j2 else 0.0,
            )
            if here >= _ALIKE and here >= max(skip_old, skip_new):
                yield left, right
                left, right = left + 1, right + 1
            elif skip_new > max(skip_old, _ALIKE) or (skip_old <= _ALIKE and j2 - right > i2 - left):
                yield None, right
                right += 1
            else:
                yield left, None
                left += 1
        yield from ((one, None) for one in range(left, i2))
        yield from ((None, one) for one in range(right, j2))


def _key(block: Any) -> str:
    tag = block.find(f"{W}sdtPr/{W}tag")
    return f"{block.tag} {'' if tag is None else tag.get(f'{W}val')} {_text(block)}"


def _text(element: Any) -> str:
    ends = {f"{W}p": "\n", f"{W}tc": "\a", f"{W}tr": "\f"}
    parts: list[str] = []
    for event, one in etree.iterwalk(element, events=("end",)):
        assert event == "end"  # noqa: S101  the only event asked for
        if one.tag in (f"{W}t", f"{W}delText"):
            parts.append(one.text or "")
        elif one.tag in (f"{W}tab", f"{W}br") and one.getparent().tag == f"{W}r":
            parts.append("\t")
        else:
            parts.append(ends.get(one.tag, ""))
    return "".join(parts)


def _changed(old: Any, new: Any, marks: _Marks) -> Any:
    if _text(old) == _text(new):
        return copy.deepcopy(new)
    return _paragraph(old, new, marks) if new.tag == f"{W}p" else _table(old, new, marks)


def _table(old: Any, new: Any, marks: _Marks) -> Any:
    made = copy.deepcopy(new)
    rows, former = made.findall(f"{W}tr"), old.findall(f"{W}tr")
    place = made.index(rows[0]) if rows else len(made)
    for row in rows:
        made.remove(row)
    merged: list[Any] = []
    for left, right in _aligned([_text(one) for one in former], [_text(one) for one in rows], _like(former, rows)):
        if left is not None and right is not None:
            merged += _row(former[left], rows[right], marks)
        elif left is not None:
            merged.append(_whole_row(copy.deepcopy(former[left]), "del", marks))
        elif right is not None:
            merged.append(_whole_row(rows[right], "ins", marks))
    made[place:place] = merged
    return made


def _row(old: Any, new: Any, marks: _Marks) -> list[Any]:
    cells, former = new.findall(f"{W}tc"), old.findall(f"{W}tc")
    if len(cells) != len(former):
        return [_whole_row(copy.deepcopy(old), "del", marks), _whole_row(new, "ins", marks)]
    for before, after in zip(former, cells, strict=True):
        properties = [child for child in after if child.tag == f"{W}tcPr"]
        if _text(before) != _text(after):
            after[:] = [*properties, *_blocks(_content(before), _content(after), marks)]
    return [new]


def _whole_row(row: Any, name: str, marks: _Marks) -> Any:
    properties = row.find(f"{W}trPr")
    if properties is None:
        properties = etree.Element(f"{W}trPr")
        row.insert(1 if len(row) and row[0].tag == f"{W}tblPrEx" else 0, properties)
    properties.append(marks.mark(name))
    for paragraph in list(row.iter(f"{W}p")):
        _mark_all(paragraph, name, marks)
    return row


def _inserted(block: Any, marks: _Marks) -> Any:
    made = copy.deepcopy(block)
    if made.tag == f"{W}tbl":
        for row in made.findall(f"{W}tr"):
            _whole_row(row, "ins", marks)
        return made
    for paragraph in [made] if made.tag == f"{W}p" else list(made.iter(f"{W}p")):
        _mark_all(paragraph, "ins", marks)
        _mark_end(paragraph, "ins", marks)
    return made


def _deleted(block: Any, marks: _Marks) -> Iterator[Any]:
    made = copy.deepcopy(block)
    if made.tag == f"{W}sdt":
        for inner in _content(made.find(f"{W}sdtContent")):
            yield from _deleted(inner, marks)
        return
    if made.tag == f"{W}tbl":
        for row in made.findall(f"{W}tr"):
            _whole_row(row, "del", marks)
    else:
        _mark_all(made, "del", marks)
        _mark_end(made, "del", marks)
    yield made


def _mark_all(paragraph: Any, name: str, marks: _Marks) -> None:
    """Mark every run of a paragraph; what is deleted loses its controls and links, which Word does not track."""
    atoms = list(_atoms(paragraph))
    keep = [child for child in paragraph if child.tag == f"{W}pPr"]
    paragraph[:] = [*keep, *_marked(atoms, name, marks)]


def _mark_end(paragraph: Any, name: str, marks: _Marks) -> None:
    properties = paragraph.find(f"{W}pPr")
    if properties is None:
        properties = etree.Element(f"{W}pPr")
        paragraph.insert(0, properties)
    run = properties.find(f"{W}rPr")
    if run is None:
        run = etree.Element(f"{W}rPr")
        after = [child for child in properties if child.tag in (f"{W}sectPr", f"{W}pPrChange")]
        properties.insert(properties.index(after[0]) if after else len(properties), run)
    run.insert(0, marks.mark(name))


@dataclass(frozen=True)
class _Atom:
    """A word, or something that stands as one."""

    key: str
    element: Any
    """A run with this word alone, or an element that is no run."""
    is_run: bool = True
    inside: tuple[Any, ...] = field(default=())
    """Runs in it, when it is no run."""


def _atoms(paragraph: Any) -> Iterator[_Atom]:
    for child in paragraph:
        if child.tag == f"{W}r":
            yield from _of_run(child)
        elif child.tag in _WITHOUT_TEXT:
            yield _Atom("", child, is_run=False)
        elif child.tag in (f"{W}ins", f"{W}smartTag"):
            yield from _atoms(child)
        elif child.tag not in (f"{W}pPr", f"{W}del"):
            runs = tuple(atom.element for run in child.iter(f"{W}r") for atom in _of_run(run))
            yield _Atom(f"{child.tag} {_text(child)}", child, is_run=False, inside=runs)


def _of_run(run: Any) -> Iterator[_Atom]:
    properties = run.find(f"{W}rPr")
    for child in run:
        if child.tag == f"{W}rPr":
            continue
        if child.tag == f"{W}t":
            for word in _WORDS.findall(child.text or ""):
                text = etree.Element(f"{W}t", {_XML_SPACE: "preserve"})
                text.text = word
                yield _Atom(word, _run(properties, text))
        else:
            yield _Atom(etree.tostring(child, with_tail=False).decode(), _run(properties, copy.deepcopy(child)))


def _run(properties: Any, child: Any) -> Any:
    run = etree.Element(f"{W}r")
    if properties is not None:
        run.append(copy.deepcopy(properties))
    run.append(child)
    return run


def _paragraph(old: Any, new: Any, marks: _Marks) -> Any:
    before = [atom for atom in _atoms(old) if atom.key]
    after = list(_atoms(new))
    keep = [copy.deepcopy(child) for child in new if child.tag == f"{W}pPr"]
    made = etree.Element(f"{W}p", new.attrib)
    made.extend(keep)
    keys = [atom.key for atom in before], [atom.key for atom in after]
    for name, i1, i2, j1, j2 in SequenceMatcher(None, *keys, autojunk=False).get_opcodes():
        if name == "equal":
            made.extend(_plain(after[j1:j2]))
        else:
            made.extend(_marked(before[i1:i2], "del", marks))
            made.extend(_marked(after[j1:j2], "ins", marks))
    return made


def _plain(atoms: Sequence[_Atom]) -> Iterator[Any]:
    run: list[Any] = []
    for atom in atoms:
        if atom.is_run:
            run.append(atom.element)
            continue
        yield from _joined(run)
        run = []
        yield copy.deepcopy(atom.element)
    yield from _joined(run)


def _marked(atoms: Sequence[_Atom], name: str, marks: _Marks) -> Iterator[Any]:
    runs: list[Any] = []
    for atom in atoms:
        if atom.is_run:
            runs.append(atom.element)
        elif name == "del":
            runs += atom.inside
        else:
            yield from _wrapped(runs, name, marks)
            runs = []
            yield _inside(atom, name, marks)
    yield from _wrapped(runs, name, marks)


def _wrapped(runs: Sequence[Any], name: str, marks: _Marks) -> Iterator[Any]:
    if runs:
        joined = [_as_deleted(run) if name == "del" else run for run in _joined(runs)]
        yield marks.mark(name, *joined)


def _inside(atom: _Atom, name: str, marks: _Marks) -> Any:
    """A control or link with its runs marked: marks stand inside it, not around it."""
    made = copy.deepcopy(atom.element)
    for run in list(made.iter(f"{W}r")):
        around = run.getparent()
        place = around.index(run)
        around.remove(run)
        around.insert(place, marks.mark(name, run))
    return made


def _joined(runs: Sequence[Any]) -> list[Any]:
    """Neighbouring runs of one formatting as one run again."""
    made: list[Any] = []
    for run in runs:
        if made and _look(made[-1]) == _look(run) and made[-1][-1].tag == run[-1].tag == f"{W}t":
            made[-1][-1].text += run[-1].text
        else:
            made.append(copy.deepcopy(run))
    return made


def _look(run: Any) -> bytes:
    properties = run.find(f"{W}rPr")
    return b"" if properties is None else bytes(etree.tostring(properties))


def _as_deleted(run: Any) -> Any:
    for text in run.iter(f"{W}t"):
        text.tag = f"{W}delText"
    for text in run.iter(f"{W}instrText"):
        text.tag = f"{W}delInstrText"
    for element in run.iter():
        for name in [name for name in element.attrib if name.startswith(_R)]:
            del element.attrib[name]
    return run
