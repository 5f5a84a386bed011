"""What a case takes over from the case it changes.

A section is completed field by field: what the new case gives is taken whole, so a new DPO never keeps the e-mail of
the old one. Changes that were approved in the base case are part of what is inherited: an extension of an extension
builds on the contract as it was amended. Everything here is plain values and places; nothing is read from disk.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from docgen.case.source import Path, Plain, Source, value_at
from docgen.findings import Place

INHERITED = (
    "office",
    "language",
    "title",
    "applicant",
    "partners",
    "assigned",
    "purpose",
    "datasets",
    "tables",
    "pseudonymised",
    "linkage",
    "inr",
    "statistical_secrecy_acknowledged",
    "retention",
    "access",
    "output",
    "security",
    "legal_ground",
    "rights",
    "delivery",
)
"""Sections that may come from the base case. Everything else belongs to one request only."""

_UNCHANGED: Path = ("security", "unchanged")
"""Says how a request relates to its base: never taken over, and true of a request that says nothing about security."""

_Section = dict[str, Plain]


@dataclass(frozen=True, slots=True)
class _Draft:
    """Plain values being changed, together with their places."""

    values: _Section
    places: dict[Path, Place]

    def put(self, value: Plain, to: Path, source: Source, at: Path) -> None:
        """Sets a value that stands elsewhere, with all its places; the blocks around it are made when missing."""
        around: Plain = self.values
        for step, following in pairwise(to):
            around = _made(around, step, [] if isinstance(following, int) else {})
        _set(around, to[-1], value)
        for path in [path for path in self.places if path[: len(to)] == to]:
            del self.places[path]
        for path in [path for path in source.places if path[: len(at)] == at]:
            self.places[(*to, *path[len(at) :])] = source.places[path]


def inherited(own: Source, base: Source) -> Source:
    """The source of a case with what it does not say itself taken from its base; places tell from which file.

    Args:
        own: the case; what it gives holds.
        base: the effective source of the case it changes, from which only `INHERITED` sections are taken.
    """
    effective = amended(base)
    if not isinstance(own.values, dict) or not isinstance(effective.values, dict):
        return own
    draft = _Draft(_copied(own.values), dict(own.places))
    for path in _missing(own.values, effective.values):
        draft.put(value_at(effective.values, path), path, effective, path)
    if own.values.get("security") is None and effective.values.get("security") is not None:
        draft.put("true", _UNCHANGED, effective, ("security",))
    return Source(own.file, draft.values, draft.places, own.findings, own.unreadable)


def amended(base: Source) -> Source:
    """The source of a case with its own approved changes worked in; the same source when nothing was approved."""
    values = base.values
    if not isinstance(values, dict) or value_at(values, ("decision", "outcome")) != "approved":
        return base
    draft = _Draft(_copied(values), dict(base.places))
    changes = values.get("changes")
    for index, change in enumerate(changes if isinstance(changes, list) else []):
        apply = _AMENDMENTS.get(str(change.get("kind"))) if isinstance(change, dict) else None
        if apply and isinstance(change, dict):
            apply(draft, change, base, ("changes", index))
    return Source(base.file, draft.values, draft.places, base.findings, base.unreadable)


def _missing(own: _Section, base: _Section) -> Iterator[Path]:
    for name in INHERITED:
        theirs, mine = base.get(name), own.get(name)
        if theirs is None:
            continue
        if mine is None:
            yield (name,)
        elif isinstance(mine, dict) and isinstance(theirs, dict):
            yield from ((name, part) for part in theirs if mine.get(part) is None and (name, part) != _UNCHANGED)


def _retention(draft: _Draft, change: _Section, base: Source, at: Path) -> None:
    # A new end replaces a term and the other way round: both together would contradict each other.
    if change.get("until") is not None or change.get("months") is not None:
        draft.put({}, ("retention",), base, at)
    _take(draft, change, base, at, {name: ("retention", name) for name in ("until", "months", "motivation")})


def _variables(draft: _Draft, change: _Section, base: Source, at: Path) -> None:
    for index, added in _items(change, "add"):
        dataset = _dataset(draft, added.get("dataset"))
        if dataset is None:
            continue
        to: Path = ("datasets", dataset, "variables")
        variable: Plain = {name: value for name, value in added.items() if name != "dataset"}
        draft.put(variable, (*to, _length(draft, to)), base, (*at, "add", index))


def _reference_periods(draft: _Draft, change: _Section, base: Source, at: Path) -> None:
    for index, added in _items(change, "add"):
        dataset, periods = _dataset(draft, added.get("dataset")), added.get("periods")
        if dataset is None or not isinstance(periods, list):
            continue
        to: Path = ("datasets", dataset, "reference_periods")
        for number, period in enumerate(periods):
            draft.put(period, (*to, _length(draft, to)), base, (*at, "add", index, "periods", number))


def _purpose(draft: _Draft, change: _Section, base: Source, at: Path) -> None:
    before, added = value_at(draft.values, ("purpose", "description")), change.get("text")
    if isinstance(added, str):
        text = f"{before.rstrip()}\n{added}" if isinstance(before, str) else added
        draft.put(text, ("purpose", "description"), base, (*at, "text"))


def _identity(draft: _Draft, change: _Section, base: Source, at: Path) -> None:
    same = ("kbo", "address", "controller", "legal_representative", "dpo", "security_adviser")
    _take(draft, change, base, at, {"new_name": ("applicant", "name"), **{name: ("applicant", name) for name in same}})


_AMENDMENTS: Mapping[str, Callable[[_Draft, _Section, Source, Path], None]] = {
    "retention": _retention,
    "extension": _retention,
    "variables": _variables,
    "reference_periods": _reference_periods,
    "purpose": _purpose,
    "identity": _identity,
}


def _take(draft: _Draft, change: _Section, base: Source, at: Path, fields: Mapping[str, Path]) -> None:
    for name, to in fields.items():
        if change.get(name) is not None:
            draft.put(change[name], to, base, (*at, name))


def _items(change: _Section, name: str) -> Iterator[tuple[int, _Section]]:
    items = change.get(name)
    for index, item in enumerate(items if isinstance(items, list) else []):
        if isinstance(item, dict):
            yield index, item


def _dataset(draft: _Draft, source: Plain) -> int | None:
    datasets = draft.values.get("datasets")
    for index, dataset in enumerate(datasets if isinstance(datasets, list) else []):
        if isinstance(dataset, dict) and dataset.get("source") == source:
            return index
    return None


def _length(draft: _Draft, path: Path) -> int:
    value = value_at(draft.values, path)
    return len(value) if isinstance(value, list) else 0


def _made(around: Plain, step: str | int, empty: Plain) -> Plain:
    """The block or list at a step, made anew when something else stands there."""
    present = value_at(around, (step,))
    if type(present) is type(empty):
        return present
    _set(around, step, empty)
    return empty


def _set(around: Plain, step: str | int, value: Plain) -> None:
    if isinstance(around, dict) and isinstance(step, str):
        around[step] = value
    elif isinstance(around, list) and isinstance(step, int):
        around[step : step + 1] = [value]


def _copied(value: _Section) -> _Section:
    return {name: _copy(inner) for name, inner in value.items()}


def _copy(value: Plain) -> Plain:
    if isinstance(value, dict):
        return _copied(value)
    return [_copy(item) for item in value] if isinstance(value, list) else value
