"""What commands over many cases share: which cases, how many at once, and how far along they are.

Imports little, for a run with nothing to do should not wait for what it does not need.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from docgen.cli.desk import Desk, no_cases
from docgen.cli.monitor import Level, Log
from docgen.dossier import cases
from docgen.dossier.roots import Roots
from docgen.pipeline.collector import collect_rarely

jobs_option = click.option(
    "--jobs",
    type=click.IntRange(min=1),
    help="How many documents at once.  [as many as processor cores]",
)
log_option = click.option(
    "--log-format",
    type=click.Choice(["text", "json"]),
    help="JSON lines on stderr.  [json for several cases, unless a terminal]",
)


def usual_jobs() -> int:
    """As many as the cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def asked_cases(desk: Desk, references: Iterable[str]) -> list[tuple[Roots, str]]:
    """The cases a command was asked to work on, each with its folders; all of them when none is named.

    Raises:
        UsageError: a case does not exist, or there are none at all.
    """
    roots, named = desk.settings.roots, list(references)
    if named:
        return [cases.find(roots, reference) for reference in named]
    everything = [(roots, case) for case in cases.known(roots)]
    if not everything:
        raise no_cases(desk)
    return everything


@dataclass
class Batch:
    """How far a run over many cases is: a bar for a person, lines for a program, nothing with `--quiet`."""

    name: str
    """Of the command; begins the name of each event."""
    total: int
    """Cases."""
    log: Log
    bar: Progress | None = None
    task: TaskID | None = None
    done: int = 0
    """Cases looked at."""
    documents: int = 0
    """Documents made."""
    began: float = field(default_factory=time.monotonic)

    def event(self, level: Level, event: str, **values: object) -> None:
        """Tell a program."""
        self.log.line(level, f"{self.name}.{event}", **values)

    def case_done(self, made: int = 0) -> None:
        """One more case, of which so many documents were made."""
        self.done += 1
        self.documents += made
        if self.done == 1:  # by now all that is needed is loaded
            collect_rarely()
        if self.bar is not None and self.task is not None:
            self.bar.update(self.task, completed=self.done, rate=self.rate)

    @property
    def rate(self) -> str:
        """How fast it goes, in words that are no language: documents, or else cases, a second."""
        seconds = max(time.monotonic() - self.began, 0.001)
        return f"{(self.documents or self.done) / seconds:.1f}/s"


@contextmanager
def batch(desk: Desk, name: str, total: int, log_format: str | None) -> Iterator[Batch]:
    """A run over so many cases. When the user interrupts it, says how far it came and that it can be taken up again."""
    several = total > 1
    log = Log.chosen(log_format, quiet=desk.quiet) if several or log_format else Log(on=False)
    run = Batch(name, total, log)
    run.event("info", "began", cases=total)
    try:
        with bar(desk, run):
            yield run
    except KeyboardInterrupt:
        run.event("warning", "interrupted", done=run.done, cases=total)
        if several and not log.on:
            desk.talk(desk.text("batch.interrupted", done=run.done, cases=total))
        raise
    finally:
        seconds = round(time.monotonic() - run.began, 3)
        run.event("info", "ended", done=run.done, cases=total, made=run.documents, seconds=seconds)


@contextmanager
def bar(desk: Desk, run: Batch) -> Iterator[None]:
    """A bar for a person who waits for more than one case; nothing for anybody else."""
    if run.total <= 1 or run.log.on or desk.quiet or not sys.stderr.isatty():
        yield
        return
    with _bar() as run.bar:
        run.task = run.bar.add_task(run.name, total=run.total, rate="")
        yield


def _bar() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[rate]}"))
    return Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True), transient=True)
