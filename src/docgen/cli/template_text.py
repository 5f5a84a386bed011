"""`docgen template text`: the text of a Word file, for `git diff`."""

from __future__ import annotations

from pathlib import Path

import click

from docgen.cli.desk import Desk, Outcome, as_command
from docgen.cli.given import read_given
from docgen.word.plain import plain_text


@as_command("template text", example="docgen template text templates/vsa/nl/protocol.docx")
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False))
def command(desk: Desk, path: Path) -> Outcome:
    """Show the text of a Word FILE, the same for the same text, made to be compared line by line."""
    text = plain_text(read_given(path), str(path))
    return Outcome(text.rstrip("\n"), {"file": str(path), "text": text})
