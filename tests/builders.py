"""Word documents that tests build in code, so that no binary sample lies in the repository."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import docx
from docx.enum.style import WD_STYLE_TYPE
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt

from docgen.pdf.package import require_harmless

CONTRACT_TITLE = "Overeenkomst over mededeling van gepseudonimiseerde microdata"
CONTRACT_LANG = "nl-BE"
FORM_TITLE = "Verklaring over de beveiliging van gegevens"
MOMENT = datetime(2026, 1, 15, 9, 30, tzinfo=UTC)
"""When the sample documents say they were made."""
APPLICANT = "Onderzoeksgroep Arbeid & Gezin <A&G> van de Universiteit Zeedorp"
SIGNATURE_BOOKMARKS = ("sig_applicant", "sig_office")

_ARTICLES = (
    (
        "Partijen",
        f"Tussen het bureau voor statistiek, vertegenwoordigd door de hoofdstatisticus, en {APPLICANT}, hierna de "
        "aanvrager, vertegenwoordigd door mevrouw Zoë Van den Bossche, wordt overeengekomen wat volgt.",
    ),
    (
        "Doel",
        "De aanvrager gebruikt de gegevens alleen voor het onderzoek naar de verdeling van betaald en onbetaald werk "
        "in gezinnen, en voor niets anders. Elk ander gebruik vraagt een nieuwe overeenkomst.",
    ),
    (
        "Geheimhouding",
        "De aanvrager houdt de gegevens geheim, probeert niemand te identificeren en publiceert alleen samenvattingen "
        "waaruit geen enkele persoon of onderneming kan worden afgeleid. Deze verplichting blijft bestaan na het einde "
        "van de overeenkomst.",
    ),
    (
        "Bewaring",
        "De gegevens worden bewaard tot 31 december 2028 op een afgeschermde server in België en daarna gewist. De "
        "aanvrager bezorgt binnen 30 dagen een bewijs van vernietiging.",
    ),
)
_DATASETS = tuple(
    (f"Enquête naar de arbeidskrachten, golf {wave}", f"{2014 + wave}", "leeftijdsklasse, geslacht, NUTS 2, ISCO-08")
    for wave in range(1, 13)
)


def contract() -> bytes:
    """A contract of two pages: numbered headings, a table with a header row, two signature cells with bookmarks."""
    document = docx.Document()
    _set_up(document)
    document.add_paragraph(CONTRACT_TITLE, style="Title")
    for number, (heading, text) in enumerate(_ARTICLES, start=1):
        document.add_heading(f"Artikel {number}. {heading}", level=1)
        document.add_paragraph(text)
    document.add_heading("Bijlage. Gegevens", level=1)
    document.add_heading("Variabelen per bestand", level=2)
    _add_table(document, ("Bestand", "Jaar", "Variabelen"), _DATASETS)
    document.add_heading("Handtekeningen", level=1)
    document.add_paragraph("Opgemaakt te Brussel, elektronisch ondertekend door beide partijen.")
    _add_signatures(document, ("Voor de aanvrager", "Voor het bureau"))
    # LibreOffice loses an empty bookmark that is the very last thing of a document, so something must follow.
    document.add_paragraph("Deze overeenkomst treedt in werking op de dag van de laatste handtekening.")
    return as_bytes(document)


def form() -> bytes:
    """A form of one or two pages with what the contract lacks.

    In order: a table with a first column of headers, a grid that only places things, a check box and an unfilled
    field (content controls), two kinds of lists, a link, a picture with alternative text, a logo in the header.
    """
    document = docx.Document()
    _set_up(document)
    document.core_properties.title = FORM_TITLE
    document.sections[0].header.paragraphs[0].add_run().add_picture(io.BytesIO(png()), width=Cm(1))
    document.add_paragraph(FORM_TITLE, style="Title")
    document.add_heading("Aanvrager", level=1)
    facts = _add_plain_table(
        document, (("Naam", "Zoë Van den Bossche"), ("Functie", "Onderzoeker"), ("Dienst", APPLICANT))
    )
    _mark_look(facts, first_row=False, first_column=True)
    document.add_paragraph("Vragen en antwoorden staan naast elkaar.")
    grid = _add_plain_table(document, (("Links boven", "Rechts boven"), ("Links onder", "")))
    _mark_look(grid, first_row=False, first_column=False)
    document.add_heading("Verklaring", level=1)
    paragraph = document.add_paragraph()
    _add_control(paragraph, "consent", "☒", "<w14:checkbox><w14:checked w14:val='1'/></w14:checkbox>")
    paragraph.add_run(" Ik verklaar dat ik de gegevens geheim houd.")
    _add_control(document.add_paragraph("Plaats: "), "place", "Klik om in te vullen", "<w:showingPlcHdr/><w:text/>")
    for style in ("List Bullet", "List Number"):
        for words in ("eerste punt", "tweede punt"):
            document.add_paragraph(words, style=style)
    paragraph = document.add_paragraph("Meer staat op ")
    _add_link(document, paragraph, "de website", "https://example.org/privacy")
    paragraph.add_run(".")
    picture = document.add_paragraph("Beeld: ").add_run().add_picture(io.BytesIO(png()), width=Cm(2))
    picture._inline.docPr.set("descr", "Een blauw vierkant")
    return as_bytes(document)


def with_linked_picture(docx_content: bytes, address: str) -> bytes:
    """The document with a picture on its first page that Word would fetch from an address."""
    document = docx.Document(io.BytesIO(docx_content))
    relation = document.part.relate_to(address, RELATIONSHIP_TYPE.IMAGE, is_external=True)
    blank = io.BytesIO(png())
    document.paragraphs[1].add_run().add_picture(blank, width=Cm(2))
    blip = next(document.element.iter(qn("a:blip")))
    del blip.attrib[qn("r:embed")]
    blip.set(qn("r:link"), relation)
    return as_bytes(document)


def png() -> bytes:
    """A picture of one blue dot."""
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(b"\0\x20\x60\xa0")),
        (b"IEND", b""),
    )
    chunks = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def as_bytes(document: Any) -> bytes:
    """The file of a python-docx document."""
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def body_of(content: bytes) -> Any:
    """The main part of a Word file, as it is looked at before it is printed."""
    return require_harmless(content, name="document.docx")


def _set_up(document: Any) -> None:
    properties = document.core_properties
    properties.title, properties.author, properties.comments = CONTRACT_TITLE, "", ""
    properties.created = properties.modified = datetime(2026, 1, 1)
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    for tag in document.styles.element.iter(qn("w:lang")):
        tag.set(qn("w:val"), CONTRACT_LANG)
    for style in document.styles:
        if style.type == WD_STYLE_TYPE.PARAGRAPH:
            style.font.name = "Arial"
    document.styles["Normal"].font.size = Pt(10.5)
    _add_footer(section.footer.paragraphs[0])


def _add_footer(paragraph: Any) -> None:
    paragraph.add_run("Pagina ")
    _add_field(paragraph, "PAGE")
    paragraph.add_run(" van ")
    _add_field(paragraph, "NUMPAGES")


def _add_field(paragraph: Any, instruction: str) -> None:
    for kind in ("begin", "separate", "end"):
        run = paragraph.add_run()
        mark = OxmlElement("w:fldChar")
        mark.set(qn("w:fldCharType"), kind)
        run._r.append(mark)
        if kind == "begin":
            text = OxmlElement("w:instrText")
            text.text = instruction
            run._r.append(text)
        elif kind == "separate":
            paragraph.add_run("1")


def _add_table(document: Any, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    table = document.add_table(rows=1, cols=len(header), style="Table Grid")
    _repeat_as_header(table.rows[0])
    for cell, word in zip(table.rows[0].cells, header, strict=True):
        cell.paragraphs[0].add_run(word).bold = True
    for row in rows:
        for cell, word in zip(table.add_row().cells, row, strict=True):
            cell.text = word


def _add_plain_table(document: Any, rows: Sequence[Sequence[str]]) -> Any:
    table = document.add_table(rows=0, cols=len(rows[0]), style="Table Grid")
    for row in rows:
        for cell, word in zip(table.add_row().cells, row, strict=True):
            cell.text = word
    return table


def _mark_look(table: Any, *, first_row: bool, first_column: bool) -> None:
    look = table._tbl.tblPr.find(qn("w:tblLook"))
    look.set(qn("w:firstRow"), str(int(first_row)))
    look.set(qn("w:firstColumn"), str(int(first_column)))


def _add_control(paragraph: Any, tag: str, words: str, properties: str) -> None:
    space = nsdecls("w") + ' xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'
    content = f"<w:sdtContent><w:r><w:t>{words}</w:t></w:r></w:sdtContent>"
    control = f'<w:sdt {space}><w:sdtPr><w:tag w:val="{tag}"/>{properties}</w:sdtPr>{content}</w:sdt>'
    paragraph._p.append(parse_xml(control))


def _add_link(document: Any, paragraph: Any, words: str, address: str) -> None:
    # LibreOffice leaves the link out of the PDF unless its words have the character style Word gives them.
    document.styles.add_style("Hyperlink", WD_STYLE_TYPE.CHARACTER).font.underline = True
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), document.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    link.append(paragraph.add_run(words, style="Hyperlink")._r)
    paragraph._p.append(link)


def _repeat_as_header(row: Any) -> None:
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)


def _add_signatures(document: Any, parties: Sequence[str]) -> None:
    table = document.add_table(rows=2, cols=len(parties), style="Table Grid")
    _repeat_as_header(table.rows[0])
    for column, (party, bookmark) in enumerate(zip(parties, SIGNATURE_BOOKMARKS, strict=False)):
        table.cell(0, column).text = party
        paragraph = table.cell(1, column).paragraphs[0]
        paragraph.paragraph_format.space_after = Pt(80)
        for kind in ("w:bookmarkStart", "w:bookmarkEnd"):
            mark = OxmlElement(kind)
            mark.set(qn("w:id"), str(100 + column))
            if kind == "w:bookmarkStart":
                mark.set(qn("w:name"), bookmark)
            paragraph._p.append(mark)
