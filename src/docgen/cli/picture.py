"""From SVG to PNG, the same on every machine: only the font that docgen ships is used."""

from __future__ import annotations

import tempfile

import resvg_py

from docgen.cli.chart import FONT
from docgen.errors import ToolFailed
from docgen.signing.typeface import font_program

ZOOM = 2.0
"""Pixels for each unit of the drawing, so that a chart stays sharp in print."""


def png(drawing: str) -> bytes:
    """A drawing as PNG.

    Args:
        drawing: SVG that draws its texts in `FONT`. Nothing outside it is loaded.

    Raises:
        ToolFailed: it cannot be drawn.
    """
    with tempfile.NamedTemporaryFile(suffix=".ttf") as font:
        font.write(font_program())
        font.flush()
        try:
            return resvg_py.svg_to_bytes(
                svg_string=drawing,
                skip_system_fonts=True,
                font_files=[font.name],
                font_family=FONT,
                sans_serif_family=FONT,
                zoom=ZOOM,
                background="#ffffff",
            )
        except ValueError as error:
            raise ToolFailed.because("DG-X174", problem=str(error)) from error
