"""`docgen publish`: publication copies, their audit, and the register site."""

from __future__ import annotations

from pathlib import Path

import click

from docgen.cli import show
from docgen.cli.desk import Desk, Outcome, as_command
from docgen.cli.table import table
from docgen.cli.work import chosen, demo_trust_option, trust_option, workshop
from docgen.errors import DocgenError, ExitCode, PublicationRefused
from docgen.findings import Finding
from docgen.pipeline.publish import Published, publish_case, require_publishable, update_site


@as_command("publish", example="docgen publish VSA-2026-001 --site out/site")
@click.argument("references", nargs=-1, metavar="[CASE]...")
@click.option("--kind", help="Only this kind of document; refused when the office never publishes it.")
@click.option("--site", type=click.Path(path_type=Path, file_okay=False), help="Folder of the site.  [out/site]")
@trust_option
@demo_trust_option
def command(desk: Desk, references: tuple[str, ...], kind: str | None, site: Path | None, demo_trust: bool) -> Outcome:
    """Publication copies of what is fully signed and valid, each audited for leaks, and the register site.

    Without CASE, all cases: what is not ready yet is passed over. A CASE that is named and has nothing to publish is
    refused (10). Application forms and security declarations are never published.
    """
    shop = workshop(desk, demo_trust=demo_trust)
    done: list[Published] = []
    failed: list[DocgenError] = []
    selected = chosen(desk, references)
    for at, case in selected:
        place = shop.at(at.roots)
        if kind is not None:
            require_publishable(place, case, kind)
        try:
            done += [one for one in publish_case(place, case) if kind in (None, one.id.kind)]
        except DocgenError as error:
            if references:
                raise
            failed.append(error)
    failed += [one.error for one in done if one.error is not None]
    if references:
        _require_something(done)
    changed = update_site(shop, site or shop.roots.site)
    return _outcome(desk, done, failed, site or shop.roots.site, changed=changed)


def _require_something(done: list[Published]) -> None:
    unready = [one for one in done if one.state == "not yet"]
    if unready and len(unready) == len(done):
        raise PublicationRefused([finding for one in unready for finding in one.findings])


def _outcome(desk: Desk, done: list[Published], failed: list[DocgenError], site: Path, *, changed: bool) -> Outcome:
    findings: list[Finding] = [finding for error in failed for finding in error.findings]
    shown = desk.shown(findings)
    rows = [[one.id.case, one.id.stem, desk.text(f"state.{one.state.replace(' ', '_')}")] for one in done]
    headings = [desk.text(f"column.{name}") for name in ("case", "document", "state")]
    told = desk.text("publish.site" if changed else "publish.site_same", path=str(site / "index.html"))
    text = "\n".join(filter(None, (table(headings, rows) if rows else "", show.as_text(shown, desk), told)))
    data = {
        "documents": [
            {"case": one.id.case, "kind": one.id.kind, "lang": one.id.lang, "state": one.state} for one in done
        ],
        "site": str(site),
        "site_changed": changed,
        "findings": [one.as_json() for one in shown],
    }
    return Outcome(text, data, _exit_code(done, failed))


def _exit_code(done: list[Published], failed: list[DocgenError]) -> ExitCode:
    codes = {error.exit_code for error in failed}
    if not codes:
        return ExitCode.DONE
    if ExitCode.PUBLICATION_REFUSED in codes:
        # A leak must not hide behind "some failed": whoever watches the nightly run has to see it.
        return ExitCode.PUBLICATION_REFUSED
    succeeded = any(one.state in ("published", "up to date") for one in done)
    return ExitCode.BATCH_INCOMPLETE if succeeded else failed[0].exit_code
