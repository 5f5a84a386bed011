"""`docgen check`: everything there is to say about case files."""

from __future__ import annotations

import click

from docgen.cli import show
from docgen.cli.desk import Desk, Outcome, as_command
from docgen.cli.work import chosen
from docgen.errors import ExitCode
from docgen.findings import Finding, Severity
from docgen.pipeline.standing import all_findings


@as_command("check", example="docgen check cases/VSA-2026-001.yaml --lang nl", formats=("text", "json", "sarif"))
@click.argument("references", nargs=-1, metavar="[CASE]...")
def command(desk: Desk, references: tuple[str, ...]) -> Outcome:
    """All findings of each CASE (an id or a file), most serious first, each with its place and legal ground.

    Without CASE every case is checked. Ends with 3 when a file cannot be used as it is, with 5 when a rule refuses.
    """
    found: list[Finding] = []
    unusable = False
    selected = chosen(desk, references)
    for shop, case in selected:
        loaded, findings = all_findings(shop, case)
        found += findings
        unusable = unusable or loaded.located is None or any(finding.blocks for finding in loaded.findings)
    shown = desk.shown(found)
    refused = any(finding.severity >= Severity.ERROR for finding in found)
    exit_code = ExitCode.CASE_INVALID if unusable else ExitCode.RULE_REFUSES if refused else ExitCode.DONE
    form_first = desk.text("check.form_first") if unusable else ""
    text = "\n".join(filter(None, (show.as_text(shown, desk), _summary(desk, len(selected), found), form_first)))
    data = {"cases": [case for _, case in selected], "findings": [one.as_json() for one in shown]}
    return Outcome(text, data, exit_code, shown)


def _summary(desk: Desk, count: int, found: list[Finding]) -> str:
    errors = sum(finding.severity >= Severity.GATE for finding in found)
    return desk.text("check.summary", cases=count, errors=errors, others=len(found) - errors)
