"""A look at a template with the data of a sample case: no gates, no manifest, nothing kept."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from docgen.case.model import Case
from docgen.decide.remarks import printable
from docgen.documents import DocumentId, Pdf
from docgen.dossier import cases
from docgen.errors import UsageError
from docgen.office.profile import Office
from docgen.pdf.convert import Converter
from docgen.pipeline.recipe import pages
from docgen.pipeline.workshop import Workshop, language_tag
from docgen.version import VERSION
from docgen.word.render import Template, render
from docgen.xmp import Metadata


def sample(shop: Workshop, office: Office, kind: str, lang: str, named: str | None) -> Case:
    """The case that was named, or the first of the office whose procedure makes documents of the kind.

    A case in the same language is preferred.

    Raises:
        UsageError: there is none.
        CaseInvalid: the named case cannot be used.
    """
    if named is not None:
        roots, case = cases.find(shop.roots, named)
        return cases.read(roots, case).require().case
    fitting = list(_fitting(shop, office, kind))
    if not fitting:
        raise UsageError.because("DG-X324", office=office.id, kind=kind)
    return next((case for case in fitting if case.language == lang), fitting[0])


def _fitting(shop: Workshop, office: Office, kind: str) -> Iterator[Case]:
    for name in cases.known(shop.roots):
        located = cases.read(shop.roots, name).located
        if located is None or located.case.office != office.id:
            continue
        procedure = office.procedure(located.case.procedure)
        if procedure is not None and kind in procedure.kinds:
            yield located.case


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
