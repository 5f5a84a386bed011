"""Passphrases and PINs: from a prompt or an open file descriptor, never from the command line or the environment.

Access tokens of services, which programs pass on to programs, may also come from the environment or a file.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from docgen.cli.ask import ask_hidden
from docgen.errors import UsageError
from docgen.findings import Place

LONGEST = 4096


def token(question: str, environment: Mapping[str, str], variable: str, file: str) -> Callable[[], str]:
    """A function that gives an access token: from a variable of the environment, from a file, else from a person.

    A token, unlike a PIN, is short-lived and made for programs; still it never stands on a command line.

    Args:
        question: what a person is asked.
        environment: the environment.
        variable: name of the variable.
        file: name of the file; empty when there is none.
    """

    def found() -> str:
        if environment.get(variable):
            return environment[variable].strip()
        return _from_file(Path(file)) if file else _asked(question)

    return found


def _from_file(file: Path) -> str:
    try:
        return file.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError.because("DG-X136", Place(str(file))) from error


def secret(question: str, descriptor: int | None) -> Callable[[], str]:
    """A function that asks for the secret when it is needed.

    Args:
        question: what a person is asked.
        descriptor: number of an open file descriptor; each secret asked for is its next line. `None` asks a person.
    """
    return lambda: _from_descriptor(descriptor) if descriptor is not None else _asked(question)


def _from_descriptor(descriptor: int) -> str:
    try:
        line = _line(descriptor)
    except OSError as error:
        raise UsageError.because("DG-X131", descriptor=descriptor) from error
    if not line:
        raise UsageError.because("DG-X135", descriptor=descriptor)
    return line.decode("utf-8").rstrip("\r\n")


def _line(descriptor: int) -> bytes:
    """The next line, byte by byte: what comes after it is the next secret's."""
    line = b""
    while len(line) < LONGEST and not line.endswith(b"\n"):
        byte = os.read(descriptor, 1)
        if not byte:
            break
        line += byte
    return line


def _asked(question: str) -> str:
    if not sys.stdin.isatty():
        raise UsageError.because("DG-X130")
    return ask_hidden(question)
