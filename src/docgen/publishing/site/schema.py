"""`register.json`: its form, as values and as JSON Schema. Described for its readers in `docs/register.md`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from docgen.documents import RegisterEntry
from docgen.publishing.site.register import Publisher, amended, id_of, in_order

SCHEMA = 1
_DATE = {"type": "string", "format": "date", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
_DIGEST = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
_TEXT = {"type": "string"}
_ENTRY_FIELDS: Mapping[str, object] = {
    "id": {"type": "string", "description": "Stable: case, kind and language"},
    "case": _TEXT,
    "kind": {"type": "string", "description": "Key of the kind of document, such as protocol or contract"},
    "kind_name": {"type": "string", "description": "The kind in the document's language"},
    "lang": {"type": "string", "pattern": "^[a-z]{2}$"},
    "office": _TEXT,
    "office_name": _TEXT,
    "title": _TEXT,
    "project": _TEXT,
    "summary": _TEXT,
    "applicant": {"type": "string", "description": "Institution, never a person"},
    "number": _TEXT,
    "amends": {"type": "string", "description": "Number of the contract or protocol this one changes"},
    "datasets": {"type": "array", "items": _TEXT},
    "retention": _TEXT,
    "signed_on": _DATE,
    "published_on": {"oneOf": [_DATE, {"const": ""}]},
    "signatories": {
        "type": "array",
        "items": {
            "type": "object",
            "properties": {"role": _TEXT, "date": {"oneOf": [_DATE, {"const": ""}]}},
            "required": ["role", "date"],
            "additionalProperties": False,
        },
    },
    "page": {"type": "string", "format": "uri-reference"},
    "file": {"type": ["string", "null"], "format": "uri-reference", "description": "The PDF; null once withdrawn"},
    "pages": {"type": "integer", "minimum": 1},
    "size": {"type": "integer", "minimum": 0, "description": "Bytes; 0 once withdrawn"},
    "sha256": {**_DIGEST, "description": "Of the PDF"},
    "original_sha256": {**_DIGEST, "description": "Of the signed original, which the parties hold"},
    "withdrawn_on": {"oneOf": [_DATE, {"const": ""}]},
    "withdrawn_reason": _TEXT,
    "amends_id": {"type": "string", "description": "Id of the entry this one changes; empty when it is not here"},
    "amended_by": {"type": "array", "items": _TEXT, "description": "Ids of the entries that change this one"},
    "republished_on": {"oneOf": [_DATE, {"const": ""}]},
}
REGISTER_SCHEMA: Mapping[str, object] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Register of published DPO advices, contracts and protocols",
    "type": "object",
    "properties": {
        "schema": {"const": SCHEMA},
        "title": _TEXT,
        "generated": {"type": "string", "format": "date-time"},
        "entries": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": dict(_ENTRY_FIELDS),
                "required": list(_ENTRY_FIELDS),
                "additionalProperties": False,
            },
        },
    },
    "required": ["schema", "title", "generated", "entries"],
    "additionalProperties": False,
}
"""JSON Schema of `register.json`. Within schema 1, fields may be added and none is taken away."""


def register_values(
    entries: Sequence[RegisterEntry],
    offices: Mapping[str, Publisher],
    title: str,
    generated: datetime,
    base_url: str,
) -> dict[str, object]:
    """The register as plain values: the allow-list, written out field by field."""
    changes = amended(entries)
    return {
        "schema": SCHEMA,
        "title": title,
        "generated": generated.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "entries": [entry_values(entry, offices[entry.office], changes, base_url) for entry in in_order(entries)],
    }


def entry_values(
    entry: RegisterEntry, office: Publisher, changes: Mapping[str, RegisterEntry], base_url: str
) -> dict[str, object]:
    """One publication as plain values, with full addresses; `changes` as `amended` gives it."""
    changed = changes.get(id_of(entry))
    return {
        "id": id_of(entry),
        "case": entry.case,
        "kind": entry.kind,
        "kind_name": office.kind(entry.kind, entry.lang),
        "lang": entry.lang,
        "office": entry.office,
        "office_name": entry.office_name,
        "title": entry.title,
        "project": entry.project,
        "summary": entry.summary,
        "applicant": entry.applicant,
        "number": entry.number,
        "amends": entry.amends,
        "datasets": list(entry.datasets),
        "retention": entry.retention,
        "signed_on": entry.signed_on,
        "published_on": entry.published_on,
        "signatories": [{"role": role, "date": moment} for role, moment in entry.signatories],
        "page": f"{base_url}{entry.case}.html",
        "file": None if entry.withdrawn_on else f"{base_url}{entry.file}",
        "pages": entry.pages,
        "size": entry.size,
        "sha256": entry.digest,
        "original_sha256": entry.source_digest,
        "withdrawn_on": entry.withdrawn_on,
        "withdrawn_reason": entry.withdrawn_reason,
        "amends_id": id_of(changed) if changed else "",
        "amended_by": sorted(name for name, one in changes.items() if one is entry),
        "republished_on": entry.republished_on,
    }
