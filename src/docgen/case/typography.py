"""Letters of print for what is typed on a keyboard."""

from __future__ import annotations

import re

_APOSTROPHE = re.compile(r"(?<=\w)'(?=[\w«“{])")


def printed(text: str, lang: str) -> str:
    """The text with the apostrophe of print where French has one; other languages as they are."""
    return _APOSTROPHE.sub("’", text) if lang == "fr" else text
