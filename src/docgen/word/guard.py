"""Keeping text that looks like an escaped tag as it is.

docxtpl lets a template's author write `{_{` to print `{{`, and looks for it in the filled document, where it may just
as well come from a case. A character that no text uses stands between the two until docxtpl is done.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

GUARD = "\ufdd2"
_ESCAPED = re.compile(r"([{%}])_(?=[{%}])")


def guarded(value: object) -> object:
    """A value with a guard in every text that docxtpl would change; whatever is no text is given back."""
    if isinstance(value, str):
        return _ESCAPED.sub(rf"\1{GUARD}_", value) if "_" in value else value
    if isinstance(value, Mapping):
        return {name: guarded(inner) for name, inner in value.items()}
    if isinstance(value, tuple | list):
        return tuple(guarded(inner) for inner in value)
    return value


def unguarded(text: str) -> str:
    """The text without guards."""
    return text.replace(GUARD, "") if GUARD in text else text
