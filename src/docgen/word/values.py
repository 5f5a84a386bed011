"""From the words that stand in a form to what the case file says: dates, choices, numbers, countries, periods.

The opposite of `docgen.word.filters`, and more patient: people type dates and periods in many ways. What cannot be
told is nothing, never a guess.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from typing import Protocol

from babel import Locale

from docgen.case.fields import CaseField, Kind
from docgen.case.parts import COUNTRY_CODE, PERIOD

LOCALES: Mapping[str, str] = {"nl": "nl_BE", "fr": "fr_BE", "en": "en_GB"}
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_FIGURES = re.compile(r"(\d{1,2})\s*[/.\-]\s*(\d{1,2})\s*[/.\-]\s*(\d{4})")
_WORDS = re.compile(r"(\d{1,2})(?:er|e|de|ste|st|nd|rd|th)?\s+([^\W\d_]+)\.?\s+(\d{4})", re.IGNORECASE)
_YEAR = r"[0-9]{4}"
_YEARS = re.compile(
    rf"(?:(?:van|vanaf|de|du|from)\s+)?({_YEAR})"
    r"\s*(?:-|–|—|/|tot|t/m|t\.?e\.?m\.?|tot\s+en\s+met|à|a|au|jusqu['’]à|to|until)\s*"
    rf"({_YEAR})",
    re.IGNORECASE,
)


class Labels(Protocol):
    """What is needed of the wording."""

    def labels(self, path: str, lang: str) -> Mapping[str, str]:
        """Names of all values of an enumeration, by value."""
        ...

    def text(self, key: str, lang: str, **parameters: object) -> str:
        """A phrase by key."""
        ...


def case_value(field: CaseField, text: str, lang: str, words: Labels) -> str | None:
    """What the case file would say for a text in a form; nothing when it cannot be told.

    Spaces at both ends are dropped, as they are when a case is read. Text is otherwise kept letter for letter.

    Args:
        field: the field, or the list of which this is one item.
        text: what stands in the form; not empty.
        lang: language of the form.
        words: names of choices, and of yes and no.
    """
    text = text.strip()
    match field.kind:
        case Kind.DATE:
            day = parsed_date(text, lang)
            return day.isoformat() if day else None
        case Kind.NUMBER:
            return _number(text)
        case Kind.CHOICE:
            return _choice(field, text, words.labels(field.path, lang))
        case Kind.FLAG:
            said = {
                words.text("filter.yes", lang).casefold(): "true",
                words.text("filter.no", lang).casefold(): "false",
            }
            return said.get(text.casefold())
    if field.pattern == COUNTRY_CODE:
        return _country(text, lang)
    if field.pattern == PERIOD:
        return _period(text)
    return text


def parsed_date(text: str, lang: str) -> date | None:
    """The day that is meant by `23 november 2026`, `23/11/2026`, `2026-11-23` and the like; the day comes first."""
    text = " ".join(text.split())
    if match := _ISO.fullmatch(text):
        year, month, day = match.groups()
    elif match := _FIGURES.fullmatch(text):
        day, month, year = match.groups()
    elif match := _WORDS.fullmatch(text):
        day, name, year = match.groups()
        month = str(_months(lang).get(name.casefold(), 0))
    else:
        return None
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


@cache
def _months(lang: str) -> Mapping[str, int]:
    found: dict[str, int] = {}
    # People fill in a Dutch form with an English Word: the form's own language wins where two agree on a name.
    for name in sorted(LOCALES, key=lambda other: other == lang):
        for style in ("wide", "abbreviated"):
            months = Locale.parse(LOCALES[name]).months["format"][style]
            found |= {word.casefold().rstrip("."): number for number, word in months.items()}
    return found


def _number(text: str) -> str | None:
    found = re.findall(r"\d+", re.sub(r"(?<=\d)[\s.](?=\d{3}(?!\d))", "", text))
    return str(int(found[0])) if len(found) == 1 else None


def _choice(field: CaseField, text: str, labels: Mapping[str, str]) -> str | None:
    return _meant(text, ((value, labels.get(value, value)) for value in field.choices))


def _country(text: str, lang: str) -> str | None:
    if re.fullmatch(COUNTRY_CODE, text):
        return text
    own, *others = sorted(LOCALES, key=lambda other: other != lang)
    for name in (own, *others):
        territories = Locale.parse(LOCALES[name]).territories
        found = _meant(text, ((code, word) for code, word in territories.items() if re.fullmatch(COUNTRY_CODE, code)))
        if found:
            return found
    return None


def _meant(text: str, named: Iterable[tuple[str, str]]) -> str | None:
    wanted = " ".join(text.split()).casefold()
    found = {value for value, name in named if wanted in (" ".join(name.split()).casefold(), value.casefold())}
    return found.pop() if len(found) == 1 else None


def _period(text: str) -> str | None:
    if re.fullmatch(_YEAR, text):
        return text
    years = _YEARS.fullmatch(text)
    return "-".join(years.groups()) if years else None
