"""Metadata of the copy: all new; conformance is claimed only where the original claimed it and it still holds."""

from __future__ import annotations

from typing import Any

from lxml import etree
from pikepdf import Array, Dictionary, Name, Stream, String

from docgen.publishing.flatten.allowlists import OUTPUT_INTENT
from docgen.publishing.flatten.content import Toolbox
from docgen.publishing.flatten.job import Job
from docgen.publishing.flatten.streams import decoded
from docgen.xmp import Metadata, packet

_PDFA = "{http://www.aiim.org/pdfa/ns/id/}part"
_PDFUA = "{http://www.aiim.org/pdfua/ns/id/}part"


def write_metadata(tools: Toolbox, *, structure_is_complete: bool) -> tuple[bool, bool]:
    """Writes XMP, language, title display and output intent; gives whether PDF/A-2b and PDF/UA-1 are claimed.

    PDF/A is claimed when the original claimed part 2 or 3 (attachments are gone by now), keeps its output intent, and
    all fonts are embedded. PDF/UA when the original claimed part 1, and neither text nor links lost their tags. Does
    not promise that the original's claims were true.
    """
    job, root, policy = tools.job, tools.job.target.Root, tools.job.policy
    intents = _output_intents(tools)
    if intents is not None:
        root.OutputIntents = intents
    pdfa, pdfua = _claims(job)
    claims_pdfa = pdfa in ("2", "3") and intents is not None and not job.unembedded_fonts
    claims_pdfua = (
        pdfua == "1" and tools.tagged and structure_is_complete and not job.untagged_text and not job.unembedded_fonts
    )
    metadata = Metadata(
        title=policy.title,
        lang=policy.lang,
        producer=policy.producer,
        created=policy.created,
        description=policy.note,
        publisher=policy.publisher,
        claims_pdfa_2b=claims_pdfa,
        claims_pdfua_1=claims_pdfua,
    )
    root.Metadata = job.target.make_stream(packet(metadata), Type=Name.Metadata, Subtype=Name.XML)
    root.Lang = String(policy.lang)
    root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
    return claims_pdfa, claims_pdfua


def _output_intents(tools: Toolbox) -> Array | None:
    found = tools.job.source.Root.get("/OutputIntents")
    for intent in found if isinstance(found, Array) else []:
        if OUTPUT_INTENT.fits(intent) and intent.get("/S") == Name.GTS_PDFA1:
            return Array([tools.copier.copy(intent, OUTPUT_INTENT, "output intent")])
    return None


def _claims(job: Job) -> tuple[str, str]:
    """Parts of PDF/A and PDF/UA the original claims, as attribute or as element; empty when none can be read."""
    stream = job.source.Root.get("/Metadata")
    if not isinstance(stream, Stream):
        return "", ""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        tree = etree.fromstring(decoded(stream, job, "metadata"), parser)
    except etree.XMLSyntaxError:
        job.drop("unreadable metadata")
        return "", ""
    return _value(tree, _PDFA), _value(tree, _PDFUA)


def _value(tree: Any, name: str) -> str:
    for element in tree.iter():
        if element.tag == name:
            return (element.text or "").strip()
        if name in element.attrib:
            return str(element.attrib[name]).strip()
    return ""
