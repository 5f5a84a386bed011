"""What a DPO meets on the way from a new case to publication, and where a message must say how to go on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.cli.conftest import CASE, World

from docgen.errors import ExitCode

pytestmark = [pytest.mark.soffice, pytest.mark.xdist_group("road")]


def test_status_says_that_demo_signatures_are_there_and_do_not_count(
    half_signed: World, capsys: pytest.CaptureFixture[str]
) -> None:
    assert half_signed.do("status", CASE, "--lang", "nl") == ExitCode.DONE
    without = capsys.readouterr().out
    assert "niet meegeteld: handtekening op “aanvraagformulier” (aanvrager)" in without
    assert "--demo" in without
    assert half_signed.do("status", CASE, "--lang", "nl", "--demo") == ExitCode.DONE
    assert "niet meegeteld" not in capsys.readouterr().out


@pytest.mark.parametrize("key", [[], ["--demo"]])
def test_sign_without_a_slot_names_the_slots_whatever_the_key(
    half_signed: World, key: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert half_signed.do("sign", CASE, "protocol", *key, "--lang", "nl") == ExitCode.WRONG_USE
    assert "applicant (aanvrager), chief_statistician (Hoofdstatisticus)" in capsys.readouterr().err


def test_sign_knows_only_the_documents_of_the_procedure(half_signed: World, printed: Callable[[], Any]) -> None:
    asked = ("sign", CASE, "addendum", "--slot", "applicant", "--demo", "--format", "json")
    assert half_signed.do(*asked) == ExitCode.WRONG_USE
    (finding,) = printed()["findings"]
    assert finding["code"] == "DG-X110"
    assert "addendum" not in finding["parameters"]["known"]


def test_a_signed_document_says_in_words_what_changed_since(
    half_signed: World, capsys: pytest.CaptureFixture[str]
) -> None:
    text = half_signed.case_file.read_text("utf-8")
    half_signed.case_file.write_text(text.replace("\ntitle: ", "\ntitle: Nieuw. ", 1), "utf-8")
    assert half_signed.do("build", CASE, "--kind", "application", "--lang", "nl", "--demo") == ExitCode.DONE
    assert "intussen is gewijzigd: het dossier." in capsys.readouterr().out


def test_check_says_that_rules_follow_when_the_form_is_in_order(
    half_signed: World, capsys: pytest.CaptureFixture[str]
) -> None:
    text = half_signed.case_file.read_text("utf-8")
    half_signed.case_file.write_text(text.replace("\nschema: 1", "\nschema: 1\nonbekend: x", 1), "utf-8")
    assert half_signed.do("check", CASE, "--lang", "nl") == ExitCode.CASE_INVALID
    assert "De vorm van het bestand komt eerst" in capsys.readouterr().out


def test_the_journal_is_in_the_language_of_the_reader(half_signed: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert half_signed.do("journal", CASE, "--lang", "nl") == ExitCode.DONE
    told = capsys.readouterr().out
    assert "ondertekend" in told
    assert "signed " not in told


def test_an_unknown_code_is_answered_with_a_way_out(half_signed: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert half_signed.do("explain", "zzz", "--lang", "nl") == ExitCode.WRONG_USE
    assert "bijvoorbeeld D-08" in capsys.readouterr().err
