"""Paths: copied as they are, and followed as far as needed to know what they clip and cover (ISO 32000-1, 8.5)."""

from __future__ import annotations

from typing import Any

from docgen.publishing.flatten.graphics import Box, around, common, moved
from docgen.publishing.flatten.pen import Handlers, Pen

_FILLS = frozenset({b"f", b"F", b"f*", b"B", b"B*", b"b", b"b*"})
_Point = tuple[float, float]


class Paths:
    """The path that is being made."""

    def __init__(self, pen: Pen) -> None:
        self._pen = pen
        self._written: list[bytes] = []
        self._operators = b""
        self._points: list[_Point] = []
        self._rectangles: list[Box] = []
        self._clips = False

    @property
    def is_open(self) -> bool:
        """Whether a path was begun and not painted yet."""
        return bool(self._written)

    def handlers(self) -> Handlers:
        """By operator."""
        return {
            **dict.fromkeys((b"m", b"l", b"c", b"v", b"y", b"h"), self._add),
            b"re": self._rectangle,
            **dict.fromkeys((b"W", b"W*"), self._clip),
            **dict.fromkeys((*_FILLS, b"S", b"s", b"n"), self._paint),
        }

    def _add(self, operator: bytes, raw: bytes, value: Any) -> None:
        self._written.append(raw + operator)
        self._operators += operator
        numbers, ctm = [*map(float, raw.split())], self._pen.state.ctm
        self._points += [moved(ctm, *numbers[i : i + 2]) for i in range(0, len(numbers), 2)]

    def _rectangle(self, operator: bytes, raw: bytes, value: Any) -> None:
        self._written.append(raw + operator)
        x, y, width, height = map(float, raw.split())
        ctm = self._pen.state.ctm
        corners = [moved(ctm, u, v) for u in (x, x + width) for v in (y, y + height)]
        self._points += corners
        if _is_upright(ctm):
            self._rectangles.append(around(corners))
        else:
            self._operators += operator

    def _clip(self, operator: bytes, raw: bytes, value: Any) -> None:
        self._clips = True
        self._written.append(operator)

    def _paint(self, operator: bytes, raw: bytes, value: Any) -> None:
        pen = self._pen
        hidden = pen.sections.hidden
        if self._clips or not hidden:
            pen.out += self._written
            pen.out.append(b"n" if hidden else operator)
        if self._points:
            box = around(self._points)
            if self._clips:
                pen.state.clip = common(pen.state.clip, box)
            if operator in _FILLS and not hidden:
                self._fill(box)
        self._written, self._operators, self._clips = [], b"", False
        self._points, self._rectangles = [], []

    def _fill(self, box: Box) -> None:
        pen = self._pen
        state = pen.state
        if self._operators and not self._is_rectangle():
            pen.paint(box, None, covers=False)
            return
        solid = state.opacity == 1 and state.is_plain
        for rectangle in self._rectangles or [box]:
            # A pattern may let the text show through.
            pen.paint(
                common(rectangle, state.clip), state.colour if solid else None, covers=solid and bool(state.colour)
            )

    def _is_rectangle(self) -> bool:
        """Whether a path of lines goes around an upright rectangle."""
        if self._rectangles or self._operators not in (b"mlllh", b"mllllh", b"mlll", b"mllll"):
            return False
        points = self._points[:4]
        turns = [(points[i][0] == points[i - 1][0]) != (points[i][1] == points[i - 1][1]) for i in range(4)]
        return all(turns) and self._points[4:] in ([], points[:1])


def _is_upright(matrix: tuple[float, ...]) -> bool:
    return matrix[1] == matrix[2] == 0.0 or matrix[0] == matrix[3] == 0.0
