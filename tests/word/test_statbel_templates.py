"""The first Statbel templates, filled from the sample case and with every condition turned on or off."""

from __future__ import annotations

import copy
import io
import re
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
TEMPLATES = ROOT / "templates" / "statbel" / "nl"
CASE = ROOT / "cases" / "STATBEL-2026-001.yaml"
KINDS = ("application", "security_declaration", "dpo_advice", "contract")
OFFICE = {
    "id": "statbel",
    "name": "Statbel, het Belgische statistiekbureau",
    "short_name": "Statbel",
    "brand": "Statbel",
    "department": "Departement Voorbeeld",
    "address": {"street": "Voorbeeldlaan 1", "postcode": "9999", "city": "Voorbeeldstad"},
    "email": "microdata@office.example",
    "website": "https://office.example",
    "roles": {
        "director_general": {"name": "Delphine Directeur", "title": "directeur-generaal"},
        "dpo": {"name": "Dimitri Databewaker", "title": "functionaris voor gegevensbescherming"},
    },
}
SIGNATORIES = {
    slot: {"name": f"Naam {slot}", "role": f"rol {slot}", "organisation": "Organisatie", "on_behalf_of": None}
    for slot in ("applicant", "security", "dpo", "director_general")
}


class Words:
    """Wording that shows its key, so that a test can look for it."""

    def label(self, path: str, value: str, lang: str) -> str:
        return f"[{value}]"

    def text(self, key: str, lang: str, **parameters: str) -> str:
        return " ".join([key.rpartition(".")[2], *parameters.values()])


@pytest.fixture(scope="module")
def sample() -> dict[str, Any]:
    loaded = load(CASE.read_bytes(), CASE.name)
    assert loaded.findings == ()
    assert loaded.located
    return loaded.located.case.model_dump()


def text_of(case: dict[str, Any], kind: str, lang: str = "nl", **signatory: object) -> str:
    """All text of the filled document, a line a paragraph."""
    signatories = copy.deepcopy(SIGNATORIES)
    signatories["applicant"].update(signatory)
    heading = {"kind": kind, "title": f"Titel van {kind}", "number": "2026/031", "date": date(2026, 10, 20)}
    values = {
        **case,
        "office": OFFICE,
        "document": {**heading, "lang": lang, "case": case["id"]},
        "signatory": signatories,
    }
    file = TEMPLATES.parent / lang / f"{kind}.docx"
    filled = render(Template(file.name, file.read_bytes()), values, DocumentId(case["id"], kind, lang), Words())
    document = docx.Document(io.BytesIO(filled.content))
    parts = [document.element.body]
    for section in document.sections:
        parts += [section.header._element, section.first_page_header._element, section.footer._element]
    paragraphs = [paragraph for part in parts for paragraph in part.iter(qn("w:p"))]
    lines = ("".join(t.text or "" for t in paragraph.iter(qn("w:t"))) for paragraph in paragraphs)
    # Dates and terms hold no-break spaces, which matter on the page and not in what is said.
    return "\n".join(lines).replace("\u00a0", " ")


def changed(case: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The case with other values at dotted paths, written with two underscores."""
    result = copy.deepcopy(case)
    for path, value in changes.items():
        *steps, last = path.split("__")
        spot: Any = result
        for step in steps:
            spot = spot[step]
        spot[last] = value
    return result


@pytest.mark.parametrize("kind", KINDS)
def test_the_sample_case_fills_every_template(sample: dict[str, Any], kind: str) -> None:
    text = text_of(sample, kind)
    assert "{{" not in text and "{%" not in text and "None" not in text
    assert sample["title"] in text
    assert "STATBEL-2026-001" in text


def test_measures_and_conditions_of_the_advice_come_back_in_the_contract(sample: dict[str, Any]) -> None:
    contract, advice = text_of(sample, "contract"), text_of(sample, "dpo_advice")
    imposed = [*sample["deliberation"]["extra_measures"], *sample["dpo_advice"]["conditions"]]
    assert len(imposed) == 6
    for measure in imposed:
        assert measure in contract
        assert measure in advice


@pytest.mark.parametrize("kind", ["application", "dpo_advice", "contract"])
def test_every_motivation_of_a_variable_is_shown(sample: dict[str, Any], kind: str) -> None:
    text = text_of(sample, kind)
    for dataset in sample["datasets"]:
        assert dataset["source"] in text
        for variable in dataset["variables"]:
            assert variable["motivation"] in text


@pytest.mark.parametrize("kind", ["dpo_advice", "contract"])
def test_published_documents_keep_what_must_stay_private(sample: dict[str, Any], kind: str) -> None:
    text = text_of(sample, kind)
    applicant, security = sample["applicant"], sample["security"]
    private = [
        applicant["controller"]["email"],
        applicant["project_lead"]["email"],
        applicant["dpo"]["phone"],
        applicant["security_adviser"]["name"],
        security["server"]["location"],
        security["breach_procedure"]["document"],
        security["breach_procedure"]["description"],
        security["policy"]["document"],
    ]
    assert [words for words in private if words in text] == []


def test_contract_fixes_purpose_forbids_spreading_and_limits_output(sample: dict[str, Any]) -> None:
    text = text_of(sample, "contract")
    assert "uitsluitend voor statistisch of wetenschappelijk onderzoek" in text
    assert "mag de gegevens niet verder verspreiden" in text
    assert "uitsluitend uit globale en anonieme statistieken" in text
    assert "onderneming of een overleden persoon" in text
    assert "attest van vernietiging" in text
    assert "24 uur" in text


ARTICLE_20 = {"nl": ("Element", "bijlage", "artikel 20"), "fr": ("Élément", "annexe", "article 20")}


def article_20(lang: str) -> tuple[list[str], list[list[str]]]:
    """Headings of the contract in their order, and for each element of article 20 the places that carry it."""
    template = docx.Document(str(TEMPLATES.parent / lang / "contract.docx"))
    headings = [p.text for p in template.paragraphs if p.style.style_id in ("Heading1", "DgHeadingPlain")]
    table = next(t for t in template.tables if t.cell(0, 0).text == ARTICLE_20[lang][0])
    cells = [re.sub(r"\{%.*?%\}", "", row.cells[1].text) for row in table.rows[1:]]
    return headings, [re.split(r" ?; ", re.sub("[\u00a0\u202f]", " ", cell)) for cell in cells]


@pytest.mark.parametrize("lang", ["nl", "fr"])
def test_article_20_has_fourteen_elements_each_at_an_article_that_is_there(sample: dict[str, Any], lang: str) -> None:
    headings, places = article_20(lang)
    _, annex, words = ARTICLE_20[lang]
    assert len(places) == 14
    assert {place for each in places for place in each if not place.startswith(annex)} <= set(headings)
    assert words not in text_of(sample, "contract", lang)
    assert words in text_of(changed(sample, legal_ground__art20_applies=True), "contract", lang)


def test_article_20_is_met_by_the_same_articles_in_both_languages() -> None:
    def numbers(lang: str) -> list[list[int | str]]:
        headings, places = article_20(lang)
        annex = ARTICLE_20[lang][1]
        return [[p.removeprefix(annex) if p.startswith(annex) else headings.index(p) for p in each] for each in places]

    assert numbers("fr") == numbers("nl")


def test_linkage_with_a_third_party_names_its_permission(sample: dict[str, Any]) -> None:
    third = {"name": "Smith & Co <B.V.>", "dataset": "facturen", "permission": None}
    permitted = {**third, "permission": {"reference": "T-2026-88", "date": date(2026, 5, 4), "document": None}}
    case = changed(sample, linkage__third_parties=(permitted, third))
    for kind in ("application", "dpo_advice", "contract"):
        text = text_of(case, kind)
        assert "Smith & Co <B.V.>" in text
        assert "T-2026-88 van 4 mei 2026" in text
    assert "Koppeling" in text_of(sample, "contract")
    without = text_of(changed(sample, linkage=None), "contract")
    assert "vertrouwde derde" not in without


def test_privileged_body_gets_data_without_pseudonyms(sample: dict[str, Any]) -> None:
    mission = {"mission": "Opdracht.", "legal_task": "Wettelijke taak.", "necessity": "Noodzaak."}
    case = changed(sample, pseudonymised=False, inr=mission, statistical_secrecy_acknowledged=True)
    contract = text_of(case, "contract")
    assert "zonder pseudonimisering" in contract
    assert "enkel gepseudonimiseerde gegevens" not in contract
    assert "Noodzaak." in contract and "aan het statistisch geheim onderworpen" in contract
    assert "Wettelijke taak." in text_of(case, "application")


def test_delegate_signs_on_behalf_of_the_controller(sample: dict[str, Any]) -> None:
    granted = {**sample["applicant"]["controller"]}
    delegate = {"signer": {**granted, "name": "Dora Gemachtigd"}, "granted_by": granted, "scope": None}
    delegation = {**delegate, "start": date(2026, 1, 5), "end": None, "proof": "volmacht.pdf"}
    contract = text_of(changed(sample, delegation=delegation), "contract", on_behalf_of="Hendrika Rectorsma")
    assert "namens Hendrika Rectorsma op grond van een volmacht van 5 januari 2026" in contract
    assert "volmacht.pdf" not in contract
    assert "op grond van een volmacht" not in text_of(sample, "contract")


def test_processor_clause_only_with_a_processor(sample: dict[str, Any]) -> None:
    clause = "die optreedt als verwerker van de ontvanger"
    assert clause not in text_of(sample, "contract")
    assert clause in text_of(changed(sample, security__server__processor=True), "contract")


def test_unfavourable_advice_does_not_speak_of_approval(sample: dict[str, Any]) -> None:
    text = text_of(changed(sample, dpo_advice__conclusion="unfavourable"), "dpo_advice")
    assert "Voor kennisneming" in text and "Voor goedkeuring" not in text
    assert "De gegevens worden niet meegedeeld." in text
    assert "vertrouwelijkheidscontract opgenomen" not in text
    assert "vertrouwelijkheidscontract opgenomen" in text_of(sample, "dpo_advice")


def test_aggregated_tables_take_the_place_of_data_sets(sample: dict[str, Any]) -> None:
    table = {"title": "Tabel wonen", "dimensions": ("gemeente", "geslacht"), "measure": "aantal", "minimum_cell": 3}
    tables = ({**table, "reference_periods": (), "risk": {"level": "small", "reason": "grove klassen"}},)
    case = changed(sample, tables=tables, datasets=(), linkage=None)
    for kind in ("dpo_advice", "contract"):
        text = text_of(case, kind)
        assert "Tabel wonen" in text and "gemeente en geslacht" in text
        assert "klein risico op indirecte identificatie" in text
        assert "enkel gepseudonimiseerde" not in text


def test_extension_shows_every_change(sample: dict[str, Any]) -> None:
    base = {"case": None, "document": "contract", "number": "2024/031", "approved": True, "signed_on": None}
    variable = {"name": "hh010", "cluster": None, "names": (), "label": None, "motivation": "nodig"}
    changes = (
        {"kind": "retention", "until": date(2033, 1, 1), "months": None, "motivation": "uitloop"},
        {"kind": "variables", "add": ({**variable, "dataset": "SILC"},)},
        {"kind": "reference_periods", "add": ({"dataset": "SILC", "periods": ("2019-2022",), "motivation": None},)},
        {"kind": "purpose", "text": "ruimer doel", "motivation": "vervolg"},
    )
    text = text_of(changed(sample, base=base, changes=changes, datasets=(), linkage=None), "dpo_advice")
    for words in ("2024/031", "1 januari 2033", "SILC: hh010", "SILC: period 2019 2022", "ruimer doel"):
        assert words in text


SAMPLES = {
    "STATBEL-2026-002": ("application_simplified", "dpo_advice", "contract_amendment"),
    "STATBEL-2026-003": KINDS,
    "STATBEL-2026-006": KINDS,
    "STATBEL-2026-007": ("application_aggregated", "dpo_advice", "contract"),
    "STATBEL-2026-008": KINDS,
}
ADVICE: dict[str, Any] = {
    "number": "DPO/2026/040",
    "date": date(2026, 12, 3),
    "conclusion": "favourable_with_conditions",
    "considerations": None,
    "conditions": ("Voorwaarde van het advies.",),
    "accepted_raw": (),
    "applicant_dpo_advice_on": None,
}
DELIBERATION = {"date": date(2026, 12, 1), "considerations": None, "extra_measures": ("Opgelegde maatregel.",)}
CHANGES: tuple[dict[str, Any], ...] = (
    {"kind": "retention", "until": date(2035, 6, 1), "months": None, "motivation": "Uitloop van het onderzoek."},
    {
        "kind": "variables",
        "add": (
            {
                "dataset": "SILC",
                "name": "hh010",
                "cluster": None,
                "names": (),
                "label": None,
                "motivation": "Nodig voor de derde vraag.",
                "generalisation": None,
                "direct_identifier": False,
            },
        ),
    },
    {
        "kind": "reference_periods",
        "add": ({"dataset": "Census 2011", "periods": ("2019-2022",), "motivation": "Nieuwe golf."},),
    },
    {
        "kind": "purpose",
        "text": "Vergelijking met buurlanden.",
        "motivation": "Vervolg.",
        "linked_to_original": True,
        "needed_for_original_project": None,
    },
)


def advised(name: str) -> dict[str, Any]:
    """A sample case with what it takes over from its base, and with an advice when it has none yet."""

    def source(case: str) -> tuple[bytes, str] | None:
        file = ROOT / "cases" / f"{case}.yaml"
        return (file.read_bytes(), file.name) if file.is_file() else None

    found = source(name)
    assert found
    loaded = load(*found, source)
    assert loaded.located
    case = loaded.located.case.model_dump()
    return {**case, "dpo_advice": case["dpo_advice"] or ADVICE, "deliberation": case["deliberation"] or DELIBERATION}


@pytest.mark.parametrize("lang", ["nl", "fr"])
@pytest.mark.parametrize(("name", "kind"), [(name, kind) for name, kinds in SAMPLES.items() for kind in kinds])
def test_every_procedure_fills_its_documents_in_both_languages(name: str, kind: str, lang: str) -> None:
    case = advised(name)
    text = text_of(case, kind, lang)
    assert "{{" not in text and "{%" not in text and "None" not in text
    assert case["title"] in text
    assert name in text


@pytest.mark.parametrize("lang", ["nl", "fr"])
@pytest.mark.parametrize("kind", SAMPLES["STATBEL-2026-002"])
def test_every_kind_of_change_is_shown(kind: str, lang: str) -> None:
    text = text_of(changed(advised("STATBEL-2026-002"), changes=CHANGES), kind, lang)
    for words in ("2035", "hh010", "Nodig voor de derde vraag.", "Census 2011", "period 2019 2022", "buurlanden"):
        assert words in text


def test_an_advice_on_an_extension_does_not_weigh_the_old_data_again() -> None:
    text = text_of(advised("STATBEL-2026-002"), "dpo_advice")
    assert "De bestaande machtiging betreft deze bronnen" in text
    assert "Motivatie van de aanvrager" not in text
    assert "de aanpassing van het vertrouwelijkheidscontract" in text


@pytest.mark.parametrize("lang", ["nl", "fr"])
def test_the_amendment_names_articles_that_the_contract_has(lang: str) -> None:
    contract = docx.Document(str(TEMPLATES.parent / lang / "contract.docx"))
    headings = {p.text for p in contract.paragraphs if p.style.style_id in ("Heading1", "DgAnnex")}
    amendment = docx.Document(str(TEMPLATES.parent / lang / "contract_amendment.docx"))
    words = "\n".join(p.text for p in amendment.paragraphs).replace("\u00a0", " ")
    named = re.findall(r"(?:artikel|article) (?:“|« )([^”»]+?)(?:”| »)", words)
    named += re.findall(r"(?:Bijlage|annexe) 1 \(([^)]+)\)", words)
    assert len(named) == 6
    assert set(named) <= headings


def test_the_amendment_binds_measures_and_conditions() -> None:
    text = text_of(advised("STATBEL-2026-002"), "contract_amendment")
    assert "Opgelegde maatregel." in text and "Voorwaarde van het advies." in text
    assert "ongewijzigd van kracht" in text
    assert "nieuwe verklaring" in text_of(
        changed(advised("STATBEL-2026-002"), security__unchanged=False), "contract_amendment"
    )


def test_a_contract_on_tables_asks_no_second_part_of_the_form() -> None:
    text = text_of(advised("STATBEL-2026-007"), "contract")
    assert "mededeling van geaggregeerde gegevens" in text
    assert "deel 2" not in text and "veiligheidsadviseur" not in text
    assert "versleuteling van de gegevens" in text


def test_a_privileged_body_may_use_the_identity_its_mission_asks_for() -> None:
    text = text_of(advised("STATBEL-2026-008"), "contract")
    assert "geen enkele poging" not in text
    assert "alleen voor zover de opdracht" in text
    assert "behalve voor zover de opdracht die in dit contract is omschreven" in text
