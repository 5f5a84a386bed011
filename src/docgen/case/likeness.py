"""Whether a value of a form says what a case says, and which row of a case a row of a form is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from docgen.case.fields import CaseField, Kind, find
from docgen.case.source import Path, Plain

_YES, _NO = ("true", "yes", "on", "1", "y", "t"), ("false", "no", "off", "0", "n", "f")
_ALIKE = 0.5
"""Rows that share less than this are another row, not the same one changed."""


@dataclass(frozen=True, slots=True)
class Match:
    """Which row of a list a row is."""

    origin: int
    """Its number; -1 for a row that the list does not have."""
    sure: bool
    """Nothing that both say differs, and it is so of no other row; else they are only alike."""


def same(new: Plain, there: Plain, path: Path) -> bool:
    """Whether two values mean the same to a case, however they are written."""
    if isinstance(new, str) and isinstance(there, str):
        field = find(path)
        return meant(new, field) == meant(there, field)
    if isinstance(new, list) and isinstance(there, list):
        return len(new) == len(there) and all(
            same(one, other, (*path, number)) for number, (one, other) in enumerate(zip(new, there, strict=True))
        )
    if isinstance(new, dict) and isinstance(there, dict):
        return new.keys() == there.keys() and all(same(new[name], there[name], (*path, name)) for name in new)
    return new == there


def meant(value: str, field: CaseField | None) -> object:
    """What a written value means: a number for digits, `true` or `false` for every way of saying so."""
    words = value.strip().replace("\r\n", "\n").replace("\r", "\n")
    kind = field.kind if field is not None else Kind.TEXT
    if kind is Kind.FLAG:
        return "true" if words.lower() in _YES else "false" if words.lower() in _NO else words
    if kind is Kind.NUMBER and words.isdigit():
        return int(words)
    return words


def matched(new: Sequence[Plain], there: Sequence[Plain], path: Path) -> tuple[Match, ...]:
    """For each new row, which of the rows that are there it is, by what they say and not by their order.

    First come rows that agree in all they both say, then rows that say nothing yet, then rows that are alike.
    """
    found: dict[int, Match] = {}
    free = [number for number, row in enumerate(there) if not _is_empty(row)]
    for number, row in enumerate(new):
        agreeing = [one for one in free if _agrees(row, there[one], path)]
        if agreeing:
            nearest = min(agreeing, key=lambda one: abs(one - number))
            found[number] = Match(nearest, sure=all(there[one] == there[nearest] for one in agreeing))
            free.remove(found[number].origin)
    empty = iter([number for number, row in enumerate(there) if _is_empty(row)])
    for number, row in enumerate(new):
        if number not in found:
            found[number] = _likely(row, there, free, path) or Match(next(empty, -1), sure=True)
            if found[number].origin in free:
                free.remove(found[number].origin)
    return tuple(found[number] for number in range(len(new)))


def _likely(row: Plain, there: Sequence[Plain], free: Sequence[int], path: Path) -> Match | None:
    likeness = {one: _likeness(row, there[one], path) for one in free}
    best = max(likeness, key=lambda one: likeness[one], default=-1)
    return Match(best, sure=False) if likeness.get(best, 0) >= _ALIKE else None


def _agrees(row: Plain, other: Plain, path: Path) -> bool:
    shared = list(_shared(row, other, (*path, 0)))
    tells = any(_is_text(where) for _, _, where in shared) or len(shared) == len(list(_leaves(row)))
    return bool(shared) and tells and all(same(one, another, where) for one, another, where in shared)


def _likeness(row: Plain, other: Plain, path: Path) -> float:
    shared = list(_shared(row, other, (*path, 0)))
    alike = [
        SequenceMatcher(None, one, another, autojunk=False).ratio() if _is_text(where) else same(one, another, where)
        for one, another, where in shared
    ]
    return sum(alike) / len(alike) if alike else 0.0


def _shared(row: Plain, other: Plain, path: Path) -> Iterator[tuple[str, str, Path]]:
    """What both rows say, outside of lists, with its path."""
    if isinstance(row, dict) and isinstance(other, dict):
        for name in row.keys() & other.keys():
            yield from _shared(row[name], other[name], (*path, name))
    elif isinstance(row, str) and isinstance(other, str) and other.strip():
        yield row, other, path


def _leaves(row: Plain) -> Iterator[str]:
    if isinstance(row, dict):
        for inner in row.values():
            yield from _leaves(inner)
    elif isinstance(row, str):
        yield row


def _is_text(path: Path) -> bool:
    field = find(path)
    return field is None or field.kind is Kind.TEXT


def _is_empty(row: Plain) -> bool:
    if isinstance(row, dict):
        return all(map(_is_empty, row.values()))
    if isinstance(row, list):
        return all(map(_is_empty, row))
    return row is None or not row.strip()
