"""A version of a Word file: its parts as trees, and parts that are put in or added."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from typing import Any

from lxml import etree

from docgen.word.controls import W
from docgen.word.package import assemble, members_of, pack
from docgen.word.redline.accepted import accept

R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
MARGINS: Mapping[str, str] = {f"{W}headerReference": "header", f"{W}footerReference": "footer"}
"""Kind of part by the tag of its references."""
NOTES: Mapping[str, str] = {f"{W}footnoteReference": "footnotes", f"{W}endnoteReference": "endnotes"}
"""Kind of part by the tag of the references to its notes."""
_TYPES = "[Content_Types].xml"
_REL = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_TYPE = "{http://schemas.openxmlformats.org/package/2006/content-types}Override"
_WORDS = "application/vnd.openxmlformats-officedocument.wordprocessingml"


class Version:
    """One of the two versions."""

    def __init__(self, content: bytes) -> None:
        self._members = dict(members_of(content))
        self.main = next((name for _, kind, name in self._relations("") if kind == "officeDocument"), "")
        """Name of the main part; Word does not always call it the same."""

    def tree(self, name: str) -> Any:
        """A part with its tracked changes accepted; changing the tree does not change the version."""
        root = _parsed(self._members[name])
        accept(root)
        return root

    def put(self, name: str, root: Any) -> None:
        """Write a part anew."""
        self._members[name] = bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))

    def package(self) -> bytes:
        """The Word file as it is now."""
        return assemble(pack(name, content) for name, content in self._members.items())

    def related(self) -> Mapping[str, str]:
        """Names of the parts that the main part refers to, by the id of the relation."""
        return {id: name for id, _, name in self._relations(self.main) if name in self._members}

    def name_of(self, kind: str) -> str:
        """Name of the part of a kind that there is one of; empty when there is none."""
        related = self._relations(self.main)
        return next((name for _, of, name in related if of == kind and name in self._members), "")

    def notes(self, kind: str) -> Iterator[Any]:
        """The notes of a kind."""
        name = self.name_of(kind)
        yield from self.tree(name) if name else ()

    def add(self, kind: str, root: Any) -> str:
        """Add a part to which the main part refers.

        Returns:
            The id of the relation.
        """
        taken = {id for id, _, _ in self._relations(self.main)}
        number = next(each for each in range(1, 10_000) if f"word/{kind}{each}.xml" not in self._members)
        name, id = f"{kind}{number}.xml", next(f"rIdBefore{n}" for n in range(10_000) if f"rIdBefore{n}" not in taken)
        self.put(f"word/{name}", root)
        file = _relations_of(self.main)
        relations, types = _parsed(self._members[file]), _parsed(self._members[_TYPES])
        etree.SubElement(relations, _REL, {"Id": id, "Type": f"{R[1:-1]}/{kind}", "Target": name})
        etree.SubElement(types, _TYPE, {"PartName": f"/word/{name}", "ContentType": f"{_WORDS}.{kind}+xml"})
        self.put(file, relations)
        self.put(_TYPES, types)
        return id

    def _relations(self, owner: str) -> Iterator[tuple[str, str, str]]:
        """Id, kind and target of what a part, or the package, refers to."""
        content = self._members.get(_relations_of(owner))
        for each in () if content is None else _parsed(content).iter(_REL):
            kind = str(each.get("Type")).rpartition("/")[2]
            folder = posixpath.join("/", posixpath.dirname(owner))
            name = posixpath.normpath(posixpath.join(folder, str(each.get("Target")))).lstrip("/")
            yield str(each.get("Id")), kind, name


def _relations_of(owner: str) -> str:
    folder, name = posixpath.split(owner)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def _parsed(content: bytes) -> Any:
    return etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
