"""`docgen stats`: the table of Statbel's article in every form, and the chart for people who see and who do not."""

from __future__ import annotations

import csv
import io
import json
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from tests.archive import REPORTED, YEARS, write_archive
from tests.cli.conftest import World, new_world

from docgen.cli.chart import Chart, Series, svg, ticks
from docgen.cli.picture import png
from docgen.errors import ExitCode

TOTALS = ["45", "83", "81", "209"]
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    world = new_world(tmp_path_factory.mktemp("archive"))
    write_archive(world.folder / "cases")
    return world


def test_the_table_reads_like_the_one_of_the_office(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert world.do("stats", "--lang", "nl") == 0
    lines = [line.removeprefix(" ").rstrip() for line in capsys.readouterr().out.splitlines() if line.strip(" ─")]
    assert [line.split()[-4:] for line in lines] == [
        ["2018", "2019", "2020", "totaal"],
        ["24", "39", "36", "99"],
        ["5", "26", "16", "47"],
        ["4", "3", "6", "13"],
        ["12", "15", "23", "50"],
        TOTALS,
    ]
    assert lines[1].startswith("gewone aanvragen ")
    assert len({len(line) for line in lines[1:]}) == 1, "the numbers stand right under each other"


def test_a_spreadsheet_gets_keys_names_and_totals(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert world.do("stats", "--lang", "fr", "--format", "csv") == 0
    head, *rows, total = csv.reader(io.StringIO(capsys.readouterr().out))
    assert head == ["key", "type de demande et année", *YEARS, "total"]
    assert {row[0]: tuple(map(int, row[2:-1])) for row in rows} == REPORTED
    assert rows[0][1] == "demandes ordinaires"
    assert total == ["total", "total", *TOTALS]


def test_a_script_gets_numbers(world: World, printed: Callable[[], Any]) -> None:
    assert world.do("stats", "--by", "type", "--format", "json") == 0
    result = printed()
    assert result["schema"] == 1
    assert {row["key"]: row["total"] for row in result["rows"]} == {
        "regular": 99,
        "iis_authority": 47,
        "inr": 13,
        "extension": 50,
    }
    assert (result["total"], result["columns"], result["unusable"]) == (209, [], [])
    assert world.do("stats", "--by", "year,type", "--format", "json") == 0
    assert [column["total"] for column in printed()["columns"]] == [99, 47, 13, 50]


def test_other_ways_to_count(world: World, printed: Callable[[], Any]) -> None:
    assert world.do("stats", "--by", "procedure,office", "--lang", "nl", "--format", "json") == 0
    result = printed()
    assert {(row["label"], row["total"]) for row in result["rows"]} == {
        ("Aanpassing van een bestaande machtiging", 50),
        ("Nieuwe aanvraag", 159),
    }
    assert [column["label"] for column in result["columns"]] == ["Statbel"]
    assert world.do("stats", "--office", "vsa", "--format", "json") == 0
    assert printed()["total"] == 0


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["--by", "kleur"], "DG-X171"),
        (["--by", "type,type"], "DG-X171"),
        (["--by", "type,year,office"], "DG-X171"),
        (["--by", ""], "DG-X171"),
        (["--chart", "approvals.gif"], "DG-X172"),
        (["--office", "haven"], "DG-X173"),
    ],
)
def test_wrong_use_is_named(world: World, printed: Callable[[], Any], options: list[str], code: str) -> None:
    assert world.do("stats", "--format", "json", *options) == ExitCode.WRONG_USE
    assert [finding["code"] for finding in printed()["findings"]] == [code]


def test_a_case_that_cannot_be_read_is_named_and_not_passed_over(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    world = new_world(tmp_path)
    write_archive(world.folder / "cases")
    (world.folder / "cases" / "S-BROKEN.yaml").write_text("schema: 1\nid: S-BROKEN\n", "utf-8")
    assert world.do("stats", "--format", "json") == ExitCode.BATCH_INCOMPLETE
    out, err = capsys.readouterr()
    assert json.loads(out)["unusable"] == ["S-BROKEN"]
    assert json.loads(out)["total"] == 209
    assert "S-BROKEN" in err


def test_the_chart_says_to_a_screen_reader_what_it_shows(world: World, tmp_path: Path) -> None:
    file = tmp_path / "approvals.svg"
    assert world.do("stats", "--lang", "nl", "--chart", str(file)) == 0
    root = ElementTree.parse(file).getroot()
    title, description = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == "title description"
    assert root.get("lang") == "nl"
    assert title is not None
    assert title.text == "Goedgekeurde aanvragen per soort aanvraag en jaar"
    assert description is not None
    assert "gewone aanvragen: 2018 24, 2019 39, 2020 36" in str(description.text)
    assert str(description.text).endswith("totaal: 209.")
    texts = [text.text for text in root.iter(f"{SVG}text")]
    assert {"2018 (45)", "2019 (83)", "2020 (81)", "24", "39", "gewone aanvragen"} <= set(texts)
    before = file.read_bytes()
    assert world.do("stats", "--lang", "nl", "--chart", str(file)) == 0
    assert file.read_bytes() == before


def test_bars_have_the_height_of_their_number_and_a_pattern_of_their_own() -> None:
    series = tuple(Series(f"{number}", (number, 2 * number)) for number in range(1, 9))
    root = ElementTree.fromstring(svg(Chart("T", "D", "nl", ("a", "b"), series)))
    bars = [bar for bar in root.iter(f"{SVG}rect") if str(bar.get("fill")).startswith("url(")]
    drawn = [float(str(bar.get("height"))) for bar in bars if bar.get("width") != "30"]
    values = [one.values[group] for group in (0, 1) for one in series]
    assert [round(height / drawn[0]) for height in drawn] == values
    patterns = [ElementTree.tostring(one)[60:] for one in root.iter(f"{SVG}pattern")]
    assert len(set(patterns)) == len(series)


def test_nothing_approved_and_names_with_markup_still_give_a_chart() -> None:
    for chart in (
        Chart('<T> & "co"', "D", "nl", (), ()),
        Chart("T", "D", "nl", ("<a>",), (Series("b & c", (0,)),)),
    ):
        assert ElementTree.fromstring(svg(chart)).tag == f"{SVG}svg"
        assert png(svg(chart)).startswith(b"\x89PNG")


@pytest.mark.parametrize(("highest", "expected"), [(0, (0, 1)), (3, (0, 1, 2, 3)), (39, (0, 10, 20, 30, 40))])
def test_the_scale_is_whole_and_reaches_the_highest_bar(highest: int, expected: tuple[int, ...]) -> None:
    assert ticks(highest) == expected


def test_the_png_is_the_same_drawing(world: World, tmp_path: Path) -> None:
    drawing, picture = tmp_path / "a.svg", tmp_path / "a.png"
    assert world.do("stats", "--chart", str(drawing)) == 0
    assert world.do("stats", "--chart", str(picture)) == 0
    root = ElementTree.parse(drawing).getroot()
    size = struct.unpack(">II", picture.read_bytes()[16:24])
    assert size == (2 * int(str(root.get("width"))), 2 * int(str(root.get("height"))))
    assert picture.read_bytes() == png(drawing.read_text("utf-8"))
