"""Letters of print for what is typed on a keyboard."""

from __future__ import annotations

import re

_APOSTROPHE = re.compile(r"(?<=\w)'(?=[\w«“{])")
_BEFORE_MARK = re.compile(r"(?<=\S) (?=[:;?!»](?:[\s.,)»]|$))")
_AFTER_QUOTE = re.compile(r"(?<=«) ?(?=\S)")
_BEFORE_QUOTE = re.compile(r"(?<=[^\s«])(?=»)")
_NARROW = "\u202f"


def printed(text: str, lang: str) -> str:
    """The text with the apostrophe of print where French has one; other languages as they are."""
    return _APOSTROPHE.sub("’", text) if lang == "fr" else text


def quoted(words: str, lang: str) -> str:
    """The words between the quotes of a language, in French with its narrow spaces."""
    return f"«{_NARROW}{words}{_NARROW}»" if lang == "fr" else f"“{words}”"


def spaced(text: str, lang: str) -> str:
    """The text with the narrow spaces of French, at which no line may end; other languages as they are.

    They stand before `: ; ? !` and inside quotes. For screens: the fonts of signature marks do not have them.
    """
    if lang != "fr":
        return text
    marked = _BEFORE_MARK.sub(_NARROW, text)
    return _BEFORE_QUOTE.sub(_NARROW, _AFTER_QUOTE.sub(_NARROW, marked)).replace(_NARROW * 2, _NARROW)
