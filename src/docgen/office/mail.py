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
from docgen.office.condition import Condition
from docgen.office.content import Item, Slug, read_model
from docgen.office.paths import FieldPath
from docgen.office.profile import Office, RuleId, Texts
from docgen.office.rules import Rules

Form = Literal["docx", "pdf", "signed", "public"]
"""In which form a document is enclosed: Word, PDF to be signed, original with all signatures, publication copy."""


def _holds_an_address(path: str) -> str:
    if not path.endswith(".email"):
        raise PydanticCustomError("address", "not the field of an e-mail address")
    return path


AddressPath = Annotated[FieldPath, AfterValidator(_holds_an_address)]


class Enclosure(Item):
    """A file that goes with an e-mail."""

    kind: Slug
    form: Form
    when: tuple[Condition, ...] = ()
    """Whether it goes with this case's e-mail; of a path with `[*]`, at least one item decides."""
    remarked: bool = False
    """Only when a remark on this document is still open."""


class MailGate(Item):
    """What must be so before an e-mail is drafted."""

    needs: Annotated[tuple[Condition, ...], Field(min_length=1)]
    """Of a path with `[*]`, at least one item."""
    rule: RuleId | None = None
    """The rule that refuses it earlier."""


class MailStep(Item):
    """One e-mail."""

    title: Texts
    procedures: tuple[Slug, ...] = ()
    """In which procedures it is used; empty: in all."""
    about: Annotated[tuple[Slug, ...], Field(min_length=1)]
    """The document it is about: the first of these that the case has."""
    gates: tuple[MailGate, ...] = ()
    until: tuple[Condition, ...] = ()
    """As soon as one of these holds, the e-mail comes too late."""
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
    mail, read = read_model(content, file, Mail)
    findings = [finding for name, step in mail.steps.items() for finding in _dangling(name, step, office, rules, read)]
    if findings:
        raise ContentInvalid(most_serious_first(findings))
    return mail


def _dangling(name: str, step: MailStep, office: Office, rules: Rules, read: Source) -> Iterator[Finding]:
    def unknown(what: str, known: Mapping[str, object], *path: str | int) -> Iterator[Finding]:
        if what not in known:
            place = read.place(("steps", name, *path))
            yield Finding("DG-M101", Severity.ERROR, place, {"name": what, "known": ", ".join(known)})

    for index, procedure in enumerate(step.procedures):
        yield from unknown(procedure, office.procedures, "procedures", index)
    for index, kind in enumerate(step.about):
        yield from unknown(kind, office.kinds, "about", index)
    for index, one in enumerate(step.enclosures):
        yield from unknown(one.kind, office.kinds, "enclosures", index, "kind")
        described = office.kinds.get(one.kind)
        if one.form == "public" and described is not None and not described.published:
            place = read.place(("steps", name, "enclosures", index, "form"))
            yield Finding("DG-M102", Severity.ERROR, place, {"kind": one.kind})
    for index, gate in enumerate(step.gates):
        if gate.rule is not None and rules.rule(gate.rule) is None:
            place = read.place(("steps", name, "gates", index, "rule"))
            yield Finding("DG-M103", Severity.ERROR, place, {"rule": gate.rule})
    for condition in _conditions(step):
        yield from _unknown_document(name, condition, office, read)


def _conditions(step: MailStep) -> Iterator[Condition]:
    outer = [condition for gate in step.gates for condition in gate.needs]
    outer += [*step.until, *(condition for one in step.enclosures for condition in one.when)]
    for condition in outer:
        yield condition
        yield from condition.any_ or ()


def _unknown_document(name: str, condition: Condition, office: Office, read: Source) -> Iterator[Finding]:
    kind, _, slot = (condition.signed or "").partition(".")
    kind = kind or condition.built or condition.complete or condition.published or ""
    described = office.kinds.get(kind)
    if kind and (described is None or (slot and slot not in described.slot_names)):
        known = ", ".join(described.slot_names if described else office.kinds)
        place = read.place(("steps", name))
        yield Finding("DG-M101", Severity.ERROR, place, {"name": condition.signed or kind, "known": known})
