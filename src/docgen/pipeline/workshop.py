"""What the recipes need from outside, handed in by the edge once a run."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from docgen.dossier.roots import Roots
from docgen.office.profile import Office
from docgen.office.rules import Rules
from docgen.office.wording import Wording
from docgen.signing.trust import Trust


@dataclass(frozen=True, slots=True)
class Workshop:
    """Folders, content, the moment, and whose signatures count."""

    roots: Roots
    wording: Wording
    rules: Rules
    now: datetime
    """Aware; the one moment of the whole run."""
    trust: Trust

    def at(self, roots: Roots) -> Workshop:
        """The same workshop over other folders, for a case given by its path."""
        return replace(self, roots=roots)

    def today(self, office: Office) -> date:
        """The calendar day at the office."""
        return self.now.astimezone(ZoneInfo(office.time_zone)).date()


def language_tag(lang: str, office: Office) -> str:
    """BCP 47 tag of a document: its language as written in the office's country, `nl-BE`."""
    return f"{lang}-{office.address.country}"
