"""Rows that were added to a table without the names of their fields, told by the row above them.

LibreOffice drops the tags of controls and does not copy their bookmarks; Word copies a row with its tags where it
knows of a repeating section, and elsewhere makes an empty one. What such a row says stands in the same columns as in
the row above. That is likely and not certain, so none of it is sure.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from docgen.case.source import Path
from docgen.word.controls import W, content_text
from docgen.word.tags import Tag

FIRST = 10_000
"""Number of the first added row; no form has as many of its own."""


@dataclass(frozen=True, slots=True)
class AddedField:
    """A field of an added row."""

    tag: Tag
    """That of the field above, with a row number of its own."""
    element: Any
    """The control; of a row without controls the cell."""
    copies: tuple[int, ...]
    """For each number of a row: 1 for the one that was added."""


def added_fields(root: Any, known: Mapping[Any, Tag], nameless: Collection[Any]) -> Iterator[AddedField]:
    """The fields of all added rows, in document order.

    Args:
        root: main part of the received form.
        known: its fields that say which they are, by their control.
        nameless: its controls that do not.
    """
    number = FIRST
    for table in root.iter(f"{W}tbl"):
        pattern: list[list[Tag]] = []
        labels: list[str] = []
        for row in _rows(table):
            cells = [[known[control] for control in cell.iter(f"{W}sdt") if control in known] for cell in _cells(row)]
            words = [content_text(cell).strip() for cell in _cells(row)]
            if any(cells):
                pattern, labels = cells if _list_depth(cells) else [], words
            elif len(cells) == len(pattern) and any(words) and _labelled_alike(pattern, labels, words):
                yield from _like(pattern, row, nameless, number)
                number += 1


def _labelled_alike(pattern: Sequence[Sequence[Tag]], labels: Sequence[str], words: Sequence[str]) -> bool:
    """Whether cells that hold no field say what they say in the row above, or nothing: else it is another row."""
    return all(tags or text in ("", label) for tags, label, text in zip(pattern, labels, words, strict=True))


def _rows(table: Any) -> Iterator[Any]:
    return (row for row in table.iter(f"{W}tr") if next(row.iterancestors(f"{W}tbl")) is table)


def _cells(row: Any) -> list[Any]:
    return [cell for cell in row.iter(f"{W}tc") if next(cell.iterancestors(f"{W}tr")) is row]


def _list_depth(cells: Sequence[Sequence[Tag]]) -> int:
    """How many numbers of rows all fields of a table row share: the last one is that of the row itself."""
    paths = [tag.path for tags in cells for tag in tags]
    shared: Path = paths[0]
    for path in paths:
        same = [one == other for one, other in zip(shared, path, strict=False)]
        shared = shared[: same.index(False) if False in same else len(same)]
    return sum(isinstance(step, int) for step in shared)


def _like(pattern: Sequence[Sequence[Tag]], row: Any, nameless: Collection[Any], number: int) -> Iterator[AddedField]:
    depth = _list_depth(pattern)
    for tags, cell in zip(pattern, _cells(row), strict=True):
        own = [control for control in cell.iter(f"{W}sdt") if control in nameless]
        places = own or [cell]
        if len(places) != len(tags) or (not own and tags[0].choice):
            continue
        for tag, place in zip(tags, places, strict=True):
            copies = tuple(int(level == depth) for level in range(1, len(tag.rows) + 1))
            yield AddedField(Tag(_renumbered(tag.path, depth, number), tag.choice), place, copies)


def _renumbered(path: Path, depth: int, number: int) -> Path:
    places = [place for place, step in enumerate(path) if isinstance(step, int)]
    return (*path[: places[depth - 1]], number, *path[places[depth - 1] + 1 :])
