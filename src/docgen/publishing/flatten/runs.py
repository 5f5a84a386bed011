"""Runs of shown text: where each lies on the page, and whether a reader can see it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from pikepdf import String

from docgen.publishing.flatten.copying import is_number
from docgen.publishing.flatten.fonts import Font, Measured
from docgen.publishing.flatten.graphics import Box, Matrix, State, hull, product, touch
from docgen.publishing.flatten.policy import TINY


@dataclass(frozen=True, slots=True)
class Run:
    """What one text-showing operator shows."""

    items: tuple[bytes | float, ...]
    """Shown strings, and shifts between them in thousandths of the font size."""
    font: Font
    state: State
    matrix: Matrix
    """The text matrix at its beginning."""
    advance: float
    """How far the run moves the text position, in text space."""
    is_blank: bool
    """Whether it shows nothing but spaces."""

    @property
    def box(self) -> Box:
        """Upright box on the page around the run; heights are estimated from the font size."""
        size, end = self.state.size, self.advance
        low, high = self.state.rise - 0.25 * size, self.state.rise + 0.9 * size
        extent = (min(0.0, end), min(low, high), max(0.0, end), max(low, high))
        if self.font.vertical:
            extent = (-0.5 * abs(size), min(0.0, end), 0.5 * abs(size), max(0.0, end))
        return hull(product(self.matrix, self.state.ctm), extent)

    @property
    def text(self) -> str:
        """What the run says."""
        return "".join(self.font.measured(item).text for item in self.items if isinstance(item, bytes))

    def meanings(self) -> Iterator[str]:
        """What each of its codes says."""
        for item in self.items:
            if isinstance(item, bytes):
                yield from map(self.font.text, self.font.codes(item))


def run_of(items: Iterable[Any], font: Font, state: State, matrix: Matrix) -> Run | None:
    """The run that the operand of `TJ` shows (9.4.3 and 9.4.4); nothing when the operand holds anything else."""
    kept: list[bytes | float] = []
    extent, blank = 0.0, True
    for item in items:
        if isinstance(item, String):
            shown = bytes(item)
            measured = font.measured(shown)
            extent += extent_of(measured, font, state)
            blank = blank and measured.is_blank
            kept.append(shown)
        elif is_number(item):
            shift = float(item)
            extent -= shift / 1000 * state.size
            kept.append(shift)
        else:
            return None
    return Run(tuple(kept), font, state, matrix, extent * (1.0 if font.vertical else state.scale), blank)


def extent_of(measured: Measured, font: Font, state: State) -> float:
    """How far a shown string moves the text position, horizontal scaling aside."""
    width = -1000.0 * measured.codes if font.vertical else measured.width
    return width / 1000 * state.size + measured.codes * state.spacing + measured.spaces * state.word_spacing


@dataclass(frozen=True, slots=True)
class Bar:
    """What stands in place of redacted codes: from and to along the run, in text space."""

    start: float
    end: float


def without(run: Run, taken: frozenset[int]) -> tuple[list[bytes | float], list[Bar]]:
    """The items of a run with some codes replaced by shifts of the same width, and where these were."""
    items: list[bytes | float] = []
    bars: list[Bar] = []
    at, index, state, font = 0.0, 0, run.state, run.font
    for item in run.items:
        if not isinstance(item, bytes):
            items.append(item)
            at -= item / 1000 * state.size * state.scale
            continue
        for code in font.codes(item):
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


def why_invisible(run: Run, painted: list[Box]) -> str:
    """How a run is hidden from a reader, as a field of `InvisibleText`; empty when it is not.

    `painted` are the boxes of everything but white that was painted before it. Does not promise to find text that is
    covered later, has the colour of what lies beneath, or is clipped by a path that is not upright.
    """
    state, box = run.state, run.box
    if state.mode in (3, 7) or state.opacity == 0:
        return "render_mode"
    if not touch(box, state.clip):
        return "off_page"
    a, b, c, d, _, _ = product(run.matrix, state.ctm)
    if abs(state.size) * abs(a * d - b * c) ** 0.5 < TINY:
        return "tiny"
    if state.white and state.mode in (0, 4) and not any(_holds(under, box) for under in painted):
        return "white"
    return ""


def _holds(under: Box, box: Box) -> bool:
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return under[0] <= x <= under[2] and under[1] <= y <= under[3]
