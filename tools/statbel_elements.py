"""Writes docs/templates-statbel.md from the elements that the Statbel documents must hold. Run it after a change."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[1]
ELEMENTS = ROOT / "tools" / "first_templates" / "statbel" / "elements.yaml"
PAGE = ROOT / "docs" / "templates-statbel.md"

HEAD = """# What each document of Statbel must hold, and where it stands

Made by `tools/statbel_elements.py` from `tools/first_templates/statbel/elements.yaml`;
`tests/word/test_statbel_elements.py` holds both Word templates of each kind to it: every heading carries an element, in
the same order in both languages, and under each heading stand the fields and the required words.

*seed*: Statbel's article on microdata for research. *P9 n*: element n of article 20 of the law of 30 July 2018
(<https://dt.bosa.be/nl/nl/ivc/artikel20wet30juli20158>). *P17*: the order of earlier deliberations of supervisory
committees. *eu557*: Regulation (EU) 557/2013, article 4. *house*: a proposal of ours, for legal staff to judge.
"""


def page(kinds: dict[str, list[dict[str, Any]]]) -> str:
    """The page, a table for each kind of document."""
    return "\n".join([HEAD, *(_table(kind, sections) for kind, sections in kinds.items())])


def _table(kind: str, sections: list[dict[str, Any]]) -> str:
    head = f"## `{kind}`\n\n| heading (nl) | heading (fr) | element | source | fields |\n|---|---|---|---|---|"
    rows = [_row(section, element) for section in sections for element in section["elements"]]
    return "\n".join([head, *rows, ""])


def _row(section: dict[str, Any], element: dict[str, Any]) -> str:
    fields = ", ".join(f"`{name}`" for name in element.get("fields", ()))
    signs = ", then ".join(f"`{slot}`" for slot in element.get("signs", ()))
    cells = (
        section["nl"] or "(before the first)",
        section["fr"] or "(before the first)",
        element["element"],
        element["source"],
        fields or (f"signed by {signs}" if signs else "the words"),
    )
    return f"| {' | '.join(cells)} |"


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(yaml.safe_load(ELEMENTS.read_text(encoding="utf-8"))), encoding="utf-8")


if __name__ == "__main__":
    main()
