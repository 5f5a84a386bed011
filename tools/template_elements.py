"""Writes docs/templates-OFFICE.md from what the documents of an office must hold. Run it after a change."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[1]
Kinds = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Map:
    """What the documents of one office must hold, and where."""

    office: str
    languages: tuple[str, ...]
    head: str

    @property
    def kinds(self) -> Kinds:
        """By kind of document its headings in order, each with its elements."""
        path = ROOT / "tools" / "first_templates" / self.office / "elements.yaml"
        found: Kinds = yaml.safe_load(path.read_text(encoding="utf-8"))
        return found

    @property
    def page(self) -> Path:
        """Where the page is kept."""
        return ROOT / "docs" / f"templates-{self.office}.md"

    def text(self) -> str:
        """The page, a table for each kind of document."""
        tables = (self._table(kind, sections) for kind, sections in self.kinds.items())
        return "\n".join([self.head, *tables])

    def _table(self, kind: str, sections: list[dict[str, Any]]) -> str:
        columns = [*(f"heading ({lang})" for lang in self.languages), "element", "source", "fields"]
        head = f"## `{kind}`\n\n| {' | '.join(columns)} |\n{'|---' * len(columns)}|"
        rows = [self._row(section, element) for section in sections for element in section["elements"]]
        return "\n".join([head, *rows, ""])

    def _row(self, section: dict[str, Any], element: dict[str, Any]) -> str:
        fields = ", ".join(f"`{name}`" for name in element.get("fields", ()))
        signs = ", then ".join(f"`{slot}`" for slot in element.get("signs", ()))
        cells = (
            *(section[lang] or "(before the first)" for lang in self.languages),
            element["element"],
            element["source"],
            fields or (f"signed by {signs}" if signs else "the words"),
        )
        return f"| {' | '.join(cells)} |"


STATBEL = Map(
    "statbel",
    ("nl", "fr"),
    """# What each document of Statbel must hold, and where it stands

Made by `tools/template_elements.py` from `tools/first_templates/statbel/elements.yaml`;
`tests/word/test_template_elements.py` holds both Word templates of each kind to it: every heading carries an element,
in the same order in both languages, and under each heading stand the fields and the required words.

*seed*: Statbel's article on microdata for research. *P9 n*: element n of article 20 of the law of 30 July 2018
(<https://dt.bosa.be/nl/nl/ivc/artikel20wet30juli20158>). *P17*: the order of earlier deliberations of supervisory
committees. *eu557*: Regulation (EU) 557/2013, article 4. *house*: a proposal of ours, for legal staff to judge.
""",
)
VSA = Map(
    "vsa",
    ("nl",),
    """# What each document of the VSA must hold, and where it stands

Made by `tools/template_elements.py` from `tools/first_templates/vsa/elements.yaml`;
`tests/word/test_template_elements.py` holds the Word template of each kind to it: every heading carries an element,
and under each heading stand the fields and the required words.

*seed*: the page “Aanvragen van microdata voor onderzoek” of Statistiek Vlaanderen. It names the documents, who signs
them and what may change, but not the questions of the forms: these follow what Statbel asks (*B.1*). *P5*, *P7*:
public pages on the protocol of article 8 of the decree of 18 July 2008 (Flemish supervisory committee; protocols of a
Flemish agency). *P8*: partial lists of its content. *P9 n*: element n of article 20 of the law of 30 July 2018
(<https://dt.bosa.be/nl/nl/ivc/artikel20wet30juli20158>). *P17*, *P18*: the order of earlier deliberations of
supervisory committees. *P19*: the VSA on its legal framework. *eu557*: Regulation (EU) 557/2013, article 4. *five*:
the “Five Safes” of statistical offices. *house*: a proposal of ours, for legal staff to judge.
""",
)
MAPS = (STATBEL, VSA)


def main() -> None:
    """Write the pages."""
    for one in MAPS:
        one.page.write_text(one.text(), encoding="utf-8")


if __name__ == "__main__":
    main()
