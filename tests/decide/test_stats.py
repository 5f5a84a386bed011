"""The approvals of 2018 to 2020 that Statbel's article reports, counted from an archive of 209 small cases."""

from __future__ import annotations

from tests.archive import REPORTED, YEARS, small_case, small_cases

from docgen.case.load import load
from docgen.case.model import Case
from docgen.decide.stats import approvals


def archive() -> list[Case]:
    return [read(id, text) for id, text in small_cases()]


def read(id: str, text: str) -> Case:
    return load(text.encode(), f"{id}.yaml").require().case


def case(id: str, request_type: str, decision: str) -> Case:
    return read(id, small_case(id, request_type, decision))


def test_the_table_of_the_article_comes_out_exactly() -> None:
    table = approvals(archive())
    assert table.rows == tuple(REPORTED)
    assert table.columns == YEARS
    assert {row: tuple(table.count(row, year) for year in YEARS) for row in table.rows} == REPORTED
    assert [table.column_total(year) for year in YEARS] == [45, 83, 81]
    assert [table.row_total(row) for row in table.rows] == [99, 47, 13, 50]
    assert table.total == 209


def test_only_approvals_count() -> None:
    others = [case("S-A", "inr", "refused, date: 2019-01-01"), case("S-B", "inr", "approved")]
    assert approvals(others).total == 0
    assert approvals([*archive(), *others]).total == 209


def test_one_dimension_has_no_columns() -> None:
    table = approvals(archive(), by=("year",))
    assert (table.rows, table.columns) == (YEARS, ())
    assert [table.count(year) for year in YEARS] == [45, 83, 81]
    by_procedure = approvals(archive(), by=("procedure", "office"))
    assert by_procedure.count("extension", "statbel") == 50
