"""Text: where it stands, whether it can be seen, and what of it is taken out (ISO 32000-1, 9.3 and 9.4)."""

from __future__ import annotations

import re
from typing import Any

from docgen.publishing.flatten.content import entry
from docgen.publishing.flatten.fonts import Font, Measured
from docgen.publishing.flatten.graphics import IDENTITY, Box, Colour, Matrix, TextState, product, touch
from docgen.publishing.flatten.lexing import UPRIGHT, Line, Phrase, Shown, pieces_of, spelled_dictionary
from docgen.publishing.flatten.pen import Handlers, Pen
from docgen.publishing.flatten.policy import TINY, Handling
from docgen.publishing.flatten.reading import Run, TextObject
from docgen.publishing.flatten.runs import box_of, extent_of, shift_of, why_invisible

_FIELDS = {b"Tc": "spacing", b"Tw": "word_spacing", b"TL": "leading", b"Ts": "rise"}
_WHOLE_PAIRS = re.compile(rb"\[(?>(?:[-.\d ]++|<(?>(?:[0-9A-Fa-f]{4})*)>)*)\]|<(?>(?:[0-9A-Fa-f]{4})*)>")


class Text:
    """The text object that is being written."""

    def __init__(self, pen: Pen) -> None:
        self._pen = pen
        self._reader = pen.tools.reader
        self._fonts: dict[str, tuple[Font, bytes]] = {}
        self._matrix: Matrix = IDENTITY
        self._line: Matrix = IDENTITY
        self.is_open = False
        self._lost_place = False  # hidden text was left out: where the next text stands is not known any more
        self._shown = 0
        self._instead = b"/Span %s BDC" % spelled_dictionary({"/ActualText": pen.job.policy.redaction_text})
        self._block = TextObject(pen.out)

    def handlers(self) -> Handlers:
        """By operator."""
        return {
            b"BT": self._begin,
            b"ET": self._end,
            **dict.fromkeys((b"Td", b"TD"), self._move),
            b"Tm": self._place,
            b"T*": self._next_line,
            b"Tf": self._font,
            b"Tz": self._scale,
            b"Tr": self._mode,
            **dict.fromkeys(_FIELDS, self._parameter),
            **dict.fromkeys((b"Tj", b"TJ"), self._show),
            b"'": self._next_line_show,
            b'"': self._spaced_show,
        }

    # --- parameters ---------------------------------------------------------------------------------------------------

    def _font(self, operator: bytes, raw: bytes, name: str) -> None:
        state = self._pen.state
        font, new_name = self._font_of(name)
        state.font, state.size = font, float(raw)
        self._pen.out.append(b"%s %s Tf" % (new_name, raw.strip()))

    def _font_of(self, name: str) -> tuple[Font, bytes]:
        """A font, and what it is called in the copy."""
        known = self._fonts.get(name)
        if known is None:
            pen = self._pen
            font = pen.tools.fonts.of(entry(pen.setting.resources, "/Font", name), pen.setting.spot)
            known = self._fonts[name] = (font, pen.names.add("/Font", name, font.copy))
        return known

    def _parameter(self, operator: bytes, raw: bytes, value: Any) -> None:
        setattr(self._pen.state, _FIELDS[operator], float(raw))
        self._pen.copy(operator, raw, value)

    def _scale(self, operator: bytes, raw: bytes, value: Any) -> None:
        self._pen.state.scale = float(raw) / 100
        self._pen.copy(operator, raw, value)

    def _mode(self, operator: bytes, raw: bytes, value: Any) -> None:
        self._pen.state.mode = int(float(raw))
        self._pen.copy(operator, raw, value)

    # --- position -----------------------------------------------------------------------------------------------------

    def _begin(self, operator: bytes, raw: bytes, value: Any) -> None:
        self.is_open = True
        self._set(IDENTITY)
        self._block = TextObject(self._pen.out)
        self._pen.out.append(b"BT")

    def _end(self, operator: bytes, raw: bytes, value: Any) -> None:
        self.is_open = False
        self._block.end, self._block.bar_mark = len(self._pen.out), self._bar_mark()
        self._pen.out.append(b"ET")

    def _set(self, line: Matrix) -> None:
        self._line = self._matrix = line
        self._lost_place = False

    def _shift(self, x: float, y: float) -> None:
        a, b, c, d, e, f = self._line
        self._set((a, b, c, d, a * x + c * y + e, b * x + d * y + f))

    def _move(self, operator: bytes, raw: bytes, value: Any) -> None:
        x, y = map(float, raw.split())
        if operator == b"TD":
            self._pen.state.leading = -y
        self._shift(x, y)
        self._pen.copy(operator, raw, value)

    def _place(self, operator: bytes, raw: bytes, value: Any) -> None:
        a, b, c, d, e, f = map(float, raw.split())
        self._set((a, b, c, d, e, f))
        self._pen.copy(operator, raw, value)

    def _next_line(self, operator: bytes, raw: bytes, value: Any) -> None:
        self._shift(0.0, -self._pen.state.leading)
        self._pen.out.append(b"T*")

    # --- phrases ------------------------------------------------------------------------------------------------------

    def follow(self, phrase: Phrase, colour: Colour | None) -> bool:
        """Does what a phrase says where all of it is ordinary text that can be seen; gives whether it was."""
        pen, state = self._pen, self._pen.state
        size = float(phrase.size)
        if pen.sections.hidden or size < TINY or not state.fills_plainly():
            return False
        font, name = self._font_of(phrase.font)
        places = None if font.vertical else self._places(phrase.lines, font, size, colour)
        if places is None:
            return False
        out, style, block = pen.out, TextState(size), TextObject(pen.out)
        before = b"q\n%srg\nBT\n%sTd\n%s %s Tf" % (phrase.colour, phrase.lines[0][0], name, phrase.size)
        for line, (matrix, measured, advance, box) in zip(phrase.lines, places, strict=True):
            place, operator, written, shown = line
            out.append(before or UPRIGHT + place + b"Tm")
            before = b""
            run = Run((pen.holder, self._shown), font, written, shown, style, matrix, advance, block, len(out))
            self._shown += 1
            self._write(run, operator, measured, box)
        block.end, block.bar_mark = len(out), self._bar_mark()
        out += (b"ET", b"Q")
        self.is_open = False
        return True

    def _places(
        self, lines: tuple[Line, ...], font: Font, size: float, colour: Colour | None
    ) -> list[tuple[Matrix, Measured, float, Box]] | None:
        """Where lines of ordinary text stand: what `_show` would work out; nothing when any of it cannot be seen."""
        setting, clip = self._pen.setting, self._pen.state.clip
        checks, hides, low, high = setting.checks_text, setting.canvas.hides, -0.25 * size, 0.9 * size
        found: list[tuple[Matrix, Measured, float, Box]] = []
        for place, _, written, shown in lines:
            if font.code_length == 2:
                self._check_pairs(written, shown)
            measured = font.measured(shown.codes)
            x, y = map(float, place.split())
            advance = measured.width / 1000 * size - shown.shift / 1000 * size
            box = (x, low + y, advance + x, high + y)
            is_seen = measured.is_blank or not checks or (touch(box, clip) and not hides(box, colour))
            if advance < 0.0 or not is_seen:
                return None
            found.append(((1.0, 0.0, 0.0, 1.0, x, y), measured, advance, box))
        return found

    # --- showing ------------------------------------------------------------------------------------------------------

    def _next_line_show(self, operator: bytes, raw: bytes, shown: Shown) -> None:
        self._next_line(b"T*", b"", None)
        self._show(b"Tj", raw, shown)

    def _spaced_show(self, operator: bytes, raw: bytes, shown: Any) -> None:
        word, letter = raw.split()
        self._parameter(b"Tw", word + b" ", None)
        self._parameter(b"Tc", letter + b" ", None)
        show, written, text = shown
        self._next_line_show(show, written, text)

    def _show(self, operator: bytes, raw: bytes, shown: Shown) -> None:
        pen = self._pen
        state, font = pen.state, pen.state.font
        if font is None or not self.is_open:
            pen.refuse("DG-F106", expected="font and BT", found="text")
        if font.code_length == 2:
            self._check_pairs(raw, shown)
        key = (pen.holder, self._shown)
        self._shown += 1
        if pen.sections.hidden:
            self._lost_place = True
            return
        if self._lost_place:
            pen.refuse("DG-F108", reason="text after a hidden layer")
        measured = font.measured(shown.codes)
        advance = extent_of(measured, font, state) - shown.shift / 1000 * state.size
        if not font.vertical:
            advance *= state.scale
        placed = product(self._matrix, state.ctm)
        box = box_of(placed, state, advance, vertical=font.vertical)
        if measured.is_blank or self._may_show(placed, box):
            run = Run(key, font, raw, shown, state.text(), self._matrix, advance, self._block, len(pen.out))
            self._write(run, operator, measured, box)
        else:
            pen.out.append(shift_of(advance, state, vertical=font.vertical))
        a, b, c, d, e, f = self._matrix
        x, y = (0.0, advance) if font.vertical else (advance, 0.0)
        self._matrix = (a, b, c, d, a * x + c * y + e, b * x + d * y + f)

    def _write(self, run: Run, operator: bytes, measured: Measured, box: Box) -> None:
        pen = self._pen
        self._reader.add(run, measured.text, box)
        pen.out.append(run.raw + b" " + operator)
        if not measured.is_blank:
            written = pen.written
            written.shows_text = True
            written.lowest = min(written.lowest, box[1])
            written.leftmost = min(written.leftmost, box[0])
            pen.check_tagged()
            if pen.setting.checks_text:
                pen.setting.canvas.write(box, run.key)

    def _check_pairs(self, raw: bytes, shown: Shown) -> None:
        """Half a code at the end of a string: readers do not agree what it shows."""
        if not _WHOLE_PAIRS.fullmatch(raw) and any(
            len(piece) % 2 for piece in pieces_of(raw, shown) if isinstance(piece, bytes)
        ):
            self._pen.refuse("DG-F106", expected="pairs of bytes", found="half a code")

    def _may_show(self, placed: Matrix, box: Any) -> bool:
        pen = self._pen
        if not pen.setting.checks_text:
            return True
        kind = why_invisible(pen.state, placed, box, pen.setting.canvas)
        if not kind:
            return True
        handling: Handling = getattr(pen.job.policy.invisible_text, kind)
        if handling is Handling.REFUSE or (handling is Handling.DROP and pen.state.mode == 7):
            pen.refuse("DG-F112", kind=kind)
        if handling is Handling.DROP:
            pen.job.drop(f"invisible text ({kind})")
        return handling is Handling.KEEP

    def _bar_mark(self) -> bytes:
        """How a bar in this place is marked, so that a screen reader says what stands instead of the value."""
        pen = self._pen
        if pen.sections.in_structure or pen.setting.depth:  # a form stands in the section it is drawn in
            return self._instead
        return b"" if pen.sections.tagged else b"/Artifact BMC"
