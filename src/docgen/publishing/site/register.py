"""The register as the pages show it: publications put together by case, most recent first, and refused when unsafe."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields

from docgen.documents import RegisterEntry
from docgen.errors import PublicationRefused
from docgen.findings import Finding, Severity
from docgen.numbers import national_numbers

_CASE = re.compile(r"(?!index\Z|register\Z)[A-Za-z0-9][A-Za-z0-9_-]{0,80}\Z")
_FILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,150}\.pdf\Z")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
_DIGEST = re.compile(r"[0-9a-f]{64}\Z")


@dataclass(frozen=True, slots=True)
class Publisher:
    """An office as the register presents it."""

    names: Mapping[str, str]
    """Its name by language."""
    kinds: Mapping[str, Mapping[str, str]]
    """What its kinds of documents are called: kind, then language."""
    mailbox: str = ""
    """Public address of its data protection function, never of a person."""
    default_lang: str = field(default="nl")
    url: str = ""
    """Its own website."""

    def name(self, lang: str) -> str:
        """Its name in a language, otherwise in its own."""
        return self.names.get(lang) or self.names[self.default_lang]

    def kind(self, kind: str, lang: str) -> str:
        """What a kind of document is called, otherwise in the office's own language; the key when it has no name."""
        names = self.kinds.get(kind, {})
        return names.get(lang) or names.get(self.default_lang) or kind


@dataclass(frozen=True, slots=True)
class RegisterCase:
    """The publications of one case, the newest first."""

    entries: tuple[RegisterEntry, ...]

    @property
    def newest(self) -> RegisterEntry:
        """The entry whose facts the case is shown by: the newest that was not withdrawn."""
        return next((entry for entry in self.entries if not entry.withdrawn_on), self.entries[0])

    @property
    def name(self) -> str:
        """Identifier of the case."""
        return self.entries[0].case

    @property
    def signed_on(self) -> str:
        """ISO date of the last signature under any of its documents."""
        return max(entry.signed_on for entry in self.entries)


def in_order(entries: Sequence[RegisterEntry]) -> tuple[RegisterEntry, ...]:
    """Entries by date of signing, the newest first, then by file name."""
    by_name = sorted(entries, key=lambda entry: (entry.case, entry.kind, entry.lang))
    return tuple(sorted(by_name, key=lambda entry: entry.signed_on, reverse=True))


def cases_of(entries: Sequence[RegisterEntry]) -> tuple[RegisterCase, ...]:
    """Entries put together by case; cases with the newest signature first."""
    groups: dict[str, list[RegisterEntry]] = defaultdict(list)
    for entry in in_order(entries):
        groups[entry.case].append(entry)
    return tuple(RegisterCase(tuple(group)) for group in groups.values())


def id_of(entry: RegisterEntry) -> str:
    """Stable identifier of an entry."""
    return f"{entry.case}/{entry.kind}.{entry.lang}"


def amended(entries: Sequence[RegisterEntry]) -> dict[str, RegisterEntry]:
    """By the identifier of each entry that changes another: the entry it changes, when that is in the register too.

    It is found by its number within the office; without a match, by the case it belongs to. An original comes before
    its changes, so that a change which bears the number of its original leads to the original.
    """
    found = {}
    for entry in entries:
        if not (entry.amends or entry.amends_case):
            continue
        others = [one for one in entries if one is not entry and one.office == entry.office and not one.withdrawn_on]
        near = [one for one in others if entry.amends and one.number == entry.amends]
        near = near or [one for one in others if entry.amends_case and one.case == entry.amends_case]
        if near:
            found[id_of(entry)] = min(near, key=lambda one: (bool(one.amends or one.amends_case), one.signed_on))
    return found


def require_publishable(entries: Sequence[RegisterEntry], offices: Mapping[str, Publisher]) -> None:
    """Refuses entries that would break the site or show what must stay private.

    Raises `PublicationRefused`: DG-R102 for an office nobody described, DG-R103 for two entries with one file name,
    DG-R104 for a name that is no plain file name, a date or digest of the wrong form, DG-R105 for a national register
    number in any text. All findings at once.
    """
    files = Counter(entry.file for entry in entries)
    findings = [finding for entry in entries for finding in _defects(entry, offices)]
    findings += [_finding("DG-R103", file=file) for file, count in files.items() if count > 1]
    if findings:
        raise PublicationRefused(findings)


def _defects(entry: RegisterEntry, offices: Mapping[str, Publisher]) -> Iterator[Finding]:
    if entry.office not in offices:
        yield _finding("DG-R102", case=entry.case, office=entry.office)
    forms = {
        "case": _CASE.match(entry.case),
        "file": _FILE.match(entry.file),
        "signed_on": _DATE.match(entry.signed_on),
        "published_on": not entry.published_on or _DATE.match(entry.published_on),
        "withdrawn_on": not entry.withdrawn_on or _DATE.match(entry.withdrawn_on),
        "republished_on": not entry.republished_on or _DATE.match(entry.republished_on),
        "digest": _DIGEST.match(entry.digest),
        "source_digest": _DIGEST.match(entry.source_digest),
    }
    yield from (_finding("DG-R104", case=_named(entry), field=name) for name, fits in forms.items() if not fits)
    for item in fields(entry):
        if item.name not in forms and any(any(national_numbers(text)) for text in _texts(getattr(entry, item.name))):
            yield _finding("DG-R105", case=_named(entry), field=item.name)


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from _texts(part)


def _named(entry: RegisterEntry) -> str:
    return entry.case if _CASE.match(entry.case) else "?"


def _finding(code: str, **parameters: str) -> Finding:
    return Finding(code, Severity.ERROR, None, parameters)
