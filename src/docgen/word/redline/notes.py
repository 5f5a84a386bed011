"""Which note of one version is which of the other, told by the references in the text."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from docgen.word.controls import W
from docgen.word.redline.pieces import NOTES

_FIRST = 9_000
"""Number of the first note that only the first version has; far from those of the second."""

Key = tuple[str, str]
"""Tag of the reference, and number of the note."""


@dataclass
class Notes:
    """The notes met so far."""

    kept: dict[Key, str] = field(default_factory=dict)
    """Of a note of the second version, its number in the first."""
    added: set[Key] = field(default_factory=set)
    gone: dict[Key, str] = field(default_factory=dict)
    """Of a note of the first version, its number in the redline."""

    def see(self, run: Any, change: Literal["ins", "del"]) -> None:
        """Take in the references of a run that is new or gone; one that is gone gets its number in the redline."""
        for reference in run.iter(*NOTES):
            key = (reference.tag, str(reference.get(f"{W}id")))
            if change == "ins":
                self.added.add(key)
            else:
                reference.set(f"{W}id", self.gone.setdefault(key, str(_FIRST + len(self.gone))))

    def keep(self, before: Any, after: Any) -> None:
        """Take in references that stayed."""
        for one, other in zip(before.iter(*NOTES), after.iter(*NOTES), strict=True):
            self.kept[other.tag, str(other.get(f"{W}id"))] = str(one.get(f"{W}id"))
