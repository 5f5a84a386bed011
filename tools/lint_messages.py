"""Writes the table of lint messages into the guides for legal staff, from the wording itself.

.venv/bin/python tools/lint_messages.py
"""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from docgen.case.typography import printed, spaced

ROOT = Path(__file__).parent.parent
WORDING = ROOT / "templates" / "wording" / "parts" / "lint.yaml"
BEGIN, END = "<!-- messages -->", "<!-- /messages -->"
HEADS = {"nl": ("Code", "Wat er staat", "Wat te doen"), "fr": ("Code", "Le message", "Que faire")}


def messages(lang: str) -> str:
    """The table in one language."""
    known = yaml.safe_load(WORDING.read_text("utf-8"))
    lines = [f"| {' | '.join(HEADS[lang])} |", "|---|---|---|"]
    for code, row in known.items():
        if code.startswith("DG-T"):
            lines.append(f"| {code} | {_shown(row[lang]['text'])} | {_shown(row[lang]['remedy'])} |")
    return printed("\n".join(spaced(line, lang) for line in lines), lang)


def _shown(text: str) -> str:
    # A placeholder is shown as three dots, a doubled brace as the brace it stands for.
    text = re.sub(r"(?<!\{)\{\w+\}(?!\})", "…", text)
    return text.replace("{{", "{").replace("}}", "}").replace("|", "\\|")


def with_messages(guide: str, lang: str) -> str:
    """A guide with its table as the wording is now."""
    head, _, rest = guide.partition(BEGIN)
    return f"{head}{BEGIN}\n{messages(lang)}\n{END}{rest.partition(END)[2]}"


def guide(lang: str) -> Path:
    """The guide in one language."""
    return ROOT / "docs" / "guides" / f"legal.{lang}.md"


if __name__ == "__main__":
    for tongue in HEADS:
        path = guide(tongue)
        path.write_text(with_messages(path.read_text("utf-8"), tongue), "utf-8")
