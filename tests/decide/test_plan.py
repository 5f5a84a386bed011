"""Documents and gates of both offices, as their procedures say."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from small_cases import TODAY, dossier, made, office

from docgen.case.load import LocatedCase
from docgen.decide.facts import Dossier
from docgen.decide.plan import gate, plan
from docgen.findings import Finding, Severity
from docgen.office.profile import Action

ADVISED = {"dpo_advice": {"conclusion": "favourable", "date": "2026-03-02"}}
APPROVED = {**ADVISED, "decision": {"outcome": "approved", "date": "2026-03-09"}}
ADVISED_LATER = {"dpo_advice": {"conclusion": "favourable", "date": "2026-11-16"}}


def refused(action: Action, target: str, case: LocatedCase, at: Dossier | None = None) -> dict[str, str]:
    """Rule and missing facts of each finding for `kind` or `kind.slot`."""
    kind, _, slot = target.partition(".")
    findings = gate(action, kind, case, office(case.case.office), at or Dossier(), slot)
    assert all(finding.severity is Severity.GATE and finding.place for finding in findings)
    return {finding.code: finding.parameters.get("missing", "") for finding in findings}


def kinds(case: LocatedCase, at: Dossier | None = None) -> dict[str, bool]:
    return {one.kind: one.open for one in plan(case, office(case.case.office), at or Dossier())}


def test_vsa_prepares_everything_but_the_advice_from_the_start() -> None:
    expected = {"application": True, "security_declaration": True, "dpo_advice": False, "protocol": True}
    assert kinds(made("vsa new")) == expected
    assert kinds(made("vsa new", ADVISED)) == {**expected, "dpo_advice": True}


def test_the_vsa_addendum_waits_for_the_decision() -> None:
    assert kinds(made("vsa simplified"))["addendum"] is False
    assert kinds(made("vsa simplified", APPROVED))["addendum"] is True


def test_statbel_draws_up_the_contract_once_the_director_general_signed_the_advice() -> None:
    case = made("statbel new", ADVISED_LATER)
    assert kinds(case) == {"application": True, "security_declaration": True, "dpo_advice": True, "contract": False}
    assert refused("build", "contract", case) == {"D-25": "signed:dpo_advice.director_general"}
    signed = dossier("dpo_advice.dpo", "dpo_advice.director_general")
    assert kinds(case, signed)["contract"] is True
    assert refused("build", "contract", case, signed) == {}


def test_an_unfavourable_advice_gives_no_contract() -> None:
    case = made("statbel new", {"dpo_advice": {"conclusion": "unfavourable", "date": "2026-11-16"}})
    signed = dossier("dpo_advice.dpo", "dpo_advice.director_general")
    assert refused("build", "contract", case, signed) == {"D-25": "dpo_advice.conclusion"}


@pytest.mark.parametrize(
    ("security", "asked"), [({"unchanged": True}, False), ({"server": {"location_country": "BE"}}, True), (None, False)]
)
def test_an_extension_asks_a_new_declaration_only_when_the_measures_changed(security: Any, asked: bool) -> None:
    assert ("security_declaration" in kinds(made("statbel extension", {"security": security}))) is asked


def test_an_aggregated_request_has_its_own_form_and_no_declaration() -> None:
    assert list(kinds(made("statbel aggregated"))) == ["application_aggregated", "dpo_advice", "contract"]


def test_what_a_document_lacks_is_said_at_its_field() -> None:
    findings = gate("build", "protocol", made("vsa new", {"legal_ground": None}), office("vsa"), Dossier())
    places = [finding.place.path for finding in findings if finding.place]
    assert [finding.code for finding in findings] == ["D-30", "D-30"]
    assert places == ["legal_ground.communication", "legal_ground.collection"]


@pytest.mark.parametrize("target", ["application.applicant", "security_declaration.applicant", "protocol.applicant"])
def test_vsa_signs_nothing_before_approval(target: str) -> None:
    assert refused("sign", target, made("vsa new", ADVISED)) == {"D-23": "decision.outcome"}
    assert refused("sign", target, made("vsa new", APPROVED)) == {}
    refusal = made("vsa new", {**ADVISED, "decision": {"outcome": "refused", "date": "2026-03-09"}})
    assert refused("sign", target, refusal) == {"D-23": "decision.outcome"}


def test_vsa_lets_the_dpo_sign_the_advice_before_the_decision() -> None:
    assert refused("sign", "dpo_advice.dpo", made("vsa new", ADVISED)) == {}


def test_a_protocol_needs_the_advice() -> None:
    case = made("vsa new", {"decision": {"outcome": "approved", "date": "2026-03-09"}})
    assert refused("sign", "protocol.applicant", case) == {"D-31": "dpo_advice.conclusion, dpo_advice.date"}


def test_the_chief_statistician_signs_last_and_only_when_everything_is_in() -> None:
    case = made("vsa new", APPROVED)
    target = "protocol.chief_statistician"
    assert refused("sign", target, case) == {
        "D-25": "signed:protocol.applicant",
        "D-26": "complete:application, complete:security_declaration",
    }
    almost = dossier("application.applicant", "protocol.applicant")
    assert refused("sign", target, case, almost) == {"D-26": "complete:security_declaration"}
    whole = ("application.applicant", "security_declaration.applicant", "protocol.applicant")
    assert refused("sign", target, case, dossier(*whole)) == {}


def test_a_signature_that_does_not_hold_counts_for_nothing() -> None:
    case = made("vsa new", APPROVED)
    broken = dossier("application.applicant", "security_declaration.applicant", "protocol.applicant")
    broken = Dossier(signed=tuple(type(one)(one.kind, one.slot, valid=False) for one in broken.signed))
    assert set(refused("sign", "protocol.chief_statistician", case, broken)) == {"D-25", "D-26"}


def test_somebody_who_signs_for_another_must_have_sent_the_proof() -> None:
    delegation = {"signer": {"name": "Dirk Dekaan"}, "granted_by": {"name": "Rik Rector"}, "proof": "volmacht.pdf"}
    case = made("vsa new", {**APPROVED, "delegation": delegation})
    slots = ("application.applicant", "security_declaration.applicant", "protocol.applicant")
    target = "protocol.chief_statistician"
    missing = "received:delegation.proof|complete:delegation_proof"
    assert refused("sign", target, case, dossier(*slots)) == {"D-26": missing}
    assert refused("sign", target, case, dossier(*slots, received={"volmacht.pdf": TODAY})) == {}


def test_the_simplified_procedure_needs_two_documents() -> None:
    case = made("vsa simplified", APPROVED)
    target = "addendum.chief_statistician"
    assert refused("sign", target, case, dossier("addendum.applicant")) == {"D-26": "complete:application_simplified"}
    assert refused("sign", target, case, dossier("addendum.applicant", "application_simplified.applicant")) == {}


def test_statbel_applicants_sign_at_submission_but_after_consultation() -> None:
    assert refused("sign", "application.applicant", made("statbel new")) == {}
    assert refused("sign", "application.applicant", made("statbel new", {"consultation": None})) == {
        "D-22": "consultation.date"
    }
    risky = made("statbel new", {"consultation.risk_flag": True})
    assert refused("sign", "security_declaration.security", risky) == {"D-22": "consultation.dpo_consulted"}
    heard = made("statbel new", {"consultation.risk_flag": True, "consultation.dpo_consulted": True})
    assert refused("sign", "security_declaration.security", heard) == {}


def test_the_director_general_approves_a_signed_request_with_an_advice() -> None:
    case = made("statbel new", ADVISED_LATER)
    target = "dpo_advice.director_general"
    assert refused("sign", target, case, dossier("dpo_advice.dpo")) == {
        "D-26": "complete:application, complete:security_declaration"
    }
    filed = ("application.applicant", "security_declaration.security", "dpo_advice.dpo")
    assert refused("sign", target, case, dossier(*filed)) == {}
    assert "D-31" in refused("sign", target, made("statbel new"), dossier(*filed))


def test_the_contract_is_signed_after_the_advice_and_by_the_applicant_first() -> None:
    case = made("statbel new", ADVISED_LATER)
    assert refused("sign", "contract.applicant", case) == {"D-25": "signed:dpo_advice.director_general"}
    approved = ("dpo_advice.dpo", "dpo_advice.director_general")
    assert refused("sign", "contract.applicant", case, dossier(*approved)) == {}
    assert refused("sign", "contract.director_general", case, dossier(*approved)) == {
        "D-25": "signed:contract.applicant"
    }
    assert refused("sign", "contract.director_general", case, dossier(*approved, "contract.applicant")) == {}


def test_only_publishable_and_fully_signed_documents_are_published() -> None:
    case = made("vsa new", APPROVED)
    assert refused("publish", "application", case, dossier("application.applicant")) == {"DG-C207": ""}
    assert refused("publish", "protocol", case, dossier("protocol.applicant")) == {"D-28": "complete:protocol"}
    assert refused("publish", "protocol", case, dossier("protocol.applicant", "protocol.chief_statistician")) == {}


@pytest.mark.parametrize(
    "name", ["vsa new", "vsa simplified", "statbel new", "statbel extension", "statbel privileged"]
)
def test_security_declarations_and_forms_are_never_published(name: str) -> None:
    case = made(name)
    everything = [f"{kind}.{slot}" for kind, one in office(case.case.office).kinds.items() for slot in one.slot_names]
    for kind in kinds(case):
        if kind.startswith(("application", "security")):
            assert "DG-C207" in refused("publish", kind, case, dossier(*everything))


def test_what_the_case_does_not_have_is_refused() -> None:
    assert refused("build", "contract", made("vsa new")) == {"DG-C204": ""}
    assert refused("sign", "protocol.dpo", made("vsa new")) == {"DG-C205": ""}
    withdrawn = made("vsa new", {"dates.withdrawn": "2026-05-01"})
    assert refused("build", "application", withdrawn) == {"DG-C206": ""}


def test_a_refusal_points_at_the_line_to_change() -> None:
    case = made("vsa new", {**ADVISED, "decision": {"outcome": "refused", "date": "2026-03-09"}})
    (finding,) = gate("sign", "protocol", case, office("vsa"), Dossier(), "applicant")
    assert isinstance(finding, Finding)
    assert finding.place is not None
    assert finding.place.path == "decision.outcome"
    assert finding.place.line > 1


def test_days_are_no_part_of_a_gate() -> None:
    case = made("statbel new", {"dates.complete": "2026-01-02", "dates.received": "2026-01-01"})
    assert refused("sign", "application.applicant", case, Dossier(built={"application": date(2026, 1, 1)})) == {}
