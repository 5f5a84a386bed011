"""What templates see: the case by its own paths, and `office`, `document` and `signatory` beside it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from docgen.case.model import Case
from docgen.decide.signatories import signatories
from docgen.office.profile import Office, in_language


def context(case: Case, office: Office, kind: str, lang: str, on: date) -> Mapping[str, object]:
    """The values a template of one document may print, as plain mappings, tuples and values.

    Names of the case's fields are their paths. `office` is the office itself, not the id the case writes. What the
    case does not give is None or empty; a template that prints it without asking is an error of the template.

    Args:
        case: the case.
        office: profile of its office.
        kind: kind of the document.
        lang: language of the document.
        on: the date printed on it when the case fixes none.
    """
    values: dict[str, object] = dict(case.model_dump(by_alias=True))
    values["office"] = office_values(office, lang)
    values["document"] = _document(case, office, kind, lang, on)
    values["signatory"] = _signatory(case, office, kind, lang)
    return values


def office_values(office: Office, lang: str) -> dict[str, object]:
    """What templates see of an office, in a language."""
    address = office.address
    return {
        "id": office.id,
        "name": in_language(office.name, lang),
        "short_name": in_language(office.short_name, lang),
        "brand": in_language(office.brand, lang),
        "department": in_language(office.department, lang),
        "address": {
            "street": in_language(address.street, lang),
            "postcode": address.postcode,
            "city": in_language(address.city, lang),
            "country": address.country,
        },
        "email": office.email,
        "website": office.website,
        "roles": {
            id: {"name": role.name or "", "title": in_language(role.title, lang)} for id, role in office.roles.items()
        },
    }


def _document(case: Case, office: Office, kind: str, lang: str, on: date) -> dict[str, object]:
    facts = case.documents.get(kind)
    number = facts.number if facts else None
    dated = facts.date if facts else None
    if kind == "dpo_advice" and case.dpo_advice is not None:
        number, dated = number or case.dpo_advice.number, dated or case.dpo_advice.date
    return {
        "kind": kind,
        "title": in_language(office.kinds[kind].title, lang),
        "number": number,
        "date": dated or on,
        "lang": lang,
        "case": case.id,
    }


def _signatory(case: Case, office: Office, kind: str, lang: str) -> dict[str, object]:
    return {
        one.slot: {
            "name": one.name,
            "role": in_language(one.role, lang),
            "organisation": one.organisation,
            "on_behalf_of": one.on_behalf_of or None,
        }
        for one in signatories(office.kinds[kind], case, office, lang)
    }
