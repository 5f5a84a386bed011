"""From a desk to a workshop: what the recipes need, gathered from settings and the disk."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import click

from docgen.cli.batch import asked_cases
from docgen.cli.desk import Desk
from docgen.cli.given import read_given
from docgen.office.profile import Office
from docgen.pipeline.demo_keys import ROOT_FILE
from docgen.pipeline.sign import Means
from docgen.pipeline.workshop import Workshop
from docgen.signing.levels import Level, Services
from docgen.signing.services import BELGIAN_TIMESTAMPS, Reach, services
from docgen.signing.trust import Trust, trust_from

trust_option = click.option(
    "--trust",
    multiple=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="Certificate (PEM or DER) that a chain may end in; may be given several times.",
)
demo_trust_option = click.option(
    "--demo", "demo_trust", is_flag=True, help="Trust the throw-away root of --demo signatures too."
)


def workshop(desk: Desk, *, demo_trust: bool = False) -> Workshop:
    """The workshop of this run.

    Raises:
        UsageError: a trust anchor cannot be read.
        ContentInvalid: wording or rules cannot be used.
    """
    trusted = trust(desk, demo_trust=demo_trust)
    return Workshop.equipped(desk.settings.roots, desk.wording, desk.rules, desk.now, trusted)


def trust(desk: Desk, *, demo_trust: bool = False) -> Trust:
    """The configured trust anchors."""
    named = list(desk.settings.trust)
    root = desk.settings.demo_pki / ROOT_FILE
    if demo_trust and root.is_file():
        named.append(root)
    return replace(trust_from(read_given(path) for path in named), revocation=desk.settings.signing.revocation)


def means(desk: Desk, asked: str | None, trusted: Trust) -> Means:
    """Level and services of an office's signatures: what was asked, then docgen.toml, then the office's profile.

    The timestamp service is that of docgen.toml, then of the profile, then that of the Belgian eID.
    """
    own = desk.settings.signing

    def chosen_means(office: Office) -> tuple[Level, Services]:
        level = Level(asked or own.level or office.signing.level or Level.B_B)
        address = own.timestamp or office.signing.timestamp or BELGIAN_TIMESTAMPS
        return level, services(Reach(address, own.timeout), trusted, desk.now)

    return chosen_means


def chosen(desk: Desk, references: Iterable[str]) -> list[tuple[Workshop, str]]:
    """The cases a command was asked to work on, each with its folders; all of them when none is named.

    Raises:
        UsageError: a case does not exist, or there are none at all.
    """
    shop = workshop(desk)
    return [(shop.at(roots), case) for roots, case in asked_cases(desk, references)]
