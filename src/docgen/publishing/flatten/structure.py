"""The structure tree, made anew from the tags that still have content.

A field that was burned in keeps its place in the reading order: its `/Form` element becomes a paragraph (or a span
within a paragraph, or a figure when nothing in it can be read) around the content that now stands on the page.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pikepdf import Array, Dictionary, Name, String

from docgen.publishing.flatten.annotations import Annotations, Burned
from docgen.publishing.flatten.content import Toolbox
from docgen.publishing.flatten.copying import is_number, words
from docgen.publishing.flatten.job import Job
from docgen.publishing.flatten.native import (
    Natives,
    held_of,
    is_name,
    is_reference,
    plain_value,
    reference_to,
    string_of,
)
from docgen.publishing.flatten.pages import Page
from docgen.publishing.flatten.tags import ATTRIBUTE_VALUES, ATTRIBUTES, LAYOUT_KEYS, STANDARD_TYPES

_TEXTS = ("/Alt", "/ActualText", "/E", "/Lang")
_SAYING_KEYS = frozenset({*_TEXTS, "/ID"})
_ELEMENT_KEYS = _SAYING_KEYS | {"/A", "/C", "/Type", "/S", "/P", "/K", "/Pg", "/R"}
_STRUCT_ELEM = Name.StructElem
_KEPT_EMPTY = frozenset({"/TD", "/TH"})
"""A cell that lost its content stays: without it the row would shift."""
_BLOCKS = frozenset(
    words("/Document /Part /Art /Sect /Div /BlockQuote /NonStruct /Private /Index /TD /TH /LBody /Note /Form")
)
"""What a paragraph may stand in; elsewhere a burned-in field becomes a span."""


@dataclass(slots=True)
class _Owners:
    """Which element owns what: the parent tree while it is made (14.7.4.4)."""

    marks: dict[tuple[int, int], dict[int, Dictionary]] = field(default_factory=dict)
    """By the copy's page or form, then by marked-content identifier."""
    objects: dict[tuple[int, int], Dictionary] = field(default_factory=dict)
    """By the copy's annotation or XObject."""


class Structure:
    """Writes the structure tree of the copy. Elements are read as plain values (see `native`)."""

    def __init__(self, tools: Toolbox, pages: list[Page], annotations: Annotations) -> None:
        self._tools = tools
        self._job: Job = tools.job
        self._pages = {reference_to(page.source): page for page in pages}
        self._ordered = pages
        self._annotations = annotations
        self._plain = Natives(self._job.source).plain
        self._root = self._job.target.make_indirect(Dictionary(Type=Name.StructTreeRoot))
        self._owners = _Owners()
        self._placed: set[tuple[int, int]] = set()
        self._read: set[str] = set()
        self._ids: dict[bytes, bytes] = {}
        """Neutral identifiers by those of the source, which programs choose freely."""
        self._identified: dict[bytes, Dictionary] = {}
        self._attributes: dict[str, Any] = {}
        """Made once, by what the source says."""
        self._described: dict[tuple[str, str], list[Any]] = {}
        """All those of an element, by what it says of them."""
        self._names: dict[str, Name] = {}
        self._standards: dict[str, str] = {}
        self._classes: dict[str, Any] = {}
        self._roles: dict[str, Any] = {}

    def write(self, note: tuple[Page, int] | None) -> bool:
        """The whole tree; gives whether every link and every field that is shown has an element.

        `note` is the page and mark of a line added at the end of the document.
        """
        source = plain_value(self._job.source.Root.StructTreeRoot)
        self._roles = _dictionary(self._plain(source.get("/RoleMap")))
        self._classes = _dictionary(self._plain(source.get("/ClassMap")))
        had = self._kids(source)
        tops = [top for kid in had if (top := self._element(kid, self._plain(kid), self._root, "", 0)) is not None]
        if not tops:
            tops = [self._new("/Document", self._root)]
            tops[0].K = Array([])
        for key, burned in self._annotations.burned.items():
            if key not in self._placed:  # its field had no tag: at the end, better than not at all
                self._append(tops[-1], self._for_burned(burned, tops[-1], ""))
        if note is not None:
            element = self._new("/P", tops[-1])
            element.Pg, element.K = note[0].copy, note[1]
            self._own(note[0].copy, note[1], element)
            self._append(tops[-1], element)
        self._root.K = Array(tops)
        self._finish()
        return all(link.objgen in self._owners.objects for link in self._annotations.links.values())

    # --- reading ------------------------------------------------------------------------------------------------------

    def _kids(self, element: dict[str, Any]) -> list[Any]:
        found = element.get("/K")
        if isinstance(found, list):
            return found
        if is_reference(found):
            array = self._plain(found)
            return array if isinstance(array, list) else [found]
        return [] if found is None else [found]

    # --- elements -----------------------------------------------------------------------------------------------------

    def _element(self, source: Any, held: Any, parent: Dictionary, parent_role: str, depth: int) -> Dictionary | None:
        """The copy of an element, or nothing when no content of it is left; `held` is what its source stands for."""
        if is_reference(source):
            if source in self._read:
                self._job.drop("tag reached twice")
                return None
            self._read.add(source)
        return self._copied(held, parent, parent_role, depth)

    def _copied(self, source: Any, parent: Dictionary, parent_role: str, depth: int) -> Dictionary | None:
        job = self._job
        job.check_depth(depth, "structure")
        job.spend("structure")
        if not isinstance(source, dict) or not is_name(source.get("/S")):
            return None
        name = source["/S"]
        role = self._standard(name)
        copy = self._new(role, parent)
        had = self._kids(source)
        kids = [kid for one in had if (kid := self._kid(one, source, copy, role, depth)) is not None]
        if had and not kids and role not in _KEPT_EMPTY:
            job.drop("empty tag")
            return None
        burned = next(iter([kid.burned for kid in kids if isinstance(kid, _BurnedKid)]), None)
        if role == "/Form" and burned is not None:
            self._becomes_mark(copy, burned, parent_role)
        else:
            self._describe(source, copy)
        if burned is not None:
            kids = [kid.as_content(copy, self) if isinstance(kid, _BurnedKid) else kid for kid in kids]
        page = self._pages.get(source.get("/Pg", ""))
        if page is not None and not (role == "/Form" and burned is not None):
            copy["/Pg"] = page.copy
        if kids:
            copy["/K"] = kids[0] if len(kids) == 1 else Array(kids)
        return copy

    def _kid(self, kid: Any, source: dict[str, Any], copy: Dictionary, role: str, depth: int) -> Any:
        if isinstance(kid, int):
            return self._mark(kid, source.get("/Pg"), None, copy, source)
        held = self._plain(kid)
        if not isinstance(held, dict):
            return self._mark(held, source.get("/Pg"), None, copy, source) if isinstance(held, int) else None
        kind = held.get("/Type")
        if kind == "/MCR":
            mark = self._plain(held.get("/MCID"))
            return self._mark(mark, held.get("/Pg", source.get("/Pg")), held.get("/Stm"), copy, source)
        if kind == "/OBJR":
            return self._object(held, copy)
        return self._element(kid, held, copy, role, depth + 1)

    def _mark(self, mark: Any, page_source: Any, form: Any, copy: Dictionary, source: dict[str, Any]) -> Any:
        """A piece of content, if it is still there and nobody else's."""
        page = self._pages.get(page_source) if isinstance(page_source, str) else None
        holder: Any
        holder, marks = (page.copy, page.written.marks) if page is not None else (None, set())
        if form is not None:
            made = self._tools.marked_forms.get(_number_of(form))
            holder, marks = (made[0], made[1].marks) if made is not None else (None, set())
        if holder is None or page is None or not isinstance(mark, int) or mark not in marks:
            self._job.drop("tag without content")
            return None
        owned = self._owners.marks.setdefault(holder.objgen, {})
        if mark in owned:
            self._job.drop("tag without content")
            return None
        owned[mark] = copy
        if form is not None:
            return Dictionary(Type=Name.MCR, Pg=page.copy, Stm=holder, MCID=mark)
        if source.get("/Pg") == page_source:
            return mark
        return Dictionary(Type=Name.MCR, Pg=page.copy, MCID=mark)

    def _object(self, reference: dict[str, Any], copy: Dictionary) -> Any:
        """A reference to a whole object: a link, a picture, or a field that is content now."""
        key = _number_of(reference.get("/Obj"))
        if key in self._annotations.burned:
            if key in self._placed:
                return None
            self._placed.add(key)
            return _BurnedKid(self._annotations.burned[key])
        kept: Any = self._annotations.links.get(key) or self._tools.xobjects.get(key)
        if kept is None or kept.objgen in self._owners.objects:
            self._job.drop("tag without content")
            return None
        self._owners.objects[kept.objgen] = copy
        made = Dictionary(Type=Name.OBJR, Obj=kept)
        page = self._pages.get(reference.get("/Pg", ""))
        if page is not None:
            made.Pg = page.copy
        return made

    # --- burned-in fields ---------------------------------------------------------------------------------------------

    def _for_burned(self, burned: Burned, parent: Dictionary, parent_role: str) -> Dictionary:
        element = self._new("/P", parent)
        self._becomes_mark(element, burned, parent_role)
        element.K = _BurnedKid(burned).as_content(element, self)
        return element

    def _becomes_mark(self, element: Dictionary, burned: Burned, parent_role: str) -> None:
        """The words of the field's tag are dropped: they would be read instead of what the mark says."""
        if burned.is_picture:
            element.S = Name.Figure
            element.Alt = self._job.published(String(burned.label or "…"))
        else:
            element.S = Name.P if not parent_role or parent_role in _BLOCKS else Name.Span
        element.Pg = burned.page.copy

    def own_burned(self, burned: Burned, element: Dictionary) -> Any:
        """Makes an element the owner of a burned-in field's content; gives the entry for its `/K`."""
        self._own(burned.page.copy, burned.mark, element)
        if "/Pg" in element and element.Pg.objgen == burned.page.copy.objgen:
            return burned.mark
        return Dictionary(Type=Name.MCR, Pg=burned.page.copy, MCID=burned.mark)

    # --- what an element says of itself -------------------------------------------------------------------------------

    def _describe(self, source: dict[str, Any], copy: Dictionary) -> None:
        if not source.keys() <= _ELEMENT_KEYS:
            self._job.drop("tag key", len(source.keys() - _ELEMENT_KEYS))
        if not source.keys().isdisjoint(_SAYING_KEYS):
            self._say(source, copy)
        if "/A" in source or "/C" in source:
            said = str(source.get("/A")), str(source.get("/C"))
            attributes = self._described.get(said)
            if attributes is None:
                attributes = self._described[said] = self._attributes_of(source)
            if attributes:
                copy["/A"] = attributes[0] if len(attributes) == 1 else Array(attributes)

    def _say(self, source: dict[str, Any], copy: Dictionary) -> None:
        for key in _TEXTS:
            text = string_of(self._plain(source.get(key)))
            if text is not None and (said := self._job.said(key, text)) is not None:
                copy[key] = said
        identifier = string_of(self._plain(source.get("/ID")))
        if identifier is not None and bytes(identifier) not in self._identified:
            copy.ID = String(self._new_id(bytes(identifier)))
            self._identified[bytes(identifier)] = copy

    def _new_id(self, identifier: bytes) -> bytes:
        return self._ids.setdefault(identifier, b"id%06d" % len(self._ids))

    def _attributes_of(self, source: dict[str, Any]) -> list[Any]:
        """Attributes of an element and of its classes (14.7.5); the same ones are made once."""
        found = [self._plain(one) for one in _listed(self._plain(source.get("/A")))]
        for name in _listed(self._plain(source.get("/C"))):
            if is_name(name):
                found += [self._plain(one) for one in _listed(self._plain(self._classes.get(name)))]
        return [made for one in found if isinstance(one, dict) and (made := self._attribute(one)) is not None]

    def _attribute(self, source: dict[str, Any]) -> Any:
        key = repr(source)
        if key not in self._attributes:
            known = _known(source)
            made = self._simple_layout(known) or self._by_shape(known)
            self._attributes[key] = None if made is None else self._job.target.make_indirect(made)
        return self._attributes[key]

    def _simple_layout(self, source: dict[str, Any]) -> Dictionary | None:
        """Layout attributes that are names, numbers and rows of these, as nearly all are, without a look by shape."""
        if source.get("/O") != "/Layout" or not (source.keys() <= LAYOUT_KEYS):
            return None
        rows = [value for value in source.values() if isinstance(value, list)]
        single = [value for value in source.values() if not isinstance(value, list)]
        single += [member for row in rows for member in row]
        if not all(is_number(value) or is_name(value) for value in single):
            return None
        if rows:  # as a copy by shape would
            self._job.spend("structure", 1 + len(rows) + len(single))
            for name in filter(is_name, single):
                self._job.check_name(name, "structure")
        return Dictionary({key: _made(value) for key, value in source.items()})

    def _by_shape(self, source: dict[str, Any]) -> Any:
        headers = self._plain(source.get("/Headers"))
        if isinstance(headers, list):  # identifiers of header cells (14.8.5.7)
            named = [name for one in headers if (name := string_of(self._plain(one))) is not None]
            source = {**source, "/Headers": ["b:" + self._new_id(bytes(name)).hex() for name in named]}
        held = held_of(self._job.source, source)
        return self._tools.copier.copy(held, ATTRIBUTES, "structure") if ATTRIBUTES.fits(held) else None

    def _standard(self, role: str) -> str:
        """The standard type that the role map leads to (14.7.3); names of one's own say nothing to readers."""
        if role not in self._standards:
            last: Any = role
            for _ in range(10):
                mapped = self._roles.get(last)
                if not is_name(mapped) or mapped == last:
                    break
                last = mapped
            self._standards[role] = last if last in STANDARD_TYPES else "/NonStruct"
        return self._standards[role]

    # --- making -------------------------------------------------------------------------------------------------------

    def _new(self, role: str, parent: Dictionary) -> Dictionary:
        name = self._names.get(role)
        if name is None:
            self._job.check_name(role, "structure")
            name = self._names[role] = Name(role)
        return self._job.target.make_indirect(Dictionary({"/Type": _STRUCT_ELEM, "/S": name, "/P": parent}))

    def _append(self, parent: Dictionary, kid: Dictionary) -> None:
        held = parent.get("/K")
        if isinstance(held, Array):
            held.append(kid)
            return
        parent.K = Array([kid] if held is None else [held, kid])

    def _own(self, holder: Dictionary, mark: int, element: Dictionary) -> None:
        self._owners.marks.setdefault(holder.objgen, {})[mark] = element

    def _finish(self) -> None:
        """Parent tree, role map, identifiers; and the keys by which content finds its elements."""
        nums: list[Any] = []
        forms = [stream for stream, _ in self._tools.marked_forms.values()]
        for holder in [*(page.copy for page in self._ordered), *forms]:
            marks = self._owners.marks.get(holder.objgen)
            if marks:
                holder.StructParents = len(nums) // 2
                row = Array([marks.get(mark) for mark in range(max(marks) + 1)])
                nums += [holder.StructParents, self._job.target.make_indirect(row)]
        for held in [*self._annotations.links.values(), *self._tools.xobjects.values()]:
            if held.objgen in self._owners.objects:
                held.StructParent = len(nums) // 2
                nums += [held.StructParent, self._owners.objects[held.objgen]]
        self._root.ParentTree = self._job.target.make_indirect(Dictionary(Nums=Array(nums)))
        self._root.ParentTreeNextKey = len(nums) // 2
        if self._identified:
            found = sorted((self._new_id(key), element) for key, element in self._identified.items())
            flat = [part for key, element in found for part in (String(key), element)]
            self._root.IDTree = self._job.target.make_indirect(Dictionary(Names=Array(flat)))
        self._job.target.Root.StructTreeRoot = self._root
        self._job.target.Root.MarkInfo = Dictionary(Marked=True)


@dataclass(frozen=True, slots=True)
class _BurnedKid:
    burned: Burned

    def as_content(self, element: Dictionary, structure: Structure) -> Any:
        return structure.own_burned(self.burned, element)


def _number_of(reference: Any) -> tuple[int, int]:
    """Number and generation of what a plain value refers to."""
    if not is_reference(reference):
        return (0, 0)
    number, generation, _ = reference.split()
    return int(number), int(generation)


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list) else [] if value is None else [value]


def _dictionary(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _known(source: dict[str, Any]) -> dict[str, Any]:
    """Attributes without those whose value is a name that no standard has."""
    return {
        key: value
        for key, value in source.items()
        if key == "/O" or all(not is_name(one) or one in ATTRIBUTE_VALUES for one in _listed(value))
    }


def _made(value: Any) -> Any:
    """A name, a number or a row of these, as pikepdf has it."""
    if isinstance(value, list):
        return Array([_made(member) for member in value])
    return Name(value) if isinstance(value, str) else value
