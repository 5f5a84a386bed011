"""What fonts are called that are not embedded: readers choose one of their own by the name, so it cannot be neutral.

A font that many machines have keeps its name. Another one's is replaced by that of the standard font which readers take
for it, by its looks (ISO 32000-1, 9.6.2.2 and 9.8.2).
"""

from __future__ import annotations

import re
from typing import Final

from docgen.publishing.flatten.copying import words

_FAMILIES: Final = words(
    "Arial ArialNarrow ArialBlack ArialUnicode Helvetica HelveticaNeue Times TimesNewRoman Courier CourierNew Symbol"
    " ZapfDingbats Calibri Cambria CambriaMath Candara Consolas Constantia Corbel Georgia Verdana Tahoma Trebuchet"
    " SegoeUI CenturyGothic Garamond BookAntiqua Palatino PalatinoLinotype LucidaSans LucidaConsole ComicSans Impact"
    " Wingdings Webdings LiberationSans LiberationSerif LiberationMono DejaVuSans DejaVuSerif DejaVuSansMono NotoSans"
    " NotoSerif OpenSans Roboto Carlito Caladea FlandersArtSans FlandersArtSerif"
)
_STYLE: Final = "Regular|Roman|Bold|Italic|Oblique|Light|Medium|SemiBold|Black"
_USUAL: Final = re.compile(rf"(?:{'|'.join(_FAMILIES)})(?:PS|MS|MT)*(?:[-,]?(?:{_STYLE}))*(?:PS|MS|MT)*")
_SUBSET: Final = re.compile(r"[A-Z]{6}\+")
_FIXED_PITCH, _SERIF, _SYMBOLIC, _ITALIC, _BOLD = 1, 2, 4, 64, 1 << 18
"""Flags of a font descriptor, table 123."""
_STANDARD: Final = {
    "Courier": ("Courier", "Courier-Bold", "Courier-Oblique", "Courier-BoldOblique"),
    "Times": ("Times-Roman", "Times-Bold", "Times-Italic", "Times-BoldItalic"),
    "Helvetica": ("Helvetica", "Helvetica-Bold", "Helvetica-Oblique", "Helvetica-BoldOblique"),
}


def usual_name(name: str, flags: int) -> str:
    """What a font that is not embedded may be called in a copy; empty when nothing can stand in for it.

    `flags` are those of its descriptor.
    """
    bare = _SUBSET.sub("", name, count=1).replace(" ", "")
    if _USUAL.fullmatch(bare):
        return bare
    if flags & _SYMBOLIC:
        return ""
    family = "Courier" if flags & _FIXED_PITCH else "Times" if flags & _SERIF else "Helvetica"
    bold = flags & _BOLD or "bold" in bare.lower()
    italic = flags & _ITALIC or re.search("italic|oblique", bare.lower())
    return _STANDARD[family][(1 if bold else 0) + (2 if italic else 0)]
