"""`docgen template diff`: what changed between two versions of a Word file."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from pathlib import Path

import click

from docgen.cli.desk import Desk, Outcome, as_command
from docgen.cli.given import read_given
from docgen.cli.template_files import Which, which
from docgen.cli.work import workshop
from docgen.decide.plan import plan
from docgen.dossier import cases, files
from docgen.errors import DocgenError
from docgen.pipeline.standing import stand
from docgen.word.plain import plain_text
from docgen.word.redline import redline


@as_command("template diff", example="docgen template diff old.docx templates/vsa/nl/protocol.docx -o redline.docx")
@click.argument("first", metavar="A", type=click.Path(path_type=Path, dir_okay=False))
@click.argument("second", metavar="B", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="Write B with tracked changes from A."
)
def command(desk: Desk, first: Path, second: Path, output: Path | None) -> Outcome:
    """Show what changed from A to B, line by line, and which open cases the change still reaches.

    With -o also as a Word file with tracked changes: accepting all gives the text of B, rejecting all that of A.
    """
    old, new = read_given(first), read_given(second)
    before, after = plain_text(old, str(first)).splitlines(), plain_text(new, str(second)).splitlines()
    changed = list(difflib.unified_diff(before, after, str(first), str(second), n=1, lineterm=""))
    if output is not None:
        files.write(output, redline(old, new, author="docgen", at=desk.now))
    kind = which(desk, second) or which(desk, first)
    touched = list(_touched(desk, kind)) if kind and changed else []
    said = [
        *(changed or [desk.text("diff.none")]),
        desk.text("diff.redline", path=str(output)) if output else "",
        _said(desk, touched) if kind and changed else "",
    ]
    data = {"changed": changed, "cases": touched, "redline": str(output) if output else None}
    return Outcome("\n".join(filter(None, said)), data)


def _said(desk: Desk, touched: list[str]) -> str:
    return desk.text("diff.touches", cases=", ".join(touched)) if touched else desk.text("diff.touches_none")


def _touched(desk: Desk, kind: Which) -> Iterator[str]:
    """Cases in which this document is planned, in this language, and not signed by anybody yet."""
    shop = workshop(desk)
    for case in cases.known(desk.settings.roots):
        try:
            standing = stand(shop, case)
        except DocgenError:
            continue
        if standing.office.id != kind.office.id:
            continue
        planned = plan(standing.located, standing.office, standing.dossier)
        wanted = any(one.kind == kind.kind and one.lang == kind.lang for one in planned)
        if wanted and not desk.settings.roots.signed(standing.document(kind.kind)).is_file():
            yield case
