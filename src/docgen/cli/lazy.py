"""A group of commands whose modules are imported one at a time: `--help` does not wait for the signing library."""

from __future__ import annotations

import importlib
from collections.abc import Mapping

import click


class LazyGroup(click.Group):
    """Commands by name, each in its own module under `docgen.cli`, which defines `command`.

    Subclasses give `table`: name → (module, the line that `--help` shows), in the order to show them in.
    """

    table: Mapping[str, tuple[str, str]] = {}

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names, in the table's order."""
        return list(self.table)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name, imported now; none when the table has no such name."""
        if cmd_name not in self.table:
            return None
        command = importlib.import_module(f"docgen.cli.{self.table[cmd_name][0]}").command
        assert isinstance(command, click.Command)  # noqa: S101  each module of the table defines one
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, from the table and not from the modules."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in self.table.items()])
