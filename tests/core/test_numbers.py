"""National register numbers and enterprise numbers: found however they are written, never repeated."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.be import bis, nn

from docgen.numbers import is_enterprise_number, is_national_number, mask_national_numbers, national_numbers


@pytest.mark.parametrize(
    "number",
    [
        "93051822361",
        "85.07.30-033.28",
        "17.07.30-033.84",
        "01050399864",
        "73040102749",
        "98.47.28-997.65",
        "01 49 07 001 85",
    ],
)
def test_a_number_is_found_in_running_text(number: str) -> None:
    text = f"Zie 12 {number}, blz. 3."
    ((start, end),) = national_numbers(text)
    assert text[start:end] == number
    assert mask_national_numbers(text) == text.replace(number, "".join("•" if c.isdigit() else c for c in number))


@pytest.mark.parametrize(
    "number", ["12345678901", "12345678900", "73040102750", "0999.000.129", "", "abc", "9305182236"]
)
def test_what_only_looks_like_one_is_left_alone(number: str) -> None:
    assert not any(national_numbers(f"nr. {number}"))
    assert not is_national_number(number)


@given(st.from_regex(r"[0-9]{9}", fullmatch=True), st.sampled_from(["", "2"]), st.booleans())
def test_the_quick_check_refuses_nothing_that_holds(birth: str, century: str, spoilt: bool) -> None:
    check = 97 - int(century + birth) % 97
    digits = f"{birth}{(check + spoilt) % 100:02d}"
    assert is_national_number(digits) == (nn.is_valid(digits) or bis.is_valid(digits))


@pytest.mark.parametrize(
    "number", ["0403019261", "0428759497", "0440966354", "0831797467", "0999.000.129", "0999.000.624"]
)
def test_enterprise_numbers_that_hold(number: str) -> None:
    assert is_enterprise_number(number)


@pytest.mark.parametrize("number", ["0431150351", "0999.000.128", "403019261", "x", ""])
def test_enterprise_numbers_that_do_not(number: str) -> None:
    assert not is_enterprise_number(number)
