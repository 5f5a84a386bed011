"""Every operator of the closed handful, on fields that are there, that are not, and that are many."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError
from small_cases import TODAY, dossier, made, office

from docgen.decide.conditions import failures, holds, since, unmet
from docgen.decide.facts import Dossier, Facts
from docgen.decide.values import find
from docgen.office.condition import Condition
from docgen.office.paths import parse

DATES = {"contacted": "2026-01-05", "received": "2026-02-02", "complete": "2026-02-09"}


def facts(changes: dict[str, Any] | None = None, at: Dossier | None = None) -> Facts:
    return Facts(made("statbel new", {"dates": DATES, **(changes or {})}), office("statbel"), at or Dossier(), TODAY)


def condition(**said: Any) -> Condition:
    return Condition.model_validate(said)


@pytest.mark.parametrize(
    ("said", "met"),
    [
        ({"path": "title", "present": "true"}, True),
        ({"path": "delegation", "present": "true"}, False),
        ({"path": "applicant.student", "present": "true"}, True),  # a false value is a value
        ({"path": "delegation", "absent": "true"}, True),
        ({"path": "delegation.signer.name", "absent": "true"}, True),
        ({"path": "title", "absent": "true"}, False),
        ({"path": "pseudonymised", "equals": "true"}, True),
        ({"path": "dates.received", "equals": "2026-02-02"}, True),
        ({"path": "retention.months", "equals": "60"}, False),
        ({"path": "language", "in": ["fr", "nl"]}, True),
        ({"path": "decision.outcome", "in": ["approved"]}, False),
        ({"path": "decision.outcome", "not_in": ["refused"]}, True),
        ({"path": "language", "not_in": ["nl"]}, False),
        ({"path": "applicant.kbo", "matches": "0[0-9.]+"}, True),
        ({"path": "applicant.kbo", "matches": "0"}, False),
        ({"path": "dates.received", "before": "dates.complete"}, True),
        ({"path": "dates.complete", "before": "dates.received"}, False),
        ({"path": "dates.received", "before": "2026-02-02"}, True),
        ({"path": "dates.received", "before": "2026-02-01"}, False),
        ({"path": "retention.until", "before": "today"}, False),
        ({"path": "dates.complete", "within": {"of": "dates.received", "days": "7"}}, True),
        ({"path": "dates.complete", "within": {"of": "dates.received", "days": "6"}}, False),
        ({"path": "datasets", "count": {"min": "2", "max": "2"}}, True),
        ({"path": "datasets", "count": {"max": "1"}}, False),
        ({"path": "partners", "count": {"min": "1"}}, False),
        ({"path": "partners", "count": {"max": "0"}}, True),
        ({"any": [{"path": "delegation", "present": "true"}, {"path": "title", "present": "true"}]}, True),
        ({"any": [{"path": "delegation", "present": "true"}, {"path": "inr", "present": "true"}]}, False),
    ],
    ids=str,
)
def test_an_operator_decides_and_requires_the_same(said: dict[str, Any], met: bool) -> None:
    one = condition(**said)
    assert holds(one, facts()) is met
    assert (failures(one, facts()) == ()) is met
    assert (unmet([one], facts()) == ()) is met


@pytest.mark.parametrize(
    "said",
    [
        {"path": "delegation.start", "before": "today"},
        {"path": "delegation.end", "within": {"of": "today", "days": "1"}},
        {"path": "applicant.short_name", "matches": "x"},
    ],
    ids=str,
)
def test_what_is_absent_cannot_be_compared(said: dict[str, Any]) -> None:
    assert holds(condition(**said), facts()) is False
    assert failures(condition(**said), facts()) == ()


def test_a_path_with_a_star_decides_by_any_and_requires_all() -> None:
    kinds = condition(path="datasets[*].kind", equals="survey")
    assert holds(kinds, facts()) is True
    assert failures(kinds, facts()) == (("datasets", 1, "kind"),)
    nested = condition(path="datasets[*].variables[*].generalisation", present="true")
    assert failures(nested, facts()) == (("datasets", 1, "variables", 0, "generalisation"),)


def test_a_star_over_nothing_requires_nothing_and_meets_nothing() -> None:
    partners = condition(path="partners[*].kbo", present="true")
    assert failures(partners, facts()) == ()
    assert holds(partners, facts()) is False
    assert unmet([partners], facts()) == (partners,)


def test_a_relative_path_belongs_to_its_item() -> None:
    own = condition(path=".motivation", present="true")
    assert holds(own, facts(), ("datasets", 0)) is True
    assert failures(own, facts(), ("datasets", 1)) == (("datasets", 1, "motivation"),)


def test_entries_under_chosen_names_are_found_by_star() -> None:
    case = made(
        "statbel new", {"documents": {"contract": {"number": "2026/001"}, "dpo_advice": {"date": "2026-11-20"}}}
    ).case
    assert find(case, "documents[*].number") == (
        (("documents", "contract", "number"), "2026/001"),
        (("documents", "dpo_advice", "number"), None),
    )


def test_facts_of_the_dossier() -> None:
    at = Dossier(
        signed=dossier("contract.applicant").signed,
        built={"contract": date(2026, 1, 1)},
        received={"volmacht.pdf": date(2026, 1, 2)},
        published={"dpo_advice": date(2026, 1, 3)},
    )
    delegation = {"signer": {"name": "A"}, "granted_by": {"name": "B"}, "proof": "volmacht.pdf"}
    known = facts({"delegation": delegation}, at)
    assert holds(condition(built="contract"), known)
    assert not holds(condition(built="application"), known)
    assert holds(condition(signed="contract.applicant"), known)
    assert not holds(condition(complete="contract"), known)
    assert holds(condition(published="dpo_advice"), known)
    assert holds(condition(received="delegation.proof"), known)
    assert not holds(condition(received="changes[*].succession_proof"), known)
    assert since(condition(built="contract"), known) == date(2026, 1, 1)
    assert since(condition(signed="contract.applicant"), known) == TODAY
    assert since(condition(path="dates.complete", present="true"), known) == date(2026, 2, 9)


def test_a_document_without_slots_is_never_complete() -> None:
    own = office("statbel")
    bare = own.kinds["contract"].model_copy(update={"slots": ()})
    assert Dossier().is_complete("contract", bare) is False


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"path": "title"},
        {"present": "true"},
        {"path": "title", "signed": "contract.applicant"},
        {"path": "title", "present": "false"},
        {"path": "title", "equals": "a", "in": ["b"]},
        {"signed": "contract"},
        {"received": "delegation.prof"},
    ],
    ids=str,
)
def test_what_is_no_condition_is_refused(said: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        condition(**said)


def test_paths_are_read_strictly() -> None:
    assert parse("datasets[*].variables[0].name") == ("datasets", "*", "variables", 0, "name")
    for wrong in ("datasets[", "a..b", "a b", "a[-1]"):
        with pytest.raises(ValueError, match=r".*"):
            parse(wrong)
