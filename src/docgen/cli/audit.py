"""`docgen audit`: is this PDF safe to publish?"""

from __future__ import annotations

from pathlib import Path

import click

from docgen.cli import show
from docgen.cli.desk import Desk, Outcome, as_command
from docgen.cli.given import deadline_option, read_given
from docgen.documents import AuditReport
from docgen.dossier import content, files
from docgen.errors import ExitCode
from docgen.pipeline.flatten import audit_any
from docgen.pipeline.guarded import Apart
from docgen.publishing.audit.report import to_html, to_json


@as_command("audit", example="docgen audit public.pdf --source signed.pdf --html report.html")
@click.argument("pdfs", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PDF...")
@click.option(
    "--source", type=click.Path(path_type=Path, dir_okay=False), help="The signed original, to search for its secrets."
)
@click.option("--private", multiple=True, help="A text that must not occur; may be given several times.")
@deadline_option
@click.option(
    "--html", type=click.Path(path_type=Path, dir_okay=False), help="Also write a page to read, print and sign off."
)
def command(
    desk: Desk,
    pdfs: tuple[Path, ...],
    source: Path | None,
    private: tuple[str, ...],
    deadline: float,
    html: Path | None,
) -> Outcome:
    """Search PDFs for leftovers of signatures and for personal data; ends with 10 when anything is found.

    Works on any PDF. With --source it also looks for everything secret in the signed original: certificates, numbers,
    signature values, in every spelling. A check that could not run counts as failed, and so does a file of which the
    audit did not come to an end in time.
    """
    original = read_given(source) if source else None
    texts, data, clean = [], [], True
    for pdf in pdfs:
        report = audit_any(read_given(pdf), source=original, private_values=private, run=Apart(deadline))
        clean = clean and report.ok
        texts.append(_as_text(desk, pdf, report))
        data.append({"file": str(pdf), **to_json(report)})
        if html is not None:
            _write_page(desk, html if len(pdfs) == 1 else html.with_stem(f"{html.stem}-{pdf.stem}"), pdf, report)
    return Outcome("\n".join(texts), {"files": data}, ExitCode.DONE if clean else ExitCode.PUBLICATION_REFUSED)


def _as_text(desk: Desk, pdf: Path, report: AuditReport) -> str:
    failed = [name for name, outcome in report.checks if outcome != "passed"]
    verdict = desk.text("audit.clean" if report.ok else "audit.leaks", checks=len(report.checks), failed=len(failed))
    head = f"{pdf}: {click.style(verdict, fg='green' if report.ok else 'red', bold=True)}"
    return "\n".join(filter(None, (head, show.as_text(desk.shown(report.findings), desk))))


def _write_page(desk: Desk, html: Path, pdf: Path, report: AuditReport) -> None:
    templates = content.site_templates(desk.settings.roots)
    lang = desk.settings.lang
    produced = to_html(
        report, templates=templates, wording=desk.wording, lang=lang, document=pdf.name, generated=desk.now
    )
    files.write(html, produced)
