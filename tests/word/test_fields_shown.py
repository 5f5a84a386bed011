"""Every field of a case stands in some document of its office, or it is known why it does not."""

from __future__ import annotations

import io
import re
import zipfile

import docx
import pytest

import specimens
from docgen.case.fields import BY_PATH
from docgen.word.controls import W, content_text
from docgen.word.marking import BOX_OFF, BOX_ON
from docgen.word.plain import plain_text

COURSE_OF_THE_FILE = frozenset(
    {"schema", "id", "language", "assigned.dpo_team", "base.approved", "consultation.ready_to_file"}
    | {"decision.outcome", "decision.ground", "review.resolved"}
    | {"documents.*.withdrawn", "documents.*.withdrawn_reason"}
    | {f"dates.{name}" for name in ("returned", "sent_for_signature", "delivered", "published", "withdrawn", "closed")}
)
"""What the office notes for itself; rules, steps and deadlines go by it."""
SETTLED_IN_WORDS = frozenset(
    {"linkage.performed_by", "linkage.pseudonym_key_holder", "datasets.variables.direct_identifier"}
    | {"changes.add.direct_identifier"}
)
"""Allowed to have one value only, which a clause says."""
NOT_OF_THIS_OFFICE = {
    "vsa": frozenset(
        {"request_type", "changes.add.periods", "applicant.privileged_body", "applicant.belgium_is_member"}
        | {"partners.privileged_body", "consultation.risk_flag", "consultation.dpo_consulted", "datasets.supplier"}
        | {"datasets.raw", "tables.dimensions", "tables.minimum_cell", "tables.risk.level", "linkage.key"}
        | {"linkage.direct_identifiers_to_researcher", "inr.mission", "inr.legal_task", "inr.necessity"}
        | {"statistical_secrecy_acknowledged"}
    ),
    "statbel": frozenset(
        {f"changes.{name}" for name in ("old_name", "new_name", "succession_proof", "effective_on")}
        | {"datasets.editions", "datasets.file_version", "delegation.proof", "dates.contacted"}
    ),
}
"""Of procedures, sources and kinds of change that only the other office has."""


@pytest.mark.parametrize(("office", "lang"), [("vsa", "nl"), ("statbel", "nl"), ("statbel", "fr")])
def test_a_field_that_no_document_shows_is_known(office: str, lang: str) -> None:
    paths = [path for path in specimens.TEMPLATES if path.parts[-3:-1] == (office, lang)]
    text = "\n".join(plain_text(path.read_bytes(), path.name) for path in paths)
    shown = set(re.findall(r"\w+", " ".join(re.findall(r"\{[{%].*?[%}]\}", text))))
    hidden = {path for path, field in BY_PATH.items() if not field.fields and path.rpartition(".")[2] not in shown}
    known = COURSE_OF_THE_FILE | SETTLED_IN_WORDS | NOT_OF_THIS_OFFICE[office]
    assert hidden - known == set()
    assert known - hidden - COURSE_OF_THE_FILE - SETTLED_IN_WORDS == set()


@pytest.mark.parametrize("name", ["statbel/fr/application_simplified", "statbel/nl/application_simplified",
                                  "vsa/nl/application_simplified"])  # fmt: skip
def test_a_question_that_is_not_answered_keeps_its_two_boxes(name: str) -> None:
    (path,) = (path for path in specimens.TEMPLATES if specimens.template_name(path) == name)
    one = specimens.specimen(path)
    unanswered = specimens.Specimen(path, one.case.model_copy(update={"security": None}))
    assert _boxes(unanswered, "security.unchanged") == {"true": BOX_OFF, "false": BOX_OFF}
    assert _boxes(one, "security.unchanged") == {"true": BOX_ON, "false": BOX_OFF}


def _boxes(one: specimens.Specimen, path: str) -> dict[str, str]:
    body = docx.Document(io.BytesIO(specimens.filled(one).content)).element.body
    tags = {control.find(f"{W}sdtPr/{W}tag").get(f"{W}val"): control for control in body.iter(f"{W}sdt")
            if control.find(f"{W}sdtPr/{W}tag") is not None}  # fmt: skip
    return {choice: content_text(tags[f"{path}={choice}"].find(f"{W}sdtContent")) for choice in ("true", "false")}


def test_forms_offer_only_what_the_office_may_grant() -> None:
    for path in specimens.TEMPLATES:
        text = zipfile.ZipFile(path).read("word/document.xml").decode()
        offered = set(re.findall(r'w:val="purpose\.kinds=(\w+)"', text))
        assert offered in (set(), {"scientific", "statistical", "policy_preparation"}), path
        assert path.parts[-3] != "vsa" or 'w:value="individual"' not in text
