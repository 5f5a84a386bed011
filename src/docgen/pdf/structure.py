"""The structure tree of a PDF as plain values (ISO 32000-1, 14.7)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from pikepdf import Pdf

from docgen.objects import Key, Node, Objects, Value

_DEEPEST: Final = 200
_NO_CELL: Final = "", False, (1, 1)
_HEADINGS: Final = frozenset({"H", "H1", "H2", "H3", "H4", "H5", "H6"})
STANDARD_TAGS: Final = frozenset(
    "Document Part Art Sect Div BlockQuote Caption TOC TOCI Index NonStruct Private P H H1 H2 H3 H4 H5 H6 "  # noqa: SIM905
    "L LI Lbl LBody Table TR TH TD THead TBody TFoot Span Quote Note Reference BibEntry Code Link Annot "
    "Ruby RB RT RP Warichu WT WP Figure Formula Form".split()
)
"""ISO 32000-1, 14.8.4."""


class Element(NamedTuple):
    """One structure element."""

    key: Key | None
    """Which object of the file it is."""
    tag: str
    """Standard structure type, after the role map; as written when the role map does not lead to one."""
    children: tuple[Element, ...]
    content: tuple[tuple[str, int], ...]
    """Marked content it owns itself: reference of the page, and MCID."""
    objects: tuple[str, ...]
    """References of the annotations it owns itself."""
    page: str | None
    """Reference of its own page, or that of its first content."""
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
        waiting = [self]
        while waiting:
            element = waiting.pop()
            yield element
            waiting.extend(reversed(element.children))

    @property
    def is_empty(self) -> bool:
        """No content, no child, no words."""
        return not (self.children or self.content or self.objects or self.alternate)

    @property
    def is_heading(self) -> bool:
        """Whether it is a heading of any level."""
        return self.tag in _HEADINGS


def elements_of(pdf: Pdf) -> tuple[Element, ...]:
    """The top elements of the tree of an open PDF; see `elements_among`."""
    return elements_among(Objects(pdf))


def elements_among(objects: Objects) -> tuple[Element, ...]:
    """The top elements of the tree; empty when there is none.

    Raises:
        ValueError: The tree runs in a circle or is nested beyond all reason.
    """
    root = objects.node(objects.root.get("/StructTreeRoot"))
    reader = _Reader(objects, roles_of(objects, root))
    return tuple(reader.element(kid, None, 0) for kid in kids_of(objects, root) if is_element(objects, kid))


def roles_of(objects: Objects, root: Node) -> Mapping[str, str]:
    """The role map of a structure tree: tag → tag, both with their slash."""
    roles = objects.node(root.get("/RoleMap"))
    return {tag: str(objects.get(role)) for tag, role in roles.items()}


def kids_of(objects: Objects, node: Node) -> list[Value]:
    """What stands under `/K`, whether it is one thing, a list, or nothing; references as they are."""
    kids = node.get("/K")
    found = kids if type(kids) is list else objects.get(kids)
    if found is None:
        return []
    return found if isinstance(found, list) else [kids]


def is_element(objects: Objects, kid: Value) -> bool:
    """Whether a kid is a structure element, and not marked content or an annotation."""
    found = objects.get(kid)
    return isinstance(found, dict) and "/S" in found and found.get("/Type") not in ("/MCR", "/OBJR")


def standard_tag(tag: str, roles: Mapping[str, str]) -> str:
    """The standard type a tag stands for by the role map, without slash."""
    for _ in range(len(roles) + 1):
        if tag not in roles or tag.removeprefix("/") in STANDARD_TAGS:
            break
        tag = roles[tag]
    return tag.removeprefix("/")


@dataclass
class _Reader:
    objects: Objects
    roles: Mapping[str, str]

    def __post_init__(self) -> None:
        self.seen = set[str]()
        self.tags = dict[str, str]()

    def element(self, value: Value, inherited: str | None, depth: int) -> Element:
        get = self.objects.get
        reference = value if isinstance(value, str) else ""
        if depth > _DEEPEST or (reference and reference in self.seen):
            raise ValueError("the structure tree is no tree")
        self.seen.add(reference)
        node: Node = get(value)
        own = _reference(node.get("/Pg"))
        page = own or inherited
        children, content, found = list[Element](), list[tuple[str, int]](), list[str]()
        for kid in kids_of(self.objects, node):
            below = kid if type(kid) is int else get(kid)
            if not isinstance(below, dict):
                content.append((page or "", int(below)))
                continue
            kind = below.get("/Type")
            if kind == "/OBJR":
                found += [key for key in [_reference(below.get("/Obj"))] if key]
            elif "/MCID" in below:
                content.append((_reference(below.get("/Pg")) or page or "", int(get(below["/MCID"]))))
            elif "/S" in below and kind != "/MCR":
                children.append(self.element(kid, page, depth + 1))
        tag = self._tag(str(get(node["/S"])))
        scope, headers, spans = self._cell(node) if tag in ("TH", "TD") else _NO_CELL
        return Element(
            key=self.objects.keys.get(reference),
            tag=tag,
            children=tuple(children),
            content=tuple(content),
            objects=tuple(found),
            page=content[0][0] if content else own or next((one.page for one in children if one.page), None),
            alternate=self._alternate(node),
            scope=scope,
            headers=headers,
            spans=spans,
        )

    def _alternate(self, node: Node) -> str:
        written = node.get("/Alt", node.get("/ActualText"))
        return "" if written is None else self.objects.words(written)

    def _cell(self, node: Node) -> tuple[str, bool, tuple[int, int]]:
        """Scope, whether it names its headers, and spans."""
        get, attributes = self.objects.get, self._attributes(node)
        spans = int(get(attributes.get("/RowSpan", 1))), int(get(attributes.get("/ColSpan", 1)))
        return str(get(attributes.get("/Scope", ""))).removeprefix("/"), "/Headers" in attributes, spans

    def _tag(self, written: str) -> str:
        if written not in self.tags:
            self.tags[written] = standard_tag(written, self.roles)
        return self.tags[written]

    def _attributes(self, node: Node) -> Node:
        owned = self.objects.get(node.get("/A", []))
        parts = owned if isinstance(owned, list) else [owned]
        return {key: value for part in parts for key, value in self.objects.node(part).items()}


def _reference(value: Value) -> str | None:
    return value if isinstance(value, str) and value.endswith(" R") else None
