"""Questions to a person at a terminal, out of which Ctrl-C always leads.

A line is read in C: an interruption that arrives just before that read is noticed only after the person types Enter
(measured: 19 of 200 on a busy machine, when Ctrl-C came within 0.3 ms of the question). So the waiting happens where an
interruption ends it, and the line is read once it is there.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import termios
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import click

_ECHO: Final = 3
"""Where `termios` keeps the local modes, of which echo is one."""


def ask(question: str) -> str:
    """The line that the person answers, without its end.

    Raises:
        click.Abort: the terminal was closed, or the person typed Ctrl-D.
        KeyboardInterrupt: the person typed Ctrl-C.
    """
    with _hearing() as heard:
        click.echo(f"{question}: ", nl=False, err=True)
        if sys.stdin.isatty():
            _wait_for_a_line(heard)
        line = sys.stdin.readline()
    if not line:
        raise click.Abort
    return line.rstrip("\r\n")


def ask_hidden(question: str) -> str:
    """The same, for a secret: the terminal does not show what is typed.

    Raises:
        click.Abort: the terminal was closed, or the person typed Ctrl-D.
        KeyboardInterrupt: the person typed Ctrl-C.
    """
    with _without_echo():
        return ask(question)


@contextmanager
def _hearing() -> Iterator[int]:
    """A file descriptor that tells each signal from now on, by its number."""
    heard, handler = os.pipe()
    os.set_blocking(handler, False)
    before = signal.set_wakeup_fd(handler)
    try:
        yield heard
    finally:
        signal.set_wakeup_fd(before)
        os.close(heard)
        os.close(handler)


def _wait_for_a_line(heard: int) -> None:
    while sys.stdin not in select.select([sys.stdin, heard], [], [])[0]:
        # An event loop's own handler would only note the interruption, and wait for us.
        if os.read(heard, 1) == bytes([signal.SIGINT]):
            raise KeyboardInterrupt


@contextmanager
def _without_echo() -> Iterator[None]:
    terminal = sys.stdin.fileno()
    before = termios.tcgetattr(terminal)
    silent = [*before]
    silent[_ECHO] &= ~termios.ECHO
    try:
        # What was typed ahead was shown, and is no answer to a question that had not been asked.
        termios.tcsetattr(terminal, termios.TCSAFLUSH, silent)
        yield
    finally:
        termios.tcsetattr(terminal, termios.TCSAFLUSH, before)
        click.echo(err=True)
