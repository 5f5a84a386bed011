"""`check` and `publish` over many cases: the same result however many at once, told to people and to programs."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

import poison
from docgen.cli.main import run
from docgen.errors import ContentInvalid, DocgenError, ExitCode
from docgen.pipeline.together import in_processes


def roots(folder: Path) -> list[str]:
    return [f"--{name}={folder / name}" for name in ("templates", "cases", "out")]


def test_processes_give_results_in_order_and_the_first_error() -> None:
    def work(number: int) -> tuple[int, int]:
        time.sleep(0.01 * (number % 3))
        if number == 7:
            raise ContentInvalid.because("DG-O120", office="x")
        return number * number, os.getpid()

    found = [*in_processes(work, range(7), 3)]
    assert [square for square, _ in found] == [number * number for number in range(7)]
    assert len({pid for _, pid in found} - {os.getpid()}) == 3
    assert [*in_processes(work, [1, 2], 1)] == [(1, os.getpid()), (4, os.getpid())]
    with pytest.raises(DocgenError) as caught:
        [*in_processes(work, range(12), 3)]
    assert [finding.code for finding in caught.value.findings] == ["DG-O120"]


def test_words_of_other_exceptions_reach_no_terminal(capfd: pytest.CaptureFixture[str]) -> None:
    def work(number: int) -> int:
        raise ValueError("85.07.30-033.28")

    with pytest.raises(RuntimeError, match="ValueError: 85"):  # whose trace is masked before it is shown
        [*in_processes(work, range(2), 2)]
    told = capfd.readouterr()
    assert "033" not in told.out + told.err


def test_copies_are_gone_when_nobody_asks_any_more() -> None:
    results = in_processes(lambda _: os.getpid(), range(1000), 2)
    pids = {next(results), next(results)}
    results.close()  # type: ignore[attr-defined]
    assert len(pids) == 2
    assert [pid for pid in pids if Path(f"/proc/{pid}").exists()] == []


def test_check_says_the_same_however_many_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    poison.write_batch(tmp_path, 12, rounds=0)
    for number in (3, 8):
        file = tmp_path / "cases" / f"HAVEN-{number:04d}.yaml"
        file.write_text(file.read_text("utf-8").replace("only_global_and_anonymous: true", "kinds: []"), "utf-8")
    told = []
    for jobs in ("1", "3"):
        assert run(["check", *roots(tmp_path), "--format=json", f"--jobs={jobs}"]) == ExitCode.RULE_REFUSES
        out, lines = capsys.readouterr()
        events = [json.loads(line) for line in lines.splitlines()]
        assert [one["event"] for one in events] == ["check.began", "check.case", "check.case", "check.ended"]
        assert [one["case"] for one in events[1:-1]] == ["HAVEN-0003", "HAVEN-0008"]
        told.append(out)
    assert told[0] == told[1]


def test_publish_says_the_same_however_many_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    poison.write_batch(tmp_path, 6, rounds=0)
    (tmp_path / "cases" / "HAVEN-0002.yaml").write_text("schema: 1\n", "utf-8")
    told = []
    for jobs in ("1", "3"):
        code = run(["publish", *roots(tmp_path), "--format=json", "--dry-run", f"--jobs={jobs}"])
        told.append((code, capsys.readouterr().out))
    assert told[0] == told[1]
    assert json.loads(told[0][1])["failed_cases"] == ["HAVEN-0002"]


def test_a_person_sees_a_bar_with_rate_and_remaining_time(tmp_path: Path) -> None:
    poison.write_batch(tmp_path, 30, rounds=0)
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "docgen", "check", *roots(tmp_path), "--jobs=1"]
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "100"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=theirs, env=environment) as process:
        os.close(theirs)
        seen = b""
        while chunk := _read(ours):
            seen += chunk
        assert process.wait(60) == 0
    os.close(ours)
    words = seen.decode(errors="replace")
    assert re.search(r"check.*\d+/31.*\d/s.*\d:\d\d:\d\d", words), words
    assert "{" not in words


def _read(handle: int) -> bytes:
    try:
        return os.read(handle, 65536)
    except OSError:  # the other end is closed
        return b""
