"""`docgen publish`: publication copies, their audit, and the register site; by hand or every night."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import click

from docgen.cli import show
from docgen.cli.batch import Batch, bar, jobs_option, usual_jobs
from docgen.cli.desk import Desk, Outcome, as_command
from docgen.cli.given import deadline_option
from docgen.cli.monitor import Level, Log, Tally, codes, write_metrics
from docgen.cli.table import table
from docgen.cli.work import chosen, demo_trust_option, trust_option, workshop
from docgen.dossier import content
from docgen.errors import DocgenError, ExitCode, PublicationRefused
from docgen.findings import Finding, Place, Severity
from docgen.pdf.verapdf import find_verapdf
from docgen.pipeline.guarded import Apart
from docgen.pipeline.publish import Failed, Published, Run, Terms, publish, require_publishable
from docgen.pipeline.workshop import Workshop

_LEAKS = ("DG-L", "DG-R124")
"""Codes of the audit, and of an audit that did not end."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """What this run was asked to do."""

    references: tuple[str, ...]
    kind: str | None
    site: Path
    terms: Terms
    jobs: int


@as_command("publish", example="docgen publish --dry-run")
@click.argument("references", nargs=-1, metavar="[CASE]...")
@click.option("--kind", help="Only this kind of document; refused when the office never publishes it.")
@click.option("--site", type=click.Path(path_type=Path, file_okay=False), help="Folder of the site.  [out/site]")
@click.option("--dry-run", is_flag=True, help="Show what would change; write nothing.")
@deadline_option
@jobs_option
@click.option(
    "--log-format", type=click.Choice(["text", "json"]), help="JSON lines on stderr.  [json unless a terminal]"
)
@click.option("--metrics", type=click.Path(path_type=Path, dir_okay=False), help="Metrics file for Prometheus (.prom).")
@trust_option
@demo_trust_option
def command(
    desk: Desk,
    references: tuple[str, ...],
    kind: str | None,
    site: Path | None,
    dry_run: bool,
    deadline: float,
    jobs: int | None,
    log_format: str | None,
    metrics: Path | None,
    demo_trust: bool,
) -> Outcome:
    """Publication copies of what is fully signed and valid, each audited for leaks, and the register site.

    Without CASE, all cases: what is not ready yet is passed over. A CASE that is named and has nothing to publish is
    refused (10). Application forms and security declarations are never published. What was published and may not be
    any more is taken off. Made to run every night: nothing is done twice, readers never see half a site, and a second
    run at the same time is refused (6). docs/operations/publishing.md tells how to set it up.
    """
    log, began = Log.chosen(log_format, quiet=desk.quiet), time.monotonic()
    terms = Terms(write=not dry_run, run=Apart(deadline), verapdf=find_verapdf(os.environ))
    asked = _Asked(references, kind, site or desk.settings.roots.site, terms, jobs or usual_jobs())
    tally = Tally(ExitCode.BUG, 0, 0, {})
    try:
        outcome, tally = _run(desk, asked, log, demo_trust=demo_trust)
    except DocgenError as error:
        log.line("error", "publish.refused", codes=codes(error))
        tally = Tally(error.exit_code, 0, 0, {}, leaks=int(_is_leak(error)))
        if not log.on:
            raise
        outcome = _told(desk, error)
    except KeyboardInterrupt:
        tally = Tally(ExitCode.INTERRUPTED, 0, 0, {})
        raise
    finally:
        seconds = time.monotonic() - began
        ended: Level = "info" if tally.exit_code == ExitCode.DONE else "error"
        log.line(ended, "publish.ended", exit_code=int(tally.exit_code), seconds=round(seconds, 3), dry_run=dry_run)
        if metrics is not None and not dry_run:
            write_metrics(metrics, replace(tally, finished=round(desk.now.timestamp() + seconds), seconds=seconds))
    return outcome


def _run(desk: Desk, asked: _Asked, log: Log, *, demo_trust: bool) -> tuple[Outcome, Tally]:
    shop = workshop(desk, demo_trust=demo_trust)
    selected = [(shop.at(at.roots), case) for at, case in chosen(desk, asked.references)]
    if asked.kind is not None:
        for place, case in selected:
            require_publishable(place, case, asked.kind)
    base_url = _address(desk)
    log.line("info", "publish.began", cases=len(selected), site_url=base_url, dry_run=not asked.terms.write)
    progress = Batch("publish", len(selected), log)
    with bar(desk, progress):
        run = publish(
            shop,
            selected,
            asked.site,
            terms=asked.terms,
            kinds=(asked.kind,) if asked.kind else (),
            base_url=base_url,
            tell=_teller(log),
            jobs=asked.jobs,
            case_done=progress.case_done,
        )
    if asked.references:
        _require_something(run, selected)
    log.line("info", "publish.site", changed=bool(run.changes), entries=run.lines)
    exit_code = _exit_code(run)
    return _outcome(desk, run, asked, exit_code), _tally(run, exit_code)


def _address(desk: Desk) -> str:
    """Where the register stands: as set, or the address that the only office gives for what it publishes."""
    if desk.settings.site_url:
        return desk.settings.site_url
    roots = desk.settings.roots
    urls = {content.office(roots, name).publication.url or "" for name in content.offices(roots)}
    return urls.pop() if len(urls) == 1 else ""


def _teller(log: Log) -> Callable[[Published | Failed], None]:
    def tell(one: Published | Failed) -> None:
        if isinstance(one, Failed):
            log.line("error", "publish.case", case=one.case, codes=codes(one.error))
            return
        level: Level = "error" if one.error else "info"
        found = codes(one.error) or sorted({finding.code for finding in one.findings})
        case, document = one.id.case, one.id.stem
        log.line(level, "publish.document", case=case, document=document, state=one.state, codes=found)

    return tell


def _require_something(run: Run, selected: Sequence[tuple[Workshop, str]]) -> None:
    """A case that was named has something to show, or says why not."""
    ready = [one for one in run.documents if one.state != "not yet"]
    if ready or run.failed:
        return
    waiting = [finding for one in run.documents for finding in one.findings]
    nothing = [Finding("DG-R121", Severity.GATE, Place(str(at.roots.case_file(case)))) for at, case in selected]
    raise PublicationRefused(waiting or nothing)


def _outcome(desk: Desk, run: Run, asked: _Asked, exit_code: ExitCode) -> Outcome:
    findings = [finding for error in _errors(run) for finding in error.findings]
    notices = [finding for one in run.documents if one.news and not one.error for finding in one.findings]
    shown = desk.shown([*findings, *notices])
    rows = [[one.id.case, one.id.stem, desk.text(f"state.{one.state.replace(' ', '_')}")] for one in run.documents]
    headings = [desk.text(f"column.{name}") for name in ("case", "document", "state")]
    parts = (table(headings, rows) if rows else "", show.as_text(shown, desk), _about_site(desk, run, asked))
    data = {
        "documents": [
            {"case": one.id.case, "kind": one.id.kind, "lang": one.id.lang, "state": one.state, "news": one.news}
            for one in run.documents
        ],
        "failed_cases": [one.case for one in run.failed],
        "site": str(asked.site),
        "site_changed": bool(run.changes),
        "changes": {"added": run.changes.added, "changed": run.changes.changed, "removed": run.changes.removed},
        "dry_run": not asked.terms.write,
        "findings": [one.as_json() for one in shown],
    }
    return Outcome("\n".join(filter(None, parts)), data, exit_code)


def _about_site(desk: Desk, run: Run, asked: _Asked) -> str:
    path = str(asked.site / "index.html")
    if asked.terms.write:
        return desk.text("publish.site" if run.changes else "publish.site_same", path=path)
    changes = run.changes
    marked = [*(f"+ {name}" for name in changes.added), *(f"~ {name}" for name in changes.changed)]
    marked += [f"- {name}" for name in changes.removed]
    return "\n".join([desk.text("publish.dry" if changes else "publish.dry_same", path=path), *marked])


def _told(desk: Desk, error: DocgenError) -> Outcome:
    """A refusal as a result: stderr is for log lines only."""
    shown = desk.shown(error.findings)
    return Outcome(show.as_text(shown, desk), {"findings": [one.as_json() for one in shown]}, error.exit_code)


def _errors(run: Run) -> list[DocgenError]:
    return [*(one.error for one in run.failed), *(one.error for one in run.documents if one.error is not None)]


def _exit_code(run: Run) -> ExitCode:
    errors = _errors(run)
    kinds = {error.exit_code for error in errors}
    if not kinds:
        return ExitCode.DONE
    if ExitCode.PUBLICATION_REFUSED in kinds:
        # A leak must not hide behind "some failed": whoever watches the nightly run has to see it.
        return ExitCode.PUBLICATION_REFUSED
    succeeded = any(one.error is None and one.state != "not yet" for one in run.documents)
    return ExitCode.BATCH_INCOMPLETE if succeeded else errors[0].exit_code


def _tally(run: Run, exit_code: ExitCode) -> Tally:
    leaks = sum(1 for one in run.documents if one.error is not None and _is_leak(one.error))
    states = Counter[str](one.state for one in run.documents)
    return Tally(exit_code, 0, 0, states, leaks, len(run.failed), run.lines, bool(run.changes))


def _is_leak(error: DocgenError) -> bool:
    return any(finding.code.startswith(_LEAKS) and finding.blocks for finding in error.findings)
