"""What the recipes need from outside, handed in by the edge once a run."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from docgen.documents import ExpectedSignature, SignedPdf, ValidationReport
from docgen.dossier.roots import Roots
from docgen.office.profile import Office
from docgen.office.rules import Rules
from docgen.office.wording import Wording
from docgen.signing.trust import Trust
from docgen.signing.validate import validate


class Judge:
    """Validation that remembers within one run: the same bytes, expectations and moment get the same judgement."""

    def __init__(self, trust: Trust, now: datetime) -> None:
        self._trust = trust
        self._now = now
        self._reports: dict[tuple[str, tuple[ExpectedSignature, ...]], ValidationReport] = {}

    def __call__(self, signed: SignedPdf, expected: tuple[ExpectedSignature, ...]) -> ValidationReport:
        """The report of `docgen.signing.validate` on a document."""
        key = (signed.digest, expected)
        if key not in self._reports:
            self._reports[key] = validate(signed, trust=self._trust, expected=expected, now=self._now)
        return self._reports[key]


@dataclass(frozen=True, slots=True)
class Workshop:
    """Folders, content, the moment, and whose signatures count."""

    roots: Roots
    wording: Wording
    rules: Rules
    now: datetime
    """Aware; the one moment of the whole run."""
    trust: Trust
    judge: Judge

    @classmethod
    def equipped(cls, roots: Roots, wording: Wording, rules: Rules, now: datetime, trust: Trust) -> Workshop:
        """A workshop with a judge of its own."""
        return cls(roots, wording, rules, now, trust, Judge(trust, now))

    def trusting(self, trust: Trust) -> Workshop:
        """The same workshop with other trust anchors."""
        return replace(self, trust=trust, judge=Judge(trust, self.now))

    def at(self, roots: Roots) -> Workshop:
        """The same workshop over other folders, for a case given by its path."""
        return replace(self, roots=roots)

    def today(self, office: Office) -> date:
        """The calendar day at the office."""
        return self.now.astimezone(ZoneInfo(office.time_zone)).date()


def language_tag(lang: str, office: Office) -> str:
    """BCP 47 tag of a document: its language as written in the office's country, `nl-BE`."""
    return f"{lang}-{office.address.country}"
