"""What the applicant still has to answer, in words: the open remarks of a case, and findings about it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date

from docgen.case.fields import BY_PATH
from docgen.case.model import Case
from docgen.case.typography import quoted, spaced
from docgen.decide.context import context
from docgen.findings import Finding
from docgen.office.profile import Office, in_language
from docgen.office.wording import Wording

_PATH = re.compile(r"\b[a-z_]+(?:\.[a-z_0-9]+)+\b")

Row = Mapping[str, object]
"""A remark or finding as templates and e-mails print it: plain values, absent ones None."""


def printable(
    case: Case, office: Office, kind: str, lang: str, on: date, wording: Wording, found: Iterable[Finding] = ()
) -> dict[str, object]:
    """What `docgen.decide.context.context` gives, with `remarks` and `findings` beside it; see below for both."""
    return {
        **context(case, office, kind, lang, on),
        "remarks": open_remarks(case, office, lang, wording),
        "findings": in_words(found, lang, wording),
    }


def open_remarks(case: Case, office: Office, lang: str, wording: Wording) -> tuple[Row, ...]:
    """The remarks that are not resolved, in the order of the case file: `date`, `document`, `field`, `comment`.

    Documents and fields come by the names people know; both are None for a remark on the request as a whole.
    """
    titles = {name: in_language(kind.title, lang) for name, kind in office.kinds.items()}
    return tuple(
        {
            "date": remark.date,
            "document": titles.get(remark.document or ""),
            "field": wording.field(remark.field, lang) if remark.field else None,
            "comment": remark.comment,
        }
        for remark in case.review
        if not remark.resolved
    )


def in_words(findings: Iterable[Finding], lang: str, wording: Wording) -> tuple[Row, ...]:
    """Findings in sentences: `field`, `text` and `remedy`; every one of them, also what is not for the applicant."""
    return tuple(_in_words(finding, lang, wording) for finding in findings)


def without_paths(text: str, lang: str, wording: Wording) -> str:
    """A sentence for somebody who never sees the case file: fields by the names of the form, `applicant.dpo` gone."""

    def named(found: re.Match[str]) -> str:
        return quoted(wording.field(found[0], lang), lang) if found[0] in BY_PATH else found[0]

    return spaced(_PATH.sub(named, text), lang).replace("\u202f", "\u00a0")  # the space that templates have


def _in_words(finding: Finding, lang: str, wording: Wording) -> Row:
    sentence = wording.say(finding.code, lang, finding.parameters)
    path = finding.place.path if finding.place else ""
    return {
        "field": wording.field(path, lang) if path else None,
        "text": without_paths(sentence.text, lang, wording),
        "remedy": without_paths(sentence.remedy, lang, wording) or None,
    }
