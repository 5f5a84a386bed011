"""Finding the paragraph of a Word template in which a tag failed.

docxtpl rewrites the XML before Jinja sees it: whole paragraphs and rows vanish when they hold a `{%p %}` or `{%tr %}`
tag, so Jinja's line numbers point next to the place. Every paragraph therefore carries its number from before that
rewriting until after rendering.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

from lxml import etree

_STAMP = re.compile(r' docgen="(\d+)"')
_OPENING = re.compile(r"<w:p(?=[ >/])")
_TAG = re.compile(r"\{[{%#].*?[}%#]\}", re.DOTALL)
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_NOTES = (f"{_W}footnote", f"{_W}endnote")


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a Word document, in words that mean something in Word."""

    part: str
    """`body`, `header1`, `footer2`, `footnotes` or `endnotes`."""
    paragraph: int
    """1-based, counted in the part as it stands in Word, tables and text boxes included."""
    table: int = 0
    """1-based; 0 outside tables. Of nested tables the innermost."""
    row: int = 0
    cell: int = 0
    words: str = ""
    """The paragraph's own text, shortened."""
    tag: str = ""
    """The tag concerned, as it stands in the template."""


@dataclass
class Stamps:
    """The stamped paragraphs of one part."""

    part: str
    spots: list[Spot] = field(default_factory=list)
    around: list[list[int]] = field(default_factory=list)
    """For each, the numbers of the paragraphs in which its text box stands, from within."""

    def stamp(self, xml: str) -> str:
        """The part's XML with a number on every paragraph; remembers where each number stands."""
        root = etree.fromstring(xml.encode() if xml.lstrip().startswith("<?xml") else xml)
        self.spots = _spots(self.part, root)
        self.around = _around(root)
        numbers = iter(range(1, len(self.spots) + 1))
        return _OPENING.sub(lambda match: f'{match.group()} docgen="{next(numbers)}"', xml)

    def at_line(self, template_xml: str, line: int, name: str) -> Spot:
        """The spot of a template line; among paragraphs that vanished there, the one whose tag holds the name."""
        lines = template_xml.splitlines()
        before = [int(number) for text in lines[:line] for number in _STAMP.findall(text)]
        after = [int(number) for text in lines[line:] for number in _STAMP.findall(text)]
        first = before[-1] if before else 1
        last = after[0] if after else len(self.spots) + 1
        # After a text box its line goes on with the words of the paragraph that the box hangs on.
        around = self.around[first - 1] if 0 < first <= len(self.around) else []
        candidates = (range(first, last), around, range(1, last))
        return next(filter(None, (self._holding(name, numbers) for numbers in candidates)), self._spot(first))

    def _holding(self, name: str, numbers: Sequence[int]) -> Spot | None:
        word = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)") if name else None
        for number in numbers:
            spot = self._spot(number)
            for tag in _TAG.findall(spot.words):
                if word is not None and word.search(tag):
                    return Spot(spot.part, spot.paragraph, spot.table, spot.row, spot.cell, _short(spot.words), tag)
        return None

    def _spot(self, number: int) -> Spot:
        return self.spots[number - 1] if 0 < number <= len(self.spots) else Spot(self.part, number)


def without_stamps(xml: str) -> str:
    """The XML as it would be without stamps."""
    return _STAMP.sub("", xml)


def line_of(traceback: TracebackType | None) -> int:
    """The line in the template at which rendering stopped; 0 when it stopped outside the template."""
    line = 0
    while traceback is not None:
        if traceback.tb_frame.f_code.co_filename == "<template>":
            line = traceback.tb_lineno
        traceback = traceback.tb_next
    return line


def repeated(root: Any) -> Iterator[tuple[Any, Any]]:
    """Text boxes that Word keeps twice: as it draws them itself, and the same text again for older programs."""
    for box in root.iter(f"{_MC}AlternateContent"):
        drawn, copy = box.find(f"{_MC}Choice"), box.find(f"{_MC}Fallback")
        if drawn is not None and copy is not None and _says(drawn) == _says(copy):
            yield drawn, copy


def numbered(root: Any) -> Iterator[tuple[int, Any]]:
    """Every paragraph of a part in the order of its XML, each with its number as a reader counts.

    The second copy of a text box has the numbers of the first; lines that part notes from the text have none (0).
    """
    originals = {
        again: paragraph
        for drawn, copy in repeated(root)
        for paragraph, again in zip(drawn.iter(f"{_W}p"), copy.iter(f"{_W}p"), strict=True)
    }
    numbers: dict[Any, int] = {}
    for paragraph in root.iter(f"{_W}p"):
        if paragraph not in originals and not _is_separator(paragraph):
            numbers[paragraph] = len(numbers) + 1
        yield numbers.get(originals.get(paragraph, paragraph), 0), paragraph


def _says(element: Any) -> list[str]:
    texts = (f"{_W}t", f"{_W}instrText")
    return ["".join(text.text or "" for text in paragraph.iter(*texts)) for paragraph in element.iter(f"{_W}p")]


def _is_separator(paragraph: Any) -> bool:
    note = next(paragraph.iterancestors(*_NOTES), None)
    return note is not None and note.get(f"{_W}type", "normal") != "normal"


def _around(root: Any) -> list[list[int]]:
    stamped = {paragraph: number for number, paragraph in enumerate(root.iter(f"{_W}p"), 1)}
    return [[stamped[above] for above in paragraph.iterancestors(f"{_W}p")] for paragraph in stamped]


def _spots(part: str, root: Any) -> list[Spot]:
    copies = {table for _, copy in repeated(root) for table in copy.iter(f"{_W}tbl")}
    tables = {
        table: number for number, table in enumerate((one for one in root.iter(f"{_W}tbl") if one not in copies), 1)
    }
    by_number: dict[int, Spot] = {}
    return [
        by_number.setdefault(number, _spot_of(part, number, paragraph, tables)) for number, paragraph in numbered(root)
    ]


def _spot_of(part: str, number: int, paragraph: Any, tables: dict[Any, int]) -> Spot:
    own = (text for text in paragraph.iter(f"{_W}t") if next(text.iterancestors(f"{_W}p")) is paragraph)
    words = "".join(text.text or "" for text in own)
    cell = next(paragraph.iterancestors(f"{_W}tc"), None)
    row = next(paragraph.iterancestors(f"{_W}tr"), None)
    table = next(paragraph.iterancestors(f"{_W}tbl"), None)
    if cell is None or row is None or table is None or table not in tables:
        return Spot(part, number, words=words)
    return Spot(part, number, tables[table], _index(row, f"{_W}tr"), _index(cell, f"{_W}tc"), words)


def _index(element: Any, name: str) -> int:
    return 1 + sum(1 for _ in element.itersiblings(name, preceding=True))


def _short(words: str, limit: int = 90) -> str:
    return words if len(words) <= limit else words[: limit - 1] + "…"
