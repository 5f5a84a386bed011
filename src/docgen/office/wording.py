"""Wording: every sentence the program says, in Dutch, French and English, by finding code or key.

    templates/wording/<lang>.yaml       words, names of fields and of the values of enumerations
    templates/wording/parts/*.yaml      sentences: finding code or key -> language -> text (and remedy, and more)

Sentences hold placeholders for the parameters of a finding: `{name}`, or with a way to say it, `{path|field}` (name of
a field), `{value|label:purpose.kinds}` (name of a value), `{values|choices:purpose.kinds}` (values as the case file
writes them, each with its name), `{day|date}` (a date in words), `{what|fact}` (a field or a fact of the dossier),
`{what|list}` (a list in words), `{what|phrase:build.input}` (each item by the key that begins so), `{part|place}`
(where in a Word file, from all parameters that say so). `{{` and `}}` are plain braces. A placeholder is looked up,
never evaluated.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Annotated, Any, TypeVar

from babel.dates import format_date
from pydantic import Field, RootModel

from docgen.case.typography import printed
from docgen.errors import ContentInvalid
from docgen.findings import Finding, Place, Severity, most_serious_first
from docgen.office.content import Item, Line, read_model
from docgen.office.paths import without_indexes

LANGUAGES = ("nl", "fr", "en")
_Words = TypeVar("_Words", bound=Item)
_CELL = ("table", "row", "cell")
_PLACEHOLDER = re.compile(r"\{\{|\}\}|\{([a-z_][a-z0-9_]*)(?:\|([a-z]+)(?::([A-Za-z_.]+))?)?\}")


class SentenceRow(Item):
    """A sentence and what mends it."""

    text: Line
    remedy: Line | None = None
    more: Line | None = None
    """What `docgen explain` adds."""


class SentenceIn(Item):
    """One sentence in three languages."""

    nl: SentenceRow | Line
    fr: SentenceRow | Line
    en: SentenceRow | Line


class Part(RootModel[dict[Line, SentenceIn]]):
    """A file of sentences."""


class LanguageFile(Item):
    """The words of one language."""

    words: Mapping[Line, Line] = Field(default_factory=dict)
    fields: Mapping[Line, Line] = Field(default_factory=dict)
    """Name of a field by the end of its path: `email`, `applicant.email`."""
    labels: Mapping[Line, Annotated[Mapping[Line, Line] | Line, Field(union_mode="left_to_right")]] = Field(
        default_factory=dict
    )
    """Names of an enumeration's values by path, or the path whose names are the same."""


def date_in_words(day: date, lang: str) -> str:
    """`23 november 2026`; in French `1er octobre 2026` for the first of a month."""
    number = "d'er'" if lang == "fr" and day.day == 1 else "d"
    return str(format_date(day, f"{number} MMMM y", locale=lang))


@dataclass(frozen=True, slots=True)
class Sentence:
    """What a finding says to a person."""

    text: str
    remedy: str = ""
    """What to do next; empty when nothing is to be done."""
    more: str = ""
    """The longer explanation."""


@dataclass(frozen=True, slots=True)
class Wording:
    """All sentences and names, ready to be said in a language."""

    sentences: Mapping[tuple[str, str], SentenceRow]
    """By code or key and language."""
    languages: Mapping[str, LanguageFile]

    @property
    def codes(self) -> frozenset[str]:
        """Every code and key that has a sentence."""
        return frozenset(code for code, _ in self.sentences)

    def has(self, code: str) -> bool:
        """Whether there is a sentence for this code or key."""
        return (code, "en") in self.sentences

    def say(self, code: str, lang: str, parameters: Mapping[str, str] | None = None) -> Sentence:
        """The sentence of a finding. Total: a code without a sentence is said as itself."""
        row = self.sentences.get((code, lang)) or self.sentences.get((code, "en"))
        if row is None:
            return Sentence(code)
        known = parameters or {}
        text, remedy, more = (self._filled(words or "", lang, known) for words in (row.text, row.remedy, row.more))
        return Sentence(text, remedy, more)

    def outline(self, code: str, lang: str) -> Sentence:
        """The sentence of a code without a case: points for its parameters.

        Their names stand between the points in English only, as they are English words.
        """
        row = self.sentences.get((code, lang)) or self.sentences.get((code, "en"))
        names = placeholders(f"{row.text} {row.remedy or ''} {row.more or ''}") if row else frozenset()
        return self.say(code, lang, {name: f"…{name.replace('_', ' ')}…" if lang == "en" else "…" for name in names})

    def text(self, key: str, lang: str, **parameters: object) -> str:
        """The text of a key, without remedy; words such as `yes` are keys too."""
        words = self.languages[lang].words if lang in self.languages else {}
        if key in words:
            return self._filled(words[key], lang, {name: str(value) for name, value in parameters.items()})
        return self.say(key, lang, {name: str(value) for name, value in parameters.items()}).text

    def label(self, path: str, value: str, lang: str) -> str:
        """Name of an enumeration's value; the value itself when it has none.

        Args:
            path: path of the field, with or without indexes: `purpose.kinds`.
            value: the value as the case file writes it.
            lang: language of the name.
        """
        return self.labels(path, lang).get(value, value)

    def labels(self, path: str, lang: str) -> Mapping[str, str]:
        """Names of all values of an enumeration, by value."""
        known = self.languages[lang].labels if lang in self.languages else {}
        for tail in _tails(path):
            found = known.get(tail)
            if isinstance(found, str):
                found = known.get(found)
            if found is not None and not isinstance(found, str):
                return found
        return {}

    def field(self, path: str, lang: str) -> str:
        """What people call a field; the end of its path when it has no name."""
        known = self.languages[lang].fields if lang in self.languages else {}
        tails = list(_tails(path))
        return next((known[tail] for tail in tails if tail in known), tails[-1] if tails else path)

    def conjoin(self, items: Iterable[str], lang: str) -> str:
        """A list in words: `a, b en c`."""
        *first, last = list(items) or [""]
        return f"{', '.join(first)} {self.text('and', lang)} {last}" if first else last

    def date(self, day: date | str, lang: str) -> str:
        """A date in words: `23 november 2026`. What is not a date stays as it is."""
        if isinstance(day, str):
            try:
                day = date.fromisoformat(day)
            except ValueError:
                return str(day)
        return date_in_words(day, lang)

    def place(self, at: Mapping[str, str], lang: str) -> str:
        """A place in a Word file in words: `koptekst 2, alinea 1, tabel 1, rij 2, cel 3`; empty for the whole of it.

        Args:
            at: parameters of a finding: `part` and `paragraph`, in a table also `table`, `row` and `cell`.
            lang: language of the words.
        """
        part = at.get("part", "")
        if not part:
            return ""
        name = part.rstrip("0123456789")
        known = f"place.part.{name}"
        called = f"{self.text(known, lang)} {part.removeprefix(name)}".strip() if self.has(known) else part
        if at.get("paragraph", "0") == "0":
            return called
        where = self.text("place.paragraph", lang, part=called, paragraph=at["paragraph"])
        cell = self.text("place.cell", lang, **{one: at[one] for one in _CELL}) if at.get("table") else ""
        return ", ".join(filter(None, (where, cell)))

    def fact(self, what: str, lang: str) -> str:
        """A field of the case or a fact of the dossier as people say it: `signed:protocol.applicant`, or `a|b`."""
        if "|" in what:
            return f", {self.text('or', lang)} ".join(self.fact(each, lang) for each in what.split("|"))
        verb, colon, rest = what.partition(":")
        if not colon:
            return self.field(what, lang)
        kind, _, slot = rest.partition(".")
        name = self.field(rest, lang) if verb == "received" else self.label("document.kind", kind, lang)
        return self.text(f"fact.{verb}", lang, document=name, slot=self.label("document.slot", slot, lang))

    def _choice(self, path: str, value: str, lang: str) -> str:
        name = self.label(path, value, lang)
        return value if name in (value, "") else f"{value} ({name})"

    def _phrase(self, key: str, item: str, lang: str) -> str:
        known = key.replace(" ", "_")
        return self.text(known, lang) if self.has(known) else item

    def _filled(self, text: str, lang: str, parameters: Mapping[str, str]) -> str:
        return _PLACEHOLDER.sub(lambda match: self._said(match, lang, parameters), text)

    def _said(self, match: re.Match[str], lang: str, parameters: Mapping[str, str]) -> str:
        if match[0] in ("{{", "}}"):
            return match[0][0]
        name, way, argument = match.groups()
        value = parameters.get(name, "")
        match way:
            case "field":
                return self.field(value, lang)
            case "label":
                path = parameters.get(argument or "", argument or "")
                return self.conjoin((self.label(path, item, lang) for item in value.split(", ")), lang)
            case "choices":
                path = parameters.get(argument or "", argument or "")
                return ", ".join(self._choice(path, item, lang) for item in value.split(", "))
            case "phrase":
                return self.conjoin(
                    (self._phrase(f"{argument}.{item}", item, lang) for item in value.split(", ")), lang
                )
            case "date":
                return self.date(value, lang)
            case "fact":
                return self.conjoin((self.fact(item, lang) for item in value.split(", ")), lang)
            case "list":
                return self.conjoin(value.split(", "), lang)
            case "place":
                return self.place(parameters, lang)
        return value


def read_wording(files: Mapping[str, bytes]) -> Wording:
    """Wording from its files: `nl.yaml`, `fr.yaml`, `en.yaml` and the files of `parts/`.

    Args:
        files: content by file name as the user knows it; a name that ends in `<lang>.yaml` holds that language's
            words, every other one sentences.

    Raises:
        ContentInvalid: when a file is not as it should be, or one code stands in two files.
    """
    languages: dict[str, LanguageFile] = {}
    sentences: dict[tuple[str, str], SentenceRow] = {}
    findings: list[Finding] = []
    home: dict[str, str] = {}
    for file, content in sorted(files.items()):
        stem = file.replace("\\", "/").rsplit("/", 1)[-1].removesuffix(".yaml")
        try:
            if stem in LANGUAGES:
                read, _ = read_model(content, file, LanguageFile)
                languages[stem] = _set_in_type(read) if stem == "fr" else read
                continue
            part, places = read_model(content, file, Part)
        except ContentInvalid as error:
            findings += error.findings
            continue
        for code, sentence in part.root.items():
            if code in home:
                findings.append(_twice(code, places.place((code,)), home[code]))
            home[code] = file
            sentences |= {(code, lang): _row(getattr(sentence, lang)) for lang in LANGUAGES}
            sentences[code, "fr"] = _set_in_type(sentences[code, "fr"])
    if findings:
        raise ContentInvalid(most_serious_first(findings))
    return Wording(sentences, languages)


def _set_in_type(words: _Words) -> _Words:
    """The same with the apostrophe of print, so that whoever writes French can type the one on the keyboard."""
    return words.model_validate(_curly(words.model_dump()))


def _curly(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _curly(inner) for key, inner in value.items()}
    return printed(value, "fr") if isinstance(value, str) else value


def _row(sentence: SentenceRow | str) -> SentenceRow:
    return SentenceRow(text=sentence) if isinstance(sentence, str) else sentence


def _twice(code: str, place: Place, first: str) -> Finding:
    return Finding("DG-O106", Severity.ERROR, place, {"name": code, "first": first})


def _tails(path: str) -> Iterable[str]:
    plain = without_indexes(path)
    yield plain
    starts = [match.end() for match in re.finditer(r"\.", plain)]
    yield from (plain[start:] for start, _ in pairwise([*starts, len(plain) + 1]))


def placeholders(text: str) -> frozenset[str]:
    """Names of the parameters that a sentence uses."""
    return frozenset(match[1] for match in _PLACEHOLDER.finditer(text) if match[1])
