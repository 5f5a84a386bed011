"""Who signs in which slot, from the office profile and the case."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from docgen.case.model import Case
from docgen.case.parts import Person
from docgen.decide.values import find, is_given
from docgen.documents import Delegated, ExpectedSignature, SlotPlacement
from docgen.office.paths import Steps, parse
from docgen.office.profile import Kind, Office, Role, Slot, Texts, in_language
from docgen.office.wording import Wording

POINTS_PER_MM = 72 / 25.4


@dataclass(frozen=True, slots=True)
class Signatory:
    """Who is printed beside a slot."""

    slot: str
    role_id: str
    role: Texts
    """Title of the role by language."""
    name: str
    """Empty for a role in which people fill in their own name."""
    organisation: str
    """Empty when the case does not say."""
    on_behalf_of: str = ""
    """Who is represented; empty unless somebody else signs."""


def signatory(slot: Slot, case: Case, office: Office, lang: str) -> Signatory | None:
    """Who should sign in a slot: the first of its roles for which somebody is named, or need not be."""
    for id in slot.roles:
        role = office.roles[id]
        name = _name(role, case)
        if name or role.by_hand:
            organisation = _text(case, role.organisation) if role.organisation else in_language(office.name, lang)
            behalf = _person(case, role.on_behalf_of) if role.on_behalf_of else ""
            return Signatory(slot.name, id, role.title, name, organisation, behalf)
    return None


def signatories(kind: Kind, case: Case, office: Office, lang: str) -> tuple[Signatory, ...]:
    """Who signs a document, in signing order; slots for which nobody is named are left out."""
    found = (signatory(slot, case, office, lang) for slot in kind.slots)
    return tuple(one for one in found if one is not None)


def unnamed(kind: Kind, case: Case, office: Office) -> Iterator[Steps]:
    """Fields that should name who signs, for slots for which the case names nobody."""
    for slot in kind.slots:
        if signatory(slot, case, office, office.languages[0]) is None:
            usual = next((id for id in slot.roles if office.roles[id].proof is None), slot.roles[0])
            yield (*parse(office.roles[usual].person or ""), "name")


def expected_signatures(case: Case, office: Office, kind: str) -> tuple[ExpectedSignature, ...]:
    """Who may sign each slot of a document, in signing order, for the validation of what was signed."""
    found = []
    for slot in office.kinds[kind].slots:
        persons = tuple((id, name) for id in slot.roles if (name := _name(office.roles[id], case)))
        names = tuple(dict.fromkeys(name for _, name in persons))
        delegated = tuple(_delegated(id, case, office) for id, _ in persons if office.roles[id].on_behalf_of)
        found.append(ExpectedSignature(slot.name, slot.roles, names, persons, delegated))
    return tuple(found)


def _delegated(role: str, case: Case, office: Office) -> Delegated:
    """When somebody may sign for another: whole days at the office, the last one included."""
    start, end = (case.delegation.start, case.delegation.end) if case.delegation else (None, None)
    zone = ZoneInfo(office.time_zone)
    return Delegated(
        role,
        datetime.combine(start, time(), zone) if start else None,
        datetime.combine(end + timedelta(days=1), time(), zone) if end and end < date.max else None,
    )


def placements(case: Case, office: Office, kind: str, lang: str, wording: Wording) -> tuple[SlotPlacement, ...]:
    """The signature fields to put into a PDF, in signing order, with readable names in the document's language."""
    slots = office.kinds[kind].slots
    return tuple(
        SlotPlacement(
            slot.name,
            f"sig_{slot.name}",
            _tooltip(slot, case, office, lang, wording),
            slot.width_mm * POINTS_PER_MM,
            slot.height_mm * POINTS_PER_MM,
            final=slot is slots[-1],
        )
        for slot in slots
    )


def represented(case: Case, office: Office, role: str) -> str:
    """Name of the person for whom somebody in a role signs; empty when he signs for himself."""
    path = office.roles[role].on_behalf_of
    return _person(case, path) if path else ""


def _tooltip(slot: Slot, case: Case, office: Office, lang: str, wording: Wording) -> str:
    who = signatory(slot, case, office, lang)
    role = who.role if who else office.roles[slot.roles[0]].title
    return wording.text("slot.tooltip", lang, role=in_language(role, lang), name=who.name if who else "").rstrip(", ")


def _name(role: Role, case: Case) -> str:
    return role.name or (_person(case, role.person) if role.person else "")


def _person(case: Case, path: str) -> str:
    found = next((value for _, value in find(case, path)), None)
    return found.name if isinstance(found, Person) else ""


def _text(case: Case, path: str) -> str:
    return next((str(value) for _, value in find(case, path) if is_given(value)), "")
