"""What became of the documents of a run, as table, JSON and exit code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from docgen.cli import show
from docgen.cli.desk import Desk, Outcome
from docgen.cli.monitor import codes
from docgen.cli.table import table
from docgen.dossier.built import Built
from docgen.errors import DocgenError, ExitCode
from docgen.findings import Finding

Result: TypeAlias = tuple[Built, ...] | DocgenError
"""The documents of one case, or why there are none."""


def outcome(desk: Desk, results: Sequence[tuple[str, Result]], notes: Sequence[Finding], *, explain: bool) -> Outcome:
    """What `docgen build` says, and how it ends. `results` are the cases in order; `notes` concern the whole run."""
    done = [one for _, result in results if not isinstance(result, DocgenError) for one in result]
    failed = [(case, result) for case, result in results if isinstance(result, DocgenError)]
    broken = [one for one in done if one.error is not None]
    shown = desk.shown([*notes, *_notes(done), *_problems(failed, broken)])
    headings = [desk.text(f"column.{name}") for name in ("case", "document", "state")]
    headings += [desk.text("column.why")] if explain else []
    rows = [_row(desk, built, explain=explain) for built in done]
    summary = _summary(desk, results, done) if len(results) > 1 else ""
    text = "\n".join(filter(None, (table(headings, rows) if rows else "", show.as_text(shown, desk), summary)))
    data = {
        "documents": [_as_json(built) for built in done],
        "failed": [case for case, _ in failed],
        "counts": _counts(done),
        "findings": [one.as_json() for one in shown],
    }
    return Outcome(text, data, _exit_code(results, broken))


def _exit_code(results: Sequence[tuple[str, Result]], broken: Sequence[Built]) -> ExitCode:
    errors = [one.error for one in broken if one.error is not None]
    if len(results) == 1 and errors:
        return errors[0].exit_code
    failed = any(isinstance(result, DocgenError) for _, result in results)
    return ExitCode.BATCH_INCOMPLETE if failed or errors else ExitCode.DONE


def _notes(done: Sequence[Built]) -> list[Finding]:
    return [finding for built in done for finding in built.findings]


def _problems(failed: Sequence[tuple[str, DocgenError]], broken: Sequence[Built]) -> list[Finding]:
    errors = [error for _, error in failed] + [one.error for one in broken if one.error is not None]
    return [finding for error in errors for finding in error.findings]


def _counts(done: Sequence[Built]) -> Mapping[str, int]:
    return Counter(one.state.replace(" ", "_") for one in done)


def _summary(desk: Desk, results: Sequence[tuple[str, Result]], done: Sequence[Built]) -> str:
    counts = _counts(done)
    refused = sum(isinstance(result, DocgenError) for _, result in results)
    made = desk.text(
        "build.summary", built=counts.get("built", 0), same=counts.get("up_to_date", 0), cases=len(results)
    )
    if not refused and not counts.get("failed"):
        return made
    return f"{made}\n{desk.text('build.failures', documents=counts.get('failed', 0), cases=refused)}"


def _as_json(built: Built) -> Mapping[str, object]:
    return {
        "case": built.id.case,
        "kind": built.id.kind,
        "lang": built.id.lang,
        "state": built.state,
        "why": built.why,
        "from_cache": built.from_cache,
        "codes": codes(built.error),
    }


def _changed(desk: Desk, what: str) -> str:
    key = f"build.input.{what.replace(' ', '_')}"
    return desk.text(key) if desk.wording.has(key) else what


def _row(desk: Desk, built: Built, *, explain: bool) -> list[str]:
    row = [built.id.case, built.id.stem, desk.text(f"state.{built.state.replace(' ', '_')}")]
    return [*row, _why(desk, built)] if explain else row


def _why(desk: Desk, built: Built) -> str:
    if built.error is not None:
        return ", ".join(codes(built.error))
    missing = built.state == "not yet"
    said = [
        desk.wording.fact(reason, desk.settings.lang) if missing else _changed(desk, reason) for reason in built.why
    ]
    why = ", ".join(said)
    if why and built.state == "up to date":
        return desk.text("build.nothing_printed", changed=why)
    return desk.text("build.from_cache", changed=why) if built.from_cache else why
