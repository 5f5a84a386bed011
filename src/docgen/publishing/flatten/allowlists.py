"""What may be copied: the keys of each kind of dictionary, with the shape of their values.

Clauses are those of ISO 32000-1:2008. A key that is missing here was left out on purpose: because it holds metadata
(`/Metadata`, `/PieceInfo`, `/LastModified`), other versions of the content (`/Alternates`, `/OPI`, `/Ref`), or because
readers do not need it (`/CIDSet`, `/CharSet`, `/Name`).
"""

from __future__ import annotations

import re
from math import prod
from typing import Any

from pikepdf import Stream, String

from docgen.publishing.flatten.copying import (
    BOOLEAN,
    INTEGER,
    NUMBER,
    STRING,
    ArrayOf,
    Copier,
    Either,
    Keys,
    Leaf,
    Row,
    Shape,
    one_of,
    plain_data,
    words,
)
from docgen.publishing.flatten.meshes import mesh_data
from docgen.publishing.flatten.profiles import neutral_profile
from docgen.publishing.flatten.spaces import Ink, Palette
from docgen.publishing.flatten.streams import decoded

NUMBERS = ArrayOf(NUMBER, label="array of numbers")
RECTANGLE = ArrayOf(NUMBER, length=4, label="rectangle")
MATRIX = ArrayOf(NUMBER, length=6, label="matrix")


class Later(Shape):
    """A shape that refers to one defined further down."""

    label = "value"

    def __init__(self) -> None:
        self.shape: Shape = NUMBER

    def fits(self, value: Any) -> bool:
        """As the shape it stands for."""
        return self.shape.fits(value)

    def copied(self, value: Any, copier: Copier, spot: str, depth: int) -> Any:
        """As the shape it stands for."""
        return self.shape.copied(value, copier, spot, depth)


# --- functions (7.10) -------------------------------------------------------------------------------------------------

_CALCULATOR = re.compile(
    rb"[{}]|[-+]?(?:\d+\.?\d*|\.\d+)|abs|add|atan|ceiling|cos|cvi|cvr|div|exp|floor|idiv|ln|log|mod|mul|neg|round|sin"
    rb"|sqrt|sub|truncate|and|bitshift|eq|false|ge|gt|le|lt|ne|not|or|true|xor|ifelse|if|copy|dup|exch|index|pop|roll"
)


def _calculator(stream: Stream, copier: Copier, spot: str) -> bytes:
    """The program of a PostScript calculator function (7.10.5) without its comments."""
    program = re.sub(rb"%[^\r\n]*", b" ", decoded(stream, copier.job, spot))
    tokens = re.findall(rb"[{}]|[^\s{}]+", program)
    if not all(_CALCULATOR.fullmatch(token) for token in tokens):
        copier.job.refuse("DG-F106", spot, expected="calculator function", found="other words")
    return b" ".join(tokens)


def _samples(stream: Stream, copier: Copier, spot: str) -> bytes:
    """The samples of a function and nothing behind them."""
    number = prod(int(size) for size in stream.Size) * len(stream.Range) // 2
    return decoded(stream, copier.job, spot)[: (number * int(stream.BitsPerSample) + 7) // 8]


def _of_type(key: str, *numbers: int) -> Any:
    return lambda value: value.get(key) in numbers


FUNCTION = Later()
_FUNCTION_KEYS: dict[str, Shape] = {"/FunctionType": INTEGER, "/Domain": NUMBERS, "/Range": NUMBERS}
FUNCTION.shape = Either(
    (
        Keys(
            {**_FUNCTION_KEYS, "/Size": NUMBERS, "/BitsPerSample": INTEGER, "/Encode": NUMBERS, "/Decode": NUMBERS},
            data=_samples,
            when=_of_type("/FunctionType", 0),
            label="sampled function",
        ),
        Keys(
            {**_FUNCTION_KEYS, "/C0": NUMBERS, "/C1": NUMBERS, "/N": NUMBER},
            when=_of_type("/FunctionType", 2),
            label="exponential function",
        ),
        Keys(
            {**_FUNCTION_KEYS, "/Functions": ArrayOf(FUNCTION), "/Bounds": NUMBERS, "/Encode": NUMBERS},
            when=_of_type("/FunctionType", 3),
            label="stitching function",
        ),
        Keys(_FUNCTION_KEYS, data=_calculator, when=_of_type("/FunctionType", 4), label="calculator function"),
    )
)
FUNCTIONS = Either((FUNCTION, ArrayOf(FUNCTION)))

# --- colour spaces (8.6) ----------------------------------------------------------------------------------------------

COLOUR_SPACE = Later()
DEVICE_COLOUR = one_of("DeviceGray", "DeviceRGB", "DeviceCMYK", "Pattern", "G", "RGB", "CMYK")


def _profile(stream: Stream, copier: Copier, spot: str) -> bytes:
    return neutral_profile(decoded(stream, copier.job, spot), copier.job, spot)


ICC_PROFILE = Keys({"/N": INTEGER, "/Alternate": COLOUR_SPACE, "/Range": NUMBERS}, data=_profile, label="ICC profile")
_CIE = Keys({"/WhitePoint": NUMBERS, "/BlackPoint": NUMBERS, "/Gamma": Either((NUMBER, NUMBERS)), "/Matrix": NUMBERS})
_LAB = Keys({"/WhitePoint": NUMBERS, "/BlackPoint": NUMBERS, "/Range": NUMBERS})
_LOOKUP = Either((STRING, Keys({}, data=plain_data, label="lookup table")))
_INK = Ink()
COLOUR_SPACE.shape = Either(
    (
        DEVICE_COLOUR,
        Row((one_of("ICCBased"), ICC_PROFILE)),
        Palette((one_of("Indexed", "I"), COLOUR_SPACE, INTEGER, _LOOKUP)),
        Row((one_of("Separation"), _INK, COLOUR_SPACE, FUNCTION)),
        Row((one_of("DeviceN"), ArrayOf(_INK), COLOUR_SPACE, FUNCTION)),
        Row((one_of("CalGray", "CalRGB"), _CIE)),
        Row((one_of("Lab"), _LAB)),
        Row((one_of("Pattern"), COLOUR_SPACE)),
        Row((one_of("Pattern"),)),
    )
)

# --- shadings (8.7.4) -------------------------------------------------------------------------------------------------


def _mesh(stream: Stream, copier: Copier, spot: str) -> bytes:
    data = decoded(stream, copier.job, spot)
    copier.job.spend(spot, len(data) // 4)
    try:
        return mesh_data(stream, data)
    except ValueError as error:
        copier.job.refuse("DG-F106", spot, expected="mesh", found=str(error))


_SHADING_KEYS: dict[str, Shape] = {
    "/ShadingType": INTEGER,
    "/ColorSpace": COLOUR_SPACE,
    "/Background": NUMBERS,
    "/BBox": RECTANGLE,
    "/AntiAlias": BOOLEAN,
    "/Function": FUNCTIONS,
}
SHADING = Either(
    (
        Keys(
            {
                **_SHADING_KEYS,
                "/Coords": NUMBERS,
                "/Domain": NUMBERS,
                "/Extend": ArrayOf(BOOLEAN, length=2),
                "/Matrix": MATRIX,
            },
            when=_of_type("/ShadingType", 1, 2, 3),
            label="shading",
        ),
        Keys(
            {
                **_SHADING_KEYS,
                "/BitsPerCoordinate": INTEGER,
                "/BitsPerComponent": INTEGER,
                "/BitsPerFlag": INTEGER,
                "/VerticesPerRow": INTEGER,
                "/Decode": NUMBERS,
            },
            data=_mesh,
            when=_of_type("/ShadingType", 4, 5, 6, 7),
            label="shading",
        ),
    )
)

# --- graphics state (8.4.5); /SMask is followed by the content module, which rewrites its form ------------------------

BLEND_MODE = one_of(
    *words("Normal Compatible Multiply Screen Overlay Darken Lighten ColorDodge ColorBurn HardLight SoftLight"),
    *words("Difference Exclusion Hue Saturation Color Luminosity"),
)
INTENT = one_of("AbsoluteColorimetric", "RelativeColorimetric", "Saturation", "Perceptual")
GRAPHICS_STATE: dict[str, Shape] = {
    "/Type": one_of("ExtGState"),
    "/LW": NUMBER,
    "/LC": INTEGER,
    "/LJ": INTEGER,
    "/ML": NUMBER,
    "/D": Row((NUMBERS, NUMBER)),
    "/RI": INTENT,
    "/OP": BOOLEAN,
    "/op": BOOLEAN,
    "/OPM": INTEGER,
    "/FL": NUMBER,
    "/SM": NUMBER,
    "/SA": BOOLEAN,
    "/BM": Either((BLEND_MODE, ArrayOf(BLEND_MODE))),
    "/CA": NUMBER,
    "/ca": NUMBER,
    "/AIS": BOOLEAN,
    "/TK": BOOLEAN,
}
GROUP = Keys(
    {
        "/Type": one_of("Group"),
        "/S": one_of("Transparency"),
        "/CS": COLOUR_SPACE,
        "/I": BOOLEAN,
        "/K": BOOLEAN,
    },
    label="transparency group",
)

# --- images (8.9.5); data, /SMask and /Mask are followed by the images module -----------------------------------------

IMAGE: dict[str, Shape] = {
    "/Type": one_of("XObject"),
    "/Subtype": one_of("Image"),
    "/Width": INTEGER,
    "/Height": INTEGER,
    "/ColorSpace": COLOUR_SPACE,
    "/BitsPerComponent": INTEGER,
    "/Intent": INTENT,
    "/ImageMask": BOOLEAN,
    "/Decode": NUMBERS,
    "/Interpolate": BOOLEAN,
    "/SMaskInData": INTEGER,
    "/Matte": NUMBERS,
}
FAX_PARAMETERS = Keys(
    {
        "/K": INTEGER,
        "/EndOfLine": BOOLEAN,
        "/EncodedByteAlign": BOOLEAN,
        "/Columns": INTEGER,
        "/Rows": INTEGER,
        "/EndOfBlock": BOOLEAN,
        "/BlackIs1": BOOLEAN,
        "/DamagedRowsBeforeError": INTEGER,
    }
)

# --- output intent (14.11.5) ------------------------------------------------------------------------------------------

_CONDITION_NAME = re.compile(r"sRGB(?: IEC ?61966-2[.-]1)?|(?:FOGRA|CGATS TR ?|JC)\d{2,5}L?")


class _Condition(Leaf):
    """What a printing condition is called; of one that is not registered, that it is one of its own."""

    def copied(self, value: Any, copier: Copier, spot: str, depth: int) -> Any:
        """The name, or `Custom` (14.11.5)."""
        return String(str(value) if _CONDITION_NAME.fullmatch(str(value)) else "Custom")


OUTPUT_INTENT = Keys(
    {
        "/Type": one_of("OutputIntent"),
        "/S": one_of("GTS_PDFA1", "GTS_PDFX"),
        "/OutputConditionIdentifier": _Condition(STRING.label, STRING.test),
        "/DestOutputProfile": ICC_PROFILE,
    },
    label="output intent",
)
