"""Files named on the command line, and how long one of them may take. Imports nothing that is slow to start."""

from __future__ import annotations

from pathlib import Path

import click

from docgen.dossier import files
from docgen.errors import UsageError
from docgen.findings import Place
from docgen.pipeline.guarded import DEADLINE

deadline_option = click.option(
    "--deadline",
    type=click.FloatRange(min=0.1),
    default=DEADLINE,
    show_default=True,
    help="Seconds for one document, in a process of its own; what takes longer is refused.",
)


def read_given(path: Path) -> bytes:
    """Content of a file that was named on the command line.

    Raises:
        UsageError: there is no such file.
    """
    content = files.read_if_there(path)
    if content is None:
        raise UsageError.because("DG-X107", Place(str(path)))
    return content
