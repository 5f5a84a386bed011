"""Does a PDF keep to PDF/A-2b and PDF/UA-1, as far as our own inspection can tell, and does it claim no more?

For every PDF docgen makes: normalised, signed, and publication copy. Inspection, not validation: a file without
findings has passed the checks named in `archive` and `accessible`, and no others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import pikepdf
from lxml import etree
from pikepdf import Pdf

from docgen.errors import ToolFailed
from docgen.findings import Finding, Place, Severity
from docgen.objects import opened
from docgen.pdf.accessible import accessibility_findings
from docgen.pdf.archive import archive_findings
from docgen.pdf.survey import survey

_END: Final = re.compile(rb"%%EOF(\r\n|\r|\n)?\Z")
_HEAD: Final = re.compile(rb"%PDF-1\.[0-7](\r\n|\r|\n)%[\x80-\xff]{4}")
_PDFA: Final = "http://www.aiim.org/pdfa/ns/id/"
_PDFUA: Final = "http://www.aiim.org/pdfua/ns/id/"
_DC: Final = "http://purl.org/dc/elements/1.1/"


@dataclass(frozen=True, slots=True)
class Conformance:
    """The judgement of one file."""

    archive: tuple[Finding, ...]
    """Against PDF/A-2b."""
    accessibility: tuple[Finding, ...]
    """Against PDF/UA-1."""
    claims_pdfa_2b: bool
    claims_pdfua_1: bool

    @property
    def ok(self) -> bool:
        """Nothing was found against either standard, and both are claimed."""
        return not (self.archive or self.accessibility) and self.claims_pdfa_2b and self.claims_pdfua_1

    @property
    def honest(self) -> bool:
        """It claims nothing that our inspection contradicts."""
        return not (self.claims_pdfa_2b and self.archive) and not (self.claims_pdfua_1 and self.accessibility)


def check(content: bytes, name: str) -> Conformance:
    """The judgement of a PDF, with or without signatures.

    Args:
        content: The file.
        name: What to call it in findings.

    Raises:
        ToolFailed: It cannot be opened as a PDF (DG-P104).
    """
    try:
        with opened(content) as pdf:
            packet, seen = _packet(pdf), survey(pdf)
            archive = (
                *_file_findings(content, name),
                *_packet_findings(pdf, packet, name),
                *archive_findings(seen, name),
            )
            return Conformance(
                archive,
                tuple(accessibility_findings(seen, name)),
                claims_pdfa_2b=_value(packet, _PDFA, "part") == "2" and _value(packet, _PDFA, "conformance") == "B",
                claims_pdfua_1=_value(packet, _PDFUA, "part") == "1",
            )
    except (pikepdf.PdfError, TypeError, AttributeError, KeyError, ValueError) as problem:
        raise ToolFailed.because("DG-P104", Place(name), message=type(problem).__name__) from problem


def _file_findings(content: bytes, name: str) -> Iterator[Finding]:
    """ISO 19005-2, 6.1.2 and 6.1.3: a header that marks the file as binary, and nothing after the end."""
    if not _HEAD.match(content):
        yield Finding("DG-P210", Severity.ERROR, Place(name), {"what": "%PDF-"})
    if not _END.search(content):
        yield Finding("DG-P210", Severity.ERROR, Place(name), {"what": "%%EOF"})


def _packet(pdf: Pdf) -> etree._Element | None:
    metadata = pdf.Root.get("/Metadata")
    if not isinstance(metadata, pikepdf.Stream):
        return None
    try:
        return etree.fromstring(metadata.read_bytes(), etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError:
        return None


def _packet_findings(pdf: Pdf, packet: etree._Element | None, name: str) -> Iterator[Finding]:
    """ISO 19005-2, 6.6: the packet is there and can be read, and the document information says the same."""
    titles = [] if packet is None else [text for title in packet.iter(f"{{{_DC}}}title") for text in _words(title)]
    info = pdf.trailer.get("/Info", pikepdf.Dictionary())
    if not titles or str(info.get("/Title", titles[0])) != titles[0]:
        yield Finding("DG-P207", Severity.ERROR, Place(name))


def _words(node: etree._Element) -> Iterator[str]:
    return (str(text) for text in node.itertext() if str(text).strip())


def _value(packet: etree._Element | None, namespace: str, name: str) -> str:
    """A simple property, whether it is written as an element or as an attribute."""
    if packet is None:
        return ""
    for node in packet.iter():
        if node.tag == f"{{{namespace}}}{name}":
            return (node.text or "").strip()
        if value := node.get(f"{{{namespace}}}{name}"):
            return str(value)
    return ""
