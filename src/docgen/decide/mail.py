"""Whether it is the turn of an e-mail, to whom it goes, what goes with it, and what its text may say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from docgen.case.model import Case
from docgen.case.parts import Person
from docgen.decide.agreed import term
from docgen.decide.conditions import all_hold, failures, holds, unmet
from docgen.decide.facts import Facts
from docgen.decide.plan import plan
from docgen.decide.remarks import open_remarks
from docgen.decide.stage import Stage
from docgen.decide.values import find
from docgen.findings import Finding, Place, Severity
from docgen.office.condition import Condition
from docgen.office.mail import Enclosure, MailStep
from docgen.office.paths import Steps
from docgen.office.profile import in_language
from docgen.office.wording import Wording


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody to write to."""

    email: str
    name: str = ""
    function: str = ""


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A file that goes with an e-mail, as its text may name it."""

    kind: str
    form: str
    file: str
    """Name of the file in the e-mail."""
    title: str
    version: str
    """Which form of the document it is, in words."""


def mail_gate(name: str, step: MailStep, facts: Facts, reached: Stage) -> tuple[Finding, ...]:
    """Why it is not an e-mail's turn; empty when it is.

    Args:
        name: name of the e-mail.
        step: its row.
        facts: the case, its office, its dossier, today.
        reached: where the case stands.
    """
    if facts.case.dates.withdrawn is not None:
        return (_gate("DG-M111", facts, ("dates", "withdrawn"), step=name),)
    if step.procedures and facts.case.procedure not in step.procedures:
        used = ", ".join(step.procedures)
        return (_gate("DG-M110", facts, ("procedure",), step=name, procedure=facts.case.procedure, used=used),)
    found = [*_gates(step, facts), *_too_late(name, step, facts)]
    if step.open_remarks and all(remark.resolved for remark in facts.case.review):
        found.append(_gate("DG-M117", facts, ("review",)))
    if step.turn is not None and reached.turn != step.turn:
        found.append(_gate("DG-M113", facts, ("dates",), step=name))
    return (*found, *_before_end(step, facts))


def about(step: MailStep, facts: Facts) -> str:
    """The kind of document that an e-mail is about: the first that this case has."""
    planned = {document.kind for document in plan(facts.located, facts.office, facts.dossier)}
    return next((kind for kind in step.about if kind in planned), step.about[0])


def enclosures(step: MailStep, facts: Facts) -> tuple[Enclosure, ...]:
    """What goes with this case's e-mail, in the order of the file."""
    remarked = {remark.document for remark in facts.case.review if not remark.resolved}
    return tuple(
        one for one in step.enclosures if all_hold(one.when, facts) and (not one.remarked or one.kind in remarked)
    )


def recipients(step: MailStep, case: Case) -> tuple[Recipient | None, tuple[Recipient, ...]]:
    """To whom an e-mail goes (nobody when the case gives no address), and who gets a copy."""
    to = next((one for path in step.to for one in _at(path, case)), None)
    copies = {one.email.casefold(): one for path in step.cc for one in _at(path, case)}
    if to is not None:
        copies.pop(to.email.casefold(), None)
    return to, tuple(copies.values())


def retention_end(case: Case) -> date | None:
    """The last day on which the data may be kept, if the term that is agreed ends on a day."""
    agreed = term(case)
    return agreed.until if agreed else None


def values(
    facts: Facts, reached: Stage, lang: str, wording: Wording, recipient: Recipient, enclosed: Sequence[Enclosed]
) -> Mapping[str, object]:
    """What the text of an e-mail may say besides the fields of the case: plain values, absent ones as None."""
    clock = next(iter(reached.deadlines), None)
    return {
        "recipient": {name: getattr(recipient, name) or None for name in ("name", "function", "email")},
        "today": facts.today,
        "enclosed": tuple(
            {name: getattr(one, name) for name in ("kind", "form", "file", "title", "version")} for one in enclosed
        ),
        "remarks": open_remarks(facts.case, facts.office, lang, wording),
        "step": {
            "title": in_language(reached.current.title, lang) if reached.current else None,
            "missing": tuple(wording.fact(fact, lang) for fact in reached.missing),
        },
        "retention_end": retention_end(facts.case),
        "deadline": None
        if clock is None
        else {
            "title": in_language(clock.title, lang),
            **{name: getattr(clock, name) for name in ("start", "target", "latest", "days_left", "working_days_left")},
            "target_days": (clock.target - clock.start).days,
            "latest_days": (clock.latest - clock.start).days,
            "overdue": clock.overdue,
        },
    }


def _gates(step: MailStep, facts: Facts) -> Iterator[Finding]:
    for one in step.gates:
        missing = unmet(one.needs, facts) if all_hold(one.when, facts) else ()
        if missing:
            kind = about(step, facts)
            parameters = {"action": "mail", "document": kind, "slot": "", "missing": _facts_of(missing)}
            yield _gate(one.rule or "DG-M112", facts, _first_path(missing, facts), **parameters)


def _too_late(name: str, step: MailStep, facts: Facts) -> Iterator[Finding]:
    there = [condition for condition in step.until if holds(condition, facts)]
    if there:
        yield _gate("DG-M114", facts, ("dates",), step=name, there=_facts_of(there))


def _before_end(step: MailStep, facts: Facts) -> Iterator[Finding]:
    if step.before_end is None:
        return
    end = retention_end(facts.case)
    if end is None:
        yield _gate("DG-M116", facts, ("retention", "until"))
    elif facts.today is not None and facts.today < (opens := end - timedelta(days=step.before_end)):
        yield _gate("DG-M115", facts, ("retention", "until"), end=end.isoformat(), opens=opens.isoformat())


def _facts_of(conditions: Sequence[Condition]) -> str:
    return ", ".join(dict.fromkeys(condition.fact for condition in conditions))


def _first_path(conditions: Sequence[Condition], facts: Facts) -> Steps:
    return next((path for condition in conditions for path in failures(condition, facts) if path), ("procedure",))


def _gate(code: str, facts: Facts, path: Steps, **parameters: str) -> Finding:
    place: Place = facts.located.place(*path)
    return Finding(code, Severity.GATE, place, parameters)


def _at(path: str, case: Case) -> Iterator[Recipient]:
    for _, person in find(case, path.removesuffix(".email")):
        if isinstance(person, Person) and person.email:
            yield Recipient(person.email, person.name, person.function or "")
