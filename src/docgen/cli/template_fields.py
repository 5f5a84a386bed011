"""`docgen template fields`: the fields that a template may show, with tags ready to paste."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import click

from docgen.case.fields import CaseField, Kind
from docgen.case.help import Help
from docgen.cli.desk import Desk, Outcome, as_command
from docgen.cli.table import table
from docgen.cli.template_files import Which, chosen
from docgen.cli.template_new import like
from docgen.dossier import cases, content, files
from docgen.office.profile import in_language
from docgen.word.catalogue import Entry, catalogue
from docgen.word.lint.said import short
from docgen.word.start import Cells, Line, in_house_style

_COLUMNS = ("tag", "name", "meaning", "type", "example")


@as_command("template fields", example="docgen template fields protocol --office vsa -o fields.docx", speaks=False)
@click.argument("kind", metavar="KIND")
@click.option("--office", "office_name", help="Office of the kind.  [the only one that has it]")
@click.option("--lang", "language", help="Language of names and meanings.  [the office's first]")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="Also as a Word document.")
def command(desk: Desk, kind: str, office_name: str | None, language: str | None, output: Path | None) -> Outcome:
    """List every field that a template of KIND can show: tag to paste, meaning, type, example."""
    which = chosen(desk, kind, office_name, language)
    speaker = _Speaker(desk, content.field_help(desk.settings.roots), which, tuple(_samples(desk, which)))
    entries = catalogue(which.office, which.kind)
    rows = [speaker.row(entry) for entry in entries]
    headings = [desk.wording.text(f"catalogue.{name}", which.lang) for name in _COLUMNS]
    if output is not None:
        files.write(output, _document(desk, which, headings, rows))
        desk.talk(desk.wording.text("catalogue.written", which.lang, count=len(rows), path=str(output)))
    text = table(headings, [[tag, *(short(cell, 60) for cell in rest)] for tag, *rest in rows])
    data = [
        {"path": entry.path, "required": entry.required, **dict(zip(_COLUMNS, row, strict=True))}
        for entry, row in zip(entries, rows, strict=True)
    ]
    return Outcome(text, {"office": which.office.id, "kind": kind, "lang": which.lang, "fields": data})


def _samples(desk: Desk, which: Which) -> Iterator[Mapping[str, Any]]:
    for name in cases.known(desk.settings.roots):
        located = cases.read(desk.settings.roots, name).located
        if located is not None and located.case.office == which.office.id:
            yield located.case.model_dump(by_alias=True)


def _document(desk: Desk, which: Which, headings: list[str], rows: list[tuple[str, ...]]) -> bytes:
    title = desk.wording.text(
        "catalogue.title", which.lang, kind=in_language(which.office.kinds[which.kind].title, which.lang)
    )
    cells = Cells(title, title, (30, 18, 26, 10, 16), tuple(headings), tuple(rows))
    return in_house_style(like(desk, which, None), title, [Line("Title", title), cells], margins=False)


@dataclass(frozen=True)
class _Speaker:
    """Entries in words."""

    desk: Desk
    help: Help
    which: Which
    samples: tuple[Mapping[str, Any], ...]

    def row(self, entry: Entry) -> tuple[str, ...]:
        """Tag, name, meaning, type, example."""
        if entry.field is None:
            return self._around(entry)
        text = self.help.of(entry.field, self.which.lang)
        meaning = f"{text.help} ({self._text('catalogue.required')})" if entry.required else text.help
        return (entry.tag, text.title, meaning, self._type(entry.field), self._example(entry.field))

    def _around(self, entry: Entry) -> tuple[str, ...]:
        """A field that no case holds: of the document, of who signs it, or of the office."""
        owner, *between, name = entry.path.split(".")
        titles = [in_language(self.which.office.roles[role].title, self.which.lang) for role in self._roles(between)]
        whose = self._text(f"catalogue.{owner}") + (f": {' / '.join(titles)}" if titles else "")
        kind = self._text(f"catalogue.kind.{'date' if name == 'date' else 'text'}")
        return (entry.tag, self._text(f"catalogue.name.{name}"), whose, kind, self._example_around(entry.path))

    def _roles(self, between: list[str]) -> tuple[str, ...]:
        slots = {slot.name: slot.roles for slot in self.which.office.kinds[self.which.kind].slots}
        return slots.get(between[0], ()) if len(between) == 1 else tuple(between[1:])

    def _example_around(self, path: str) -> str:
        office, lang = self.which.office, self.which.lang
        kind = office.kinds[self.which.kind]
        if path.startswith("document."):
            number = office.numbering.get(kind.number or "")
            known = {"kind": self.which.kind, "title": in_language(kind.title, lang), "lang": lang,
                     "number": number.example if number else "", "case": str(self.samples[0]["id"])}  # fmt: skip
            return known.get(path.partition(".")[2], "")
        found: Any = office.model_dump() if path.startswith("office.") else {}
        for step in path.split(".")[1:]:
            found = found.get(step) or {}
        return in_language(found, lang) if isinstance(found, Mapping) else str(found)

    def _text(self, key: str, **parameters: str) -> str:
        return self.desk.wording.text(key, self.which.lang, **parameters)

    def _type(self, field: CaseField) -> str:
        kind = self._text(f"catalogue.kind.{field.kind.value}")
        return self._text("catalogue.many", kind=kind) if field.many else kind

    def _example(self, field: CaseField) -> str:
        if field.kind in (Kind.BLOCK, Kind.VARIANTS, Kind.TABLE):
            return ""
        for sample in self.samples:
            for value in _values(sample, field.path.split(".")):
                return short(self._said(field, value), 60)
        return self.desk.wording.label(field.path, field.choices[0], self.which.lang) if field.choices else ""

    def _said(self, field: CaseField, value: object) -> str:
        if isinstance(value, bool):
            return self._text("filter.yes" if value else "filter.no")
        if isinstance(value, date):
            return self.desk.wording.date(value, self.which.lang)
        if field.kind is Kind.CHOICE:
            return self.desk.wording.label(field.path, str(value), self.which.lang)
        return str(value)


def _values(value: object, steps: list[str]) -> Iterator[object]:
    """The values at a path, of every row on the way; nothing that is empty."""
    if isinstance(value, list | tuple):
        for item in value:
            yield from _values(item, steps)
    elif not steps:
        if value not in (None, ""):
            yield value
    elif isinstance(value, Mapping):
        inner = value.values() if steps[0] == "*" else [value.get(steps[0])]
        for one in inner:
            yield from _values(one, steps[1:])
