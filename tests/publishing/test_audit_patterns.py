"""A finder of personal data is only asked about texts that have what it needs: never fewer than it would find."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docgen.publishing.audit.patterns import _FINDERS, _NEEDED, Pattern

_VALUES = {
    Pattern.NATIONAL_NUMBER: ("98.47.28-997.65", "17073003384"),
    Pattern.IBAN: ("BE68 5390 0754 7034", "NL91ABNA0417164300"),
    Pattern.EMAIL: ("rik@ex-ample.test", "a.b@c.test"),
    Pattern.PHONE: ("02 555 12 34", "+32 (0)2/555.12.34", "0032470123465"),
}
_GAPS = ["", " ", "\n", "\u00a0", " \n\t", "\r\n\r\n", "-", "-\n", ". ", " / ", "x", "7"]


@settings(max_examples=300)
@given(
    st.sampled_from([(pattern, value) for pattern, values in _VALUES.items() for value in values]),
    st.lists(st.tuples(st.integers(0, 20), st.sampled_from(_GAPS)), max_size=6),
)
def test_what_a_finder_finds_has_what_it_needs(sought: tuple[Pattern, str], gaps: list[tuple[int, str]]) -> None:
    pattern, text = sought
    for place, gap in gaps:
        text = text[:place] + gap + text[place:]
    if any(True for _ in _FINDERS[pattern](text)):
        assert _NEEDED[pattern].search(text)


@pytest.mark.parametrize("pattern", Pattern)
@pytest.mark.parametrize("gap", ["\n", " \n ", "\n\n", "\u2009"])
def test_values_are_found_across_line_ends(pattern: Pattern, gap: str) -> None:
    for value in _VALUES[pattern]:
        broken = value.replace("@", f"@{gap}").replace(" ", gap).replace("7.28", f"7.{gap}28")
        assert _NEEDED[pattern].search(broken), value
        assert any(True for _ in _FINDERS[pattern](broken)), value


def test_an_address_is_joined_where_lines_end() -> None:
    found = set(_FINDERS[Pattern.EMAIL]("aan rik@ex-\n ample.\ntest en jan\n@example\n.test"))
    assert {"rik@ex-ample.test", "jan@example.test"} <= found
