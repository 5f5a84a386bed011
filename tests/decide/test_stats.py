"""The approvals of 2018 to 2020 that Statbel's article reports, counted from an archive of 209 small cases."""

from __future__ import annotations

from collections.abc import Iterator

from docgen.case.load import load
from docgen.case.model import Case
from docgen.decide.stats import approvals

REPORTED = {
    "regular": (24, 39, 36),
    "iis_authority": (5, 26, 16),
    "inr": (4, 3, 6),
    "extension": (12, 15, 23),
}
YEARS = ("2018", "2019", "2020")


def archive() -> Iterator[Case]:
    for request_type, numbers in REPORTED.items():
        for year, number in zip(YEARS, numbers, strict=True):
            for index in range(number):
                yield case(
                    f"S-{request_type[:3].upper()}-{year}-{index}", request_type, f"approved, date: {year}-06-01"
                )


def case(id: str, request_type: str, decision: str) -> Case:
    procedure = "extension" if request_type == "extension" else "new"
    text = (
        f"schema: 1\nid: {id}\noffice: statbel\nprocedure: {procedure}\nlanguage: nl\ntitle: Onderzoek\n"
        f"request_type: {request_type}\ndecision: {{outcome: {decision}}}\n"
    )
    return load(text.encode(), f"{id}.yaml").require().case


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
