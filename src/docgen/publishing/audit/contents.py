"""Checks of what the file holds: secrets of the source, private values, numbers, metadata, pictures, certificates."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from docgen.findings import Finding, Severity
from docgen.publishing.audit.evidence import Evidence
from docgen.publishing.audit.outcome import found, listed
from docgen.publishing.audit.pieces import ON_PAGE, Where
from docgen.publishing.audit.search import Hit, Needle, Secret, text_needles

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_DC, _XMP, _PDF = "http://purl.org/dc/elements/1.1/", "http://ns.adobe.com/xap/1.0/", "http://ns.adobe.com/pdf/1.3/"
_PUBLIC_PROPERTIES = {
    _DC: {"title", "language", "format", "description", "publisher", "source", "identifier", "rights", "date", "type"}
    | {"subject", "relation"},
    _XMP: {"CreateDate", "ModifyDate", "MetadataDate"},
    _PDF: {"Producer", "PDFVersion", "Trapped"},
}
_STANDARDS = (
    "http://www.aiim.org/pdfa/ns/",
    "http://www.aiim.org/pdfua/ns/",
    "http://www.w3.org/XML/1998/namespace",
    "adobe:ns:meta/",
    _RDF,
)
"""Namespaces that only say which standards a file claims, or how the packet is built."""

_CRYPTOGRAPHY = {
    "PKCS #7": bytes.fromhex("06092a864886f70d0107"),
    "PKCS #9": bytes.fromhex("06092a864886f70d0109"),
    "X.509 key usage": bytes.fromhex("0603551d0f01"),
    "X.509 key identifier": bytes.fromhex("0603551d2304"),
    "X.509 subject serial number": bytes.fromhex("060355040513"),
    "OCSP": bytes.fromhex("06092b060105050730"),
}
"""Object identifiers that only certificates, signatures and answers about them contain, in DER."""
_ANY_CRYPTOGRAPHY = re.compile(b"|".join(map(re.escape, _CRYPTOGRAPHY.values())))

_PEM = re.compile(rb"-----BEGIN [A-Z0-9 ]{3,40}-----")


def no_secrets_of_source(evidence: Evidence) -> Iterator[Finding]:
    """Nothing of the source's signatures, certificates and validation data is left, in any encoding."""
    for hit in evidence.haystacks.search(evidence.secrets.anywhere):
        yield _of_hit("DG-L201", hit)
    if not evidence.secrets.signatures:
        yield found("DG-L206", severity=Severity.INFO)


def names_only_on_pages(evidence: Evidence) -> Iterator[Finding]:
    """Names of signatories and details of their signatures stand in the text of pages or nowhere.

    Who signed is public (the published contract says so), so the text of a page may say it, and its replacement text
    with it. Metadata, comments, names of objects and everything else a reader does not see may not.
    """
    names = evidence.secrets.names
    public = {needle for needle in names if needle.data in evidence.public_text}
    hidden = frozenset(Where) - ON_PAGE
    for hit in evidence.haystacks.search(public, hidden):
        yield _of_hit("DG-L203", hit)
    for hit in evidence.haystacks.search(names - public):
        yield _of_hit("DG-L203", hit)


def no_private_values(evidence: Evidence) -> Iterator[Finding]:
    """None of the values the office or the case keeps private is anywhere in the file."""
    needles: set[Needle] = set()
    for number, value in enumerate(evidence.private_values, 1):
        forms = text_needles(Secret.PRIVATE_VALUE, value, number)
        if not forms:
            yield found("DG-L205", number=number)
        needles |= forms
    for hit in evidence.haystacks.search(needles):
        yield _of_hit("DG-L202", hit)


def _of_hit(code: str, hit: Hit) -> Finding:
    return found(code, listed(hit.spots), secret=hit.secret.value, place=hit.where.value, number=hit.number)


def no_cryptography(evidence: Evidence) -> Iterator[Finding]:
    """No certificate or signature of anyone, recognised by its shape and not by whose it is."""
    spots: dict[str, list[str]] = {}
    for piece in evidence.pieces:
        if piece.where is Where.FILE or piece.where is Where.PAGE:
            continue
        if _ANY_CRYPTOGRAPHY.search(piece.data):
            for sort, identifier in _CRYPTOGRAPHY.items():
                if identifier in piece.data:
                    spots.setdefault(sort, []).append(piece.spot)
        if b"-----BEGIN " in piece.data and _PEM.search(piece.data):
            spots.setdefault("PEM", []).append(piece.spot)
    for sort, where in spots.items():
        yield found("DG-L117", listed(where), sort=sort)


def pages_rendered(evidence: Evidence) -> Iterator[Finding]:
    """Every page opens in a program that shows pages, which sees as many of them and gives their text."""
    _ = evidence.rendered  # raises where that is not so
    yield from ()


def text_visible(evidence: Evidence) -> Iterator[Finding]:
    """No text is drawn invisibly, as text recognition does under a scan; a person must judge what it says."""
    spots = [spot for spot, content in evidence.contents if content.hides_text]
    if spots:
        yield found("DG-L122", listed(spots), Severity.WARNING)


def public_metadata(evidence: Evidence) -> Iterator[Finding]:
    """The XMP packet says what the document is, and nothing about who made it, with what, or its history."""
    for stream in evidence.streams:
        if stream.sort is not Where.METADATA:
            continue
        if stream.result is None:
            yield found("DG-L107", stream.owner.spot)
            continue
        try:
            root = _parsed(stream.result.data)
        except etree.XMLSyntaxError:
            yield found("DG-L119", stream.owner.spot)
            continue
        unknown = sorted(set(_unknown_properties(root)))
        if unknown:
            yield found("DG-L118", stream.owner.spot, properties=", ".join(unknown))


def _parsed(packet: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    return etree.fromstring(packet.strip(b"\x00 \t\r\n"), parser)


def _unknown_properties(root: etree._Element) -> Iterator[str]:
    if root.getroottree().docinfo.internalDTD is not None:
        yield "DOCTYPE"
    for element in root.iter():
        if isinstance(element, etree._Comment):
            yield "<!-- -->"
            continue
        if isinstance(element, etree._ProcessingInstruction):
            continue
        for name in (element.tag, *element.attrib):
            if isinstance(name, str) and not _is_public(name):
                yield _short(name, element)


def _short(qualified: str, element: etree._Element) -> str:
    name = etree.QName(qualified)
    prefixes = {space: prefix for prefix, space in element.nsmap.items() if prefix}
    return f"{prefixes.get(name.namespace or '', name.namespace)}:{name.localname}"


def _is_public(qualified: str) -> bool:
    name = etree.QName(qualified)
    space = name.namespace or ""
    return space == "" or space.startswith(_STANDARDS) or name.localname in _PUBLIC_PROPERTIES.get(space, ())


def pictures_bare(evidence: Evidence) -> Iterator[Finding]:
    """Pictures carry no data of cameras, authors, places or programs, and nothing behind their end."""
    for stream in evidence.streams:
        if stream.result is None or not stream.result.image_filter:
            continue
        data, name = stream.result.data, stream.result.image_filter
        extras = list(_jpeg_extras(data)) if name in ("DCTDecode", "DCT") else list(_jpeg_2000_extras(data))
        if extras and name not in ("CCITTFaxDecode", "CCF", "JBIG2Decode"):
            yield found("DG-L120", stream.owner.spot, parts=", ".join(sorted(set(extras))))


_JPEG_PLAIN = {0xE0: b"JFIF\x00", 0xE2: b"ICC_PROFILE\x00", 0xEE: b"Adobe"}
"""Application segments that are part of the picture (ITU-T T.81, B.2.4.6; T.871; ICC.1 annex B.4; T.872)."""


def _jpeg_extras(data: bytes) -> Iterator[str]:
    position = 2
    if data[:2] != b"\xff\xd8":
        yield "SOI"
        return
    while position + 4 <= len(data):
        if data[position] != 0xFF:
            yield "?"
            return
        marker = data[position + 1]
        if marker == 0xFF:
            position += 1
            continue
        if marker == 0xDA:
            end = data.rfind(b"\xff\xd9")
            yield from _after_scans(data, position, end)
            return
        length = int.from_bytes(data[position + 2 : position + 4], "big")
        body = data[position + 4 : position + 2 + length]
        if marker == 0xFE:
            yield "COM"
        elif 0xE0 <= marker <= 0xEF and not body.startswith(_JPEG_PLAIN.get(marker, b"\x00none")):
            yield f"APP{marker - 0xE0}"
        position += 2 + max(length, 2)


_SEGMENT_IN_SCANS = re.compile(rb"\xff([\xe0-\xef\xfe])")


def _after_scans(data: bytes, start: int, end: int) -> Iterator[str]:
    first_end = data.find(b"\xff\xd9", start)
    if first_end == -1:
        yield "EOI"
        return
    if data[first_end + 2 :].strip(b"\x00\r\n ") or first_end != end:
        yield "after EOI"
    for match in _SEGMENT_IN_SCANS.finditer(data, start, first_end):
        yield "COM" if match.group(1) == b"\xfe" else f"APP{match.group(1)[0] - 0xE0}"


def _jpeg_2000_extras(data: bytes) -> Iterator[str]:
    position = 0
    if not data.startswith(b"\x00\x00\x00\x0cjP"):
        return
    while position + 8 <= len(data):
        length = int.from_bytes(data[position : position + 4], "big")
        box = data[position + 4 : position + 8]
        if box not in (b"jP  ", b"ftyp", b"jp2h", b"jp2c", b"rreq"):
            yield box.decode("latin-1").strip()
        if length < 8:
            return
        position += length
