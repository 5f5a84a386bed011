"""`docgen review`: what the DPO team has to say, in the applicant's own documents."""

from __future__ import annotations

from pathlib import Path

import click

from docgen.cli.desk import Desk, Outcome, as_command
from docgen.cli.work import chosen
from docgen.dossier import files
from docgen.errors import UsageError
from docgen.pipeline.review import NOTE, review


@as_command("review", example="docgen review VSA-2026-001")
@click.argument("reference", metavar="CASE")
@click.option("--kind", help="Only this form.")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="Where that form goes.")
def command(desk: Desk, reference: str, kind: str | None, output: Path | None) -> Outcome:
    """Write the findings of check and the open remarks of CASE as Word comments, and a note that sums them up.

    The comments stand at the fields they concern, in the last form that came in (else in the form that was built), in
    the language of the case. Everything goes to out/CASE/review/; what came in stays as it is.
    """
    if output is not None and kind is None:
        raise UsageError.because("DG-X303")
    ((shop, case),) = chosen(desk, [reference])
    done = review(shop, case, kind)
    folder = shop.roots.out / case / "review"
    lines, data = [], []
    for document in done.documents:
        path = output or folder / f"{document.kind}.{done.lang}.docx"
        files.write(path, document.content)
        lines.append(desk.text("review.done", path=str(path), count=len(document.comments), source=document.source))
        comments = [{"path": comment.path, "text": comment.text} for comment in document.comments]
        data.append({"kind": document.kind, "path": str(path), "source": document.source, "comments": comments})
    note = folder / f"{NOTE}.{done.lang}.docx"
    if done.note is not None and output is None:
        files.write(note, done.note)
        lines.append(desk.text("form.done", path=str(note)))
    if not done.documents:
        lines.append(desk.text("review.nothing", case=case))
    return Outcome("\n".join(lines), {"case": case, "documents": data, "note": str(note) if done.note else None})
