"""Names of glyphs: those that say which character they draw stay, all others are made neutral.

Programs name glyphs as they like, and a name has room for words. Readers need the names only to find the glyph of a
code, for which any will do that are the same in the font's program and in its dictionary.
"""

from __future__ import annotations

import hashlib
import re
from typing import Final

from fontTools.agl import AGL2UV

_OURS: Final = re.compile(r"n[0-9a-f]{8}")
_NUMBERED: Final = re.compile(r"(?:uni(?:[0-9A-F]{4}){1,4}|u[0-9A-F]{4,6}|(?:g|gid|glyph|cid|index|[A-Z])\d{1,5})")
_VARIANT: Final = re.compile(r"(?:alt|sc|small|oldstyle|tab|sup|sub|num|dnom|init|medi|fina|isol|ss)\d{0,2}")
_SPECIAL: Final = frozenset({".notdef", ".null", "nonmarkingreturn", "CR", "NULL"})


def neutral_glyph_name(name: str) -> str:
    """The name itself when it tells a character or a number, else one that tells nothing; the same one every time.

    A neutral name stays as it is.

    Raises:
        ValueError: it is not made of ASCII characters, which PDF and programs spell in different ways.
    """
    if name in _SPECIAL or _OURS.fullmatch(name):
        return name
    base, dot, variant = name.partition(".")
    tells = all(part in AGL2UV or _NUMBERED.fullmatch(part) for part in base.split("_"))
    if tells and (not dot or _VARIANT.fullmatch(variant)):
        return name
    return "n" + hashlib.sha256(name.encode("ascii")).hexdigest()[:8]
