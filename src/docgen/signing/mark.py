"""The visible mark of a signature: who, in which role, for whom, when. Never a number, never a photo."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pyhanko.pdf_utils import generic, layout
from pyhanko.pdf_utils.content import ResourceType
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.stamp.base import BaseStamp, BaseStampStyle

from docgen.errors import SigningFailed
from docgen.numbers import mask_national_numbers
from docgen.signing.crest import Crest
from docgen.signing.font import MarkFont, mark_font
from docgen.signing.objects import reals

_LARGEST, _SMALLEST, _STEP = 10.0, 4.0, 0.25
"""Size of the name in points, from what looks right to what can still be read in print."""
_LEADING = 1.22
_MARGIN, _BAR = 5.0, 1.6
_CREST = 0.25
"""Share of the box's width that a crest may take."""
_INK, _QUIET, _ACCENT = b"0.1 0.1 0.1 rg", b"0.35 0.35 0.35 rg", b"0.12 0.27 0.48 rg"


@dataclass(frozen=True, slots=True)
class MarkWords:
    """The words around name and role, in the language of the document; they come from `templates/wording/`."""

    signed: str
    """Head of the mark: `Elektronisch ondertekend`."""
    on_behalf_of: str = "namens {name}"
    """Line of a delegated signature, with a place for the name."""


@dataclass(frozen=True, slots=True)
class MarkLine:
    """One line of the mark before it is wrapped."""

    text: str
    scale: float = 1.0
    """Size as a share of that of the name."""
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """What the mark says, line by line."""

    lines: tuple[MarkLine, ...]
    crest: Crest | None = None
    """The office's, drawn beside the text; decoration, so it says nothing to a screen reader."""

    @property
    def text(self) -> str:
        """The mark as plain text, as a screen reader or a search finds it."""
        return "\n".join(line.text for line in self.lines)


def compose(
    words: MarkWords, *, name: str, role: str, moment: datetime, on_behalf_of: str = "", crest: Crest | None = None
) -> Mark:
    """The mark of one signature, in composed characters (NFC), national register numbers masked.

    Raises:
        SigningFailed: DG-S301 a character has no glyph in the shipped font, or is written from right to left.
    """
    behalf = [MarkLine(words.on_behalf_of.format(name=on_behalf_of), 0.85)] if on_behalf_of else []
    lines = [
        MarkLine(words.signed, 0.72, quiet=True),
        MarkLine(name),
        MarkLine(role, 0.85),
        *behalf,
        MarkLine(date_line(moment), 0.72, quiet=True),
    ]
    tidy = tuple(MarkLine(_tidy(line.text), line.scale, line.quiet) for line in lines if line.text.strip())
    missing = mark_font().missing("".join(line.text for line in tidy))
    if missing:
        listed = ", ".join(f"{character} (U+{ord(character):04X})" for character in missing)
        raise SigningFailed.because("DG-S301", characters=listed, name=mask_national_numbers(name))
    return Mark(tidy, crest)


def date_line(moment: datetime) -> str:
    """Date and time with zone, the same in every language: `2026-11-23 14:05:09 +01:00 (CET)`."""
    offset = moment.strftime("%z")
    name = moment.tzname() or ""
    zone = f" ({name})" if name.isalpha() and name != "UTC" else ""
    return f"{moment:%Y-%m-%d %H:%M:%S} {offset[:3]}:{offset[3:5]}{zone}"


def _tidy(text: str) -> str:
    return mask_national_numbers(unicodedata.normalize("NFC", " ".join(text.split())))


@dataclass(frozen=True, slots=True)
class _Laid:
    """A mark that fits: pieces of text with their size and baseline."""

    pieces: tuple[tuple[MarkLine, float, float], ...]


def lay_out(mark: Mark, width: float, height: float, font: MarkFont) -> _Laid:
    """The largest type in which the whole mark fits its box; long lines wrap, nothing is ever cut.

    Raises:
        SigningFailed: DG-S302 even the smallest type does not fit.
    """
    room = width - 2 * _MARGIN - _BAR
    size = _LARGEST
    while size >= _SMALLEST:
        wrapped = [
            (MarkLine(part, line.scale, line.quiet), size * line.scale)
            for line in mark.lines
            for part in _wrap(line.text, room / (size * line.scale) * 1000, font)
        ]
        needed = sum(each * _LEADING for _, each in wrapped)
        if needed <= height - 4 and all(font.width(line.text) * each <= room * 1000 for line, each in wrapped):
            return _Laid(_baselines(wrapped, (height + needed) / 2, font))
        size -= _STEP
    raise SigningFailed.because("DG-S302", width=f"{width:g}", height=f"{height:g}", text=mark.lines[0].text)


def _wrap(text: str, room: float, font: MarkFont) -> list[str]:
    parts: list[str] = []
    for word in text.split(" "):
        longer = f"{parts[-1]} {word}" if parts else word
        if parts and font.width(longer) <= room:
            parts[-1] = longer
        else:
            parts.append(word)
    return parts


def _baselines(
    wrapped: Sequence[tuple[MarkLine, float]], top: float, font: MarkFont
) -> tuple[tuple[MarkLine, float, float], ...]:
    pieces = []
    middle = (font.ascent + font.descent) / 2000
    for line, size in wrapped:
        pieces.append((line, size, top - size * (_LEADING / 2 + middle)))
        top -= size * _LEADING
    return tuple(pieces)


@dataclass(frozen=True)
class MarkStyle(BaseStampStyle):
    """Hands the mark to pyHanko as the appearance of the signature field."""

    mark: Mark = Mark(())

    def create_stamp(
        self, writer: BasePdfFileWriter, box: layout.BoxConstraints, text_params: dict[str, object]
    ) -> _Appearance:
        """The appearance, drawn for a box of this size."""
        return _Appearance(self, writer, box)


class _Appearance(BaseStamp):
    def __init__(self, style: MarkStyle, writer: BasePdfFileWriter, box: layout.BoxConstraints) -> None:
        super().__init__(writer, style, box)
        self._mark = style.mark

    def render(self) -> bytes:
        font = mark_font()
        crest, beside = self._crest()
        laid = lay_out(self._mark, self.box.width - beside, self.box.height, font)
        embedded = font.embed(self._ensure_writer, "".join(line.text for line, _, _ in laid.pieces))
        self.set_resource(category=ResourceType.FONT, name=pdf_name("/F"), value=embedded.reference)
        bar = b"%s 0 0 %.2f %.2f re f" % (_ACCENT, _BAR, self.box.height)
        texts = [
            b"%s /F %.2f Tf 1 0 0 1 %.2f %.2f Tm %s"
            % (_QUIET if line.quiet else _INK, size, _BAR + _MARGIN + beside, baseline, embedded.show(line.text))
            for line, size, baseline in laid.pieces
        ]
        return b"\n".join([b"q", bar, *crest, b"BT", *texts, b"ET", b"Q"])

    def _crest(self) -> tuple[list[bytes], float]:
        """What draws the crest, and the width it takes from the text."""
        crest = self._mark.crest
        if crest is None:
            return [], 0.0
        scale = min((self.box.height - 2 * _MARGIN) / crest.height, self.box.width * _CREST / crest.width)
        width, height = crest.width * scale, crest.height * scale
        place = (scale, scale, _BAR + _MARGIN, (self.box.height - height) / 2)
        return [b"q %.5f 0 0 %.5f %.2f %.2f cm" % place, crest.path, b"f Q"], width + _MARGIN

    def as_form_xobject(self) -> generic.StreamObject:
        form = super().as_form_xobject()
        # pyHanko writes the box upside down; viewers cope, exact readers of ISO 32000-2, 7.9.5 need not.
        form[pdf_name("/BBox")] = reals((0, 0, self.box.width, self.box.height))
        return form
