"""Predicates on the course of a case: what it changes, what was advised and decided, when, under which number."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise

from pydantic import BaseModel, ValidationError

from docgen.case.inherit import INHERITED, amended
from docgen.case.load import LocatedCase
from docgen.case.model import Case
from docgen.decide.conditions import all_hold
from docgen.decide.deadlines import clocks
from docgen.decide.facts import Facts
from docgen.decide.misses import Miss
from docgen.decide.signatories import unnamed
from docgen.decide.values import as_text, find, is_given
from docgen.office.paths import Steps

# What a change of an earlier contract may bring along without being a change of its substance.
_MAY_DIFFER = frozenset({"office", "language", "title", "assigned", "security"})
_COVERED: Mapping[str, tuple[str, ...]] = {
    "retention": ("retention",),
    "extension": ("retention",),
    "variables": ("datasets",),
    "reference_periods": ("datasets",),
    "purpose": ("purpose",),
    "identity": ("applicant",),
}
_COURSE = (
    "dates.contacted",
    "dates.received",
    "dates.complete",
    "deliberation.date",
    "dpo_advice.date",
    "decision.date",
    "dates.delivered",
    "dates.closed",
)


def change_kinds_allowed(facts: Facts, _: tuple[str, ...]) -> Iterator[Miss]:
    """Every change is of a kind on the procedure's closed list."""
    allowed = facts.procedure.changes if facts.procedure else ()
    for index, change in enumerate(facts.case.changes):
        if change.kind not in allowed:
            yield Miss(("changes", index, "kind"), {"value": change.kind, "allowed": ", ".join(allowed)})


def base_in_force(facts: Facts, _: tuple[str, ...]) -> Iterator[Miss]:
    """The earlier contract was approved and has not ended on the day of the request."""
    base, earlier = facts.case.base, facts.base
    if base is None:
        return
    if base.valid_until is not None and base.valid_until < facts.day:
        yield Miss(("base", "valid_until"), {"value": as_text(base.valid_until)})
    if base.approved is False:
        yield Miss(("base", "approved"))
    if earlier is not None and (earlier.case.decision is None or earlier.case.decision.outcome != "approved"):
        yield Miss(("base", "case"), {"value": earlier.case.id})
    if earlier is not None and earlier.case.office != facts.case.office:
        yield Miss(("base", "case"), {"value": earlier.case.id})


def base_document_changeable(facts: Facts, _: tuple[str, ...]) -> Iterator[Miss]:
    """What is changed is a document that this procedure may change."""
    base, procedure = facts.case.base, facts.procedure
    if base and procedure and base.document and procedure.base_kinds and base.document not in procedure.base_kinds:
        yield Miss(("base", "document"), {"value": base.document, "allowed": ", ".join(procedure.base_kinds)})


def nothing_else_differs(facts: Facts, _: tuple[str, ...]) -> Iterator[Miss]:
    """What the file says beside its changes is what the earlier case says. Judged only when that is at hand."""
    if facts.base is None:
        return
    earlier = _as_amended(facts.base)
    changed = {section for change in facts.case.changes for section in _COVERED[change.kind]}
    for name in INHERITED:
        if name not in _MAY_DIFFER and name not in changed:
            now, then = (next((value for _, value in find(case, name)), None) for case in (facts.case, earlier))
            for path in _differences(now, then, (name,)):
                if not facts.located.is_inherited(*path):
                    yield Miss(path)


def retention_ends_later(facts: Facts, _: tuple[str, ...]) -> Iterator[Miss]:
    """Retention ends after the decision, and after today as long as nothing is decided."""
    day = facts.case.decision.date if facts.case.decision and facts.case.decision.date else facts.today
    ends: list[tuple[Steps, object]] = list(find(facts.case, "retention.until"))
    for index, change in enumerate(facts.case.changes):
        if change.kind in ("retention", "extension"):
            ends.append((("changes", index, "until"), change.until))
    if any(change.kind in ("retention", "extension") for change in facts.case.changes):
        ends = ends[1:]
    for path, end in ends:
        if end is not None and day is not None and as_text(end) <= as_text(day):
            yield Miss(path, {"value": as_text(end), "day": as_text(day)})


def advice_matches_decision(facts: Facts, _: tuple[str, ...]) -> Iterator[Miss]:
    """An approved request has a favourable advice, a refused one an unfavourable advice."""
    advice, decision = facts.case.dpo_advice, facts.case.decision
    if decision is None or advice is None or advice.conclusion is None:
        return
    if (decision.outcome == "approved") == (advice.conclusion == "unfavourable"):
        yield Miss(("decision", "outcome"), {"value": decision.outcome, "conclusion": advice.conclusion})


def conditions_are_listed(facts: Facts, _: tuple[str, ...]) -> Iterator[Miss]:
    """An advice with conditions says which."""
    advice, deliberation = facts.case.dpo_advice, facts.case.deliberation
    if advice is None or advice.conclusion != "favourable_with_conditions":
        return
    if not advice.conditions and not (deliberation and deliberation.extra_measures):
        yield Miss(("dpo_advice", "conditions"))


def dates_in_order(facts: Facts, _: tuple[str, ...]) -> Iterator[Miss]:
    """The steps of the procedure follow each other in time."""
    given = [(path, value) for name in _COURSE for path, value in find(facts.case, name) if value is not None]
    for before, after in pairwise(given):
        earlier, later = as_text(before[1]), as_text(after[1])
        if later < earlier:
            yield Miss(after[0], {"value": later, "earlier": earlier, "before": ".".join(map(str, before[0]))})


def numbers_follow_pattern(facts: Facts, _: tuple[str, ...]) -> Iterator[Miss]:
    """Numbers of documents look as the office writes them."""
    numbers: list[tuple[Steps, str, str | None]] = [
        (("documents", name, "number"), name, document.number) for name, document in facts.case.documents.items()
    ]
    if facts.case.dpo_advice is not None:
        numbers.append((("dpo_advice", "number"), "dpo_advice", facts.case.dpo_advice.number))
    for path, name, number in numbers:
        kind = facts.office.kinds.get(name)
        rule = facts.office.numbering.get(kind.number) if kind and kind.number else None
        if rule and number and not re.fullmatch(rule.pattern, number):
            yield Miss(path, {"value": number, "example": rule.example})


def documents_complete(facts: Facts, _: tuple[str, ...]) -> Iterator[Miss]:
    """Every document whose turn it is has all that it needs from the case."""
    seen: set[Steps] = set()
    for planned in facts.procedure.documents if facts.procedure else ():
        if not all_hold(planned.when, facts) or not all_hold(planned.after, facts):
            continue
        for path in missing_for(planned.kind, facts):
            if path not in seen:
                seen.add(path)
                yield Miss(path, {"document": planned.kind})


def missing_for(kind: str, facts: Facts) -> Iterator[Steps]:
    """Fields that a document needs and the case does not give, and slots for which it names nobody."""
    wanted = facts.office.kinds.get(kind)
    if wanted is None:
        return
    for required in wanted.requires:
        for path, value in find(facts.case, required):
            if not is_given(value) or (isinstance(value, BaseModel) and not _says_anything(value)):
                yield path
    yield from unnamed(wanted, facts.case, facts.office)


def deadlines_kept(facts: Facts, _: tuple[str, ...]) -> Iterator[Miss]:
    """No clock of the procedure has run out."""
    for clock in clocks(facts):
        if clock.overdue:
            start = tuple(clock.start_path.split("."))
            yield Miss(
                start, {"latest": as_text(clock.latest), "start": as_text(clock.start), "n": str(-clock.days_left)}
            )


def _says_anything(part: BaseModel) -> bool:
    return any(is_given(getattr(part, name)) for name in part.model_fields_set)


def _as_amended(base: LocatedCase) -> Case:
    """The earlier case with its own approved changes worked in, as its successor inherits it."""
    try:
        return Case.model_validate(amended(base.source).values)
    except ValidationError:
        return base.case


def _differences(now: object, then: object, path: Steps) -> Iterator[Steps]:
    if now == then:
        return
    if isinstance(now, BaseModel) and isinstance(then, BaseModel):
        for name in now.model_fields_set:
            yield from _differences(getattr(now, name), getattr(then, name, None), (*path, name))
    elif isinstance(now, tuple) and isinstance(then, tuple) and len(now) <= len(then):
        for index, item in enumerate(now):
            yield from _differences(item, then[index], (*path, index))
    else:
        yield path
