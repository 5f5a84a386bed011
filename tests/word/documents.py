"""Small Word files of every shape, and what they say once all tracked changes are accepted or rejected.

What Word does with tracked changes is written down here a second time, without the code that makes them.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import escape

from lxml import etree

MAIN = "word/document.xml"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_NAMES = " ".join(
    f'xmlns:{prefix}="{name}"'
    for prefix, name in {
        "w": W[1:-1],
        "r": R[1:-1],
        "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
        "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
        "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
        "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
        "v": "urn:schemas-microsoft-com:vml",
    }.items()
)

Xml = Callable[["Notes"], str]
"""A piece of a document, given the notes that it may add to."""


@dataclass
class Notes:
    """The notes of a document while it is made."""

    first: int
    """Number of the first one; two versions of a document need not number theirs alike."""
    texts: dict[str, list[str]] = field(default_factory=lambda: {"footnote": [], "endnote": []})

    def add(self, kind: str, content: str) -> int:
        self.texts[kind].append(content)
        return self.first + len(self.texts[kind]) - 1


def w(text: str) -> Xml:
    """Words."""
    return lambda _: f'<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def p(*pieces: Xml) -> Xml:
    return lambda notes: f"<w:p>{''.join(piece(notes) for piece in pieces)}</w:p>"


def link(*pieces: Xml) -> Xml:
    return lambda notes: f'<w:hyperlink w:anchor="x">{"".join(piece(notes) for piece in pieces)}</w:hyperlink>'


def control(tag: str, *inner: Xml) -> Xml:
    """A content control around words, or around paragraphs."""
    return lambda notes: (
        f'<w:sdt><w:sdtPr><w:tag w:val="{tag}"/></w:sdtPr><w:sdtContent>{"".join(one(notes) for one in inner)}'
        "</w:sdtContent></w:sdt>"
    )


row_control = control
"""The same around rows of a table."""


def note(kind: str, text: str) -> Xml:
    """A footnote or endnote."""

    def made(notes: Notes) -> str:
        number = notes.add(kind, f"<w:p><w:r><w:{kind}Ref/></w:r>{w(text)(notes)}</w:p>")
        return f'<w:r><w:{kind}Reference w:id="{number}"/></w:r>'

    return made


def box(*blocks: Xml) -> Xml:
    """A text box as Word writes it: for itself, and once more for older programs."""

    def made(notes: Notes) -> str:
        inner = f"<w:txbxContent>{''.join(block(notes) for block in blocks)}</w:txbxContent>"
        return (
            '<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:inline><wp:extent cx="1800000" '
            'cy="720000"/><wp:docPr id="1" name="Kader"/><a:graphic><a:graphicData '
            'uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><wps:wsp><wps:cNvSpPr '
            'txBox="1"/><wps:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="1800000" cy="720000"/></a:xfrm><a:prstGeom '
            f'prst="rect"/></wps:spPr><wps:txbx>{inner}</wps:txbx><wps:bodyPr/></wps:wsp></a:graphicData></a:graphic>'
            "</wp:inline></w:drawing></mc:Choice><mc:Fallback><w:pict><v:shape "
            f'style="width:142pt;height:57pt"><v:textbox>{inner}</v:textbox></v:shape></w:pict></mc:Fallback>'
            "</mc:AlternateContent></w:r>"
        )

    return made


def table(*rows: Xml) -> Xml:
    return lambda notes: (
        f"<w:tbl><w:tblPr/><w:tblGrid><w:gridCol/></w:tblGrid>{''.join(row(notes) for row in rows)}</w:tbl>"
    )


def row(*cells: Xml) -> Xml:
    return lambda notes: f"<w:tr>{''.join(cell(notes) for cell in cells)}</w:tr>"


def cell(*blocks: Xml) -> Xml:
    """A cell; it ends in a paragraph, as Word wants it."""
    return lambda notes: f"<w:tc><w:tcPr/>{''.join(block(notes) for block in blocks)}<w:p/></w:tc>"


def document(*blocks: Xml, first_note: int = 1, margins: Mapping[str, tuple[Xml, ...]] | None = None) -> bytes:
    """A Word file.

    Args:
        blocks: of the body.
        first_note: number of the first note.
        margins: paragraphs of headers and footers, by name: `header default`, `footer first`.
    """
    notes = Notes(first_note)
    body = "".join(block(notes) for block in blocks)
    parts: dict[str, tuple[str, str]] = {}
    references = ""
    for number, (name, inner) in enumerate((margins or {}).items(), first_note):
        kind, pages = name.split()
        root = {"header": "hdr", "footer": "ftr"}[kind]
        parts[f"{kind}{number}"] = (kind, f"<w:{root} {_NAMES}>{''.join(one(notes) for one in inner)}<w:p/></w:{root}>")
        references += f'<w:{kind}Reference w:type="{pages}" r:id="rId{kind}{number}"/>'
    for kind, texts in notes.texts.items():
        if texts:
            parts[f"{kind}s"] = (f"{kind}s", _notes_part(kind, texts, first_note))
    main = f"<w:document {_NAMES}><w:body>{body}<w:sectPr>{references}</w:sectPr></w:body></w:document>"
    return _package({"document": ("document.main", main), **parts})


def _notes_part(kind: str, texts: list[str], first: int) -> str:
    separator = f'<w:{kind} w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:{kind}>'
    made = "".join(f'<w:{kind} w:id="{number}">{text}</w:{kind}>' for number, text in enumerate(texts, first))
    return f"<w:{kind}s {_NAMES}>{separator}{made}</w:{kind}s>"


def _package(parts: Mapping[str, tuple[str, str]]) -> bytes:
    types = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{_WORD}.{kind}+xml"/>' for name, (kind, _) in parts.items()
    )
    relations = "".join(
        f'<Relationship Id="rId{name}" Type="{R[1:-1]}/{kind}" Target="{name}.xml"/>'
        for name, (kind, _) in parts.items()
        if name != "document"
    )
    office = f'<Relationship Id="rId1" Type="{R[1:-1]}/officeDocument" Target="{MAIN}"/>'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        defaults = '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        package.writestr("[Content_Types].xml", f'<Types xmlns="{_PACKAGE}/content-types">{defaults}{types}</Types>')
        package.writestr("_rels/.rels", f'<Relationships xmlns="{_PACKAGE}/relationships">{office}</Relationships>')
        package.writestr(
            "word/_rels/document.xml.rels",
            f'<Relationships xmlns="{_PACKAGE}/relationships">{relations}</Relationships>',
        )
        for name, (_, content) in parts.items():
            package.writestr(f"word/{name}.xml", content)
    return out.getvalue()


Told = dict[str, list[str]]
"""Paragraphs that say something, by where they stand: `body`, `0 headerReference default`, `footnotes`."""


def told(content: bytes, *, accept: bool = True) -> Told:
    """What a document says once all tracked changes are accepted, or all are rejected."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        members = {name: package.read(name) for name in package.namelist()}
    names = {}
    for each in etree.fromstring(members["word/_rels/document.xml.rels"]):
        names[each.get("Id")] = posixpath.normpath(posixpath.join("word", str(each.get("Target"))))
    kinds = {name: kind for kind in ("footnotes", "endnotes") for name in names.values() if kind in name}
    main = _settled(members[MAIN], accept)
    said = {"body": _paragraphs(main.find(f"{W}body"))}
    for number, section in enumerate(main.iter(f"{W}sectPr")):
        for reference in section.iter(f"{W}headerReference", f"{W}footerReference"):
            where = f"{number} {etree.QName(reference).localname} {reference.get(f'{W}type')}"
            said[where] = _paragraphs(_settled(members[names[reference.get(f"{R}id")]], accept))
    for name, kind in kinds.items():
        notes = {each.get(f"{W}id"): each for each in _settled(members[name], accept)}
        used = [each.get(f"{W}id") for each in main.iter(f"{W}{kind[:-1]}Reference")]
        said[kind] = [" ¶ ".join(_paragraphs(notes[number])) for number in used]
    return {where: found for where, found in said.items() if found}


def _settled(content: bytes, accept: bool) -> Any:
    root = etree.fromstring(content)
    stays, goes = ("ins", "del") if accept else ("del", "ins")
    for row_ in [one for one in root.iter(f"{W}tr") if one.find(f"{W}trPr/{W}{goes}") is not None]:
        row_.getparent().remove(row_)
    for change in [one for one in root.iter(f"{W}{goes}") if not _is_mark(one)]:
        change.getparent().remove(change)
    for change in [one for one in root.iter(f"{W}{stays}") if not _is_mark(one)]:
        around = change.getparent()
        around[around.index(change) : around.index(change) + 1] = list(change)
    for paragraph in reversed([one for one in root.iter(f"{W}p") if one.find(f"{W}pPr/{W}rPr/{W}{goes}") is not None]):
        # Without its end, what is left of a paragraph begins the next one.
        following = paragraph.getnext()
        if following is not None and following.tag == f"{W}p":
            place = 1 if following.find(f"{W}pPr") is not None else 0
            following[place:place] = [one for one in paragraph if one.tag != f"{W}pPr"]
            paragraph.getparent().remove(paragraph)
    return root


def _is_mark(change: Any) -> bool:
    return change.getparent().tag in (f"{W}trPr", f"{W}rPr")


def _paragraphs(root: Any) -> list[str]:
    return [text for text in map(_text, root.iter(f"{W}p")) if text]


def _text(paragraph: Any) -> str:
    return "".join(_pieces(paragraph))


def _pieces(paragraph: Any) -> Iterator[str]:
    for one in paragraph.iter(f"{W}t", f"{W}delText", f"{W}tab", f"{W}br"):
        if next(one.iterancestors(f"{W}p")) is paragraph:
            yield one.text or "" if one.tag in (f"{W}t", f"{W}delText") else "\t"
