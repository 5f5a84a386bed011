"""Redaction of what is shown: which codes of which operators say something that may not be published.

The text of the document is collected as it is drawn. A value that is broken over lines or operators is found; one that
is hyphenated, drawn out of order, or part of a picture is not. The audit looks at the pages another way.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from docgen.publishing.flatten.redaction import secrets
from docgen.publishing.flatten.runs import Run

Key = tuple[tuple[int, int], int]
"""A text-showing operator: number of its stream's holder in the source, and how many came before it."""
Hits = Mapping[Key, frozenset[int]]
"""By operator: which of its character codes to take out."""


@dataclass(slots=True)
class Reader:
    """Collects what is shown, in the order of drawing."""

    _shown: list[tuple[Key, Run, str]] = field(default_factory=list)
    _after: tuple[float, float] = (0.0, 0.0)
    readable: bool = True
    """Whether every font tells what its codes mean."""

    def add(self, key: Key, run: Run) -> None:
        """Adds a run; a gap before it counts as a space."""
        box = run.box
        gap = abs(box[1] - self._after[1]) > 1 or box[0] - self._after[0] > 0.15 * (box[3] - box[1])
        self._after = (box[2], box[1])
        self.readable = self.readable and run.font.is_readable
        self._shown.append((key, run, (" " if gap else "") + run.text))

    def hits(self, values: tuple[str, ...], *, numbers: bool) -> Hits:
        """The codes that are part of a value, or of a national register number."""
        text = "".join(shown for _, _, shown in self._shown)
        spans = secrets(text, values, numbers=numbers)
        return dict(self._codes(spans)) if spans else {}

    def _codes(self, spans: list[tuple[int, int]]) -> Iterator[tuple[Key, frozenset[int]]]:
        found: dict[Key, set[int]] = {}
        start = 0
        for key, run, shown in self._shown:
            end = start + len(shown)
            if any(first < end and last > start for first, last in spans):
                at = start + len(shown) - len(run.text)
                for index, meaning in enumerate(run.meanings()):
                    if any(first < at + len(meaning) and last > at for first, last in spans):
                        found.setdefault(key, set()).add(index)
                    at += len(meaning)
            start = end
        yield from ((key, frozenset(indexes)) for key, indexes in found.items())
