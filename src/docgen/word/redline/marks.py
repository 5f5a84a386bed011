"""Marks of tracked changes: on runs, on the ends of paragraphs, on rows of tables. ISO/IEC 29500-1, 17.13.5."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from lxml import etree

from docgen.word.controls import W, unwrap
from docgen.word.redline.notes import Notes
from docgen.word.redline.pieces import WITHOUT_TEXT, Piece, inside, joined, pieces, properties, runs

_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"

Change = Literal["ins", "del"]


@dataclass
class Marks:
    """Makes marks of one author and moment."""

    author: str
    at: str
    notes: Notes = field(default_factory=Notes)
    number: int = 900_000
    """Far from the ids of the document's own marks."""

    def mark(self, change: Change, *children: Any) -> Any:
        """An element `w:ins` or `w:del` with its author and moment."""
        self.number += 1
        said = {"id": str(self.number), "author": self.author, "date": self.at}
        made = etree.Element(f"{W}{change}", {f"{W}{key}": value for key, value in said.items()})
        made.extend(children)
        return made

    def pieces(self, found: Sequence[Piece], change: Change) -> Iterator[Any]:
        """The pieces as marked runs; what is deleted loses its controls and links, which Word does not track."""
        if change == "del":
            yield from self._runs(list(runs(found)), change)
            return
        waiting: list[Any] = []
        for piece in found:
            if piece.is_run and piece.key:
                waiting.append(piece.element)
                continue
            yield from self._runs(waiting, change)
            waiting = []
            yield self._around(piece, change) if piece.key else copy.deepcopy(piece.element)
        yield from self._runs(waiting, change)

    def block(self, block: Any, change: Change) -> Iterator[Any]:
        """A copy of a whole paragraph, table or control with all that is in it marked."""
        made = copy.deepcopy(block)
        if made.tag == f"{W}sdt":
            content = made.find(f"{W}sdtContent")
            marked = [each for inner in content for each in self._in_control(inner, change)]
            if change == "del":
                yield from marked
                return
            content[:] = marked
        elif made.tag == f"{W}tbl":
            for row in rows_of(made):
                self._mark_row(row, change)
            if change == "del":
                _unwrap_all(made)
        else:
            self._mark_paragraph(made, change)
            self._mark_end(made, change)
        yield made

    def row(self, row: Any, change: Change) -> Any:
        """A copy of a row, marked as a whole."""
        made = copy.deepcopy(row)
        self._mark_row(made, change)
        if change == "del":
            _unwrap_all(made)
        return made

    def _in_control(self, inner: Any, change: Change) -> Iterator[Any]:
        if inner.tag in (f"{W}p", f"{W}tbl", f"{W}sdt"):
            yield from self.block(inner, change)
        elif change == "ins":
            yield inner

    def _mark_row(self, row: Any, change: Change) -> None:
        described = row.find(f"{W}trPr")
        if described is None:
            described = etree.Element(f"{W}trPr")
            row.insert(1 if len(row) and row[0].tag == f"{W}tblPrEx" else 0, described)
        described.append(self.mark(change))
        for paragraph in [one for one in row.iter(f"{W}p") if next(one.iterancestors(f"{W}p"), None) is None]:
            self._mark_paragraph(paragraph, change)

    def _mark_paragraph(self, paragraph: Any, change: Change) -> None:
        found = tuple(pieces(paragraph))
        if change == "del":
            # What it is called and where its section begins belong to the version that is left.
            paragraph.attrib.clear()
            for section in paragraph.findall(f"{W}pPr/{W}sectPr"):
                section.getparent().remove(section)
        paragraph[:] = [*properties(paragraph), *self.pieces(found, change)]

    def _mark_end(self, paragraph: Any, change: Change) -> None:
        described = paragraph.find(f"{W}pPr")
        if described is None:
            described = etree.Element(f"{W}pPr")
            paragraph.insert(0, described)
        look = described.find(f"{W}rPr")
        if look is None:
            look = etree.Element(f"{W}rPr")
            after = [child for child in described if child.tag in (f"{W}sectPr", f"{W}pPrChange")]
            described.insert(described.index(after[0]) if after else len(described), look)
        look.insert(0, self.mark(change))

    def _around(self, piece: Piece, change: Change) -> Any:
        """A control or link with its runs marked: marks stand inside it, not around it."""
        made = copy.deepcopy(piece.element)
        holder = inside(made)
        holder[:] = [*properties(holder), *self.pieces(tuple(pieces(holder)), change)]
        return made

    def _runs(self, found: Sequence[Any], change: Change) -> Iterator[Any]:
        if not found:
            return
        made = joined(found)
        for run in made:
            self.notes.see(run, change)
            if change == "del":
                _as_deleted(run)
        yield self.mark(change, *made)


def rows_of(table: Any) -> list[Any]:
    """The rows of a table, also those in controls around rows, without those of tables in it."""
    return [row for row in table.iter(f"{W}tr") if next(row.iterancestors(f"{W}tbl")) is table]


def _unwrap_all(element: Any) -> None:
    for control in list(element.iter(f"{W}sdt")):
        unwrap(control)
    for mark in list(element.iter(*WITHOUT_TEXT)):
        mark.getparent().remove(mark)


def _as_deleted(run: Any) -> None:
    for child in run:
        if child.tag in (f"{W}t", f"{W}instrText"):
            child.tag = f"{W}delText" if child.tag == f"{W}t" else f"{W}delInstrText"
    for element in run.iter():
        # Pictures of the first version are not in the second.
        for name in [name for name in element.attrib if name.startswith(_R)]:
            del element.attrib[name]
