"""Which cells of a Word table are headers, as its author marked them in Word.

LibreOffice tags the cells of a repeated header row as headers and knows no others. Word's own marks say more: the
check boxes "Header Row" and "First Column" of Table Design (`w:tblLook`, ECMA-376 part 1, 17.4.56).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from lxml import etree

_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FIRST_ROW: Final = 0x0020
_FIRST_COLUMN: Final = 0x0080
_TRUE: Final = frozenset({"1", "true", "on"})


@dataclass(frozen=True, slots=True)
class TableLook:
    """What the author of a table marked."""

    first_row: bool
    first_column: bool


def table_looks(body: etree._Element) -> tuple[TableLook, ...]:
    """The tables of a main part in reading order, an outer table before those in its cells."""
    return tuple(_look(table) for table in body.iter(f"{_W}tbl") if not _continues_another(table))


def _continues_another(table: etree._Element) -> bool:
    # Tables with no paragraph between them become one, in Word as in LibreOffice.
    before = next(table.itersiblings(preceding=True), None)
    return before is not None and before.tag == f"{_W}tbl"


def _look(table: etree._Element) -> TableLook:
    look = table.find(f"{_W}tblPr/{_W}tblLook")
    if look is None:
        return TableLook(first_row=False, first_column=False)
    bits = int(look.get(f"{_W}val", "0"), 16)
    return TableLook(_is_set(look, "firstRow", bits & _FIRST_ROW), _is_set(look, "firstColumn", bits & _FIRST_COLUMN))


def _is_set(look: etree._Element, name: str, bit: int) -> bool:
    # Word 2010 and later write one attribute a flag; older files have only the bits.
    flag = look.get(f"{_W}{name}")
    return bool(bit) if flag is None else flag in _TRUE
