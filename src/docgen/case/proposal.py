"""From what a form says and what a case says to the changes that make the case say it too.

Only what differs is changed. What the case takes over from an earlier case is written out in full as soon as one
value of it changes, because a part of a section is taken over whole or not at all.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from docgen.case.edit import Change, Insert, Put, TakeOut
from docgen.case.fields import CaseField, Kind, find
from docgen.case.source import Path, Plain, dotted, value_at

_YES, _NO = ("true", "yes", "on", "1", "y", "t"), ("false", "no", "off", "0", "n", "f")


@dataclass(frozen=True, slots=True)
class Said:
    """What a form says."""

    values: Mapping[str, Plain]
    rows: Mapping[str, tuple[int, ...]]
    """Of each list of rows, by path: the number each row had; -1 for a new one."""
    emptied: tuple[Path, ...] = ()
    blank: bool = False
    """The form was sent empty: rows are told apart by their order only, and nothing is taken out."""


def proposed(
    said: Said, own: Plain, effective: Plain, lists_on_a_line: Collection[Path], leave: Collection[Path] = ()
) -> tuple[Change, ...]:
    """The changes, in terms of the case file as it stands.

    Args:
        said: what the form says.
        own: values of the case file itself.
        effective: these with what is taken over from an earlier case.
        lists_on_a_line: lists that are written on one line; see `docgen.case.edit.flow_lists`.
        leave: paths of the file that stay as they are, with everything below.
    """
    proposer = _Proposer(said, frozenset(lists_on_a_line), frozenset(leave))
    changes = list(proposer.block(dict(said.values), own, effective, (), ()))
    taken = [change.path for change in changes if isinstance(change, TakeOut | Put)]
    if not said.blank:
        changes += proposer.emptied(own, taken)
    return tuple(change for change in changes if not proposer.is_left(change.path))


@dataclass(frozen=True, slots=True)
class _Proposer:
    said: Said
    on_a_line: frozenset[Path]
    leave: frozenset[Path]

    def is_left(self, path: Path) -> bool:
        return any(path[:length] in self.leave for length in range(1, len(path) + 1))

    def emptied(self, own: Plain, taken: Collection[Path]) -> Iterator[Change]:
        for path in self.said.emptied:
            covered = any(path[: len(other)] == other for other in taken)
            if not covered and isinstance(path[-1], str) and value_at(own, path) is not None:
                yield Put(path, None)

    def _any(self, new: Plain, own: Plain, effective: Plain, path: Path, now: Path) -> Iterator[Change]:
        """Changes for one value; `path` counts rows as in the file, `now` as in the form."""
        if isinstance(new, list | dict):
            if own is None or (isinstance(new, list) and path in self.on_a_line) or type(own) is not type(new):
                whole = self._merged(new, effective, path, now)
                if whole and not _same(whole, effective, path):
                    yield Put(path, whole)
            elif isinstance(new, dict):
                yield from self.block(new, own, effective, path, now)
            else:
                yield from self._rows(new, own, effective, path, now)
        elif not _same(new, effective, path) and not _is_default(new, effective, path):
            yield Put(path, new)

    def block(self, new: dict[str, Plain], own: Plain, effective: Plain, path: Path, now: Path) -> Iterator[Change]:
        """Changes for the fields of a block."""
        for name, inner in new.items():
            mine, theirs = value_at(own, (name,)), value_at(effective, (name,))
            yield from self._any(inner, mine, theirs, (*path, name), (*now, name))

    def _rows(self, new: list[Plain], own: Plain, effective: Plain, path: Path, now: Path) -> Iterator[Change]:
        assert isinstance(own, list)  # noqa: S101  asked for lists only
        if _is_choice_list(path):
            whole = self._merged(new, effective, path, now)
            if not _same(whole, effective, path):
                yield Put(path, whole)
            return
        origins = self._origins(new, own, now)
        kept = [origin for origin in origins if origin >= 0]
        waiting: dict[int, list[Plain]] = {}
        last = -1
        for number, (row, origin) in enumerate(zip(new, origins, strict=True)):
            if origin >= 0:
                last = origin
                theirs = value_at(effective, (origin,))
                yield from self._any(row, own[origin], theirs, (*path, origin), (*now, number))
            else:
                before = value_at(effective, (self._number(now, number),))
                waiting.setdefault(last, []).append(self._merged(row, before, (*path, 0), (*now, number)))
        for after, rows in waiting.items():
            yield Insert((*path, after), tuple(rows))
        if not self.said.blank:
            yield from (TakeOut((*path, number)) for number in range(len(own)) if number not in kept)

    def _origins(self, new: list[Plain], own: list[Plain], now: Path) -> tuple[int, ...]:
        """Which row of the file each row of the form is; -1 for a new one, and for one that was moved up."""
        found: list[int] = []
        highest = -1
        for number in range(len(new)):
            origin = number if self.said.blank else self._number(now, number)
            known = highest < origin < len(own)
            found.append(origin if known else -1)
            highest = origin if known else highest
        return tuple(found)

    def _number(self, now: Path, number: int) -> int:
        rows = self.said.rows.get(dotted(now), ())
        return rows[number] if number < len(rows) else -1

    def _merged(self, new: Plain, effective: Plain, path: Path, now: Path) -> Plain:
        """What is there, completed and corrected by what the form says; nothing when the form says nothing new."""
        if isinstance(new, dict):
            before = effective if isinstance(effective, dict) else {}
            merged = dict(before)
            for name, inner in new.items():
                here = (*path, name)
                value = self._merged(inner, before.get(name), here, (*now, name))
                if value not in (None, []) and not (name not in before and _is_default(value, None, here)):
                    merged[name] = value
            return merged or None
        if isinstance(new, list) and _is_choice_list(path):
            there = [item for item in effective if item in new] if isinstance(effective, list) else []
            return [*there, *(item for item in new if item not in there)]
        if isinstance(new, list):
            there = effective if isinstance(effective, list) else []
            rows = (
                self._merged(row, value_at(there, (self._row(now, number),)), (*path, 0), (*now, number))
                for number, row in enumerate(new)
            )
            return [row for row in rows if row is not None]
        return effective if _same(new, effective, path) else new

    def _row(self, now: Path, number: int) -> int:
        origin = number if self.said.blank else self._number(now, number)
        return origin if origin >= 0 else 1_000_000


def _is_choice_list(path: Path) -> bool:
    field = find(path)
    return field is not None and field.many and field.kind is Kind.CHOICE


def _is_default(new: Plain, effective: Plain, path: Path) -> bool:
    field = find(path)
    return effective is None and field is not None and bool(field.default) and new == field.default


def _same(new: Plain, there: Plain, path: Path) -> bool:
    """Whether two values mean the same to a case, however they are written."""
    if isinstance(new, str) and isinstance(there, str):
        field = find(path)
        return _meant(new, field) == _meant(there, field)
    if isinstance(new, list) and isinstance(there, list):
        return len(new) == len(there) and all(
            _same(one, other, (*path, number)) for number, (one, other) in enumerate(zip(new, there, strict=True))
        )
    if isinstance(new, dict) and isinstance(there, dict):
        return new.keys() == there.keys() and all(_same(new[name], there[name], (*path, name)) for name in new)
    return new == there


def _meant(value: str, field: CaseField | None) -> object:
    words = value.strip().replace("\r\n", "\n").replace("\r", "\n")
    kind = field.kind if field is not None else Kind.TEXT
    if kind is Kind.FLAG:
        return "true" if words.lower() in _YES else "false" if words.lower() in _NO else words
    if kind is Kind.NUMBER and words.isdigit():
        return int(words)
    return words
