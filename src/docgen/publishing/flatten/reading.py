"""Redaction of what is shown: which codes of which operators say something that may not be published.

The text of the document is collected as it is drawn. A value that is broken over lines or operators is found, also
with a hyphen where the line ends; one that is drawn out of order or part of a picture is not. The audit looks at the
pages another way.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field
from typing import NamedTuple

from docgen.publishing.flatten.fonts import Font
from docgen.publishing.flatten.graphics import Box, Matrix, TextState
from docgen.publishing.flatten.lexing import Shown
from docgen.publishing.flatten.redaction import secrets

Key = tuple[tuple[int, int], int]
"""A text-showing operator: number of its stream's holder in the source, and how many came before it."""
Hits = Mapping[Key, frozenset[int]]
"""By operator: which of its character codes to take out."""


@dataclass(slots=True)
class TextObject:
    """A text object of the copy while its content is being made."""

    out: list[bytes]
    """The instructions of its stream."""
    end: int = -1
    """Where its `ET` stands among them."""
    bar_mark: bytes = b""
    """What a bar drawn behind it is marked as; empty when it stands in a section that says so."""


class Run(NamedTuple):
    """A text-showing instruction of the copy, and what it takes to write it again without some of its codes."""

    key: Key
    font: Font
    raw: bytes
    """Its operand as it was read."""
    shown: Shown
    state: TextState
    matrix: Matrix
    """Text space at its beginning."""
    advance: float
    block: TextObject
    place: int
    """Where it stands among the instructions of its stream."""


@dataclass(slots=True)
class Reader:
    """Collects what is shown, in the order of drawing."""

    _shown: list[tuple[Run, str]] = field(default_factory=list)
    _after: tuple[float, float] = (0.0, 0.0)
    readable: bool = True
    """Whether every font tells what its codes mean."""

    def add(self, run: Run, text: str, box: Box) -> None:
        """Adds a run; a gap before it counts as a space, another height as a new line."""
        x, y, u, v = box
        gap = "\n" if abs(y - self._after[1]) > 1 else " " if x - self._after[0] > 0.15 * (v - y) else ""
        self._after = (u, y)
        if not run.font.is_readable:
            self.readable = False
        self._shown.append((run, gap + text))

    def leave_out(self, keys: Set[Key]) -> list[Run]:
        """Forgets runs, as if they had not been shown; gives them."""
        gone = [run for run, _ in self._shown if run.key in keys]
        self._shown = [shown for shown in self._shown if shown[0].key not in keys]
        return gone

    def runs(self, hits: Hits) -> list[Run]:
        """The runs that hits speak of; a form drawn in two ways has each of its own twice."""
        return [run for run, _ in self._shown if run.key in hits]

    def hits(self, values: tuple[str, ...], *, numbers: bool) -> Hits:
        """The codes that are part of a value, or of a national register number."""
        text = "".join([shown[1] for shown in self._shown])
        spans = secrets(text, values, numbers=numbers)
        return dict(self._codes(spans)) if spans else {}

    def _codes(self, spans: list[tuple[int, int]]) -> Iterator[tuple[Key, frozenset[int]]]:
        taken = sorted({place for first, last in spans for place in range(first, last)})
        found: dict[Key, set[int]] = {}
        start = 0
        for (key, font, _, written, *_), shown in self._shown:
            end = start + len(shown)
            here = bisect_left(taken, start)
            if here < len(taken) and taken[here] < end:
                meanings = [*map(font.text, font.codes(written.codes))]
                at = end - sum(map(len, meanings))
                for index, meaning in enumerate(meanings):
                    here = bisect_left(taken, at)
                    if here < len(taken) and taken[here] < at + len(meaning):
                        found.setdefault(key, set()).add(index)
                    at += len(meaning)
            start = end
        yield from ((key, frozenset(indexes)) for key, indexes in found.items())
