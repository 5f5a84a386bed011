"""Tables on the terminal: as wide as the terminal, plain when nobody is looking."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterable, Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

WIDE = 400
"""Columns of a table that goes to a file or another program: nothing is folded there."""


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """The rows under their headings, as text; where there is no room, cells go on below and lose nothing."""
    terminal = sys.stdout.isatty()
    drawn = Table(*headings, box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    for row in rows:
        drawn.add_row(*(Text(cell, overflow="fold") for cell in row))
    out = io.StringIO()
    width = None if terminal else WIDE
    console = Console(file=out, force_terminal=terminal, no_color=not terminal, width=width, highlight=False)
    console.print(drawn)
    return "\n".join(line.rstrip() for line in out.getvalue().strip("\n").splitlines())
