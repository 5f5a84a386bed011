"""Small, complete cases of every procedure, and ways to spoil one thing in them."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml

from docgen.case.load import LocatedCase, load
from docgen.decide.facts import Dossier, SignedSlot
from docgen.office.profile import Office, read_office
from docgen.office.rules import Rules, read_rules
from docgen.office.wording import Wording, read_wording

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "templates"
TODAY = date(2026, 11, 23)
REMOVED = object()


@cache
def office(name: str) -> Office:
    file = TEMPLATES / name / "office.yaml"
    return read_office(file.read_bytes(), str(file))


def contents(folder: Path, pattern: str = "*.yaml") -> dict[str, bytes]:
    return {str(file.relative_to(ROOT)): file.read_bytes() for file in sorted(folder.rglob(pattern))}


@cache
def rules() -> Rules:
    return read_rules(contents(TEMPLATES / "rules"))


@cache
def wording() -> Wording:
    return read_wording(contents(TEMPLATES / "wording"))


PERSONS: dict[str, Any] = {
    "controller": {"name": "Rik Rector", "function": "rector"},
    "project_lead": {"name": "Pia Projectleider", "function": "hoogleraar"},
    "dpo": {"name": "Dirk Deepeeo", "email": "dpo@voorbeeld.example"},
    "security_adviser": {"name": "Vera Veilig", "function": "veiligheidsadviseur"},
}
APPLICANT: dict[str, Any] = {
    "name": "Voorbeelduniversiteit",
    "kind": "university",
    "recipient_category": "scientific_legal_person",
    "kbo": "0999.000.129",
    "address": {"street": "Voorbeeldstraat 1", "postcode": "9999", "city": "Voorbeeldstad", "country": "BE"},
    **PERSONS,
}
COMMON: dict[str, Any] = {
    "schema": 1,
    "language": "nl",
    "title": "Vertrouwen en woonomgeving",
    "applicant": APPLICANT,
    "consultation": {"statistician": "Sofie Cijfers", "date": "2026-01-12", "ready_to_file": True},
    "purpose": {
        "kinds": ["scientific"],
        "description": "Onderzoek naar vertrouwen in de overheid.",
        "why_public_data_insufficient": "Openbare tabellen tonen geen samenhang op individueel niveau.",
        "publication_plan": "Een open artikel in 2027.",
    },
    "retention": {"until": "2028-12-31", "motivation": "Looptijd van het project."},
    "access": {"categories": ["onderzoekers van de vakgroep"]},
    "output": {"kinds": ["tabellen"], "only_global_and_anonymous": True},
    "security": {"server": {"location_country": "BE"}, "measures": ["mfa"]},
    "legal_ground": {"communication": "AVG, artikel 6, lid 1, e)", "collection": "AVG, artikel 6, lid 1, e)"},
    "dates": {"received": "2026-02-02", "complete": "2026-02-09"},
}
VSA_NEW: dict[str, Any] = {
    **COMMON,
    "id": "VSA-1",
    "office": "vsa",
    "procedure": "new",
    "datasets": [
        {"source": "SV-bevraging", "kind": "survey", "editions": ["SV0007"], "motivation": "De enquête als geheel."}
    ],
}
VSA_SIMPLIFIED: dict[str, Any] = {
    **{name: COMMON[name] for name in ("schema", "language", "title", "applicant", "consultation", "dates")},
    "id": "VSA-2",
    "office": "vsa",
    "procedure": "simplified",
    "base": {"number": "VSA/2025/001", "document": "protocol", "approved": True, "signed_on": "2025-03-03"},
    "changes": [{"kind": "extension", "until": "2029-12-31", "motivation": "Uitloop van het project."}],
}
STATBEL_NEW: dict[str, Any] = {
    **COMMON,
    "id": "STATBEL-1",
    "office": "statbel",
    "procedure": "new",
    "request_type": "regular",
    "datasets": [
        {
            "source": "SILC",
            "kind": "survey",
            "reference_periods": ["2004-2018"],
            "motivation": "De enquête als geheel.",
        },
        {
            "source": "Demografische gegevens",
            "kind": "administrative",
            "unit": "person",
            "supplier_conditions": "Enkel bewerkte gegevens.",
            "variables": [
                {"cluster": "verhuizingen", "names": ["jaar", "arrondissement"], "motivation": "Kern van de vraag."},
                {"name": "leeftijd", "motivation": "Levensloop.", "generalisation": "leeftijdsklasse"},
            ],
        },
    ],
    "linkage": {
        "performed_by": "statbel",
        "pseudonym_key_holder": "statbel",
        "third_parties": [{"name": "Beheerder", "dataset": "facturen", "permission": {"reference": "T-88"}}],
    },
    "dates": {"received": "2026-11-09", "complete": "2026-11-12"},
}
STATBEL_EXTENSION: dict[str, Any] = {
    **{name: COMMON[name] for name in ("schema", "language", "title", "applicant", "consultation")},
    "id": "STATBEL-2",
    "office": "statbel",
    "procedure": "extension",
    "request_type": "extension",
    "base": {"number": "2025/031", "document": "contract", "approved": True, "valid_until": "2027-12-31"},
    "changes": [
        {"kind": "retention", "until": "2030-12-31", "motivation": "Uitloop."},
        {"kind": "variables", "add": [{"dataset": "SILC", "name": "tewerkstelling", "motivation": "Nodig."}]},
        {"kind": "reference_periods", "add": [{"dataset": "SILC", "periods": ["2019-2022"]}]},
        {"kind": "purpose", "text": "Ook woonkosten.", "motivation": "Volgt uit de eerste resultaten."},
    ],
}
STATBEL_AGGREGATED: dict[str, Any] = {
    **{name: COMMON[name] for name in ("schema", "language", "title", "applicant", "consultation", "purpose")},
    "retention": COMMON["retention"],
    "id": "STATBEL-3",
    "office": "statbel",
    "procedure": "aggregated",
    "request_type": "regular",
    "tables": [
        {
            "title": "Verhuizingen",
            "dimensions": ["arrondissement", "leeftijdsklasse"],
            "measure": "aantal",
            "risk": {"level": "small", "reason": "Cellen van minstens drie personen."},
        }
    ],
}
STATBEL_PRIVILEGED: dict[str, Any] = {
    **STATBEL_NEW,
    "id": "STATBEL-4",
    "procedure": "privileged",
    "request_type": "inr",
    "applicant": {
        **APPLICANT,
        "kind": "government",
        "recipient_category": "public_institution",
        "privileged_body": "federaal_planbureau",
    },
    "pseudonymised": False,
    "inr": {
        "mission": "Rekeningen",
        "legal_task": "Wet van 21 december 1994",
        "necessity": "Koppeling met eigen bron.",
    },
    "statistical_secrecy_acknowledged": True,
}
COMPLETE = {
    "vsa new": VSA_NEW,
    "vsa simplified": VSA_SIMPLIFIED,
    "statbel new": STATBEL_NEW,
    "statbel extension": STATBEL_EXTENSION,
    "statbel aggregated": STATBEL_AGGREGATED,
    "statbel privileged": STATBEL_PRIVILEGED,
}
VSA_NEW["applicant"] = APPLICANT
VSA_SIMPLIFIED["base"]["addendum_no"] = 1


def made(name: str, changes: Mapping[str, Any] | None = None) -> LocatedCase:
    """A complete case with some values set; `REMOVED` takes one out."""
    values = copy.deepcopy(COMPLETE[name])
    for path, value in (changes or {}).items():
        _set(values, path, copy.deepcopy(value) if isinstance(value, dict | list) else value)
    return located(values)


def located(values: Mapping[str, Any], **bases: Mapping[str, Any]) -> LocatedCase:
    """A case read from YAML, as from a file, with the earlier cases that it may refer to."""

    def find_base(id: str) -> tuple[bytes, str] | None:
        return next(((written(base), f"{id}.yaml") for base in bases.values() if base["id"] == id), None)

    return load(written(values), f"{values['id']}.yaml", find_base).require()


def written(values: Mapping[str, Any]) -> bytes:
    return yaml.safe_dump(dict(values), allow_unicode=True, sort_keys=False).encode()


def signed(*slots: str, on: date = TODAY, valid: bool = True) -> tuple[SignedSlot, ...]:
    """Signatures by `kind.slot`."""
    return tuple(SignedSlot(*slot.split("."), signer="X", signed_on=on, valid=valid) for slot in slots)


def dossier(*slots: str, **facts: Any) -> Dossier:
    return Dossier(signed=signed(*slots), **facts)


def _set(values: Any, path: str, value: Any) -> None:
    steps: list[Any] = [int(step[1:-1]) if step[0] == "[" else step for step in re.findall(r"[a-z_0-9]+|\[\d+\]", path)]
    for step, following in pairwise(steps):
        if isinstance(step, int):
            values = values[step]
        else:
            values = values.setdefault(step, [] if isinstance(following, int) else {})
    last = steps[-1]
    if value is REMOVED:
        del values[last]
    elif isinstance(last, int) and last == len(values):
        values.append(value)
    else:
        values[last] = value
