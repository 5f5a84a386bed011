"""The guide for legal staff: its table of messages is that of the wording, and its tags are ones the lint accepts."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "tools"))

import lint_messages


@pytest.mark.parametrize("lang", sorted(lint_messages.HEADS))
def test_the_table_of_messages_is_that_of_the_wording(lang: str) -> None:
    text = lint_messages.guide(lang).read_text("utf-8")
    assert lint_messages.with_messages(text, lang) == text, "run tools/lint_messages.py"
    assert "DG-T201" in text
