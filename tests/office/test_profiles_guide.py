"""The guide for legal staff: every example in it is one that docgen accepts, and no operator is left out."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from docgen.office.condition import DOSSIER_FACTS, FIELD_OPERATORS, Condition
from docgen.office.rules import read_rules

GUIDE = (Path(__file__).parents[2] / "docs" / "profiles-and-rules.md").read_text(encoding="utf-8")


def conditions() -> list[Condition]:
    texts = [text for text in re.findall(r"`([^`]+)`", GUIDE) if re.match(r"\{[a-z]+: |any: \[\{", text)]
    read = [yaml.load(text, Loader=yaml.BaseLoader) for text in texts]  # noqa: S506 - strings only, as docgen reads them
    return [Condition.model_validate(one) for one in read]


def test_every_example_is_a_condition_and_every_operator_has_one() -> None:
    used = {condition.operator for condition in conditions()}
    assert used == {*FIELD_OPERATORS, *DOSSIER_FACTS, "any_"}


def test_the_example_of_a_rule_is_a_rule() -> None:
    row = re.search(r"```yaml\n(.*?)```", GUIDE, re.DOTALL)
    assert row is not None
    sources = b"sources: {S1: {title: VSA}}\n"
    indented = "".join(f"  {line}\n" for line in row[1].splitlines())
    rules = read_rules({"sources.yaml": sources, "rows.yaml": f"rules:\n{indented}".encode()})
    assert rules.rule("D-18b") is not None
