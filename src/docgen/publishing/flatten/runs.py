"""Runs of shown text: where each lies on the page, whether a reader can see it, and what is left without some codes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from docgen.publishing.flatten.canvas import Canvas
from docgen.publishing.flatten.fonts import Font, Measured
from docgen.publishing.flatten.graphics import Box, Matrix, State, TextState, hull, touch
from docgen.publishing.flatten.lexing import spelled
from docgen.publishing.flatten.policy import TINY


def extent_of(measured: Measured, font: Font, state: State | TextState) -> float:
    """How far a shown string moves the text position, horizontal scaling aside (9.4.4)."""
    width = -1000.0 * measured.codes if font.vertical else measured.width
    return width / 1000 * state.size + measured.codes * state.spacing + measured.spaces * state.word_spacing


def shift_of(advance: float, state: State | TextState, *, vertical: bool) -> bytes:
    """What moves the text position as far as a run that is not shown; empty when nothing can."""
    if not state.size:
        return b""
    shift = -advance * 1000 / state.size / (1.0 if vertical else state.scale or 1.0)
    return b"[%s] TJ" % spelled(round(shift, 3))


def box_of(placed: Matrix, state: State, advance: float, *, vertical: bool) -> Box:
    """Upright box on the page around a run; heights are estimated from the font size."""
    size = state.size
    if vertical:
        return hull(placed, (-0.5 * abs(size), min(0.0, advance), 0.5 * abs(size), max(0.0, advance)))
    low, high = state.rise - 0.25 * size, state.rise + 0.9 * size
    return hull(placed, (0.0, low, advance, high))


@dataclass(frozen=True, slots=True)
class Bar:
    """What stands in place of redacted codes: from and to along the run, in text space."""

    start: float
    end: float


def without(
    pieces: Sequence[bytes | float], font: Font, state: TextState, taken: frozenset[int]
) -> tuple[list[bytes | float], list[Bar]]:
    """The pieces of a run with some codes replaced by shifts of the same width, and where these were."""
    items: list[bytes | float] = []
    bars: list[Bar] = []
    at, index = 0.0, 0
    for piece in pieces:
        if not isinstance(piece, bytes):
            items.append(piece)
            at -= piece / 1000 * state.size * state.scale
            continue
        for code in font.codes(piece):
            shown = code.to_bytes(font.code_length)
            move = extent_of(font.measured(shown), font, state)
            if index in taken:
                items.append(round(-move * 1000 / state.size, 3) if state.size else 0.0)
                start = bars.pop().start if bars and abs(bars[-1].end - at) < 0.3 * abs(state.size) else at
                bars.append(Bar(start, at + move * state.scale))
            elif items and isinstance(items[-1], bytes):
                items[-1] += shown
            else:
                items.append(shown)
            at += move * state.scale
            index += 1
    return items, bars


def why_invisible(state: State, placed: Matrix, box: Box, canvas: Canvas) -> str:
    """How a run is hidden from a reader, as a field of `InvisibleText`; empty when it is not.

    Does not promise to find text on a picture of its own colour, behind a soft mask, beneath a shape that is no
    upright rectangle, or clipped by a path that is none. Glyphs that draw nothing are looked for in `fonts`, in
    TrueType programs whose codes have two bytes.
    """
    if state.mode in (3, 7) or state.opacity == 0:
        return "render_mode"
    if not touch(box, state.clip):
        return "off_page"
    a, b, c, d, _, _ = placed
    if abs(state.size) * abs(a * d - b * c) ** 0.5 < TINY:
        return "tiny"
    if state.mode in (0, 4) and canvas.hides(box, state.colour):
        return "white"
    return ""
