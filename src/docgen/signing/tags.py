"""A widget's place in the structure tree, so that a screen reader meets the signature where a reader sees it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate, pairwise

import pikepdf
from pikepdf import Array, Dictionary, Name, String

Point = tuple[float, float]


def tag_widget(document: pikepdf.Pdf, widget: pikepdf.Object, page: pikepdf.Object, at: Point, alt: str) -> None:
    """Tags a widget as `Form` in the table cell at a point of its page (PDF/UA-1, 7.18.4).

    Where no table tells its position, the element goes behind the last one of the page, else to the end of the
    document. The kid is the object reference itself and not an array of one: in an array, pyHanko's difference
    analysis takes the next signature for a forbidden change of the structure tree.
    """
    parent, position = _home(document.Root.StructTreeRoot, page, at)
    element = document.make_indirect(
        Dictionary(
            Type=Name.StructElem,
            S=Name.Form,
            P=parent,
            Pg=page,
            Alt=String(alt),
            K=Dictionary(Type=Name.OBJR, Obj=widget, Pg=page),
        )
    )
    kids = _kids(parent)
    parent.K = Array([*kids[:position], element, *kids[position:]])
    widget.StructParent = _register(document, element)


def _register(document: pikepdf.Pdf, element: pikepdf.Object) -> int:
    root = document.Root.StructTreeRoot
    if Name.ParentTree not in root:
        root.ParentTree = document.make_indirect(Dictionary(Nums=Array()))
    tree = pikepdf.NumberTree(root.ParentTree)
    key = max([int(root.get(Name.ParentTreeNextKey, 0)), *(number + 1 for number in tree)])
    tree[key] = element
    root.ParentTreeNextKey = key + 1
    return key


def _kids(element: pikepdf.Object) -> list[pikepdf.Object]:
    kids = element.get(Name.K)
    if kids is None:
        return []
    return list(kids) if isinstance(kids, Array) else [kids]


def _children(element: pikepdf.Object) -> Iterator[pikepdf.Object]:
    for kid in _kids(element):
        if isinstance(kid, Dictionary) and Name.S in kid:
            yield kid


def _descendants(element: pikepdf.Object) -> Iterator[pikepdf.Object]:
    for child in _children(element):
        yield child
        yield from _descendants(child)


def _on(page: pikepdf.Object, element: pikepdf.Object) -> bool:
    return Name.Pg in element and element.Pg.objgen == page.objgen


def _home(root: pikepdf.Object, page: pikepdf.Object, at: Point) -> tuple[pikepdf.Object, int]:
    """The element that becomes the parent, and the position among its kids."""
    cells = [cell for table in _descendants(root) if _on(page, table) and (cell := _cell_at(table, at)) is not None]
    if cells:
        return cells[-1], len(_kids(cells[-1]))
    document = next(_children(root), root)
    blocks = _kids(document)
    last = max((number for number, block in enumerate(blocks) if _touches(page, block)), default=len(blocks) - 1)
    return document, last + 1


def _touches(page: pikepdf.Object, block: pikepdf.Object) -> bool:
    return isinstance(block, Dictionary) and (_on(page, block) or any(_on(page, kid) for kid in _descendants(block)))


def _cell_at(table: pikepdf.Object, at: Point) -> pikepdf.Object | None:
    bounds = _layout(table, Name.BBox)
    if Name.Table != table.S or bounds is None:
        return None
    left, bottom, right, top = (float(edge) for edge in bounds)
    rows = [row for row in _descendants(table) if row.S == Name.TR]
    # LibreOffice 7.4 writes sizes of cells in a unit of its own: only their proportions can be used.
    row = _part(at[1], top, bottom, [_size(next(_children(row), row), Name.Height) for row in rows])
    if row is None:
        return None
    cells = list(_children(rows[row]))
    column = _part(at[0], left, right, [_size(cell, Name.Width) for cell in cells])
    return None if column is None else cells[column]


def _part(value: float, start: float, end: float, sizes: list[float]) -> int | None:
    """Which of the parts between start and end holds the value; parts have the proportions of the sizes."""
    total = sum(sizes)
    if not total:
        return None
    edges = [start + (end - start) * share / total for share in accumulate(sizes, initial=0.0)]
    # A bookmark stands at the left and top edge of its cell: where two parts touch, it belongs to the later one.
    slack = 0.5
    holding = [
        number
        for number, (one, other) in enumerate(pairwise(edges))
        if min(one, other) - slack <= value <= max(one, other) + slack
    ]
    return holding[-1] if holding else None


def _size(element: pikepdf.Object, key: Name) -> float:
    return float(_layout(element, key) or 0)


def _layout(element: pikepdf.Object, key: Name) -> pikepdf.Object | None:
    attributes = element.get(Name.A)
    if attributes is None:
        return None
    for group in attributes if isinstance(attributes, Array) else [attributes]:
        if isinstance(group, Dictionary) and key in group:
            return group[key]
    return None
