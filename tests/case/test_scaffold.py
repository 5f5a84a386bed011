"""A new case file: loads as written, explains itself, and every field it names exists."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from docgen.case.fields import OUTLINE
from docgen.case.help import LANGUAGES, Help
from docgen.case.load import load
from docgen.case.scaffold import ALWAYS, Blank, scaffold

EVERYTHING = tuple(field.name for field in OUTLINE if field.name not in ALWAYS)
KINDS = ("retention", "extension", "variables", "reference_periods", "purpose", "identity")


def blank(lang: str, sections: tuple[str, ...] = EVERYTHING) -> Blank:
    return Blank("X-1", "statbel", "new", lang, "Statbel", sections, KINDS, ("contract", "dpo_advice"))


def titled(text: str) -> str:
    assert text.count("\ntitle:  # ") == 1
    return re.sub(r"\ntitle:  # .*\n", "\ntitle: Een titel\n", text)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_it_loads_as_written_but_for_the_title(lang: str, help_texts: Help) -> None:
    text = scaffold(blank(lang), help_texts)
    result = load(text.encode(), "X-1.yaml")
    assert [(finding.code, finding.parameters["name"]) for finding in result.findings] == [("DG-C120", "title")]
    filled = titled(text)
    located = load(filled.encode(), "X-1.yaml").require()
    assert (located.case.language, located.case.office, located.case.documents) == (lang, "statbel", {})
    assert max(len(line) for line in text.splitlines()) <= 110


def test_examples_of_changes_hold_when_the_hash_is_removed(help_texts: Help) -> None:
    text = titled(scaffold(blank("nl", ("changes",)), help_texts))
    head, _, examples = text.partition("\nchanges:\n")
    shown = f"{head}\nchanges:\n" + re.sub(r"(?m)^  # ", "  ", examples)
    result = load(shown.encode(), "X-1.yaml")
    assert result.findings == ()
    assert "Kies uit: retention, extension, variables" in " ".join(text.replace("\n# ", " ").split())
    assert result.located and [change.kind for change in result.located.case.changes] == list(KINDS)


def test_every_field_stands_there_with_its_choices(help_texts: Help) -> None:
    text = scaffold(blank("fr"), help_texts)
    for field in OUTLINE:
        assert re.search(rf"(?m)^{field.name}:", text), field.name
    assert "Choisissez parmi : regular, iis_authority, inr, extension." in text
    assert text.startswith("# yaml-language-server: $schema=../docs/case.schema.json\n")


def test_only_the_wanted_sections_stand_there(help_texts: Help) -> None:
    text = scaffold(blank("en", ("applicant", "retention")), help_texts)
    top = re.findall(r"(?m)^([a-z_]+):", text)
    assert top == ["schema", "id", "office", "procedure", "language", "title", "request_type", "applicant", "retention"]


def test_each_help_is_given_once(help_texts: Help) -> None:
    text = scaffold(blank("nl"), help_texts)
    assert text.count("Voornaam en familienaam") == 1


def test_only_values_of_the_office_are_offered_and_a_field_without_any_is_left_out(help_texts: Help) -> None:
    own = replace(
        blank("nl"), allowed={"language": ("nl",), "applicant.privileged_body": (), "datasets.source": ("SV",)}
    )
    words = " ".join(scaffold(own, help_texts).replace("\n#", " ").replace("\n  #", " ").split())
    assert "Kies uit: nl." in words
    assert "Kies uit: SV." in words
    applicant, partners = words.partition("applicant:")[2].split("partners:")
    assert "privileged_body" not in applicant
    assert "privileged_body" in partners


def test_what_may_not_stay_empty_is_marked(help_texts: Help) -> None:
    text = scaffold(replace(blank("nl"), required=frozenset({"purpose", "purpose.kinds", "applicant"})), help_texts)
    marked = re.findall(r"(?m)^ *(\w+):  # verplicht$", text)
    assert marked == ["title", "applicant", "name", "purpose", "kinds"]
