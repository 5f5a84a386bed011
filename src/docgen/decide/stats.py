"""Counting approvals, as the offices report them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from docgen.case.model import Case, RequestType

Dimension = Literal["type", "year", "office", "procedure"]
UNSPECIFIED = "unspecified"
"""Stands for a request type that a case does not give."""

_ORDER = (*get_args(RequestType), UNSPECIFIED)


@dataclass(frozen=True, slots=True)
class Crosstab:
    """Counts by one dimension in rows and another in columns."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    """Empty when counted by one dimension only."""
    counts: Mapping[tuple[str, str], int]

    def count(self, row: str, column: str = "") -> int:
        """How many in a cell."""
        return self.counts.get((row, column), 0)

    def row_total(self, row: str) -> int:
        """How many in a row."""
        return sum(number for (name, _), number in self.counts.items() if name == row)

    def column_total(self, column: str) -> int:
        """How many in a column."""
        return sum(number for (_, name), number in self.counts.items() if name == column)

    @property
    def total(self) -> int:
        """How many in all."""
        return sum(self.counts.values())


def approvals(cases: Iterable[Case], by: tuple[Dimension, ...] = ("type", "year")) -> Crosstab:
    """Approved requests, counted by one or two dimensions; the year is that of the decision.

    A case counts when its decision says `approved` and has a date. Withdrawn requests that were approved count too.

    Args:
        cases: any cases; those without approval are passed over.
        by: dimension of the rows and, if there is a second one, of the columns.
    """
    approved = (case for case in cases if _is_approved(case))
    counts = Counter((_value(case, by[0]), _value(case, by[1]) if len(by) > 1 else "") for case in approved)
    rows, columns = {row for row, _ in counts}, {column for _, column in counts if column}
    return Crosstab(tuple(sorted(rows, key=_key)), tuple(sorted(columns, key=_key)), dict(counts))


def _is_approved(case: Case) -> bool:
    return case.decision is not None and case.decision.outcome == "approved" and case.decision.date is not None


def _value(case: Case, dimension: Dimension) -> str:
    match dimension:
        case "type":
            return case.request_type or UNSPECIFIED
        case "year":
            return f"{case.decision.date:%Y}" if case.decision and case.decision.date else ""
        case "office":
            return case.office
        case "procedure":
            return case.procedure


def _key(value: str) -> tuple[int, str]:
    # Request types in the order in which the offices list them; years and names by themselves.
    return (_ORDER.index(value) if value in _ORDER else -1, value)
