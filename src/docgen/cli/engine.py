"""The engine that makes PDFs in a run of a command, and how many documents it works on at once."""

from __future__ import annotations

import os

import click

from docgen.cli.desk import Desk
from docgen.pdf.convert import find_libreoffice
from docgen.pdf.engine import WarmWhenNeeded
from docgen.pdf.installation import find_installation

jobs_option = click.option(
    "--jobs",
    type=click.IntRange(min=1),
    help="How many documents at once; usually as many as there are processor cores.",
)


def engine(desk: Desk, jobs: int) -> WarmWhenNeeded:
    """What turns Word files into PDFs in this run; to be used in a `with` block.

    Raises:
        ToolMissing: LibreOffice is not there.
    """
    cold = find_libreoffice(desk.environment)
    aside = desk.settings.roots.out / "quarantine"
    return WarmWhenNeeded(cold, lambda: find_installation(cold, desk.environment), workers=jobs, quarantine=aside)


def usual_jobs() -> int:
    """As many as the cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
