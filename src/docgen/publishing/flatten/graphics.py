"""The graphics state, as far as it decides where text stands and whether it can be seen (ISO 32000-1, 8.4 and 9.3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from docgen.publishing.flatten.fonts import Font

Matrix = tuple[float, float, float, float, float, float]
Box = tuple[float, float, float, float]
IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def product(first: Matrix, then: Matrix) -> Matrix:
    """The matrix that does one thing and then another."""
    if then is IDENTITY:
        return first
    a, b, c, d, e, f = first
    g, h, i, j, k, m = then
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m)


def moved(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    """A point after a matrix."""
    a, b, c, d, e, f = matrix
    return (a * x + c * y + e, b * x + d * y + f)


def hull(matrix: Matrix, box: Box) -> Box:
    """The upright box around a box after a matrix."""
    a, b, c, d, e, f = matrix
    if b == 0.0 == c:
        x, u = a * box[0] + e, a * box[2] + e
        y, v = d * box[1] + f, d * box[3] + f
        return (x if x < u else u, y if y < v else v, u if x < u else x, v if y < v else y)
    corners = [moved(matrix, x, y) for x in (box[0], box[2]) for y in (box[1], box[3])]
    return around(corners)


def around(points: Sequence[tuple[float, float]]) -> Box:
    """The upright box around points."""
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return (min(xs), min(ys), max(xs), max(ys))


def normalised(box: Sequence[float]) -> Box:
    """A rectangle with its lower left corner first; PDF writers give either diagonal."""
    x, y, u, v = (float(number) for number in box)
    return (min(x, u), min(y, v), max(x, u), max(y, v))


def common(one: Box, other: Box) -> Box:
    """What two boxes share; empty when its right edge lies left of its left edge."""
    return (max(one[0], other[0]), max(one[1], other[1]), min(one[2], other[2]), min(one[3], other[3]))


def touch(one: Box, other: Box) -> bool:
    """Whether two boxes share any area."""
    a, b, c, d = one
    x, y, u, v = other
    return a < c and a < u and x < c and x < u and b < d and b < v and y < d and y < v


Colour = tuple[float, ...]
WHITE: Colour = (1.0,)


class TextState(NamedTuple):
    """What decides how wide and how high shown text is (9.3)."""

    size: float
    spacing: float = 0.0
    word_spacing: float = 0.0
    scale: float = 1.0
    rise: float = 0.0
    mode: int = 0


@dataclass(slots=True)
class State:
    """What `q` saves and `Q` brings back."""

    ctm: Matrix
    clip: Box
    """Box around the clipping region, on the page."""
    colour: Colour | None = (0.0,)
    """The fill colour as grey or as red, green and blue; nothing when it is a pattern or of an unknown colour space."""
    opacity: float = 1.0
    is_plain: bool = True
    """Neither a soft mask nor a blend mode is set."""
    font: Font | None = None
    size: float = 0.0
    spacing: float = 0.0
    word_spacing: float = 0.0
    scale: float = 1.0
    leading: float = 0.0
    rise: float = 0.0
    mode: int = 0

    def fills_plainly(self) -> bool:
        """Whether text stands on the page as its font has it: filled, upright, without a parameter that moves it."""
        return (
            self.ctm is IDENTITY
            and self.mode == self.spacing == self.word_spacing == self.rise == 0.0
            and self.scale == 1.0
            and self.opacity != 0.0
        )

    def text(self) -> TextState:
        """The part that text is set with, as it is now."""
        return TextState(self.size, self.spacing, self.word_spacing, self.scale, self.rise, self.mode)

    def copy(self) -> State:
        """The same parameters, to be changed on their own."""
        return State(
            self.ctm,
            self.clip,
            self.colour,
            self.opacity,
            self.is_plain,
            self.font,
            self.size,
            self.spacing,
            self.word_spacing,
            self.scale,
            self.leading,
            self.rise,
            self.mode,
        )


def colour_of(numbers: Sequence[float]) -> Colour | None:
    """The colour that numbers mean in the colour space their count suggests, as grey or red, green and blue."""
    if len(numbers) == 4:
        c, m, y, k = numbers
        numbers = ((1 - c) * (1 - k), (1 - m) * (1 - k), (1 - y) * (1 - k))
    if len(numbers) == 3 and max(numbers) - min(numbers) < 0.004:
        numbers = numbers[:1]
    return tuple(numbers) if len(numbers) in (1, 3) else None


def alike(one: Colour | None, other: Colour | None) -> bool:
    """Whether two colours are so near that nobody reads one on the other. Unknown ones are not."""
    if one is None or other is None:
        return False
    wide = zip(one * (3 // len(one)), other * (3 // len(other)), strict=True)
    return all(abs(a - b) <= 0.02 for a, b in wide)
