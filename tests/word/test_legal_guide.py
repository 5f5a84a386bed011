"""The guide for legal staff: its table of messages is that of the wording, and its tags are ones the lint accepts."""

from __future__ import annotations

import re
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


@pytest.mark.parametrize("lang", sorted(lint_messages.HEADS))
def test_pictures_are_there_small_and_described(lang: str) -> None:
    guide = lint_messages.guide(lang)
    shown = re.findall(r"!\[([^\]]*)\]\(([^)]+)\)", guide.read_text("utf-8"))
    assert len(shown) >= 4
    for description, name in shown:
        picture = (guide.parent / name).read_bytes()
        assert picture.startswith(b"\x89PNG") and len(picture) < 150_000
        assert len(description) > 40
    used = {name.rpartition("/")[2] for _, name in shown}
    assert used == {path.name for path in (guide.parent / "pictures").glob(f"*.{lang}.png")}
