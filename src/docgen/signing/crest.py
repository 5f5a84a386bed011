"""The office's crest on a visible mark: outlines in one colour.

Outlines and not a picture: a picture in a signature box may be a scanned signature or the photo of an identity card,
and is refused when the document is published. Outlines are also sharp at any size and hold nothing but their shape.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from fontTools.pens.basePen import BasePen
from fontTools.pens.boundsPen import ControlBoundsPen
from fontTools.pens.recordingPen import RecordingPen
from fontTools.pens.transformPen import TransformPen
from fontTools.svgLib import SVGPath

from docgen.errors import ContentInvalid
from docgen.findings import Place

_LARGEST = 200_000
"""Bytes of the file; more is a picture in disguise."""
_MOST_STEPS = 20_000
_FORBIDDEN = re.compile(rb"<!DOCTYPE|<!ENTITY|<image\b|<script\b", re.IGNORECASE)
_TOP = 1000.0
"""Height of every crest in units of its own."""

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Crest:
    """A shape to be filled, its lower left corner at the origin."""

    width: float
    height: float
    path: bytes = field(repr=False)
    """Path operators of a content stream (ISO 32000-2, 8.5.2), without painting."""


def read_crest(content: bytes, file: str) -> Crest:
    """The crest in an SVG file: its paths and basic shapes as outlines; colours, gradients and texts are left out.

    Raises:
        ContentInvalid: DG-S303 not an SVG file, without any shape, larger than 200 kB, or with a picture, a script or
            a document type in it.
    """
    if len(content) > _LARGEST or _FORBIDDEN.search(content):
        raise ContentInvalid.because("DG-S303", Place(file))
    drawn = RecordingPen()
    try:
        SVGPath.fromstring(content).draw(drawn)
        bounds = ControlBoundsPen(None)
        drawn.replay(bounds)
    except Exception as error:  # the parser raises anything on what is no SVG
        raise ContentInvalid.because("DG-S303", Place(file)) from error
    return _fitted(drawn, bounds.bounds, file)


def _fitted(drawn: RecordingPen, bounds: tuple[float, float, float, float] | None, file: str) -> Crest:
    if bounds is None or len(drawn.value) > _MOST_STEPS:
        raise ContentInvalid.because("DG-S303", Place(file))
    left, top, right, bottom = bounds  # in SVG, down is more
    if right - left <= 0 or bottom - top <= 0:
        raise ContentInvalid.because("DG-S303", Place(file))
    scale = _TOP / (bottom - top)
    pen = _OperatorPen()
    drawn.replay(TransformPen(pen, (scale, 0, 0, -scale, -left * scale, bottom * scale)))
    return Crest((right - left) * scale, _TOP, b"\n".join(pen.operators))


class _OperatorPen(BasePen):  # type: ignore[misc]
    """Writes path operators."""

    def __init__(self) -> None:
        super().__init__(None)
        self.operators: list[bytes] = []

    def _moveTo(self, pt: Point) -> None:  # noqa: N802 - named by fontTools
        self.operators.append(b"%.1f %.1f m" % pt)

    def _lineTo(self, pt: Point) -> None:  # noqa: N802 - named by fontTools
        self.operators.append(b"%.1f %.1f l" % pt)

    def _curveToOne(self, pt1: Point, pt2: Point, pt3: Point) -> None:  # noqa: N802 - named by fontTools
        self.operators.append(b"%.1f %.1f %.1f %.1f %.1f %.1f c" % (*pt1, *pt2, *pt3))

    def _closePath(self) -> None:  # noqa: N802 - named by fontTools
        self.operators.append(b"h")
