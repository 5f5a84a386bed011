"""The graphics state, as far as it decides where text stands and whether it can be seen (ISO 32000-1, 8.4 and 9.3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from docgen.publishing.flatten.fonts import Font

Matrix = tuple[float, float, float, float, float, float]
Box = tuple[float, float, float, float]
IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def product(first: Matrix, then: Matrix) -> Matrix:
    """The matrix that does one thing and then another."""
    a, b, c, d, e, f = first
    g, h, i, j, k, m = then
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m)


def moved(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    """A point after a matrix."""
    a, b, c, d, e, f = matrix
    return (a * x + c * y + e, b * x + d * y + f)


def hull(matrix: Matrix, box: Box) -> Box:
    """The upright box around a box after a matrix."""
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
    x, y, u, v = common(one, other)
    return x < u and y < v


@dataclass(frozen=True, slots=True)
class State:
    """What `q` saves and `Q` brings back."""

    ctm: Matrix
    clip: Box
    """Box around the clipping region, on the page."""
    white: bool = False
    """The fill colour is white."""
    opacity: float = 1.0
    font: Font | None = None
    size: float = 0.0
    spacing: float = 0.0
    word_spacing: float = 0.0
    scale: float = 1.0
    leading: float = 0.0
    rise: float = 0.0
    mode: int = 0

    def with_(self, **changes: object) -> State:
        """This state with some parameters set."""
        return replace(self, **changes)  # type: ignore[arg-type]


def is_white(operands: Sequence[object]) -> bool:
    """Whether colour operands mean white in the colour space their number suggests. Errs towards not white."""
    try:
        numbers = [float(str(operand)) for operand in operands]
    except ValueError:
        return False
    if len(numbers) in (1, 3):
        return all(number >= 0.98 for number in numbers)
    return len(numbers) == 4 and all(number <= 0.02 for number in numbers)
