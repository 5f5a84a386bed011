"""What every command shares: its options, its surroundings, and how it ends.

A command's body takes a `Desk` and its own options and gives an `Outcome`. Whatever it raises from the tree in
`docgen.errors` becomes sentences and an exit code here; anything else is a bug and says so.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from docgen.case.typography import quoted, spaced
from docgen.cli import show
from docgen.cli.sarif import as_sarif
from docgen.cli.settings import Options, Settings, settings, usual
from docgen.decide.rules import require_known_predicates
from docgen.dossier import content
from docgen.errors import DocgenError, ExitCode, UsageError
from docgen.findings import Finding, most_serious_first
from docgen.numbers import mask_national_numbers
from docgen.office.rules import Citation, Rules, said
from docgen.office.wording import Sentence, Wording
from docgen.pipeline.guarded import hush_libraries


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command has to show."""

    text: str
    """For people; may be empty."""
    data: Mapping[str, Any]
    """For scripts."""
    exit_code: ExitCode = ExitCode.DONE
    findings: Sequence[show.Shown] = field(default=())
    """For `--format sarif`."""


@dataclass(frozen=True)
class Desk:
    """The surroundings of one run of a command."""

    settings: Settings
    environment: Mapping[str, str]
    format: str
    quiet: bool
    verbose: bool

    @cached_property
    def wording(self) -> Wording:
        """Every sentence."""
        return content.wording(self.settings.roots)

    @cached_property
    def rules(self) -> Rules:
        """Every rule; each names only predicates that docgen has."""
        rules = content.rules(self.settings.roots)
        require_known_predicates(rules)
        return rules

    @cached_property
    def now(self) -> datetime:
        """The moment of this run; `SOURCE_DATE_EPOCH` fixes it for reproducible runs."""
        epoch = self.environment.get("SOURCE_DATE_EPOCH", "")
        return datetime.fromtimestamp(int(epoch), UTC) if epoch.isdigit() else datetime.now(UTC)

    def say(self, finding: Finding) -> Sentence:
        """A finding in the language of the user."""
        return self._spaced(self.wording.say(finding.code, self.settings.lang, finding.parameters))

    def outline(self, code: str) -> Sentence:
        """What a code means whatever it is found in, in the language of the user."""
        return self._spaced(self.wording.outline(code, self.settings.lang))

    def _spaced(self, said: Sentence) -> Sentence:
        return Sentence(*(spaced(words, self.settings.lang) for words in (said.text, said.remedy, said.more)))

    def ground(self, finding: Finding) -> str:
        """Legal ground of a rule for the office concerned, with a mark when it still awaits confirmation."""
        rule = self.rules.rule(finding.code)
        if rule is None:
            return ""
        ground = self.rules.ground(rule, finding.parameters.get("office", ""))
        cited = "; ".join(self.cited(citation) for citation in ground.citations)
        notes = [self.text("rule.by_analogy")] if ground.by_analogy else []
        notes += [self.text("rule.awaiting")] if ground.awaiting_legal_confirmation else []
        return f"{cited} ({', '.join(notes)})" if notes else cited

    def cited(self, citation: Citation) -> str:
        """A source with its article and its words; these stay in their own language."""
        source = self.rules.sources.get(citation.source)
        lang = self.settings.lang
        title = said(source.title, lang) if source else citation.source
        head = ", ".join(filter(None, (title, said(citation.article, lang))))
        colon = " : " if lang == "fr" else ": "
        return spaced(f"{head}{colon}{quoted(citation.quote, lang)}", lang) if citation.quote else head

    def text(self, key: str, **parameters: object) -> str:
        """A phrase in the language of the user."""
        return spaced(self.wording.text(key, self.settings.lang, **parameters), self.settings.lang)

    def moment(self, at: datetime, zone: str = "") -> str:
        """A moment in words, with its zone: `23 november 2026 14:05:09 (UTC+01:00)`.

        Args:
            at: aware.
            zone: by whose clock, as in the IANA database; by this machine's when nobody says.
        """
        local = at.astimezone(ZoneInfo(zone) if zone else None)
        offset = f"{local:%z}"
        return f"{self.wording.date(local.date(), self.settings.lang)} {local:%H:%M:%S} (UTC{offset[:3]}:{offset[3:5]})"

    def shown(self, findings: Sequence[Finding]) -> tuple[show.Shown, ...]:
        """Findings with their words, most serious first."""
        return show.shown(most_serious_first(findings), self)

    def talk(self, words: str) -> None:
        """Something to know while waiting; on stderr, and not with `--quiet`."""
        if not self.quiet:
            click.echo(mask_national_numbers(words), err=True)


Body = Callable[..., Outcome]


def as_command(
    name: str, *, example: str, formats: tuple[str, ...] = ("text", "json"), speaks: bool = True
) -> Callable[[Body], click.Command]:
    """Make a click command of a body, with the options that every command has.

    Args:
        name: as typed.
        example: a whole command line, shown by `--help`.
        formats: which `--format` the result can take; the first is usual.
        speaks: whether `--lang` chooses the language of sentences; a command may want the word for itself.
    """

    def wrap(body: Body) -> click.Command:
        own: list[click.Parameter] = list(reversed(getattr(body, "__click_params__", [])))

        def callback(**given: Any) -> int:
            return _run(name, body, given)

        parameters = [*own, *_common(formats, speaks=speaks)]
        epilog = f"Example: {example}"
        return click.Command(name, callback=callback, params=parameters, help=body.__doc__, epilog=epilog)

    return wrap


def _common(formats: tuple[str, ...], *, speaks: bool) -> list[click.Parameter]:
    folder = click.Path(path_type=Path, file_okay=False)
    file = click.Path(path_type=Path)
    lang = click.Option(
        ["--lang"], type=click.Choice(["nl", "fr", "en"]), help="Language of sentences.  [your computer's]"
    )
    return [
        click.Option(
            ["--format", "format_"],
            type=click.Choice(formats),
            default=formats[0],
            help=f"Form of the result.  [{formats[0]}]",
        ),
        *([lang] if speaks else []),
        click.Option(["--templates"], type=folder, help="Folder of templates, profiles, rules, wording.  [templates]"),
        click.Option(["--cases"], type=folder, help="Folder of case files.  [cases]"),
        click.Option(["--out"], type=folder, help="Folder of what can be made again.  [out]"),
        click.Option(["--config"], type=file, help="Settings file.  [docgen.toml]"),
        click.Option(["-q", "--quiet"], is_flag=True, help="Results only."),
        click.Option(["-v", "--verbose"], is_flag=True, help="Say more; show traces of bugs."),
    ]


def _run(name: str, body: Body, given: dict[str, Any]) -> int:
    chosen = given.pop("format_")
    quiet, verbose = given.pop("quiet"), given.pop("verbose")
    roots = {key: given.pop(key) for key in ("templates", "cases", "out", "config")}
    options = Options(lang=given.pop("lang", None), trust=tuple(given.pop("trust", ())), **roots)
    desk = Desk(usual(options, os.environ), os.environ, chosen, quiet, verbose)
    hush_libraries()
    try:
        desk = replace(desk, settings=settings(options, os.environ, Path.cwd()))
        outcome = body(desk, **given)
        _show(name, desk, outcome)
        return outcome.exit_code
    except DocgenError as error:
        return _refuse(name, desk, error)
    except (click.ClickException, click.Abort, KeyboardInterrupt, BrokenPipeError):
        raise
    except Exception as error:
        return _bug(error, verbose=verbose)


def _show(name: str, desk: Desk, outcome: Outcome) -> None:
    if desk.format == "json":
        words = show.as_json(name, {"exit_code": int(outcome.exit_code), **outcome.data})
    elif desk.format == "sarif":
        words = as_sarif(outcome.findings, desk.outline, desk.settings.lang, outcome.exit_code)
    else:
        words = outcome.text
    if words:
        click.echo(mask_national_numbers(words))


def _refuse(name: str, desk: Desk, error: DocgenError) -> int:
    try:
        found = desk.shown(error.findings)
    except DocgenError:
        # Without readable wording the code and its parameters have to do.
        click.echo(mask_national_numbers(f"docgen {name}: {error}"), err=True)
        return error.exit_code
    if desk.format == "json":
        data = {"exit_code": int(error.exit_code), "findings": [one.as_json() for one in found]}
        click.echo(mask_national_numbers(show.as_json(name, data)))
    elif desk.format == "sarif":
        words = as_sarif(found, desk.outline, desk.settings.lang, error.exit_code, refused=True)
        click.echo(mask_national_numbers(words))
    else:
        click.echo(mask_national_numbers(show.as_text(found, desk)), err=True)
    return error.exit_code


def _bug(error: Exception, *, verbose: bool) -> int:
    click.echo(f"docgen: this is a bug ({type(error).__name__}); run again with -v and report what it says", err=True)
    if verbose:
        lines = traceback.format_exception(error)
        click.echo(mask_national_numbers("".join(lines)), err=True)
    return ExitCode.BUG


def stdout_is_terminal() -> bool:
    """Whether a person is looking."""
    return sys.stdout.isatty()


def no_cases(desk: Desk) -> UsageError:
    """What to say when a command has no case to work on."""
    return UsageError.because("DG-X106", folder=str(desk.settings.roots.cases))
