"""The XMP packet docgen writes: title, language, dates, and the claims of PDF/A and PDF/UA.

PDF/A-2 (ISO 19005-2, 6.6.2.3) allows properties outside the predefined schemas only with an extension schema, which
the PDF/UA identification (ISO 14289-1, 5) therefore brings along.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from xml.sax.saxutils import escape

_PACKET_ID = "W5M0MpCehiHzreSzNTczkc9d"

_UA_CLAIM = """
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"><pdfuaid:part>1</pdfuaid:part>\
</rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 the file conforms to</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>"""


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the packet says about the document."""

    title: str
    lang: str
    """BCP 47, for example `nl-BE`."""
    producer: str
    created: datetime
    """Aware; written in UTC with whole seconds."""
    description: str = ""
    publisher: str = ""
    claims_pdfa_2b: bool = True
    claims_pdfua_1: bool = True


def packet(metadata: Metadata) -> bytes:
    """The whole XMP packet in UTF-8; the same metadata give the same bytes."""
    moment = metadata.created.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    lang = escape(metadata.lang, {'"': "&quot;"})
    body = [
        f'<?xpacket begin="\ufeff" id="{_PACKET_ID}"?>',
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">',
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">',
        '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">',
        "<dc:format>application/pdf</dc:format>",
        f'<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{escape(metadata.title)}</rdf:li></rdf:Alt></dc:title>',
        f"<dc:language><rdf:Bag><rdf:li>{lang}</rdf:li></rdf:Bag></dc:language>",
    ]
    if metadata.description:
        text = escape(metadata.description)
        body.append(f'<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{text}</rdf:li></rdf:Alt></dc:description>')
    if metadata.publisher:
        body.append(f"<dc:publisher><rdf:Bag><rdf:li>{escape(metadata.publisher)}</rdf:li></rdf:Bag></dc:publisher>")
    body += [
        "</rdf:Description>",
        '<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/">',
        f"<xmp:CreateDate>{moment}</xmp:CreateDate><xmp:ModifyDate>{moment}</xmp:ModifyDate>",
        "</rdf:Description>",
        '<rdf:Description rdf:about="" xmlns:pdf="http://ns.adobe.com/pdf/1.3/">',
        f"<pdf:Producer>{escape(metadata.producer)}</pdf:Producer>",
        "</rdf:Description>",
    ]
    if metadata.claims_pdfa_2b:
        body += [
            '<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">',
            "<pdfaid:part>2</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>",
            "</rdf:Description>",
        ]
    if metadata.claims_pdfua_1:
        body.append(_UA_CLAIM.strip())
    body += ["</rdf:RDF>", "</x:xmpmeta>", '<?xpacket end="w"?>']
    return "\n".join(body).encode()
