"""Filters of Word templates: dates, lists and enumerations as people of the office write them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Protocol

from babel import Locale
from babel.lists import format_list

from docgen.office.wording import date_in_words
from docgen.word.record import EmptyField, Missing


class Words(Protocol):
    """What the filters need of the wording."""

    def label(self, path: str, value: str, lang: str) -> str:
        """The words for a value of an enumeration."""
        ...

    def text(self, key: str, lang: str, **parameters: str) -> str:
        """A sentence or phrase by key."""
        ...


@dataclass(frozen=True, slots=True)
class Filters:
    """The filters for one language."""

    NAMES: ClassVar[tuple[str, ...]] = ("date", "label", "labels", "conjoin", "yesno", "country", "months", "period")

    words: Words
    lang: str

    @property
    def locale(self) -> Locale:
        """Dutch, French and English as written in Belgium."""
        return Locale.parse({"nl": "nl_BE", "fr": "fr_BE", "en": "en_GB"}[self.lang])

    def date(self, value: object) -> str:
        """`23 november 2026`; in French `1er octobre 2026` for the first of a month."""
        if not isinstance(value, date):
            return self._no("date", value)
        return _unbroken(date_in_words(value, self.lang))

    def label(self, value: object, path: str) -> str:
        """The words for a value of the enumeration at `path`."""
        return self.words.label(path, str(value), self.lang)

    def labels(self, values: Iterable[object], path: str) -> tuple[str, ...]:
        """The words for each value."""
        return tuple(self.label(value, path) for value in values)

    def conjoin(self, values: Iterable[object]) -> str:
        """`a, b en c`."""
        return str(format_list([str(value) for value in values], locale=self.locale))

    def yesno(self, value: object) -> str:
        """`ja` or `nee`."""
        if isinstance(value, Missing):
            return str(value)
        return self.words.text("filter.yes" if value else "filter.no", self.lang)

    def country(self, code: object) -> str:
        """`België` for `BE`."""
        return str(self.locale.territories.get(str(code), code))

    def months(self, count: object) -> str:
        """`60 maanden`, `1 maand`."""
        key = "filter.month" if str(count) == "1" else "filter.months"
        return _unbroken(self.words.text(key, self.lang, count=str(count)))

    def period(self, span: object) -> str:
        """`2004 tot en met 2018`."""
        start, dash, end = str(span).partition("-")
        return self.words.text("filter.period", self.lang, start=start, end=end) if dash else start

    def as_mapping(self) -> Mapping[str, Callable[..., object]]:
        """The filters by the names that templates use."""
        return {name: getattr(self, name) for name in self.NAMES}

    @staticmethod
    def _no(what: str, value: object) -> str:
        if isinstance(value, Missing):
            return str(value)
        raise EmptyField(what)


def _unbroken(words: str) -> str:
    """With spaces at which no line breaks: a date or a term split over two lines reads badly in a contract."""
    return words.replace(" ", "\u00a0")
