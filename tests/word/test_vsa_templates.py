"""The first VSA templates, filled from the sample cases and with every condition turned on or off."""

from __future__ import annotations

import copy
import io
from datetime import date
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn

from docgen.case.load import load
from docgen.documents import DocumentId
from docgen.word.render import Template, render

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "templates" / "vsa" / "nl"
NEW = ("application", "security_declaration", "dpo_advice", "protocol")
SIMPLIFIED = ("application_simplified", "dpo_advice", "addendum")
SLOTS = {"dpo_advice": ("dpo",), "protocol": ("applicant", "chief_statistician")}
SLOTS["addendum"] = SLOTS["protocol"]

OFFICE = {
    "id": "vsa",
    "name": "Vlaamse Statistische Autoriteit",
    "short_name": "VSA",
    "brand": "Statistiek Vlaanderen",
    "department": "Departement Voorbeeld",
    "address": {"street": "Voorbeeldlaan 1", "postcode": "9999", "city": "Voorbeeldstad"},
    "email": "aanvragen@office.example",
    "website": "https://office.example",
    "roles": {
        "chief_statistician": {"name": "Hanne Hoofdcijfer", "title": "Hoofdstatisticus"},
        "dpo": {"name": "Dorien Dataveilig", "title": "functionaris voor gegevensbescherming"},
    },
}
PERSON = {"name": "Pol Persoon", "function": "directeur", "unit": None, "email": None, "phone": None}


class Words:
    """Wording that shows its key, so that a test can look for it."""

    def label(self, path: str, value: str, lang: str) -> str:
        return f"[{value}]"

    def text(self, key: str, lang: str, **parameters: str) -> str:
        return " ".join([key.rpartition(".")[2], *parameters.values()])


def case_values(name: str) -> dict[str, Any]:
    def sample(case: str) -> tuple[bytes, str] | None:
        file = ROOT / "cases" / f"{case}.yaml"
        return (file.read_bytes(), file.name) if file.is_file() else None

    found = sample(name)
    assert found
    loaded = load(*found, sample)
    assert loaded.located
    assert loaded.findings == ()
    return loaded.located.case.model_dump()


@pytest.fixture(scope="module")
def new() -> dict[str, Any]:
    return case_values("VSA-2026-001")


@pytest.fixture(scope="module")
def plain(new: dict[str, Any]) -> dict[str, str]:
    """Text of each document of the sample case, as it is."""
    return {kind: text_of(new, kind) for kind in NEW}


@pytest.fixture(scope="module")
def simplified() -> dict[str, Any]:
    return case_values("VSA-2026-002")


def text_of(values: dict[str, Any], kind: str) -> str:
    """All text of the filled document, in reading order, a line a paragraph."""
    document = filled(values, kind)
    parts = [document.element.body]
    for section in document.sections:
        parts += [part._element for part in (section.header, section.footer, section.first_page_header)]
    lines = (
        "".join(node.text or "" for node in paragraph.iter(qn("w:t")))
        for part in parts
        for paragraph in part.iter(qn("w:p"))
    )
    # Dates and terms hold no-break spaces, which matter on the page and not in what is said.
    return "\n".join(lines).replace("\u00a0", " ")


def filled(values: dict[str, Any], kind: str) -> Any:
    facts = values["documents"].get(kind) or {"number": None, "date": None}
    signatory = {"name": "Rika Rectorius", "role": "rector", "organisation": "Universiteit", "on_behalf_of": None}
    context = {
        **values,
        "office": OFFICE,
        "document": {
            "kind": kind,
            "title": "Titel",
            "number": facts["number"],
            "date": facts["date"] or date(2026, 11, 20),
            "lang": "nl",
            "case": values["id"],
        },
        "signatory": dict.fromkeys(("applicant", "dpo", "chief_statistician"), signatory),
    }
    file = TEMPLATES / f"{kind}.docx"
    done = render(Template(str(file), file.read_bytes()), context, DocumentId(values["id"], kind, "nl"), Words())
    return docx.Document(io.BytesIO(done.content))


def changed(values: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A copy with other values; `a__b` is the path `a.b`."""
    result = copy.deepcopy(values)
    for path, value in changes.items():
        *around, last = path.split("__")
        target: Any = result
        for step in around:
            target = target[int(step)] if step.isdigit() else target[step]
        target[last] = value
    return result


@pytest.mark.parametrize("kind", NEW)
def test_a_legal_representative_stands_where_nobody_is_named_as_controller(kind: str, new: dict[str, Any]) -> None:
    legal = {**PERSON, "name": "Wim Wettelijk", "function": "beheerder"}
    case = changed(new, applicant__controller=None, applicant__legal_representative=legal)
    assert "Wim Wettelijk, beheerder" in text_of(case, kind)


@pytest.mark.parametrize("kind", NEW)
def test_new_request_is_written_whole(kind: str, plain: dict[str, str]) -> None:
    text = plain[kind]
    assert "{{" not in text
    assert "{%" not in text
    assert "Voorbeelduniversiteit Vlaanderen" in text
    assert "VERWO" in text


@pytest.mark.parametrize("kind", SIMPLIFIED)
def test_simplified_request_is_written_whole(kind: str, simplified: dict[str, Any]) -> None:
    text = text_of(simplified, kind)
    assert "{%" not in text
    assert "Verenigde Voorbeelduniversiteiten" in text


@pytest.mark.parametrize("kind", [*NEW, "application_simplified", "addendum"])
def test_signature_cells_carry_the_bookmarks_of_the_slots(kind: str) -> None:
    document = docx.Document(str(TEMPLATES / f"{kind}.docx"))
    names = [mark.get(qn("w:name")) for mark in document.element.body.iter(qn("w:bookmarkStart"))]
    assert names == [f"sig_{slot}" for slot in SLOTS.get(kind, ("applicant",))]


DELEGATION = {"signer": PERSON, "granted_by": PERSON, "scope": "protocollen", "start": date(2026, 1, 1), "end": None}
PARTNER = {"name": "Partnerhuis", "kbo": None, "role_in_project": "analyse", "receives_data": True}
LINKAGE = {
    "description": "Beide bestanden worden gekoppeld.",
    "third_parties": ({"name": "Derde", "dataset": "facturen", "permission": {"reference": "T-1", "date": None}},),
}
CONDITIONS: list[tuple[str, dict[str, Any], str]] = [
    ("protocol", {"delegation": {**DELEGATION, "proof": "volmacht.pdf"}}, "op grond van een volmacht van Pol Persoon"),
    ("application", {"delegation": {**DELEGATION, "proof": "volmacht.pdf"}}, "bijgevoegd (volmacht.pdf)"),
    ("application", {"delegation": {**DELEGATION, "proof": None}}, "nog te bezorgen aan aanvragen@office.example"),
    ("protocol", {"partners": (PARTNER,)}, "De aanvrager staat er tegenover de VSA voor in"),
    ("application", {"partners": (PARTNER,)}, "Partnerinstellingen"),
    ("protocol", {"security__server__processor": True}, "verwerkersovereenkomst gesloten volgens artikel 28"),
    ("security_declaration", {"security__server__processor": True}, "overeenkomst gesloten volgens artikel 28"),
    ("protocol", {"applicant__student": True}, "garant voor de bescherming van de gegevens"),
    ("protocol", {"applicant__kind": "government"}, "De aanvrager is een overheidsinstantie"),
    ("dpo_advice", {"applicant__kind": "government"}, "elektronische bestuurlijke gegevensverkeer"),
    ("protocol", {"legal_ground__art20_applies": True}, "artikel 20 van de wet van 30 juli 2018"),
    ("protocol", {"linkage": LINKAGE}, "facturen, van Derde, met toelating T-1"),
    ("dpo_advice", {"linkage": {**LINKAGE, "description": None}}, "facturen, van Derde, met toelating T-1"),
    ("protocol", {"pseudonymised": False}, "zonder pseudonimisering meegedeeld"),
    (
        "protocol",
        {"dpo_advice__accepted_raw": ({"variable": "bth_year", "reason": "cohorten"},)},
        "bth_year: cohorten",
    ),
    ("protocol", {"rights__limits": "Inzage is beperkt door de wet."}, "Inzage is beperkt door de wet."),
    ("protocol", {"retention__until": None, "retention__months": 48}, "gedurende months 48 vanaf de levering"),
]


@pytest.mark.parametrize(("kind", "on", "sentence"), CONDITIONS)
def test_clause_appears_only_when_its_condition_holds(
    kind: str, on: dict[str, Any], sentence: str, new: dict[str, Any], plain: dict[str, str]
) -> None:
    assert sentence not in plain[kind]
    assert sentence in text_of(changed(new, **on), kind)


OPTIONAL = {
    "partners": (),
    "linkage": None,
    "assigned": None,
    "consultation": None,
    "delivery": None,
    "rights": None,
    "delegation": None,
    "deliberation": None,
    "applicant__short_name": None,
    "applicant__kind": None,
    "applicant__recipient_category": None,
    "applicant__kbo": None,
    "applicant__legal_representative": None,
    "applicant__dpo": None,
    "applicant__security_adviser": None,
    "applicant__project_lead": None,
    "applicant__recognition": None,
    "applicant__controller__function": None,
    "purpose__research_questions": (),
    "purpose__funder": None,
    "purpose__project_period": None,
    "purpose__independence_statement": None,
    "datasets__0__variables": (),
    "datasets__0__generalisation": (),
    "datasets__0__editions": (),
    "datasets__0__file_version": None,
    "datasets__0__population": None,
    "datasets__0__unit": None,
    "datasets__1__generalisation": (),
    "access__persons_max": None,
    "output__disclosure_control": None,
    "security__breach_procedure": None,
    "security__measures": (),
    "security__further_measures": (),
    "security__policy": None,
    "dpo_advice__considerations": None,
    "dpo_advice__conditions": (),
    "dpo_advice__applicant_dpo_advice_on": None,
    "documents": {},
}


@pytest.mark.parametrize("kind", NEW)
def test_nothing_optional_leaves_a_gap(kind: str, new: dict[str, Any]) -> None:
    document = filled(changed(new, **OPTIONAL), kind)
    tables = [len(table.rows) for table in document.tables]
    assert min(tables) > 1, "a table with nothing but its header"
    body = [child for child in document.element.body if child.tag == qn("w:p")]
    styles = [paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}").get(qn("w:val")) for paragraph in body]
    following = [child.getnext().tag for child in body]
    for style, after, next_style in zip(styles, following, [*styles[1:], ""], strict=True):
        if style == "Heading1" and after == qn("w:p"):
            assert next_style != "Heading1", "a heading with nothing under it"


@pytest.mark.parametrize("kind", SIMPLIFIED)
def test_every_kind_of_change_is_written(kind: str, simplified: dict[str, Any]) -> None:
    variable = {
        "dataset": "SV-bevraging",
        "cluster": None,
        "name": "saf_unsafe",
        "names": (),
        "label": "Onveiligheid",
        "motivation": "Nodig voor het derde artikel.",
        "generalisation": None,
    }
    changes = (
        *simplified["changes"],
        {"kind": "variables", "add": (variable,)},
        {
            "kind": "purpose",
            "text": "Een vergelijking met buurlanden.",
            "motivation": "De vraag volgt uit het tweede artikel.",
            "linked_to_original": True,
            "needed_for_original_project": True,
        },
    )
    text = text_of(changed(simplified, changes=changes), kind)
    for words in ("saf_unsafe", "Een vergelijking met buurlanden.", "Verenigde Voorbeelduniversiteiten", "2030"):
        assert words in text


def test_addendum_says_what_it_replaces(simplified: dict[str, Any]) -> None:
    text = text_of(simplified, "addendum")
    assert "Artikel 8 (Bewaartermijn en vernietiging), 8.1, van het protocol wordt vervangen door:" in text
    assert "“De aanvrager bewaart de gegevens tot en met 31 december 2030." in text
    assert "met ondernemingsnummer 0999.000.228" in text
    assert "VSA/2026/001/A1" in text


def test_protocol_shows_no_person_but_those_who_sign_or_answer_for_it(
    new: dict[str, Any], plain: dict[str, str]
) -> None:
    """It is published: contact points of the data protection officers, not names and addresses of researchers."""
    text = plain["protocol"]
    hidden = (new["applicant"]["project_lead"], new["applicant"]["security_adviser"], new["applicant"]["dpo"])
    assert [person["name"] for person in hidden if person["name"] in text] == []
    assert new["applicant"]["project_lead"]["email"] not in text
    assert new["security"]["server"]["location"] not in text
    assert new["applicant"]["dpo"]["email"] in text
