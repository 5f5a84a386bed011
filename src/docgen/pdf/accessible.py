"""Our own inspection for PDF/UA-1 (ISO 14289-1): can the document be read by someone who listens to it?

Not a validator: it looks at what can be decided by machine and what LibreOffice, pyHanko and docgen itself could get
wrong. Whether an alternative text says what the picture shows, or the reading order makes sense, only people can tell.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from pikepdf import Array, Dictionary, NumberTree, Object, Pdf

from docgen.findings import Finding, Place, Severity
from docgen.pdf.structure import STANDARD_TAGS, Element, ObjectKey, elements_of
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


def accessibility_findings(pdf: Pdf, seen: Survey, name: str = "") -> Iterator[Finding]:
    """What stands against PDF/UA-1 in an open PDF; nothing when our inspection is content.

    Args:
        pdf: The file; it is not changed.
        seen: The survey of this file.
        name: What to call it in findings.
    """
    place = Place(name)
    yield from _of_document(pdf, place)
    try:
        elements = [element for top in elements_of(pdf) for element in top.walk()]
    except (ValueError, TypeError):
        yield _against("DG-P316", place)
        return
    pages = {page.obj.objgen: f"page {number}" for number, page in enumerate(pdf.pages, start=1)}
    yield from _of_marks(pdf, seen, elements, name)
    yield from _of_annotations(pdf, elements, name)
    for element in elements:
        yield from _of_element(element, Place(name, path=pages.get(element.page or (0, 0), "")))
    yield from _of_headings(elements, pages, name)
    for font in seen.fonts:
        if not font.copyable:  # 7.21.7
            yield _against("DG-P212", place, font=font.name)


def _against(code: str, place: Place, **words: object) -> Finding:
    return Finding(code, Severity.ERROR, place, {key: str(value) for key, value in words.items()})


def _of_document(pdf: Pdf, place: Place) -> Iterator[Finding]:
    root = pdf.Root
    if "/StructTreeRoot" not in root or not bool(root.get("/MarkInfo", Dictionary()).get("/Marked", False)):  # 6.2, 7.1
        yield _against("DG-P301", place)
    if bool(root.get("/MarkInfo", Dictionary()).get("/Suspects", False)):
        yield _against("DG-P301", place)
    if not str(root.get("/Lang", "")):  # 7.2
        yield _against("DG-P302", place)
    if not bool(root.get("/ViewerPreferences", Dictionary()).get("/DisplayDocTitle", False)):  # 7.1
        yield _against("DG-P303", place)


def _of_marks(pdf: Pdf, seen: Survey, elements: Sequence[Element], name: str) -> Iterator[Finding]:
    """7.1: each thing drawn is in the tree once or is an artifact, and the tree knows the way back."""
    owners = {spot: element.key for element in elements for spot in element.content}
    claims = Counter(spot for element in elements for spot in element.content)
    parents = _parent_tree(pdf)
    for number, (page, marks) in enumerate(zip(pdf.pages, seen.marks, strict=True), start=1):
        place, key = Place(name, path=f"page {number}"), page.obj.objgen
        for kind, count in sorted(Counter(marks.unmarked).items()):
            yield _against("DG-P304", place, kind=kind, count=count)
        if marks.mixed or not marks.balanced:
            yield _against("DG-P305", place)
        entries = parents.get(int(page.obj.get("/StructParents", -1)), Array())
        drawn = Counter(marks.identifiers)
        lost = [i for i, count in drawn.items() if count > 1 or claims[key, i] != 1]
        lost += [i for i in drawn if i not in lost and _entry(entries, i) != owners[key, i]]
        lost += [i for page_key, i in owners if page_key == key and i not in drawn]
        if lost:
            yield _against("DG-P306", place, count=len(lost))


def _parent_tree(pdf: Pdf) -> Mapping[int, Object]:
    tree = pdf.Root.get("/StructTreeRoot", Dictionary()).get("/ParentTree")
    return {} if tree is None else {int(key): value for key, value in NumberTree(tree).items()}


def _entry(entries: Object, identifier: int) -> ObjectKey | None:
    if not isinstance(entries, Array) or not 0 <= identifier < len(entries):
        return None
    element = entries[identifier]
    return element.objgen if isinstance(element, Dictionary) and element.is_indirect else None


def _of_annotations(pdf: Pdf, elements: Sequence[Element], name: str) -> Iterator[Finding]:
    """7.18: annotations stand in the tree, under the right element, say what they are, and are reached in order."""
    owners = {key: element for element in elements for key in element.objects}
    parents = _parent_tree(pdf)
    for number, page in enumerate(pdf.pages, start=1):
        place = Place(name, path=f"page {number}")
        annotations = [*page.obj.get("/Annots", Array())]
        if annotations and str(page.obj.get("/Tabs", "")) != "/S":
            yield _against("DG-P311", place)
        for annotation in annotations:
            kind = str(annotation.get("/Subtype", ""))
            if int(annotation.get("/F", 0)) & _HIDDEN or kind == "/Popup":
                continue
            owner = owners.get(annotation.objgen)
            back = parents.get(int(annotation.get("/StructParent", -1)))
            linked = owner is not None and back is not None and back.objgen == owner.key
            fits = owner is not None and owner.tag == _OWNER.get(kind, owner.tag)
            words = _description(annotation) or (owner.alternate if owner else "")
            if not (linked and fits and words):
                yield _against("DG-P312", place, kind=kind.removeprefix("/"))


def _description(annotation: Object) -> str:
    parent = annotation.get("/Parent", Dictionary())
    return str(annotation.get("/TU", annotation.get("/Contents", parent.get("/TU", ""))))


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


def _of_headings(elements: Sequence[Element], pages: Mapping[ObjectKey, str], name: str) -> Iterator[Finding]:
    """7.4.2: the first heading is of level 1, and no level is left out on the way down."""
    above = 0
    for element in elements:
        if len(element.tag) == 2 and element.tag[0] == "H" and element.tag[1].isdigit():
            level, place = int(element.tag[1]), Place(name, path=pages.get(element.page or (0, 0), ""))
            if level > above + 1:
                yield _against("DG-P310", place, level=level, above=above)
            if element.is_empty:
                yield _against("DG-P315", place, level=level)
            above = level
