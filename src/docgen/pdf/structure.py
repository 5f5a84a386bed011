"""The structure tree of a PDF as plain values (ISO 32000-1, 14.7)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import pikepdf
from pikepdf import Array, Dictionary, Name, Object

_DEEPEST: Final = 200
STANDARD_TAGS: Final = frozenset(
    "Document Part Art Sect Div BlockQuote Caption TOC TOCI Index NonStruct Private P H H1 H2 H3 H4 H5 H6 "  # noqa: SIM905
    "L LI Lbl LBody Table TR TH TD THead TBody TFoot Span Quote Note Reference BibEntry Code Link Annot "
    "Ruby RB RT RP Warichu WT WP Figure Formula Form".split()
)
"""ISO 32000-1, 14.8.4."""

ObjectKey = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Element:
    """One structure element."""

    key: ObjectKey | None
    """Which object of the file it is."""
    tag: str
    """Standard structure type, after the role map; as written when the role map does not lead to one."""
    children: tuple[Element, ...]
    content: tuple[tuple[ObjectKey, int], ...]
    """Marked content it owns itself: page object and MCID."""
    objects: tuple[ObjectKey, ...]
    """Annotations it owns itself."""
    page: ObjectKey | None
    """Its own page, or that of its first content."""
    alternate: str
    """`/Alt` or `/ActualText`."""
    scope: str
    """`Column`, `Row`, `Both` for a header cell; else empty."""
    headers: bool
    """Whether it names its header cells itself."""
    spans: tuple[int, int]
    """Rows and columns it spans."""

    def walk(self) -> Iterator[Element]:
        """The element and everything below it, in reading order."""
        yield self
        for child in self.children:
            yield from child.walk()

    @property
    def is_empty(self) -> bool:
        """No content, no child, no words."""
        return not (self.children or self.content or self.objects or self.alternate)


def elements_of(pdf: pikepdf.Pdf) -> tuple[Element, ...]:
    """The top elements of the tree; empty when there is none.

    Raises:
        ValueError: The tree runs in a circle or is nested beyond all reason.
    """
    root = pdf.Root.get("/StructTreeRoot")
    if not isinstance(root, Dictionary):
        return ()
    roles = {str(tag): str(role) for tag, role in root.get("/RoleMap", Dictionary()).items()}
    seen: set[ObjectKey] = set()
    return tuple(_element(kid, roles, None, 0, seen) for kid in kids_of(root) if is_element(kid))


def kids_of(node: Object) -> list[Object]:
    """What stands under `/K`, whether it is one thing, a list, or nothing."""
    kids = node.get("/K")
    if kids is None:
        return []
    return [*kids] if isinstance(kids, Array) else [kids]


def is_element(kid: object) -> bool:
    """Whether a kid is a structure element, and not marked content or an annotation."""
    return isinstance(kid, Dictionary) and "/S" in kid and kid.get("/Type") not in (Name.MCR, Name.OBJR)


def standard_tag(tag: str, roles: Mapping[str, str]) -> str:
    """The standard type a tag stands for by the role map, without slash."""
    for _ in range(len(roles) + 1):
        if tag not in roles or tag.removeprefix("/") in STANDARD_TAGS:
            break
        tag = roles[tag]
    return tag.removeprefix("/")


def _element(
    node: Object, roles: Mapping[str, str], inherited: ObjectKey | None, depth: int, seen: set[ObjectKey]
) -> Element:
    if depth > _DEEPEST or (node.is_indirect and node.objgen in seen):
        raise ValueError("the structure tree is no tree")
    seen.add(node.objgen)
    own = _key(node.get("/Pg"))
    page = own or inherited
    children, content, objects = list[Element](), list[tuple[ObjectKey, int]](), list[ObjectKey]()
    for kid in kids_of(node):
        if isinstance(kid, Dictionary) and kid.get("/Type") == Name.OBJR:
            objects += [key for key in [_key(kid.get("/Obj"))] if key]
        elif isinstance(kid, Dictionary) and "/MCID" in kid:
            content.append((_key(kid.get("/Pg")) or page or (0, 0), int(kid.MCID)))
        elif is_element(kid):
            children.append(_element(kid, roles, page, depth + 1, seen))
        elif not isinstance(kid, Dictionary):
            content.append((page or (0, 0), int(kid)))
    tag = standard_tag(str(node.S), roles)
    attributes = _attributes(node) if tag in ("TH", "TD") else {}
    return Element(
        key=_key(node),
        tag=tag,
        children=tuple(children),
        content=tuple(content),
        objects=tuple(objects),
        page=content[0][0] if content else own or next((c.page for c in children if c.page), None),
        alternate=str(node.get("/Alt", node.get("/ActualText", ""))),
        scope=str(attributes.get("/Scope", "")).removeprefix("/"),
        headers="/Headers" in attributes,
        spans=(int(attributes.get("/RowSpan", 1)), int(attributes.get("/ColSpan", 1))),
    )


def _attributes(node: Object) -> dict[str, Object]:
    owned = node.get("/A", Array())
    parts = [*owned] if isinstance(owned, Array) else [owned]
    return {str(key): value for part in parts if isinstance(part, Dictionary) for key, value in part.items()}


def _key(node: Object | None) -> ObjectKey | None:
    return None if node is None or not node.is_indirect else node.objgen
