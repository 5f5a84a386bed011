"""The text of filled documents: kept here so that a lawyer reads what a change of a template or rule does to them.

One document of each kind, office and language, with a sample case; as printed, so without the controls of a form.
After a change that is meant: `DOCGEN_UPDATE_GOLDEN=1 .venv/bin/python -m pytest tests/word/test_document_text.py`, and
read `git diff tests/golden/documents`.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import specimens
from docgen.word.plain import plain_text

GOLDEN = specimens.ROOT / "tests" / "golden" / "documents"


@pytest.mark.parametrize("path", specimens.TEMPLATES, ids=specimens.template_name)
def test_the_text_of_each_document_is_the_one_that_was_read(path: Path) -> None:
    golden = GOLDEN / f"{specimens.template_name(path)}.txt"
    text = plain_text(specimens.plain(specimens.filled(specimens.specimen(path)).content), path.name)
    if os.environ.get("DOCGEN_UPDATE_GOLDEN"):
        golden.parent.mkdir(parents=True, exist_ok=True)
        golden.write_text(text, encoding="utf-8")
    assert golden.is_file(), "new template: run with DOCGEN_UPDATE_GOLDEN=1 and read the text"
    assert text.splitlines() == golden.read_text("utf-8").splitlines()


def test_no_text_is_kept_of_a_document_that_is_gone() -> None:
    kept = {path.relative_to(GOLDEN).with_suffix("").as_posix() for path in GOLDEN.glob("*/*/*.txt")}
    assert kept == {specimens.template_name(path) for path in specimens.TEMPLATES}
