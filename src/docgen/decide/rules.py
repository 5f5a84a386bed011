"""Judging a case: rule rows to findings that point at the line to change."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from datetime import date

from docgen.case.load import LocatedCase
from docgen.decide.conditions import all_hold, failures
from docgen.decide.facts import Dossier, Facts
from docgen.decide.misses import Miss
from docgen.decide.predicates import PREDICATES
from docgen.decide.values import as_text, find
from docgen.errors import ContentInvalid
from docgen.findings import Finding, Severity, most_serious_first
from docgen.office.condition import Condition
from docgen.office.paths import Steps, without_indexes
from docgen.office.profile import Office, Procedure
from docgen.office.rules import Rule, Rules

LONGEST_SHOWN = 80


def judge(
    located: LocatedCase,
    office: Office,
    rules: Rules,
    dossier: Dossier,
    today: date,
    base: LocatedCase | None = None,
) -> tuple[Finding, ...]:
    """All findings of the rules on a case, most serious first, each at the line to change.

    Total: it raises on no case. What only signatures, templates or gates can show is not judged here.

    Args:
        located: the case and the places of its values.
        office: profile of the case's office.
        rules: all rule rows; those in force on the case's day are judged.
        dossier: what lies on disk.
        today: the day of judging, in the office's time zone.
        base: the earlier case that this one changes; the one it was loaded with when absent.
    """
    facts = Facts(located, office, dossier, today, base or located.base)
    wrong = tuple(_wrong_procedure(facts))
    if facts.procedure is None:
        return wrong
    found = [(rule, finding) for rule in applying(rules, facts) for finding in _judged(rule, facts)]
    return most_serious_first([*wrong, *dict.fromkeys(_without_repeats(found))])


def applying(rules: Rules, facts: Facts) -> Iterator[Rule]:
    """The rows that are checked on a case of this office and procedure, under the law of its day."""
    procedure = facts.procedure
    for rule in rules.on(facts.day):
        if rule.checked_by == "case" and procedure is not None and _applies(rule, facts, procedure):
            yield rule


def require_known_predicates(rules: Rules) -> None:
    """Refuse rows that name a predicate docgen does not have.

    Raises:
        ContentInvalid: naming every such row.
    """
    unknown = [rule for rule in rules.rows if rule.predicate and rule.predicate not in PREDICATES]
    if unknown:
        raise ContentInvalid(
            Finding("DG-O109", Severity.ERROR, None, {"rule": rule.id, "name": rule.predicate or ""})
            for rule in unknown
        )


def _without_repeats(found: list[tuple[Rule, Finding]]) -> Iterator[Finding]:
    strong = {finding.place.path for rule, finding in found if finding.place and not rule.fallback}
    every = {finding.place.path for _, finding in found if finding.place}
    for rule, finding in found:
        path = finding.place.path if finding.place else ""
        if not (rule.fallback and (path in strong or _is_spoken_of_inside(path, every))):
            yield finding


def _is_spoken_of_inside(path: str, others: set[str]) -> bool:
    return any(other.startswith((f"{path}.", f"{path}[")) for other in others)


def _applies(rule: Rule, facts: Facts, procedure: Procedure) -> bool:
    case = facts.case
    route = "change" if procedure.changes_earlier else "first"
    return (
        (not rule.offices or facts.office.id in rule.offices)
        and (not rule.procedures or case.procedure in rule.procedures)
        and (not rule.request_types or case.request_type in rule.request_types)
        and rule.route in ("any", route)
    )


def _judged(rule: Rule, facts: Facts) -> Iterator[Finding]:
    scopes: tuple[Steps, ...] = ((),)
    if rule.each is not None:
        scopes = tuple(path for path, _ in find(facts.case, rule.each))
    for scope in scopes:
        if all_hold(rule.when, facts, scope):
            for condition in rule.require:
                for path in failures(condition, facts, scope):
                    yield _finding(rule, facts, Miss(path, _parameters(condition, path, facts)))
    if rule.predicate is not None and all_hold(rule.when, facts):
        predicate = PREDICATES.get(rule.predicate)
        for miss in predicate(facts, rule.values) if predicate else ():
            yield _finding(rule, facts, miss)


def _finding(rule: Rule, facts: Facts, miss: Miss) -> Finding:
    place = facts.located.place(*miss.path)
    parameters = {
        "field": without_indexes(place.path),
        "path": place.path,
        "office": facts.office.id,
        **miss.parameters,
    }
    return Finding(rule.message or rule.id, rule.level, place, parameters)


def _parameters(condition: Condition, path: Steps, facts: Facts) -> dict[str, str]:
    value = _value_at(facts, path)
    allowed = condition.in_ or ((condition.equals,) if condition.equals is not None else ())
    shown = value if len(value) <= LONGEST_SHOWN else ""
    return {"value": shown, "allowed": ", ".join(allowed)}


def _value_at(facts: Facts, path: Steps) -> str:
    written = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).removeprefix(".")
    return next((as_text(value) for _, value in find(facts.case, written)), "") if written else ""


def _wrong_procedure(facts: Facts) -> Iterator[Finding]:
    case, office, place = facts.case, facts.office, facts.located.place
    procedure = facts.procedure
    if procedure is None:
        allowed = sorted(office.procedures)
        near = difflib.get_close_matches(case.procedure, allowed, n=1)
        parameters = {"value": case.procedure, "allowed": ", ".join(allowed), "near": near[0] if near else allowed[0]}
        yield Finding("DG-C201", Severity.ERROR, place("procedure"), parameters)
        return
    if case.language not in office.languages:
        parameters = {"value": case.language, "allowed": ", ".join(office.languages)}
        yield Finding("DG-C202", Severity.ERROR, place("language"), parameters)
    if procedure.request_types and case.request_type not in procedure.request_types:
        parameters = {"value": case.request_type or "", "allowed": ", ".join(procedure.request_types)}
        yield Finding("DG-C203", Severity.ERROR, place("request_type"), parameters)
