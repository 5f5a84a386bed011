"""The text of a Word file, the same for the same text, made to be compared line by line.

A paragraph is a line and a row of a table is a line. Headings are marked with `#`, other styles by their name in
brackets, bold and italic by `**` and `*`; content controls, text boxes, notes, signature places, tracked changes and
remarks can be seen. Numbers that Word counts itself are not there: one new article would change every line after it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from docgen.word.lint.opened import W, WordFile, opened

_DC = "{http://purl.org/dc/elements/1.1/}"
_UNMARKED = frozenset(
    {
        "",
        "Normal",
        "BodyText",
        "DgBodyAfterTable",
        "DgCell",
        "DgCellHead",
        "DgLabel",
        "DgParty",
        "DgSign",
        "Header",
        "Footer",
    }
)
_AROUND_BLOCKS = tuple(f"{W}{name}" for name in ("footnote", "endnote", "ins", "del", "customXml"))
_NOTES = {f"{W}footnoteReference": "‹footnote›", f"{W}endnoteReference": "‹endnote›"}
_BOX = f"{W}txbxContent"
_PICTURES = (f"{W}drawing", f"{W}pict", "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent")
_SPACES = {f"{W}tab": "\t", f"{W}br": "⏎", f"{W}cr": "⏎", f"{W}noBreakHyphen": "\u2011"}
_WRAPS = {"Strong": "**", "Emphasis": "*"}


def plain_text(content: bytes, file: str) -> str:
    """The text, ending in a line break.

    Args:
        content: the Word file.
        file: its name as the user knows it.

    Raises:
        ContentInvalid: it is not a Word file.
    """
    word = opened(content, file)
    lines = [*_properties(word)]
    styles = _style_names(word)
    for part in word.parts:
        root = part.root.find(f"{W}body") if part.label == "body" else part.root
        own = list(_blocks(root, styles))
        if part.label == "body":
            lines += ["", *own]
        elif any(line.strip() for line in own):
            lines += ["", f"=== {part.label} ===", *own]
    remarks = list(_remarks(word))
    lines += ["", "=== comments ===", *remarks] if remarks else []
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _properties(word: WordFile) -> Iterator[str]:
    core = word.of_type("package.core-properties+xml")
    for name in ("title", "subject", "language") if core is not None else ():
        yield f"{name}: {core.findtext(f'{_DC}{name}') or ''}"


def _remarks(word: WordFile) -> Iterator[str]:
    root = word.of_type("wordprocessingml.comments+xml")
    for one in () if root is None else root.iter(f"{W}comment"):
        words = " ¶ ".join(paragraph_text(paragraph) for paragraph in one.iter(f"{W}p"))
        yield f"‹comment {one.get(f'{W}id')}› {one.get(f'{W}author')}: {words}"


def _style_names(word: WordFile) -> Mapping[str, str]:
    root = word.of_type("wordprocessingml.styles+xml")
    found = () if root is None else root.iter(f"{W}style")
    return {str(one.get(f"{W}styleId")): _value(one.find(f"{W}name")) for one in found}


def _blocks(container: Any, styles: Mapping[str, str]) -> Iterator[str]:
    for block in container.iterchildren():
        if block.tag == f"{W}p":
            yield _marked(block, styles)
        elif block.tag == f"{W}tbl":
            yield from ("", *_table(block, styles), "")
        elif block.tag == f"{W}sdt":
            yield f"⟦{_value(block.find(f'{W}sdtPr/{W}tag'))}"
            yield from _blocks(block.find(f"{W}sdtContent"), styles)
            yield "⟧"
        elif block.tag in _AROUND_BLOCKS:
            yield from _blocks(block, styles)


def _marked(paragraph: Any, styles: Mapping[str, str]) -> str:
    style = _value(paragraph.find(f"{W}pPr/{W}pStyle"))
    name, words = styles.get(style, style), paragraph_text(paragraph)
    if style == "Title":
        return f"# {words}"
    if name.lower().startswith("heading ") and name[-1:].isdigit():
        return f"\n{'#' * (int(name[-1]) + 1)} {words}"
    return words if style in _UNMARKED else f"[{name}] {words}"


def _table(table: Any, styles: Mapping[str, str]) -> Iterator[str]:
    for row in table.iter(f"{W}tr"):
        if next(row.iterancestors(f"{W}tbl")) is table:
            cells = (cell for cell in row.iter(f"{W}tc") if next(cell.iterancestors(f"{W}tr")) is row)
            yield "| " + " | ".join(_cell(cell, styles) for cell in cells) + " |"


def _cell(cell: Any, styles: Mapping[str, str]) -> str:
    lines = (line.strip() for line in _blocks(cell, styles))
    return " ¶ ".join(line for line in lines if line)


def paragraph_text(paragraph: Any) -> str:
    """The words of a paragraph, with marks for what is not plain text."""
    return "".join(_inline(paragraph)).replace("\n", "⏎")


def _inline(element: Any) -> Iterator[str]:
    for child in element.iterchildren():
        match child.tag.removeprefix(W) if isinstance(child.tag, str) else "":
            case "r":
                yield _run(child)
            case "ins" | "moveTo":
                yield from ("{+", *_inline(child), "+}")
            case "del" | "moveFrom":
                yield from ("[-", *_inline(child), "-]")
            case "sdt":
                content = child.find(f"{W}sdtContent")
                yield from (f"⟦{_value(child.find(f'{W}sdtPr/{W}tag'))}: ", *_inline(content), "⟧")
            case "bookmarkStart" if str(child.get(f"{W}name")).startswith("sig_"):
                yield f"‹{child.get(f'{W}name')}›"
            case "hyperlink" | "smartTag" | "fldSimple":
                yield from _inline(child)


def _run(run: Any) -> str:
    parts: list[str] = []
    for child in run.iterchildren():
        if child.tag in (f"{W}t", f"{W}delText"):
            parts.append(child.text or "")
        elif child.tag in _SPACES:
            parts.append(_SPACES[child.tag])
        elif child.tag == f"{W}instrText":
            parts.append(f"‹{(child.text or '').strip()}›")
        elif child.tag in _NOTES:
            parts.append(_NOTES[child.tag])
        elif child.tag in _PICTURES:
            parts.append(_drawn(child))
        elif child.tag == f"{W}commentReference":
            parts.append(f"‹comment {child.get(f'{W}id')}›")
    words = "".join(parts)
    wrap = _WRAPS.get(_value(run.find(f"{W}rPr/{W}rStyle")), "")
    return f"{wrap}{words}{wrap}" if words.strip() else words


def _drawn(drawing: Any) -> str:
    boxes = [box for box in drawing.iter(_BOX) if next(box.iterancestors(_BOX), None) is None]
    words = (paragraph_text(paragraph) for box in boxes for paragraph in box.iter(f"{W}p"))
    return f"‹box: {' ¶ '.join(words)}›" if boxes else "‹picture›"


def _value(element: Any) -> str:
    return "" if element is None else str(element.get(f"{W}val") or "")
