"""Whole cases made at random: every field that a case file may have, within what the model allows."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from hypothesis import strategies as st

from docgen.case.fields import OUTLINE, CaseField, Kind
from docgen.case.model import SLUG, Case
from docgen.case.parts import COUNTRY_CODE, EMAIL, PERIOD

NASTY = (
    "Smith & Co <b>",
    "zegt \"ja\" en 'nee'",
    "regel een\nregel twee\n\nregel vier",
    "עברית ואז English ثم العربية",
    "👩‍🔬 naïef e\u0301 ﬁ",
    "{{ title }} {% if x %} {_{ }_} {_% %_} {# nee #}",
    "tab\thier",
    "–",
    "x" * 5000,
    "  dubbele  spaties  binnenin",
    "[Vul in. Iets]",
    "&amp; &lt; ]]> <!-- -->",
    "1, 2 en 3; 4",
    "☒ ja",
)
texts = st.one_of(
    st.sampled_from(NASTY),
    st.text(
        st.characters(exclude_categories=("Cs", "Cc", "Cn", "Zl", "Zp"), include_characters="\n\t"),
        min_size=1,
        max_size=80,
    ),
).filter(lambda text: text.strip() != "")
_PATTERNS = {
    COUNTRY_CODE: st.sampled_from(["BE", "NL", "FR", "NO", "GR", "XK", "US"]),
    EMAIL: st.sampled_from(["dpo@instelling.example", "a.b+c&d@x-y.example", "é@ü.example"]),
    SLUG: st.sampled_from(["protocol", "contract"]),
    PERIOD: st.integers(1900, 2090).map(lambda year: f"{year}-{year + 4}" if year % 2 else str(year)),
}
_FIXED = ("schema", "id", "office", "procedure", "language", "documents")
_LEFT = ("base.case", "review", "dates", "assigned", "deliberation", "dpo_advice", "decision", "withdrawal")
"""The word of the office, which no applicant fills in; and the other case, which would have to be there."""


def filled_cases(
    like: Case, needed: Collection[str], offered: Mapping[str, Collection[str]]
) -> st.SearchStrategy[Case]:
    """Cases of the office, procedure and language of another one, with anything in all other fields, or nothing.

    Args:
        like: the other case.
        needed: fields that are never left out, by their path without indexes.
        offered: of some fields, the choices that there are.
    """
    plain = like.model_dump(mode="json", by_alias=True, exclude_none=True)
    fixed = {name: plain[name] for name in _FIXED if name in plain}
    return _Drawing(needed, offered).block(OUTLINE).map(lambda drawn: Case.model_validate({**drawn, **fixed}))


def case_that_says_everything(
    like: Case, offered: Mapping[str, Collection[str]], without: Collection[str] = ()
) -> Case:
    """The other case with every field that there is but some; two rows in each list, and every kind of change once.

    Every yes or no is yes; no where something is left out.
    """
    plain = like.model_dump(mode="json", by_alias=True, exclude_none=True)
    fixed = {name: plain[name] for name in _FIXED if name in plain}
    return Case.model_validate({**_Saying(offered, without).block(OUTLINE), **fixed})


@dataclass(frozen=True)
class _Saying:
    offered: Mapping[str, Collection[str]]
    without: Collection[str]

    def block(self, fields: Iterable[CaseField]) -> dict[str, Any]:
        own = [field for field in fields if field.path not in (*_FIXED, *_LEFT) and field.name not in self.without]
        return {field.name: self.values(field) for field in own}

    def values(self, field: CaseField) -> Any:
        if field.kind is Kind.VARIANTS:
            kinds = self.offered.get(f"{field.path}.kind", ())
            return [{**self.block(fields), "kind": word} for word, fields in field.variants if word in kinds]
        if field.many and field.kind is not Kind.CHOICE:
            return [self.value(field, number) for number in (1, 2)]
        return [self.value(field, 1)] if field.many else self.value(field, 1)

    def value(self, field: CaseField, number: int) -> Any:
        if field.kind is Kind.BLOCK:
            return self.block(field.fields)
        if field.kind is Kind.CHOICE:
            return min(self.offered.get(field.path, field.choices))
        known = {COUNTRY_CODE: "NL", EMAIL: "dpo@instelling.example", PERIOD: "2004-2018", SLUG: "protocol"}
        simple = {Kind.FLAG: not self.without, Kind.DATE: f"2026-11-2{number}", Kind.NUMBER: 10 + number}
        return known.get(field.pattern, simple.get(field.kind, f"{field.path} {number}"))


@dataclass(frozen=True)
class _Drawing:
    needed: Collection[str]
    offered: Mapping[str, Collection[str]]

    def block(self, fields: Iterable[CaseField]) -> st.SearchStrategy[dict[str, Any]]:
        own = [field for field in fields if field.path not in (*_FIXED, *_LEFT)]
        always = [field for field in own if field.required or field.path in self.needed]
        return st.fixed_dictionaries(
            {field.name: self.values(field) for field in always},
            optional={field.name: self.values(field) for field in own if field not in always},
        )

    def values(self, field: CaseField) -> st.SearchStrategy[Any]:
        one = self.value(field)
        if not field.many:
            return one
        least = int(field.path in self.needed)
        return st.lists(one, min_size=least, max_size=3, unique=field.kind is Kind.CHOICE)

    def value(self, field: CaseField) -> st.SearchStrategy[Any]:
        match field.kind:
            case Kind.BLOCK:
                return self.block(field.fields)
            case Kind.VARIANTS:
                offered = self.offered.get(f"{field.path}.kind", dict(field.variants))
                kinds = {word: fields for word, fields in field.variants if word in offered}
                return st.one_of([self.block(fields).map(_of_kind(word)) for word, fields in kinds.items()])
            case Kind.FLAG:
                return st.booleans()
            case Kind.CHOICE:
                return st.sampled_from(sorted(self.offered.get(field.path, field.choices)))
            case Kind.DATE:
                return st.dates(date(1900, 1, 1), date(2199, 12, 31)).map(lambda day: day.isoformat())
            case Kind.NUMBER:
                return st.integers(field.minimum or 0, field.maximum or 10**9)
        return _PATTERNS[field.pattern] if field.pattern else texts


def _of_kind(word: str) -> Any:
    return lambda drawn: {**drawn, "kind": word}
