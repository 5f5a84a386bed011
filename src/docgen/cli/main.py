"""`docgen`: the group of commands, and the one place where an exception becomes a message and an exit code."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from types import FrameType
from typing import NoReturn

import click

from docgen.cli.lazy import LazyGroup
from docgen.errors import ExitCode
from docgen.version import VERSION

# Module, and the line that `docgen --help` shows.
COMMANDS: Mapping[str, tuple[str, str]] = {
    "new": ("new", "Write a commented case file to fill in."),
    "check": ("check", "All findings of case files, each at file:line:col."),
    "build": ("build", "Word and PDF of every document a case needs now."),
    "sign": ("sign", "Fill one signature slot, in order."),
    "receive": ("receive", "Take in what came back: judge it, keep it, place it."),
    "verify": ("verify", "Judge signed PDFs: who, when, what is covered, what changed."),
    "publish": ("publish", "Publication copies, leak audit, register site."),
    "flatten": ("flatten", "A publication-safe copy of any PDF."),
    "audit": ("audit", "Search PDFs for leftovers of signatures and personal data."),
    "status": ("status", "Where each case stands, whose turn, deadline."),
    "mail": ("mail", "Draft e-mail of a step, never sent."),
    "review": ("review", "Findings and remarks as Word comments in the applicant's own document."),
    "journal": ("journal", "What left and entered, and whether the record is whole."),
    "renew": ("renew", "Fresh archive timestamps before the last ones run out."),
    "stats": ("stats", "Approvals by type and year."),
    "template": ("template", "Tools for Word templates."),
    "schema": ("schema", "JSON Schema of case files, for editors."),
    "explain": ("explain", "What a finding means, and its legal ground."),
    "doctor": ("doctor", "What this machine has and lacks."),
    "demo": ("demo", "The sample run: cases to a published register."),
}


class Commands(LazyGroup):
    """The commands, in the order in which a case meets them."""

    table = COMMANDS


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    epilog="Example: docgen build VSA-2026-001",
)
@click.version_option(VERSION, prog_name="docgen")
def docgen() -> None:
    """From a case file to signed documents and a publication-safe copy.

    Exit codes: 0 done, 2 wrong use, 3 case invalid, 4 template or office profile invalid, 5 a rule or gate refuses,
    6 a tool is missing or failed, 7 rendering failed, 8 signing failed, 9 validation failed, 10 publication refused
    or a leak found, 11 a batch ended with some failures, 70 bug, 130 interrupted.
    """


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and leave the process with its exit code.

    Being told to end (by systemd, by a terminal that closes) is an interruption like Ctrl-C: it leaves nothing behind.
    """
    for told in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(told, _interrupted)
    sys.exit(run(arguments))


def _interrupted(_number: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; the exit code is the result, whatever happens."""
    try:
        result = docgen.main(args=None if arguments is None else list(arguments), standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        return ExitCode.WRONG_USE
    except click.UsageError as error:
        error.show()
        return ExitCode.WRONG_USE
    except click.ClickException as error:
        error.show()
        return ExitCode.WRONG_USE
    except (KeyboardInterrupt, click.Abort):
        with contextlib.suppress(BrokenPipeError):
            click.echo("interrupted", err=True)
        return ExitCode.INTERRUPTED
    except BrokenPipeError as error:
        # The reader of our output went away (`docgen status | head`): nothing is wrong with us. Click says that it was
        # interrupted before we can; when nobody reads that either, it stays an interruption.
        _say_nothing_more()
        return ExitCode.INTERRUPTED if isinstance(error.__context__, KeyboardInterrupt) else ExitCode.DONE
    return result if isinstance(result, int) else ExitCode.DONE


def _say_nothing_more() -> None:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(nowhere, stream.fileno())
