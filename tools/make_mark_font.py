"""Makes the font of visible marks from Debian's fonts-dejavu-core 2.37. Run it only to change the set of characters.

python tools/make_mark_font.py /usr/share/fonts/truetype/dejavu/DejaVuSansCondensed.ttf

Keeps Latin, Greek, Cyrillic, combining accents, punctuation and currency signs; drops hinting and layout tables; writes
composed glyphs out, so that `docgen.signing.truetype` can reduce the font by copying outlines.
"""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools import subset
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

TARGET = Path(__file__).parents[1] / "src" / "docgen" / "signing" / "fonts" / "DejaVuSansCondensed-names.ttf"
RANGES = ((0x20, 0x7F), (0xA0, 0x250), (0x2B0, 0x530), (0x1E00, 0x2070), (0x20A0, 0x20C0), (0x2116, 0x2117))


def main() -> None:
    """Writes the font file."""
    font = TTFont(sys.argv[1], recalcTimestamp=False)
    options = subset.Options(
        hinting=False, layout_features=[], name_IDs=[0, 1, 2, 4, 5, 6, 13, 14], notdef_outline=True, glyph_names=False
    )
    options.drop_tables += ["FFTM", "GSUB", "GPOS", "GDEF", "kern", "MATH", "gasp"]
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=[code for start, end in RANGES for code in range(start, end)])
    subsetter.subset(font)
    glyphs = font.getGlyphSet()
    for name in font.getGlyphOrder():
        if font["glyf"][name].isComposite():
            recording, pen = DecomposingRecordingPen(glyphs), TTGlyphPen(None)
            glyphs[name].draw(recording)
            recording.replay(pen)
            font["glyf"][name] = pen.glyph()
        outline = font["glyf"][name]
        outline.recalcBounds(font["glyf"])
        font["hmtx"][name] = (font["hmtx"][name][0], getattr(outline, "xMin", 0))
    font.save(TARGET)


if __name__ == "__main__":
    main()
