"""`Mail`: the e-mails of an office's procedures, as `templates/<office>/mail.yaml` says them.

Each says when its turn has come, to whom it goes and which files go with it; its words stand in
`templates/<office>/<lang>/mail/<step>.txt`. What is not listed here is never enclosed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from docgen.case.source import Source
from docgen.errors import ContentInvalid
from docgen.findings import Finding, Severity, most_serious_first
from docgen.office.condition import Condition, KindName
from docgen.office.content import Item, Refers, Slug, read_model
from docgen.office.paths import FieldPath
from docgen.office.profile import Office, RuleId, Texts
from docgen.office.references import dangling, parts
from docgen.office.rules import Rules

Form = Literal["docx", "review", "pdf", "signed", "public"]
"""In which form a document is enclosed: Word, the applicant's form with our remarks as Word comments, PDF to be signed,
original with all signatures, publication copy."""


def _holds_an_address(path: str) -> str:
    if not path.endswith(".email"):
        raise PydanticCustomError("DG-M102", "not the field of an e-mail address")
    return path


AddressPath = Annotated[FieldPath, AfterValidator(_holds_an_address)]


class Enclosure(Item):
    """A file that goes with an e-mail."""

    kind: KindName
    form: Form
    when: tuple[Condition, ...] = ()
    """Whether it goes with this case's e-mail; of a path with `[*]`, at least one item decides."""
    remarked: bool = False
    """Only when a remark on this document is still open."""


class MailGate(Item):
    """What must be so before an e-mail is drafted."""

    when: tuple[Condition, ...] = ()
    """Whether it is asked of this case at all; of a path with `[*]`, at least one item decides."""
    needs: Annotated[tuple[Condition, ...], Field(min_length=1)]
    """Of a path with `[*]`, every item."""
    rule: Annotated[RuleId, Refers("rule")] | None = None
    """The rule that refuses it earlier."""


class MailStep(Item):
    """One e-mail."""

    title: Texts
    procedures: tuple[Annotated[Slug, Refers("procedure")], ...] = ()
    """In which procedures it is used; empty: in all."""
    about: Annotated[tuple[KindName, ...], Field(min_length=1)]
    """The document it is about: the first of these that the case has."""
    gates: tuple[MailGate, ...] = ()
    until: tuple[Condition, ...] = ()
    """As soon as one of these holds, the e-mail comes too late."""
    open_remarks: bool = False
    """Only while a remark is open."""
    turn: Literal["applicant"] | None = None
    """Only while it is the applicant's turn."""
    before_end: Annotated[int, Field(ge=1)] | None = None
    """Only from so many days before the data must be destroyed."""
    to: Annotated[tuple[AddressPath, ...], Field(min_length=1)]
    """Goes to the first of these that the case gives."""
    cc: tuple[AddressPath, ...] = ()
    """A copy goes to every one of these that the case gives."""
    enclosures: tuple[Enclosure, ...] = ()


class Mail(Item):
    """The e-mails of one office."""

    schema_version: Annotated[int, Field(ge=1, le=1, alias="schema")]
    steps: Mapping[Slug, MailStep]

    def of(self, procedure: str) -> Mapping[str, MailStep]:
        """The e-mails of a procedure, in the order of the file."""
        return {name: step for name, step in self.steps.items() if not step.procedures or procedure in step.procedures}


def read_mail(content: bytes, file: str, office: Office, rules: Rules) -> Mail:
    """The e-mails in a file.

    Args:
        content: bytes of `mail.yaml`.
        file: its name as the user knows it.
        office: profile of the office they belong to.
        rules: every rule.

    Raises:
        ContentInvalid: with every finding of the file, each at its line and column.
    """
    mail, source = read_model(content, file, Mail)
    findings = (*dangling(mail, _names(office, rules), source), *_unpublishable(mail, office, source))
    if findings:
        raise ContentInvalid(most_serious_first(findings))
    return mail


def _names(office: Office, rules: Rules) -> Mapping[str, tuple[str, ...]]:
    return {
        "kind": tuple(office.kinds),
        "kind.slot": tuple(f"{name}.{slot}" for name, kind in office.kinds.items() for slot in kind.slot_names),
        "procedure": tuple(office.procedures),
        "rule": tuple(row.id for row in rules.rows),
    }


def _unpublishable(mail: Mail, office: Office, source: Source) -> Iterator[Finding]:
    enclosures = ((path, part) for path, part in parts(mail) if isinstance(part, Enclosure) and part.form == "public")
    for path, part in enclosures:
        kind = office.kinds.get(part.kind)
        if kind is not None and not kind.published:
            yield Finding("DG-M101", Severity.ERROR, source.place((*path, "form")), {"kind": part.kind})
