"""`docgen schema`: JSON Schema of case files."""

from __future__ import annotations

import json

from docgen.case.schema import json_schema
from docgen.cli.desk import Desk, Outcome, as_command
from docgen.dossier import content


@as_command("schema", example="docgen schema > docs/case.schema.json", formats=("text",), speaks=False)
def command(desk: Desk) -> Outcome:
    """JSON Schema (draft 2020-12) of case files, with titles and descriptions in Dutch and English.

    Editors use it to complete and explain fields: the first line of each sample case points at docs/case.schema.json.
    """
    schema = json_schema(content.field_help(desk.settings.roots))
    return Outcome(json.dumps(schema, indent=2, ensure_ascii=False), schema)
