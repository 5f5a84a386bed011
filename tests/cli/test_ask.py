"""Questions at a real terminal: the answer, the secret that is not shown, and the ways out."""

from __future__ import annotations

import os
import sys
from contextlib import AbstractContextManager

import pytest
from tests.cli.terminal import Terminal, terminal

_PROGRAM = """
import asyncio, sys, click
from docgen.cli.ask import ask, ask_hidden
async def inside(question): return asked(question)
asked = ask_hidden if "hidden" in sys.argv else ask
try:
    answer = asyncio.run(inside("Word")) if "loop" in sys.argv else asked("Word")
except click.Abort:
    sys.exit(3)
except KeyboardInterrupt:
    sys.exit(4)
print("heard " + answer[::-1])
"""
_WAYS = [(), ("hidden",), ("loop",), ("loop", "hidden")]


def at_terminal(*how: str) -> AbstractContextManager[Terminal]:
    return terminal([sys.executable, "-c", _PROGRAM, *how], os.environ)


@pytest.mark.parametrize("how", _WAYS)
def test_the_answer(how: tuple[str, ...]) -> None:
    with at_terminal(*how) as seat:
        seat.wait_for("Word: ")
        seat.answer("één")
        seat.wait_for("heard néé")
        assert seat.end() == 0
        assert ("één" in seat.said) == ("hidden" not in how)


@pytest.mark.parametrize("how", _WAYS)
def test_interrupted_once_is_enough(how: tuple[str, ...]) -> None:
    """Python's own reading of a line misses an interruption that comes just before it."""
    for _ in range(5):
        with at_terminal(*how) as seat:
            seat.wait_for("Word: ")
            seat.interrupt()
            assert seat.end(20) == 4


@pytest.mark.parametrize("how", _WAYS)
def test_end_of_input(how: tuple[str, ...]) -> None:
    with at_terminal(*how) as seat:
        seat.wait_for("Word: ")
        os.write(seat.handle, b"\x04")
        assert seat.end() == 3
