"""A look at a template with the data of a sample case: no gates, no manifest, nothing kept."""

from __future__ import annotations

from datetime import UTC, datetime

from docgen.case.model import Case
from docgen.decide.remarks import printable
from docgen.decide.values import find, is_given
from docgen.documents import DocumentId, Pdf
from docgen.dossier import cases
from docgen.errors import UsageError
from docgen.office.profile import Kind, Office
from docgen.pdf.convert import Converter
from docgen.pipeline.recipe import pages
from docgen.pipeline.workshop import Workshop, language_tag
from docgen.version import VERSION
from docgen.word.render import Template, render
from docgen.xmp import Metadata


def sample(shop: Workshop, office: Office, kind: str, lang: str, named: str | None) -> Case:
    """The case that was named, or one that has what the kind requires.

    One of the office whose procedure makes such documents goes before any other, and one in the language before one in
    another.

    Raises:
        UsageError: there is none.
        CaseInvalid: the named case cannot be used.
    """
    if named is not None:
        roots, case = cases.find(shop.roots, named)
        return cases.read(roots, case).require().case
    read = (cases.read(shop.roots, name).located for name in cases.known(shop.roots))
    whole = [one.case for one in read if one is not None and _has_what_is_required(one.case, office.kinds[kind])]
    if not whole:
        raise UsageError.because("DG-X324", office=office.id, kind=kind)
    return min(
        whole, key=lambda case: (not _makes(office, case, kind), case.office != office.id, case.language != lang)
    )


def _has_what_is_required(case: Case, kind: Kind) -> bool:
    return all(any(is_given(value) for _, value in find(case, path)) for path in kind.requires)


def _makes(office: Office, case: Case, kind: str) -> bool:
    procedure = office.procedure(case.procedure) if case.office == office.id else None
    return procedure is not None and kind in procedure.kinds


def preview(
    shop: Workshop, template: Template, case: Case, office: Office, kind: str, lang: str, *, converter: Converter
) -> Pdf:
    """The PDF of a template filled with a case; dated today, and never to be signed.

    Raises:
        ContentInvalid, RenderFailed: the template cannot be filled, with the place.
        ToolFailed: LibreOffice is missing or failed.
    """
    today = shop.today(office)
    values = printable(case, office, kind, lang, today, shop.wording)
    docx = render(template, values, DocumentId(case.id, kind, lang), shop.wording)
    made = datetime(today.year, today.month, today.day, tzinfo=UTC)
    metadata = Metadata(docx.title, language_tag(lang, office), f"docgen {VERSION}", made)
    return pages(docx, converter=converter, metadata=metadata)
