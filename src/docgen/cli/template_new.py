"""`docgen template new`: a start for a new template, in house style and with all its fields."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import click

from docgen.case.fields import BY_PATH
from docgen.case.help import Help
from docgen.cli.desk import Desk, Outcome, as_command
from docgen.cli.given import read_given
from docgen.cli.template_files import Which, chosen, templates
from docgen.dossier import content, files
from docgen.errors import ContentInvalid, UsageError
from docgen.findings import Place
from docgen.office.profile import in_language
from docgen.office.wording import Wording
from docgen.word.start import start


@as_command("template new", example="docgen template new protocol --office vsa --lang nl -o start.docx", speaks=False)
@click.argument("kind", metavar="KIND")
@click.option("--office", "office_name", help="Office of the kind.  [the only one that has it]")
@click.option("--lang", "language", help="Language of the template.  [the office's first]")
@click.option(
    "--like", "base", type=click.Path(path_type=Path, dir_okay=False), help="Template to take the house style from."
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where it goes.  [its place under the templates folder]",
)
def command(
    desk: Desk, kind: str, office_name: str | None, language: str | None, base: Path | None, output: Path | None
) -> Outcome:
    """Make a start for a template of KIND, which must stand in office.yaml: a section for each field it requires.

    Styles, margins, header and footer are those of another template of the office. A file that is there is left alone.
    """
    which = chosen(desk, kind, office_name, language)
    path = output or desk.settings.roots.templates / which.office.id / which.lang / f"{kind}.docx"
    if path.exists():
        raise UsageError.because("DG-X326", Place(str(path)), path=str(path))
    described = which.office.kinds[kind]
    words = _Words(desk.wording, content.field_help(desk.settings.roots), which.lang)
    made = start(like(desk, which, base), kind, described, in_language(described.title, which.lang), words)
    files.write(path, made)
    data = {"office": which.office.id, "kind": kind, "lang": which.lang, "path": str(path)}
    return Outcome(desk.wording.text("start.done", which.lang, path=str(path)), data)


@dataclass(frozen=True, slots=True)
class _Words:
    wording: Wording
    help: Help
    lang: str

    def text(self, key: str, **parameters: str) -> str:
        """A phrase."""
        return self.wording.text(key, self.lang, **parameters)

    def name(self, path: str) -> str:
        """Name of a field."""
        return self.help.of(BY_PATH[path], self.lang).title


def like(desk: Desk, which: Which, named: Path | None) -> bytes:
    """A template of the same house and language, or the one that was named.

    Raises:
        ContentInvalid: the office has none.
    """
    if named is not None:
        return read_given(named)
    known = list(templates(desk, which.office.id))
    best = sorted(known, key=lambda path: (path.parent.name != which.lang, path.stem == which.kind, path.stem))
    if not best:
        raise ContentInvalid.because("DG-X327", office=which.office.id)
    return read_given(best[0])
