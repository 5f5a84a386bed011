"""What LibreOffice leaves undone for readers who listen, mended in the PDF (ISO 14289-1).

Every repair states something that is known, from the PDF or from the Word file. What is not known is left alone, so
that the conformance check finds it and the claim of PDF/UA is not made. What it says twice is said once: half of the
objects of its PDFs are paragraphs that are all there is in a cell, and attributes that other elements have too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from pikepdf import Pdf

from docgen.objects import Node, Objects, Value
from docgen.pdf.marks import PageMarks, mended
from docgen.pdf.structure import is_element, kids_of, roles_of, standard_tag
from docgen.pdf.tables import TableLook

_MAY_BE_EMPTY: Final = frozenset({"TD", "TH", "TR", "Table", "Document"})
_HOLDS_TEXT: Final = frozenset({"TD", "TH", "LBody", "Div"})
_ORDINARY: Final = frozenset({"/Type", "/S", "/P", "/K", "/Pg", "/A"})
_AMONG_SIBLINGS: Final = frozenset({"/O", "/Placement", "/SpaceBefore", "/SpaceAfter"})
"""Layout attributes that place a block among others (14.8.5.4), which say nothing of one that is alone."""


def mend_pages(pdf: Pdf) -> tuple[PageMarks, ...]:
    """Wraps stray lines of every page as artifacts; gives what each page marks then.

    Raises:
        pikepdf.PdfError: The content of a page cannot be parsed.
    """
    found = []
    for page in pdf.pages:
        marks, content = mended(page)
        if content is not None:
            page.obj.Contents = pdf.make_stream(content)
        found.append(marks)
    return tuple(found)


def mend_tree(objects: Objects, tables: Sequence[TableLook] = ()) -> None:
    """Mends the structure tree, here and in the PDF.

    Args:
        objects: The objects of a PDF as LibreOffice wrote it.
        tables: The tables of the Word file in reading order; used only when the PDF has as many.
    """
    root = objects.root.get("/StructTreeRoot")
    if isinstance(root, str) and objects.node(root):
        tree = _Tree(objects, roles_of(objects, objects.node(root)))
        order = tree.pruned(root)
        tree.give_headers([one for one in order if one.tag == "Table"], tables)
        tree.mend_links([one for one in order if one.tag == "Link"])
        tree.join_paragraphs(order)
        tree.share_attributes([one for one in order if not one.is_gone])


@dataclass(slots=True, eq=False)
class _Element:
    """An element that is an object of its own; those that are none are left alone."""

    reference: str
    node: Node
    tag: str
    """Standard structure type."""
    kids: list[Value]
    """All there is under `/K`."""
    below: list[_Element]
    """The elements among them."""
    is_gone: bool = False
    """Whether it was taken away: nothing is in it, or what is in it says all that it says."""


@dataclass(frozen=True, slots=True)
class _Tree:
    objects: Objects
    roles: Mapping[str, str]
    tags: dict[str, str] = field(default_factory=dict)
    """Standard structure type of each type that is written."""

    def _element(self, reference: str, node: Node) -> _Element:
        written = str(node.get("/S", "/Document"))
        tag = self.tags.get(written)
        if tag is None:
            tag = self.tags[written] = standard_tag(written, self.roles)
        return _Element(reference, node, tag, kids_of(self.objects, node), [])

    def pruned(self, root: str) -> list[_Element]:
        """Takes empty elements away below the root; gives the root and the others in reading order."""
        order = self._read(root)
        for one in reversed(order):  # what is below comes before what it is below of
            self._prune(one)
        return [one for one in order if not one.is_gone]

    def _read(self, root: str) -> list[_Element]:
        objects, order, seen = self.objects, list[_Element](), {root}
        waiting = [self._element(root, objects.node(root))]
        while waiting:
            one = waiting.pop()
            order.append(one)
            for kid in one.kids:
                if type(kid) is str and kid not in seen and is_element(objects, kid):
                    seen.add(kid)
                    one.below.append(self._element(kid, objects.get(kid)))
            waiting += one.below[::-1]
        return order

    def _prune(self, one: _Element) -> None:
        """Takes the empty elements right below an element away; tells whether it is now empty itself."""
        empty = {below.reference for below in one.below if below.is_gone}
        if empty:
            self._put_kids(one, [kid for kid in one.kids if not isinstance(kid, str) or kid not in empty])
            one.below = [below for below in one.below if not below.is_gone]
        words = "/Alt" in one.node or "/ActualText" in one.node
        one.is_gone = not one.kids and not words and one.tag not in _MAY_BE_EMPTY

    def _put_kids(self, one: _Element, kids: list[Value]) -> None:
        one.kids = kids
        self.objects.put(one.reference, "/K", kids)

    def give_headers(self, tables: Sequence[_Element], looks: Sequence[TableLook]) -> None:
        if len(tables) != len(looks):
            return
        for table, look in zip(tables, looks, strict=True):
            rows = [[*_cells(row)] for row in _rows(table)]
            if any(cell.tag == "TH" for row in rows for cell in row):
                continue
            if look.first_column:
                self.mark_headers([row[0] for row in rows if row], "/Row")
            elif look.first_row:
                self.mark_headers(rows[0] if rows else [], "/Column")
            else:
                self.unmake_table(table)

    def mark_headers(self, cells: Sequence[_Element], scope: str) -> None:
        for cell in cells:
            owned = cell.node.get("/A", [])
            held = self.objects.get(owned)
            attributes = held if isinstance(held, list) else [owned]
            self._retag(cell, "TH")
            self.objects.put(cell.reference, "/A", [*attributes, {"/O": "/Table", "/Scope": scope}])

    def unmake_table(self, table: _Element) -> None:
        # Neither header row nor first column is marked in Word: the grid only places things, it is no table of data.
        rows = [*_rows(table)]
        for one in (*(cell for row in rows for cell in _cells(row)), *rows, table):
            self._retag(one, "Div")
            if "/A" in one.node:
                self.objects.drop(one.reference, "/A")

    def _retag(self, one: _Element, tag: str) -> None:
        one.tag = tag
        self.objects.put(one.reference, "/S", f"/{tag}")

    def mend_links(self, links: Sequence[_Element]) -> None:
        """Gives link annotations their description; a link without annotation leads nowhere and becomes plain words."""
        for link in links:
            kids = [self.objects.node(kid) for kid in link.kids]
            annotations = [str(kid.get("/Obj")) for kid in kids if kid.get("/Type") == "/OBJR"]
            if not annotations:
                self._retag(link, "Span")
            for annotation in annotations:
                self._describe(annotation)

    def _describe(self, annotation: str) -> None:
        node = self.objects.node(annotation)
        target = self.objects.words(self.objects.node(node.get("/A")).get("/URI"))
        if target and not self.objects.words(node.get("/Contents")):
            self.objects.put(annotation, "/Contents", f"u:{target}")

    def join_paragraphs(self, elements: Sequence[_Element]) -> None:
        """Makes one of a paragraph and the cell, the body of a list item or the division that holds nothing else.

        The object of the paragraph stays, for the parent tree and what is in the paragraph lead there.
        """
        for parent in elements:
            found = {one.reference: one.below[0] for one in parent.below if self._is_one_paragraph(one)}
            if found:
                for one in parent.below:
                    if one.reference in found:
                        self._become(found[one.reference], one, parent)
                kids = [found[kid].reference if isinstance(kid, str) and kid in found else kid for kid in parent.kids]
                self._put_kids(parent, kids)

    def _is_one_paragraph(self, one: _Element) -> bool:
        if one.tag not in _HOLDS_TEXT or len(one.kids) != 1 or len(one.below) != 1:
            return False
        only = one.below[0]
        if only.tag != "P" or not (one.node.keys() <= _ORDINARY and only.node.keys() <= _ORDINARY):
            return False
        if "/A" not in one.node or "/A" not in only.node:
            return True
        said = self.objects.get(only.node["/A"])
        return one.tag != "Div" and isinstance(said, dict) and said.keys() <= _AMONG_SIBLINGS

    def _become(self, only: _Element, holder: _Element, parent: _Element) -> None:
        # A division says nothing, and may hold no content without a block in it (14.8.4.2): the paragraph remains one.
        self.objects.put(only.reference, "/P", parent.reference)
        if holder.tag != "Div":
            self.objects.put(only.reference, "/S", f"/{holder.tag}")
        if "/A" in holder.node:
            self.objects.put(only.reference, "/A", holder.node["/A"])
        holder.is_gone = True

    def share_attributes(self, elements: Sequence[_Element]) -> None:
        """Has elements that say the same of themselves share the objects that say so."""
        first = dict[str, str]()
        for one in elements:
            owned = shared = one.node.get("/A")
            if isinstance(owned, str):
                shared = self._first(owned, first)
            elif isinstance(owned, list):
                shared = [self._first(value, first) if isinstance(value, str) else value for value in owned]
            if shared != owned:
                self.objects.put(one.reference, "/A", shared)

    def _first(self, reference: str, first: dict[str, str]) -> str:
        return first.setdefault(repr(self.objects.get(reference)), reference)


def _rows(table: _Element) -> Iterator[_Element]:
    for one in table.below:
        if one.tag == "TR":
            yield one
        elif one.tag in ("THead", "TBody", "TFoot"):
            yield from _rows(one)


def _cells(row: _Element) -> Iterator[_Element]:
    return (one for one in row.below if one.tag in ("TD", "TH"))
