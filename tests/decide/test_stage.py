"""Where a case stands, from facts alone."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_cases import REMOVED, TODAY, dossier, made, office, signed

from docgen.decide.deadlines import working_days
from docgen.decide.facts import Dossier
from docgen.decide.stage import stage

ADVISED = {"deliberation.date": "2026-02-20", "dpo_advice": {"conclusion": "favourable", "date": "2026-03-02"}}
FILED = ("application.applicant", "security_declaration.security")
APPROVED = {**ADVISED, "decision": {"outcome": "approved", "date": "2026-03-09"}}


def at(
    name: str, changes: dict[str, object], facts: Dossier | None = None
) -> tuple[str | None, str | None, str | None]:
    case = made(name, changes)
    here = stage(case, office(case.case.office), facts or Dossier(), TODAY)
    return (here.current.id if here.current else here.outcome), here.turn, here.next_document


def test_a_vsa_request_walks_through_its_six_steps() -> None:
    assert at("vsa new", {"consultation": REMOVED, "dates": REMOVED}) == ("contact", "applicant", "application")
    assert at("vsa new", {"consultation.ready_to_file": REMOVED, "dates": REMOVED})[:2] == ("consultation", "office")
    assert at("vsa new", {"dates": REMOVED}) == ("filing", "applicant", "application")
    assert at("vsa new", {"dates.complete": REMOVED})[:2] == ("review", "office")
    assert at("vsa new", {})[:2] == ("deliberation", "office")
    assert at("vsa new", {"deliberation.date": "2026-02-20"}) == ("advice", "office", "dpo_advice")
    assert at("vsa new", ADVISED)[:2] == ("decision", "office")
    assert at("vsa new", APPROVED) == ("applicant_signs", "applicant", "application")
    slots = ("application.applicant", "security_declaration.applicant", "protocol.applicant")
    assert at("vsa new", APPROVED, dossier(*slots)) == ("office_signs", "office", "protocol")
    whole = dossier(*slots, "protocol.chief_statistician")
    assert at("vsa new", APPROVED, whole) == ("publication", "office", "protocol")
    published = dossier(*slots, "protocol.chief_statistician", published={"protocol": TODAY})
    assert at("vsa new", APPROVED, published) == ("delivery", "office", None)
    assert at("vsa new", {**APPROVED, "dates.delivered": "2026-04-01"}, published) == ("done", None, None)


def test_open_remarks_make_it_the_applicants_turn() -> None:
    remark = {"date": "2026-02-03", "comment": "Onduidelijk.", "resolved": False}
    assert at("vsa new", {"dates.complete": REMOVED, "review": [remark]})[:2] == ("review", "applicant")
    remark["resolved"] = True
    assert at("vsa new", {"dates.complete": REMOVED, "review": [remark]})[:2] == ("review", "office")


def test_a_statbel_request_is_filed_by_signing_and_approved_by_signing() -> None:
    changes = {"deliberation.date": "2026-11-13", "dpo_advice": {"conclusion": "favourable", "date": "2026-11-16"}}
    assert at("statbel new", changes) == ("filing", "applicant", "application")
    filed = ("application.applicant", "security_declaration.security")
    assert at("statbel new", changes, dossier(*filed)) == ("advice", "office", "dpo_advice")
    assert at("statbel new", changes, dossier(*filed, "dpo_advice.dpo")) == ("approval", "office", "dpo_advice")
    approved = (*filed, "dpo_advice.dpo", "dpo_advice.director_general")
    assert at("statbel new", changes, dossier(*approved)) == ("applicant_signs", "applicant", "contract")
    assert at("statbel new", changes, dossier(*approved, "contract.applicant")) == (
        "office_signs",
        "office",
        "contract",
    )


def test_a_risk_adds_a_step() -> None:
    case = made("statbel new", {"consultation.risk_flag": True})
    here = stage(case, office("statbel"), Dossier(), TODAY)
    assert here.current is not None
    assert (here.current.id, here.missing, here.turn) == ("risk", ("consultation.dpo_consulted",), "office")
    assert "risk" not in {step.id for step in stage(made("statbel new"), office("statbel"), Dossier(), TODAY).steps}


def test_refused_and_withdrawn_cases_wait_for_nobody() -> None:
    refusal = {"dpo_advice": {"conclusion": "unfavourable"}, "decision": {"outcome": "refused", "date": "2026-03-09"}}
    assert at("vsa new", refusal) == ("refused", None, None)
    assert at("vsa new", {**APPROVED, "dates.withdrawn": "2026-04-01"}) == ("withdrawn", None, None)


def test_a_step_bears_the_day_of_its_date_or_of_its_last_signature() -> None:
    slots = Dossier(signed=signed("application.applicant", "protocol.applicant", on=date(2026, 4, 2)))
    later = Dossier(signed=signed("security_declaration.applicant", on=date(2026, 4, 5)))
    facts = Dossier(signed=(*slots.signed, *later.signed))
    here = stage(made("vsa new", APPROVED), office("vsa"), facts, TODAY)
    days = {step.id: step.on for step in here.steps}
    assert days["decision"] == date(2026, 3, 9)
    assert days["applicant_signs"] == date(2026, 4, 5)
    assert days["office_signs"] is None


def test_statbel_has_two_to_three_weeks_from_the_complete_request() -> None:
    case = made("statbel new", {"dates.received": "2026-11-02", "dates.complete": "2026-11-02"})
    filed = Dossier(signed=signed(*FILED, on=date(2026, 11, 2)))
    (clock,) = stage(case, office("statbel"), filed, TODAY).deadlines
    assert (clock.target, clock.latest) == (date(2026, 11, 16), date(2026, 11, 23))
    assert (clock.days_left, clock.working_days_left, clock.overdue) == (0, 0, False)
    (late,) = stage(case, office("statbel"), filed, TODAY + timedelta(days=1)).deadlines
    assert (late.days_left, late.working_days_left, late.overdue) == (-1, -1, True)


def test_the_clock_waits_for_the_signed_form_and_for_the_answer_to_every_remark() -> None:
    dates = {"dates.received": "2026-09-01", "dates.complete": "2026-09-01"}
    half = Dossier(signed=signed(FILED[0], on=date(2026, 8, 31)))
    (waiting,) = stage(made("statbel new", dates), office("statbel"), half, TODAY).deadlines
    assert (waiting.waits_for, waiting.overdue, waiting.days_left) == ((f"signed:{FILED[1]}",), False, 0)
    remarks = [{"date": "2026-09-02", "comment": "Onduidelijk.", "resolved": done} for done in (True, False)]
    filed = Dossier(signed=signed(*FILED, on=date(2026, 8, 31)))
    here = stage(made("statbel new", {**dates, "review": remarks}), office("statbel"), filed, TODAY)
    assert (here.deadlines[0].waits_for, here.overdue) == (("review[*].resolved",), False)
    assert (here.current and here.current.id, here.turn) == ("completeness", "applicant")
    remarks[1]["resolved"] = True
    assert stage(made("statbel new", {**dates, "review": remarks}), office("statbel"), filed, TODAY).overdue


def test_the_clock_starts_with_the_last_signature_when_that_came_later() -> None:
    case = made("statbel new", {"dates.received": "2026-10-01", "dates.complete": "2026-10-01"})
    (clock,) = stage(case, office("statbel"), dossier(*FILED), TODAY).deadlines
    assert (clock.start, clock.latest) == (TODAY, TODAY + timedelta(days=21))


def test_the_clock_stops_with_the_contract_and_says_whether_it_was_in_time() -> None:
    case = made("statbel new", {"dates.received": "2026-10-05", "dates.complete": "2026-10-05"})
    for day, kept in ((date(2026, 10, 26), True), (date(2026, 10, 27), False)):
        here = stage(case, office("statbel"), Dossier(built={"contract": day}), TODAY)
        (clock,) = here.deadlines
        assert (clock.stopped_on, clock.kept, here.overdue) == (day, kept, False)


def test_vsa_and_requests_that_are_not_complete_have_no_clock() -> None:
    assert stage(made("vsa new"), office("vsa"), Dossier(), TODAY).deadlines == ()
    assert stage(made("statbel extension"), office("statbel"), Dossier(), TODAY).deadlines == ()


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        (date(2026, 11, 9), date(2026, 11, 12), 2),  # Armistice Day, 11 November
        (date(2026, 11, 6), date(2026, 11, 9), 1),  # over a weekend
        (date(2026, 12, 24), date(2027, 1, 4), 5),  # Christmas and New Year's Day
        (date(2026, 4, 3), date(2026, 4, 7), 1),  # Easter Monday
        (date(2026, 11, 12), date(2026, 11, 12), 0),
        (date(2026, 11, 12), date(2026, 11, 9), -2),
    ],
)
def test_belgian_working_days(start: date, end: date, days: int) -> None:
    assert working_days(start, end, "BE") == days


@given(st.dates(date(2018, 1, 1), date(2040, 1, 1)), st.integers(0, 60), st.integers(0, 60))
def test_working_days_add_up(start: date, first: int, second: int) -> None:
    middle, end = start + timedelta(days=first), start + timedelta(days=first + second)
    assert working_days(start, middle, "BE") + working_days(middle, end, "BE") == working_days(start, end, "BE")
