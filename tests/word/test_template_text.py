"""The text of templates: kept here so that a lawyer reads a change of a Word file as a change of lines.

After a change that is meant: `DOCGEN_UPDATE_GOLDEN=1 .venv/bin/python -m pytest tests/word/test_template_text.py`, and
read `git diff tests/golden`.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from docgen.word.plain import plain_text

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests" / "golden" / "templates"
OWN = sorted((ROOT / "templates").glob("*/*/*.docx"))


def _name(path: Path) -> str:
    return path.relative_to(ROOT / "templates").with_suffix(".txt").as_posix()


@pytest.mark.parametrize("path", OWN, ids=_name)
def test_the_text_of_each_template_is_the_one_that_was_read(path: Path) -> None:
    golden, text = GOLDEN / _name(path), plain_text(path.read_bytes(), path.name)
    if os.environ.get("DOCGEN_UPDATE_GOLDEN"):
        golden.parent.mkdir(parents=True, exist_ok=True)
        golden.write_text(text, encoding="utf-8")
    assert golden.is_file(), "new template: run with DOCGEN_UPDATE_GOLDEN=1 and read the text"
    assert text.splitlines() == golden.read_text("utf-8").splitlines()


def test_no_text_is_kept_of_a_template_that_is_gone() -> None:
    assert {path.relative_to(GOLDEN).as_posix() for path in GOLDEN.glob("*/*/*.txt")} == {_name(path) for path in OWN}
