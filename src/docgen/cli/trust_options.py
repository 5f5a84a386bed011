"""Options that say whose signatures count; apart, because asking them loads nothing of what judges signatures."""

from __future__ import annotations

from pathlib import Path

import click

trust_option = click.option(
    "--trust",
    multiple=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="Certificate (PEM or DER) that a chain may end in; may be given several times.  [trust of docgen.toml]",
)
demo_trust_option = click.option(
    "--demo", "demo_trust", is_flag=True, help="Trust the throw-away root of --demo signatures too."
)
