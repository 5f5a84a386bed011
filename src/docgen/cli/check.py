"""`docgen check`: everything there is to say about case files."""

from __future__ import annotations

from typing import Final

import click

from docgen.cli import show
from docgen.cli.batch import batch, log_option, usual_jobs
from docgen.cli.desk import Desk, Outcome, as_command
from docgen.cli.work import chosen
from docgen.errors import ExitCode
from docgen.findings import Finding, Severity
from docgen.pipeline.standing import all_findings
from docgen.pipeline.together import in_processes
from docgen.pipeline.workshop import Workshop

_WORTH_A_PROCESS: Final = 20
"""Cases; fewer are checked sooner than a process is started."""


@as_command("check", example="docgen check cases/VSA-2026-001.yaml --lang nl", formats=("text", "json", "sarif"))
@click.argument("references", nargs=-1, metavar="[CASE]...")
@click.option("--jobs", type=click.IntRange(min=1), help="How many cases at once.  [as many as processor cores]")
@log_option
def command(desk: Desk, references: tuple[str, ...], jobs: int | None, log_format: str | None) -> Outcome:
    """All findings of each CASE (an id or a file), most serious first, each with its place and legal ground.

    Without CASE every case is checked. Ends with 3 when a file cannot be used as it is, with 5 when a rule refuses.
    """
    found: list[Finding] = []
    unusable = False
    selected = chosen(desk, references)
    # Before the bar, which is a thread of its own.
    results = in_processes(_looked_at, selected, jobs or min(usual_jobs(), len(selected) // _WORTH_A_PROCESS))
    with batch(desk, "check", len(selected), log_format) as run:
        for (_, case), (of_no_use, findings) in zip(selected, results, strict=True):
            found += findings
            unusable = unusable or of_no_use
            if any(finding.blocks for finding in findings):
                run.event("error", "case", case=case, codes=sorted({one.code for one in findings if one.blocks}))
            run.case_done()
    shown = desk.shown(found)
    refused = any(finding.severity >= Severity.ERROR for finding in found)
    exit_code = ExitCode.CASE_INVALID if unusable else ExitCode.RULE_REFUSES if refused else ExitCode.DONE
    form_first = desk.text("check.form_first") if unusable else ""
    text = "\n".join(filter(None, (show.as_text(shown, desk), _summary(desk, len(selected), found), form_first)))
    data = {"cases": [case for _, case in selected], "findings": [one.as_json() for one in shown]}
    return Outcome(text, data, exit_code, shown)


def _looked_at(chosen: tuple[Workshop, str]) -> tuple[bool, tuple[Finding, ...]]:
    """Whether the case file cannot be used as it is, and all findings."""
    loaded, findings = all_findings(*chosen)
    return loaded.located is None or any(finding.blocks for finding in loaded.findings), findings


def _summary(desk: Desk, count: int, found: list[Finding]) -> str:
    errors = sum(finding.severity >= Severity.GATE for finding in found)
    return desk.text("check.summary", cases=count, errors=errors, others=len(found) - errors)
