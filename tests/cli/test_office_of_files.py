"""An office that exists as files only goes the whole way: checked, built, mailed, signed in its order, published."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest
from tests.cli.conftest import ROOT, World, new_world

from docgen.cli.main import run
from docgen.errors import ExitCode

pytestmark = [pytest.mark.soffice, pytest.mark.xdist_group("third_office")]

FILES = ROOT / "tests" / "decide" / "third_office"
CASE, OFFICE = "HAVEN-1", "havenbureau"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A workspace with the office's profile, its e-mail, and templates begun with `docgen template new`."""
    made = new_world(tmp_path_factory.mktemp("third"))
    own = made.folder / "templates" / OFFICE
    shutil.copytree(FILES, own, ignore=shutil.ignore_patterns("*-1.yaml"))
    shutil.copy(FILES / f"{CASE}.yaml", made.folder / "cases")
    like = made.folder / "templates" / "statbel" / "fr" / "contract.docx"
    for kind in ("letter", "deed"):
        ways = ("--office", OFFICE, "--lang", "fr", "--like", str(like), "-o", str(own / "fr" / f"{kind}.docx"))
        assert run(["template", "new", kind, *ways, *made.roots]) == ExitCode.DONE
    return made


def note_down(world: World, line: str) -> None:
    with (world.folder / "cases" / f"{CASE}.yaml").open("a", encoding="utf-8") as file:
        file.write(line)


def test_its_case_goes_the_whole_way(
    world: World, printed: Callable[[], Any], capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert world.do("build", CASE, "--format", "json") == ExitCode.DONE
    assert {one["kind"]: one["state"] for one in printed()["documents"]} == {"letter": "built", "deed": "not yet"}
    assert world.do("mail", CASE, "answered") == ExitCode.RULE_REFUSES
    assert world.do("sign", CASE, "deed", "--slot", "harbour", "--demo") == ExitCode.SIGNING_FAILED
    note_down(world, "decision: {outcome: approved, date: 2026-11-22}\n")
    assert world.do("build", CASE) == ExitCode.DONE
    assert world.do("mail", CASE, "answered") == ExitCode.DONE
    draft = message_from_bytes((world.folder / "out" / CASE / "mail" / "answered.fr.eml").read_bytes(), policy=default)
    assert (draft["To"], draft["Subject"]) == (
        "Béa Bourgmestre <bea@modeleville.example>",
        "Acte à sceller – HAVEN-1",
    )
    assert [part.get_filename() for part in draft.iter_attachments()] == ["HAVEN-1_deed.fr.pdf"]
    assert world.do("sign", CASE, "deed", "--slot", "guest", "--demo") == ExitCode.RULE_REFUSES
    assert world.do("sign", CASE, "deed", "--slot", "harbour", "--demo") == ExitCode.DONE
    capsys.readouterr()
    assert world.do("status", CASE, "--demo", "--lang", "fr") == ExitCode.DONE
    told = capsys.readouterr().out
    assert "Tous signent" in told
    assert "Le port répond" in told
    assert world.do("publish", CASE, "--demo") == ExitCode.PUBLICATION_REFUSED
    capsys.readouterr()
    assert world.do("stats", "--office", OFFICE, "--by", "procedure", "--format", "json") == ExitCode.DONE
    (row,) = json.loads(capsys.readouterr().out)["rows"]
    assert (row["label"], row["total"]) == ("Asking", 1)


def test_its_new_cases_are_its_own(world: World) -> None:
    assert world.do("new", OFFICE, "asking", "--lang", "fr", "--id", "HAVEN-2") == ExitCode.DONE
    text = (world.folder / "cases" / "HAVEN-2.yaml").read_text("utf-8")
    assert "Bureau statistique du Port" in text
