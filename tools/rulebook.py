"""Writes docs/rules.md from the rule rows and their wording. Run it after changing either."""

from __future__ import annotations

from pathlib import Path

from docgen.office.rulebook import rulebook
from docgen.office.rules import read_rules
from docgen.office.wording import read_wording

ROOT = Path(__file__).parents[1]


def contents(folder: str) -> dict[str, bytes]:
    """Every YAML file in a folder of `templates/`, by its name."""
    return {str(file): file.read_bytes() for file in sorted((ROOT / "templates" / folder).rglob("*.yaml"))}


def main() -> None:
    """Write the page."""
    page = rulebook(read_rules(contents("rules")), read_wording(contents("wording")))
    (ROOT / "docs" / "rules.md").write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
