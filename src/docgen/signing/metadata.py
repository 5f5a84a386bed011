"""Whether two metadata packets say the same of a document, however they are written."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_XML = "{http://www.w3.org/XML/1998/namespace}"
_DATES = frozenset(
    {
        "{http://ns.adobe.com/xap/1.0/}ModifyDate",
        "{http://ns.adobe.com/xap/1.0/}MetadataDate",
        "{http://ns.adobe.com/xap/1.0/mm/}InstanceID",
        "{http://ns.adobe.com/pdf/1.3/}Producer",
    }
)
"""What a program writes when it has added something: when, and which program it was."""
Said = tuple[str, str]
"""A property by its path, and what it says."""


def same_but_dates(old: bytes, new: bytes) -> bool:
    """Whether two XMP packets say the same, but for the dates and marks of having been written.

    Compared is what is said, not how: programs write properties as attributes or elements as they like (ISO 16684-1,
    7.9.2.2), in any order. Those left out are `xmp:ModifyDate`, `xmp:MetadataDate`, `xmpMM:InstanceID` and
    `pdf:Producer`. False for what is not XML, or has a document type.
    """
    if old == new:
        return True
    try:
        return _said(old) == _said(new)
    except (etree.XMLSyntaxError, ValueError, RecursionError):
        return False


def _said(packet: bytes) -> list[Said]:
    if b"<!DOCTYPE" in packet or b"<!ENTITY" in packet:
        raise ValueError("document type")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    root = etree.fromstring(packet.strip(b"\x00 \t\r\n"), parser)
    said: list[Said] = []
    for about in root.iter(f"{_RDF}RDF"):
        for description in about.iterchildren(etree.Element):
            said += _of(description, "")
    if not said:
        raise ValueError("nothing")
    return sorted(said)


def _of(element: etree._Element, path: str) -> Iterator[Said]:
    """What an element says: its attributes, its own text, its children."""
    for key, value in element.attrib.items():
        name = str(key)
        if name in _DATES or name in (f"{_RDF}about", f"{_RDF}parseType"):
            continue
        # A reference is a text written another way.
        yield (path if name == f"{_RDF}resource" else f"{path}/{name}"), str(value)
    text = " ".join("".join(_texts(element)).split())
    if text:
        yield path, text
    for number, child in enumerate(element.iterchildren(etree.Element)):
        name = str(child.tag)
        if name in _DATES and not len(child):
            continue
        # Wrappers add nothing; members of a list keep their order.
        step = f"/{number}" if name == f"{_RDF}li" else "" if name.startswith(_RDF) else f"/{name}"
        yield from _of(child, path + step)


def _texts(element: etree._Element) -> Iterator[str]:
    """The texts that are the element's own."""
    yield element.text or ""
    for child in element:
        yield child.tail or ""
