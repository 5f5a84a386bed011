"""How regular expressions are written."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

SOURCES = Path(__file__).parents[2] / "src" / "docgen"
POSSESSIVE_GROUP = re.compile(r"\)(?:[*+?]|\{[0-9,]+\})\+")


@pytest.mark.parametrize("group", ["(?:ab?c)*+", "(ab?c)++", "(?:ab?c)?+", "(?:ab?c){1,3}+"])
def test_such_a_group_is_found(group: str) -> None:
    assert POSSESSIVE_GROUP.search(group)
    assert not POSSESSIVE_GROUP.search("(?>(?:ab?c)*)[0-9]++")


def test_no_group_is_possessive() -> None:
    """Before Python 3.11.5 such a group also takes what its last, failed round read: `(?:ab?c)*+` takes all of `aca`.

    An atomic group around it, `(?>(?:ab?c)*)`, means the same and does not.
    """
    found = [
        f"{file.relative_to(SOURCES)}:{number}"
        for file in SOURCES.rglob("*.py")
        for number, line in enumerate(file.read_text("utf-8").splitlines(), 1)
        if POSSESSIVE_GROUP.search(line)
    ]
    assert found == []
