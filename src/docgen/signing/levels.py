"""PAdES baseline levels (ETSI EN 319 142-1, 6) and the services the higher ones need."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from pyhanko.sign.timestamps import TimeStamper
from pyhanko_certvalidator import ValidationContext

from docgen.errors import SigningFailed


class Level(StrEnum):
    """How long a signature can be proved valid."""

    B_B = "B-B"
    """Signature and certificate; the time is the signer's word."""
    B_T = "B-T"
    """And a trusted timestamp."""
    B_LT = "B-LT"
    """And the revocation answers of the day."""
    B_LTA = "B-LTA"
    """And an archive timestamp over everything, to be renewed before it runs out."""

    @property
    def needs_timestamp(self) -> bool:
        """Whether a timestamp service is needed."""
        return self is not Level.B_B

    @property
    def needs_revocation(self) -> bool:
        """Whether revocation answers are embedded."""
        return self in {Level.B_LT, Level.B_LTA}


@dataclass(frozen=True, slots=True)
class Services:
    """What levels above B-B call upon. Built at the edge, where network and trust are configured."""

    timestamper: TimeStamper | None = None
    validation_context: Callable[[], ValidationContext] | None = None
    """A fresh context a signature: trust anchors, and how revocation answers are fetched."""


NO_SERVICES = Services()


def require(level: Level, services: Services) -> None:
    """Nothing when a level can be reached; never a lower level in silence.

    Raises:
        SigningFailed: DG-S411 no timestamp service is configured, DG-S412 nothing to fetch revocation answers with.
    """
    if level.needs_timestamp and services.timestamper is None:
        raise SigningFailed.because("DG-S411", level=level)
    if level.needs_revocation and services.validation_context is None:
        raise SigningFailed.because("DG-S412", level=level)
