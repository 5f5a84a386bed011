"""Name and help of every field of a case file, in three languages, from `templates/wording/parts/`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import get_args

from docgen.case.fields import BY_PATH, CaseField
from docgen.case.model import Language
from docgen.case.source import Plain, Source, read
from docgen.case.typography import printed
from docgen.errors import ContentInvalid
from docgen.findings import Finding, Severity

LANGUAGES: tuple[str, ...] = get_args(Language)
_FIELD, _PHRASE = "field.", "scaffold."


@dataclass(frozen=True, slots=True)
class FieldText:
    """What a field is called and what belongs in it."""

    title: str
    help: str


@dataclass(frozen=True, slots=True)
class Help:
    """The texts of all fields, complete in every language, and the phrases of a new case file."""

    fields: Mapping[tuple[str, str], FieldText]
    phrases: Mapping[tuple[str, str], str]

    def of(self, field: CaseField, lang: str) -> FieldText:
        """Name and help of a field."""
        return self.fields[field.path, lang]

    def phrase(self, name: str, lang: str, **words: str) -> str:
        """A phrase of a new case file, with its `{words}` filled in."""
        return self.phrases[name, lang].format(**words)


def read_help(files: Mapping[str, bytes]) -> Help:
    """The help texts from files of `key: {nl: {text: name, more: help}, fr: …, en: …}`.

    A key is `field.` with the path of a field (`field.applicant.kbo`), or with the part of the case model and the
    field (`field.Person.name`) where several paths share a text; the path wins. Keys of `scaffold.` are phrases.

    Args:
        files: content by file name as the user knows it, usually `fields.yaml` and `scaffold.yaml`.

    Raises:
        ContentInvalid: with every unreadable place, every field that lacks a text, and every key that fits no field.
    """
    sources = [read(content, file) for file, content in files.items()]
    texts: dict[str, Plain] = {}
    for source in sources:
        texts |= source.values if isinstance(source.values, dict) else {}
    findings = [finding for source in sources for finding in source.findings if finding.blocks]
    findings += [*_unknown(sources), *_incomplete(texts)]
    if findings:
        raise ContentInvalid(findings)
    fields = {
        (path, lang): _text(texts, _key(field, texts), lang) for path, field in BY_PATH.items() for lang in LANGUAGES
    }
    phrases = {
        (key.removeprefix(_PHRASE), lang): _word(texts, key, lang, "text")
        for key in texts
        if key.startswith(_PHRASE)
        for lang in LANGUAGES
    }
    return Help(fields, phrases)


def _key(field: CaseField, texts: Mapping[str, Plain]) -> str:
    own = f"{_FIELD}{field.path}"
    return own if own in texts else f"{_FIELD}{field.owner}.{field.name}"


def _text(texts: Mapping[str, Plain], key: str, lang: str) -> FieldText:
    return FieldText(_word(texts, key, lang, "text"), _word(texts, key, lang, "more"))


def _word(texts: Mapping[str, Plain], key: str, lang: str, part: str) -> str:
    value: Plain = texts.get(key)
    for step in (lang, part):
        value = value.get(step) if isinstance(value, dict) else None
    return printed(value, lang) if isinstance(value, str) else ""


def _incomplete(texts: Mapping[str, Plain]) -> Iterable[Finding]:
    for field in BY_PATH.values():
        key = _key(field, texts)
        lacking = [
            lang for lang in LANGUAGES if "" in (_word(texts, key, lang, "text"), _word(texts, key, lang, "more"))
        ]
        if lacking:
            parameters = {"name": field.path, "key": key, "languages": ", ".join(lacking)}
            yield Finding("DG-C190", Severity.ERROR, None, parameters)


def _unknown(sources: Iterable[Source]) -> Iterable[Finding]:
    known = {*BY_PATH, *(f"{field.owner}.{field.name}" for field in BY_PATH.values())}
    for source in sources:
        for key in source.values if isinstance(source.values, dict) else ():
            if not key.startswith(_PHRASE) and key.removeprefix(_FIELD) not in known:
                yield Finding("DG-C191", Severity.ERROR, source.place((key,)), {"name": key.removeprefix(_FIELD)})
