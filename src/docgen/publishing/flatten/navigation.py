"""Ways through the document: destinations, outline, page labels."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pikepdf import Array, Dictionary, Name, String

from docgen.publishing.flatten.copying import is_number
from docgen.publishing.flatten.job import Job
from docgen.publishing.flatten.pages import Page

_FITS = {"/XYZ": 3, "/Fit": 0, "/FitH": 1, "/FitV": 1, "/FitR": 4, "/FitB": 0, "/FitBH": 1, "/FitBV": 1}
_PLAIN_PREFIX = re.compile(r"[A-Za-z0-9 .,:/()\-]{1,12}")


class Destinations:
    """Places within the document. In the copy they are told directly: what they are called is nobody's business."""

    def __init__(self, job: Job, pages: list[Page]) -> None:
        self._job = job
        self._pages = {page.source.objgen: page.copy for page in pages}
        self._by_name: dict[bytes, Any] = {}
        table = job.source.Root.get("/Dests")
        if isinstance(table, Dictionary):
            self._by_name |= {str(key)[1:].encode(): value for key, value in table.items()}
        names = job.source.Root.get("/Names")
        tree = names.get("/Dests") if isinstance(names, Dictionary) else None
        self._by_name |= {bytes(key): value for key, value in pairs_of(tree, "/Names", job)}
        if self._by_name:
            job.drop("name of a destination", len(self._by_name))

    def resolved(self, destination: Any) -> Array | None:
        """An explicit destination in the copy, or nothing when it leads elsewhere."""
        for _ in range(3):  # a name, a dictionary around an array
            if isinstance(destination, Name):
                destination = self._by_name.get(str(destination)[1:].encode())
            elif isinstance(destination, String):
                destination = self._by_name.get(bytes(destination))
            elif isinstance(destination, Dictionary):
                destination = destination.get("/D")
        if not isinstance(destination, Array) or len(destination) < 2 or not isinstance(destination[0], Dictionary):
            return None
        page, kind = self._pages.get(destination[0].objgen), str(destination[1])
        if page is None or kind not in _FITS:
            return None
        numbers = [number if is_number(number) else None for number in list(destination)[2 : 2 + _FITS[kind]]]
        return Array([page, Name(kind), *numbers])

    def of_action(self, holder: Dictionary | Mapping[str, Any]) -> Array | None:
        """Where a link or outline item leads, by `/Dest` or a go-to action."""
        action = holder.get("/A")
        if isinstance(action, Dictionary):
            return self.resolved(action.get("/D")) if action.get("/S") == Name.GoTo else None
        return self.resolved(holder.get("/Dest"))


def pairs_of(tree: Any, leaf: str, job: Job, depth: int = 0) -> Iterator[tuple[Any, Any]]:
    """The entries of a name or number tree (7.9.6, 7.9.7)."""
    job.check_depth(depth, "catalog")
    if not isinstance(tree, Dictionary):
        return
    entries = list(tree.get(leaf, Array()))
    job.spend("catalog", len(entries) + 1)
    yield from zip(entries[::2], entries[1::2], strict=False)
    for kid in tree.get("/Kids", Array()):
        yield from pairs_of(kid, leaf, job, depth + 1)


def write_outline(job: Job, destinations: Destinations) -> None:
    """The outline (12.3.3) with its titles and places; actions other than going to a place are dropped."""
    source = job.source.Root.get("/Outlines")
    if not isinstance(source, Dictionary) or not isinstance(source.get("/First"), Dictionary):
        return
    root = job.target.make_indirect(Dictionary(Type=Name.Outlines))
    count = _items(dict(source.items()), root, job, destinations, 0)
    if count:
        root.Count = count
        job.target.Root.Outlines = root


def _items(source: Mapping[str, Any], parent: Dictionary, job: Job, destinations: Destinations, depth: int) -> int:
    """Copies the items below one; gives how many of them are visible when it is open."""
    job.check_depth(depth, "outline")
    visible, last, item = 0, None, source.get("/First")
    while isinstance(item, Dictionary):
        job.spend("outline")
        said = dict(item.items())  # in one go: to ask pikepdf for a key that is not there takes ten times as long
        if isinstance(said.get("/Title"), String):
            copy = job.target.make_indirect(Dictionary(Title=job.published(said["/Title"]), Parent=parent))
            _decorate(said, copy, job, destinations)
            below = _items(said, copy, job, destinations, depth + 1)
            is_open = is_number(said.get("/Count")) and int(said["/Count"]) > 0
            if below:
                copy.Count = below if is_open else -below
            visible += 1 + (below if is_open else 0)
            if last is None:
                parent.First = copy
            else:
                last.Next, copy.Prev = copy, last
            parent.Last = last = copy
        item = said.get("/Next")
    return visible


def _decorate(item: Mapping[str, Any], copy: Dictionary, job: Job, destinations: Destinations) -> None:
    place = destinations.of_action(item)
    if place is not None:
        copy.Dest = place
    elif "/A" in item:
        job.drop("outline action")
    if is_number(item.get("/F")):
        copy.F = int(item["/F"]) & 3
    colour = item.get("/C")
    if isinstance(colour, Array) and len(colour) == 3 and all(is_number(part) for part in colour):
        copy.C = Array(list(colour))


def write_page_labels(job: Job) -> None:
    """Page labels (12.4.2): numbering styles, and prefixes that are short and plain."""
    entries: list[Any] = []
    for key, label in pairs_of(job.source.Root.get("/PageLabels"), "/Nums", job):
        if not isinstance(key, int) or not isinstance(label, Dictionary):
            continue
        copy = Dictionary()
        if str(label.get("/S")) in ("/D", "/R", "/r", "/A", "/a"):
            copy.S = Name(str(label.S))
        if isinstance(label.get("/St"), int):
            copy.St = label.St
        prefix = label.get("/P")
        if isinstance(prefix, String) and _PLAIN_PREFIX.fullmatch(str(prefix)):
            copy.P = String(str(prefix))
        elif prefix is not None:
            job.drop("page label prefix")
        entries += [key, copy]
    if entries:
        job.target.Root.PageLabels = Dictionary(Nums=Array(entries))
