"""The JSON Schema: valid itself, current, agreeing with the loader, and explaining every field."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from docgen.case.fields import BY_PATH
from docgen.case.help import LANGUAGES, Help, read_help
from docgen.case.load import load
from docgen.case.schema import json_schema, schema_text
from docgen.errors import ContentInvalid

ROOT = Path(__file__).parents[2]
HEAD = {"schema": 1, "id": "X-1", "office": "vsa", "procedure": "new", "language": "nl", "title": "t"}


class EditorYaml(yaml.SafeLoader):
    """YAML as editors read it: version 1.2 has no dates and no yes or no."""


EditorYaml.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in rows if not tag.endswith("timestamp")]
    for first, rows in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


@pytest.fixture(scope="module")
def validator(help_texts: Help) -> jsonschema.Draft202012Validator:
    schema = json_schema(help_texts)
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def test_the_committed_schema_is_current(help_texts: Help) -> None:
    """Write it anew with `docgen schema > docs/case.schema.json`."""
    committed = (ROOT / "docs" / "case.schema.json").read_text("utf-8")
    assert committed == schema_text(help_texts)


def test_the_sample_cases_are_valid(validator: jsonschema.Draft202012Validator, sample_files: dict[str, bytes]) -> None:
    for case, content in sample_files.items():
        errors = [error.message for error in validator.iter_errors(yaml.load(content, EditorYaml))]  # noqa: S506
        assert errors == [], case


@pytest.mark.parametrize(
    "more",
    [
        "retention: {months: 60, until: 2027-03-31}",
        "retention: {months: '60'}",
        "retention: {months: }\napplicant:\n",
        "applicant: {name: 2026, kbo: 0999000129, address: {street: a, postcode: 9999, city: b, country: NO}}",
        "datasets: [{source: SILC, reference_periods: [2018, 2004-2018], raw: yes}]",
        "documents: {contract: , dpo_advice: {number: 12}}",
        "changes: [{kind: retention, months: 12}, {kind: purpose, text: true}]",
        "statistical_secrecy_acknowledged: false",
    ],
)
def test_what_the_loader_takes_the_schema_takes(validator: jsonschema.Draft202012Validator, more: str) -> None:
    text = "".join(f"{name}: {value}\n" for name, value in HEAD.items()) + more
    assert load(text.encode(), "X-1.yaml").findings == ()
    assert [error.message for error in validator.iter_errors(yaml.load(text, EditorYaml))] == []  # noqa: S506


@pytest.mark.parametrize(
    "more",
    [
        {"titel": "x"},
        {"retention": {"months": 0}},
        {"retention": {"months": "zes"}},
        {"retention": {"until": "31-03-2027"}},
        {"language": "de"},
        {"request_type": "x"},
        {"applicant": {"kbo": "1"}},
        {"datasets": [{"source": "SILC", "reference_periods": ["2004/2018"]}]},
        {"changes": [{"kind": "retention", "text": "x"}]},
        {"changes": [{"until": "2027-03-31"}]},
        {"documents": {"Het contract": {"number": "1"}}},
        {"title": None},
        {"id": "kleine letters"},
        {"schema": 2},
    ],
)
def test_what_the_loader_refuses_the_schema_refuses(
    validator: jsonschema.Draft202012Validator, more: dict[str, Any]
) -> None:
    values = HEAD | more
    assert load(json.dumps(values).encode(), "X-1.yaml").findings
    assert list(validator.iter_errors(values))


def test_a_case_with_a_base_needs_less(validator: jsonschema.Draft202012Validator) -> None:
    small = {"schema": 1, "id": "X-1", "procedure": "extension"}
    assert list(validator.iter_errors(small))
    assert not list(validator.iter_errors(small | {"base": {"case": "A-1"}}))


def test_every_node_that_people_fill_in_is_explained_in_dutch_and_in_english(help_texts: Help) -> None:
    def nodes(shape: Any) -> list[dict[str, Any]]:
        inner = shape.values() if isinstance(shape, dict) else shape if isinstance(shape, list) else ()
        below = [node for one in inner for node in nodes(one)]
        fields = list(shape["properties"].values()) if isinstance(shape, dict) and "properties" in shape else []
        return [*below, *fields, *([shape] if fields else [])]

    found = nodes(json_schema(help_texts))
    assert len(found) > 300
    for node in found:
        title, description = node["title"].split(" / "), node["description"].split("\n\n")
        assert len(title) == len(description) == 2, node["title"]
        assert all(title) and all(description)


def test_every_field_has_a_name_and_help_in_every_language(help_texts: Help) -> None:
    for field in BY_PATH.values():
        for lang in LANGUAGES:
            text = help_texts.of(field, lang)
            assert text.title and text.help.endswith((".", "?")), (field.path, lang)
    assert (
        help_texts.of(BY_PATH["changes.motivation"], "nl").help
        != help_texts.of(BY_PATH["retention.motivation"], "nl").help
    )


def test_a_field_without_help_and_help_without_a_field_are_refused() -> None:
    content = (ROOT / "templates/wording/parts/fields.yaml").read_bytes()
    with pytest.raises(ContentInvalid) as refusal:
        read_help({"fields.yaml": content.replace(b"field.Organisation.kbo:", b"field.Organisation.kob:")})
    assert [finding.code for finding in refusal.value.findings].count("DG-C191") == 1
    assert {f.parameters["name"] for f in refusal.value.findings} == {
        "Organisation.kob",
        "applicant.kbo",
        "partners.kbo",
    }
