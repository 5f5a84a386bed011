"""`docgen new`: a commented case file to fill in."""

from __future__ import annotations

import re

import click

from docgen.case.fields import BY_PATH
from docgen.case.scaffold import Blank, scaffold
from docgen.cli.desk import Desk, Outcome, as_command
from docgen.decide.sections import needed_fields, needed_sections
from docgen.dossier import cases, content, files
from docgen.errors import UsageError
from docgen.findings import Place
from docgen.office.paths import without_indexes
from docgen.office.profile import Office, Procedure, in_language


@as_command("new", example="docgen new statbel new --lang fr --id STATBEL-2026-040", speaks=False)
@click.argument("office_name", metavar="OFFICE")
@click.argument("procedure", metavar="PROCEDURE")
@click.option("--lang", "language", help="Language of the case.  [yours if the office has it, else its first]")
@click.option("--id", "case", help="Id of the case.  [the next free number of this year]")
def command(desk: Desk, office_name: str, procedure: str, language: str | None, case: str | None) -> Outcome:
    """Write cases/<id>.yaml with every field the PROCEDURE of an OFFICE needs, each explained, ready to fill in.

    Never overwrites: an id that is taken is refused.
    """
    roots = desk.settings.roots
    office = content.office(roots, office_name.lower())
    described = office.procedure(procedure)
    if described is None:
        titles = {id: in_language(each.title, desk.settings.lang) for id, each in office.procedures.items()}
        known = ", ".join(f"{id} ({title})" for id, title in titles.items())
        raise UsageError.because("DG-X151", office=office_name, procedure=procedure, known=known)
    own = desk.settings.lang if desk.settings.lang in office.languages else office.languages[0]
    lang = language or own
    if lang not in office.languages:
        raise UsageError.because("DG-X152", office=office_name, lang=lang, known=", ".join(office.languages))
    chosen = case or _next_id(desk, office)
    if not re.fullmatch(r"[A-Z][A-Z0-9]*(-[A-Z0-9]+)*", chosen):
        raise UsageError.because("DG-X154", case=chosen)
    path = roots.case_file(chosen)
    if path.exists():
        raise UsageError.because("DG-X153", Place(str(path)), case=chosen)
    blank = Blank(
        id=chosen,
        office=office.id,
        procedure=procedure,
        language=lang,
        office_name=in_language(office.name, lang),
        sections=needed_sections(office, procedure, desk.rules),
        changes=described.changes,
        names={path: desk.wording.labels(path, lang) for path, field in BY_PATH.items() if field.choices},
        allowed=_allowed(office, described),
        required=needed_fields(office, procedure, desk.rules),
        documents=tuple(
            planned.kind
            for planned in described.documents
            if office.kinds[planned.kind].filled_by == "office" and not planned.when
        ),
    )
    files.write_once(path, scaffold(blank, content.field_help(roots)).encode())
    return Outcome(desk.text("new.done", path=str(path), case=chosen), {"case": chosen, "path": str(path)})


def _allowed(office: Office, procedure: Procedure) -> dict[str, tuple[str, ...]]:
    """The values that this office takes, where it names them; none for a field it has no use for."""
    recipients = office.recipients
    own: dict[str, tuple[str, ...]] = {"language": office.languages}
    for party in ("applicant", "partners"):
        own |= {f"{party}.kind": recipients.kinds, f"{party}.recipient_category": recipients.categories}
    named = {path: values for path, values in own.items() if values}
    bodies = {f"{party}.privileged_body": recipients.privileged for party in ("applicant", "partners")}
    sources = {"datasets.source": office.sources.names} if office.sources.names else {}
    unasked = {without_indexes(path): () for path in office.unasked}
    return {**named, **bodies, **sources, "request_type": procedure.request_types, **unasked}


def _next_id(desk: Desk, office: Office) -> str:
    prefix = f"{office.id.upper().replace('_', '-')}-{office.day(desk.now).year}-"
    taken = [name.removeprefix(prefix) for name in cases.known(desk.settings.roots) if name.startswith(prefix)]
    highest = max((int(number) for number in taken if number.isdigit()), default=0)
    return f"{prefix}{highest + 1:03d}"
