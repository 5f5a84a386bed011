"""Two versions of a text laid over each other: paragraph by paragraph, row by row, word by word."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from lxml import etree

from docgen.word.controls import W
from docgen.word.redline.alignment import Item, aligned
from docgen.word.redline.marks import Marks, rows_of
from docgen.word.redline.pieces import BOX, WORDS, Piece, inside, joined, pieces, properties, same, text_in

_BLOCKS = (f"{W}p", f"{W}tbl", f"{W}sdt")
_FIRST, _LAST = (f"{W}tcPr",), (f"{W}sectPr",)


@dataclass(frozen=True)
class Merger:
    """Lays versions over each other; what differs carries the marks given."""

    marks: Marks

    def merge(self, former: Any | None, holder: Any) -> None:
        """Give a header or note the text of both versions; without a former one all of it is new."""
        self.fill(etree.Element(holder.tag) if former is None else former, holder)

    def strike(self, holder: Any) -> None:
        """Mark all that a header or note holds as gone."""
        nothing = etree.Element(holder.tag)
        holder[:] = list(self._blocks(holder, nothing))

    def fill(self, former: Any, holder: Any) -> None:
        """Give a body, header, note, cell or box the paragraphs and tables of both versions."""
        first = [child for child in holder if child.tag in _FIRST]
        last = [child for child in holder if child.tag in _LAST]
        holder[:] = [*first, *self._blocks(former, holder), *last]

    def _blocks(self, former: Any, holder: Any) -> Iterator[Any]:
        old = [child for child in former if child.tag in _BLOCKS]
        new = [child for child in holder if child.tag in _BLOCKS]
        loose = _loose(holder)
        for left, right in aligned([_item(one) for one in old], [_item(one) for one in new]):
            if right is None:
                yield from self.marks.block(old[left or 0], "del")
                continue
            yield from loose[right]
            if left is None:
                yield from self.marks.block(new[right], "ins")
            else:
                yield self._block(old[left], new[right])
        yield from loose[len(new)]

    def _block(self, old: Any, new: Any) -> Any:
        made = copy.deepcopy(new)
        if same(old, new):
            return made
        if new.tag == f"{W}tbl":
            self._table(old, made)
        elif new.tag == f"{W}sdt":
            self.fill(old.find(f"{W}sdtContent"), made.find(f"{W}sdtContent"))
        else:
            self._words(old, made)
        return made

    def _table(self, old: Any, made: Any) -> None:
        """The rows of both versions; a row that is gone stands before the one that followed it."""
        former, rows = rows_of(old), rows_of(made)
        gone: list[Any] = []
        for left, right in aligned([_item(one) for one in former], [_item(one) for one in rows]):
            if right is None:
                gone.append(self.marks.row(former[left or 0], "del"))
                continue
            place = rows[right]
            pair = self._row(former[left], place) if left is not None else [self.marks.row(place, "ins")]
            for row in [*gone, *pair[:-1]]:
                place.addprevious(row)
            place.getparent().replace(place, pair[-1])
            gone = []
        made.extend(gone)

    def _row(self, old: Any, new: Any) -> list[Any]:
        if len(_cells(old)) != len(_cells(new)):
            return [self.marks.row(old, "del"), self.marks.row(new, "ins")]
        made = copy.deepcopy(new)
        for before, after in zip(_cells(old), _cells(made), strict=True):
            if not same(before, after):
                self.fill(before, after)
        return [made]

    def _words(self, old: Any, made: Any) -> None:
        """Give a paragraph, control or link the words of both versions."""
        before, after = [piece for piece in pieces(old) if piece.key], list(pieces(made))
        keys = [piece.key for piece in before], [piece.key for piece in after]
        merged: list[Any] = []
        for name, i1, i2, j1, j2 in SequenceMatcher(None, *keys, autojunk=False).get_opcodes():
            if name == "equal":
                stayed = zip(before[i1:i2], after[j1:j2], strict=True)
                merged += _plain([self._piece(one, other) for one, other in stayed])
            else:
                merged += [*self.marks.pieces(before[i1:i2], "del"), *self.marks.pieces(after[j1:j2], "ins")]
        made[:] = [*properties(made), *merged]

    def _piece(self, old: Piece, new: Piece) -> Piece:
        """A piece that stayed, with what changed in it."""
        if same(old.element, new.element):
            return new
        made = copy.deepcopy(new.element)
        if not new.is_run:
            self._words(inside(old.element), inside(made))
        elif new.key == "box":
            self._boxes(old.element, made)
        else:
            self.marks.notes.keep(old.element, made)
        return Piece(new.key, made, new.is_run)

    def _boxes(self, old: Any, made: Any) -> None:
        # Word keeps the text twice, for programs that know its new drawings and for those that do not.
        former = list(old.iter(BOX))
        for number, box in enumerate(made.iter(BOX)):
            self.fill(former[min(number, len(former) - 1)], box)


def _loose(holder: Any) -> dict[int, list[Any]]:
    """What stands between the blocks, by the number of the block that follows: ends of bookmarks and the like."""
    found: dict[int, list[Any]] = {0: []}
    for child in holder:
        if child.tag in _BLOCKS:
            found[len(found)] = []
        elif child.tag not in (*_FIRST, *_LAST):
            found[len(found) - 1].append(copy.deepcopy(child))
    return found


def _item(block: Any) -> Item:
    tag, text = block.find(f"{W}sdtPr/{W}tag"), text_in(block)
    sort = f"{block.tag} {'' if tag is None else tag.get(f'{W}val')}"
    return Item(f"{sort} {text}", sort, tuple(WORDS.findall(text)))


def _cells(row: Any) -> list[Any]:
    return [cell for cell in row.iter(f"{W}tc") if next(cell.iterancestors(f"{W}tr")) is row]


def _plain(found: Sequence[Piece]) -> Iterator[Any]:
    waiting: list[Any] = []
    for piece in found:
        if piece.is_run:
            waiting.append(piece.element)
            continue
        yield from joined(waiting)
        waiting = []
        yield piece.element
    yield from joined(waiting)
