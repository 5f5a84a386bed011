"""What is searched: the parts of a file, each with the spot findings name and the sort of place it is."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple


class Where(Enum):
    """Sorts of places, because a name on a page is public and the same name elsewhere is a leftover."""

    FILE = "file"
    """The bytes as they lie on disk."""
    OUTSIDE = "outside"
    """Between and behind objects, in comments, behind the end of a filter."""
    STREAM = "stream"
    """A decoded stream that is none of the below."""
    CONTENT = "content"
    """Operators of a page, form, pattern or glyph."""
    STRING = "string"
    LABEL = "label"
    """A string people read: alternative text, replacement text, title, description of a link."""
    NAME = "name"
    METADATA = "metadata"
    """The XMP packet, strings of the Info dictionary."""
    IMAGE = "image"
    PAGE = "page"
    """Text as a reader of the page gets it."""


ON_PAGE = frozenset({Where.PAGE, Where.CONTENT, Where.LABEL, Where.FILE})
"""Places where a public name may stand, when it is in the text of a page. The raw file is searched part by part."""


class Piece(NamedTuple):
    """A part of the file, ready to be searched."""

    where: Where
    spot: str
    """How a finding calls it, for example `page 2` or `object 12 0`."""
    data: bytes
