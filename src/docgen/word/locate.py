"""Finding the paragraph of a Word template in which a tag failed.

docxtpl rewrites the XML before Jinja sees it: whole paragraphs and rows vanish when they hold a `{%p %}` or `{%tr %}`
tag, so Jinja's line numbers point next to the place. Every paragraph therefore carries its number from before that
rewriting until after rendering.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import TracebackType

from lxml import etree

_STAMP = re.compile(r' docgen="(\d+)"')
_OPENING = re.compile(r"<w:p(?=[ >/])")
_TAG = re.compile(r"\{[{%#].*?[}%#]\}", re.DOTALL)
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a Word document, in words that mean something in Word."""

    part: str
    """`body`, `header`, `footer` or `footnotes`."""
    paragraph: int
    """1-based, counted in the template as it stands in Word, tables included."""
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

    def stamp(self, xml: str) -> str:
        """The part's XML with a number on every paragraph; remembers where each number stands."""
        self.spots = _spots(self.part, xml)
        numbers = iter(range(1, len(self.spots) + 1))
        return _OPENING.sub(lambda match: f'{match.group()} docgen="{next(numbers)}"', xml)

    def at_line(self, template_xml: str, line: int, name: str) -> Spot:
        """The spot of a template line; among paragraphs that vanished there, the one whose tag holds the name."""
        lines = template_xml.splitlines()
        before = [int(number) for text in lines[:line] for number in _STAMP.findall(text)]
        after = [int(number) for text in lines[line:] for number in _STAMP.findall(text)]
        first = before[-1] if before else 1
        last = after[0] if after else len(self.spots) + 1
        return self._holding(name, range(first, last)) or self._holding(name, range(1, last)) or self._spot(first)

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


def _spots(part: str, xml: str) -> list[Spot]:
    root = etree.fromstring(xml.encode() if xml.lstrip().startswith("<?xml") else xml)
    tables = {table: number for number, table in enumerate(root.iter(f"{_W}tbl"), 1)}
    return [_spot_of(part, number, paragraph, tables) for number, paragraph in enumerate(root.iter(f"{_W}p"), 1)]


def _spot_of(part: str, number: int, paragraph: etree._Element, tables: dict[etree._Element, int]) -> Spot:
    words = "".join(text.text or "" for text in paragraph.iter(f"{_W}t"))
    cell = next(paragraph.iterancestors(f"{_W}tc"), None)
    row = next(paragraph.iterancestors(f"{_W}tr"), None)
    table = next(paragraph.iterancestors(f"{_W}tbl"), None)
    if cell is None or row is None or table is None:
        return Spot(part, number, words=words)
    return Spot(part, number, tables[table], _index(row, f"{_W}tr"), _index(cell, f"{_W}tc"), words)


def _index(element: etree._Element, name: str) -> int:
    return 1 + sum(1 for _ in element.itersiblings(name, preceding=True))


def _short(words: str, limit: int = 90) -> str:
    return words if len(words) <= limit else words[: limit - 1] + "…"
