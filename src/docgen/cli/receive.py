"""`docgen receive`: what came back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from docgen.cli import show
from docgen.cli.desk import Desk, Outcome, as_command
from docgen.cli.given import deadline_option, read_given
from docgen.cli.receive_form import form_as_data, form_as_text
from docgen.cli.trusted import for_incoming
from docgen.cli.verify import as_data
from docgen.cli.work import chosen, demo_trust_option, trust, trust_option
from docgen.errors import DocgenError, ExitCode
from docgen.pipeline.guarded import Apart
from docgen.pipeline.receive import receive
from docgen.pipeline.receive_form import TakenForm
from docgen.pipeline.receive_pdf import Taken
from docgen.pipeline.together import attempted
from docgen.pipeline.workshop import Workshop


@as_command("receive", example="docgen receive VSA-2026-001 protocol-signed.pdf --trust root.pem")
@click.argument("reference", metavar="CASE")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@click.option("--kind", help="Which document it is, where the file itself does not tell.")
@click.option("--apply", is_flag=True, help="Write what a Word form says into the case file.")
@click.option("--unsure", is_flag=True, help="Take over fields too that were recognised by order or label only.")
@trust_option
@demo_trust_option
@deadline_option
def command(
    desk: Desk,
    reference: str,
    paths: tuple[Path, ...],
    kind: str | None,
    apply: bool,
    unsure: bool,
    demo_trust: bool,
    deadline: float,
) -> Outcome:
    """Take in signed PDFs and filled Word forms for CASE, and keep them as they came.

    What a form says is proposed as a change of the case file; with --apply it is written. A signed PDF becomes the
    original when it begins, byte for byte, with what was sent or with the original that is here, and adds signatures
    of the right persons in the right order. Otherwise it says why, and what to ask the sender. Ends with 9 when a PDF
    was not accepted, and with 11 when one of several files could not be taken in at all; the others are.
    """
    ((shop, case),) = chosen(desk, [reference])
    shop = shop.trusting(for_incoming(desk, trust(desk, demo_trust=demo_trust))).judging(Apart(deadline))
    given = [(path, read_given(path)) for path in paths]  # before any is taken in
    results = [
        (path, attempted(receive, shop, case, path, content, kind=kind, apply=apply, unsure=unsure))
        for path, content in given
    ]
    if len(results) == 1 and isinstance(results[0][1], DocgenError):
        raise results[0][1]
    texts, data = zip(*(_told(desk, shop, path, result) for path, result in results), strict=True)
    return Outcome("\n".join(texts), {"files": [*data]}, _exit_code([result for _, result in results]))


def _exit_code(results: Sequence[Taken | TakenForm | DocgenError]) -> ExitCode:
    if any(isinstance(one, DocgenError) for one in results):
        return ExitCode.BATCH_INCOMPLETE
    well = all(one.accepted or one.known for one in results if isinstance(one, Taken))
    return ExitCode.DONE if well else ExitCode.VALIDATION_FAILED


def _told(
    desk: Desk, shop: Workshop, path: Path, result: Taken | TakenForm | DocgenError
) -> tuple[str, Mapping[str, Any]]:
    """For a person to read, and for scripts."""
    if isinstance(result, DocgenError):
        shown = desk.shown(result.findings)
        words = [desk.text("receive.failed", file=str(path)), *_indented(show.as_text(shown, desk))]
        return "\n".join(words), {"file": str(path), "findings": [one.as_json() for one in shown]}
    if isinstance(result, TakenForm):
        return form_as_text(desk, path, result), form_as_data(desk, path, result)
    original = shop.roots.signed(result.document)
    return _as_text(desk, path, result, original), _as_data(desk, path, result, original)


def _indented(words: str) -> list[str]:
    return [f"  {line}" for line in words.splitlines()]


def _as_text(desk: Desk, path: Path, taken: Taken, original: Path) -> str:
    state = "accepted" if taken.accepted else "known" if taken.known else "refused"
    line = desk.text(
        f"receive.{state}",
        file=str(path),
        document=str(taken.document),
        slots=", ".join(taken.slots),
        path=str(original if taken.accepted else taken.kept),
    )
    found = show.as_text(desk.shown(taken.findings), desk)
    return "\n".join([line, *_indented(found)])


def _as_data(desk: Desk, path: Path, taken: Taken, original: Path) -> Mapping[str, Any]:
    return {
        **as_data(desk, path, taken.report, taken.identity),
        "document": taken.document.stem,
        "accepted": taken.accepted,
        "known": taken.known,
        "slots": list(taken.slots),
        "kept": str(taken.kept),
        "original": str(original) if taken.accepted else None,
        "findings": [one.as_json() for one in desk.shown(taken.findings)],
    }
