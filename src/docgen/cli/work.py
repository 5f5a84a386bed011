"""From a desk to a workshop: what the recipes need, gathered from settings and the disk."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from docgen.cli.batch import asked_cases
from docgen.cli.desk import Desk
from docgen.cli.given import read_given
from docgen.cli.trust_options import demo_trust_option as demo_trust_option
from docgen.cli.trust_options import trust_option as trust_option
from docgen.pipeline.demo_root import ROOT_FILE
from docgen.pipeline.workshop import Workshop
from docgen.signing.trust import Trust, trust_from


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


def chosen(desk: Desk, references: Iterable[str], *, demo_trust: bool = False) -> list[tuple[Workshop, str]]:
    """The cases a command was asked to work on, each with its folders; all of them when none is named.

    Raises:
        UsageError: a case does not exist, or there are none at all.
    """
    shop = workshop(desk, demo_trust=demo_trust)
    return [(shop.at(roots), case) for roots, case in asked_cases(desk, references)]
