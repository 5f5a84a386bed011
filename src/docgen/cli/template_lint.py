"""`docgen template lint`: everything that is wrong with Word templates, in one run."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import click

from docgen.case.typography import quoted
from docgen.cli import show
from docgen.cli.desk import Desk, Outcome, as_command
from docgen.cli.given import read_given
from docgen.cli.template_files import Which, languages, templates, which
from docgen.dossier import files
from docgen.errors import ContentInvalid, ExitCode, UsageError
from docgen.findings import Finding, Severity
from docgen.word.comments import Remark, lines, with_comments
from docgen.word.lint import Expected, Machine, fonts_wanted, lint

_CLAUSES = ("purpose", "dissemination", "output")
_SAME_WIDTHS: Mapping[str, str] = {
    "Arial": "Liberation Sans",
    "Helvetica": "Liberation Sans",
    "Times New Roman": "Liberation Serif",
    "Courier New": "Liberation Mono",
    "Calibri": "Carlito",
    "Cambria": "Caladea",
}
"""Fonts drawn by another one of the same widths, so that nothing moves."""


@as_command("template lint", example="docgen template lint --office vsa", formats=("text", "json", "sarif"))
@click.argument("paths", nargs=-1, metavar="[FILE]...", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--office", "office_name", help="Only the templates of this office.")
@click.option(
    "--fail-on",
    type=click.Choice(["error", "warning", "never"]),
    default="error",
    show_default=True,
    help="What makes the run end with 4.",
)
@click.option(
    "--annotate",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the findings of the one FILE as Word comments into this copy.",
)
def command(
    desk: Desk, paths: tuple[Path, ...], office_name: str | None, fail_on: str, annotate: Path | None
) -> Outcome:
    """Check Word templates: tags, fields, signature places, house style, accessibility, safety, compulsory clauses.

    Without FILE all templates are checked. A FILE that lies elsewhere is checked for what holds for any template.
    """
    chosen = list(paths) or list(templates(desk, office_name))
    if annotate is not None and len(chosen) != 1:
        raise UsageError.because("DG-X323", count=str(len(chosen)))
    found = [finding for path in chosen for finding in _looked_at(desk, path)]
    if annotate is not None:
        files.write(annotate, annotated(desk, read_given(chosen[0]), found))
        desk.talk(desk.text("lint.annotated", path=str(annotate)))
    shown = show.shown(found, desk)
    data = {"templates": [str(path) for path in chosen], "findings": [one.as_json() for one in shown]}
    return Outcome(_text(desk, shown, len(chosen)), data, _exit_code(found, fail_on), shown)


def _looked_at(desk: Desk, path: Path) -> tuple[Finding, ...]:
    try:
        return checked(desk, path)
    except ContentInvalid as error:
        # One file that cannot be read is a finding among those of the others.
        return error.findings


def checked(desk: Desk, path: Path) -> tuple[Finding, ...]:
    """Every finding of one template."""
    content, file = read_given(path), str(path)
    kind = which(desk, path)
    rule = desk.rules.rule("D-36")
    leftovers = tuple(word for word in (rule.values if rule else ()) if not set(word) & set("{}"))
    machine = Machine(substitutes(fonts_wanted(content, file)))
    return lint(content, file, _expected(desk, kind, path) if kind else None, machine=machine, leftovers=leftovers)


def _expected(desk: Desk, kind: Which, path: Path) -> Expected:
    here = languages(desk, kind.office)
    others = {lang: path.parent.parent / lang / path.name for lang in sorted(here - {kind.lang})}
    return Expected(
        office=kind.office,
        kind=kind.kind,
        lang=kind.lang,
        twins={lang: other.read_bytes() for lang, other in others.items() if other.is_file()},
        languages=here,
        clauses={name: _signs(desk, name, kind.lang) for name in _CLAUSES},
    )


def _signs(desk: Desk, clause: str, lang: str) -> tuple[str, ...]:
    return tuple(sign.strip() for sign in desk.wording.text(f"lint.clause.{clause}", lang).split(";"))


def substitutes(families: Iterable[str]) -> Mapping[str, str]:
    """Fonts that this machine lacks, with what it draws in their place; empty where fontconfig is not there."""
    matcher = shutil.which("fc-match")
    if matcher is None:
        return {}
    missing: dict[str, str] = {}
    for family in families:
        ran = subprocess.run([matcher, "--format=%{family}", family], capture_output=True, text=True, check=False)
        names = ran.stdout.split(",")
        if ran.returncode == 0 and family not in names and _SAME_WIDTHS.get(family) not in names:
            missing[family] = names[0]
    return missing


def annotated(desk: Desk, content: bytes, found: Sequence[Finding]) -> bytes:
    """A copy of the template with each finding as a Word comment at its paragraph."""
    remarks = [_remark(desk, finding) for finding in found]
    return with_comments(content, remarks, author="docgen", initials="dg", at=desk.now)


def _remark(desk: Desk, finding: Finding) -> Remark:
    sentence, inside = desk.say(finding), finding.parameters.get("part") == "body"
    where = "" if inside else place(desk, finding)
    text = lines([where, f"{finding.code} {sentence.text}", sentence.remedy])
    return Remark(int(finding.parameters["paragraph"] or 0) if inside else 0, text)


def place(desk: Desk, finding: Finding) -> str:
    """The place of a finding, in the words of people who work in Word; empty for the whole document."""
    return desk.wording.place(finding.parameters, desk.settings.lang)


def _text(desk: Desk, shown: Sequence[show.Shown], count: int) -> str:
    errors = sum(one.finding.severity >= Severity.ERROR for one in shown)
    if not shown:
        return desk.text("lint.none", count=count)
    total = desk.text("lint.total", count=count, errors=errors, warnings=len(shown) - errors)
    return "\n".join([*(_said(desk, one) for one in shown), "", total])


def _said(desk: Desk, one: show.Shown) -> str:
    finding = one.finding
    severity = click.style(
        desk.text(f"severity.{finding.severity.name.lower()}"),
        fg="red" if finding.severity >= Severity.ERROR else "yellow",
    )
    where = place(desk, finding)
    words = finding.parameters.get("words", "")
    around = f" {quoted(words, desk.settings.lang)}" if words and finding.parameters.get("tag") != words else ""
    head = ": ".join(filter(None, (finding.place.file if finding.place else "", f"{where}{around}".strip())))
    return "\n".join(filter(None, (head, f"    {severity} {finding.code} {one.text}", _arrow(one.remedy))))


def _arrow(remedy: str) -> str:
    return f"    → {remedy}" if remedy else ""


def _exit_code(found: Sequence[Finding], fail_on: str) -> ExitCode:
    bar = {"error": Severity.ERROR, "warning": Severity.WARNING}.get(fail_on)
    bad = bar is not None and any(finding.severity >= bar for finding in found)
    return ExitCode.CONTENT_INVALID if bad else ExitCode.DONE
