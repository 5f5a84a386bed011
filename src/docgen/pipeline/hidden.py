"""The values of a case that its office never shows in public."""

from __future__ import annotations

from docgen.case.model import Case
from docgen.office.paths import ANY, Steps, parse
from docgen.office.profile import Office

SHORTEST = 4
"""Shorter values would strike out ordinary words."""


def hidden_values(case: Case, office: Office) -> tuple[str, ...]:
    """Texts that must not stand in a publication copy, in a fixed order; what is also public is not among them.

    A value that the office shows on purpose (its own contact address, a name in a signature mark) stays visible.
    """
    found = {
        value
        for path in office.publication.hidden
        for value in _values(case, parse(path))
        if len(value.strip()) >= SHORTEST
    }
    shown = {office.email, office.publication.contact or ""}
    return tuple(sorted(found - shown))


def _values(value: object, steps: Steps) -> list[str]:
    if not steps:
        return [value] if isinstance(value, str) else []
    first, *rest = steps
    if first == ANY:
        items = value.values() if isinstance(value, dict) else value if isinstance(value, tuple) else ()
        return [found for item in items for found in _values(item, tuple(rest))]
    return _values(getattr(value, str(first), None), tuple(rest))
