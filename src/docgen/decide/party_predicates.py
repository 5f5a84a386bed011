"""Predicates on who asks, who decides and who signs."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from datetime import date

from docgen.case.parts import Organisation, Person
from docgen.decide.facts import Facts
from docgen.decide.misses import Miss
from docgen.decide.values import as_text, find
from docgen.numbers import is_enterprise_number
from docgen.office.paths import Steps

# Their own rules speak of these, with a better sentence.
_EXCLUDED_ELSEWHERE = frozenset({"tax_administration", "natural_person", "scientific_natural_person"})


def organisations(facts: Facts) -> Iterator[tuple[Steps, Organisation]]:
    """The applicant and every partner that receives data, with their paths."""
    case = facts.case
    if case.applicant is not None:
        yield ("applicant",), case.applicant
    for index, partner in enumerate(case.partners):
        if partner.receives_data:
            yield ("partners", index), partner


def eligible_recipient(facts: Facts, _: tuple[str, ...]) -> Iterator[Miss]:
    """Category and kind of every recipient are on the office's lists."""
    wanted = facts.office.recipients
    for path, organisation in organisations(facts):
        category, kind = organisation.recipient_category, organisation.kind
        if wanted.categories and category not in wanted.categories and category not in _EXCLUDED_ELSEWHERE:
            yield Miss((*path, "recipient_category"), _offered(category, wanted.categories, "recipient_category"))
        if wanted.kinds and kind not in wanted.kinds and kind != "individual":
            yield Miss((*path, "kind"), _offered(kind, wanted.kinds, "applicant.kind"))


def enterprise_numbers(facts: Facts, _: tuple[str, ...]) -> Iterator[Miss]:
    """Every enterprise number passes its check digits."""
    numbers: list[tuple[Steps, str | None]] = [
        (("applicant", "kbo"), facts.case.applicant.kbo if facts.case.applicant else None)
    ]
    numbers += [(("partners", index, "kbo"), partner.kbo) for index, partner in enumerate(facts.case.partners)]
    for index, change in enumerate(facts.case.changes):
        if change.kind == "identity":
            numbers.append((("changes", index, "kbo"), change.kbo))
    for path, number in numbers:
        if number and not is_enterprise_number(number):
            yield Miss(path, {"value": number})


def controller_is_not_project_lead(facts: Facts, _: tuple[str, ...]) -> Iterator[Miss]:
    """Who decides for the institution is not the head of the research."""
    applicant = facts.case.applicant
    if applicant is None:
        return
    if _same_person(applicant.controller, applicant.project_lead):
        yield Miss(("applicant", "controller", "name"), {"role": "controller"})
    if _same_person(applicant.legal_representative, applicant.project_lead):
        yield Miss(("applicant", "legal_representative", "name"), {"role": "legal_representative"})


def dpo_does_not_sign(facts: Facts, _: tuple[str, ...]) -> Iterator[Miss]:
    """The applicant's DPO may send the documents, not sign them: is no delegate, controller or legal representative."""
    applicant, delegation = facts.case.applicant, facts.case.delegation
    if applicant is None:
        return
    if delegation is not None and _same_person(delegation.signer, applicant.dpo):
        yield Miss(("delegation", "signer", "name"))
    if any(_same_person(one, applicant.dpo) for one in (applicant.controller, applicant.legal_representative)):
        yield Miss(("applicant", "dpo", "name"))


def delegation_by_empowered(facts: Facts, _: tuple[str, ...]) -> Iterator[Miss]:
    """A delegation comes from the controller or the legal representative, and the signer is somebody else."""
    applicant, delegation = facts.case.applicant, facts.case.delegation
    if delegation is None or applicant is None:
        return
    empowered = [one for one in (applicant.controller, applicant.legal_representative) if one is not None]
    if empowered and not any(_same_person(delegation.granted_by, one) for one in empowered):
        yield Miss(("delegation", "granted_by", "name"))
    if _same_person(delegation.signer, delegation.granted_by):
        yield Miss(("delegation", "signer", "name"))


def delegation_in_force(facts: Facts, _: tuple[str, ...]) -> Iterator[Miss]:
    """A delegation covers the day of signing: of the applicant's signatures, else today."""
    delegation = facts.case.delegation
    if delegation is None:
        return
    signed = [one.signed_on for one in facts.dossier.signed if one.slot == "applicant" and one.signed_on]
    days: list[date | None] = [*signed] or [facts.today]
    for day in days:
        if day and delegation.end and delegation.end < day:
            yield Miss(("delegation", "end"), {"value": as_text(delegation.end), "day": as_text(day)})
            return
        if signed and day and delegation.start and day < delegation.start:
            yield Miss(("delegation", "start"), {"value": as_text(delegation.start), "day": as_text(day)})
            return


def delegation_accepted(facts: Facts, _: tuple[str, ...]) -> Iterator[Miss]:
    """Somebody signs for another only where the office has a role for that."""
    if facts.case.delegation is None:
        return
    if all(role.person != "delegation.signer" for role in facts.office.roles.values()):
        yield Miss(("delegation",))


def preferred_signed(facts: Facts, _: tuple[str, ...]) -> Iterator[Miss]:
    """Where the office would rather see one role sign, that person signed."""
    for kind, slot in ((kind, slot) for kind, one in facts.office.kinds.items() for slot in one.slots):
        signature = facts.dossier.signature(kind, slot.name)
        role = facts.office.roles[slot.preferred] if slot.preferred else None
        if signature is None or role is None or role.person is None:
            continue
        for path, person in find(facts.case, role.person):
            if isinstance(person, Person) and _plain(person.name) not in _plain(signature.signer):
                yield Miss((*path, "name"), {"document": kind, "role": slot.preferred or ""})


def privileged_body_listed(facts: Facts, _: tuple[str, ...]) -> Iterator[Miss]:
    """The applicant is one of the bodies that the office may give data without pseudonyms."""
    listed = facts.office.recipients.privileged
    body = facts.case.applicant.privileged_body if facts.case.applicant else None
    if body not in listed:
        yield Miss(("applicant", "privileged_body"), _offered(body, listed, "privileged_body"))


def _same_person(one: Person | None, other: Person | None) -> bool:
    return one is not None and other is not None and _plain(one.name) == _plain(other.name)


def _plain(name: str) -> str:
    """A name for comparison: one person is written with and without accents."""
    bare = "".join(letter for letter in unicodedata.normalize("NFKD", name) if not unicodedata.combining(letter))
    return " ".join(bare.casefold().split())


def _offered(value: str | None, allowed: tuple[str, ...], path: str) -> dict[str, str]:
    return {"value": value or "", "allowed": ", ".join(allowed), "list": path}
