"""Clocks of a procedure: when something is due, in calendar days and working days, and whether it is late."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import holidays

from docgen.decide.conditions import holds, since, unmet
from docgen.decide.facts import Facts
from docgen.decide.values import find
from docgen.office.condition import Condition
from docgen.office.profile import Deadline, Texts

_FARTHEST = date(9000, 1, 1)


@dataclass(frozen=True, slots=True)
class Clock:
    """A deadline that runs, or ran."""

    id: str
    title: Texts
    rule: str
    start_path: str
    start: date
    target: date
    """The office aims at this day."""
    latest: date
    """From the day after, it is overdue."""
    waits_for: tuple[str, ...]
    """What is not there yet, as facts, so that it does not run; empty when it runs or has stopped."""
    stopped: bool
    stopped_on: date | None
    """The day it stopped, if known."""
    days_left: int
    """Calendar days until `latest`; negative when overdue. Zero for a clock that stopped or waits."""
    working_days_left: int
    """Working days until `latest`, public holidays of the office's country left out; negative when overdue."""
    overdue: bool

    @property
    def kept(self) -> bool | None:
        """Whether it stopped in time; None while it runs or when the day is not known."""
        return self.stopped_on <= self.latest if self.stopped_on else None


def clocks(facts: Facts) -> Iterator[Clock]:
    """The clocks that run, ran or wait. None before `dates.complete`, or whatever date the office counts from."""
    if facts.today is None or facts.procedure is None:
        return
    for deadline in facts.procedure.deadlines:
        start = next((value for _, value in find(facts.case, deadline.start) if isinstance(value, date)), None)
        if start is not None and start < _FARTHEST:
            days = (since(condition, facts) for condition in deadline.needs)
            yield _clock(deadline, max([start, *(day for day in days if day)]), facts, facts.today)


def working_days(start: date, end: date, country: str) -> int:
    """Working days after `start` up to and including `end`; negative when `end` comes first.

    Saturdays, Sundays and the public holidays of the country do not count.
    """
    if end < start:
        return -working_days(end, start, country)
    free = holidays.country_holidays(country, years=range(start.year, end.year + 1))
    days = (start + timedelta(days=offset) for offset in range(1, (end - start).days + 1))
    return sum(1 for day in days if day.weekday() < 5 and day not in free)


def _clock(deadline: Deadline, start: date, facts: Facts, today: date) -> Clock:
    target, latest = (start + timedelta(days=n) for n in (deadline.target_days, deadline.latest_days))
    ended = facts.case.dates.withdrawn or facts.case.dates.closed
    stopped = ended is not None or all(holds(condition, facts) for condition in deadline.stops)
    stopped_on = (_stopped_on(deadline.stops, facts) or ended) if stopped else None
    waits_for = () if stopped else tuple(condition.fact for condition in unmet(deadline.needs, facts))
    runs = not stopped and not waits_for
    near = abs((latest - today).days) < 4000
    return Clock(
        deadline.id,
        deadline.title,
        deadline.rule,
        deadline.start,
        start,
        target,
        latest,
        waits_for,
        stopped,
        stopped_on,
        (latest - today).days if runs else 0,
        working_days(today, latest, facts.office.calendar) if runs and near else 0,
        runs and today > latest,
    )


def _stopped_on(conditions: tuple[Condition, ...], facts: Facts) -> date | None:
    days = [since(condition, facts) for condition in conditions]
    known = [day for day in days if day is not None]
    return max(known) if known and len(known) == len(days) else None
