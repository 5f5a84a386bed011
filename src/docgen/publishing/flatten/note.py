"""The line at the foot of the last page that says what the copy is, in a font of its own, read aloud last."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont, TTLibError
from pikepdf import Array, Dictionary, Name, String

from docgen.publishing.flatten.graphics import Box
from docgen.publishing.flatten.job import Job
from docgen.publishing.flatten.pages import Page

_SIZE = 6.0
_LEADING = 7.2
_EDGE = 12.0
"""Points between the lowest line and the edge of the page, where most printers still print."""
_LOWEST_EDGE = 4.0
_MARGIN = 36.0
_GREY = 0.25
_NAME = "/DOCGEN+Note"


_DIGITS = "0123456789abcdef"


@dataclass(frozen=True, slots=True)
class _Metrics:
    """What the font descriptor says, in thousandths of the font size."""

    box: tuple[int, ...]
    ascent: int
    descent: int
    cap_height: int


@dataclass(frozen=True, slots=True)
class _Face:
    """A subset with the glyphs of one text."""

    program: bytes
    glyphs: dict[str, int]
    widths: dict[str, float]
    """Thousandths of the font size."""
    metrics: _Metrics


def add_note(page: Page, text: str, job: Job, *, tagged: bool) -> int:
    """Sets a note at the foot of a page; gives its marked-content identifier, or -1 in a document without tags.

    Raises:
        PublicationRefused: `DG-F117` when the font is missing, unusable, or has no glyph for a character of the note.
    """
    face = _face(text, job)
    rotation = int(page.copy.get("/Rotate", 0)) % 360
    turned, (width, _) = _upright(page.box, rotation)
    left = _left_margin(page, rotation, width)
    lines = _lines(text, face, width - 2 * left)
    bottom = _edge(page, rotation, len(lines)) + (len(lines) - 1) * _LEADING
    shown = " T*\n".join(f"<{_encoded(line, face)}> Tj" for line in lines)
    mark = page.next_mark() if tagged else -1
    begin = f"/P <</MCID {mark}>> BDC\n" if tagged else ""
    page.add_resource("/Font", "/Note", _font(face, text, job))
    page.tail.append(
        f"{begin}q {turned} cm {_GREY} g BT /Note {_SIZE} Tf {_LEADING} TL {left:.2f} {bottom:.2f} Td\n{shown}\nET Q\n"
        f"{'EMC' if tagged else ''}\n".encode()
    )
    return mark


def _left_margin(page: Page, rotation: int, width: float) -> float:
    """The margin of the page's own text, where that can be told and leaves room."""
    found = page.written.leftmost - page.box[0]
    return found if not rotation and _MARGIN < found < width / 4 else _MARGIN


def _edge(page: Page, rotation: int, lines: int) -> float:
    """Height of the last line: lower than usual when the page's own text comes down far."""
    room = page.written.lowest - page.box[1] - lines * _LEADING
    return _EDGE if rotation or room >= _EDGE else max(_LOWEST_EDGE, room)


def _upright(box: Box, rotation: int) -> tuple[str, tuple[float, float]]:
    """What brings the foot of the page, as a reader sees it, to the origin; and its width and height."""
    left, bottom, right, top = box
    wide, high = right - left, top - bottom
    corners = {
        0: (f"1 0 0 1 {left:.2f} {bottom:.2f}", (wide, high)),
        90: (f"0 1 -1 0 {right:.2f} {bottom:.2f}", (high, wide)),
        180: (f"-1 0 0 -1 {right:.2f} {top:.2f}", (wide, high)),
        270: (f"0 -1 1 0 {left:.2f} {top:.2f}", (high, wide)),
    }
    return corners.get(rotation, corners[0])


def _face(text: str, job: Job) -> _Face:
    try:
        return _reduced(job.policy.note_font, "".join(sorted({*text, *_DIGITS})))
    except _Unusable as error:
        job.refuse("DG-F117", "note", reason=str(error))


class _Unusable(Exception):
    """Why a font cannot show a text."""


@lru_cache(maxsize=8)
def _reduced(program: bytes, characters: str) -> _Face:
    """The glyphs of a few characters. Notes of one publisher differ in their digits only: one subset serves many."""
    if not program:
        raise _Unusable("no font")
    try:
        font = TTFont(io.BytesIO(program), recalcTimestamp=False, lazy=True)
        cmap = font.getBestCmap() or {}
        missing = [char for char in characters if ord(char) not in cmap]
        if missing:
            raise _Unusable(f"U+{ord(missing[0]):04X}")
        names = {char: cmap[ord(char)] for char in characters}
        metrics, scale = _metrics(font), 1000 / font["head"].unitsPerEm
        widths = {char: font["hmtx"][name][0] * scale for char, name in names.items()}
        subset, order = _subset(font, sorted(set(names.values())))
    except (TTLibError, KeyError, AssertionError) as error:
        raise _Unusable(type(error).__name__) from error
    return _Face(subset, {char: order[name] for char, name in names.items()}, widths, metrics)


def _subset(font: TTFont, glyphs: list[str]) -> tuple[bytes, dict[str, int]]:
    options = Options()
    options.layout_features, options.hinting, options.notdef_outline = [], False, True
    options.drop_tables += ["FFTM", "name", "post", "OS/2", "GSUB", "GPOS", "GDEF", "kern", "cmap"]
    worker = Subsetter(options)
    worker.populate(glyphs=glyphs)
    worker.subset(font)
    out = io.BytesIO()
    font.save(out, reorderTables=False)
    return out.getvalue(), dict(font.getReverseGlyphMap())


def _metrics(font: TTFont) -> _Metrics:
    head, hhea, scale = font["head"], font["hhea"], 1000 / font["head"].unitsPerEm
    box = [round(value * scale) for value in (head.xMin, head.yMin, head.xMax, head.yMax)]
    return _Metrics(
        tuple(box), round(hhea.ascent * scale), round(hhea.descent * scale), round(0.7 * hhea.ascent * scale)
    )


def _font(face: _Face, text: str, job: Job) -> Dictionary:
    target = job.target
    program = target.make_stream(face.program)
    program.Length1 = len(face.program)
    metrics = face.metrics
    descriptor = Dictionary(
        Type=Name.FontDescriptor,
        FontName=Name(_NAME),
        Flags=4,
        FontBBox=Array(list(metrics.box)),
        ItalicAngle=0,
        Ascent=metrics.ascent,
        Descent=metrics.descent,
        CapHeight=metrics.cap_height,
        StemV=80,
        FontFile2=program,
    )
    widths = Array([])
    for char, glyph in sorted(face.glyphs.items(), key=lambda pair: pair[1]):
        widths.append(glyph)
        widths.append(Array([round(face.widths[char], 3)]))
    rows = "\n".join(f"<{glyph:04x}> <{char.encode('utf-16-be').hex()}>" for char, glyph in face.glyphs.items())
    descendant = Dictionary(
        Type=Name.Font,
        Subtype=Name.CIDFontType2,
        BaseFont=Name(_NAME),
        CIDSystemInfo=Dictionary(Registry=String("Adobe"), Ordering=String("Identity"), Supplement=0),
        FontDescriptor=target.make_indirect(descriptor),
        W=widths,
        CIDToGIDMap=Name.Identity,
    )
    mapping = (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CMapName /Note def\n/CMapType 2 def\n"
        "1 begincodespacerange\n<0000> <ffff>\nendcodespacerange\n"
        f"{len(face.glyphs)} beginbfchar\n{rows}\nendbfchar\nendcmap\nend\nend"
    )
    return target.make_indirect(
        Dictionary(
            Type=Name.Font,
            Subtype=Name.Type0,
            BaseFont=Name(_NAME),
            Encoding=Name("/Identity-H"),
            DescendantFonts=Array([target.make_indirect(descendant)]),
            ToUnicode=target.make_stream(mapping.encode()),
        )
    )


def _lines(text: str, face: _Face, width: float) -> list[str]:
    """The text broken at spaces; a word longer than the line is broken anywhere."""
    lines: list[str] = [""]
    for word in _words(text, face, width):
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and _wide(longer, face) > width:
            lines[-1] += " "  # so that words do not run together when the lines are read as one
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def _words(text: str, face: _Face, width: float) -> Sequence[str]:
    words: list[str] = []
    for word in text.split():
        while _wide(word, face) > width and len(word) > 1:
            part = next(n for n in range(len(word) - 1, 0, -1) if n == 1 or _wide(word[:n], face) <= width)
            words.append(word[:part])
            word = word[part:]
        words.append(word)
    return words


def _wide(text: str, face: _Face) -> float:
    return sum(face.widths.get(char, 0.0) for char in text) * _SIZE / 1000


def _encoded(text: str, face: _Face) -> str:
    return "".join(f"{face.glyphs[char]:04x}" for char in text)
