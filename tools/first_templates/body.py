"""Blocks of a source text as Word: paragraphs in named styles, tables, signature cells, header and footer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import docx.document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from source import Block, Paragraph, Row, Signatures, Slot, Source, Table, cell_paragraphs, spans, styled
from styles import STYLE_IDS, TEXT_WIDTH
from words import Words

BOX = 4819
"""Width of a signature cell, 85 mm, so that a mark of 80 mm stands inside its margins."""
BOX_HEIGHT = 2041
"""Least height of a signature row, 36 mm, so that a mark of 30 mm stands inside its margins."""


def fill(document: docx.document.Document, text: Source, words: Words) -> None:
    """Write all blocks, the header and the footer into an empty document."""
    body = document.element.body
    section = body.sectPr
    for number, block in enumerate(text.blocks):
        for element in _elements(block, words, number):
            section.addprevious(element)
    _set_section(document)
    _header(document, text.running, words)
    _footer(document, words)


def _elements(block: Block, words: Words, number: int) -> Iterable[Any]:
    if isinstance(block, Paragraph):
        return [_paragraph(block.style, block.text, new_page=block.new_page, keep=block.keep)]
    if isinstance(block, Table):
        return [_table(block, words)]
    return [_signatures(block, words, first_id=1000 * (number + 1))]


def _element(tag: str, **attributes: object) -> Any:
    element = OxmlElement(f"w:{tag}")
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), str(value))
    return element


def _with(parent: Any, *children: Any) -> Any:
    for child in children:
        parent.append(child)
    return parent


def _paragraph(role: str, text: str = "", *, new_page: bool = False, keep: bool = False) -> Any:
    properties = _with(_element("pPr"), _element("pStyle", val=STYLE_IDS[role]))
    # Where a page may break is the only thing set on a paragraph itself; how it looks is for its style.
    if keep:
        properties.append(_element("keepNext"))
    if new_page:
        properties.append(_element("pageBreakBefore"))
    paragraph = _with(_element("p"), properties)
    for span in spans(text):
        paragraph.append(_run(span.text, "bold" if span.bold else "italic" if span.italic else ""))
    return paragraph


def _run(text: str, role: str = "") -> Any:
    run = _element("r")
    if role:
        run.append(_with(_element("rPr"), _element("rStyle", val=STYLE_IDS[role])))
    for part in _text_parts(text):
        run.append(part)
    return run


def _text_parts(text: str) -> Iterable[Any]:
    for number, piece in enumerate(text.split("\t")):
        if number:
            yield _element("tab")
        if piece:
            element = _element("t")
            element.text = piece
            element.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
            yield element


def _cell(width: int, paragraphs: Sequence[Any], span: int = 1) -> Any:
    properties = _with(_element("tcPr"), _element("tcW", w=width, type="dxa"))
    if span > 1:
        properties.append(_element("gridSpan", val=span))
    return _with(_element("tc"), properties, *paragraphs)


def _row(cells: Iterable[Any], *, header: bool = False, height: int = 0) -> Any:
    properties = _with(_element("trPr"), _element("cantSplit"))
    if height:
        properties.append(_element("trHeight", val=height, hRule="atLeast"))
    if header:
        properties.append(_element("tblHeader"))
    return _with(_element("tr"), properties, *cells)


def _frame(role: str, widths: Sequence[int], title: str, description: str, *, first_column: bool) -> Any:
    properties = _with(
        _element("tblPr"),
        _element("tblStyle", val=STYLE_IDS[role]),
        _element("tblW", w=sum(widths), type="dxa"),
        _element("tblLayout", type="fixed"),
        _element("tblLook", val="04A0" if first_column else "0420", firstRow=1, lastRow=0,
                 firstColumn=int(first_column), lastColumn=0, noHBand=0, noVBand=1),
        _element("tblCaption", val=title),
        _element("tblDescription", val=description),
    )  # fmt: skip
    grid = _with(_element("tblGrid"), *(_element("gridCol", w=width) for width in widths))
    return _with(_element("tbl"), properties, grid)


def _table(block: Table, words: Words) -> Any:
    widths = [TEXT_WIDTH * percent // 100 for percent in block.widths]
    widths[-1] += TEXT_WIDTH - sum(widths)
    description = words.table_of.format(title=block.title)
    role = "fields" if block.fields else "grid"
    table = _frame(role, widths, block.title, description, first_column=block.fields)
    head = [_cell(width, [_paragraph("cell_head", name)]) for width, name in zip(widths, block.header, strict=True)]
    table.append(_row(head, header=True))
    last = block.rows[-1] if block.rows else None
    for row in block.rows:
        table.append(_table_row(row, widths, fields=block.fields, keep=block.together and row is not last))
    return table


def _table_row(row: Row, widths: Sequence[int], *, fields: bool, keep: bool) -> Any:
    if row.instruction:
        return _row([_cell(sum(widths), [_paragraph("instruction", row.cells[0])], span=len(widths))])
    roles = ["label" if fields else "cell", *["cell"] * (len(widths) - 1)]
    return _row(
        _cell(width, [_cell_paragraph(role, text, keep=keep) for text in cell_paragraphs(cell)])
        for role, width, cell in zip(roles, widths, row.cells, strict=True)
    )


def _cell_paragraph(role: str, text: str, *, keep: bool) -> Any:
    style, rest = styled(text)
    if style == "bullet":
        return _paragraph("cell_bullet", rest, keep=keep)
    return _paragraph("instruction" if style == "instruction" else role, text, keep=keep)


def _signatures(block: Signatures, words: Words, first_id: int) -> Any:
    widths = [TEXT_WIDTH - BOX, BOX]
    table = _frame("signatures", widths, words.signature, words.signature_table, first_column=False)
    names = (words.signatory, words.signature)
    head = [_cell(width, [_paragraph("cell_head", name)]) for width, name in zip(widths, names, strict=True)]
    table.append(_row(head, header=True))
    for offset, slot in enumerate(block.slots):
        cells = [_cell(widths[0], _party(slot, words)), _cell(BOX, [_place_to_sign(slot, first_id + offset)])]
        table.append(_row(cells, height=BOX_HEIGHT))
    return table


def _party(slot: Slot, words: Words) -> list[Any]:
    path = f"signatory.{slot.name}"
    label = [_paragraph("party", slot.label)] if slot.label else []
    function = [_paragraph("party", f"{{{{ {path}.role }}}}"), _paragraph("party", f"{{{{ {path}.organisation }}}}")]
    if slot.by_hand:
        return [*label, *function]
    return [
        *label,
        _paragraph("party", f"**{{{{ {path}.name }}}}**"),
        *function,
        _paragraph("instruction", f"{{%p if {path}.on_behalf_of %}}"),
        _paragraph("party", f"{words.on_behalf_of} {{{{ {path}.on_behalf_of }}}}"),
        _paragraph("instruction", "{%p endif %}"),
    ]


def _place_to_sign(slot: Slot, identifier: int) -> Any:
    paragraph = _paragraph("sign")
    start = _element("bookmarkStart", id=identifier, name=f"sig_{slot.name}")
    return _with(paragraph, start, _element("bookmarkEnd", id=identifier))


def _set_section(document: docx.document.Document) -> None:
    section = document.element.body.sectPr
    for child in list(section):
        section.remove(child)
    _with(
        section,
        _element("pgSz", w=11906, h=16838),
        _element("pgMar", top=1474, right=1417, bottom=1361, left=1417, header=624, footer=567, gutter=0),
        _element("titlePg"),
    )


def _header(document: docx.document.Document, title: str, words: Words) -> None:
    section = document.sections[0]
    number = f"{{% if document.number %}} {words.number} {{{{ document.number }}}}{{% endif %}}"
    running = _paragraph("header", f"{{{{ office.brand }}}}\t{title}{number}")
    _replace(section.header, [running])
    department = "{% if office.department %} · {{ office.department }}{% endif %}"
    first = [
        _paragraph("letterhead", "{{ office.brand }}"),
        _paragraph("letterhead_line", f"{{{{ office.name }}}}{department}"),
    ]
    _replace(section.first_page_header, first)


def _footer(document: docx.document.Document, words: Words) -> None:
    section = document.sections[0]
    for footer in (section.footer, section.first_page_footer):
        paragraph = _paragraph("footer", f"{{{{ document.case }}}}\t{words.page} ")
        _with(paragraph, *_field("PAGE"), _run(f" {words.of} "), *_field("NUMPAGES"))
        _replace(footer, [paragraph])


def _replace(part: Any, paragraphs: Sequence[Any]) -> None:
    part.is_linked_to_previous = False
    root = part._element
    for child in list(root):
        root.remove(child)
    _with(root, *paragraphs)


def _field(instruction: str) -> tuple[Any, ...]:
    code = _element("instrText")
    code.text = f" {instruction} "
    return (
        _with(_element("r"), _element("fldChar", fldCharType="begin")),
        _with(_element("r"), code),
        _with(_element("r"), _element("fldChar", fldCharType="separate")),
        _run("1"),
        _with(_element("r"), _element("fldChar", fldCharType="end")),
    )
