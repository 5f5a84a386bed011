"""Where a case stands, derived from facts alone: dates and decisions in the case, files and signatures on disk.

Nobody ticks a step off. A step is done when what its procedure asks of it is there; the first one that is not done
is where the case stands.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from docgen.case.load import LocatedCase
from docgen.decide.conditions import all_hold, holds, since, unmet
from docgen.decide.deadlines import Clock, clocks
from docgen.decide.facts import Dossier, Facts
from docgen.decide.values import find
from docgen.office.profile import Office, Party, Step, Texts

Outcome = Literal["open", "refused", "withdrawn", "done"]
_OTHER: dict[Party, Party] = {"office": "applicant", "applicant": "office"}


@dataclass(frozen=True, slots=True)
class StepState:
    """One step of the procedure, as it is for this case."""

    id: str
    title: Texts
    turn: Party
    """Whose turn it is (or was) in this step."""
    done: bool
    on: date | None
    """The day it was done, if known."""
    missing: tuple[str, ...]
    """What is not there yet, as facts (`dates.received`, `signed:protocol.applicant`); empty when done."""
    document: str | None
    """The document that the step is about."""


@dataclass(frozen=True, slots=True)
class Stage:
    """Where a case stands."""

    outcome: Outcome
    steps: tuple[StepState, ...]
    """Every step of the procedure that this case has, in order."""
    current: StepState | None
    """The first step that is not done; None when nothing is left to do."""
    turn: Party | None
    missing: tuple[str, ...]
    next_document: str | None
    deadlines: tuple[Clock, ...]

    @property
    def overdue(self) -> bool:
        """Whether a clock has run out."""
        return any(clock.overdue for clock in self.deadlines)

    @property
    def done(self) -> tuple[StepState, ...]:
        """The steps that are done."""
        return tuple(step for step in self.steps if step.done)


def stage(located: LocatedCase, office: Office, dossier: Dossier, today: date) -> Stage:
    """Where a case stands on a day. A case of a procedure that its office does not have has no steps.

    Args:
        located: the case.
        office: profile of its office.
        dossier: what lies on disk.
        today: the day, in the office's time zone; clocks are measured from it.
    """
    facts = Facts(located, office, dossier, today)
    declared = [step for step in (facts.procedure.steps if facts.procedure else ()) if all_hold(step.when, facts)]
    steps = tuple(_state(step, facts) for step in declared)
    outcome = _outcome(steps, declared, facts)
    current = next((step for step in steps if not step.done), None) if outcome == "open" else None
    deadlines = tuple(clocks(facts))
    if current is None:
        return Stage(outcome, steps, None, None, (), None, deadlines)
    return Stage(outcome, steps, current, current.turn, current.missing, _next_document(current, steps), deadlines)


def _state(step: Step, facts: Facts) -> StepState:
    missing = unmet(step.done, facts)
    returned = bool(step.returned_when) and all_hold(step.returned_when, facts)
    turn = _OTHER[step.turn] if missing and returned else step.turn
    on = None if missing else _done_on(step, facts)
    return StepState(step.id, step.title, turn, not missing, on, tuple(one.fact for one in missing), step.document)


def _done_on(step: Step, facts: Facts) -> date | None:
    if step.date is not None:
        given = next((value for _, value in find(facts.case, step.date) if isinstance(value, date)), None)
        if given is not None:
            return given
    days = (since(condition, facts) for condition in step.done)
    return max((day for day in days if day is not None), default=None)


def _outcome(steps: tuple[StepState, ...], declared: list[Step], facts: Facts) -> Outcome:
    if facts.case.dates.withdrawn is not None:
        return "withdrawn"
    if any(holds(condition, facts) for step in declared for condition in step.refused_by):
        return "refused"
    finished = bool(steps) and all(step.done for step in steps)
    return "done" if finished or facts.case.dates.closed is not None else "open"


def _next_document(current: StepState, steps: tuple[StepState, ...]) -> str | None:
    # What is missing first names the document; a step without any leads to the first one that comes after it.
    named = (fact.partition(":")[2].partition(".")[0] for fact in current.missing if not fact.startswith("received:"))
    first = next(filter(None, named), None)
    if first is not None:
        return first
    rest = steps[steps.index(current) :]
    return next((step.document for step in rest if step.document and not step.done), None)
