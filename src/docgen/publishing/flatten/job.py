"""The state of one rewrite: where it stands, what it dropped, what it may still spend."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any, NoReturn

import pikepdf
from pikepdf import String

from docgen.errors import PublicationRefused
from docgen.findings import Place
from docgen.publishing.flatten.policy import FlattenPolicy
from docgen.publishing.flatten.redaction import redacted

_LANGUAGE = re.compile(r"|[A-Za-z]{2,3}(-[A-Za-z]{4})?(-([A-Za-z]{2}|\d{3}))?")
"""Language, script and region (RFC 5646); nothing where it is not known."""


class Job:
    """Source, target and policy of one rewrite, its tally and its budget. Lives for one call of `rewrite`."""

    def __init__(self, source: pikepdf.Pdf, target: pikepdf.Pdf, policy: FlattenPolicy, name: str) -> None:
        self.source = source
        self.target = target
        self.policy = policy
        self.name = name
        self.dropped: Counter[str] = Counter()
        self.unembedded_fonts = 0
        self.untagged_text = 0
        self._work = 0
        self._harmless_names: set[str] = set()

    def refuse(self, code: str, spot: str, **parameters: object) -> NoReturn:
        """Ends the rewrite with a finding at a spot such as `page 2, object 14`."""
        raise refusal(code, self.name, spot, **parameters)

    def refusal(self, code: str, spot: str, **parameters: object) -> PublicationRefused:
        """The error of `refuse`, for the end of a function that returns something."""
        return refusal(code, self.name, spot, **parameters)

    def drop(self, what: str, number: int = 1) -> None:
        """Counts something that is left out."""
        if number:
            self.dropped[what] += number

    def published(self, text: Any) -> String:
        """A string of the document as it may be published."""
        policy = self.policy
        words = str(text)
        kept = redacted(words, policy.redact, policy.redaction_text, numbers=policy.redact_national_numbers)
        if kept == words:
            return String(bytes(text))
        self.drop("redacted string")
        return String(kept)

    def said(self, key: str, text: Any) -> String | None:
        """What a key of the structure or of content says to readers, as it may be published.

        Of a language only what names one: a tag has room for a note of one's own (`nl-x-…`).
        """
        if key == "/Lang" and not _LANGUAGE.fullmatch(str(text)):
            self.drop("language")
            return None
        return self.published(text)

    def check_name(self, name: str, spot: str) -> None:
        """Refuses a name of the document in which a value stands that may not be published: names cannot be changed."""
        if name in self._harmless_names:
            return
        policy = self.policy
        if redacted(name, policy.redact, "", numbers=policy.redact_national_numbers) != name:
            self.refuse("DG-F120", spot, reason="name")
        self._harmless_names.add(name)

    def spend(self, spot: str, units: int = 1) -> None:
        """Counts work, so that a hostile file ends in a refusal and not in a hang. There is no clock in a stage."""
        self._work += units
        if self._work > self.policy.limits.work:
            self.refuse("DG-F105", spot, limit=f"{self.policy.limits.work} steps")

    def check_depth(self, depth: int, spot: str) -> None:
        """Refuses nesting beyond the limit, which also ends cycles."""
        if depth > self.policy.limits.depth:
            self.refuse("DG-F105", spot, limit=f"{self.policy.limits.depth} levels")


def refusal(code: str, name: str, spot: str, **parameters: object) -> PublicationRefused:
    """The error of a refusal, to be raised."""
    error = PublicationRefused.because(code, Place(name, path=spot), spot=spot or name, **parameters)
    assert isinstance(error, PublicationRefused)  # noqa: S101 -- for the type checker: `because` makes its own class
    return error


def spot_of(value: object, within: str) -> str:
    """Where an object stands: its number in the file when it has one, else where it hangs."""
    if isinstance(value, pikepdf.Object) and value.is_indirect:
        return f"{within.split(', object')[0]}, object {value.objgen[0]}"
    return within
