"""`docgen build`: Word and PDF of what a case needs now.

What is needed to make documents takes a second to load, so it is loaded when there is a document to be made.
"""

from __future__ import annotations

import importlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import click

from docgen.cli import show
from docgen.cli.batch import Batch, asked_cases, batch, jobs_option, log_option
from docgen.cli.desk import Desk, Outcome, as_command
from docgen.cli.monitor import Level, codes
from docgen.cli.table import table
from docgen.cli.trust_options import demo_trust_option, trust_option
from docgen.documents import sha256
from docgen.dossier import files, settled
from docgen.dossier.built import Built
from docgen.dossier.roots import Roots
from docgen.dossier.settled import Surroundings
from docgen.errors import DocgenError, ExitCode
from docgen.findings import Finding
from docgen.pdf.identity import identity
from docgen.pipeline.demo_root import ROOT_FILE
from docgen.version import VERSION

Case: TypeAlias = tuple[Roots, str]
Tell: TypeAlias = Callable[[Finding], None]
Result: TypeAlias = tuple[Built, ...] | DocgenError


_NEWS = ("built", "failed")
"""States that whoever watches a run wants to hear of."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What this run was asked to do."""

    kinds: tuple[str, ...]
    jobs: int | None
    deadline: float | None
    scheduler: str | None
    cache: bool
    explain: bool
    demo_trust: bool
    """Signatures of the throw-away keys count."""


@as_command("build", example="docgen build VSA-2026-001 --kind protocol")
@click.argument("references", nargs=-1, metavar="[CASE]...")
@click.option("--kind", "kinds", multiple=True, help="Only this kind of document; may be given several times.")
@jobs_option
@click.option(
    "--deadline",
    type=click.FloatRange(min=0.1),
    help="Seconds to convert one document; what takes longer is stopped.  [60, and 30 for each megabyte]",
)
@click.option("--cache/--no-cache", default=True, help="Use and keep what was made before.  [cache]")
@click.option(
    "--scheduler", metavar="ADDRESS", help="Make PDFs on the workers of a Dask scheduler: tcp://127.0.0.1:8786"
)
@click.option("--explain", is_flag=True, help="Say why each document was or was not built.")
@log_option
@trust_option
@demo_trust_option
def command(
    desk: Desk,
    references: tuple[str, ...],
    kinds: tuple[str, ...],
    jobs: int | None,
    deadline: float | None,
    scheduler: str | None,
    cache: bool,
    explain: bool,
    log_format: str | None,
    demo_trust: bool,
) -> Outcome:
    """Word and PDF of every document that each CASE needs now; what is up to date is left alone.

    Signed documents are never built over. With one CASE a refusal ends the run with its own code; with several the
    others are still built, and the run ends with 11. A document that comes after a signature waits for a trusted one;
    signatures of --demo count with --demo only. Interrupted, it leaves nothing half done, and the next run goes
    on where this one stopped. What was made before is taken from out/.cache, whatever became of the rest of out/.
    """
    asked = Asked(kinds, jobs, deadline, scheduler, cache, explain, demo_trust)
    selected = asked_cases(desk, references)
    remembers = cache and not kinds and not scheduler
    around = _surroundings(desk, demo_trust=demo_trust) if remembers else None
    with batch(desk, "build", len(selected), log_format) as run:
        results: list[tuple[str, Result]] = []
        notes: list[Finding] = []

        def note(finding: Finding) -> None:
            notes.append(finding)
            run.event("warning", "note", code=finding.code, place=str(finding.place or ""))

        for case, result in _results(desk, selected, asked, around, note):
            if len(selected) == 1 and isinstance(result, DocgenError):
                raise result
            results.append((case, result))
            _tell(run, case, result)
    return _outcome(desk, results, asked, notes)


def _results(
    desk: Desk, selected: Sequence[Case], asked: Asked, around: Surroundings | None, tell: Tell
) -> Iterator[tuple[str, Result]]:
    """What became of each case, in order."""
    known = {one: settled.settled(*one, around) for one in selected} if around else {}
    left = [one for one in selected if known.get(one) is None]
    made = _built(desk, left, asked, around, tell)
    for one in selected:
        yield one[1], known.get(one) or next(made)


def _built(desk: Desk, left: Sequence[Case], asked: Asked, around: Surroundings | None, tell: Tell) -> Iterator[Result]:
    if left:
        building = importlib.import_module("docgen.cli.building")
        yield from building.build_cases(desk, left, asked, around, tell)


def _surroundings(desk: Desk, *, demo_trust: bool) -> Surroundings:
    """All that decides what becomes of a case and is not its own. Taken before any of it is read."""
    own = desk.settings
    trusted = (*own.trust, own.demo_pki / ROOT_FILE) if demo_trust else own.trust
    program = Path(__file__).parents[1]
    modules = {str(file): file.stat().st_mtime_ns for file in sorted(program.rglob("*.py"))}
    others = {
        "docgen": f"{VERSION} {sha256(repr(modules).encode())}",
        "engine": identity(desk.environment),
        "revocation": own.signing.revocation,
        **{f"trust {file}": sha256(files.read_if_there(file) or b"") for file in trusted},
    }
    return settled.surroundings(own.roots, desk.now, others)


def _tell(run: Batch, case: str, result: Result) -> None:
    if isinstance(result, DocgenError):
        run.event("error", "case", case=case, codes=codes(result))
        run.case_done()
        return
    for one in result:
        level: Level = "error" if one.error else "info"
        found = codes(one.error) or sorted({finding.code for finding in one.findings})
        if one.state in _NEWS or (one.state == "signed" and found):
            run.event(level, "document", case=case, document=one.id.stem, state=one.state, codes=found)
    run.case_done(sum(one.state == "built" for one in result))


def _outcome(desk: Desk, results: Sequence[tuple[str, Result]], asked: Asked, notes: Sequence[Finding]) -> Outcome:
    done = [one for _, result in results if not isinstance(result, DocgenError) for one in result]
    failed = [(case, result) for case, result in results if isinstance(result, DocgenError)]
    broken = [one for one in done if one.error is not None]
    shown = desk.shown([*notes, *_notes(done), *_problems(failed, broken)])
    headings = [desk.text(f"column.{name}") for name in ("case", "document", "state")]
    headings += [desk.text("column.why")] if asked.explain else []
    rows = [_row(desk, built, explain=asked.explain) for built in done]
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
