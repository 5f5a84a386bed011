"""An archive of 209 small cases: as many approvals of each type and year as Statbel's article reports."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

YEARS = ("2018", "2019", "2020")
REPORTED = {
    "regular": (24, 39, 36),
    "iis_authority": (5, 26, 16),
    "inr": (4, 3, 6),
    "extension": (12, 15, 23),
}


def small_case(id: str, request_type: str, decision: str) -> str:
    """The file of a case that says little more than what was decided."""
    procedure = "extension" if request_type == "extension" else "new"
    return (
        f"schema: 1\nid: {id}\noffice: statbel\nprocedure: {procedure}\nlanguage: nl\ntitle: Onderzoek\n"
        f"request_type: {request_type}\ndecision: {{outcome: {decision}}}\n"
    )


def small_cases() -> Iterator[tuple[str, str]]:
    """Id and content of every case file."""
    for request_type, numbers in REPORTED.items():
        for year, number in zip(YEARS, numbers, strict=True):
            for index in range(number):
                id = f"S-{request_type[:3].upper()}-{year}-{index}"
                yield id, small_case(id, request_type, f"approved, date: {year}-06-01")


def write_archive(folder: Path) -> None:
    """The case files in a folder."""
    for id, text in small_cases():
        (folder / f"{id}.yaml").write_text(text, "utf-8")
