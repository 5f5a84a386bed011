"""Since when a document is public: the journal says it, and where it cannot, status says on what it goes instead."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import CASE, World

from docgen.errors import ExitCode

pytestmark = [pytest.mark.soffice, pytest.mark.xdist_group("road")]

LONG_AGO = 1_000_000_000
"""A moment in 2001, before any publication."""


def facts(world: World, printed: Callable[[], Any]) -> tuple[dict[str, str], list[str]]:
    assert world.do("status", CASE, "--demo", "--format", "json") == ExitCode.DONE
    (case,) = printed()["cases"]
    return case["published"], [doubt["code"] for doubt in case["doubts"]]


def public_copy(world: World) -> Path:
    return world.folder / "out" / CASE / "public" / "protocol.nl.pdf"


def test_the_day_of_publication_is_that_of_the_journal_and_not_of_the_file(
    whole: World, printed: Callable[[], Any]
) -> None:
    published, doubts = facts(whole, printed)
    assert doubts == []
    os.utime(public_copy(whole), (LONG_AGO, LONG_AGO))
    assert facts(whole, printed) == (published, [])
    public_copy(whole).unlink()
    assert facts(whole, printed) == (published, [])


def test_what_was_withdrawn_is_no_longer_public(whole: World, printed: Callable[[], Any]) -> None:
    text = whole.case_file.read_text("utf-8")
    number = "  protocol: {number: VSA/2026/001, date: 2026-07-10"
    assert text.count(number) == 1
    withdrawn = f"{number}, withdrawn: 2026-11-20, withdrawn_reason: Verkeerde bijlage."
    whole.case_file.write_text(text.replace(number, withdrawn), "utf-8")
    copy = public_copy(whole).read_bytes()
    assert whole.do("publish", "--demo", "--format", "json") == ExitCode.DONE
    printed()
    public_copy(whole).write_bytes(copy)  # forgotten by somebody's backup
    assert facts(whole, printed) == ({}, [])


def test_without_a_line_in_the_journal_the_file_counts_and_status_says_so(
    whole: World, printed: Callable[[], Any], capsys: pytest.CaptureFixture[str]
) -> None:
    os.utime(public_copy(whole), (LONG_AGO, LONG_AGO))
    journal = whole.folder / "cases" / CASE / "journal.jsonl"
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(b"".join(line for line in lines if b'"published"' not in line))
    published, doubts = facts(whole, printed)
    assert (published, doubts) == ({"protocol": "2001-09-09"}, ["DG-D122"])
    assert whole.do("status", CASE, "--demo", "--lang", "nl") == ExitCode.DONE
    assert "het journaal zegt niet wanneer" in capsys.readouterr().out


def test_a_journal_that_is_not_whole_is_told_and_does_not_count(
    whole: World, printed: Callable[[], Any], capsys: pytest.CaptureFixture[str]
) -> None:
    journal = whole.folder / "cases" / CASE / "journal.jsonl"
    journal.write_bytes(journal.read_bytes().replace(b'"protocol.nl"', b'"protocol.fr"', 1))
    _, doubts = facts(whole, printed)
    assert doubts == ["DG-D120", "DG-D122"]
    assert whole.do("status", CASE, "--demo", "--lang", "nl") == ExitCode.DONE
    assert "deze regel is gewijzigd" in capsys.readouterr().out
