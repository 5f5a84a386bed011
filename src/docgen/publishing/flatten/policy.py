"""What the caller decides about a publication copy, and what it is told about the result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Handling(StrEnum):
    """What to do with something that is understood, but that a publisher must decide on."""

    REFUSE = "refuse"
    """No copy is made; the finding says where it stands."""
    DROP = "drop"
    """It is left out, and counted in the summary."""
    KEEP = "keep"
    """It is published. Right for scanned pages with a text layer."""


@dataclass(frozen=True, slots=True)
class InvisibleText:
    """What to do with text that a reader does not see but a computer does, by how it is hidden."""

    render_mode: Handling = Handling.REFUSE
    """Text render modes 3 and 7 (ISO 32000-1, 9.3.6): neither filled nor stroked; and text with opacity 0."""
    off_page: Handling = Handling.REFUSE
    """Wholly outside the page box or the clipping region."""
    white: Handling = Handling.REFUSE
    """Of the colour of what lies beneath it: white on the paper, or the colour of a rectangle on that rectangle."""
    tiny: Handling = Handling.REFUSE
    """Smaller than `TINY` points."""
    covered: Handling = Handling.REFUSE
    """Painted over by a filled rectangle or a picture without transparency. Keep it for scans with a text layer."""


TINY = 1.0
"""Points; smaller text is called invisible."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much work one document may ask. Enough for a contract of several hundred pages."""

    bytes: int = 200_000_000
    """Size of the input."""
    stream: int = 200_000_000
    """Decoded size of one stream."""
    work: int = 20_000_000
    """Operators and objects looked at, over the whole document."""
    depth: int = 100
    """Nesting of objects, forms, outlines and structure elements."""


@dataclass(frozen=True, slots=True)
class FlattenPolicy:
    """Everything a publication copy depends on besides its original. The same two give the same bytes."""

    title: str
    lang: str
    """BCP 47, for example `nl-BE`."""
    producer: str
    created: datetime
    """Aware; written into the metadata."""
    publisher: str = ""
    note: str = ""
    """One sentence for people: that this is a copy, who holds the signed original, its SHA-256. Printed small at the
    foot of the last page, as the last thing a screen reader reads, and repeated in the metadata."""
    note_font: bytes = b""
    """TrueType program the note is set in; its glyphs are embedded. Needed when there is a note."""
    keep_links: bool = True
    """Keep links to web pages, e-mail addresses and places within the document."""
    invisible_text: InvisibleText = InvisibleText()
    pictures_in_marks: Handling = Handling.REFUSE
    """Pictures within signature marks: a scanned signature or the photo of an identity card."""
    markup: Handling = Handling.REFUSE
    """Annotations other than links and fields that a reader sees on the page, for example a stamp."""
    redact: tuple[str, ...] = ()
    """Exact values to take out of the text, tags, titles and links, wherever they stand; spaces and capitals aside."""
    redact_national_numbers: bool = True
    """Take out every national register number found in the text, too."""
    redaction_text: str = "[…]"
    """What a screen reader says, and what stands in titles and alternative texts, in place of a redacted value."""
    limits: Limits = Limits()


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A new PDF with nothing in it that the allow-lists do not name."""

    content: bytes
    pages: int
    dropped: Mapping[str, int] = field(default_factory=dict)
    """What was left out, by kind, with its number: `key /PieceInfo`, `annotation /Text`, `text render_mode`."""
    claims_pdfa: bool = False
    claims_pdfua: bool = False
