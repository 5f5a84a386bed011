"""Parts of a Word file by the names that all but one writer give them.

The relations of a package say what its parts are (ISO/IEC 29500-2, 9.3), and their names are free. Word on the web
makes use of that: its main part is `word/document2.xml`, with `word/styles2.xml` and the like beside it.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any

from lxml import etree

from docgen.word.package import assemble, members_of, pack

_MAIN = "word/document.xml"
_TYPES, _ROOT = "[Content_Types].xml", "_rels/.rels"
_PACKAGE = "{http://schemas.openxmlformats.org/package/2006/"
_RELATION, _OVERRIDE = f"{_PACKAGE}relationships}}Relationship", f"{_PACKAGE}content-types}}Override"
_ONLY_ONES = frozenset({"styles", "settings", "numbering", "fontTable", "footnotes", "endnotes", "comments"})
"""Kinds of which the main part has one; each is called by its kind."""


def with_usual_names(package: bytes) -> bytes:
    """The package with its main part, and what that has one of, under the usual names; the contents are the same.

    Gives the package back as it is when the main part has its usual name, or cannot be told.

    Raises:
        zipfile.BadZipFile: these bytes are no package.
    """
    with zipfile.ZipFile(io.BytesIO(package)) as source:
        if _MAIN in source.namelist():
            return package
    members = dict(members_of(package))
    try:
        names = _usual(members)
        if not names:
            return package
        leading = [name for name in (_ROOT, *map(_relations_of, names)) if name in members]
        changed = {name: _led_anew(members[name], name, names) for name in leading}
        changed[_TYPES] = _typed_anew(members[_TYPES], names)
    except (etree.XMLSyntaxError, KeyError):
        return package
    moved = {**names, **{_relations_of(old): _relations_of(new) for old, new in names.items()}}
    return assemble(pack(moved.get(name, name), changed.get(name, content)) for name, content in members.items())


def _usual(members: Mapping[str, bytes]) -> dict[str, str]:
    """The usual name by the one that stands there, of parts that are called otherwise."""
    folder = posixpath.dirname(_MAIN)
    main = next((target for kind, target in _led_to(members[_ROOT], "") if kind == "officeDocument"), "")
    if main not in members or posixpath.dirname(main) != folder:  # elsewhere all it refers to would be lost
        return {}
    names = {main: _MAIN}
    for kind, target in _led_to(members.get(_relations_of(main), b"<none/>"), folder):
        usual = f"{folder}/{kind}.xml"
        if kind in _ONLY_ONES and target in members and usual not in members and usual not in names.values():
            names[target] = usual
    return names


def _relations_of(part: str) -> str:
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def _led_to(relations: bytes, folder: str) -> Iterator[tuple[str, str]]:
    """Kind and name of each part that is referred to."""
    for one in _parsed(relations).iter(_RELATION):
        if one.get("TargetMode", "Internal") == "Internal":
            yield str(one.get("Type", "")).rpartition("/")[2], _name(folder, str(one.get("Target", "")))


def _name(folder: str, target: str) -> str:
    return posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")


def _led_anew(relations: bytes, name: str, names: Mapping[str, str]) -> bytes:
    folder = posixpath.dirname(posixpath.dirname(name))
    root = _parsed(relations)
    for one in root.iter(_RELATION):
        new = names.get(_name(folder, str(one.get("Target", ""))))
        if new and one.get("TargetMode", "Internal") == "Internal":
            one.set("Target", posixpath.relpath(new, folder or "."))
    return _written(root)


def _typed_anew(types: bytes, names: Mapping[str, str]) -> bytes:
    root = _parsed(types)
    for one in root.iter(_OVERRIDE):
        part = str(one.get("PartName", "")).lstrip("/")
        one.set("PartName", f"/{names.get(part, part)}")
    return _written(root)


def _parsed(content: bytes) -> Any:
    return etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))


def _written(root: Any) -> bytes:
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))
