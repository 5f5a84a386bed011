"""Several files, several runs, other cases: `docgen receive` when more than one thing happens."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import CASE, World

from docgen.errors import ExitCode

pytestmark = [pytest.mark.soffice, pytest.mark.xdist_group("road")]
PROTOCOL = "protocol.nl.pdf"
OTHER = "VSA-2026-777"


@pytest.fixture
def sent(half_signed: World) -> World:
    """Everything was sent out; nothing has come back."""
    for file in sorted(half_signed.signed.glob("*.pdf")):
        file.rename(half_signed.folder / file.name)
    return half_signed


def _received(world: World) -> list[tuple[str, str]]:
    lines = (world.folder / "cases" / CASE / "journal.jsonl").read_text("utf-8").splitlines()
    return [(one["document"], one["slot"]) for one in map(json.loads, lines) if one["event"] == "received"]


def test_two_runs_at_once_take_one_file_in_once(sent: World) -> None:
    content = (sent.folder / PROTOCOL).read_bytes()
    command = [sys.executable, "-m", "docgen", "receive", *sent.roots, CASE, str(sent.folder / PROTOCOL), "--demo"]
    runs = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(2)]
    codes = [run.wait() for run in runs]
    for run in runs:
        run.communicate()
    assert ExitCode.DONE in codes
    assert set(codes) <= {ExitCode.DONE, ExitCode.TOOL_FAILED}
    assert (sent.signed / PROTOCOL).read_bytes() == content
    assert _received(sent) == [("protocol.nl", "applicant")]
    assert sent.do("journal", CASE, "--verify") == ExitCode.DONE


def test_several_files_at_once(sent: World, printed: Callable[[], Any]) -> None:
    names = ["application.nl.pdf", PROTOCOL, "security_declaration.nl.pdf"]
    files = [str(sent.folder / name) for name in (*names, PROTOCOL)]
    assert sent.do("receive", CASE, *files, "--demo", "--format", "json") == ExitCode.DONE
    told = printed()["files"]
    assert [(one["accepted"], one["known"]) for one in told] == [(True, False)] * 3 + [(False, True)]
    assert sorted(file.name for file in sent.signed.glob("*.pdf")) == sorted(names)
    assert len(_received(sent)) == 3


def test_one_bad_file_does_not_keep_the_others_out(sent: World, printed: Callable[[], Any], tmp_path: Path) -> None:
    bad = tmp_path / "bad.pdf"
    bad.write_bytes((sent.folder / PROTOCOL).read_bytes() + b"\nOok nog dit.\n")
    files = [str(bad), str(sent.folder / PROTOCOL)]
    assert sent.do("receive", CASE, *files, "--demo", "--format", "json") == ExitCode.VALIDATION_FAILED
    assert [one["accepted"] for one in printed()["files"]] == [False, True]


def test_a_file_that_is_nothing_of_ours_does_not_hide_the_others(
    sent: World, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    strange = tmp_path / "scan.png"
    strange.write_bytes(b"\x89PNG")
    files = [str(strange), str(sent.folder / PROTOCOL)]
    assert sent.do("receive", CASE, *files, "--demo", "--lang", "en") == ExitCode.BATCH_INCOMPLETE
    told = capsys.readouterr().out
    assert f"{strange}: NOT taken in." in told
    assert "DG-X408" in told
    assert f"{files[1]}: accepted" in told
    assert _received(sent) == [("protocol.nl", "applicant")]


def test_nothing_is_taken_in_when_a_name_is_wrong(sent: World, tmp_path: Path) -> None:
    files = [str(sent.folder / PROTOCOL), str(tmp_path / "gone.pdf")]
    assert sent.do("receive", CASE, *files, "--demo") == ExitCode.WRONG_USE
    assert not [*sent.signed.glob("*.pdf")]


def test_file_of_another_case(sent: World, capsys: pytest.CaptureFixture[str]) -> None:
    """Signed by the right persons, for another request."""
    text = sent.case_file.read_text("utf-8").replace(CASE, OTHER)
    (sent.folder / "cases" / f"{OTHER}.yaml").write_text(text, "utf-8")
    assert sent.do("build", OTHER, "--kind", "protocol") == ExitCode.DONE
    capsys.readouterr()
    file = str(sent.folder / PROTOCOL)
    assert sent.do("receive", OTHER, file, "--demo", "--format", "json") == ExitCode.VALIDATION_FAILED
    (told,) = json.loads(capsys.readouterr().out)["files"]
    assert {"DG-X407", "DG-V402"} <= {one["code"] for one in told["findings"]}
    assert not (sent.folder / "cases" / OTHER / "signed").exists()
