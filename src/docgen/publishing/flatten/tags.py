"""What tags may say: types of structure elements and their attributes, by allow-list (ISO 32000-1, 14.8)."""

from __future__ import annotations

from pikepdf import Name

from docgen.publishing.flatten.allowlists import NUMBERS
from docgen.publishing.flatten.copying import (
    INTEGER,
    NUMBER,
    STRING,
    ArrayOf,
    Either,
    Keys,
    Leaf,
    Shape,
    one_of,
    words,
)

# --- attributes (14.8.5) ----------------------------------------------------------------------------------------------

ATTRIBUTE_VALUES = frozenset(
    f"/{name}"
    for name in words(
        "Block Inline Before Start End After Center Justify Middle Distribute Auto Normal None LrTb RlTb TbRl TbLr LrBt"
        " RlBt BtRl BtLr Hidden Dotted Dashed Solid Double Groove Ridge Inset Outset Underline Overline LineThrough"
        " Disc Circle Square Decimal UpperRoman LowerRoman UpperAlpha LowerAlpha Unordered Ordered Description"
        " Row Column Both rb cb pb tv on off neutral Warichu"
    )
)
"""Names that attributes may have as values; programs may put others there, which no reader knows."""
_VALUE = Leaf("value of an attribute", lambda value: isinstance(value, Name) and str(value) in ATTRIBUTE_VALUES)
_LAYOUT_VALUE = Either((_VALUE, NUMBER, ArrayOf(Either((_VALUE, NUMBER, NUMBERS)))))
_LAYOUT = (
    "Placement WritingMode BackgroundColor BorderColor BorderStyle BorderThickness Padding Color SpaceBefore SpaceAfter"
    " StartIndent EndIndent TextIndent TextAlign BBox Width Height BlockAlign InlineAlign TBorderStyle TPadding"
    " LineHeight BaselineShift TextDecorationType TextDecorationColor TextDecorationThickness ColumnCount ColumnGap"
    " ColumnWidths RubyAlign RubyPosition GlyphOrientationVertical"
)
LAYOUT_KEYS = frozenset({"/O", *(f"/{key}" for key in words(_LAYOUT))})


def _owned(owner: str, keys: dict[str, Shape]) -> Keys:
    return Keys({"/O": one_of(owner), **keys}, when=lambda value: value.get("/O") == Name("/" + owner), label=owner)


ATTRIBUTES = Either(
    (
        _owned("Layout", {f"/{key}": _LAYOUT_VALUE for key in words(_LAYOUT)}),
        _owned("List", {"/ListNumbering": _VALUE}),
        _owned(
            "Table",
            {
                "/RowSpan": INTEGER,
                "/ColSpan": INTEGER,
                "/Headers": ArrayOf(STRING),
                "/Scope": one_of("Row", "Column", "Both"),
                "/Summary": STRING,
            },
        ),
        _owned(
            "PrintField",
            {
                "/Role": one_of("rb", "cb", "pb", "tv"),
                "/checked": one_of("on", "off", "neutral"),
                "/Desc": STRING,
            },
        ),
    )
)

# --- types of elements (14.8.4, and those of ISO 32000-2), and tags of marked content ---------------------------------

STANDARD_TYPES = frozenset(
    f"/{name}"
    for name in words(
        "Document DocumentFragment Part Art Sect Div Aside BlockQuote Caption TOC TOCI Index NonStruct Private Title"
        " P H H1 H2 H3 H4 H5 H6 L LI Lbl LBody Table TR TH TD THead TBody TFoot Span Quote Note FENote Reference"
        " BibEntry Code Em Strong Sub Link Annot Ruby RB RT RP Warichu WT WP Figure Formula Form Artifact"
    )
)
CONTENT_TAGS = STANDARD_TYPES | {"/ReversedChars", "/Clip"}
