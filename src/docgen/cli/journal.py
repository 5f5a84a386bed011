"""`docgen journal`: what left and entered, and whether the record is whole."""

from __future__ import annotations

import click

from docgen.cli.desk import Desk, Outcome, as_command
from docgen.cli.table import table
from docgen.cli.work import chosen
from docgen.dossier import files, journal
from docgen.errors import ExitCode
from docgen.pipeline.sent import record_sent


@as_command("journal", example="docgen journal VSA-2026-001 --verify")
@click.argument("reference", metavar="CASE")
@click.option("--verify", is_flag=True, help="Say that it is whole, and the hash to note elsewhere.")
@click.option(
    "--holding",
    metavar="HASH",
    default="",
    help="As --verify; and this hash, noted earlier, must be that of one of the lines.",
)
@click.option("--sent", metavar="KIND", help="Record that the PDF of this kind was sent for signature.")
def command(desk: Desk, reference: str, verify: bool, holding: str, sent: str | None) -> Outcome:
    """The hash-chained record of a CASE: what was built, sent, signed, received, published, withdrawn, with digests.

    Ends with 9, and names the lines, when one was changed or is missing. docgen sends nothing itself: after sending a
    document for signature, say so with --sent.
    """
    verify = verify or bool(holding)
    ((shop, case),) = chosen(desk, [reference])
    path = shop.roots.journal(case)
    if sent is not None:
        record_sent(shop, case, sent)
    content = files.read_if_there(path) or b""
    found = journal.verify(content, str(path), holding=holding.strip().lower())
    originals = sorted((path.parent / "signed").glob("*.pdf")) if verify and not found else []
    found += journal.unrecorded(content, {str(file): files.read(file) for file in originals})
    findings = desk.shown(found)
    if findings:
        from_here = {"findings": [one.as_json() for one in findings], "whole": False}
        text = "\n".join(f"{one.finding.place}: {one.text}\n    → {one.remedy}" for one in findings)
        return Outcome(text, {"case": case, **from_here}, ExitCode.VALIDATION_FAILED)
    lines = journal.entries(content)
    names = ("number", "at", "event", "document", "slot", "digest")
    rows = [[_shown(desk, name, str(line[name])) for name in names] for line in lines]
    shown = [table([desk.text(f"column.{name}") for name in names], rows)] if rows else []
    told = desk.text("journal.whole", count=len(lines), hash=journal.last_hash(content)) if verify else ""
    data = {
        "case": case,
        "entries": lines,
        **({"whole": True, "last_hash": journal.last_hash(content)} if verify else {}),
    }
    return Outcome("\n".join(filter(None, [*shown, told])), data)


def _shown(desk: Desk, name: str, value: str) -> str:
    if name == "at":
        return value[:19]
    if name == "slot":
        return desk.wording.label("document.slot", value, desk.settings.lang)
    key = f"event.{value}"
    return desk.text(key) if name == "event" and desk.wording.has(key) else value
