"""Is a Word file what it says, and does it hold anything that a converter must not open?

A Word file may come from outside. LibreOffice would follow its links to other machines and to files of this one, and
would hand embedded objects to other programs. Such a file is refused before any converter sees it. What is looked at
follows the parts of ECMA-376 (Open Packaging Conventions, part 2, and WordprocessingML, part 1).
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from typing import Final

from lxml import etree

from docgen.errors import RenderFailed
from docgen.findings import Finding, Place, Severity

LARGEST_FILE: Final = 64 * 1024 * 1024
LARGEST_CONTENT: Final = 512 * 1024 * 1024
"""Of all parts together, unpacked."""
LARGEST_XML: Final = 64 * 1024 * 1024
"""Of one XML part, unpacked; a contract of a hundred pages has about 2 MB."""
MOST_PARTS: Final = 5000

MAIN_PART: Final = "word/document.xml"
_REFUSED_RELATIONS: Final[Mapping[str, str]] = {
    "vbaProject": "DG-P113",
    "wordVbaData": "DG-P113",
    "oleObject": "DG-P114",
    "package": "DG-P114",
    "control": "DG-P114",
    "activeXControlBinary": "DG-P114",
    "aFChunk": "DG-P114",
    "subDocument": "DG-P114",
}
_REFUSED_TYPES: Final = re.compile(rb"macroEnabled|vbaProject|activeX|oleObject", re.IGNORECASE)
_FETCHING_FIELDS: Final = re.compile(
    r"^\s*(INCLUDEPICTURE|INCLUDETEXT|INCLUDE|IMPORT|LINK|DDE|DDEAUTO|DATABASE|RD)\b", re.IGNORECASE
)
_HREF: Final = re.compile(
    rb"""(?:href|src)\s*=\s*["']\s*(?!#|data:)[^"'\s]|url\(\s*["']?(?!#|data:)[a-z]""", re.IGNORECASE
)


_MARKUP: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s*<|\xff\xfe|\xfe\xff")
"""How a part begins that a converter may read as XML, whatever it is called."""


def require_harmless(docx: bytes, *, name: str) -> etree._Element:
    """Returns if the file is a Word document that a converter may open: its main part.

    Promises nothing about what the document says or looks like, nor that LibreOffice can lay it out.

    Args:
        docx: The file.
        name: What to call it in findings.

    Raises:
        RenderFailed: It is no Word file or is damaged (DG-P110), is too large or unpacks to too much (DG-P111), points
            to content outside itself (DG-P112), has macros (DG-P113) or embedded objects (DG-P114).
    """
    place = Place(name)
    if len(docx) > LARGEST_FILE:
        raise RenderFailed.because("DG-P111", place, limit=f"{LARGEST_FILE // 2**20} MB")
    try:
        with zipfile.ZipFile(io.BytesIO(docx)) as package:
            body, findings = _looked_at(package, name)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as problem:
        raise RenderFailed.because("DG-P110", place) from problem
    if findings:
        raise RenderFailed(findings)
    return body


def _looked_at(package: zipfile.ZipFile, name: str) -> tuple[etree._Element, list[Finding]]:
    """The main part, and what stands against the file."""
    parts = package.infolist()
    names = [part.filename for part in parts]
    _require_reasonable(parts, Place(name))
    if MAIN_PART not in names or "[Content_Types].xml" not in names or len(set(names)) != len(names):
        raise RenderFailed.because("DG-P110", Place(name))
    bodies, findings = list[etree._Element](), list[Finding]()
    for part in parts:
        place = Place(name, path=part.filename)
        content = _read(package, part, place)
        if part.filename.endswith((".xml", ".rels", ".svg")) or _MARKUP.match(content):
            root = None if part.filename.endswith(".svg") else _parsed(content, place)
            findings += _findings_of_xml(part.filename, content, root, place)
            bodies += [root] if root is not None and part.filename == MAIN_PART else []
    return bodies[0], findings


def _require_reasonable(parts: list[zipfile.ZipInfo], place: Place) -> None:
    if len(parts) > MOST_PARTS:
        raise RenderFailed.because("DG-P111", place, limit=MOST_PARTS)
    if sum(part.file_size for part in parts) > LARGEST_CONTENT:
        raise RenderFailed.because("DG-P111", place, limit=f"{LARGEST_CONTENT // 2**20} MB")


def _read(package: zipfile.ZipFile, part: zipfile.ZipInfo, place: Place) -> bytes:
    # Reading every part to its end also checks its CRC, so a damaged file stops here and not halfway a page.
    limit = LARGEST_XML if part.filename.endswith((".xml", ".rels", ".svg")) else LARGEST_CONTENT
    with package.open(part) as stream:
        content = stream.read(limit + 1)
    if len(content) > limit:
        raise RenderFailed.because("DG-P111", place, limit=f"{limit // 2**20} MB")
    return content


def _findings_of_xml(part: str, content: bytes, root: etree._Element | None, place: Place) -> Iterator[Finding]:
    if part == "[Content_Types].xml" and (found := _REFUSED_TYPES.search(content)):
        code = "DG-P113" if found.group().lower() in (b"macroenabled", b"vbaproject") else "DG-P114"
        yield Finding(code, Severity.ERROR, place)
    if root is None:
        if _HREF.search(content):
            yield Finding("DG-P112", Severity.ERROR, place, {"kind": "image", "target": part})
    elif part.endswith(".rels"):
        yield from _findings_of_relations(root, place)
    else:
        yield from _findings_of_fields(root, place)


def _parsed(content: bytes, place: Place) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as problem:
        raise RenderFailed.because("DG-P110", place) from problem
    if root.getroottree().docinfo.internalDTD is not None:
        raise RenderFailed.because("DG-P110", place)
    return root


def _findings_of_relations(root: etree._Element, place: Place) -> Iterator[Finding]:
    for relation in root:
        kind = str(relation.get("Type", "")).rpartition("/")[2]
        if kind in _REFUSED_RELATIONS:
            yield Finding(_REFUSED_RELATIONS[kind], Severity.ERROR, place)
        elif relation.get("TargetMode", "Internal") != "Internal" and kind != "hyperlink":
            target = str(relation.get("Target", ""))
            yield Finding("DG-P112", Severity.ERROR, place, {"kind": kind, "target": target})


def _findings_of_fields(root: etree._Element, place: Place) -> Iterator[Finding]:
    # Word writes a second namespace in its strict form, so that names are looked at without theirs.
    if next(root.iter("{*}mailMerge"), None) is not None:
        yield Finding("DG-P112", Severity.ERROR, place, {"kind": "mailMerge", "target": place.path})
    for instruction in _field_instructions(root):
        if found := _FETCHING_FIELDS.match(instruction):
            words = {"kind": found.group(1).upper(), "target": instruction.strip()[:200]}
            yield Finding("DG-P112", Severity.ERROR, place, words)


def _field_instructions(root: etree._Element) -> Iterator[str]:
    for simple in root.iter("{*}fldSimple"):
        yield from (str(value) for name, value in simple.attrib.items() if etree.QName(name).localname == "instr")
    # Word may cut an instruction into runs, even inside a word, so they are put together up to the next field mark.
    pieces: list[str] = []
    for tag in root.iter("{*}instrText", "{*}fldChar"):
        if etree.QName(tag).localname == "instrText":
            pieces.append(tag.text or "")
        elif pieces:
            yield "".join(pieces)
            pieces = []
    if pieces:
        yield "".join(pieces)
