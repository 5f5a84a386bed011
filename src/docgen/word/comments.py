"""Native Word comments at paragraphs, by their number."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from docgen.word.controls import W
from docgen.word.field_comments import Author, top, with_comments_at
from docgen.word.locate import numbered
from docgen.word.received import main_part


@dataclass(frozen=True, slots=True)
class Remark:
    """What is said about a paragraph."""

    paragraph: int
    """As `docgen.word.locate.numbered` counts in the body; 0 for the document as a whole."""
    text: str


def lines(parts: Iterable[str]) -> str:
    """The parts that say something, a line each."""
    return "\n".join(filter(None, parts))


def with_comments(content: bytes, remarks: Sequence[Remark], *, author: str, initials: str, at: datetime) -> bytes:
    """The document with each remark as a comment at its paragraph.

    Raises:
        ContentInvalid: it is no Word file that can be read.
    """
    root = main_part(content, "")
    paragraphs: dict[int, Any] = {}
    for number, paragraph in numbered(root):
        # Word takes no comment in a text box: it stands where the box hangs.
        paragraphs.setdefault(number, [paragraph, *paragraph.iterancestors(f"{W}p")][-1])
    places = [
        (paragraphs[each.paragraph] if each.paragraph in paragraphs else top(root), each.text) for each in remarks
    ]
    return with_comments_at(content, root, places, Author(author, initials, at)) if places else content
