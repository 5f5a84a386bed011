"""From bytes to a case: every kind of defect has its own code and place, and nothing ever raises."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from docgen.case.defects import CODES, PATTERN_CODES, nearest
from docgen.case.fields import BY_PATH, OUTLINE, Kind, find
from docgen.case.load import LoadedCase, load
from docgen.case.model import Case
from docgen.errors import CaseInvalid, ExitCode

HEAD = "schema: 1\nid: X-1\noffice: vsa\nprocedure: new\nlanguage: nl\ntitle: Titel\n"
VALID_NUMBER = "85.07.30-033.28"
FindBase = Callable[[str], tuple[bytes, str] | None]


def loaded(more: str, head: str = HEAD) -> LoadedCase:
    return load((head + more).encode(), "cases/X-1.yaml")


def told(result: LoadedCase) -> list[tuple[str, str, int, int]]:
    return [(f.code, f.place.path, f.place.line, f.place.column) for f in result.findings if f.place]


def test_a_small_case_loads_and_knows_its_places() -> None:
    located = loaded("applicant:\n  name: Een huis\n  kbo: 0999.000.129\n").require()
    assert located.case.applicant is not None
    assert located.case.applicant.kbo == "0999.000.129"
    assert str(located.place("applicant", "kbo")) == "cases/X-1.yaml:9:3"
    assert str(located.place("applicant", "dpo", "email")) == "cases/X-1.yaml:7:1"
    assert located.place("applicant", "dpo", "email").path == "applicant.dpo.email"


@pytest.mark.parametrize(
    ("more", "code", "path", "line", "column"),
    [
        ("applicant:\n  kbo: 1\n", "DG-C121", "applicant.name", 7, 1),
        ("applicant:\n  name:\n  kbo: 1\n", "DG-C120", "applicant.name", 8, 3),
        ("datasets:\n  - source: SILC\n  -\n", "DG-C120", "datasets[1]", 9, 4),
        ("request_type: iets\n", "DG-C122", "request_type", 7, 1),
        ("request_type: regulier\n", "DG-C123", "request_type", 7, 1),
        ("dates: {received: 2026-13-01}\n", "DG-C124", "dates.received", 7, 9),
        ("dates: {received: 12/01/2026}\n", "DG-C144", "dates.received", 7, 9),
        ("dates: {received: 20260112}\n", "DG-C144", "dates.received", 7, 9),
        ("dates: {received: [2026-01-12]}\n", "DG-C124", "dates.received", 7, 9),
        ("pseudonymised: misschien\n", "DG-C125", "pseudonymised", 7, 1),
        ("pseudonymised: {a: b}\n", "DG-C125", "pseudonymised", 7, 1),
        ("retention: {months: vijf}\n", "DG-C126", "retention.months", 7, 13),
        ("retention: {months: 1.5}\n", "DG-C126", "retention.months", 7, 13),
        ("retention: {months: [1]}\n", "DG-C126", "retention.months", 7, 13),
        (f"retention: {{months: {'9' * 5000}}}\n", "DG-C126", "retention.months", 7, 13),
        ("retention: {months: 0}\n", "DG-C133", "retention.months", 7, 13),
        ("retention: {months: 1201}\n", "DG-C134", "retention.months", 7, 13),
        ("purpose: {description: '  '}\n", "DG-C128", "purpose.description", 7, 11),
        ("purpose:\n  description:\n    a: b\n", "DG-C129", "purpose.description", 8, 3),
        ("datasets: SILC\n", "DG-C130", "datasets", 7, 1),
        ("applicant: Universiteit\n", "DG-C131", "applicant", 7, 1),
        ("documents: [a]\n", "DG-C131", "documents", 7, 1),
        ("changes:\n  - until: 2030-01-01\n", "DG-C132", "changes[0]", 8, 5),
        ("changes:\n  - kind: retentie\n", "DG-C123", "changes[0]", 8, 5),
        ("changes: [retention]\n", "DG-C131", "changes[0]", 7, 11),
        ("colour: red\n", "DG-C140", "colour", 7, 1),
        ("titel: a\n", "DG-C141", "titel", 7, 1),
        ("titel:\n", "DG-C141", "titel", 7, 1),
        ("applicant:\n  naam:\n", "DG-C141", "applicant.naam", 8, 3),
        ("changes:\n  - kind: retention\n    text:\n", "DG-C143", "changes[0].text", 9, 5),
        ("kbo: 0999.000.129\n", "DG-C142", "kbo", 7, 1),
        ("changes:\n  - kind: retention\n    text: x\n", "DG-C143", "changes[0].text", 9, 5),
        ("changes:\n  - kind: retention\n    untill: x\n", "DG-C141", "changes[0].untill", 9, 5),
        ("changes:\n  - kind: purpose\n    purpose: x\n", "DG-C142", "changes[0].purpose", 9, 5),
        ("changes:\n  - kind: identity\n    dpo: {name: A, mail: b}\n", "DG-C141", "changes[0].dpo.mail", 9, 20),
        ("base: {case: vsa 1}\n", "DG-C170", "base.case", 7, 8),
        ("documents: {Het contract: {number: 1}}\n", "DG-C171", "documents.Het contract", 7, 13),
        ("documents: {contract: {numer: 1}}\n", "DG-C141", "documents.contract.numer", 7, 24),
        ("security: {server: {location_country: Belgium}}\n", "DG-C172", "security.server.location_country", 7, 21),
        ("assigned: {dpo_team: iemand}\n", "DG-C173", "assigned.dpo_team", 7, 12),
        ("datasets:\n  - {source: A, reference_periods: [2004, 2004/2018]}\n", "DG-C174", None, 8, 43),
    ],
)
def test_each_defect_has_its_code_and_place(more: str, code: str, path: str | None, line: int, column: int) -> None:
    result = loaded(more)
    path = path or "datasets[0].reference_periods[1]"
    assert (code, path, line, column) in told(result)
    with pytest.raises(CaseInvalid) as refusal:
        result.require()
    assert refusal.value.exit_code == ExitCode.CASE_INVALID


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("12/03/2026", "2026-03-12"),
        ("1-3-2026", "2026-03-01"),
        ("12. 3. 2026", "2026-03-12"),
        ("2026-3-5", "2026-03-05"),
    ],
)
def test_a_date_in_another_form_is_offered_in_the_right_one(written: str, meant: str) -> None:
    (finding,) = loaded(f"dates: {{received: {written}}}\n").findings
    assert (finding.code, finding.parameters["near"]) == ("DG-C144", meant)


def test_a_misspelt_field_is_not_also_said_to_be_missing() -> None:
    (finding,) = loaded("applicant:\n  nam: Een huis\n").findings
    assert (finding.code, finding.parameters["near"]) == ("DG-C141", "name")


@pytest.mark.parametrize(
    ("head", "code", "path"),
    [
        (HEAD.replace("schema: 1", "schema: 2"), "DG-C135", "schema"),
        (HEAD.replace("schema: 1", "schema: een"), "DG-C135", "schema"),
        (HEAD.replace("id: X-1", f"id: X-{'1' * 60}"), "DG-C136", "id"),
        (HEAD.replace("id: X-1", "id: X-2"), "DG-C111", "id"),
        (HEAD.replace("office: vsa\n", ""), "DG-C121", "office"),
        ("- a\n", "DG-C110", ""),
        ("~\n", "DG-C110", ""),
        ("tekst\n", "DG-C110", ""),
    ],
)
def test_defects_at_the_top_of_the_file(head: str, code: str, path: str) -> None:
    assert (code, path) in [seen[:2] for seen in told(loaded("", head))]


def test_what_was_meant_is_offered_from_the_chosen_kind_of_change_only() -> None:
    (finding,) = loaded("changes:\n  - kind: retention\n    motivatie: x\n").findings
    assert finding.parameters["near"] == "motivation"
    assert finding.parameters["known"] == "kind, months, motivation, until"
    (finding,) = loaded("changes:\n  - kind: retention\n    old_nam: x\n").findings
    assert finding.parameters["near"] == ""
    (finding,) = loaded("changes:\n  - kind: variables\n    old_name: x\n").findings
    assert (finding.code, finding.parameters["kinds"]) == ("DG-C143", "identity")


@pytest.mark.parametrize(("word", "near"), [("Regulier", "regular"), ("iis-authority", "iis_authority"), ("zzz", "")])
def test_the_nearest_word_forgives_case_and_dashes(word: str, near: str) -> None:
    assert nearest(word, ("regular", "iis_authority", "inr", "extension")) == near


def test_all_findings_come_at_once() -> None:
    result = loaded(f"titel: x\ncolour: y\ncolour: z\nretention: {{months: nul}} # {VALID_NUMBER}\napplicant: {{}}\n")
    assert sorted(f.code for f in result.findings) == ["D-33", "DG-C106", "DG-C126", "DG-C140", "DG-C141"]


def test_a_reference_is_told_once_and_not_as_a_missing_field() -> None:
    result = loaded("", HEAD.replace("title: Titel", "title: *titel*")[:-1] + "\n")
    assert [f.code for f in result.findings] == ["DG-C105"]
    result = loaded("", HEAD.replace("office: vsa", "office: &o vsa").replace("title: Titel", "title: *o"))
    assert [f.code for f in result.findings] == ["DG-C105", "DG-C105"]


@pytest.mark.parametrize(
    "more",
    [
        f"request_type: {VALID_NUMBER}\n",
        f"'{VALID_NUMBER}': x\n",
        f"applicant: {{name: x, '{VALID_NUMBER}': y}}\n",
        f"documents: {{'{VALID_NUMBER}': {{number: 1}}}}\n",
        f"changes:\n  - kind: {VALID_NUMBER}\n",
        f"base: {{case: '{VALID_NUMBER}'}}\n",
        f"retention: {{months: {VALID_NUMBER}}}\n",
    ],
)
def test_a_national_number_is_repeated_nowhere(more: str) -> None:
    result = loaded(more)
    assert "D-33" in [f.code for f in result.findings]
    said = repr([(dict(f.parameters), f.place) for f in result.findings])
    assert "033.28" not in said
    assert "033-28" not in said


def test_what_is_left_empty_counts_as_not_given() -> None:
    more = (
        "applicant:\n  name:\n  dpo:\n    name:\npurpose:\n  kinds:\n    -\ndatasets:\n  - source:\n    kind:\ndates:\n"
    )
    located = loaded(more + "pseudonymised:\nchanges:\npartners: []\n").require()
    assert located.case == loaded("").require().case


@pytest.mark.parametrize(
    "text", ["Ünïcödé “q” – …", "日本語", "𝔘🎉", "e\u0301", "Smith & Co <B.V.>", "{{ x }}", "ﷺ مرحبا", "a\tb"]
)
def test_free_text_may_hold_anything_printable(text: str) -> None:
    located = loaded("", HEAD.replace("title: Titel", f"title: '{text}'")).require()
    assert located.case.title == text


def error_types(schema: Any, found: set[str]) -> set[str]:
    """Types of the core schema that a value can fail at."""
    if isinstance(schema, dict):
        if isinstance(schema.get("type"), str) and schema["type"] not in ("default", "nullable", "definitions"):
            found.add(schema["type"])
        for inner in schema.values():
            error_types(inner, found)
    elif isinstance(schema, (list, tuple)):
        for inner in schema:
            error_types(inner, found)
    return found


# For each type of pydantic's core schema: what it can find wrong in strings, lists, mappings and None.
_CAN_FIND = {
    "str": {"string_type", "string_unicode", "string_too_short", "string_too_long", "string_pattern_mismatch"},
    "int": {"int_type", "int_parsing", "int_parsing_size", "int_from_float", "greater_than_equal", "less_than_equal"},
    "bool": {"bool_type", "bool_parsing"},
    "date": {"date_type", "date_parsing", "date_from_datetime_parsing", "date_from_datetime_inexact"},
    "function-before": {"iso_date"},
    "literal": {"literal_error"},
    "tuple": {"tuple_type"},
    "dict": {"dict_type"},
    "tagged-union": {"union_tag_invalid", "union_tag_not_found"},
    "model": {"model_type"},
    "model-fields": {"model_attributes_type", "missing", "extra_forbidden"},
    "model-field": set(),
    "definition-ref": set(),
    "function-wrap": set(),
    "no-info": set(),
    "computed-field": set(),
}


def test_every_error_that_pydantic_can_find_has_a_code_of_ours() -> None:
    used = error_types(TypeAdapter(Case).core_schema, set())
    known_words = {"str", "int", "bool", "date", "literal", "tuple", "dict", "tagged-union", "model", "model-fields"}
    assert known_words <= used
    unknown = {word for word in used if word not in _CAN_FIND and word not in _names()}
    assert unknown == set(), "a new kind of field: say which errors it can give"
    assert {error for word in used for error in _CAN_FIND.get(word, set())} <= set(CODES)


def _names() -> set[str]:
    return {field.name for field in BY_PATH.values()}


def test_every_pattern_has_a_sentence_of_its_own() -> None:
    assert {field.pattern for field in BY_PATH.values() if field.pattern} <= set(PATTERN_CODES)


def test_every_code_has_sentences_in_three_languages() -> None:
    root = Path(__file__).parents[2]
    words = yaml.safe_load((root / "templates/wording/parts/case.yaml").read_bytes())
    code_files = (root / "src/docgen/case").glob("*.py")
    used = {word for file in code_files for word in file.read_text().split('"') if word.startswith("DG-C")}
    assert used == set(words)
    for code, sentences in words.items():
        assert set(sentences) == {"nl", "fr", "en"}, code
        assert all(sentence["text"] and sentence["remedy"] for sentence in sentences.values()), code


def test_the_outline_is_the_model() -> None:
    assert [field.name for field in OUTLINE] == [info.alias or name for name, info in Case.model_fields.items()]
    months = BY_PATH["changes.months"]
    assert (months.kind, months.minimum, months.maximum) == (Kind.NUMBER, 1, 1200)
    assert find(("changes", 0, "add"), {"changes": [{"kind": "retention"}]}) is None
    added = find(("changes", 0, "add", 0, "periods"), {"changes": [{"kind": "reference_periods"}]})
    assert added is not None and added.many


@settings(max_examples=200)
@given(st.binary(max_size=300))
def test_random_bytes_never_raise(content: bytes) -> None:
    assert load(content, "X-1.yaml").findings


MUTATIONS = st.lists(
    st.tuples(
        st.floats(0, 1, exclude_max=True),
        st.integers(0, 30),
        st.sampled_from(
            ["", " ", "\n", "\n  ", ":", "- ", "#", '"', "'", "&a ", "*a", "[", "}", "\t", "x", "é", "0", "null"]
        )
        | st.text(max_size=5),
    ),
    min_size=1,
    max_size=4,
)


@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(mutations=MUTATIONS, choice=st.integers(0, 100))
def test_damaged_sample_cases_never_raise(
    sample_files: dict[str, bytes], find_base: FindBase, mutations: list[tuple[float, int, str]], choice: int
) -> None:
    case, content = sorted(sample_files.items())[choice % len(sample_files)]
    text = content.decode()
    for where, length, put in mutations:
        start = int(where * len(text))
        text = text[:start] + put + text[start + length :]
    result = load(text.encode("utf-8", "surrogatepass"), f"cases/{case}.yaml", find_base)
    assert result.located is not None or result.findings
    assert "DG-C139" not in [finding.code for finding in result.findings]
    for finding in result.findings:
        assert finding.place is not None
        assert 1 <= finding.place.line <= max(text.count("\n"), content.count(b"\n")) + 2


def test_the_sample_cases_have_no_findings(sample_files: dict[str, bytes], find_base: FindBase) -> None:
    assert {"VSA-2026-001", "VSA-2026-002", "STATBEL-2026-001"} <= set(sample_files)
    for case, content in sample_files.items():
        result = load(content, f"cases/{case}.yaml", find_base)
        assert [(f.code, str(f.place)) for f in result.findings] == []
        assert content.startswith(b"# yaml-language-server: $schema=../docs/case.schema.json\n")
