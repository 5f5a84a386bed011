"""`docgen renew`: fresh archive timestamps before the last ones run out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from docgen.cli import show
from docgen.cli.desk import Desk, Outcome, as_command
from docgen.cli.given import read_given
from docgen.cli.means import means
from docgen.cli.table import table
from docgen.cli.work import demo_trust_option, trust_option, workshop
from docgen.dossier import cases
from docgen.errors import DocgenError, ExitCode, UsageError
from docgen.office.profile import Office
from docgen.pipeline.renew import Archive, days_of, look, original, originals, renew
from docgen.pipeline.workshop import Workshop
from docgen.signing.levels import Services
from docgen.signing.services import BELGIAN_TIMESTAMPS, Reach, services


@as_command("renew", example="docgen renew --dry-run")
@click.argument("pdfs", nargs=-1, type=click.Path(path_type=Path, dir_okay=False), metavar="[PDF]...")
@click.option(
    "--days",
    type=click.IntRange(min=1),
    help="Days before expiry that renewing is due.  [as settings or office say, else 180]",
)
@click.option("--early", is_flag=True, help="Renew the PDFs that are named even when it is not due yet.")
@click.option("--dry-run", is_flag=True, help="Only list how each archive stands.")
@trust_option
@demo_trust_option
def command(
    desk: Desk, pdfs: tuple[Path, ...], days: int | None, early: bool, dry_run: bool, demo_trust: bool
) -> Outcome:
    """Add a fresh archive timestamp to signed PDFs (level B-LTA) whose last one is about to run out.

    Without PDF: every original under cases/ that is due. An original grows by the timestamp, as by a signature, and
    the journal notes it; of any other file, the renewed form is kept beside it. Nothing is ever overwritten.
    """
    if early and not pdfs:
        raise UsageError.because("DG-X140")
    shop = workshop(desk, demo_trust=demo_trust)
    done, failed = [], []
    for path, case in _asked(shop, pdfs):
        try:
            done.append(_one(desk, shop, path, case, days=days, early=early, dry_run=dry_run))
        except DocgenError as error:
            if len(pdfs) == 1:
                raise
            failed.append((path, error))
    return _outcome(desk, done, failed)


def _asked(shop: Workshop, pdfs: Sequence[Path]) -> list[tuple[Path, str]]:
    """Each file with the case it belongs to; empty when it belongs to none."""
    if not pdfs:
        return [(path, document.case) for document, path in originals(shop.roots)]
    found = [(path, original(shop.roots, path)) for path in pdfs]
    return [(path, document.case if document else "") for path, document in found]


def _one(desk: Desk, shop: Workshop, path: Path, case: str, *, days: int | None, early: bool, dry_run: bool) -> Archive:
    office = _office(shop, case) if case else None
    before = days or days_of(office, desk.settings.signing.renew_days)
    archive = look(path, read_given(path), shop.now, before, original(shop.roots, path) if case else None)
    wanted = archive.state in ("due", "run out") or early
    if dry_run or not wanted:
        return archive
    return renew(shop, archive, lambda: _services(desk, shop, office))


def _office(shop: Workshop, case: str) -> Office | None:
    """The office of a case; `None` when its file cannot be read: that must not end the care of its archive."""
    try:
        located = cases.read(shop.roots, case).located
        return shop.office(located.case.office) if located else None
    except (DocgenError, OSError):
        return None


def _services(desk: Desk, shop: Workshop, office: Office | None) -> Services:
    if office is not None:
        return means(desk, "B-LTA", shop.trust)(office)[1]
    own = desk.settings.signing
    return services(Reach(own.timestamp or BELGIAN_TIMESTAMPS, own.timeout), shop.trust, desk.now)


def _outcome(desk: Desk, done: list[Archive], failed: list[tuple[Path, DocgenError]]) -> Outcome:
    rows = [_row(desk, one) for one in done]
    headings = [desk.text(f"column.{name}") for name in ("document", "valid_until", "archive")]
    shown = [table(headings, rows)] if rows else [desk.text("renew.nothing")] if not failed else []
    findings = [finding for _, error in failed for finding in error.findings]
    if findings:
        shown.append(show.as_text(desk.shown(findings), desk))
    data = {"files": [_data(one) for one in done], "failed": [_failure(desk, *one) for one in failed]}
    return Outcome("\n".join(shown), data, ExitCode.BATCH_INCOMPLETE if failed else ExitCode.DONE)


def _row(desk: Desk, one: Archive) -> list[str]:
    until = f"{one.expires:%Y-%m-%d}" if one.expires else ""
    return [str(one.kept or one.path), until, desk.text(f"renew.{one.state.replace(' ', '_')}")]


def _data(one: Archive) -> dict[str, Any]:
    return {
        "file": str(one.path),
        "state": one.state,
        "valid_until": one.expires.isoformat() if one.expires else None,
        "kept": str(one.kept) if one.kept else None,
    }


def _failure(desk: Desk, path: Path, error: DocgenError) -> dict[str, Any]:
    return {"file": str(path), "findings": [one.as_json() for one in desk.shown(error.findings)]}
