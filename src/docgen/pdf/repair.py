"""What LibreOffice leaves undone for readers who listen, mended in the PDF (ISO 14289-1).

Every repair states something that is known, from the PDF or from the Word file. What is not known is left alone, so
that the conformance check finds it and the claim of PDF/UA is not made.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from pikepdf import Pdf

from docgen.objects import Objects
from docgen.pdf.marks import PageMarks, mended
from docgen.pdf.structure import is_element, kids_of, roles_of, standard_tag
from docgen.pdf.tables import TableLook

_MAY_BE_EMPTY: Final = frozenset({"TD", "TH", "TR", "Table", "Document"})


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
        tagged = tree.pruned(root)
        tree.give_headers([one for one, tag in tagged if tag == "Table"], tables)
        tree.mend_links([one for one, tag in tagged if tag == "Link"])


@dataclass(frozen=True, slots=True)
class _Tree:
    """Elements by reference: those that are no objects of their own are left alone."""

    objects: Objects
    roles: Mapping[str, str]
    elements: dict[str, list[str]] = field(default_factory=dict)
    """Those right below each one."""
    tags: dict[str, str] = field(default_factory=dict)
    """Standard structure type of each type that is written."""

    def tag(self, reference: str) -> str:
        written = str(self.objects.node(reference).get("/S", "/Document"))
        found = self.tags.get(written)
        if found is None:
            found = self.tags[written] = standard_tag(written, self.roles)
        return found

    def pruned(self, root: str) -> list[tuple[str, str]]:
        """Takes empty elements away below the root; gives the others in reading order, each with its tag."""
        order = self._read(root)
        empty = set[str]()
        for reference in reversed(order):  # what is below comes before what it is below of
            if self._prune(reference, empty):
                empty.add(reference)
        return [(one, self.tag(one)) for one in order[1:] if one not in empty]

    def _read(self, root: str) -> list[str]:
        objects, order, waiting = self.objects, list[str](), [root]
        while waiting:
            reference = waiting.pop()
            if reference in self.elements:
                continue
            kids = kids_of(objects, objects.node(reference))
            found = [kid for kid in kids if isinstance(kid, str) and is_element(objects, kid)]
            self.elements[reference] = found
            order.append(reference)
            waiting += found[::-1]
        return order

    def _prune(self, reference: str, empty: Collection[str]) -> bool:
        """Takes the empty elements right below an element away; says whether it is now empty itself."""
        node, elements = self.objects.node(reference), self.elements[reference]
        kept = kids_of(self.objects, node)
        if any(kid in empty for kid in elements):
            kept = [kid for kid in kept if not isinstance(kid, str) or kid not in empty]
            self.objects.put(reference, "/K", kept)
            self.elements[reference] = [kid for kid in elements if kid not in empty]
        words = "/Alt" in node or "/ActualText" in node
        return not kept and not words and self.tag(reference) not in _MAY_BE_EMPTY

    def give_headers(self, tables: Sequence[str], looks: Sequence[TableLook]) -> None:
        if len(tables) != len(looks):
            return
        for table, look in zip(tables, looks, strict=True):
            rows = [[*self.cells(row)] for row in self.rows(table)]
            if any(self.tag(cell) == "TH" for row in rows for cell in row):
                continue
            if look.first_column:
                self.mark_headers([row[0] for row in rows if row], "/Row")
            elif look.first_row:
                self.mark_headers(rows[0] if rows else [], "/Column")
            else:
                self.unmake_table(table)

    def mark_headers(self, cells: Sequence[str], scope: str) -> None:
        for cell in cells:
            owned = self.objects.node(cell).get("/A", [])
            held = self.objects.get(owned)
            attributes = held if isinstance(held, list) else [owned]
            self.objects.put(cell, "/S", "/TH")
            self.objects.put(cell, "/A", [*attributes, {"/O": "/Table", "/Scope": scope}])

    def unmake_table(self, table: str) -> None:
        # Neither header row nor first column is marked in Word: the grid only places things, it is no table of data.
        rows = [*self.rows(table)]
        for one in (*(cell for row in rows for cell in self.cells(row)), *rows, table):
            self.objects.put(one, "/S", "/Div")
            if "/A" in self.objects.node(one):
                self.objects.drop(one, "/A")

    def mend_links(self, links: Sequence[str]) -> None:
        """Gives link annotations their description; a link without annotation leads nowhere and becomes plain words."""
        for link in links:
            kids = [self.objects.node(kid) for kid in kids_of(self.objects, self.objects.node(link))]
            annotations = [str(kid.get("/Obj")) for kid in kids if kid.get("/Type") == "/OBJR"]
            if not annotations:
                self.objects.put(link, "/S", "/Span")
            for annotation in annotations:
                self._describe(annotation)

    def _describe(self, annotation: str) -> None:
        node = self.objects.node(annotation)
        target = self.objects.words(self.objects.node(node.get("/A")).get("/URI"))
        if target and not self.objects.words(node.get("/Contents")):
            self.objects.put(annotation, "/Contents", f"u:{target}")

    def rows(self, table: str) -> Iterator[str]:
        for kid in self.elements[table]:
            tag = self.tag(kid)
            if tag == "TR":
                yield kid
            elif tag in ("THead", "TBody", "TFoot"):
                yield from self.rows(kid)

    def cells(self, row: str) -> Iterator[str]:
        return (kid for kid in self.elements[row] if self.tag(kid) in ("TD", "TH"))
