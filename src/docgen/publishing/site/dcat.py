"""The register as a catalogue in DCAT-AP 3 (SEMIC's profile of W3C DCAT), which data portals harvest, as JSON-LD.

A case is a dataset and each of its publication copies a distribution; the register itself is a dataset too, with its
machine-readable forms. No licence is stated: that is for the office to decide, not for a program.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from docgen.documents import RegisterEntry
from docgen.publishing.site.register import Publisher, RegisterCase, id_of

_AUTHORITY = "http://publications.europa.eu/resource/authority/"
"""Controlled lists of the Publications Office, which DCAT-AP asks for."""
_LANGUAGES = {"nl": "NLD", "fr": "FRA", "en": "ENG", "de": "DEU"}
_MEDIA = "https://www.iana.org/assignments/media-types/"
_FORMS = (
    ("register.json", "JSON", "application/json"),
    ("register.csv", "CSV", "text/csv"),
    ("feed.xml", "XML", "application/atom+xml"),
)
_CONTEXT = {
    "adms": "http://www.w3.org/ns/adms#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "spdx": "http://spdx.org/rdf/terms#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
Node = dict[str, object]


def anchor_of(entry: RegisterEntry) -> str:
    """Where an entry stands on the page of its case."""
    return f"{entry.kind}-{entry.lang}-{entry.digest[:8]}"


def catalogue(
    cases: Sequence[RegisterCase],
    offices: Mapping[str, Publisher],
    texts: Mapping[str, tuple[str, str]],
    pages: Mapping[str, str],
    changes: Mapping[str, RegisterEntry],
    generated: datetime,
    base_url: str,
) -> Node:
    """The catalogue as values for `json.dumps`; relative addresses when `base_url` is empty.

    Args:
        cases: publications by case.
        offices: by key; those without a publication are not named.
        texts: title and description of the register, by language.
        pages: path of its first page, by language.
        changes: as `amended` gives it.
        generated: last change of the register; aware.
        base_url: with a slash at its end, or empty.
    """
    named = sorted({case.newest.office for case in cases}) or sorted(offices)
    titles = [_words(title, lang) for lang, (title, _) in texts.items()]
    described = [_words(words, lang) for lang, (_, words) in texts.items()]
    common: Node = {
        "dct:title": titles,
        "dct:description": described,
        "dct:publisher": [{"@id": _office(key, base_url)} for key in named],
        "dct:language": [_language(lang) for lang in texts],
        "dct:modified": _day(generated.date().isoformat()),
    }
    datasets = [_dataset(case, changes, base_url) for case in cases]
    register: Node = {
        "@id": f"{base_url}register.json#dataset",
        "@type": "dcat:Dataset",
        **common,
        **_open(),
        "dcat:landingPage": [{"@id": f"{base_url}{page}"} for page in pages.values()],
        "dcat:distribution": [_form(*form, titles, base_url) for form in _FORMS],
    }
    catalog: Node = {
        "@id": f"{base_url}catalog.jsonld#catalog",
        "@type": "dcat:Catalog",
        **common,
        "foaf:homepage": {"@id": f"{base_url}index.html"},
        "dcat:dataset": [{"@id": one["@id"]} for one in (register, *datasets)],
    }
    agents = [_agent(key, offices[key], base_url) for key in named]
    return {"@context": dict(_CONTEXT), "@graph": [catalog, register, *datasets, *agents]}


def _dataset(case: RegisterCase, changes: Mapping[str, RegisterEntry], base_url: str) -> Node:
    newest, page = case.newest, f"{base_url}{case.name}.html"
    shown = [entry for entry in case.entries if not entry.withdrawn_on]
    issued = sorted(entry.published_on for entry in case.entries if entry.published_on)
    related = {changes[id_of(entry)].case for entry in case.entries if id_of(entry) in changes} - {case.name}
    node: Node = {
        "@id": f"{page}#dataset",
        "@type": "dcat:Dataset",
        "dct:identifier": case.name,
        "dct:title": [_words(newest.project, newest.lang)],
        "dct:description": [_words(newest.summary or newest.title, newest.lang)],
        "dct:publisher": [{"@id": _office(newest.office, base_url)}],
        "dct:language": [_language(lang) for lang in sorted({entry.lang for entry in case.entries})],
        **_open(),
        "dcat:landingPage": [{"@id": page}],
        "dcat:distribution": [_distribution(entry, page, base_url) for entry in shown],
    }
    if issued:
        node["dct:issued"] = _day(issued[0])
        node["dct:modified"] = _day(
            max(max(one.published_on, one.republished_on, one.withdrawn_on) for one in case.entries)
        )
    if related:
        node["dct:relation"] = [{"@id": f"{base_url}{name}.html#dataset"} for name in sorted(related)]
    if not shown:
        node["adms:status"] = {"@id": f"{_AUTHORITY}dataset-status/WITHDRAWN"}
    return node


def _distribution(entry: RegisterEntry, page: str, base_url: str) -> Node:
    node: Node = {
        "@id": f"{base_url}{entry.file}#distribution",
        "@type": "dcat:Distribution",
        "dct:title": [_words(entry.title, entry.lang)],
        "dct:language": [_language(entry.lang)],
        "dcat:accessURL": {"@id": f"{page}#{anchor_of(entry)}"},
        "dcat:downloadURL": {"@id": f"{base_url}{entry.file}"},
        **_format("PDF", "application/pdf"),
        "dcat:byteSize": {"@value": str(entry.size), "@type": "xsd:nonNegativeInteger"},
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": {"@id": "spdx:checksumAlgorithm_sha256"},
            "spdx:checksumValue": {"@value": entry.digest, "@type": "xsd:hexBinary"},
        },
    }
    return {**node, "dct:issued": _day(entry.published_on)} if entry.published_on else node


def _form(file: str, form: str, media: str, titles: list[Node], base_url: str) -> Node:
    address = {"@id": f"{base_url}{file}"}
    return {
        "@id": f"{base_url}{file}#distribution",
        "@type": "dcat:Distribution",
        "dct:title": titles,
        "dcat:accessURL": address,
        "dcat:downloadURL": address,
        **_format(form, media),
    }


def _agent(key: str, office: Publisher, base_url: str) -> Node:
    node: Node = {
        "@id": _office(key, base_url),
        "@type": "foaf:Agent",
        "foaf:name": [_words(name, lang) for lang, name in sorted(office.names.items())],
    }
    if office.url:
        node["foaf:homepage"] = {"@id": office.url}
    if office.mailbox:
        node["foaf:mbox"] = {"@id": f"mailto:{office.mailbox}"}
    return node


def _office(key: str, base_url: str) -> str:
    return f"{base_url}catalog.jsonld#office-{key}"


def _open() -> Node:
    return {
        "dct:accessRights": {"@id": f"{_AUTHORITY}access-right/PUBLIC"},
        "dcat:theme": [{"@id": f"{_AUTHORITY}data-theme/GOVE"}],
    }


def _format(form: str, media: str) -> Node:
    return {"dct:format": {"@id": f"{_AUTHORITY}file-type/{form}"}, "dcat:mediaType": {"@id": f"{_MEDIA}{media}"}}


def _language(lang: str) -> Node:
    return {"@id": f"{_AUTHORITY}language/{_LANGUAGES.get(lang, lang.upper())}"}


def _words(text: str, lang: str) -> Node:
    return {"@value": text, "@language": lang}


def _day(day: str) -> Node:
    return {"@value": day, "@type": "xsd:date"}
