"""House style of an office: the few data that tell one office's documents from another's."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path

import yaml


@dataclass(frozen=True, slots=True)
class House:
    """Font and colours of an office."""

    office: str
    """Name of the office inside a sentence."""
    font: str
    size: float
    """Points of running text."""
    color: str
    """Hexadecimal RGB of headings and table headers."""
    accent: str
    """Hexadecimal RGB of rules and borders."""
    tint: str
    """Hexadecimal RGB behind labels and notes."""


def read(path: Path) -> House:
    """The house style in a `style.yaml`; unknown or missing keys are errors."""
    values = yaml.safe_load(path.read_text(encoding="utf-8"))
    known = {field.name for field in fields(House)}
    if set(values) != known:
        raise ValueError(f"{path}: must have exactly {sorted(known)}")
    return House(**values)
