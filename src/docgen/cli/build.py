"""`docgen build`: Word and PDF of what a case needs now."""

from __future__ import annotations

import click

from docgen.cli import show
from docgen.cli.desk import Desk, Outcome, as_command
from docgen.cli.engine import engine, jobs_option, usual_jobs
from docgen.cli.table import table
from docgen.cli.work import chosen
from docgen.errors import DocgenError, ExitCode
from docgen.findings import Finding
from docgen.pipeline.build import Built, build_all


@as_command("build", example="docgen build VSA-2026-001 --kind protocol")
@click.argument("references", nargs=-1, metavar="[CASE]...")
@click.option("--kind", "kinds", multiple=True, help="Only this kind of document; may be given several times.")
@jobs_option
@click.option("--explain", is_flag=True, help="Say why each document was or was not built.")
def command(
    desk: Desk, references: tuple[str, ...], kinds: tuple[str, ...], jobs: int | None, explain: bool
) -> Outcome:
    """Word and PDF of every document that each CASE needs now; what is up to date is left alone.

    Signed documents are never built over. With one CASE a refusal ends the run with its own code; with several the
    others are still built, and the run ends with 11.
    """
    selected = chosen(desk, references)
    at_once = jobs or usual_jobs()
    done: list[Built] = []
    failed: list[tuple[str, DocgenError]] = []
    with engine(desk, at_once) as converter:
        for (_, case), outcome in zip(selected, build_all(selected, converter, kinds, jobs=at_once), strict=True):
            if not isinstance(outcome, DocgenError):
                done += outcome
            elif len(selected) == 1:
                raise outcome
            else:
                failed.append((case, outcome))
    return _outcome(desk, done, failed, explain=explain)


def _outcome(desk: Desk, done: list[Built], failed: list[tuple[str, DocgenError]], *, explain: bool) -> Outcome:
    notes: list[Finding] = [finding for built in done for finding in built.findings]
    problems = [finding for _, error in failed for finding in error.findings]
    shown = desk.shown([*notes, *problems])
    headings = [desk.text(f"column.{name}") for name in ("case", "document", "state")]
    rows = [_row(desk, built, explain=explain) for built in done]
    headings += [desk.text("column.why")] if explain else []
    text = "\n".join(filter(None, (table(headings, rows) if rows else "", show.as_text(shown, desk))))
    data = {
        "documents": [
            {
                "case": built.id.case,
                "kind": built.id.kind,
                "lang": built.id.lang,
                "state": built.state,
                "why": built.why,
            }
            for built in done
        ],
        "failed": [case for case, _ in failed],
        "findings": [one.as_json() for one in shown],
    }
    return Outcome(text, data, ExitCode.BATCH_INCOMPLETE if failed else ExitCode.DONE)


def _row(desk: Desk, built: Built, *, explain: bool) -> list[str]:
    row = [built.id.case, built.id.stem, desk.text(f"state.{built.state.replace(' ', '_')}")]
    missing = built.state == "not yet"
    why = ", ".join(desk.wording.fact(reason, desk.settings.lang) if missing else reason for reason in built.why)
    if why and built.state == "up to date":
        why = desk.text("build.nothing_printed", changed=why)
    return [*row, why] if explain else row
