"""`docgen template …`: tools for those who own the Word files. Each is imported when it is run."""

from __future__ import annotations

import importlib
from collections.abc import Mapping

import click

COMMANDS: Mapping[str, tuple[str, str]] = {
    "lint": ("template_lint", "Everything that is wrong with Word templates, in one run."),
    "fields": ("template_fields", "The fields that a template may show, with tags ready to paste."),
    "preview": ("template_preview", "PDF and pictures of the pages, with sample data."),
    "text": ("template_text", "The text of a Word file, for comparing versions."),
    "diff": ("template_diff", "What changed between two versions, also as a Word redline."),
    "new": ("template_new", "A start for a new template, in house style and with all its fields."),
    "form": ("template_form", "The blank form of a kind, for the website."),
}


class Tools(click.Group):
    """The tools, imported one at a time."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names of the tools."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The tool of this name."""
        if cmd_name not in COMMANDS:
            return None
        command = importlib.import_module(f"docgen.cli.{COMMANDS[cmd_name][0]}").command
        assert isinstance(command, click.Command)  # noqa: S101  each module of the table defines one
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of tools, from the table and not from the modules."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


@click.group(cls=Tools, epilog="Example: docgen template form application --office vsa")
def command() -> None:
    """Tools for the legal staff who own the Word templates: lint, fields, forms, preview, differences."""
