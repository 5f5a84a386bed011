"""Redaction of strings: where values that may not be published stand in a text.

Values are searched without regard to spaces, capitals and the many forms that Unicode has for a letter, a digit or a
hyphen; national register numbers by their check digits.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache

from docgen.numbers import national_numbers

_BROKEN = re.compile(r"[-\u2010\u2011](?=[^\S\n]*\n)|\u00ad")
"""Hyphens that are there only because the line ends, and soft ones."""
_LOOSE = re.compile(r"(?:(?<=[-./ ])|(?=\s[-./]))\s+|\s+(?=[-./])")
"""White space around the signs within a number, and all but the first of a run."""
_ELEVEN = re.compile(r"\d(?:[-\s./]*+\d){10}")
"""Eleven digits with any number of those signs between them. Where a text has none it has no number, with or without
its loose spaces, and most have none: the place of each letter need not be known."""
_MINUS = "\u2212"


def secrets(text: str, values: tuple[str, ...], *, numbers: bool) -> list[tuple[int, int]]:
    """Start and end of every value and, if asked, of every national register number in a text."""
    found = list(_both_readings(text, values)) if values else []
    return [*found, *(_numbers(text) if numbers else ())]


def _both_readings(text: str, values: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    """Where values stand; a hyphen at the end of a line may be the value's own or not."""
    yield from _spans(text, values)
    unbroken = _BROKEN.sub(" ", text)
    if unbroken != text:
        yield from _spans(unbroken, values)


def _spans(text: str, values: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    """Where values stand in a text, spaces and capitals aside."""
    squeezed, places = _plain(text, keep_spaces=False)
    for value in values:
        wanted, _ = _plain(value, keep_spaces=False)
        at = squeezed.find(wanted) if wanted else -1
        while at >= 0:
            yield places[at], places[at + len(wanted) - 1] + 1
            at = squeezed.find(wanted, at + 1)


def _numbers(text: str) -> Iterator[tuple[int, int]]:
    """National register numbers, also over the end of a line and with spaces around their signs."""
    letters = set(text)
    if not any(map(str.isdecimal, letters)):
        return
    if not _ELEVEN.search(text.translate({ord(char): _folded(char, keep_spaces=True) for char in letters})):
        return
    spaced, places = _plain(text, keep_spaces=True)
    yield from _placed(national_numbers(spaced), places)
    gone = {place for match in _LOOSE.finditer(spaced) for place in range(*match.span())}
    if gone:
        kept = [place for place in range(len(spaced)) if place not in gone]
        tight = "".join(spaced[place] for place in kept)
        yield from _placed(national_numbers(tight), [places[place] for place in kept])


def _placed(spans: Iterator[tuple[int, int]], places: Sequence[int]) -> Iterator[tuple[int, int]]:
    return ((places[start], places[end - 1] + 1) for start, end in spans)


def _plain(text: str, *, keep_spaces: bool) -> tuple[str, list[int]]:
    """A text in ordinary letters, and where each of them stood."""
    table = {char: _folded(char, keep_spaces=keep_spaces) for char in set(text)}
    placed = [(letter, place) for place, char in enumerate(text) for letter in table[char]]
    return "".join([letter for letter, _ in placed]), [place for _, place in placed]


@lru_cache(maxsize=4096)
def _folded(char: str, *, keep_spaces: bool) -> str:
    """What a character stands for: `fi` for the ligature, `5` for the wide digit, nothing for what nobody sees."""
    if char.isspace():
        return " " if keep_spaces else ""
    kind = unicodedata.category(char)
    if kind == "Pd" or char == _MINUS:
        return "-"
    if kind == "Nd":
        return str(unicodedata.decimal(char))
    return "" if kind in ("Cf", "Cc") else unicodedata.normalize("NFKC", char).lower()


def redacted(text: str, values: tuple[str, ...], replacement: str, *, numbers: bool) -> str:
    """A text of the document (title, alternative text, address) with values and national numbers replaced."""
    kept, end = [], 0
    for start, stop in sorted(secrets(text, values, numbers=numbers)):
        if start >= end:
            kept += [text[end:start], replacement]
        end = max(end, stop)
    return "".join([*kept, text[end:]])
