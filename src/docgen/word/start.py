"""A start for a Word document in the house style of another: its styles, margins, header and footer, and a new body."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from lxml import etree

from docgen.case.fields import BY_PATH, CaseField, Kind
from docgen.office.profile import Kind as DocumentKind
from docgen.word.catalogue import row_name, shown
from docgen.word.package import assemble, members_of, pack

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MAIN, _CORE, _STYLES = "word/document.xml", "docProps/core.xml", "word/styles.xml"
_DC = "{http://purl.org/dc/elements/1.1/}"
_XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_NESTED = (Kind.BLOCK, Kind.VARIANTS)
_WIDE = 9072
"""Width of a table between the margins of an A4 page, in twentieths of a point."""


class StartWords(Protocol):
    """The words that a start needs, in its language."""

    def text(self, key: str, **parameters: str) -> str:
        """A phrase by its key."""
        ...

    def name(self, path: str) -> str:
        """What people call a field."""
        ...


@dataclass(frozen=True, slots=True)
class Cells:
    """A table: heading cells, and rows of paragraphs."""

    name: str
    described: str
    widths: tuple[int, ...]
    """In parts of the whole width."""
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...] | str, ...]
    """Cells, or one text over the whole row (an instruction)."""


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph."""

    style: str
    text: str
    bookmark: str = ""


def in_house_style(base: bytes, title: str, body: Sequence[Line | Cells | Any], *, margins: bool = True) -> bytes:
    """A Word file with a new body and title, and all else as in `base`.

    Args:
        base: a Word file of the house.
        title: for its properties.
        body: paragraphs and tables; an element is taken as it is.
        margins: keep header and footer.

    Raises:
        KeyError: `base` lacks its main part.
    """
    members = dict(members_of(base))
    root: Any = etree.fromstring(members[_MAIN])
    holder = root.find(f"{W}body")
    ends = [child for child in holder if child.tag == f"{W}sectPr"]
    styles = {str(one.get(f"{W}styleId")) for one in etree.fromstring(members[_STYLES]).iter(f"{W}style")}
    holder[:] = [*(_element(one, styles) for one in body), *ends]
    if not margins:
        for end in ends:
            for reference in (*end.findall(f"{W}headerReference"), *end.findall(f"{W}footerReference")):
                end.remove(reference)
    members[_MAIN] = _bytes(root)
    members[_CORE] = _titled(members[_CORE], title)
    return assemble(pack(name, content) for name, content in members.items())


def start(base: bytes, name: str, kind: DocumentKind, title: str, words: StartWords) -> bytes:
    """A start for a template of a kind: a section a required field with a table of all it holds, and the signatures.

    Args:
        base: a template of the same office and language.
        name: the kind's name, for the properties.
        kind: the kind in the office's profile.
        title: its title in the template's language.
        words: the words around the fields.
    """
    wanted = [path.replace("[*]", "") for path in kind.requires] or ["applicant"]
    body: list[Line | Cells | Any] = [
        Line("Title", "{{ document.title }}"),
        Line("DgLead", "{{ office.name }}, {{ document.date|date }}"),
    ]
    sections = list(dict.fromkeys(_section(path) for path in wanted))
    for path in sections:
        if any(path.startswith(f"{other}.") for other in sections):
            continue
        field = BY_PATH[path]
        body += [Line("DgHeadingPlain", words.name(path)), *_fields(field, path, words, (path,))]
    body += [Line("DgBodyAfterTable", words.text("start.text"))]
    body += [Line("DgHeadingPlain", words.text("start.signatures")), _signatures(kind, words)] if kind.slots else []
    return in_house_style(base, title, body)


def _section(path: str) -> str:
    """The block that a required field stands in, or the field itself at the top."""
    return path if BY_PATH[path].kind in _NESTED else path.rpartition(".")[0] or path


def _fields(field: CaseField, written: str, words: StartWords, given: tuple[str, ...]) -> Iterator[Line | Cells]:
    if field.kind not in _NESTED:
        yield _table(field.path, list(_rows((field,), written.rpartition(".")[0], words, given)), words)
    elif field.many:
        row = row_name(field.name)
        yield _instruction(f"{{%p for {row} in {written} %}}")
        yield Line("Caption", f"{words.name(field.path)}: {{{{ loop.index }}}}")  # or Word makes one table of them all
        yield from _of_block(field, row, words, (row,))
        yield _instruction("{%p endfor %}")
    else:
        yield from _of_block(field, written, words, given)


def _of_block(field: CaseField, written: str, words: StartWords, given: tuple[str, ...]) -> Iterator[Line | Cells]:
    if field.kind is not Kind.VARIANTS:
        yield from _group(field, field.fields, written, words, given)
        return
    for word, fields in field.variants:
        yield _instruction(f"{{%p if {written}.kind == '{word}' %}}")
        yield from _group(field, fields, written, words, given)
        yield _instruction("{%p endif %}")


def _group(
    field: CaseField, fields: tuple[CaseField, ...], written: str, words: StartWords, given: tuple[str, ...]
) -> Iterator[Line | Cells]:
    rows = list(_rows(fields, written, words, given))
    if rows:
        yield _table(field.path, rows, words)
    for inner in _lists(fields):
        steps = inner.path.removeprefix(f"{field.path}.").split(".")
        around = [".".join([written, *steps[:length]]) for length in range(1, len(steps) + 1)]
        yield _instruction(f"{{%p if {' and '.join(around)} %}}")
        yield Line("Heading2" if len(given) < 2 else "Heading3", words.name(inner.path))
        yield from _fields(inner, ".".join([written, *steps]), words, (*given, *around))
        yield _instruction("{%p endif %}")


def _lists(fields: tuple[CaseField, ...]) -> Iterator[CaseField]:
    """Lists of blocks and blocks with variants, which need more than a row."""
    for field in fields:
        if field.kind in _NESTED and (field.many or field.kind is Kind.VARIANTS):
            yield field
        elif field.kind is Kind.BLOCK:
            yield from _lists(field.fields)


def _rows(
    fields: tuple[CaseField, ...], written: str, words: StartWords, given: tuple[str, ...], whose: str = ""
) -> Iterator[tuple[str, ...] | str]:
    for field in fields:
        here = f"{written}.{field.name}" if written else field.name
        if field.kind is Kind.BLOCK and not field.many:
            yield from _rows(field.fields, here, words, (*given, here), words.name(field.path))
        elif field.kind not in (*_NESTED, Kind.TABLE):
            around = [one for one in given[1:] if here.startswith(f"{one}.")]
            yield f"{{%tr if {' and '.join([*around, f'{here} is given'])} %}}"
            name = words.name(field.path)
            label = f"{whose}: {name[:1].lower()}{name[1:]}" if whose else name
            yield (label, f"{{{{ {shown(field, here)} }}}}")
            yield "{%tr endif %}"


def _table(path: str, rows: Sequence[tuple[str, ...] | str], words: StartWords) -> Cells:
    name = words.name(path)
    head = (words.text("start.field"), words.text("start.value"))
    return Cells(name, words.text("start.table", name=name), (34, 66), head, tuple(rows))


def _signatures(kind: DocumentKind, words: StartWords) -> Any:
    head = (words.text("start.signatory"), words.text("start.signature"))
    table = _cells(Cells(head[1], words.text("start.table", name=head[1]), (47, 53), head, ()), "DgSignatures")
    for number, slot in enumerate(kind.slots):
        table.append(_signature(slot.name, 1000 + number, words))
    return table


def _signature(slot: str, number: int, words: StartWords) -> Any:
    row = etree.Element(f"{W}tr")
    properties = etree.SubElement(row, f"{W}trPr")
    etree.SubElement(properties, f"{W}cantSplit")
    etree.SubElement(properties, f"{W}trHeight", {f"{W}val": "2041", f"{W}hRule": "atLeast"})
    who = [f"{{{{ signatory.{slot}.{name} }}}}" for name in ("name", "role", "organisation")]
    lines = [Line("DgParty", text) for text in who]
    lines.append(_instruction(f"{{%p if signatory.{slot}.on_behalf_of %}}"))
    lines.append(Line("DgParty", words.text("start.on_behalf", slot=slot)))
    lines.append(_instruction("{%p endif %}"))
    place = _paragraph(Line("DgSign", ""), None)
    etree.SubElement(place, f"{W}bookmarkStart", {f"{W}id": str(number), f"{W}name": f"sig_{slot}"})
    etree.SubElement(place, f"{W}bookmarkEnd", {f"{W}id": str(number)})
    row.append(_cell([_paragraph(line, None) for line in lines], 47))
    row.append(_cell([place], 53))
    return row


def _instruction(text: str) -> Line:
    return Line("DgInstruction", text)


def _element(one: Line | Cells | Any, styles: set[str]) -> Any:
    if isinstance(one, Line):
        return _paragraph(one, styles)
    if isinstance(one, Cells):
        return _cells(one, "DgFields" if len(one.head) == 2 else "DgGrid")
    return one


def _paragraph(line: Line, styles: set[str] | None) -> Any:
    paragraph = etree.Element(f"{W}p")
    if styles is None or line.style in styles:
        etree.SubElement(etree.SubElement(paragraph, f"{W}pPr"), f"{W}pStyle", {f"{W}val": line.style})
    if line.text:
        text = etree.SubElement(etree.SubElement(paragraph, f"{W}r"), f"{W}t", {_XML_SPACE: "preserve"})
        text.text = line.text
    return paragraph


def _cells(cells: Cells, style: str) -> Any:
    table = etree.Element(f"{W}tbl")
    properties = etree.SubElement(table, f"{W}tblPr")
    etree.SubElement(properties, f"{W}tblStyle", {f"{W}val": style})
    etree.SubElement(properties, f"{W}tblW", {f"{W}w": str(_WIDE), f"{W}type": "dxa"})
    etree.SubElement(properties, f"{W}tblLayout", {f"{W}type": "fixed"})
    look = {
        "val": "04A0",
        "firstRow": "1",
        "lastRow": "0",
        "firstColumn": "1",
        "lastColumn": "0",
        "noHBand": "0",
        "noVBand": "1",
    }
    etree.SubElement(properties, f"{W}tblLook", {f"{W}{key}": value for key, value in look.items()})
    etree.SubElement(properties, f"{W}tblCaption", {f"{W}val": cells.name})
    etree.SubElement(properties, f"{W}tblDescription", {f"{W}val": cells.described})
    grid = etree.SubElement(table, f"{W}tblGrid")
    for width in cells.widths:
        etree.SubElement(grid, f"{W}gridCol", {f"{W}w": str(_twentieths(width))})
    table.append(_row([Line("DgCellHead", text) for text in cells.head], cells.widths, head=True))
    for row in cells.rows:
        if isinstance(row, str):
            table.append(_row([_instruction(row)], (sum(cells.widths),), span=len(cells.widths)))
        else:
            looks = ["DgLabel", *["DgCell"] * (len(row) - 1)]
            table.append(_row([Line(look, text) for look, text in zip(looks, row, strict=True)], cells.widths))
    return table


def _row(lines: Sequence[Line], widths: Sequence[int], *, head: bool = False, span: int = 0) -> Any:
    row = etree.Element(f"{W}tr")
    properties = etree.SubElement(row, f"{W}trPr")
    etree.SubElement(properties, f"{W}cantSplit")
    if head:
        etree.SubElement(properties, f"{W}tblHeader")
    for line, width in zip(lines, widths, strict=True):
        row.append(_cell([_paragraph(line, None)], width, span))
    return row


def _cell(paragraphs: Sequence[Any], width: int, span: int = 0) -> Any:
    cell = etree.Element(f"{W}tc")
    properties = etree.SubElement(cell, f"{W}tcPr")
    etree.SubElement(properties, f"{W}tcW", {f"{W}w": str(_twentieths(width)), f"{W}type": "dxa"})
    if span:
        etree.SubElement(properties, f"{W}gridSpan", {f"{W}val": str(span)})
    cell.extend(paragraphs)
    return cell


def _twentieths(width: int) -> int:
    return round(_WIDE * width / 100)


def _titled(core: bytes, title: str) -> bytes:
    root = etree.fromstring(core)
    own = root.find(f"{_DC}title")
    if own is None:
        own = etree.SubElement(root, f"{_DC}title")
    own.text = title
    return _bytes(root)


def _bytes(root: Any) -> bytes:
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))
