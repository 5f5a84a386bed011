"""Redaction of what is shown: which codes of which operators say something that may not be published.

The text of the document is collected as it is drawn. A value that is broken over lines or operators is found, also
with a hyphen where the line ends; one that is drawn out of order or part of a picture is not. The audit looks at the
pages another way.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from docgen.publishing.flatten.fonts import Font
from docgen.publishing.flatten.graphics import Box
from docgen.publishing.flatten.redaction import secrets

Key = tuple[tuple[int, int], int]
"""A text-showing operator: number of its stream's holder in the source, and how many came before it."""
Hits = Mapping[Key, frozenset[int]]
"""By operator: which of its character codes to take out."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What an earlier reading found that must go."""

    hits: Hits = field(default_factory=dict)
    """Codes to take out, with a bar in their place."""
    drops: frozenset[Key] = frozenset()
    """Operators whose text is covered, to be left out whole."""


@dataclass(slots=True)
class Reader:
    """Collects what is shown, in the order of drawing."""

    _shown: list[tuple[Key, Font, bytes, str]] = field(default_factory=list)
    _after: tuple[float, float] = (0.0, 0.0)
    readable: bool = True
    """Whether every font tells what its codes mean."""

    def add(self, key: Key, font: Font, codes: bytes, text: str, box: Box) -> None:
        """Adds a run; a gap before it counts as a space, another height as a new line."""
        x, y, u, v = box
        gap = "\n" if abs(y - self._after[1]) > 1 else " " if x - self._after[0] > 0.15 * (v - y) else ""
        self._after = (u, y)
        if not font.is_readable:
            self.readable = False
        self._shown.append((key, font, codes, gap + text))

    def hits(self, values: tuple[str, ...], *, numbers: bool) -> Hits:
        """The codes that are part of a value, or of a national register number."""
        text = "".join([shown[3] for shown in self._shown])
        spans = secrets(text, values, numbers=numbers)
        return dict(self._codes(spans)) if spans else {}

    def _codes(self, spans: list[tuple[int, int]]) -> Iterator[tuple[Key, frozenset[int]]]:
        taken = sorted({place for first, last in spans for place in range(first, last)})
        found: dict[Key, set[int]] = {}
        start = 0
        for key, font, codes, shown in self._shown:
            end = start + len(shown)
            here = bisect_left(taken, start)
            if here < len(taken) and taken[here] < end:
                meanings = [*map(font.text, font.codes(codes))]
                at = end - sum(map(len, meanings))
                for index, meaning in enumerate(meanings):
                    here = bisect_left(taken, at)
                    if here < len(taken) and taken[here] < at + len(meaning):
                        found.setdefault(key, set()).add(index)
                    at += len(meaning)
            start = end
        yield from ((key, frozenset(indexes)) for key, indexes in found.items())
