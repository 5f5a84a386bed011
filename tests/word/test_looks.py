"""Tables that say themselves what their style says: the same PDF on every template, and no table that means more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from lxml import etree

import specimens
from docgen.pdf.convert import Converter, convert
from docgen.word.breaks import as_printed, kept_together
from docgen.word.controls import MAIN_PART, W
from docgen.word.looks import give_own_looks, looks_of
from docgen.word.package import members_of
from docgen.xmp import Metadata

METADATA = Metadata("", "nl-BE", "docgen", datetime(2026, 1, 1, tzinfo=UTC))
NAMESPACE = f'xmlns:w="{W[1:-1]}"'
FIELDS = ("E9F1F4", "E9F1F4", "E9F1F4", None)
"""Fill of four cells: the style of fields shades the first row and the first column."""


@pytest.mark.soffice
@pytest.mark.parametrize("path", specimens.TEMPLATES, ids=specimens.template_name)
def test_the_pdf_is_the_one_with_styles_on_every_template(path: Any, warm: Converter) -> None:
    filled = specimens.filled(specimens.specimen(path))
    styled = replace(filled, content=kept_together(specimens.plain(filled.content)))
    direct = replace(filled, content=as_printed(filled.content))
    assert (b"<w:tblStyle " in main(styled.content), b"<w:tblStyle " in main(direct.content)) == (True, False)
    assert convert(direct, converter=warm, metadata=METADATA) == convert(styled, converter=warm, metadata=METADATA)


def main(package: bytes) -> bytes:
    return dict(members_of(package))[MAIN_PART]


def sheet() -> Any:
    (path,) = (one for one in specimens.TEMPLATES if specimens.template_name(one) == "statbel/nl/application")
    return etree.fromstring(dict(members_of(path.read_bytes()))["word/styles.xml"])


def body(*, own: str = "", cell: str = "", row: str = "", look: str = 'w:firstRow="1" w:firstColumn="1"') -> Any:
    """A table of two rows of two cells, between two paragraphs."""
    cells = f"<w:tc><w:tcPr><w:tcW w:w='9'/>{cell}</w:tcPr><w:p/></w:tc><w:tc><w:p/></w:tc>"
    table = f"<w:tblPr><w:tblStyle w:val='DgFields'/>{own}<w:tblLook w:val='0000' {look}/></w:tblPr><w:tblGrid/>"
    rows = f"<w:tr>{row}{cells}</w:tr>" * 2
    return etree.fromstring(
        f"<w:document {NAMESPACE}><w:body><w:p/><w:tbl>{table}{rows}</w:tbl><w:p/></w:body></w:document>"
    )


def fills(root: Any) -> tuple[str | None, ...]:
    shades = (cell.find(f"{W}tcPr/{W}shd") for cell in root.iter(f"{W}tc"))
    return tuple(None if shade is None else shade.get(f"{W}fill") for shade in shades)


def test_borders_margins_and_shading_come_where_the_schema_has_them() -> None:
    root = body(own="<w:tblW w:w='9'/><w:tblLayout w:type='fixed'/>")
    give_own_looks(root, looks_of(sheet()))
    names = [etree.QName(one).localname for one in root.find(f".//{W}tblPr")]
    assert names == ["tblW", "tblBorders", "tblLayout", "tblCellMar", "tblLook"]
    assert fills(root) == FIELDS


@pytest.mark.parametrize(
    ("look", "expected"),
    [
        ('w:firstRow="0" w:firstColumn="1"', ("E9F1F4", None, "E9F1F4", None)),
        ('w:firstRow="1" w:firstColumn="0"', ("E9F1F4", "E9F1F4", None, None)),
        ('w:firstRow="false" w:firstColumn="off"', (None, None, None, None)),
    ],
)
def test_only_what_the_author_ticked_is_shaded(look: str, expected: tuple[str | None, ...]) -> None:
    root = body(look=look)
    give_own_looks(root, looks_of(sheet()))
    assert fills(root) == expected


def test_older_files_say_it_in_bits() -> None:
    root = body(look="")
    root.find(f".//{W}tblLook").set(f"{W}val", "00A0")
    give_own_looks(root, looks_of(sheet()))
    assert fills(root) == FIELDS


def _beside(root: Any) -> None:
    table = root.find(f".//{W}tbl")
    table.addnext(etree.fromstring(etree.tostring(table)))


def _inside(root: Any) -> None:
    next(root.iter(f"{W}tc")).append(etree.Element(f"{W}tbl"))


@pytest.mark.parametrize(
    "root",
    [
        body(own="<w:tblBorders/>"),
        body(own="<w:tblCellMar/>"),
        body(own="<w:tblInd w:w='9'/>"),
        body(cell="<w:tcBorders/>"),
        body(cell="<w:shd w:fill='FFFFFF'/>"),
        body(row="<w:tblPrEx/>"),
    ],
)
def test_a_table_that_says_something_of_its_own_keeps_its_style(root: Any) -> None:
    before = etree.tostring(root)
    give_own_looks(root, looks_of(sheet()))
    assert etree.tostring(root) == before


@pytest.mark.parametrize("change", [_beside, _inside])
def test_a_table_that_touches_another_keeps_its_style(change: Callable[[Any], None]) -> None:
    root = body()
    change(root)
    before = etree.tostring(root)
    give_own_looks(root, looks_of(sheet()))
    assert etree.tostring(root) == before


@pytest.mark.parametrize(
    ("place", "more"),
    [
        (".", "<w:rPr {}/>"),
        (".", "<w:pPr {}/>"),
        (".", "<w:tblStylePr {} w:type='band1Horz'/>"),
        ("w:tblPr", "<w:tblInd {} w:w='9'/>"),
        ("w:tblPr/w:tblBorders", "<w:start {}/>"),
        ("w:tblStylePr", "<w:rPr {}/>"),
        ("w:tblStylePr/w:tcPr", "<w:vAlign {} w:val='center'/>"),
    ],
)
def test_a_style_that_says_more_stays(place: str, more: str) -> None:
    styles, root = sheet(), body()
    (style,) = (one for one in styles if one.get(f"{W}styleId") == "DgFields")
    style.find(place, {"w": W[1:-1]}).append(etree.fromstring(more.format(NAMESPACE)))
    before = etree.tostring(root)
    give_own_looks(root, looks_of(styles))
    assert etree.tostring(root) == before
