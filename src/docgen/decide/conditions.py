"""Judging conditions on facts: does one hold, and if it is required, where does it fail?

An absent field satisfies `absent`, `not_in` and a `count` without minimum. To `before`, `within` and `matches` it has
nothing to compare: a requirement does not blame it, and a row does not apply because of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta

from docgen.decide.facts import Facts
from docgen.decide.values import as_text, find, is_given
from docgen.office.condition import Condition
from docgen.office.paths import Steps

_COMPARING = ("before", "within", "matches")


def holds(condition: Condition, facts: Facts, scope: Steps = ()) -> bool:
    """Whether a condition is met; of a path with `[*]`, by at least one item."""
    if condition.any_ is not None:
        return any(holds(inner, facts, scope) for inner in condition.any_)
    if condition.path is None:
        return _dossier_has(condition, facts)
    found = find(facts.case, condition.path, scope)
    if not found:
        return condition.absent is True or condition.not_in is not None
    return any(_meets(condition, value, facts, scope, absent_passes=False) for _, value in found)


def all_hold(conditions: Iterable[Condition], facts: Facts, scope: Steps = ()) -> bool:
    """Whether every one of the conditions is met."""
    return all(holds(condition, facts, scope) for condition in conditions)


def failures(condition: Condition, facts: Facts, scope: Steps = ()) -> tuple[Steps, ...]:
    """Exact paths at which a required condition is not met; of a path with `[*]`, every such item."""
    if condition.any_ is not None:
        failed = [failures(inner, facts, scope) for inner in condition.any_]
        return () if not all(failed) else failed[0]
    if condition.path is None:
        return () if _dossier_has(condition, facts) else ((),)
    found = find(facts.case, condition.path, scope)
    return tuple(path for path, value in found if not _meets(condition, value, facts, scope, absent_passes=True))


def unmet(conditions: Iterable[Condition], facts: Facts) -> tuple[Condition, ...]:
    """The required conditions that are not met. A `[*]` without any item meets nothing here."""
    return tuple(condition for condition in conditions if not holds(condition, facts) or failures(condition, facts))


def since(condition: Condition, facts: Facts) -> date | None:
    """The day since which a fact of the dossier, or a date in the case, is there."""
    dossier = facts.dossier
    if condition.any_ is not None:
        days = [since(inner, facts) for inner in condition.any_ if holds(inner, facts)]
        return min((day for day in days if day), default=None)
    if condition.signed is not None:
        signature = dossier.signature(*condition.signed.split("."))
        return signature.signed_on if signature else None
    if condition.complete is not None:
        days = [one.signed_on for one in dossier.signed if one.kind == condition.complete and one.valid]
        return max((day for day in days if day), default=None)
    if condition.built is not None:
        return dossier.built.get(condition.built)
    if condition.published is not None:
        return dossier.published.get(condition.published)
    if condition.path is not None:
        return next((value for _, value in find(facts.case, condition.path) if isinstance(value, date)), None)
    return None


def _dossier_has(condition: Condition, facts: Facts) -> bool:
    dossier = facts.dossier
    if condition.built is not None:
        return condition.built in dossier.built
    if condition.published is not None:
        return condition.published in dossier.published
    if condition.signed is not None:
        return dossier.signature(*condition.signed.split(".")) is not None
    if condition.complete is not None:
        kind = facts.office.kinds.get(condition.complete)
        return kind is not None and dossier.is_complete(condition.complete, kind)
    if condition.received is not None:
        return any(as_text(value) in dossier.received for _, value in find(facts.case, condition.received) if value)
    return False


def _meets(condition: Condition, value: object, facts: Facts, scope: Steps, *, absent_passes: bool) -> bool:
    operator = condition.operator
    if operator in _COMPARING and not is_given(value):
        return absent_passes
    text = as_text(value)
    match operator:
        case "present":
            return is_given(value)
        case "absent":
            return not is_given(value)
        case "equals":
            return text == condition.equals
        case "in_":
            return text in (condition.in_ or ())
        case "not_in":
            return text not in (condition.not_in or ())
        case "matches":
            return re.fullmatch(condition.matches or "", text) is not None
        case "count":
            return _counts(condition, value)
        case "before":
            return _is_before(condition.before or "", value, 0, facts, scope)
        case "within":
            limit = condition.within
            return limit is None or _is_before(limit.of, value, limit.days, facts, scope)
    return False


def _counts(condition: Condition, value: object) -> bool:
    limit = condition.count
    number = len(value) if isinstance(value, tuple | dict) else int(is_given(value))
    if limit is None:
        return True
    return (limit.min is None or number >= limit.min) and (limit.max is None or number <= limit.max)


def _is_before(moment: str, value: object, days: int, facts: Facts, scope: Steps) -> bool:
    limit = _moment(moment, facts, scope)
    if limit is None or not isinstance(value, date):
        return True
    try:
        return value <= limit + timedelta(days=days)
    except OverflowError:
        return True


def _moment(moment: str, facts: Facts, scope: Steps) -> date | None:
    if moment == "today":
        return facts.today
    try:
        return date.fromisoformat(moment)
    except ValueError:
        found = find(facts.case, moment, scope)
        return next((value for _, value in found if isinstance(value, date)), None)
