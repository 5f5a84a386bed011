"""The source text of a first template, read into blocks.

One file is one Word template. A line says by its first characters what it becomes; README.md beside this file lists
them. Tags of docxtpl are left exactly as they stand.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

import yaml

Numbering = Literal["articles", "sections", "deliberation"]

_TAG = r"\{\{.*?\}\}|\{%.*?%\}"
_MARKS = re.compile(rf"({_TAG}|\*\*|\*)")
_BARS = re.compile(rf"({_TAG})|\s+\|\s+")
_PARAGRAPHS = re.compile(rf"({_TAG})|\s*¶\s*")
_FRENCH = re.compile(rf"({_TAG})|(?<=«) | (?=[;?!»])| (?=:(?!\d))|(?<=[A-Za-zÀ-ÿ])'")
"""What French typography changes: spaces beside double punctuation and guillemets, and apostrophes."""
_WIDTH = re.compile(r"^(.*?)\s+:(\d+)$")


class SourceError(Exception):
    """A source text that cannot be built; the message names file and line."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text of one look."""

    text: str
    bold: bool = False
    italic: bool = False


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of a named style; `style` is a role of `styles.py`, not a Word name."""

    style: str
    text: str
    new_page: bool = False
    keep: bool = False
    """Stays with what follows: it announces a table or a list."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table. One cell and `instruction` true: a docxtpl row that disappears."""

    cells: tuple[str, ...]
    instruction: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a header row that repeats on every page."""

    header: tuple[str, ...]
    rows: tuple[Row, ...]
    widths: tuple[int, ...]
    """Percent a column."""
    title: str
    """For those who do not see the table: caption, or the heading above it."""
    fields: bool = False
    """Two columns, label and value."""
    together: bool = False
    """Short enough to stand on one page: it is not split."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A place to sign."""

    name: str
    label: str = ""
    """What the signature means, for example “Voor goedkeuring”."""
    by_hand: bool = False
    """Nobody is named: who signs has filled in the name elsewhere in the document."""


@dataclass(frozen=True, slots=True)
class Signatures:
    """The signature table: a row a slot, in signing order."""

    slots: tuple[Slot, ...]


Block = Paragraph | Table | Signatures


@dataclass(frozen=True, slots=True)
class Source:
    """A whole source text."""

    lang: str
    kind: str
    title: str
    subject: str
    numbering: Numbering
    running: str
    """Title in the header of the second and later pages."""
    blocks: tuple[Block, ...]


@dataclass(slots=True)
class _Reader:
    """Walks through the lines, with what the next block needs to know of the ones before."""

    lines: list[tuple[str, str]]
    """Place and text of each line, shared clauses included."""
    field_header: tuple[str, str]
    at: int = 0
    blocks: list[Block] = field(default_factory=list)
    heading: str = ""
    outer_heading: str = ""
    """The last heading without tags, which holds outside a loop too."""
    caption: str = ""
    break_next: bool = False

    def peek(self) -> str:
        return self.lines[self.at][1] if self.at < len(self.lines) else ""

    def take(self) -> str:
        line = self.lines[self.at][1]
        self.at += 1
        return line

    def fail(self, why: str) -> SourceError:
        return SourceError(f"{self.lines[max(self.at - 1, 0)][0]}: {why}")

    def add(self, style: str, text: str) -> None:
        words = text.strip()
        self.blocks.append(Paragraph(style, words, self.break_next, keep=words.endswith(":")))
        self.break_next = False

    def table_title(self) -> str:
        title = self.caption or self.heading
        self.caption = ""
        # The title becomes an attribute, where docxtpl does not undo the escaping of quotes inside a tag.
        return re.sub(r"\{%.*?%\}|\{\{[^}]*[\"'][^}]*\}\}", "", title).strip()


def read(path: Path, clauses: Path, field_header: tuple[str, str]) -> Source:
    """Read a source text with its shared clauses.

    Args:
        path: `<office>/<lang>/<kind>.md`.
        clauses: folder with a folder of shared clauses a language.
        field_header: words above the two columns of a field table.

    Raises:
        SourceError: with file and line, when something is not of the form.
    """
    head, body_start, text = _front_matter(path)
    lang = path.parent.name
    lines = list(_lines(text, path.name, body_start, clauses / lang))
    if lang == "fr":
        lines = [(place, french(line)) for place, line in lines]
    reader = _Reader(lines, field_header)
    while reader.at < len(reader.lines):
        _block(reader)
    articles = bool(head.get("articles"))
    numbering: Any = head.get("numbering", "articles" if articles else "sections")
    running = head.get("running", _RUNNING)
    return Source(lang, path.stem, head["title"], head["subject"], numbering, running, tuple(reader.blocks))


def _front_matter(path: Path) -> tuple[dict[str, Any], int, str]:
    parts = path.read_text(encoding="utf-8").split("---\n", 2)
    if len(parts) != 3 or parts[0].strip():
        raise SourceError(f"{path}: no front matter between two lines of ---")
    head = yaml.safe_load(parts[1]) or {}
    unknown = set(head) - {"title", "subject", "articles", "numbering", "running"}
    missing = {"title", "subject"} - set(head)
    if unknown or missing:
        raise SourceError(f"{path}: front matter: unknown {sorted(unknown)}, missing {sorted(missing)}")
    return head, parts[1].count("\n") + 3, parts[2]


def _lines(text: str, name: str, first: int, clauses: Path) -> Iterator[tuple[str, str]]:
    for number, line in enumerate(text.splitlines(), start=first):
        if line.startswith(":clause "):
            clause = clauses / f"{line.split()[1]}.md"
            if not clause.is_file():
                raise SourceError(f"{name}:{number}: no shared clause {clause}")
            yield from _lines(clause.read_text(encoding="utf-8"), clause.name, 1, clauses)
        elif not line.startswith("<!--"):
            yield f"{name}:{number}", line.rstrip()


def french(line: str) -> str:
    """The line with the spaces of French that do not break, and curled apostrophes; tags are left alone."""
    return _FRENCH.sub(lambda match: match.group(1) or ("’" if match.group() == "'" else "\u00a0"), line)


_PREFIXES: tuple[tuple[str, str], ...] = (
    ("# ", "title"),
    ("## ", "heading1"),
    ("##- ", "heading_plain"),
    ("##+ ", "annex"),
    ("### ", "heading2"),
    ("#### ", "heading3"),
    ("> ", "lead"),
    ("! ", "note"),
    ("- ", "bullet"),
    ("^ ", "caption"),
)
_CLAUSE = re.compile(r"^\d+\. (.*)$")
_LETTER = re.compile(r"^[a-z]\) (.*)$")
_RUNNING = "{% if document.title|length <= 60 %}{{ document.title }}{% else %}{{ document.case }}{% endif %}"
"""The title, unless it would fill more than a line."""
_HEADINGS = {"heading1", "heading2", "heading3", "heading_plain", "annex"}


def _block(reader: _Reader) -> None:
    line = reader.peek()
    special: dict[str, Callable[[_Reader], None]] = {
        ":fields": _fields,
        ":fields!": _fields,
        ":signatures": _signatures,
        ":pagebreak": _page_break,
    }
    word = line.split(" ", 1)[0]
    if not line.strip():
        reader.take()
    elif word in special:
        special[word](reader)
    elif word.startswith(":"):
        reader.take()
        raise reader.fail(f"unknown word {word}")
    elif line.startswith("|="):
        _table(reader)
    elif line.startswith(("|", "{%tr")):
        reader.take()
        raise reader.fail("a row outside a table: a table starts with |= and has no empty line in it")
    else:
        _paragraph(reader)


def _paragraph(reader: _Reader) -> None:
    line = reader.take()
    style, text = styled(line)
    if style in _HEADINGS:
        reader.heading = text
        reader.outer_heading = text if "{" not in text else reader.outer_heading
    if style == "instruction" and "endfor" in text:
        reader.heading = reader.outer_heading
    if style == "caption":
        reader.caption = text
    reader.add(style, text)


def styled(line: str) -> tuple[str, str]:
    """Role and text of a line that is a paragraph."""
    if line.startswith("{%p "):
        return "instruction", line
    for prefix, style in _PREFIXES:
        if line.startswith(prefix):
            return style, line[len(prefix) :]
    for pattern, style in ((_CLAUSE, "clause"), (_LETTER, "letter")):
        if match := pattern.match(line):
            return style, match.group(1)
    return "body", line


def _page_break(reader: _Reader) -> None:
    reader.take()
    reader.break_next = True


def _signatures(reader: _Reader) -> None:
    words = shlex.split(reader.take())[1:]
    slots = tuple(_slot(*word.split("=", 1)) for word in words)
    if not slots:
        raise reader.fail(":signatures names no slot")
    _keep_with_signatures(reader)
    reader.blocks.append(Signatures(slots))


def _slot(name: str, label: str = "") -> Slot:
    return Slot(name.removesuffix("?"), label, by_hand=name.endswith("?"))


def _keep_with_signatures(reader: _Reader) -> None:
    """What stands between the heading and the signatures stays on their page, and the last words before it too."""
    past_heading = False
    for index in range(len(reader.blocks) - 1, -1, -1):
        block = reader.blocks[index]
        if not isinstance(block, Paragraph):
            return
        if block.style == "instruction":
            continue
        if block.style in _HEADINGS:
            past_heading = True
            continue
        style = "closing" if block.style == "body" else block.style
        reader.blocks[index] = replace(block, style=style, keep=True)
        if past_heading:
            return


def _fields(reader: _Reader) -> None:
    first = reader.take().removeprefix(":fields")
    together = first.startswith("!")
    caption = first.removeprefix("!").strip()
    title = caption or reader.table_title()
    rows: list[Row] = []
    while reader.at < len(reader.lines) and reader.peek() != ":end":
        line = reader.take()
        if line.startswith("{%tr"):
            rows.append(Row((line,), instruction=True))
        elif line.startswith("  ") and rows:
            label, value = rows[-1].cells
            rows[-1] = Row((label, f"{value}¶{line.strip()}"))
        elif line.strip():
            cells = split_cells(line)
            if len(cells) != 2:
                raise reader.fail("a field is “label | value”")
            rows.append(Row(cells))
    if reader.at >= len(reader.lines):
        raise reader.fail(":fields without :end")
    reader.take()
    reader.blocks.append(Table(reader.field_header, tuple(rows), (34, 66), title, fields=True, together=together))


def _table(reader: _Reader) -> None:
    title = reader.table_title()
    first = reader.take()
    together = first.startswith("|=!")
    header, widths = _header(split_cells(first.removeprefix("|=").removeprefix("!")))
    rows: list[Row] = []
    while reader.peek().startswith(("| ", "{%tr")):
        line = reader.take()
        if line.startswith("{%tr"):
            rows.append(Row((line,), instruction=True))
            continue
        cells = split_cells(line[1:])
        if len(cells) != len(header):
            raise reader.fail(f"{len(cells)} cells under {len(header)} columns")
        rows.append(Row(cells))
    reader.blocks.append(Table(header, tuple(rows), widths, title, together=together))


def _header(cells: Sequence[str]) -> tuple[tuple[str, ...], tuple[int, ...]]:
    found = [_WIDTH.match(cell) for cell in cells]
    names = tuple(match.group(1) if match else cell for match, cell in zip(found, cells, strict=True))
    given = [int(match.group(2)) if match else 0 for match in found]
    free = given.count(0)
    share = (100 - sum(given)) // free if free else 0
    return names, tuple(width or share for width in given)


def split_cells(line: str) -> tuple[str, ...]:
    """The cells of a row; bars inside tags are filters, not borders."""
    return tuple(part.strip() for part in _split(_BARS, f" {line.strip()} "))


def cell_paragraphs(cell: str) -> tuple[str, ...]:
    """The paragraphs of a cell, which ¶ parts."""
    return tuple(part.strip() for part in _split(_PARAGRAPHS, cell))


def _split(pattern: re.Pattern[str], text: str) -> Iterator[str]:
    start = 0
    for match in pattern.finditer(text):
        if match.group(1) is None:
            yield text[start : match.start()]
            start = match.end()
    yield text[start:]


def spans(text: str) -> tuple[Span, ...]:
    """A text with **bold** and *italic* as spans; a tag is never cut."""
    result: list[Span] = []
    bold = italic = False
    for piece in _MARKS.split(text):
        if piece == "**":
            bold = not bold
        elif piece == "*":
            italic = not italic
        elif piece:
            shown = piece if piece.startswith(("{{", "{%")) else piece.replace("~", "\u00a0")
            if result and (result[-1].bold, result[-1].italic) == (bold, italic):
                result[-1] = Span(result[-1].text + shown, bold, italic)
            else:
                result.append(Span(shown, bold, italic))
    return tuple(result)
