"""`docgen template …`: tools for those who own the Word files. Each is imported when it is run."""

from __future__ import annotations

from collections.abc import Mapping

import click

from docgen.cli.lazy import LazyGroup

COMMANDS: Mapping[str, tuple[str, str]] = {
    "lint": ("template_lint", "Everything that is wrong with Word templates, in one run."),
    "fields": ("template_fields", "The fields that a template may show, with tags ready to paste."),
    "preview": ("template_preview", "PDF and pictures of the pages, with sample data."),
    "text": ("template_text", "The text of a Word file, for comparing versions."),
    "diff": ("template_diff", "What changed between two versions, also as a Word redline."),
    "new": ("template_new", "A start for a new template, in house style and with all its fields."),
    "form": ("template_form", "The blank form of a kind, for the website."),
}


class Tools(LazyGroup):
    """The tools for Word templates."""

    table = COMMANDS


@click.group(cls=Tools, epilog="Example: docgen template form application --office vsa")
def command() -> None:
    """Tools for the legal staff who own the Word templates: lint, fields, forms, preview, differences."""
