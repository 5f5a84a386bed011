"""The structure tree, made anew from the tags that still have content.

A field that was burned in keeps its place in the reading order: its `/Form` element becomes a paragraph (or a span
within a paragraph, or a figure when nothing in it can be read) around the content that now stands on the page.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pikepdf import Array, Dictionary, Name, Stream, String

from docgen.publishing.flatten.allowlists import ATTRIBUTES
from docgen.publishing.flatten.annotations import Annotations, Burned
from docgen.publishing.flatten.content import Toolbox
from docgen.publishing.flatten.copying import words
from docgen.publishing.flatten.job import Job, spot_of
from docgen.publishing.flatten.pages import Page

_TEXTS = ("/Alt", "/ActualText", "/E", "/Lang", "/T")
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
    """Writes the structure tree of the copy."""

    def __init__(self, tools: Toolbox, pages: list[Page], annotations: Annotations) -> None:
        self._tools = tools
        self._job: Job = tools.job
        self._pages = {page.source.objgen: page for page in pages}
        self._ordered = pages
        self._annotations = annotations
        self._root = self._job.target.make_indirect(Dictionary(Type=Name.StructTreeRoot))
        self._owners = _Owners()
        self._placed: set[tuple[int, int]] = set()
        self._ids: dict[bytes, Dictionary] = {}
        self._classes: Any = Dictionary()
        self._roles: Any = Dictionary()
        self._used_roles: dict[str, str] = {}
        self.complete = True
        """Whether every link and every field that is shown has an element."""

    def write(self, note: tuple[Page, int] | None) -> None:
        """The whole tree; `note` is the page and mark of a line added at the end of the document."""
        source: Any = self._job.source.Root.StructTreeRoot
        self._roles = _dictionary(source.get("/RoleMap"))
        self._classes = _dictionary(source.get("/ClassMap"))
        tops = [top for kid in _kids(source) if (top := self._element(kid, self._root, "", 0)) is not None]
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
        self.complete = all(link.objgen in self._owners.objects for link in self._annotations.links.values())
        self._root.K = Array(tops)
        self._finish()

    # --- elements -----------------------------------------------------------------------------------------------------

    def _element(self, source: Any, parent: Dictionary, parent_role: str, depth: int) -> Dictionary | None:
        """The copy of an element, or nothing when no content of it is left."""
        job = self._job
        spot = spot_of(source, "structure")
        job.check_depth(depth, spot)
        job.spend(spot)
        if not isinstance(source, Dictionary) or not isinstance(source.get("/S"), Name):
            return None
        role = self._standard(str(source.S))
        copy = self._new(str(source.S), parent)
        had = _kids(source)
        kids = [kid for one in had if (kid := self._kid(one, source, copy, role, depth)) is not None]
        if had and not kids and role not in _KEPT_EMPTY:
            job.drop("empty tag")
            return None
        if role == "/Form" and any(isinstance(kid, _BurnedKid) for kid in kids):
            burned = next(kid.burned for kid in kids if isinstance(kid, _BurnedKid))
            self._becomes_mark(copy, burned, parent_role)
        else:
            self._describe(source, copy, spot)
            self._note_role(str(source.S))
        kids = [kid.as_content(copy, self) if isinstance(kid, _BurnedKid) else kid for kid in kids]
        page = self._pages.get(source.Pg.objgen) if isinstance(source.get("/Pg"), Dictionary) else None
        if page is not None and "/Pg" not in copy:
            copy.Pg = page.copy
        if kids:
            copy.K = kids[0] if len(kids) == 1 else Array(kids)
        return copy

    def _kid(self, kid: Any, source: Dictionary, copy: Dictionary, role: str, depth: int) -> Any:
        if isinstance(kid, int):
            return self._mark(kid, source.get("/Pg"), None, copy, source)
        if not isinstance(kid, Dictionary):
            return None
        kind = kid.get("/Type")
        if kind == Name.MCR:
            return self._mark(kid.get("/MCID"), kid.get("/Pg", source.get("/Pg")), kid.get("/Stm"), copy, source)
        if kind == Name.OBJR:
            return self._object(kid, copy)
        return self._element(kid, copy, role, depth + 1)

    def _mark(self, mark: Any, page_source: Any, form: Any, copy: Dictionary, source: Dictionary) -> Any:
        """A piece of content, if it is still there and nobody else's."""
        page = self._pages.get(page_source.objgen) if isinstance(page_source, Dictionary) else None
        holder: Any
        holder, marks = (page.copy, page.written.marks) if page is not None else (None, set())
        if isinstance(form, Stream):
            made = self._tools.marked_forms.get(form.objgen)
            holder, marks = (made[0], made[1].marks) if made is not None else (None, set())
        if holder is None or page is None or not isinstance(mark, int) or mark not in marks:
            self._job.drop("tag without content")
            return None
        if mark in self._owners.marks.get(holder.objgen, {}):
            self._job.drop("tag without content")
            return None
        self._own(holder, mark, copy)
        if isinstance(form, Stream):
            return Dictionary(Type=Name.MCR, Pg=page.copy, Stm=holder, MCID=mark)
        if isinstance(source.get("/Pg"), Dictionary) and source.Pg.objgen == page.source.objgen:
            return mark
        return Dictionary(Type=Name.MCR, Pg=page.copy, MCID=mark)

    def _object(self, reference: Dictionary, copy: Dictionary) -> Any:
        """A reference to a whole object: a link, a picture, or a field that is content now."""
        target = reference.get("/Obj")
        key = target.objgen if isinstance(target, Dictionary | Stream) else (0, 0)
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
        page = reference.get("/Pg")
        if isinstance(page, Dictionary) and page.objgen in self._pages:
            made.Pg = self._pages[page.objgen].copy
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

    def _describe(self, source: Dictionary, copy: Dictionary, spot: str) -> None:
        for key in _TEXTS:
            if isinstance(source.get(key), String):
                copy[key] = self._job.published(source[key])
        identifier = source.get("/ID")
        if isinstance(identifier, String) and bytes(identifier) not in self._ids:
            copy.ID = String(bytes(identifier))
            self._ids[bytes(identifier)] = copy
        attributes = [
            self._tools.copier.copy(one, ATTRIBUTES, spot) for one in self._attributes(source) if ATTRIBUTES.fits(one)
        ]
        if attributes:
            copy.A = attributes[0] if len(attributes) == 1 else Array(attributes)
        known = {*_TEXTS, "/Type", "/S", "/P", "/K", "/Pg", "/A", "/C", "/R", "/ID"}
        if unknown := set(source.keys()) - known:
            self._job.drop("tag key", len(unknown))

    def _attributes(self, source: Dictionary) -> list[Any]:
        """Attributes of an element and of its classes (14.7.5)."""
        classes = [one for one in _listed(source.get("/C")) if isinstance(one, Name)]
        found = _listed(source.get("/A"))
        for name in classes:
            found += _listed(self._classes.get(str(name)))
        return [one for one in found if isinstance(one, Dictionary)]

    def _standard(self, role: str) -> str:
        for _ in range(10):
            mapped = self._roles.get(role)
            if not isinstance(mapped, Name) or str(mapped) == role:
                return role
            role = str(mapped)
        return role

    def _note_role(self, role: str) -> None:
        standard = self._standard(role)
        if standard != role:
            self._used_roles[role] = standard

    # --- making -------------------------------------------------------------------------------------------------------

    def _new(self, role: str, parent: Dictionary) -> Dictionary:
        return self._job.target.make_indirect(Dictionary(Type=Name.StructElem, S=Name(role), P=parent))

    def _append(self, parent: Dictionary, kid: Dictionary) -> None:
        parent.K = Array([*_kids(parent), kid])

    def _own(self, holder: Dictionary | Stream, mark: int, element: Dictionary) -> None:
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
        if self._used_roles:
            self._root.RoleMap = Dictionary({key: Name(value) for key, value in sorted(self._used_roles.items())})
        if self._ids:
            flat = [part for key, element in sorted(self._ids.items()) for part in (String(key), element)]
            self._root.IDTree = self._job.target.make_indirect(Dictionary(Names=Array(flat)))
        self._job.target.Root.StructTreeRoot = self._root
        self._job.target.Root.MarkInfo = Dictionary(Marked=True)


@dataclass(frozen=True, slots=True)
class _BurnedKid:
    burned: Burned

    def as_content(self, element: Dictionary, structure: Structure) -> Any:
        return structure.own_burned(self.burned, element)


def _kids(element: Dictionary) -> list[Any]:
    found = element.get("/K")
    if found is None:
        return []
    return list(found) if isinstance(found, Array) else [found]


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, Array) else [] if value is None else [value]


def _dictionary(value: Any) -> Dictionary:
    return value if isinstance(value, Dictionary) else Dictionary()
