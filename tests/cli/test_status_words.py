"""`docgen status` of one case, as a DPO reads it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.cli.conftest import ROOT, World, new_world

from docgen.errors import ExitCode

CASE = "STATBEL-2026-006"


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = new_world(tmp_path)
    shutil.copy(ROOT / "cases" / f"{CASE}.yaml", made.folder / "cases")
    return made


def told(world: World, capsys: pytest.CaptureFixture[str], lang: str) -> str:
    assert world.do("status", CASE, "--lang", lang) == ExitCode.DONE
    return capsys.readouterr().out.replace("\N{NARROW NO-BREAK SPACE}", " ")


def test_whose_turn_it_is_and_what_the_clock_waits_for_is_said_in_a_sentence(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    dutch, french = told(world, capsys, "nl"), told(world, capsys, "fr")
    assert "Nu aan zet: de aanvrager (stap: De aanvrager bezorgt de ondertekende aanvraag en verklaring)." in dutch
    assert "loopt nog niet; eerst nodig: handtekening op “aanvraagformulier” (aanvrager) en " in dutch
    assert "Doit agir : le demandeur (étape : Le demandeur transmet la demande et la déclaration signées)." in french


def test_how_it_ended_is_said_when_it_is_nobodys_turn(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    with (world.folder / "cases" / f"{CASE}.yaml").open("a", encoding="utf-8") as file:
        file.write("decision: {outcome: refused, date: 2026-11-20}\n")
    assert "Uitkomst: geweigerd." in told(world, capsys, "nl")
    assert "Nu aan zet" not in told(world, capsys, "nl")
