"""The shipped typeface as a file, for what sets text without signing: apart, because signing is slow to start."""

from __future__ import annotations

from importlib import resources

_FILE = "DejaVuSansCondensed-names.ttf"


def font_program() -> bytes:
    """The TrueType program of the shipped font, for other lines that docgen itself sets on a page."""
    return resources.files("docgen.signing").joinpath("fonts", _FILE).read_bytes()
