"""Work in a process of its own: its result, its refusal, and its end when it does not come by itself."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from multiprocessing import forkserver
from pathlib import Path

import pytest

from docgen.errors import PublicationRefused
from docgen.findings import Place
from docgen.pipeline.guarded import Apart, Unfinished, here
from processes import in_time, running_in


def add(one: int, other: int) -> int:
    return one + other


def refuse() -> None:
    raise PublicationRefused.because("DG-F101", Place("x.pdf"), problem="x")


def hang() -> None:
    while True:
        time.sleep(0.1)


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def eat() -> int:
    return len(bytearray(3 * 1024**3))


def secret() -> None:
    raise ValueError("85.07.30-033.28")


def rest(begun: str) -> None:
    Path(begun).touch()
    hang()


def toil(begun: str) -> None:
    """Hang within a library, which lets no other thread have a turn."""
    Path(begun).touch()
    re.match("(a+)+$", "a" * 100 + "b")


@pytest.mark.parametrize("run", [here, Apart(60)])
def test_result_and_refusal_come_back(run: Apart) -> None:
    assert run(add, 1, other=2) == 3
    with pytest.raises(PublicationRefused) as refused:
        run(refuse)
    (finding,) = refused.value.findings
    assert (finding.code, finding.place, finding.parameters) == ("DG-F101", Place("x.pdf"), {"problem": "x"})


def test_what_hangs_is_stopped() -> None:
    with pytest.raises(Unfinished, match="> 3 s"):
        Apart(3)(hang)


def test_what_dies_did_not_end() -> None:
    with pytest.raises(Unfinished, match="exit -9"):
        Apart(60)(die)


def test_memory_is_limited() -> None:
    with pytest.raises(Unfinished, match="MemoryError"):
        Apart(60, memory=2 * 1024**3)(eat)


def test_words_of_other_exceptions_stay_in_the_process(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(Unfinished) as broken:
        Apart(60)(secret)
    assert broken.value.reason == "ValueError"
    told = capfd.readouterr()
    assert "033" not in told.out + told.err


@pytest.mark.parametrize("work", [rest, toil])
def test_nothing_goes_on_when_the_caller_is_killed(work: Callable[[str], None], tmp_path: Path) -> None:
    begun = tmp_path / "begun"
    program = f"from {__name__} import Apart, {work.__name__} as work; Apart(60)(work, {str(begun)!r})"
    known = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    caller = subprocess.Popen([sys.executable, "-c", program], start_new_session=True, env=known)
    assert in_time(begun.exists)
    assert len(running_in(caller.pid)) >= 3  # the caller, what is copied, the copy
    caller.kill()
    caller.wait()
    assert in_time(lambda: not running_in(caller.pid))


PROGRAM = """
import sys
from docgen.pipeline.guarded import Apart
try:
    Apart(600)(exec, sys.argv[1])
except KeyboardInterrupt:
    sys.exit(130)
"""


def test_ctrl_c_is_for_the_caller_alone() -> None:
    for seconds, ends in ((1, 0), (600, 130)):
        work = f"import os, time; print(os.getpid(), flush=True); time.sleep({seconds})"
        command = [sys.executable, "-c", PROGRAM, work]
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
        ) as caller:
            assert caller.stdout is not None
            worker = int(caller.stdout.readline())
            os.kill(worker, signal.SIGINT) if ends == 0 else os.killpg(caller.pid, signal.SIGINT)
            assert caller.communicate() == (b"", b"")
            assert caller.returncode == ends
            assert in_time(lambda: not running_in(caller.pid))


def test_the_process_that_is_copied_may_be_killed_at_any_time() -> None:
    assert Apart(60)(add, 1, other=2) == 3
    for seconds in (0.0, 0.001, 0.01, 0.1):
        os.kill(forkserver._forkserver._forkserver_pid, signal.SIGKILL)  # type: ignore[attr-defined]
        time.sleep(seconds)
        with contextlib.suppress(Unfinished):
            assert Apart(60)(add, 1, other=2) == 3
    assert Apart(60)(add, 1, other=2) == 3
