"""What LibreOffice leaves undone for readers who listen, mended in the PDF (ISO 14289-1).

Every repair states something that is known, from the PDF or from the Word file. What is not known is left alone, so
that the conformance check finds it and the claim of PDF/UA is not made.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, String

from docgen.pdf.marks import paths_as_artifacts
from docgen.pdf.structure import is_element, kids_of, standard_tag
from docgen.pdf.tables import TableLook

_MAY_BE_EMPTY: Final = frozenset({"TD", "TH", "TR", "Table", "Document"})


def repair(pdf: Pdf, tables: Sequence[TableLook] = ()) -> None:
    """Mends the open PDF in place.

    Args:
        pdf: The PDF as LibreOffice wrote it.
        tables: The tables of the Word file in reading order; used only when the PDF has as many.
    """
    for page in pdf.pages:
        _wrap_paths(pdf, page)
    root = pdf.Root.get("/StructTreeRoot")
    if isinstance(root, Dictionary):
        roles = {str(tag): str(role) for tag, role in root.get("/RoleMap", Dictionary()).items()}
        _prune(root, roles)
        _give_headers(root, roles, tables)
        _mend_links(root, roles)


def _wrap_paths(pdf: Pdf, page: pikepdf.Page) -> None:
    content = paths_as_artifacts(page)
    if content is not None:
        page.obj.Contents = pdf.make_stream(pikepdf.unparse_content_stream(content))


def _prune(node: Object, roles: dict[str, str]) -> bool:
    """Takes empty elements away below a node; says whether the node itself is now empty."""
    kids = kids_of(node)
    kept = [kid for kid in kids if not is_element(kid) or not _prune(kid, roles)]
    if len(kept) < len(kids):
        node.K = Array(kept)
    words = "/Alt" in node or "/ActualText" in node
    return not kept and not words and standard_tag(str(node.get("/S", "/Document")), roles) not in _MAY_BE_EMPTY


def _give_headers(root: Object, roles: dict[str, str], looks: Sequence[TableLook]) -> None:
    tables = [*_tagged(root, roles, "Table")]
    if len(tables) != len(looks):
        return
    for table, look in zip(tables, looks, strict=True):
        rows = [[*_cells(row, roles)] for row in _rows(table, roles)]
        if any(standard_tag(str(cell.S), roles) == "TH" for row in rows for cell in row):
            continue
        if look.first_column:
            _mark_headers([row[0] for row in rows if row], Name.Row)
        elif look.first_row:
            _mark_headers(rows[0] if rows else [], Name.Column)
        else:
            _unmake_table(table, roles)


def _mark_headers(cells: Sequence[Object], scope: Name) -> None:
    for cell in cells:
        cell.S = Name.TH
        owned = cell.get("/A", Array())
        attributes = [*owned] if isinstance(owned, Array) else [owned]
        cell.A = Array([*attributes, Dictionary(O=Name.Table, Scope=scope)])


def _unmake_table(table: Object, roles: dict[str, str]) -> None:
    # Neither header row nor first column is marked in Word: the grid only places things, it is no table of data.
    for row in _rows(table, roles):
        for cell in _cells(row, roles):
            _become_division(cell)
        _become_division(row)
    _become_division(table)


def _become_division(node: Object) -> None:
    node.S = Name.Div
    if "/A" in node:
        del node["/A"]


def _mend_links(root: Object, roles: dict[str, str]) -> None:
    """Gives link annotations their description; a link without annotation leads nowhere and becomes plain words."""
    for link in _tagged(root, roles, "Link"):
        annotations = [
            kid.Obj for kid in kids_of(link) if isinstance(kid, Dictionary) and kid.get("/Type") == Name.OBJR
        ]
        if not annotations:
            link.S = Name.Span
        for annotation in annotations:
            target = annotation.get("/A", Dictionary()).get("/URI")
            if not str(annotation.get("/Contents", "")) and target is not None:
                annotation.Contents = String(str(target))


def _tagged(node: Object, roles: dict[str, str], tag: str) -> Iterator[Object]:
    for kid in kids_of(node):
        if is_element(kid):
            if standard_tag(str(kid.S), roles) == tag:
                yield kid
            yield from _tagged(kid, roles, tag)


def _rows(table: Object, roles: dict[str, str]) -> Iterator[Object]:
    for kid in kids_of(table):
        tag = standard_tag(str(kid.S), roles) if is_element(kid) else ""
        if tag == "TR":
            yield kid
        elif tag in ("THead", "TBody", "TFoot"):
            yield from _rows(kid, roles)


def _cells(row: Object, roles: dict[str, str]) -> Iterator[Object]:
    for kid in kids_of(row):
        if is_element(kid) and standard_tag(str(kid.S), roles) in ("TD", "TH"):
            yield kid
