"""`docgen receive` with filled Word forms: kept as they came, proposed, applied without touching the rest."""

from __future__ import annotations

import copy
import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from tests.cli.conftest import CASE, ROOT, World, new_world

from docgen.case.edit import Insert, Put, TakeOut, edited, flow_lists
from docgen.case.source import read, value_at
from docgen.cli.main import run
from docgen.errors import ExitCode
from docgen.word.controls import W14, W, tag_of, with_main_part
from docgen.word.marking import BOX_OFF, BOX_ON


def filled_in(form: bytes, **texts: str) -> bytes:
    """The form with these words typed into its controls, by tag."""

    def change(xml: bytes) -> bytes:
        root = etree.fromstring(xml)
        for control in root.iter(f"{W}sdt"):
            if tag_of(control) in texts:
                run = next(control.find(f"{W}sdtContent").iter(f"{W}r"))
                for child in [child for child in run if child.tag != f"{W}rPr"]:
                    run.remove(child)
                etree.SubElement(run, f"{W}t").text = texts[tag_of(control)]
                for prompt in control.findall(f"{W}sdtPr/{W}showingPlcHdr"):
                    prompt.getparent().remove(prompt)
        return bytes(etree.tostring(root))

    return with_main_part(form, change)


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = new_world(tmp_path)
    shutil.copy(ROOT / "cases" / f"{CASE}.yaml", made.case_file)
    return made


def form_of(world: World, kind: str = "application") -> bytes:
    """The blank form, made by the command."""
    path = world.folder / "form.docx"
    roots = ["--templates", str(world.folder / "templates"), "--out", str(world.folder / "out")]
    assert run(["template", "form", kind, "--office", "vsa", "-o", str(path), *roots]) == 0
    return path.read_bytes()


def came(world: World, form: bytes) -> str:
    path = world.folder / "terug van Jan.docx"
    path.write_bytes(form)
    return str(path)


def test_a_form_changes_only_what_it_says(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    before = world.case_file.read_text("utf-8")
    form = filled_in(form_of(world), **{"purpose.description": "Iets anders", "retention.until": "31/12/2031"})
    capsys.readouterr()
    assert world.do("receive", CASE, came(world, form), "--format", "json") == ExitCode.DONE
    taken = json.loads(capsys.readouterr().out)["files"][0]
    assert {one["path"]: one["after"] for one in taken["changes"]} == {
        "purpose.description": "Iets anders",
        "retention.until": "2031-12-31",
    }
    assert all(one["line"] for one in taken["changes"])
    assert world.case_file.read_text("utf-8") == before
    kept = Path(taken["kept"])
    assert kept.read_bytes() == form
    assert hashlib.sha256(form).hexdigest()[:12] in kept.name
    assert "Jan" not in kept.name
    assert world.do("receive", CASE, came(world, form), "--apply") == ExitCode.DONE
    after = world.case_file.read_text("utf-8")
    untouched = [
        line for line in after.splitlines() if line not in ("  description: Iets anders", "  until: 2031-12-31")
    ]
    assert [line for line in untouched if line not in before.splitlines()] == []
    assert len(before.splitlines()) - len(after.splitlines()) == 6
    journal = (world.folder / "cases" / CASE / "journal.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line)["event"] for line in journal] == ["received"]


def test_a_new_case_is_filled_from_a_blank_form(world: World) -> None:
    assert world.do("new", "vsa", "new", "--id", "VSA-2026-077") == 0
    texts = {"title": "Titel: met & tekens", "applicant.name": "Universiteit X", "datasets[0].source": "SCV-survey"}
    form = filled_in(form_of(world), **texts, **{"applicant.kind": "universiteit"})
    assert world.do("receive", "VSA-2026-077", came(world, form), "--apply") == ExitCode.DONE
    values = read((world.folder / "cases" / "VSA-2026-077.yaml").read_bytes(), "x").values
    assert value_at(values, ("title",)) == "Titel: met & tekens"
    assert value_at(values, ("applicant", "kind")) == "university"
    assert value_at(values, ("datasets", 0, "source")) == "SCV-survey"


def test_a_national_number_is_refused_and_nothing_kept(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    form = filled_in(form_of(world), **{"applicant.controller.name": "Jan, 85.07.30-033.28"})
    capsys.readouterr()
    assert world.do("receive", CASE, came(world, form), "--apply") == ExitCode.RULE_REFUSES
    said = capsys.readouterr()
    assert "D-33" in said.err
    assert "033" not in said.err + said.out
    assert not (world.folder / "cases" / CASE / "received").exists()


def test_what_no_case_may_say_is_left_out_and_told(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    form = filled_in(form_of(world), **{"applicant.dpo.email": "geen adres", "purpose.funder": "Fonds"})
    capsys.readouterr()
    assert world.do("receive", CASE, came(world, form), "--apply", "--format", "json") == ExitCode.DONE
    taken = json.loads(capsys.readouterr().out)["files"][0]
    assert [one["path"] for one in taken["changes"]] == ["purpose.funder"]
    assert any(one["code"] == "DG-C173" for one in taken["findings"])


def test_a_form_of_another_case_is_told(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    other = "VSA-2026-003"
    shutil.copy(ROOT / "cases" / f"{other}.yaml", world.folder / "cases" / f"{other}.yaml")
    assert world.do("build", other, CASE, "--kind", "application") == ExitCode.DONE
    for built, told in ((other, ["DG-W424"]), (CASE, [])):
        form = (world.folder / "out" / built / "docx" / "application.nl.docx").read_bytes()
        capsys.readouterr()
        assert world.do("receive", CASE, came(world, form), "--format", "json") == ExitCode.DONE
        findings = json.loads(capsys.readouterr().out)["files"][0]["findings"]
        assert [one["code"] for one in findings if one["code"] == "DG-W424"] == told


def test_a_form_that_the_procedure_does_not_use_is_refused(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    form = form_of(world, "application_simplified")
    capsys.readouterr()
    assert world.do("receive", CASE, came(world, form)) == ExitCode.WRONG_USE
    assert "DG-X305" in capsys.readouterr().err
    assert not (world.folder / "cases" / CASE / "received").exists()
    assert world.do("receive", CASE, came(world, form), "--kind", "application") == ExitCode.DONE


def test_a_file_that_is_no_form_is_refused(world: World, contract_docx: bytes) -> None:
    assert world.do("receive", CASE, came(world, contract_docx)) == ExitCode.WRONG_USE


FILE = """\
# a case
title: 'Een titel'   # why
purpose:
    kinds: [scientific, "statistical"]
    description: >-
        Lang en
        gevouwen.

    # about questions
    research_questions:
      - een   # eerste
      - "twee"
      - |-
        drie
        regels
datasets:
  - source: A
    variables:
      - name: x
  -   source: B
# end
"""

words = st.text(st.characters(exclude_categories=("Cs", "Cc", "Cn", "Zl", "Zp")), min_size=1, max_size=150)
lines_of_words = st.lists(words, min_size=1, max_size=4).map("\n".join).map(str.strip).filter(bool)


@settings(max_examples=120)
@given(text=lines_of_words, which=st.sampled_from([("title",), ("purpose", "description"), ("purpose", "funder"),
       ("purpose", "research_questions", 0), ("purpose", "research_questions", 2), ("datasets", 1, "motivation"),
       ("retention", "motivation"), ("applicant", "dpo", "name")]))  # fmt: skip
def test_one_value_changes_and_no_other_line(text: str, which: tuple[str | int, ...]) -> None:
    after = edited(FILE, [Put(which, text)])
    values = read(after.encode(), "x").values
    assert value_at(values, which) == text
    old, new = FILE.splitlines(), after.splitlines()
    same_start = next((n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    same_end = next(
        (n for n, (a, b) in enumerate(zip(old[::-1], new[::-1], strict=False)) if a != b), min(len(old), len(new))
    )
    assert same_start + same_end >= len(old) - 4


def test_rows_are_put_in_and_taken_out_with_their_lines() -> None:
    path = ("purpose", "research_questions")
    after = edited(FILE, [Insert((*path, 0), ("nieuw",)), TakeOut((*path, 1)), Insert((*path, 2), ("a\nb",))])
    assert value_at(read(after.encode(), "x").values, path) == ["een", "nieuw", "drie\nregels", "a\nb"]
    assert "      - een   # eerste\n      - nieuw\n" in after
    assert after.startswith("# a case\ntitle: 'Een titel'   # why\n")
    assert after.endswith("  -   source: B\n# end\n")


def test_lists_on_a_line_are_known() -> None:
    assert flow_lists(FILE) == {("purpose", "kinds")}


def rows_typed(form: bytes, path: str, *rows: dict[str, str]) -> bytes:
    """The form with rows in a list of which it has one, each with these texts by the end of their path."""

    def change(xml: bytes) -> bytes:
        root = etree.fromstring(xml)
        section = next(each for each in root.iter(f"{W}sdt") if tag_of(each) == path)
        content = section.find(f"{W}sdtContent")
        (only,) = content
        content[:] = [copy.deepcopy(only) for _ in rows]
        for row, texts in zip(content, rows, strict=True):
            for control in row.iter(f"{W}sdt"):
                words = texts.get(tag_of(control).partition("[0]")[2].removeprefix("."))
                if words is not None and tag_of(control):
                    run = next(control.find(f"{W}sdtContent").iter(f"{W}r"))
                    run[:] = [child for child in run if child.tag == f"{W}rPr"]
                    etree.SubElement(run, f"{W}t").text = words
                    for prompt in control.findall(f"{W}sdtPr/{W}showingPlcHdr"):
                        prompt.getparent().remove(prompt)
        return bytes(etree.tostring(root))

    return with_main_part(form, change)


FIRST, SECOND = "Welke inkomens hebben jonge gezinnen?", "Verhuizen zij vaker dan oudere gezinnen?"
CASE_WITH_ROWS = """schema: 1
id: VSA-2026-077
office: vsa
procedure: new
language: nl
purpose:
  research_questions:
    - Welke inkomens hebben jonge gezinnen?   # besproken met de DPO
    - Verhuizen zij vaker dan oudere gezinnen?
datasets:
  - source: SILC
    kind: survey
    motivation: Enige bron over inkomens.
  - source: Census
    kind: administrative
    motivation: Enige bron over verhuizingen.
"""
SILC = {"source": "SILC", "motivation": "Enige bron over inkomens."}
CENSUS = {"source": "Census", "motivation": "Enige bron over verhuizingen."}


@pytest.mark.parametrize(
    ("path", "rows", "expected", "doubts"),
    [
        pytest.param("purpose.research_questions", [FIRST, SECOND], [FIRST, SECOND], 0, id="the same"),
        pytest.param("purpose.research_questions", [SECOND, FIRST], [FIRST, SECOND], 0, id="swapped"),
        pytest.param("purpose.research_questions", [SECOND], [FIRST, SECOND], 0, id="one left out"),
        pytest.param(
            "purpose.research_questions",
            [FIRST, "Hoe oud?", SECOND],
            [FIRST, "Hoe oud?", SECOND],
            0,
            id="one put between",
        ),
        pytest.param(
            "purpose.research_questions",
            [FIRST, "Verhuizen zij vaker dan alleenstaanden?"],
            [FIRST, SECOND],
            1,
            id="one worded otherwise",
        ),
        pytest.param("datasets", [CENSUS, SILC], [SILC, CENSUS], 0, id="rows swapped"),
        pytest.param(
            "datasets",
            [SILC, {"source": "Kadaster", "motivation": "Bouwjaar."}, CENSUS],
            [SILC, {"source": "Kadaster", "motivation": "Bouwjaar."}, CENSUS],
            0,
            id="row put between",
        ),
        pytest.param(
            "datasets", [SILC, CENSUS | {"motivation": "Beter."}], [SILC, CENSUS], 1, id="row that says something else"
        ),
        pytest.param(
            "datasets", [{"source": "SILC"}, {"source": "Census"}], [SILC, CENSUS], 0, id="rows that say less"
        ),
    ],
)
def test_rows_of_a_blank_form_are_told_by_what_they_say(
    world: World, path: str, rows: list[Any], expected: list[Any], doubts: int, capsys: pytest.CaptureFixture[str]
) -> None:
    file = world.folder / "cases" / "VSA-2026-077.yaml"
    file.write_text(CASE_WITH_ROWS, "utf-8")
    typed = [row if isinstance(row, dict) else {"": row} for row in rows]
    form = came(world, rows_typed(form_of(world), path, *typed))
    capsys.readouterr()
    assert world.do("receive", "VSA-2026-077", form, "--apply", "--format", "json") == ExitCode.DONE
    findings = json.loads(capsys.readouterr().out)["files"][0]["findings"]
    assert [one["code"] for one in findings].count("DG-W425") == doubts
    assert said_in(file, path) == expected
    assert "# besproken met de DPO" in file.read_text("utf-8")


def said_in(file: Path, path: str) -> list[Any]:
    rows = value_at(read(file.read_bytes(), "x").values, tuple(path.split(".")))
    assert isinstance(rows, list)
    return [{name: row[name] for name in ("source", "motivation")} if isinstance(row, dict) else row for row in rows]


def test_a_doubtful_row_is_taken_over_when_that_is_asked_for(world: World) -> None:
    file = world.folder / "cases" / "VSA-2026-077.yaml"
    file.write_text(CASE_WITH_ROWS, "utf-8")
    form = came(world, rows_typed(form_of(world), "datasets", CENSUS | {"motivation": "Beter."}, SILC))
    assert world.do("receive", "VSA-2026-077", form, "--apply", "--unsure") == ExitCode.DONE
    assert said_in(file, "datasets") == [SILC, CENSUS | {"motivation": "Beter."}]


def test_rows_that_were_swapped_or_taken_out_of_a_filled_form_are_followed(world: World) -> None:
    assert world.do("build", CASE, "--kind", "application") == ExitCode.DONE
    form = (world.folder / "out" / CASE / "docx" / "application.nl.docx").read_bytes()

    def change(xml: bytes) -> bytes:
        root = etree.fromstring(xml)
        section = next(each for each in root.iter(f"{W}sdt") if tag_of(each) == "purpose.research_questions")
        rows = section.find(f"{W}sdtContent")
        rows[:] = [rows[2], rows[0], rows[3]]
        return bytes(etree.tostring(root))

    def questions() -> list[Any]:
        rows = value_at(read(world.case_file.read_bytes(), "x").values, ("purpose", "research_questions"))
        assert isinstance(rows, list)
        return rows

    before = questions()
    assert world.do("receive", CASE, came(world, with_main_part(form, change)), "--apply") == ExitCode.DONE
    assert questions() == [before[2], before[0], before[3]]


def ticked(form: bytes, path: str, chosen: list[str]) -> bytes:
    """The form with just these boxes of a field ticked."""

    def change(xml: bytes) -> bytes:
        root = etree.fromstring(xml)
        for control in root.iter(f"{W}sdt"):
            name, _, choice = tag_of(control).partition("=")
            if name == path:
                control.find(f"{W}sdtPr/{W14}checkbox/{W14}checked").set(f"{W14}val", str(int(choice in chosen)))
                next(control.iter(f"{W}t")).text = BOX_ON if choice in chosen else BOX_OFF
        return bytes(etree.tostring(root))

    return with_main_part(form, change)


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        (["scientific"], ["scientific", "control"]),
        (["scientific", "policy_preparation"], ["scientific", "control", "policy_preparation"]),
        ([], ["control"]),
    ],
)
@pytest.mark.parametrize("blank", [True, False])
def test_a_choice_for_which_the_form_has_no_box_stays(
    world: World, blank: bool, chosen: list[str], expected: list[str]
) -> None:
    """No form offers a forbidden purpose; what the office noted of one is not the applicant's to untick."""
    if blank:
        form = form_of(world)
    else:
        assert world.do("build", CASE, "--kind", "application") == ExitCode.DONE
        form = (world.folder / "out" / CASE / "docx" / "application.nl.docx").read_bytes()
    text = world.case_file.read_text("utf-8")
    old = "  kinds: [scientific, policy_preparation]"
    assert old in text
    world.case_file.write_text(text.replace(old, "  kinds: [scientific, control]"), "utf-8")
    returned = came(world, ticked(form, "purpose.kinds", chosen))
    assert world.do("receive", CASE, returned, "--apply") == ExitCode.DONE
    kinds = value_at(read(world.case_file.read_bytes(), "x").values, ("purpose", "kinds"))
    assert kinds == (expected if chosen or not blank else ["scientific", "control"])
