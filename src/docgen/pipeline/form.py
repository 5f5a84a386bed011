"""The blank form of a kind, for the website of an office."""

from __future__ import annotations

from collections.abc import Callable

from docgen.case.fields import Kind
from docgen.case.help import Help
from docgen.decide.context import office_values
from docgen.documents import DocumentId, Docx
from docgen.dossier import content
from docgen.errors import UsageError
from docgen.office.profile import Office, in_language
from docgen.office.wording import Wording
from docgen.pipeline.workshop import Workshop
from docgen.word.blank import BlankForm, blank_form
from docgen.word.render import Template
from docgen.word.tags import Tag

LONGEST_HELP = 240
"""Characters; a longer text in a field to fill in would hide the form."""


def blank(shop: Workshop, office: Office, kind: str, lang: str) -> Docx:
    """The blank form of a kind.

    Raises:
        UsageError: the office has no such form.
        ContentInvalid: there is no template, or it cannot be printed without a case.
    """
    forms = forms_of(office)
    if kind not in forms:
        raise UsageError.because("DG-X300", kind=kind, known=", ".join(forms))
    file, template = content.template(shop.roots, office.id, lang, kind)
    described = BlankForm(
        office=office_values(office, lang),
        title=in_language(office.kinds[kind].title, lang),
        changes=_changes(office, kind),
        procedures=_procedures(office, kind),
        prompt=prompts(content.field_help(shop.roots), shop.wording, lang),
        either=shop.wording.text("form.either", lang),
    )
    return blank_form(Template(file, template), described, DocumentId("", kind, lang), shop.wording)


def forms_of(office: Office) -> tuple[str, ...]:
    """Kinds that applicants fill in."""
    return tuple(kind for kind, described in office.kinds.items() if described.filled_by == "applicant")


def prompts(help: Help, wording: Wording, lang: str) -> Callable[[Tag, bool], str]:
    """Words for an empty control: what belongs in it, with the help where there is room."""

    def prompt(tag: Tag, alone: bool) -> str:
        text = help.of(tag.field, lang)
        key = {Kind.DATE: "date", Kind.CHOICE: "choice"}.get(tag.field.kind, "help" if alone else "text")
        if key == "help" and len(text.help) > LONGEST_HELP:
            key = "text"
        return wording.text(f"form.prompt.{key}", lang, name=text.title, help=text.help)

    return prompt


def _changes(office: Office, kind: str) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for procedure in office.procedures.values():
        if kind in procedure.kinds:
            found |= dict.fromkeys(procedure.changes)
    return tuple(found)


def _procedures(office: Office, kind: str) -> tuple[str, ...]:
    """Those that use the kind; all of them for a document beside the procedures."""
    using = tuple(name for name, procedure in office.procedures.items() if kind in procedure.kinds)
    return using or tuple(office.procedures)
