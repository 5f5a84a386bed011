"""`docgen build`: Word and PDF of what a case needs now.

What is needed to make documents takes a second to load, so it is loaded when there is a document to be made.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeAlias

import click

from docgen.cli.batch import Batch, asked_cases, batch, jobs_option, log_option
from docgen.cli.build_request import Asked
from docgen.cli.build_shown import Result, outcome
from docgen.cli.desk import Desk, Outcome, as_command
from docgen.cli.monitor import Level, codes
from docgen.cli.trust_options import demo_trust_option, trust_option
from docgen.documents import sha256
from docgen.dossier import files, settled
from docgen.dossier.roots import Roots
from docgen.dossier.settled import Surroundings
from docgen.errors import DocgenError
from docgen.findings import Finding
from docgen.pdf.identity import identity
from docgen.pipeline.demo_root import ROOT_FILE
from docgen.version import VERSION

Case: TypeAlias = tuple[Roots, str]
Tell: TypeAlias = Callable[[Finding], None]


_NEWS = ("built", "failed")
"""States that whoever watches a run wants to hear of."""


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
    return outcome(desk, results, notes, explain=explain)


def _results(
    desk: Desk, selected: Sequence[Case], asked: Asked, around: Surroundings | None, tell: Tell
) -> Iterator[tuple[str, Result]]:
    """What became of each case, in order."""
    known = {one: settled.settled(*one, around) for one in selected} if around else {}
    left = [one for one in selected if known.get(one) is None]
    made = _built(desk, left, asked, around, tell)
    for one in selected:
        found = known.get(one)
        yield one[1], next(made) if found is None else found


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
