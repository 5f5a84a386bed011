"""With what an office's signatures are made: their level, and the services that it takes."""

from __future__ import annotations

from docgen.cli.desk import Desk
from docgen.office.profile import Office
from docgen.pipeline.sign import Means
from docgen.signing.levels import Level, Services
from docgen.signing.services import BELGIAN_TIMESTAMPS, Reach, services
from docgen.signing.trust import Trust


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
