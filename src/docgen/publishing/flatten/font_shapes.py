"""What may be copied of the dictionaries of fonts (ISO 32000-1, 9.6 to 9.8)."""

from __future__ import annotations

from pikepdf import String

from docgen.publishing.flatten.copying import (
    INTEGER,
    NAME,
    NUMBER,
    ArrayOf,
    Either,
    Keys,
    Leaf,
    Shape,
    one_of,
    plain_data,
    words,
)
from docgen.publishing.flatten.programs import COMPACT, TRUETYPE, TYPE1

_NUMBERS = ArrayOf(NUMBER)


_DESCRIPTOR = Keys(
    {
        "/Type": one_of("FontDescriptor"),
        "/FontName": NAME,
        "/Flags": INTEGER,
        "/FontBBox": _NUMBERS,
        **{
            f"/{key}": NUMBER
            for key in words("ItalicAngle Ascent Descent Leading CapHeight XHeight StemV StemH AvgWidth MaxWidth")
        },
        "/MissingWidth": NUMBER,
        "/FontFile": TYPE1,
        "/FontFile3": COMPACT,
        "/FontFile2": TRUETYPE,
    },
    label="font descriptor",
)
_ENCODING_NAME = one_of("StandardEncoding", "WinAnsiEncoding", "MacRomanEncoding", "MacExpertEncoding")
_ENCODING = Either(
    (
        _ENCODING_NAME,
        Keys(
            {
                "/Type": one_of("Encoding"),
                "/BaseEncoding": _ENCODING_NAME,
                "/Differences": ArrayOf(Either((INTEGER, NAME))),
            }
        ),
    )
)
SIMPLE_FONT: dict[str, Shape] = {
    "/Type": one_of("Font"),
    "/Subtype": one_of("Type1", "TrueType", "MMType1"),
    "/BaseFont": NAME,
    "/FirstChar": INTEGER,
    "/LastChar": INTEGER,
    "/Widths": _NUMBERS,
    "/FontDescriptor": _DESCRIPTOR,
    "/Encoding": _ENCODING,
}
_REGISTRY = Leaf(
    "Adobe's own character collection",
    lambda value: (
        isinstance(value, String) and str(value) in {"Adobe", *words("Identity UCS GB1 CNS1 Japan1 Korea1 KR")}
    ),
)
_WIDTHS = ArrayOf(Either((NUMBER, _NUMBERS)))
_DESCENDANT = Keys(
    {
        "/Type": one_of("Font"),
        "/Subtype": one_of("CIDFontType0", "CIDFontType2"),
        "/BaseFont": NAME,
        "/CIDSystemInfo": Keys({"/Registry": _REGISTRY, "/Ordering": _REGISTRY, "/Supplement": INTEGER}),
        "/FontDescriptor": _DESCRIPTOR,
        "/DW": NUMBER,
        "/W": _WIDTHS,
        "/DW2": _NUMBERS,
        "/W2": _WIDTHS,
        "/CIDToGIDMap": Either((one_of("Identity"), Keys({}, data=plain_data))),
    },
    label="descendant font",
)
COMPOSITE_FONT: dict[str, Shape] = {
    "/Type": one_of("Font"),
    "/Subtype": one_of("Type0"),
    "/BaseFont": NAME,
    "/Encoding": one_of("Identity-H", "Identity-V"),
    "/DescendantFonts": ArrayOf(_DESCENDANT, length=1),
}
