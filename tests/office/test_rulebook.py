"""The page about the rules says what the rows say today."""

from __future__ import annotations

from pathlib import Path

from docgen.office.rulebook import rulebook
from docgen.office.rules import read_rules
from docgen.office.wording import read_wording

ROOT = Path(__file__).parents[2]


def contents(folder: str) -> dict[str, bytes]:
    return {str(file): file.read_bytes() for file in sorted((ROOT / "templates" / folder).rglob("*.yaml"))}


def test_the_page_is_current_and_names_every_rule() -> None:
    rules, page = read_rules(contents("rules")), (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    assert page == rulebook(rules, read_wording(contents("wording"))), "run: python tools/rulebook.py"
    assert all(f"## {row.id}\n" in page for row in rules.rows)
    waiting = sum(row.awaiting_legal_confirmation for row in rules.rows)
    assert page.count("- **Awaiting legal confirmation**") == waiting > 5


def test_open_questions_cover_what_awaits_the_offices() -> None:
    questions = (ROOT / "docs" / "open-questions.md").read_text(encoding="utf-8")
    rows = [row.id for row in read_rules(contents("rules")).rows if row.awaiting_legal_confirmation]
    assert [id for id in rows if id not in questions] == []
