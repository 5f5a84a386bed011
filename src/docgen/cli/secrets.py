"""Passphrases and PINs: from a prompt or an open file descriptor, never from the command line or the environment."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

import click

from docgen.errors import UsageError

LONGEST = 4096


def secret(question: str, descriptor: int | None) -> Callable[[], str]:
    """A function that asks for the secret when it is needed.

    Args:
        question: what a person is asked.
        descriptor: number of an open file descriptor whose first line is the secret; `None` asks a person.
    """
    return lambda: _from_descriptor(descriptor) if descriptor is not None else _asked(question)


def _from_descriptor(descriptor: int) -> str:
    try:
        with os.fdopen(os.dup(descriptor), "rb") as stream:
            line = stream.readline(LONGEST)
    except OSError as error:
        raise UsageError.because("DG-X131", descriptor=descriptor) from error
    return line.decode("utf-8").rstrip("\r\n")


def _asked(question: str) -> str:
    if not sys.stdin.isatty():
        raise UsageError.because("DG-X130")
    return str(click.prompt(question, hide_input=True, err=True))
