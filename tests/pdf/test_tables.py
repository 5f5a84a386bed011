"""Marks of header cells in Word files of different ages."""

from __future__ import annotations

import io

import docx
import pytest
from docx.oxml.ns import qn

import builders
from docgen.pdf.tables import TableLook, table_looks


@pytest.mark.parametrize(
    ("attributes", "look"),
    [
        ({"val": "04A0"}, TableLook(first_row=True, first_column=True)),
        ({"val": "0020"}, TableLook(first_row=True, first_column=False)),
        ({"val": "0400"}, TableLook(first_row=False, first_column=False)),
        ({"val": "04A0", "firstRow": "0", "firstColumn": "false"}, TableLook(first_row=False, first_column=False)),
        ({"firstColumn": "true"}, TableLook(first_row=False, first_column=True)),
        (None, TableLook(first_row=False, first_column=False)),
    ],
)
def test_old_and_new_ways_to_write_the_marks(attributes: dict[str, str] | None, look: TableLook) -> None:
    document = docx.Document()
    properties = document.add_table(rows=1, cols=1)._tbl.tblPr
    old = properties.find(qn("w:tblLook"))
    if attributes is None:
        properties.remove(old)
    else:
        old.attrib.clear()
        for name, value in attributes.items():
            old.set(qn(f"w:{name}"), value)
    assert table_looks(builders.body_of(builders.as_bytes(document))) == (look,)


def test_tables_that_touch_are_one_and_inner_tables_count() -> None:
    document = docx.Document()
    document.add_table(rows=1, cols=2)
    outer = document.add_table(rows=1, cols=2)
    document.add_paragraph()
    document.add_table(rows=1, cols=1)
    assert len(table_looks(builders.body_of(builders.as_bytes(document)))) == 2
    outer.cell(0, 0).add_table(rows=1, cols=1)
    assert len(table_looks(builders.body_of(builders.as_bytes(document)))) == 3


def test_the_contract(contract_docx: bytes) -> None:
    assert len(table_looks(builders.body_of(contract_docx))) == 2
    assert len(docx.Document(io.BytesIO(contract_docx)).tables) == 2
