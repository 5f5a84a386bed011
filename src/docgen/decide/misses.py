"""What a predicate gives back: where a case misses what a rule asks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from docgen.decide.facts import Facts
from docgen.office.paths import Steps


@dataclass(frozen=True, slots=True)
class Miss:
    """One place where something is not as it should be."""

    path: Steps
    parameters: Mapping[str, str] = field(default_factory=dict)
    """What the rule's sentence needs. Never a national register number."""


Predicate = Callable[[Facts, tuple[str, ...]], Iterable[Miss]]
"""Judges facts; the texts are the `values` of the rule row. Total: any case gives misses, never an exception."""
