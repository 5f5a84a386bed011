"""Compact font programs (CFF) without what drawing does not need: names, notices, designers, bytes between tables.

Written anew by fontTools, which keeps outlines, hints and widths as they are (Adobe Technical Note 5176).
"""

from __future__ import annotations

import io
from typing import Any

from fontTools.cffLib import CFFFontSet
from fontTools.ttLib import TTFont

from docgen.publishing.flatten.glyph_names import neutral_glyph_name

NEUTRAL_NAME = "Embedded"
"""What a program calls itself in a copy."""
_TELLING = (
    *("version", "Notice", "Copyright", "FullName", "FamilyName", "Weight", "UniqueID", "XUID", "PostScript"),
    *("BaseFontName", "BaseFontBlend", "UIDBase", "CIDFontVersion", "CIDFontRevision"),
)


def bare_cff(program: bytes) -> bytes:
    """The same font with a neutral name and nothing that only tells where it comes from.

    Raises:
        ValueError: it is no CFF program of one font, or it is damaged.
    """
    try:
        fonts, surroundings = CFFFontSet(), TTFont(recalcBBoxes=False)
        fonts.decompile(io.BytesIO(program), surroundings, isCFF2=False)
        if len(fonts) != 1:
            raise ValueError("not one font")
        top = fonts[0]
        if not len(top.CharStrings):
            raise ValueError("no glyphs")
        _strip(top)
        fonts.fontNames = [NEUTRAL_NAME]
        out = io.BytesIO()
        fonts.compile(out, surroundings, isCFF2=False)
    except Exception as error:  # fontTools raises anything on damaged programs, even names that were never bound
        raise ValueError("damaged CFF program") from error
    return out.getvalue()


def _strip(top: Any) -> None:
    for key in _TELLING:
        _drop(top, key)
    if hasattr(top, "ROS"):
        top.rawDict["ROS"] = top.ROS = ("Adobe", "Identity", 0)  # codes are glyph numbers or go through a map
    else:
        _rename_glyphs(top)
    for part in getattr(top, "FDArray", ()):
        for key in (*_TELLING, "FontName"):
            _drop(part, key)


def _rename_glyphs(top: Any) -> None:
    glyphs, encoding = top.CharStrings, top.Encoding  # both name glyphs as the character set does
    names = {name: neutral_glyph_name(name) for name in top.charset}
    if len(set(names.values())) != len(names):
        raise ValueError("names of glyphs")
    glyphs.charStrings = {names[name]: held for name, held in glyphs.charStrings.items()}
    top.charset = [names[name] for name in top.charset]
    if not isinstance(encoding, str):
        top.Encoding = [names.get(name, name) for name in encoding]


def _drop(holder: Any, key: str) -> None:
    holder.rawDict.pop(key, None)
    vars(holder).pop(key, None)
