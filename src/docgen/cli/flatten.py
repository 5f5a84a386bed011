"""`docgen flatten`: a publication-safe copy of any PDF, with its audit beside it."""

from __future__ import annotations

import json
from pathlib import Path

import click

from docgen.cli.desk import Desk, Outcome, as_command
from docgen.cli.given import deadline_option, read_given
from docgen.documents import AuditReport
from docgen.dossier import files
from docgen.errors import PublicationRefused
from docgen.pipeline.flatten import Wish, flatten_any
from docgen.pipeline.guarded import Apart
from docgen.publishing.audit.report import to_json


@as_command("flatten", example="docgen flatten signed.pdf public.pdf --audit public.audit.json", speaks=False)
@click.argument("source", metavar="IN.pdf", type=click.Path(path_type=Path))
@click.argument("target", metavar="OUT.pdf", type=click.Path(path_type=Path))
@click.option(
    "--audit",
    "report",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where the report goes.  [OUT.audit.json]",
)
@click.option("--title", help="Title of the copy.  [that of the original]")
@click.option("--lang", "language", help="Language of the document, such as nl-BE.  [that of the original]")
@click.option("--holder", default="", help="Who holds the signed original, for the line on the copy.")
@deadline_option
@click.option("--redact", multiple=True, help="A text to take out; may be given several times.")
def command(
    desk: Desk,
    source: Path,
    target: Path,
    report: Path | None,
    title: str | None,
    language: str | None,
    holder: str,
    deadline: float,
    redact: tuple[str, ...],
) -> Outcome:
    """Rewrite IN.pdf as OUT.pdf: same look and text, no signature data, one revision; then audit it for leaks.

    Nothing is judged: whether the original is signed by the right persons is for `docgen verify`. When the copy
    cannot be made safely or in time, or the audit finds something, no copy is written and the run ends with 10.
    """
    wish = Wish(title or "", language or "", holder, redact)
    made = flatten_any(read_given(source), desk.wording, wish, run=Apart(deadline))
    beside = report or target.with_suffix(".audit.json")
    if not made.audit.ok:
        files.write(beside, _report(made.audit))
        raise PublicationRefused(made.audit.findings)
    files.write(target, made.content)
    files.write(beside, _report(made.audit))
    text = desk.text("flatten.done", path=str(target), pages=made.pages, audit=str(beside))
    dropped = dict(made.dropped)
    data = {"path": str(target), "pages": made.pages, "digest": made.audit.digest, "dropped": dropped}
    return Outcome(text, {**data, "audit": to_json(made.audit)})


def _report(audit: AuditReport) -> bytes:
    return (json.dumps(to_json(audit), indent=2, ensure_ascii=False) + "\n").encode()
