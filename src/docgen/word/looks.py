"""What the style of a table says, said by the table itself: the same page for less of LibreOffice's time.

LibreOffice asks a table style again for every paragraph of every cell. Without one, a document takes it a seventh less
time, and the PDF is the same (decision 26).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from itertools import islice
from typing import Any

from lxml import etree

from docgen.word.controls import W

_FIRST_ROW, _FIRST_COLUMN = ("firstRow", 0x0020), ("firstColumn", 0x0080)
"""Of `w:tblLook` (ISO/IEC 29500-1, 17.4.55): attribute, and bit where there is none."""
_BORDERS = ("top", "left", "bottom", "right", "insideH", "insideV")
_MARGINS = ("top", "left", "bottom", "right")
_ROW, _CELL, _CELL_PROPERTIES = f"{W}tr", f"{W}tc", f"{W}tcPr"


def _tags(*names: str) -> frozenset[str]:
    return frozenset(f"{W}{name}" for name in names)


_OF_A_STYLE = _tags("name", "basedOn", "uiPriority", "semiHidden", "unhideWhenUsed", "qFormat", "tblPr", "tblStylePr")
_BEFORE_BORDERS = _tags("tblStyle", "tblW", "jc")
_BEFORE_MARGINS = _BEFORE_BORDERS | _tags("tblBorders", "tblLayout")


def _other_than(*names: str) -> str:
    return f"*[not({' or '.join(f'self::w:{name}' for name in names)})]"


_NOT_PLAIN = etree.XPath(
    "boolean(.//w:tbl or preceding-sibling::*[1][self::w:tbl] or following-sibling::*[1][self::w:tbl]"
    f" or {_other_than('tblPr', 'tblGrid', 'tr')} or w:tr/{_other_than('trPr', 'tc')}"
    f" or w:tblPr/{_other_than('tblStyle', 'tblW', 'jc', 'tblLayout', 'tblLook', 'tblCaption', 'tblDescription')}"
    f" or w:tr/w:tc/w:tcPr/{_other_than('tcW', 'gridSpan', 'vMerge')})",
    namespaces={"w": W[1:-1]},
)
"""Whether a table touches another one, or has other properties, which may meet with those of its style."""


@dataclass(frozen=True, slots=True)
class Look:
    """All that a style says."""

    borders: Any
    margins: Any
    first_row: Any
    """Its shading, or nothing."""
    first_column: Any


def looks_of(sheet: Any) -> dict[str, Look]:
    """The table styles that say no more than a table can say itself, by their id.

    Args:
        sheet: the styles of a Word file.
    """
    styles = {str(one.get(f"{W}styleId")): one for one in sheet if one.get(f"{W}type") == "table"}
    usual = {id for id, one in styles.items() if one.get(f"{W}default") == "1" and _only(one, _OF_A_STYLE)}
    return {id: look for id, one in styles.items() if (look := _look(one, usual)) is not None}


def give_own_looks(root: Any, looks: Mapping[str, Look]) -> None:
    """Gives tables the borders, margins and shading of their style themselves, and takes the style away.

    For the printer only. A table that says something of its own or touches another one is left alone.

    Args:
        root: the main part of a Word file; changed.
        looks: of its styles.
    """
    for table in root.iterfind(f"{W}body/{W}tbl"):
        style = table.find(f"{W}tblPr/{W}tblStyle")
        look = looks.get(style.get(f"{W}val")) if style is not None else None
        if look is not None and not _NOT_PLAIN(table):
            _give(table, look)


def _give(table: Any, look: Look) -> None:
    properties = table.find(f"{W}tblPr")
    _insert(properties, look.borders, _BEFORE_BORDERS)
    _insert(properties, look.margins, _BEFORE_MARGINS)
    properties.remove(properties.find(f"{W}tblStyle"))
    flags = properties.find(f"{W}tblLook")
    row_shade = look.first_row if _is_set(flags, *_FIRST_ROW) else None
    column_shade = look.first_column if _is_set(flags, *_FIRST_COLUMN) else None
    rows = table.iterchildren(_ROW)
    if row_shade is not None:  # the first row has the last word (17.7.6.1)
        _shade((cell for row in islice(rows, 1) for cell in row.iterchildren(_CELL)), row_shade)
    if column_shade is not None:
        _shade((cell for row in rows for cell in islice(row.iterchildren(_CELL), 1)), column_shade)


def _shade(cells: Iterable[Any], shade: Any) -> None:
    for cell in cells:
        properties = next(cell.iterchildren(_CELL_PROPERTIES), None)
        if properties is None:
            properties = etree.SubElement(cell, _CELL_PROPERTIES)
            cell.insert(0, properties)
        properties.append(deepcopy(shade))  # with its attributes, quicker than one made in its place


def _insert(properties: Any, wanted: Any, earlier: Collection[str]) -> None:
    properties.insert(sum(child.tag in earlier for child in properties), deepcopy(wanted))


def _is_set(flags: Any, name: str, bit: int) -> bool:
    if flags is None:
        return False
    own = flags.get(f"{W}{name}")
    return bool(int(flags.get(f"{W}val", "0"), 16) & bit) if own is None else own in ("1", "true", "on")


def _look(style: Any, usual: set[str]) -> Look | None:
    base, properties = style.find(f"{W}basedOn"), style.find(f"{W}tblPr")
    if base is None or base.get(f"{W}val") not in usual or properties is None or not _only(style, _OF_A_STYLE):
        return None
    borders, margins = properties.find(f"{W}tblBorders"), properties.find(f"{W}tblCellMar")
    shades = {one.get(f"{W}type"): _shade_of(one) for one in style.iterfind(f"{W}tblStylePr")}
    whole = (
        _only(properties, _tags("tblBorders", "tblCellMar"))
        and _has_all(borders, _BORDERS)
        and _has_all(margins, _MARGINS)
        and shades.keys() <= {"firstRow", "firstCol"}
        and None not in shades.values()
    )
    return Look(borders, margins, shades.get("firstRow"), shades.get("firstCol")) if whole else None


def _shade_of(part: Any) -> Any:
    shade = part.find(f"{W}tcPr/{W}shd")
    return shade if _only(part, _tags("tcPr")) and _only(part.find(f"{W}tcPr"), _tags("shd")) else None


def _has_all(element: Any, names: Sequence[str]) -> bool:
    return element is not None and sorted(child.tag for child in element) == sorted(f"{W}{one}" for one in names)


def _only(element: Any, tags: Collection[str]) -> bool:
    return element is None or all(child.tag in tags for child in element)
