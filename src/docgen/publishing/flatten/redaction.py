"""Redaction of strings: where values that may not be published stand in a text.

Values are searched without regard to spaces and capitals, national register numbers by their check digits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from docgen.numbers import national_numbers

_BROKEN = re.compile(r"[-\u2010\u2011](?=[^\S\n]*\n)|\u00ad")
"""Hyphens that are there only because the line ends, and soft ones."""


def secrets(text: str, values: tuple[str, ...], *, numbers: bool) -> list[tuple[int, int]]:
    """Start and end of every value and, if asked, of every national register number in a text."""
    found = list(_spans(text, values)) if values else []
    unbroken = _BROKEN.sub(" ", text)
    if values and unbroken != text:  # both readings: a hyphen at the end of a line may be the value's own
        found += _spans(unbroken, values)
    return [*found, *(national_numbers(text.replace("\n", " ")) if numbers else ())]


def _spans(text: str, values: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    """Where values stand in a text, spaces and capitals aside."""
    places = [i for i, char in enumerate(text) if not char.isspace()]
    squeezed = "".join(_folded(text[i]) for i in places)
    for value in values:
        wanted = "".join(_folded(char) for char in value if not char.isspace())
        at = squeezed.find(wanted) if wanted else -1
        while at >= 0:
            yield places[at], places[at + len(wanted) - 1] + 1
            at = squeezed.find(wanted, at + 1)


def _folded(char: str) -> str:
    """One character for one character, so that places stay true."""
    lower = char.lower()
    return lower if len(lower) == 1 else char


def redacted(text: str, values: tuple[str, ...], replacement: str, *, numbers: bool) -> str:
    """A text of the document (title, alternative text, address) with values and national numbers replaced."""
    kept, end = [], 0
    for start, stop in sorted(secrets(text, values, numbers=numbers)):
        if start >= end:
            kept += [text[end:start], replacement]
        end = max(end, stop)
    return "".join([*kept, text[end:]])
