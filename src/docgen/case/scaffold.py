"""A new case file: every field a procedure needs, empty, each with its help as a comment in the case's language."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from docgen.case.fields import OUTLINE, CaseField, Kind
from docgen.case.help import Help

WIDTH = 100
ALWAYS = ("schema", "id", "office", "procedure", "language", "title", "request_type")
"""What stands at the top of every case file."""


@dataclass(frozen=True, slots=True)
class Blank:
    """What is known of a case before anybody filled in anything."""

    id: str
    office: str
    procedure: str
    language: str
    office_name: str
    """For the opening words."""
    sections: tuple[str, ...]
    """Fields at the top of the file that the procedure needs, besides those of `ALWAYS`; their order is the model's."""
    changes: tuple[str, ...] = ()
    """Kinds of change that the procedure allows."""
    documents: tuple[str, ...] = ()
    """Kinds of document about which the office fixes a number and a date."""
    schema: str = "../docs/case.schema.json"
    """Where the JSON Schema lies, as seen from the case file."""
    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """What the values of a field are called in the case's language, by the field's path."""
    allowed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The values that this office and procedure take, by the field's path; a field with none is left out."""
    required: frozenset[str] = frozenset()
    """Paths of the fields without which no case of this procedure passes."""


def scaffold(blank: Blank, help: Help) -> str:
    """A commented case file that loads as it is; every field left empty counts as not given.

    What the procedure demands shows up as findings of its rules, not of the file's form. Which of two exclusive
    fields applies (`until` or `months`) is for the writer to choose.
    """
    writer = _Writer(blank, help)
    return "\n".join([*writer.opening(), *writer.body()]) + "\n"


@dataclass
class _Writer:
    blank: Blank
    help: Help
    explained: set[str] = field(default_factory=set)

    def opening(self) -> Iterator[str]:
        yield f"# yaml-language-server: $schema={self.blank.schema}"
        words = {"id": self.blank.id, "office": self.blank.office_name, "procedure": self.blank.procedure}
        inherits = ("inherits",) if "base" in self.blank.sections else ()
        for name in ("opening", "how", *inherits, "texts", "never"):
            yield from _comment(self.help.phrase(name, self.blank.language, **words), "")

    def body(self) -> Iterator[str]:
        wanted = {*ALWAYS, *self.blank.sections}
        for outline in OUTLINE:
            if outline.name in wanted and self._is_asked(outline):
                if outline.kind in (Kind.BLOCK, Kind.VARIANTS, Kind.TABLE) or outline.name == "title":
                    yield ""
                yield from self._field(outline, "")

    def _field(self, outline: CaseField, indent: str) -> Iterator[str]:
        yield from self._explanation(outline, indent)
        value = self._known(outline) if not indent else ""
        yield f"{indent}{outline.name}:{value and ' '}{value}{'' if value else self._mark(outline)}"
        inner = f"{indent}  "
        if outline.kind is Kind.VARIANTS:
            yield from self._examples(outline, inner)
        elif outline.kind is Kind.TABLE:
            for row in self.blank.documents:
                yield f"{inner}{row}:"
                yield from self._fields(outline.fields, f"{inner}  ")
        elif outline.kind is Kind.BLOCK:
            yield from self._items(outline.fields, inner) if outline.many else self._fields(outline.fields, inner)
        elif outline.many:
            yield f"{inner}-"

    def _fields(self, fields: tuple[CaseField, ...], indent: str) -> Iterator[str]:
        for outline in fields:
            if self._is_asked(outline):
                yield from self._field(outline, indent)

    def _items(self, fields: tuple[CaseField, ...], indent: str) -> Iterator[str]:
        first, *others = fields
        yield from self._explanation(first, indent)
        lines = [line for line in self._field(first, f"{indent}  ") if not line.lstrip().startswith("#")]
        yield f"{indent}- {lines[0].lstrip()}"
        yield from lines[1:]
        yield from self._fields(tuple(others), f"{indent}  ")

    def _examples(self, outline: CaseField, indent: str) -> Iterator[str]:
        """One example of each allowed change, commented out: a change without content would be one too many."""
        for word, fields in outline.variants:
            if word not in self.blank.changes:
                continue
            yield f"{indent}# - kind: {word}"
            others = tuple(field for field in fields if field.name != "kind")
            for line in self._fields(others, "    "):
                yield f"{indent}# {line[2:]}"

    def _explanation(self, outline: CaseField, indent: str) -> Iterator[str]:
        text = self.help.of(outline, self.blank.language)
        said = f"{text.title}{'' if text.title.endswith('?') else '.'} {text.help} {self._form(outline)}".strip()
        if said not in self.explained:
            self.explained.add(said)
            yield from _comment(said, indent)

    def _is_asked(self, outline: CaseField) -> bool:
        return self.blank.allowed.get(outline.path, ("any",)) != ()

    def _mark(self, outline: CaseField) -> str:
        """What stands behind a field that may not stay empty."""
        around = outline.path.rpartition(".")[0]
        with_its_block = outline.required and (not around or around in self.blank.required)
        if not (with_its_block or outline.path in self.blank.required):
            return ""
        return f"  # {self.help.phrase('required', self.blank.language)}"

    def _form(self, outline: CaseField) -> str:
        lang = self.blank.language
        if outline.kind is Kind.VARIANTS:
            return self.help.phrase("choose", lang, choices=", ".join(self.blank.changes))
        allowed = self.blank.allowed.get(outline.path, outline.choices)
        if allowed:
            names = self.blank.names.get(outline.path, {})
            choices = [f"{value} ({names[value]})" if names.get(value, value) != value else value for value in allowed]
            return self.help.phrase("choose", lang, choices=", ".join(choices))
        name = {Kind.FLAG: "flag", Kind.DATE: "date", Kind.NUMBER: "number"}.get(outline.kind)
        form = self.help.phrase(name, lang) if name and outline.name != "schema" else ""
        if outline.default:
            form = f"{form} {self.help.phrase('default', lang, value=outline.default)}"
        return form.strip()

    def _known(self, outline: CaseField) -> str:
        blank = self.blank
        return {
            "schema": "1",
            "id": blank.id,
            "office": blank.office,
            "procedure": blank.procedure,
            "language": blank.language,
        }.get(outline.name, "")


def _comment(text: str, indent: str) -> list[str]:
    return textwrap.wrap(
        text, WIDTH, initial_indent=f"{indent}# ", subsequent_indent=f"{indent}# ", break_long_words=False,
        break_on_hyphens=False,
    )  # fmt: skip
