"""`docgen template form`: the blank form of a kind."""

from __future__ import annotations

from pathlib import Path

import click

from docgen.cli.desk import Desk, Outcome, as_command
from docgen.cli.work import workshop
from docgen.dossier import content, files
from docgen.errors import UsageError
from docgen.office.profile import Office
from docgen.pipeline.form import blank, forms_of


@as_command("template form", example="docgen template form application --office vsa", speaks=False)
@click.argument("kind", metavar="KIND")
@click.option("--office", "office_name", help="Office whose form it is.  [the only one that has the form]")
@click.option("--lang", "language", help="Language of the form.  [the office's first]")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="Where the form goes.")
def command(desk: Desk, kind: str, office_name: str | None, language: str | None, output: Path | None) -> Outcome:
    """Make the blank form of KIND from its template: every field empty, with words that help to fill it in.

    Without -o it lies under out/forms/OFFICE/. It can be filled in Word and LibreOffice, and read back with
    docgen receive.
    """
    office = _office(desk, kind, office_name)
    lang = language or office.languages[0]
    if lang not in office.languages:
        raise UsageError.because("DG-X152", office=office.id, lang=lang, known=", ".join(office.languages))
    form = blank(workshop(desk), office, kind, lang)
    path = output or desk.settings.roots.out / "forms" / office.id / f"{kind}.{lang}.docx"
    files.write(path, form.content)
    data = {"office": office.id, "kind": kind, "lang": lang, "path": str(path)}
    return Outcome(desk.text("form.done", path=str(path)), data)


def _office(desk: Desk, kind: str, name: str | None) -> Office:
    if name is not None:
        return content.office(desk.settings.roots, name)
    having = [
        office
        for office in (content.office(desk.settings.roots, each) for each in content.offices(desk.settings.roots))
        if kind in forms_of(office)
    ]
    if len(having) == 1:
        return having[0]
    known = ", ".join(content.offices(desk.settings.roots))
    raise UsageError.because("DG-X301" if having else "DG-X300", kind=kind, known=known if having else _forms(desk))


def _forms(desk: Desk) -> str:
    offices = (content.office(desk.settings.roots, each) for each in content.offices(desk.settings.roots))
    return ", ".join(dict.fromkeys(kind for office in offices for kind in forms_of(office)))
