"""Building the register site: entries in, a folder of files out. Writing them to disk is the caller's business."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby

from babel import Locale

from docgen.documents import RegisterEntry
from docgen.office.wording import Wording
from docgen.publishing.pages import page
from docgen.publishing.site.dcat import anchor_of, catalogue
from docgen.publishing.site.feeds import atom_of, csv_of, sitemap_of
from docgen.publishing.site.register import (
    Publisher,
    RegisterCase,
    amended,
    cases_of,
    id_of,
    in_order,
    require_publishable,
)
from docgen.publishing.site.schema import REGISTER_SCHEMA, register_values

_COPIED = ("style.css", "register.js")


def build_site(
    entries: Sequence[RegisterEntry],
    *,
    offices: Mapping[str, Publisher],
    templates: Mapping[str, str],
    wording: Wording,
    languages: Sequence[str],
    generated: datetime,
    base_url: str,
) -> Mapping[str, bytes]:
    """The files of the register site by their path, PDFs excepted: those the caller puts at each entry's `file`.

    `offices` describes every office that occurs, by its key. `templates` are the files of `templates/site/` by name.
    The first of `languages` is the main one, whose pages have the short names (`index.html`, `<case>.html`; others
    `index.fr.html`). `base_url` is where the site will stand; when it is empty, addresses are relative and there is no
    sitemap. `generated` (aware) is what the pages call "last updated". The same arguments give the same bytes.

    Raises `PublicationRefused` for entries that must not be shown as they are (see `require_publishable`) and
    `ContentInvalid` for a wrong template. Does not look at PDFs: only what passed the audit may be in `entries`.
    """
    require_publishable(entries, offices)
    site = _Site(entries, offices, templates, wording, languages, generated, base_url and base_url.rstrip("/") + "/")
    return dict(sorted(site.files().items()))


class _Site:
    def __init__(
        self,
        entries: Sequence[RegisterEntry],
        offices: Mapping[str, Publisher],
        templates: Mapping[str, str],
        wording: Wording,
        languages: Sequence[str],
        generated: datetime,
        base_url: str,
    ) -> None:
        self.cases = cases_of(entries)
        self.changes = amended(entries)
        self.entries = entries
        self.offices = offices
        self.templates = templates
        self.wording = wording
        self.languages = tuple(languages)
        self.generated = generated
        self.base_url = base_url
        self.main_lang = self.languages[0]

    def files(self) -> dict[str, bytes]:
        pages = {}
        for lang in self.languages:
            pages[self.path("index", lang)] = self.page("index.html", "index", lang, self.index(lang))
            for case in self.cases:
                values = {"case": self.case(case, lang)}
                pages[self.path(case.name, lang)] = self.page("case.html", case.name, lang, values)
        return {**pages, **self.data(), **{name: self.templates[name].encode("utf-8") for name in _COPIED}}

    def data(self) -> dict[str, bytes]:
        title = self.wording.text("site.title", self.main_lang)
        values = register_values(self.entries, self.offices, title, self.generated, self.base_url)
        rows = values["entries"]
        assert isinstance(rows, list)  # noqa: S101 - for mypy: the values are ours, made one line above
        columns = list(REGISTER_SCHEMA["properties"]["entries"]["items"]["properties"])  # type: ignore[index]
        changed = {self.path("index", lang): self.generated.date().isoformat() for lang in self.languages}
        changed |= {self.path(case.name, lang): _changed(case) for case in self.cases for lang in self.languages}
        found = {
            "register.json": _json(values),
            "register.schema.json": _json(REGISTER_SCHEMA),
            "register.csv": csv_of(rows, columns),
            "feed.xml": atom_of(rows, title, self.owners(self.main_lang), self.base_url, self.generated),
            "catalog.jsonld": _json(self.catalogue()),
        }
        # A sitemap may only hold whole addresses (sitemaps.org).
        return {**found, "sitemap.xml": sitemap_of(changed, self.base_url)} if self.base_url else found

    def catalogue(self) -> Mapping[str, object]:
        texts = {
            lang: (self.wording.text("site.title", lang), self.wording.text("site.intro", lang))
            for lang in self.languages
        }
        pages = {lang: self.path("index", lang) for lang in self.languages}
        return catalogue(self.cases, self.offices, texts, pages, self.changes, self.generated, self.base_url)

    def path(self, name: str, lang: str) -> str:
        return f"{name}.html" if lang == self.main_lang else f"{name}.{lang}.html"

    def owners(self, lang: str) -> str:
        return ", ".join(office.name(lang) for _, office in sorted(self.offices.items()))

    def page(self, template: str, name: str, lang: str, values: Mapping[str, object]) -> bytes:
        translations = [
            {"lang": other, "path": self.path(name, other), "name": _own_name(other)} for other in self.languages
        ]
        common = {
            "base_url": self.base_url,
            "path": self.path(name, lang),
            "home": self.path("index", lang),
            "translations": translations,
            "owners": self.owners(lang),
            "offices": [
                {"key": key, "name": office.name(lang), "mailbox": office.mailbox}
                for key, office in sorted(self.offices.items())
            ],
            "generated_day": self.generated.date().isoformat(),
        }
        return page(self.templates, template, lang, self.wording, {**common, **values})

    def index(self, lang: str) -> dict[str, object]:
        kinds = {
            entry.kind: self.offices[entry.office].kind(entry.kind, lang)
            for case in self.cases
            for entry in case.entries
        }
        keys = {case.newest.office for case in self.cases}
        return {
            "count": len(self.cases),
            "kinds": [{"key": key, "name": name} for key, name in sorted(kinds.items(), key=lambda pair: pair[1])],
            "groups": [
                {"key": key, "name": self.offices[key].name(lang), "years": self.years(key, lang)}
                for key in sorted(keys, key=lambda key: self.offices[key].name(lang))
            ],
        }

    def years(self, office: str, lang: str) -> list[dict[str, object]]:
        own = [case for case in self.cases if case.newest.office == office]
        by_date = sorted(own, key=lambda case: case.signed_on, reverse=True)
        return [
            {"year": year, "cases": [self.case(case, lang) for case in group]}
            for year, group in groupby(by_date, key=lambda case: case.signed_on[:4])
        ]

    def case(self, case: RegisterCase, lang: str) -> dict[str, object]:
        newest = case.newest
        return {
            "name": case.name,
            "path": self.path(case.name, lang),
            "lang": newest.lang,
            "office": newest.office,
            "office_name": self.offices[newest.office].name(lang),
            "project": newest.project,
            "summary": newest.summary,
            "applicant": newest.applicant,
            "datasets": newest.datasets,
            "retention": newest.retention,
            "signed_on": case.signed_on,
            "kinds": sorted({entry.kind for entry in case.entries}),
            "documents": [self.document(entry, lang) for entry in case.entries],
        }

    def link(self, entry: RegisterEntry, lang: str) -> str:
        return f"{self.path(entry.case, lang)}#{anchor_of(entry)}"

    def name(self, entry: RegisterEntry, lang: str) -> str:
        return " ".join(filter(None, (self.offices[entry.office].kind(entry.kind, lang), entry.number)))

    def document(self, entry: RegisterEntry, lang: str) -> dict[str, object]:
        changed = self.changes.get(id_of(entry))
        return {
            "anchor": anchor_of(entry),
            "kind_name": self.offices[entry.office].kind(entry.kind, lang),
            "lang": entry.lang,
            "lang_name": Locale.parse(entry.lang).get_display_name(lang),
            "title": entry.title,
            "number": entry.number,
            "amends": self.name(changed, lang) if changed else entry.amends or entry.amends_case,
            "amends_link": self.link(changed, lang) if changed else "",
            "amended_by": [
                {
                    "name": self.name(one, lang),
                    "link": self.link(one, lang),
                    "signed_on": one.signed_on,
                }
                for one in reversed(in_order(self.entries))
                if self.changes.get(id_of(one)) is entry
            ],
            "file": entry.file,
            "pages": entry.pages,
            "size": entry.size,
            "signed_on": entry.signed_on,
            "published_on": entry.published_on,
            "republished_on": entry.republished_on,
            "signatories": entry.signatories,
            "digest": entry.digest,
            "source_digest": entry.source_digest,
            "withdrawn_on": entry.withdrawn_on,
            "withdrawn_reason": entry.withdrawn_reason,
        }


def _changed(case: RegisterCase) -> str:
    return max(
        max(entry.signed_on, entry.published_on, entry.withdrawn_on, entry.republished_on) for entry in case.entries
    )


def _own_name(lang: str) -> str:
    return str(Locale.parse(lang).get_display_name(lang)).capitalize()


def _json(values: Mapping[str, object]) -> bytes:
    return (json.dumps(values, ensure_ascii=False, indent=2) + "\n").encode("utf-8")
