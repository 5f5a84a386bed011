"""Runs of shown text: where each lies on the page, and whether a reader can see it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pikepdf import String

from docgen.publishing.flatten.fonts import Font
from docgen.publishing.flatten.graphics import Box, Matrix, State, hull, product, touch
from docgen.publishing.flatten.policy import TINY


@dataclass(frozen=True, slots=True)
class Glyph:
    """One shown character code, or a shift between two (`code` is -1)."""

    code: int
    advance: float
    """How far the text position moves, in text space."""


@dataclass(frozen=True, slots=True)
class Run:
    """What one text-showing operator shows."""

    glyphs: tuple[Glyph, ...]
    font: Font
    state: State
    matrix: Matrix
    """The text matrix at its beginning."""

    @property
    def advance(self) -> float:
        """How far the run moves the text position, in text space."""
        return sum(glyph.advance for glyph in self.glyphs)

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
        return "".join(self.font.text(glyph.code) for glyph in self.glyphs if glyph.code >= 0)

    @property
    def is_blank(self) -> bool:
        """Whether it shows nothing but spaces."""
        return all(glyph.code < 0 or self.font.is_space(glyph.code) for glyph in self.glyphs)


def run_of(items: Iterable[Any], font: Font, state: State, matrix: Matrix) -> Run:
    """The run that the operand of `TJ` shows (9.4.3 and 9.4.4)."""
    glyphs: list[Glyph] = []
    scale = 1.0 if font.vertical else state.scale
    for item in items:
        if not isinstance(item, String):
            glyphs.append(Glyph(-1, -float(item) / 1000 * state.size * scale))
            continue
        for code in font.codes(bytes(item)):
            width = -1.0 if font.vertical else font.width(code) / 1000
            word = state.word_spacing if code == 32 and font.code_length == 1 else 0.0
            glyphs.append(Glyph(code, (width * state.size + state.spacing + word) * scale))
    return Run(tuple(glyphs), font, state, matrix)


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
