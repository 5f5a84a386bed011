"""What text operators show, in the order in which they do, read by the tables of the fonts and without any layout.

Nothing is left out for where it stands, how large it is or what covers it. A line ends where the height changes; a gap
within a line is a space. Only fonts whose table is plain (a /ToUnicode, or one of two common encodings) are read: of
the others it is said that they were not.
"""

from __future__ import annotations

import re
from codecs import charmap_decode
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field

from pypdf import PageObject
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, PdfObject, StreamObject

from docgen.publishing.audit.limits import LimitExceeded
from docgen.publishing.audit.operations import Content, Pieces, Step

_ENCODINGS = {"/WinAnsiEncoding": "cp1252", "/MacRomanEncoding": "mac_roman"}
_PAIRS = frozenset({"/Identity-H", "/Identity-V"})
_DEEPEST = 20
_MOST_CODES = 200_000
_MISSHAPEN = (PyPdfError, ArithmeticError, AttributeError, IndexError, KeyError, RecursionError, TypeError, ValueError)
_SECTION = re.compile(rb"beginbf(char|range)\b(.*?)\bendbf", re.DOTALL)
_WORD = re.compile(rb"<([0-9A-Fa-f\s]*)>|\[([^\]]*)\]")
_Word = tuple[bytes, bytes]
"""A hexadecimal string, or what stands in an array of them."""


@dataclass(frozen=True, slots=True)
class Shown:
    """The text of a page or form."""

    text: str
    complete: bool
    """All of it could be read: every font told what its codes mean."""


_SPACE = Shown(" ", complete=True)


@dataclass(slots=True)
class _Font:
    """What the codes of a font mean."""

    table: dict[int, str]
    width: int
    """Bytes of a code."""
    known: dict[bytes, Shown] = field(default_factory=dict)

    def read(self, codes: bytes) -> Shown:
        """The text of codes."""
        shown = self.known.get(codes)
        if shown is None and self.width == 1:
            with suppress(UnicodeDecodeError):  # A code without a meaning.
                shown = self.known[codes] = Shown(charmap_decode(codes, "strict", self.table)[0], complete=True)
        if shown is None:
            numbers: Iterable[int] = codes
            if self.width == 2:
                numbers = [high << 8 | low for high, low in zip(codes[::2], codes[1::2], strict=False)]
            letters = [self.table.get(number) for number in numbers]
            whole = None not in letters and len(codes) % self.width == 0
            shown = self.known[codes] = Shown("".join(filter(None, letters)), whole)
        return shown


class Operators:
    """Reads the pages of one file. `contents` gives the content stream that data are."""

    def __init__(self, contents: Callable[[bytes], Content], most: int) -> None:
        self._contents = contents
        self._left = most
        self._fonts: dict[tuple[int, int], _Font | None] = {}
        self._forms: dict[tuple[int, int], Shown] = {}
        self._open: set[tuple[int, int]] = set()

    def of_page(self, page: PageObject) -> Shown:
        """What a page shows, with the forms it draws. Raises `LimitExceeded` for more text than is allowed."""
        try:
            streams = _streams(_at(page, "/Contents"))
            steps = [step for stream in streams for step in self._contents(stream.get_data()).steps]
            return self._shown(steps, _dictionary(_at(page, "/Resources")), 0)
        except _MISSHAPEN:
            return Shown("", complete=False)

    def _shown(self, steps: Iterable[Step], resources: DictionaryObject, depth: int) -> Shown:
        reading = _Reading(self, resources, depth)
        for step in steps:
            reading.take(step)
        text = "".join(reading.out)
        self._left -= len(text)
        if self._left < 0:
            raise LimitExceeded("text")
        return Shown(text, reading.complete)

    def named(self, resources: DictionaryObject, name: str, depth: int) -> Shown:
        """What a form shows that a content stream draws by its name; nothing for a picture."""
        form = _at(_dictionary(_at(resources, "/XObject")), name)
        if not isinstance(form, StreamObject) or _at(form, "/Subtype") != "/Form":
            return Shown("", complete=form is not None)
        return self.of_form(form, resources, depth)

    def of_form(self, form: StreamObject, resources: DictionaryObject, depth: int = 0) -> Shown:
        """What a form shows; `resources` are those it takes when it has none.

        Raises `LimitExceeded` for forms that draw themselves, which other readers would follow for ever.
        """
        reference = form.indirect_reference
        key = (reference.idnum, reference.generation) if reference is not None else (0, id(form))
        if key in self._open or depth > _DEEPEST:
            raise LimitExceeded("forms")
        if key not in self._forms:
            self._open.add(key)
            try:
                own = _at(form, "/Resources")
                within = own if isinstance(own, DictionaryObject) else resources
                self._forms[key] = self._shown(self._contents(form.get_data()).steps, within, depth + 1)
            except _MISSHAPEN:
                self._forms[key] = Shown("", complete=False)
            finally:
                self._open.discard(key)
        shown = self._forms[key]
        self._left -= len(shown.text)
        return shown

    def font(self, resources: DictionaryObject, name: str) -> _Font | None:
        """A font by its name; nothing when it cannot be read."""
        font = _at(_dictionary(_at(resources, "/Font")), name)
        if not isinstance(font, DictionaryObject):
            return None
        reference = font.indirect_reference
        key = (reference.idnum, reference.generation) if reference is not None else (0, id(font))
        if key not in self._fonts:
            self._fonts[key] = _font(font)
        return self._fonts[key]


class _Reading:
    """One content stream while it is read."""

    def __init__(self, operators: Operators, resources: DictionaryObject, depth: int) -> None:
        self._operators, self._resources, self._depth = operators, resources, depth
        self._fonts: dict[bytes, _Font | None] = {}
        self._font: _Font | None = None
        self._outer: list[_Font | None] = []
        self._slope = self._scale = 0.0
        self._height: float | None = 0.0
        """Of the line the next text stands on; None when it is not known."""
        self._before: float | None = None
        self._moved = False
        self.out: list[str] = []
        self.complete = True

    def take(self, step: Step) -> None:
        operator, name, numbers, pieces = step
        if name and operator in (b"Tj", b"TJ"):
            self._outer.append(self._font)
            self._slope, self._scale, self._height = 0.0, 1.0, numbers[1]
            self._moved, self._before = True, None
            self._set(name)
        if pieces:
            self._show(operator, pieces)
        elif operator == b"Tf":
            self._set(name)
        elif operator == b"Do":
            shown = self._operators.named(self._resources, _named(name), self._depth)
            self.complete = self.complete and shown.complete
            self.out.append(f"\n{shown.text}\n")  # Also of a form without text, so that its drawing counts.
        else:
            self._move(operator, numbers)

    def _set(self, name: bytes) -> None:
        if name not in self._fonts:
            self._fonts[name] = self._operators.font(self._resources, _named(name))
        self._font = self._fonts[name]

    def _move(self, operator: bytes, numbers: tuple[float, ...]) -> None:
        self._moved = True
        if operator == b"BT":
            self._slope, self._scale, self._height = 0.0, 1.0, 0.0
        elif operator in (b"Td", b"TD") and len(numbers) == 2 and self._height is not None:
            self._height += self._slope * numbers[0] + self._scale * numbers[1]
        elif operator == b"Tm" and len(numbers) == 6:
            self._slope, self._scale, self._height = numbers[1], numbers[3], numbers[5]
        elif operator in (b"q", b"Q", b"cm"):
            self._before = None
            if operator == b"q":
                self._outer.append(self._font)
            elif operator == b"Q" and self._outer:
                self._font = self._outer.pop()
        else:
            self._height = None

    def _show(self, operator: bytes, pieces: Pieces) -> None:
        if operator in (b"'", b'"'):
            self._moved, self._height = True, None
        if self._moved:
            same = self._before is not None and self._height is not None and abs(self._before - self._height) < 0.01
            self.out.append(" " if same else "\n")
            self._moved, self._before = False, self._height
        font = self._font
        if font is None:
            self.complete = self.complete and not any(piece is not None for piece in pieces)
            self.out += [" " for piece in pieces if piece is None]
            return
        if None not in pieces and font.width == 1:
            shown = [font.read(b"".join(filter(None, pieces)))]
        else:  # Each string by itself: codes of two bytes do not go on from one to the next.
            shown = [_SPACE if piece is None else font.read(piece) for piece in pieces]
        self.out += [one.text for one in shown]
        self.complete = self.complete and all(one.complete for one in shown)


def _named(name: bytes) -> str:
    return "/" + name.decode("utf-8", "replace")


def _at(holder: DictionaryObject, key: str) -> object:
    """A value, or the one it refers to."""
    return holder[key] if key in holder else None  # noqa: SIM401 -- `get` gives references as they are


def _dictionary(value: object) -> DictionaryObject:
    held = value.get_object() if isinstance(value, PdfObject) else None
    return held if isinstance(held, DictionaryObject) else DictionaryObject()


def _streams(value: object) -> Iterator[StreamObject]:
    held = value.get_object() if isinstance(value, PdfObject) else None
    if isinstance(held, StreamObject):
        yield held
    elif isinstance(held, ArrayObject):
        for part in held:
            yield from _streams(part)


def _font(font: DictionaryObject) -> _Font | None:
    pairs = _at(font, "/Subtype") == "/Type0"
    encoding = _at(font, "/Encoding")
    table = _at(font, "/ToUnicode")
    if isinstance(table, StreamObject) and (not pairs or encoding in _PAIRS):
        meanings = _meanings(table.get_data())
        return None if meanings is None else _Font(meanings, 2 if pairs else 1)
    if not pairs and isinstance(encoding, NameObject) and encoding in _ENCODINGS and table is None:
        letters = bytes(range(256)).decode(_ENCODINGS[encoding], "replace")
        return _Font({code: letter for code, letter in enumerate(letters) if letter != "\ufffd"}, 1)
    return None


def _meanings(cmap: bytes) -> dict[int, str] | None:
    """What codes mean by a /ToUnicode (ISO 32000-2, 9.10.3); nothing when it takes more than that to read it."""
    found: dict[int, str] = {}
    if b"usecmap" in cmap:
        return None
    for sort, section in _SECTION.findall(cmap):
        words = _WORD.findall(section)
        if sort == b"char":
            found.update((_number(code), _letters(meaning)) for (code, _), (meaning, _) in _rows(words, 2))
            continue
        for (low, _), (high, _), (meaning, members) in _rows(words, 3):
            first, last = _number(low), _number(high)
            if not 0 <= last - first < _MOST_CODES - len(found):
                return None
            if members:
                listed = [_letters(member) for member, _ in _WORD.findall(members)]
                found.update(zip(range(first, last + 1), listed, strict=False))
            elif meaning:
                start, end = _letters(meaning)[:-1], ord(_letters(meaning)[-1])
                found.update((first + more, start + chr(end + more)) for more in range(last - first + 1))
    return found


def _rows(words: list[_Word], size: int) -> Iterator[tuple[_Word, ...]]:
    return zip(*(words[index::size] for index in range(size)), strict=False)


def _number(written: bytes) -> int:
    return int(b"".join(written.split()) or b"0", 16)


def _letters(written: bytes) -> str:
    return bytes.fromhex(written.decode()).decode("utf-16-be", "replace")
