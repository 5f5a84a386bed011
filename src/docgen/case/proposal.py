"""From what a form says and what a case says to the changes that make the case say it too.

Only what differs is changed. What the case takes over from an earlier case is written out in full as soon as one
value of it changes, because a part of a section is taken over whole or not at all.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from docgen.case.edit import Change, Insert, Put, TakeOut
from docgen.case.fields import Kind, find
from docgen.case.likeness import matched, meant, same
from docgen.case.source import Path, Plain, dotted, value_at


@dataclass(frozen=True, slots=True)
class Said:
    """What a form says."""

    values: Mapping[str, Plain]
    rows: Mapping[str, tuple[int, ...]]
    """Of each list of rows, by path: the number each row had; -1 for a new one."""
    offered: Mapping[str, Collection[str]] = field(default_factory=dict)
    """Of each list of ticks, by path as in `values`: the choices that had a box; any other stays as it is."""
    emptied: Mapping[Path, Collection[str]] = field(default_factory=dict)
    """Fields that were shown and say nothing, with the choices that had a box."""
    blank: bool = False
    """The form was sent empty: its rows are told apart by what they say, and nothing is taken out."""
    unsure: bool = False
    """Also take over rows of which it is likely, and not certain, which of the case's rows they are."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A row of a form that was sent empty, which says something else than the row of the case that it may be."""

    path: Path
    """Of the row that it may be, as in the case file."""
    row: Plain
    """What the form says."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a form would change."""

    changes: tuple[Change, ...]
    doubts: tuple[Doubt, ...]
    """Their rows are among the changes only when that was asked for."""


def proposed(
    said: Said, own: Plain, effective: Plain, lists_on_a_line: Collection[Path], leave: Collection[Path] = ()
) -> Proposal:
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
    left = tuple(change for change in changes if not proposer.is_left(change.path))
    return Proposal(left, tuple(proposer.doubts.values()))


@dataclass(frozen=True, slots=True)
class _Proposer:
    said: Said
    on_a_line: frozenset[Path]
    leave: frozenset[Path]
    doubts: dict[Path, Doubt] = field(default_factory=dict)

    def is_left(self, path: Path) -> bool:
        return any(path[:length] in self.leave for length in range(1, len(path) + 1))

    def emptied(self, own: Plain, taken: Collection[Path]) -> Iterator[Change]:
        for path, offered in self.said.emptied.items():
            covered = any(path[: len(other)] == other for other in taken)
            there = value_at(own, path)
            left = _beyond(there, offered, path)
            if not covered and isinstance(path[-1], str) and there is not None and left != there:
                yield Put(path, left)

    def _any(self, new: Plain, own: Plain, effective: Plain, path: Path, now: Path) -> Iterator[Change]:
        """Changes for one value; `path` counts rows as in the file, `now` as in the form."""
        if isinstance(new, list | dict):
            if own is None or (isinstance(new, list) and path in self.on_a_line) or type(own) is not type(new):
                whole = self._merged(new, effective, path, now)
                if whole and not same(whole, effective, path):
                    yield Put(path, whole)
            elif isinstance(new, dict):
                yield from self.block(new, own, effective, path, now)
            else:
                yield from self._rows(new, own, effective, path, now)
        elif not same(new, effective, path) and not _is_default(new, effective, path):
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
            if not same(whole, effective, path):
                yield Put(path, whole)
            return
        origins = self._origins(new, own, path, now)
        kept = [origin for origin in origins if origin is not None and origin >= 0]
        waiting: dict[int, list[Plain]] = {}
        last = -1
        for number, (row, origin) in enumerate(zip(new, origins, strict=True)):
            if origin is None:
                continue
            if origin >= 0:
                last = origin
                theirs = value_at(effective, (origin,))
                yield from self._any(row, own[origin], theirs, (*path, origin), (*now, number))
            else:
                before = None if self.said.blank else value_at(effective, (self._number(now, number),))
                waiting.setdefault(last, []).append(self._merged(row, before, (*path, 0), (*now, number)))
        for after, rows in waiting.items():
            yield Insert((*path, after), tuple(rows))
        if not self.said.blank:
            yield from (TakeOut((*path, number)) for number in range(len(own)) if number not in kept)

    def _origins(self, new: list[Plain], own: list[Plain], path: Path, now: Path) -> tuple[int | None, ...]:
        """Which row of the file each row of the form is; -1 for a new one, and for one that was moved up.

        Nothing for a row about which there is a doubt, unless such rows were asked for too.
        """
        if self.said.blank:
            return self._alike(new, own, path)
        found: list[int] = []
        highest = -1
        for number in range(len(new)):
            origin = self._number(now, number)
            known = highest < origin < len(own)
            found.append(origin if known else -1)
            highest = origin if known else highest
        return tuple(found)

    def _alike(self, new: list[Plain], own: list[Plain], path: Path) -> tuple[int | None, ...]:
        found: list[int | None] = []
        for row, match in zip(new, matched(new, own, path), strict=True):
            if not match.sure:
                self.doubts[*path, match.origin] = Doubt((*path, match.origin), row)
            found.append(match.origin if match.sure or self.said.unsure else None)
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
            beyond = _beyond(effective, self.said.offered.get(dotted(now), ()), path)
            kept = [*new, *(beyond if isinstance(beyond, list) else [])]
            there = [item for item in effective if item in kept] if isinstance(effective, list) else []
            return [*there, *(item for item in new if item not in there)]
        if isinstance(new, list):
            there = effective if isinstance(effective, list) else []
            merge = self._merged_with_what_is_there if self.said.blank else self._merged_rows
            return [row for row in merge(new, there, path, now) if row is not None]
        return effective if same(new, effective, path) else new

    def _merged_rows(self, new: list[Plain], there: list[Plain], path: Path, now: Path) -> Iterator[Plain]:
        for number, row in enumerate(new):
            origin = self._number(now, number)
            before = there[origin] if 0 <= origin < len(there) else None
            yield self._merged(row, before, (*path, 0), (*now, number))

    def _merged_with_what_is_there(self, new: list[Plain], there: list[Plain], path: Path, now: Path) -> list[Plain]:
        rows = list(there)
        for number, (row, origin) in enumerate(zip(new, self._alike(new, there, path), strict=True)):
            if origin is None:
                continue
            if origin >= 0:
                rows[origin] = self._merged(row, there[origin], (*path, 0), (*now, number))
            else:
                rows.append(self._merged(row, None, (*path, 0), (*now, number)))
        return rows


def _beyond(there: Plain, offered: Collection[str], path: Path) -> Plain:
    """What a case says that no box of the form could say; nothing where the form has no boxes."""
    if not offered:
        return None
    field = find(path)
    if isinstance(there, list):
        return [item for item in there if item not in offered] or None
    return there if isinstance(there, str) and meant(there, field) not in offered else None


def _is_choice_list(path: Path) -> bool:
    field = find(path)
    return field is not None and field.many and field.kind is Kind.CHOICE


def _is_default(new: Plain, effective: Plain, path: Path) -> bool:
    field = find(path)
    return effective is None and field is not None and bool(field.default) and new == field.default
