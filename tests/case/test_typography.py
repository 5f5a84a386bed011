"""French as it is printed, and other languages left alone."""

from __future__ import annotations

import pytest

from docgen.case.typography import spaced


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Il manque : ceci ; cela ? oui !", "Il manque\u202f: ceci\u202f; cela\u202f? oui\u202f!"),
        ("Le courriel «acknowledgement» vient", "Le courriel «\u202facknowledgement\u202f» vient"),
        ("« a ».", "«\u202fa\u202f»."),
        ("à 10:30, cases/x.yaml:3:1", "à 10:30, cases/x.yaml:3:1"),
    ],
)
def test_french_gets_its_narrow_spaces_once(typed: str, shown: str) -> None:
    assert spaced(typed, "fr") == shown
    assert spaced(shown, "fr") == shown
    assert spaced(typed, "nl") == typed
