"""Our own inspection for PDF/UA-1 (ISO 14289-1): can the document be read by someone who listens to it?

Not a validator: it looks at what can be decided by machine and what LibreOffice, pyHanko and docgen itself could get
wrong. Whether an alternative text says what the picture shows, or the reading order makes sense, only people can tell.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from docgen.findings import Finding, Place, Severity
from docgen.objects import Key, Node, Objects, Value
from docgen.pdf.structure import STANDARD_TAGS, Element
from docgen.pdf.survey import Survey

_HIDDEN: Final = 2
_OWNER: Final[Mapping[str, str]] = {"/Widget": "Form", "/Link": "Link"}
_PARENTS: Final[Mapping[str, frozenset[str]]] = {
    "TR": frozenset({"Table", "THead", "TBody", "TFoot"}),
    "TH": frozenset({"TR"}),
    "TD": frozenset({"TR"}),
    "LI": frozenset({"L"}),
    "LBody": frozenset({"LI"}),
    "TOCI": frozenset({"TOC"}),
}


def accessibility_findings(seen: Survey, name: str = "") -> Iterator[Finding]:
    """What stands against PDF/UA-1 in a PDF; nothing when our inspection is content.

    Args:
        seen: The survey of the file, which is still open.
        name: What to call it in findings.
    """
    place = Place(name)
    yield from _of_document(seen.objects, place)
    if seen.tops is None:
        yield _against("DG-P316", place)
        return
    elements = [element for top in seen.tops for element in top.walk()]
    pages = {reference: f"page {number}" for number, reference in enumerate(seen.objects.pages, start=1)}
    parents = _parent_tree(seen.objects)
    yield from _of_marks(seen, parents, elements, name)
    yield from _of_annotations(seen, parents, elements, name)
    places = {path: Place(name, path=path) for path in ("", *pages.values())}
    for element in elements:
        yield from _of_element(element, places[pages.get(element.page or "", "")])
    yield from _of_headings(elements, pages, name)
    for font in seen.fonts:
        if not font.copyable:  # 7.21.7
            yield _against("DG-P212", place, font=font.name)


def _against(code: str, place: Place, **words: object) -> Finding:
    return Finding(code, Severity.ERROR, place, {key: str(value) for key, value in words.items()})


def _of_document(objects: Objects, place: Place) -> Iterator[Finding]:
    root = objects.root
    marked = objects.node(root.get("/MarkInfo"))
    if "/StructTreeRoot" not in root or not objects.get(marked.get("/Marked")):  # 6.2, 7.1
        yield _against("DG-P301", place)
    if objects.get(marked.get("/Suspects")):
        yield _against("DG-P301", place)
    if not objects.words(root.get("/Lang")):  # 7.2
        yield _against("DG-P302", place)
    if not objects.get(objects.node(root.get("/ViewerPreferences")).get("/DisplayDocTitle")):  # 7.1
        yield _against("DG-P303", place)


def _of_marks(seen: Survey, parents: Mapping[int, Value], elements: Sequence[Element], name: str) -> Iterator[Finding]:
    """7.1: each thing drawn is in the tree once or is an artifact, and the tree knows the way back."""
    objects = seen.objects
    owners = {spot: element.key for element in elements for spot in element.content}
    claims = Counter(spot for element in elements for spot in element.content)
    claimed: dict[str, list[int]] = {}
    for spot, identifier in owners:
        claimed.setdefault(spot, []).append(identifier)
    for number, (key, page, marks) in enumerate(zip(objects.pages, seen.pages, seen.marks, strict=True), start=1):
        place = Place(name, path=f"page {number}")
        for kind, count in sorted(Counter(marks.unmarked).items()):
            yield _against("DG-P304", place, kind=kind, count=count)
        if marks.mixed or not marks.balanced:
            yield _against("DG-P305", place)
        entries = objects.items(parents.get(int(objects.get(page.get("/StructParents", -1)))))
        drawn = Counter(marks.identifiers)
        lost = [i for i, count in drawn.items() if count > 1 or claims[key, i] != 1]
        lost += [i for i in drawn if i not in lost and _entry(objects, entries, i) != owners[key, i]]
        lost += [i for i in claimed.get(key, ()) if i not in drawn]
        if lost:
            yield _against("DG-P306", place, count=len(lost))


def _parent_tree(objects: Objects) -> Mapping[int, Value]:
    """ISO 32000-1, 14.7.4.4 and 7.9.7: key → what stands there."""
    found: dict[int, Value] = {}
    waiting, known = [objects.node(objects.root.get("/StructTreeRoot")).get("/ParentTree")], set[str]()
    while waiting:
        reference = waiting.pop()
        if isinstance(reference, str):
            if reference in known:
                continue
            known.add(reference)
        node = objects.node(reference)
        numbers = objects.items(node.get("/Nums"))
        found |= {int(objects.get(key)): value for key, value in zip(numbers[::2], numbers[1::2], strict=False)}
        waiting += objects.items(node.get("/Kids"))
    return found


def _entry(objects: Objects, entries: Sequence[Value], identifier: int) -> Key | None:
    return objects.keys.get(str(entries[identifier])) if identifier < len(entries) else None


def _of_annotations(
    seen: Survey, parents: Mapping[int, Value], elements: Sequence[Element], name: str
) -> Iterator[Finding]:
    """7.18: annotations stand in the tree, under the right element, say what they are, and are reached in order."""
    objects = seen.objects
    owners = {key: element for element in elements for key in element.objects}
    for number, page in enumerate(seen.pages, start=1):
        place = Place(name, path=f"page {number}")
        annotations = [*seen.annotations(page)]
        if annotations and objects.get(page.get("/Tabs")) != "/S":
            yield _against("DG-P311", place)
        for reference, annotation in annotations:
            kind = str(objects.get(annotation.get("/Subtype", "")))
            if int(objects.get(annotation.get("/F", 0))) & _HIDDEN or kind == "/Popup":
                continue
            owner = owners.get(reference)
            back = parents.get(int(objects.get(annotation.get("/StructParent", -1))))
            linked = owner is not None and owner.key is not None and objects.keys.get(str(back)) == owner.key
            fits = owner is not None and owner.tag == _OWNER.get(kind, owner.tag)
            words = _description(objects, annotation) or (owner.alternate if owner else "")
            if not (linked and fits and words):
                yield _against("DG-P312", place, kind=kind.removeprefix("/"))


def _description(objects: Objects, annotation: Node) -> str:
    parent = objects.node(annotation.get("/Parent"))
    return objects.words(annotation.get("/TU", annotation.get("/Contents", parent.get("/TU"))))


def _of_element(element: Element, place: Place) -> Iterator[Finding]:
    if element.tag not in STANDARD_TAGS:  # 7.1
        yield _against("DG-P313", place, tag=element.tag)
    if element.tag in ("Figure", "Formula") and not element.alternate:  # 7.3, 7.7
        yield _against("DG-P307", place)
    if element.tag == "Link" and not element.objects and not any(child.objects for child in element.walk()):
        yield _against("DG-P312", place, kind="Link")
    for child in element.children:
        if child.tag in _PARENTS and element.tag not in _PARENTS[child.tag]:
            yield _against("DG-P314", place, tag=child.tag)
    if element.tag == "Table":
        yield from _of_table(element, place)


def _of_table(table: Element, place: Place) -> Iterator[Finding]:
    """7.5: cells know their headers, and the rows are equally wide."""
    rows = [*_rows(table)]
    cells = [cell for row in rows for cell in row.children]
    headed = any(cell.tag == "TH" and cell.scope for cell in cells) or all(cell.headers for cell in cells)
    if not headed:
        yield _against("DG-P308", place)
    if len({*_widths(rows)}) > 1:
        yield _against("DG-P309", place)


def _rows(table: Element) -> Iterator[Element]:
    for child in table.children:
        if child.tag == "TR":
            yield child
        elif child.tag in ("THead", "TBody", "TFoot"):
            yield from _rows(child)


def _widths(rows: Sequence[Element]) -> Iterator[int]:
    """Columns of each row, with the cells that reach down into it from above."""
    reaching: list[tuple[int, int]] = []
    for row in rows:
        yield sum(cell.spans[1] for cell in row.children) + sum(columns for _, columns in reaching)
        reaching += [cell.spans for cell in row.children]
        reaching = [(down - 1, columns) for down, columns in reaching if down > 1]


def _of_headings(elements: Sequence[Element], pages: Mapping[str, str], name: str) -> Iterator[Finding]:
    """7.4.2: the first heading is of level 1, and no level is left out on the way down."""
    above = 0
    for element in elements:
        if len(element.tag) == 2 and element.tag[0] == "H" and element.tag[1].isdigit():
            level, place = int(element.tag[1]), Place(name, path=pages.get(element.page or "", ""))
            if level > above + 1:
                yield _against("DG-P310", place, level=level, above=above)
            if element.is_empty:
                yield _against("DG-P315", place, level=level)
            above = level
