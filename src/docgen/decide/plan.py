"""Which documents a case needs, and whether it is the turn of what somebody wants to do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from docgen.case.load import LocatedCase
from docgen.decide.conditions import all_hold, failures, unmet
from docgen.decide.course_predicates import missing_for
from docgen.decide.facts import Dossier, Facts
from docgen.findings import Finding, Place, Severity
from docgen.office.condition import Condition
from docgen.office.paths import Steps
from docgen.office.profile import Action, Gate, Office, PlannedKind

IN_ORDER = "D-25"
COMPLETE = "D-28"
HAS_ALL_FIELDS = "D-30"


@dataclass(frozen=True, slots=True)
class PlannedDocument:
    """A document that the case's procedure asks for."""

    kind: str
    lang: str
    open: bool
    """Whether its turn has come: `build` makes the open ones."""
    missing: tuple[str, ...] = ()
    """What must happen first, as facts (`signed:dpo_advice.director_general`, `dpo_advice.conclusion`)."""
    rule: str = ""
    """Rule that refuses it until then."""


def plan(located: LocatedCase, office: Office, dossier: Dossier) -> tuple[PlannedDocument, ...]:
    """The documents of a case, in the order of its procedure; those that this case does not need are left out."""
    facts = Facts(located, office, dossier)
    return tuple(_planned(document, facts) for document in _needed(facts))


def gate(
    action: Action,
    kind: str,
    located: LocatedCase,
    office: Office,
    dossier: Dossier,
    slot: str = "",
) -> tuple[Finding, ...]:
    """Why an action is not open yet; empty when it is.

    Args:
        action: `build`, `sign` or `publish`.
        kind: kind of document.
        located: the case.
        office: profile of the case's office.
        dossier: what lies on disk.
        slot: the slot to be signed; only for `sign`.
    """
    facts = Facts(located, office, dossier)
    wrong = tuple(_not_of_this_case(action, kind, slot, facts))
    if wrong:
        return wrong
    found = {"build": _build, "sign": _sign, "publish": _publish}[action](kind, slot, facts)
    return tuple(dict.fromkeys([*found, *_gates(action, kind, slot, facts)]))


def _needed(facts: Facts) -> Iterator[PlannedKind]:
    for document in facts.procedure.documents if facts.procedure else ():
        if all_hold(document.when, facts):
            yield document


def _planned(document: PlannedKind, facts: Facts) -> PlannedDocument:
    missing = unmet(document.after, facts)
    names = tuple(condition.fact for condition in missing)
    return PlannedDocument(
        document.kind, facts.case.language, not missing, names, document.rule or "" if missing else ""
    )


def _not_of_this_case(action: str, kind: str, slot: str, facts: Facts) -> Iterator[Finding]:
    needed = tuple(document.kind for document in _needed(facts))
    if kind not in needed:
        parameters = {"document": kind, "allowed": ", ".join(needed), "action": action, "office": facts.office.id}
        yield Finding("DG-C204", Severity.GATE, facts.located.place("procedure"), parameters)
    elif action == "sign" and slot not in facts.office.kinds[kind].slot_names:
        parameters = {"document": kind, "slot": slot, "allowed": ", ".join(facts.office.kinds[kind].slot_names)}
        yield Finding("DG-C205", Severity.GATE, facts.located.place("procedure"), parameters)
    elif facts.case.dates.withdrawn is not None:
        parameters = {"document": kind, "action": action}
        yield Finding("DG-C206", Severity.GATE, facts.located.place("dates", "withdrawn"), parameters)


def _build(kind: str, slot: str, facts: Facts) -> Iterator[Finding]:
    document = next(document for document in _needed(facts) if document.kind == kind)
    missing = unmet(document.after, facts)
    if missing:
        yield _refusal(document.rule or IN_ORDER, "build", kind, slot, missing, facts)
    for path in dict.fromkeys(missing_for(kind, facts)):
        place = facts.located.place(*path)
        parameters = {"document": kind, "field": place.path, "path": place.path, "office": facts.office.id}
        yield Finding(HAS_ALL_FIELDS, Severity.GATE, place, parameters)


def _sign(kind: str, slot: str, facts: Facts) -> Iterator[Finding]:
    names = facts.office.kinds[kind].slot_names
    earlier = [name for name in names[: names.index(slot)] if facts.dossier.signature(kind, name) is None]
    if earlier:
        yield _refusal(IN_ORDER, "sign", kind, slot, [Condition(signed=f"{kind}.{name}") for name in earlier], facts)


def _publish(kind: str, slot: str, facts: Facts) -> Iterator[Finding]:
    if not facts.office.kinds[kind].published:
        yield Finding("DG-C207", Severity.GATE, facts.located.place("procedure"), {"document": kind})
    elif not facts.dossier.is_complete(kind, facts.office.kinds[kind]):
        yield _refusal(COMPLETE, "publish", kind, slot, [Condition(complete=kind)], facts)


def _gates(action: Action, kind: str, slot: str, facts: Facts) -> Iterator[Finding]:
    for one in facts.procedure.gates if facts.procedure else ():
        if _guards(one, action, kind, slot) and all_hold(one.when, facts):
            missing = unmet(one.needs, facts)
            if missing:
                yield _refusal(one.rule, action, kind, slot, missing, facts)


def _guards(one: Gate, action: Action, kind: str, slot: str) -> bool:
    return one.action == action and (not one.kinds or kind in one.kinds) and (not one.slots or slot in one.slots)


def _refusal(rule: str, action: str, kind: str, slot: str, missing: Iterable[Condition], facts: Facts) -> Finding:
    conditions = tuple(missing)
    facts_missing = ", ".join(dict.fromkeys(condition.fact for condition in conditions))
    parameters = {"action": action, "document": kind, "slot": slot, "missing": facts_missing, "office": facts.office.id}
    return Finding(rule, Severity.GATE, _place(conditions, facts), parameters)


def _place(conditions: Iterable[Condition], facts: Facts) -> Place:
    paths: list[Steps] = [path for condition in conditions for path in failures(condition, facts) if path]
    return facts.located.place(*(paths[0] if paths else ("procedure",)))
