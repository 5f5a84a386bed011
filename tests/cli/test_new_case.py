"""`docgen new`: what the office and the procedure need is asked, and what only another office uses is not."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.cli.conftest import ROOT, World, new_world

from docgen.case.fields import BY_PATH
from docgen.errors import ExitCode
from docgen.office.condition import Condition
from docgen.office.paths import without_indexes
from docgen.office.profile import Office, read_office
from docgen.office.references import parts
from docgen.word.plain import plain_text

PROFILES = {
    path.parent.name: read_office(path.read_bytes(), str(path)) for path in ROOT.glob("templates/*/office.yaml")
}
WAYS = [
    (office.id, procedure, lang)
    for office in PROFILES.values()
    for procedure in office.procedures
    for lang in office.languages
]
OWN_NOTES = ("dates.", "consultation.ready_to_file")
"""What any office may note of the course of a case, also where no step of its procedure waits for it."""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A workspace whose templates are the project's."""
    return new_world(tmp_path_factory.mktemp("new"))


def written(world: World, office: str, procedure: str, lang: str) -> str:
    case = f"{office}-{procedure}-{lang}".upper()
    file = world.folder / "cases" / f"{case}.yaml"
    if not file.exists():
        assert world.do("new", office, procedure, "--lang", lang, "--id", case) == ExitCode.DONE
    return file.read_text("utf-8")


def paths_of(text: str) -> set[str]:
    """Paths of the fields in a case file, without indexes; an example behind a hash does not count."""

    def inside(values: object, path: str) -> set[str]:
        if isinstance(values, list):
            return set().union(*(inside(item, path) for item in values))
        if not isinstance(values, dict):
            return set()
        here = {f"{path}.{name}" if path else str(name): value for name, value in values.items()}
        return set(here).union(*(inside(value, name) for name, value in here.items()))

    return inside(yaml.safe_load(text), "")


@pytest.mark.parametrize(("office", "procedure", "lang"), WAYS)
def test_the_sections_of_the_sample_cases_are_there(world: World, office: str, procedure: str, lang: str) -> None:
    samples = [yaml.safe_load(path.read_text("utf-8")) for path in sorted((ROOT / "cases").glob("*.yaml"))]
    matching = [sample for sample in samples if (sample["office"], sample["procedure"]) == (office, procedure)]
    assert matching
    told_apart = PROFILES[office].procedures[procedure].request_types
    used = {name for sample in matching for name in sample if name != "request_type" or told_apart}
    there = paths_of(written(world, office, procedure, lang))
    assert used - there == set()


@pytest.mark.parametrize(("office", "procedure", "lang"), WAYS)
def test_a_new_case_is_found_wanting_only_where_it_is_blank(
    world: World, office: str, procedure: str, lang: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    text = re.sub(r"(?m)^title:  # .*$", "title: Een titel", written(world, office, procedure, lang))
    file = tmp_path / f"{office}-{procedure}-{lang}.yaml".upper().replace(".YAML", ".yaml")
    file.write_text(text, "utf-8")
    capsys.readouterr()
    assert world.do("check", str(file), "--format", "json") == ExitCode.RULE_REFUSES
    found = [finding["path"] for finding in json.loads(capsys.readouterr().out)["findings"]]
    assert len(found) > 3
    assert [path for path in found if not is_blank(value_at(yaml.safe_load(text), path))] == []


def value_at(values: Any, path: str) -> Any:
    for name in path.split("."):
        values = values.get(name) if isinstance(values, dict) else None
    return values


def is_blank(value: Any) -> bool:
    """Nothing stands there, or a block in which nothing stands."""
    if isinstance(value, dict | list):
        return all(is_blank(one) for one in (value.values() if isinstance(value, dict) else value))
    return value is None


@pytest.mark.parametrize(("office", "procedure", "lang"), WAYS)
def test_what_a_remark_or_a_number_needs_is_there(world: World, office: str, procedure: str, lang: str) -> None:
    there = paths_of(written(world, office, procedure, lang))
    assert {"review.comment", "review.resolved", "dates.received"} <= there
    own = PROFILES[office]
    numbered = {
        f"documents.{kind}.number" for kind in own.procedures[procedure].kinds if own.kinds[kind].number is not None
    }
    assert numbered <= there


@pytest.mark.parametrize(("office", "procedure", "lang"), WAYS)
def test_nothing_that_the_office_has_no_use_for_is_there(world: World, office: str, procedure: str, lang: str) -> None:
    own = PROFILES[office]
    there = paths_of(written(world, office, procedure, lang))
    unasked = {without_indexes(path) for path in own.unasked}
    assert not {path for path in there if any(path == each or path.startswith(f"{each}.") for each in unasked)}
    assert ("request_type" in there) == bool(own.procedures[procedure].request_types)
    assert ("applicant.privileged_body" in there) == (bool(own.recipients.privileged) and "applicant" in there)
    only_elsewhere = {path for other in PROFILES.values() if other is not own for path in used_only_by(other, own)}
    assert {path for path in there & only_elsewhere if not path.startswith(OWN_NOTES)} == set()


@pytest.mark.parametrize("office", sorted(PROFILES))
def test_what_an_office_does_not_ask_it_does_not_use(office: str) -> None:
    own = PROFILES[office]
    unasked = {without_indexes(path) for path in own.unasked}
    assert unasked <= set(BY_PATH)
    assert unasked & named_by_profile_and_rules(own) == set()
    shown = words_in_templates(own)
    assert not {path for path in unasked if path.rpartition(".")[2] in shown and not BY_PATH[path].fields}


def used_only_by(other: Office, own: Office) -> set[str]:
    """Fields that the profile or the own rules of one office name, and neither those nor the templates of another."""
    elsewhere = named_by_profile_and_rules(other) - named_by_profile_and_rules(own) - named_by_rules("")
    shown = words_in_templates(own)
    return {path for path in elsewhere if path in BY_PATH and not BY_PATH[path].fields and path not in shown} - {
        path for path in BY_PATH if path.rpartition(".")[2] in shown
    }


def named_by_profile_and_rules(office: Office) -> set[str]:
    conditions = [part for _, part in parts(office.model_copy(update={"roles": {}})) if isinstance(part, Condition)]
    named = {without_indexes(condition.path) for condition in conditions if condition.path}
    kinds = {kind for procedure in office.procedures.values() for kind in procedure.kinds}
    named |= {
        without_indexes(path) for kind in kinds for path in (*office.kinds[kind].requires, *office.kinds[kind].shows)
    }
    return named | named_by_rules(office.id)


def named_by_rules(office: str) -> set[str]:
    """Fields that the rules of one office alone name; with no office, those that hold for all."""
    named: set[str] = set()
    for file in sorted((ROOT / "templates" / "rules").glob("*.yaml")):
        for row in yaml.safe_load(file.read_text("utf-8")).get("rules", ()):
            if row.get("offices", [""]) == [office]:
                asked = repr([row.get("when"), row.get("require"), row.get("each")])
                around = without_indexes(row["each"]) if "each" in row else ""
                paths = re.findall(r"'path': '([^']+)'", asked)
                named |= {without_indexes(f"{around}{path}" if path.startswith(".") else path) for path in paths}
    return named


def words_in_templates(office: Office) -> set[str]:
    text = "".join(
        plain_text(path.read_bytes(), path.name) for path in Path(ROOT / "templates" / office.id).glob("*/*.docx")
    )
    return set(re.findall(r"\w+", " ".join(re.findall(r"\{[{%].*?[%}]\}", text))))


def test_the_next_number_is_of_the_office_s_year(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = new_world(tmp_path)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1798759800")  # half past midnight in Brussels, on the first day of 2027
    for _ in range(2):
        assert made.do("new", "vsa", "new") == ExitCode.DONE
    assert sorted(file.name for file in tmp_path.glob("cases/*")) == ["VSA-2027-001.yaml", "VSA-2027-002.yaml"]
