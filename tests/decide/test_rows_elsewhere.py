"""Rule rows that are not judged on the case file: each is looked after somewhere, and missed when it is taken out."""

from __future__ import annotations

from dataclasses import replace

import pytest
from small_cases import made, office, rules

from docgen.case.source import read
from docgen.decide.facts import Dossier
from docgen.decide.plan import gate
from docgen.office.profile import Office
from docgen.office.rules import Rule, unknown_rules

ELSEWHERE = {
    "gate": {"D-22", "D-23", "D-25", "D-26", "D-28", "D-31"},
    "source": {"D-33"},
    "template": {"D-19"},
    "validation": {"D-27"},
}
"""By who sees to it; what is not here is judged on the case, with examples in `test_judge.py`."""
OFFICES = ("vsa", "statbel")


def elsewhere() -> list[Rule]:
    return [row for row in rules().rows if row.checked_by != "case"]


def referred(own: Office) -> set[str]:
    procedures = own.procedures.values()
    documents = {one.rule for procedure in procedures for one in procedure.documents if one.rule}
    gates = {one.rule for procedure in procedures for one in procedure.gates}
    return documents | gates | {one.rule for procedure in procedures for one in procedure.deadlines}


def test_every_row_says_who_sees_to_it_and_none_is_missing() -> None:
    found: dict[str, set[str]] = {}
    for row in elsewhere():
        found.setdefault(row.checked_by, set()).add(row.id)
    assert found == ELSEWHERE


@pytest.mark.parametrize("row", sorted(ELSEWHERE["gate"] - {"D-28"}))
def test_without_a_row_that_gates_name_the_profiles_are_refused(row: str) -> None:
    rest = replace(rules(), rows=tuple(one for one in rules().rows if one.id != row))
    named = [own for own in map(office, OFFICES) if row in referred(own)]
    assert named
    for own in named:
        assert [finding.parameters["name"] for finding in unknown_rules(own, rest, own.id)] == [row]


def test_publishing_names_its_row_itself() -> None:
    case = made("vsa new")
    found = gate("publish", "protocol", case, office("vsa"), Dossier())
    assert {finding.code for finding in found} >= {"D-28"}


def test_a_row_of_the_reader_has_an_example_that_breaks_it_and_one_that_keeps_it() -> None:
    broken = read(b"title: x\nnote: nr. 85.07.30-033.28\n", "f.yaml").findings
    assert [(one.code, str(one.place)) for one in broken] == [("D-33", "f.yaml:2:11")]
    assert read(b"title: x\nnote: nr. 85.07.30-033.29\n", "f.yaml").findings == ()
