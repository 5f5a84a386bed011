"""Work in a process of its own: its result, its refusal, and its end when it does not come by itself."""

from __future__ import annotations

import os
import signal
import time

import pytest

from docgen.errors import PublicationRefused
from docgen.findings import Place
from docgen.pipeline.guarded import Apart, Unfinished, here


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


@pytest.mark.parametrize("run", [here, Apart(60)])
def test_result_and_refusal_come_back(run: Apart) -> None:
    assert run(add, 1, other=2) == 3
    with pytest.raises(PublicationRefused) as refused:
        run(refuse)
    (finding,) = refused.value.findings
    assert (finding.code, finding.place, finding.parameters) == ("DG-F101", Place("x.pdf"), {"problem": "x"})


def test_what_hangs_is_stopped() -> None:
    before = time.monotonic()
    with pytest.raises(Unfinished, match="> 3 s"):
        Apart(3)(hang)
    assert time.monotonic() - before < 20


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
