"""JSON Schema of case files, so that editors complete, explain and check what people type."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from docgen.case.fields import OUTLINE, CaseField, Kind
from docgen.case.help import Help
from docgen.case.inherit import INHERITED
from docgen.case.model import SLUG

Schema = dict[str, Any]
_SHOWN_LANGUAGES = ("nl", "en")
_YES_NO = ["yes", "no", "on", "off", "Yes", "No", "true", "false"]


def json_schema(help: Help) -> Schema:
    """JSON Schema (draft 2020-12) of a case file, with titles and descriptions in Dutch and English.

    It describes the file as an editor's YAML reader sees it: what looks like a number or a truth value may stand
    where docgen reads a text, and every field that may be absent may be empty. It does not know the rules of a
    procedure; `docgen check` does.
    """
    schema = _block(OUTLINE, help)
    whole = sorted(set(schema["required"]) - set(INHERITED))
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:docgen:case:1",
        "title": "Dossier / Case file",
        "description": "Eén aanvraag van microdata.\n\nOne request for microdata.",
        **schema,
        "required": whole,
        "if": {"required": ["base"]},
        "else": {"required": schema["required"]},
    }


def schema_text(help: Help) -> str:
    """The JSON Schema as `docs/case.schema.json` holds it and `docgen schema` prints it; the same bytes every time."""
    return json.dumps(json_schema(help), ensure_ascii=False, indent=2) + "\n"


def _block(fields: Iterable[CaseField], help: Help) -> Schema:
    fields = tuple(fields)
    return {
        "type": "object",
        "properties": {field.name: _field(field, help) for field in fields},
        "required": [field.name for field in fields if field.required],
        "additionalProperties": False,
    }


def _field(field: CaseField, help: Help) -> Schema:
    texts = [help.of(field, lang) for lang in _SHOWN_LANGUAGES]
    said = {"title": " / ".join(text.title for text in texts), "description": "\n\n".join(text.help for text in texts)}
    shape = _one(field, help, said)
    if field.many:
        # Editors show what stands at the item, not at the list around it.
        items = said | shape if "properties" in shape else shape
        shape = {"type": "array", "items": items}
    return said | (shape if field.required else _or_empty(shape))


def _one(field: CaseField, help: Help, said: Schema) -> Schema:
    match field.kind:
        case Kind.BLOCK:
            return _block(field.fields, help)
        case Kind.TABLE:
            return {
                "type": "object",
                "propertyNames": {"pattern": SLUG},
                "additionalProperties": said | _or_empty(_block(field.fields, help)),
            }
        case Kind.VARIANTS:
            return _variants(field, help, said)
        case Kind.CHOICE:
            return {"enum": list(field.choices)}
        case Kind.FLAG:
            return {"enum": [True, False, *_YES_NO]}
        case Kind.NUMBER:
            return {"type": ["integer", "string"], "pattern": "^[0-9]+$", **_limits(field)}
        case Kind.DATE:
            return {"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
        case Kind.TEXT:
            return {"type": ["string", "number", "boolean"], **_limits(field)}


def _variants(field: CaseField, help: Help, said: Schema) -> Schema:
    branches = []
    for word, fields in field.variants:
        block = _block(fields, help)
        block["properties"]["kind"] |= {"enum": [word]}
        branches.append(said | {"title": f"{said['title']}: {word}"} | block)
    return {"type": "object", "required": ["kind"], "oneOf": branches}


def _limits(field: CaseField) -> Schema:
    # A pattern in JSON Schema speaks of strings only, minimum and maximum of numbers only: both may stand together.
    limits = {
        "pattern": field.pattern or None,
        "maxLength": field.longest,
        "minimum": field.minimum,
        "maximum": field.maximum,
    }
    return {name: limit for name, limit in limits.items() if limit is not None}


def _or_empty(shape: Schema) -> Schema:
    if "enum" in shape:
        return shape | {"enum": [*shape["enum"], None]}
    types = shape["type"] if isinstance(shape["type"], list) else [shape["type"]]
    if "oneOf" in shape:
        return {"anyOf": [shape, {"type": "null"}]}
    return shape | {"type": [*types, "null"]}
