"""Rule rows: closed, sourced, dated, and refused at their line when they are wrong."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from docgen.decide.predicates import PREDICATES
from docgen.decide.rules import require_known_predicates
from docgen.errors import ContentInvalid
from docgen.office.profile import read_office
from docgen.office.rules import Rules, read_rules, unknown_rules

TEMPLATES = Path(__file__).parents[2] / "templates"
SOURCES = b"sources: {S0: {title: Statbel}, inf: {title: docgen}, law: {title: law}}\n"


def all_rules() -> Rules:
    return read_rules({str(file): file.read_bytes() for file in (TEMPLATES / "rules").glob("*.yaml")})


def one(row: str) -> Rules:
    return read_rules({"sources.yaml": SOURCES, "rows.yaml": f"rules:\n  - {row}\n".encode()})


def refusal(row: str) -> str:
    with pytest.raises(ContentInvalid) as caught:
        one(row)
    return " ".join(f"{finding.code} {' '.join(finding.parameters.values())}" for finding in caught.value.findings)


def test_every_rule_of_the_research_has_a_row() -> None:
    numbers = {row.id[:4] for row in all_rules().rows}
    assert {f"D-{number:02}" for number in range(1, 38)} <= numbers


def test_every_row_is_sourced_and_what_is_not_read_awaits_confirmation() -> None:
    rows = all_rules()
    assert all(citation.quote or citation.article for row in rows.rows for citation in row.citation)
    waiting = {row.id for row in rows.rows if row.awaiting_legal_confirmation}
    assert {"D-33", "D-36", "D-32", "D-18c"} <= waiting
    assert waiting.isdisjoint({"D-01", "D-08", "D-24", "D-30b"})


def test_the_quotes_of_the_seeds_are_in_dutch_and_short() -> None:
    quotes = [citation.quote for row in all_rules().rows for citation in row.citation if citation.quote]
    assert all(len(quote) < 260 for quote in quotes)


def test_rows_refer_to_predicates_that_exist_and_every_predicate_is_used() -> None:
    rows = all_rules()
    require_known_predicates(rows)
    assert {row.predicate for row in rows.rows if row.predicate} == set(PREDICATES)
    assert all(predicate.__doc__ for predicate in PREDICATES.values())


def test_the_rules_of_the_profiles_exist() -> None:
    for name in ("vsa", "statbel"):
        office = read_office((TEMPLATES / name / "office.yaml").read_bytes(), name)
        assert unknown_rules(office, all_rules(), name) == ()


ROW = "{id: D-01, severity: error, require: [{path: title, present: true}], citation: [{source: S0, quote: q}]}"


@pytest.mark.parametrize(
    ("right", "wrong", "words"),
    [
        ("path: title", "path: titel", "DG-O111 path titel titel title"),
        ("present: true", "prezent: true", "DG-O103 prezent present"),
        ("present: true", "present: true, equals: x", "DG-O112"),
        ("present: true", "matches: '('", "DG-O115"),
        ("present: true", "before: tomorrow", "DG-O116 before tomorrow"),
        ("severity: error", "severity: fatal", "DG-O110 severity fatal"),
        ("source: S0", "source: S9", "DG-O107 S9"),
        ("path: title", "path: .title", "DG-O111"),
        ("require: [{path: title, present: true}], ", "", "DG-O119"),
        ("id: D-01, ", "id: D-01, checked_by: gate, ", "DG-O119"),
        ("id: D-01, ", "id: D-01, each: 'datasets[*]', when: [{path: .colour, present: true}], ", "DG-O111"),
        ("citation: [{source: S0, quote: q}]", "citation: []", "DG-O105 citation"),
    ],
)
def test_a_wrong_row_is_refused(right: str, wrong: str, words: str) -> None:
    assert one(ROW).rule("D-01") is not None
    assert right in ROW
    assert words in refusal(ROW.replace(right, wrong, 1))


def test_a_predicate_that_does_not_exist_is_refused() -> None:
    row = ROW.replace("require: [{path: title, present: true}]", "predicate: fair_and_just")
    with pytest.raises(ContentInvalid) as caught:
        require_known_predicates(one(row))
    assert [dict(finding.parameters) for finding in caught.value.findings] == [
        {"rule": "D-01", "name": "fair_and_just"}
    ]


def test_one_id_may_change_with_the_law_but_not_overlap() -> None:
    old = ROW.replace("id: D-01", "id: D-01, until: 2023-12-31")
    new = ROW.replace("id: D-01", "id: D-01, from: 2024-01-01")
    both = one(f"{old}\n  - {new}")
    assert [row.valid_from for row in both.on(date(2023, 12, 31))] == [None]
    assert [row.valid_from for row in both.on(date(2024, 1, 1))] == [date(2024, 1, 1)]
    assert "DG-O106 D-01" in refusal(f"{ROW}\n  - {new}")
