"""What templates see."""

from __future__ import annotations

from datetime import date

import pytest
from small_cases import TODAY, made, office, wording

from docgen.decide.context import context
from docgen.decide.signatories import expected_signatures, placements

DELEGATION = {
    "signer": {"name": "Dirk Dekaan", "function": "decaan"},
    "granted_by": {"name": "Rik Rector"},
    "proof": "volmacht.pdf",
}


def test_fields_of_the_case_stand_at_their_paths() -> None:
    values = context(made("statbel new").case, office("statbel"), "contract", "nl", TODAY)
    assert values["title"] == "Vertrouwen en woonomgeving"
    applicant, retention, datasets = values["applicant"], values["retention"], values["datasets"]
    assert isinstance(applicant, dict)
    assert applicant["controller"]["name"] == "Rik Rector"
    assert isinstance(retention, dict)
    assert retention["until"] == date(2028, 12, 31)
    assert isinstance(datasets, tuple)
    assert datasets[1]["variables"][0]["names"] == ("jaar", "arrondissement")
    assert values["delegation"] is None


@pytest.mark.parametrize(
    ("lang", "name"), [("nl", "Statbel, het Belgische statistiekbureau"), ("fr", "Statbel, l’office")]
)
def test_the_office_speaks_the_language_of_the_document(lang: str, name: str) -> None:
    own = context(made("statbel new").case, office("statbel"), "contract", lang, TODAY)["office"]
    assert isinstance(own, dict)
    assert own["id"] == "statbel"
    assert own["name"].startswith(name)
    assert set(own["roles"]["director_general"]) == {"name", "title"}


def test_number_and_date_come_from_the_case_and_else_from_the_day() -> None:
    facts = {"documents": {"contract": {"number": "2026/031", "date": "2026-11-20"}}}
    document = context(made("statbel new", facts).case, office("statbel"), "contract", "nl", TODAY)["document"]
    assert isinstance(document, dict)
    assert (document["number"], document["date"]) == ("2026/031", date(2026, 11, 20))
    bare = context(made("statbel new").case, office("statbel"), "contract", "nl", TODAY)["document"]
    assert isinstance(bare, dict)
    assert (bare["number"], bare["date"]) == (None, TODAY)


def test_the_advice_bears_the_number_of_the_advice() -> None:
    facts = {"dpo_advice": {"number": "DPO/2026/003", "date": "2026-11-16", "conclusion": "favourable"}}
    document = context(made("statbel new", facts).case, office("statbel"), "dpo_advice", "nl", TODAY)["document"]
    assert isinstance(document, dict)
    assert (document["number"], document["date"]) == ("DPO/2026/003", date(2026, 11, 16))


def test_a_delegate_signs_on_behalf_of_the_controller() -> None:
    case = made("vsa new", {"delegation": DELEGATION}).case
    signatory = context(case, office("vsa"), "protocol", "nl", TODAY)["signatory"]
    assert isinstance(signatory, dict)
    assert signatory["applicant"] == {
        "name": "Dirk Dekaan",
        "role": "gevolmachtigde",
        "organisation": "Voorbeelduniversiteit",
        "on_behalf_of": "Rik Rector",
    }
    assert list(signatory) == ["applicant", "chief_statistician"]


def test_all_who_may_sign_are_expected() -> None:
    case = made("vsa new", {"delegation": DELEGATION, "applicant.legal_representative": {"name": "Bea Beheer"}}).case
    applicant, own = expected_signatures(case, office("vsa"), "protocol")
    assert applicant.roles == ("delegate", "controller", "legal_representative")
    assert applicant.names == ("Dirk Dekaan", "Rik Rector", "Bea Beheer")
    assert own.names == ("Hanne Hoofdcijfer",)


def test_the_last_slot_locks_the_document_and_boxes_have_their_size() -> None:
    boxes = placements(made("vsa new").case, office("vsa"), "protocol", "nl", wording())
    assert [box.final for box in boxes] == [False, True]
    assert (round(boxes[0].width, 2), round(boxes[0].height, 2)) == (226.77, 85.04)
    assert boxes[0].tooltip == "Handtekening: verwerkingsverantwoordelijke, Rik Rector"
