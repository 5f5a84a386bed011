"""`docgen explain`: more about a finding."""

from __future__ import annotations

import difflib

import click

from docgen.cli.desk import Desk, Outcome, as_command
from docgen.errors import UsageError


@as_command("explain", example="docgen explain D-08 --lang nl")
@click.argument("code", metavar="CODE")
def command(desk: Desk, code: str) -> Outcome:
    """What a finding means, what mends it, and for a rule its legal ground and since when it holds."""
    known = {name.casefold(): name for name in desk.wording.codes if name.startswith(("D-", "DG-"))}
    name = known.get(code.casefold())
    if name is None:
        near = difflib.get_close_matches(code.casefold(), known, n=3)
        names = ", ".join(known[one] for one in near)
        raise UsageError.because("DG-X108" if near else "DG-X109", code=code, near=names)
    sentence = desk.outline(name)
    rule = desk.rules.rule(name)
    ground = [desk.cited(citation) for citation in rule.citation] if rule else []
    validity = [desk.text("explain.from", day=rule.valid_from)] if rule and rule.valid_from else []
    validity += [desk.text("explain.until", day=rule.valid_until)] if rule and rule.valid_until else []
    awaiting = [desk.text("rule.awaiting")] if rule and rule.awaiting_legal_confirmation else []
    lines = [click.style(name, bold=True), sentence.text, sentence.more]
    lines += [f"→ {sentence.remedy}"] if sentence.remedy else []
    lines += [f"§ {line}" for line in ground] + validity + awaiting
    data = {
        "code": name,
        "text": sentence.text,
        "remedy": sentence.remedy,
        "more": sentence.more,
        "severity": rule.severity if rule else None,
        "ground": ground,
        "awaiting_legal_confirmation": bool(rule and rule.awaiting_legal_confirmation),
    }
    return Outcome("\n".join(filter(None, lines)), data)
