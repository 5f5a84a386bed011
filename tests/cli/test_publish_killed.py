"""`docgen publish` killed in the midst of its work: nothing goes on, no site is half, and the next night heals."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import CASE, World
from tests.cli.test_publish import FACTS, PDF, REASON, edit, events, files_of, line, site

from docgen.errors import ExitCode
from processes import in_time, running_in

MOMENTS = 6
"""How many of the changes that a run makes on the disk, spread over it, it is killed before. All were tried once."""
pytestmark = [pytest.mark.soffice, pytest.mark.xdist_group("road")]


def forget_copy(world: World) -> None:
    shutil.rmtree(world.folder / "out" / CASE / "public")


@pytest.fixture
def running(whole: World) -> Iterator[subprocess.Popen[bytes]]:
    """A run in a process of its own that has to make a copy, stopped when it has begun to."""
    forget_copy(whole)
    command = [sys.executable, "-m", "docgen", "publish", *whole.roots, "--demo", "--jobs", "1", "--format", "json"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
    assert in_time(lambda: copies_of(process))
    yield process
    process.kill()
    process.communicate()


def copies_of(process: subprocess.Popen[bytes]) -> list[int]:
    """The processes that do the work: children of the one that is copied, which is a child of the run."""
    found = running_in(process.pid)
    return [pid for pid, parent in found.items() if parent != process.pid and parent in found]


def test_a_killed_run_leaves_no_process_and_no_half_site(
    whole: World, running: subprocess.Popen[bytes], printed: Callable[[], Any]
) -> None:
    before = files_of(site(whole))
    running.kill()
    running.wait()
    assert in_time(lambda: not running_in(running.pid))
    assert files_of(site(whole)) == before
    assert whole.do("publish", "--demo", "--format", "json") == ExitCode.DONE
    assert [(one["state"], one["news"]) for one in printed()["documents"]] == [("published", False)]
    assert files_of(site(whole)) == before


def test_when_its_worker_is_killed_the_run_refuses_and_the_next_one_heals(
    whole: World, running: subprocess.Popen[bytes]
) -> None:
    for pid in copies_of(running):
        os.kill(pid, signal.SIGKILL)
    out, _ = running.communicate(timeout=120)
    assert running.returncode == ExitCode.PUBLICATION_REFUSED
    assert [one["code"] for one in json.loads(out)["findings"]] == ["DG-R124"]
    assert not (site(whole) / PDF).exists()
    assert in_time(lambda: not running_in(running.pid))
    assert whole.do("publish", "--demo") == ExitCode.DONE
    assert (site(whole) / PDF).is_file()
    assert line(whole) is not None


def test_when_what_its_workers_are_copied_from_is_killed_the_run_ends_all_the_same(
    whole: World, running: subprocess.Popen[bytes]
) -> None:
    found = running_in(running.pid)
    for pid in {found[copy] for copy in copies_of(running)}:
        os.kill(pid, signal.SIGKILL)
    running.communicate(timeout=120)
    assert running.returncode == ExitCode.DONE
    assert in_time(lambda: not running_in(running.pid))
    assert (site(whole) / PDF).is_file()


def writes_of(world: World, kill_before: int) -> tuple[int, bool]:
    """Publish in a copy of this process, killed before its n-th change on the disk; how many there were, and whether
    it was killed."""
    seen, told = os.pipe()
    child = os.fork()
    if child == 0:
        number, below = 0, str(world.folder)

        def count(event: str, arguments: tuple[Any, ...]) -> None:
            nonlocal number
            changes = event in ("os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.link", "ctypes.dlsym") or (
                event == "open" and isinstance(arguments[1], str) and arguments[1][0] in "wax"
            )
            if changes and (event == "ctypes.dlsym" or below in str(arguments[0])):
                number += 1
                if number == kill_before:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(count)
        world.do("publish", "--demo", "--quiet")
        os.write(told, number.to_bytes(4))
        os._exit(0)
    os.close(told)
    killed = os.WIFSIGNALED(os.waitpid(child, 0)[1])
    with os.fdopen(seen, "rb") as answer:
        return int.from_bytes(answer.read()), killed


def leftovers(world: World) -> list[Path]:
    return [path for path in (world.folder / "out").rglob(".*") if path.name.endswith((".part", ".new"))]


def test_a_withdrawal_killed_in_the_midst_is_finished_by_the_next_run(whole: World, tmp_path: Path) -> None:
    edit(whole, FACTS, f'{FACTS}, withdrawn: 2026-11-20, withdrawn_reason: "{REASON}"')
    old = files_of(site(whole))
    ended = whole.copy(tmp_path / "ended")
    number, killed = writes_of(ended, 0)
    assert not killed
    new = files_of(site(ended))
    assert PDF in old and PDF not in new
    for step in range(1, number + 1, -(-number // MOMENTS)):
        world = whole.copy(tmp_path / "killed")
        assert writes_of(world, step)[1]
        assert files_of(site(world)) in (old, new)
        assert world.do("publish", "--demo", "--quiet") == ExitCode.DONE
        assert files_of(site(world)) == new
        assert events(world)[-2:] == ["published", "withdrawn"]
        assert leftovers(world) == []
        shutil.rmtree(world.folder)
