"""What whoever watches the nightly run gets to see: log lines, and a metrics file. No personal data in either."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import click

from docgen.dossier import files
from docgen.errors import DocgenError, ExitCode

Level = Literal["info", "warning", "error"]
STATES = ("published", "up to date", "kept", "withdrawn", "not yet", "refused")
_LAST_SUCCESS = "docgen_publish_last_success_timestamp_seconds"


@dataclass(frozen=True, slots=True)
class Log:
    """JSON lines on stderr: one object a line with `at`, `level`, `event`, and codes instead of sentences."""

    on: bool
    quiet: bool = False
    """Leave out what went as it should."""

    @classmethod
    def chosen(cls, form: str | None, *, quiet: bool) -> Log:
        """Lines when `json` was asked for, or nothing was and nobody is looking at stderr."""
        return cls(form == "json" or (form is None and not sys.stderr.isatty()), quiet)

    def line(self, level: Level, event: str, **values: object) -> None:
        """Write one line. Values are keys, codes and counts; never words from a case or a file."""
        if not self.on or (self.quiet and level == "info"):
            return
        at = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        click.echo(json.dumps({"at": at, "level": level, "event": event, **values}), err=True)


def codes(error: DocgenError | None) -> list[str]:
    """The codes of an error, each once."""
    return sorted({finding.code for finding in error.findings}) if error else []


@dataclass(frozen=True, slots=True)
class Tally:
    """The run in numbers."""

    exit_code: int
    finished: float
    """Unix time."""
    seconds: float
    documents: Mapping[str, int]
    """By state."""
    leaks: int = 0
    """Documents in which the audit found something, or could not look."""
    failed_cases: int = 0
    lines: int = 0
    """Entries of the register."""
    site_changed: bool = False


def write_metrics(path: Path, tally: Tally) -> None:
    """Write the numbers for Prometheus' textfile collector (text exposition format 0.0.4), whole or not at all.

    The time of the last success stays what it was when this run was none.

    Raises:
        ToolFailed: the file cannot be written.
    """
    before = (files.read_if_there(path) or b"").decode("utf-8", "replace")
    succeeded = tally.exit_code == ExitCode.DONE
    success = tally.finished if succeeded else _value(before, _LAST_SUCCESS)
    rows: list[tuple[str, str, list[tuple[str, float]]]] = [
        ("docgen_publish_last_run_timestamp_seconds", "When the last run ended.", [("", tally.finished)]),
        (_LAST_SUCCESS, "When the last run that ended with 0 did so.", [("", success)]),
        ("docgen_publish_exit_code", "Exit code of the last run.", [("", tally.exit_code)]),
        ("docgen_publish_duration_seconds", "How long the last run took.", [("", round(tally.seconds, 3))]),
        (
            "docgen_publish_documents",
            "Publishable documents by what became of them.",
            [(f'{{state="{state.replace(" ", "_")}"}}', tally.documents.get(state, 0)) for state in STATES],
        ),
        ("docgen_publish_leaks", "Documents refused by the leak audit.", [("", tally.leaks)]),
        ("docgen_publish_failed_cases", "Cases that could not be read.", [("", tally.failed_cases)]),
        ("docgen_publish_register_entries", "Entries of the register.", [("", tally.lines)]),
        ("docgen_publish_site_changed", "Whether the last run changed the site.", [("", int(tally.site_changed))]),
    ]
    lines = [
        line
        for name, told, values in rows
        for line in (
            f"# HELP {name} {told}",
            f"# TYPE {name} gauge",
            *(f"{name}{label} {value:.15g}" for label, value in values),
        )
    ]
    files.write(path, ("\n".join(lines) + "\n").encode())


def _value(written: str, name: str) -> float:
    found = re.search(rf"^{name} (\d+(?:\.\d+)?)$", written, re.MULTILINE)
    return float(found.group(1)) if found else 0.0
