"""A widget's place in the structure tree, so that a screen reader meets the signature where a reader sees it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate, pairwise

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from docgen.objects import Node, Objects, Value

Point = tuple[float, float]


def tag_widget(objects: Objects, widget: pikepdf.Object, page: pikepdf.Object, at: Point, alt: str) -> None:
    """Tags a widget as `Form` in the table cell at a point of its page (PDF/UA-1, 7.18.4).

    Where no table tells its position, the element goes behind the last one of the page, else to the end of the
    document. The kid is the object reference itself and not an array of one: in an array, pyHanko's difference
    analysis takes the next signature for a forbidden change of the structure tree.
    """
    parent, position = _home(objects, objects.name(page), at)
    element = objects.pdf.make_indirect(
        Dictionary(
            Type=Name.StructElem,
            S=Name.Form,
            P=objects.native(parent),
            Pg=page,
            Alt=String(alt),
            K=Dictionary(Type=Name.OBJR, Obj=widget, Pg=page),
        )
    )
    kids = _kids(objects, parent)
    objects.put(parent, "/K", [*kids[:position], objects.adopt(element), *kids[position:]])
    widget.StructParent = _register(objects.pdf, element)


def _register(document: pikepdf.Pdf, element: pikepdf.Object) -> int:
    root = document.Root.StructTreeRoot
    if Name.ParentTree not in root:
        root.ParentTree = document.make_indirect(Dictionary(Nums=Array()))
    tree = pikepdf.NumberTree(root.ParentTree)
    key = max([int(root.get(Name.ParentTreeNextKey, 0)), *(number + 1 for number in tree)])
    tree[key] = element
    root.ParentTreeNextKey = key + 1
    return key


def _kids(objects: Objects, element: Value) -> list[Value]:
    kids = objects.node(element).get("/K")
    found = objects.get(kids)
    if found is None:
        return []
    return found if isinstance(found, list) else [kids]


def _children(objects: Objects, element: Value) -> Iterator[str]:
    for kid in _kids(objects, element):
        if isinstance(kid, str) and "/S" in objects.node(kid):
            yield kid


def _descendants(objects: Objects, element: str) -> Iterator[str]:
    waiting = [*_children(objects, element)][::-1]
    while waiting:
        child = waiting.pop()
        yield child
        waiting.extend([*_children(objects, child)][::-1])


def _backwards(objects: Objects, element: str) -> Iterator[str]:
    """The descendants from the last to the first: where a document is signed is mostly near its end."""
    waiting = [(child, False) for child in _children(objects, element)]
    while waiting:
        child, done = waiting.pop()
        below = [] if done else [*_children(objects, child)]
        if not below:
            yield child
        else:
            waiting += [(child, True), *((one, False) for one in below)]


def _home(objects: Objects, page: str, at: Point) -> tuple[str, int]:
    """The element that becomes the parent, and the position among its kids."""
    root = objects.root["/StructTreeRoot"]
    for table in _backwards(objects, root):
        node = objects.node(table)
        if node["/S"] == "/Table" and node.get("/Pg") == page and (cell := _cell_at(objects, table, at)) is not None:
            return cell, len(_kids(objects, cell))
    document = next(_children(objects, root), root)
    blocks = _kids(objects, document)
    behind = (number for number in reversed(range(len(blocks))) if _touches(objects, page, blocks[number]))
    return document, next(behind, len(blocks) - 1) + 1


def _touches(objects: Objects, page: str, block: Value) -> bool:
    if not isinstance(block, str):
        return False
    return any(objects.node(one).get("/Pg") == page for one in (block, *_descendants(objects, block)))


def _cell_at(objects: Objects, table: str, at: Point) -> str | None:
    bounds = _layout(objects, table, "/BBox")
    if bounds is None:
        return None
    left, bottom, right, top = (float(edge) for edge in objects.items(bounds))
    rows = [row for row in _descendants(objects, table) if objects.node(row)["/S"] == "/TR"]
    # LibreOffice 7.4 writes sizes of cells in a unit of its own: only their proportions can be used.
    heights = [_size(objects, next(_children(objects, row), row), "/Height") for row in rows]
    row = _part(at[1], top, bottom, heights)
    if row is None:
        return None
    cells = [*_children(objects, rows[row])]
    column = _part(at[0], left, right, [_size(objects, cell, "/Width") for cell in cells])
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


def _size(objects: Objects, element: str, key: str) -> float:
    return float(_layout(objects, element, key) or 0)


def _layout(objects: Objects, element: str, key: str) -> Value:
    attributes = objects.node(element).get("/A")
    held = objects.get(attributes)
    groups: list[Node] = [objects.node(one) for one in (held if isinstance(held, list) else [attributes])]
    return next((objects.get(group[key]) for group in groups if key in group), None)
