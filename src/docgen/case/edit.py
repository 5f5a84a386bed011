"""Changing values of a case file without touching anything else in it.

Comments, order, quoting and line breaks of the rest stay byte for byte: only the characters of the values concerned
are replaced, and new lines are put in. The places come from the YAML parser; nothing is written out anew.
"""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from docgen.case.fields import Kind, find, within
from docgen.case.source import LOADER, Path, Plain

WIDTH = 100
"""Longer texts become a block of their own."""
_PLAIN_KINDS = (Kind.DATE, Kind.NUMBER, Kind.FLAG, Kind.CHOICE)
_STEP = 2
FOLD = 118
"""Width of the lines of a long text."""


@dataclass(frozen=True, slots=True)
class Put:
    """Give a field this value, whether it stands in the file or not; nothing empties it."""

    path: Path
    value: Plain


@dataclass(frozen=True, slots=True)
class TakeOut:
    """Take out a row of a list, with its lines."""

    path: Path


@dataclass(frozen=True, slots=True)
class Insert:
    """Put rows into a list that has rows, after the row at `path` (before the first one when its number is -1)."""

    path: Path
    rows: tuple[Plain, ...]


Change = Put | TakeOut | Insert


def edited(text: str, changes: Sequence[Change]) -> str:
    """The text of a case file with the changes made; paths count rows as they are before any change.

    Args:
        text: a case file that can be read; its root is a mapping.
        changes: no two of them may concern the same value.

    Raises:
        ValueError: a change does not fit the file.
    """
    root = yaml.compose(text, Loader=LOADER)
    if not isinstance(root, MappingNode):
        raise ValueError("not a case file")
    editor = _Editor(text, root)
    found = [edit for order, change in enumerate(changes) for edit in editor.edit(change, order)]
    line_break = "\r\n" if "\r\n" in text else "\n"
    for start, _, end, words in sorted(found, reverse=True):
        text = text[:start] + words.replace("\n", line_break) + text[end:]
    return text


def flow_lists(text: str) -> frozenset[Path]:
    """Paths of the lists that are written on one line, between brackets; such a list is best put whole."""
    root = yaml.compose(text, Loader=LOADER)
    return frozenset(_flow_lists(root, ())) if root is not None else frozenset()


def _flow_lists(node: Node, path: Path) -> Iterator[Path]:
    if isinstance(node, SequenceNode):
        if node.flow_style:
            yield path
        for number, row in enumerate(node.value):
            yield from _flow_lists(row, (*path, number))
    elif isinstance(node, MappingNode):
        for key, value in node.value:
            yield from _flow_lists(value, (*path, str(key.value)))


_Edit = tuple[int, int, int, str]
"""Start, order of edits at the same place, end, new text."""


@dataclass(frozen=True, slots=True)
class _Editor:
    text: str
    root: MappingNode

    def edit(self, change: Change, order: int) -> list[_Edit]:
        match change:
            case Put(path, value):
                return self._put(path, value, order)
            case TakeOut(path):
                return [self._take_out(path, order)]
            case Insert(path, rows):
                return [self._insert(path, rows, order)]

    def _node(self, path: Path) -> Node | None:
        node: Node | None = self.root
        for step in path:
            if isinstance(node, MappingNode):
                node = next((value for key, value in node.value if key.value == step), None)
            elif isinstance(node, SequenceNode) and isinstance(step, int) and 0 <= step < len(node.value):
                node = node.value[step]
            else:
                return None
        return node

    def _put(self, path: Path, value: Plain, order: int) -> list[_Edit]:
        node = self._node(path)
        if node is not None:
            return [self._replace(path, node, value, order)]
        around = self._node(path[:-1])
        if isinstance(around, MappingNode) and around.value:
            return [self._add(path, around, value, order)]
        # What is around is not there either, or stands there without a value.
        step = path[-1]
        if isinstance(step, int):
            raise ValueError(f"no such row: {path}")
        return self._put(path[:-1], {step: value}, order)

    def _replace(self, path: Path, node: Node, value: Plain, order: int) -> _Edit:
        start, end = node.start_mark.index, self._end(node)
        indent = self._indent(path)
        flow = self._in_flow(path)
        if isinstance(node, ScalarNode) and isinstance(value, str):
            # A comment behind a value would become part of a block.
            alone = not self.text[end : self._line_end(end)].strip()
            words = _scalar(path, value, indent, flow=flow or not alone, style=node.style or "")
        elif value is None:
            words = ""
        elif flow or (isinstance(node, SequenceNode) and node.flow_style and _is_flat(value)):
            words = _flow(path, value)
        else:
            words = "\n" + "\n".join(_block(path, value, indent + _STEP))
        if isinstance(node, SequenceNode | MappingNode) and not node.flow_style and words.startswith("\n"):
            start = self._line_start(start) - 1
        if start == end and words.startswith("\n"):
            start = end = self._line_end(end)
        before = self.text[start - 1] if start else ""
        return start, order, end, words if before in " \n[{" or not words or words[0] == "\n" else f" {words}"

    def _add(self, path: Path, around: MappingNode, value: Plain, order: int) -> _Edit:
        name = str(path[-1])
        if around.flow_style:
            end = around.end_mark.index - 1
            return end, order, end, f", {name}: {_flow(path, value)}"
        first = around.value[0][0]
        indent = first.start_mark.column
        before = self._predecessor(path, around)
        lines = _entry(path, value, indent)
        if before is None:
            # On the line of the first key, because before it there may be the dash of a row.
            start = first.start_mark.index
            return (
                start,
                order,
                start,
                "\n".join(line.lstrip() if not n else line for n, line in enumerate(lines)) + ("\n" + " " * indent),
            )
        position = self._line_end(self._end(before))
        return position, order, position, "".join(f"\n{line}" for line in lines)

    def _predecessor(self, path: Path, around: MappingNode) -> Node | None:
        """The last value before which, in the order of the model, a new field does not stand."""
        there = {str(key.value): (key, value) for key, value in around.value}
        parent = find(path[:-1]) if len(path) > 1 else None
        known = [field.name for field in within(parent)]
        if path[-1] not in known:
            return around.value[-1][1]  # type: ignore[no-any-return]
        earlier = [name for name in known[: known.index(str(path[-1]))] if name in there]
        return max((there[name][1] for name in earlier), key=lambda node: node.start_mark.index, default=None)

    def _take_out(self, path: Path, order: int) -> _Edit:
        around, row = self._row(path)
        if around.flow_style:
            return self._take_from_flow(around, int(path[-1]), order)
        start = self._line_start(self._dash(row))
        end = self._line_end(self._end(row))
        return start, order, end + 1 if end < len(self.text) else end, ""

    def _take_from_flow(self, around: SequenceNode, number: int, order: int) -> _Edit:
        rows = around.value
        if number + 1 < len(rows):
            return rows[number].start_mark.index, order, rows[number + 1].start_mark.index, ""
        start = self._end(rows[number - 1]) if number else rows[number].start_mark.index
        return start, order, self._end(rows[number]), ""

    def _insert(self, path: Path, rows: tuple[Plain, ...], order: int) -> _Edit:
        around = self._node(path[:-1])
        if not isinstance(around, SequenceNode) or not around.value:
            raise ValueError(f"no rows at {path}")
        after = int(path[-1])
        if around.flow_style:
            words = ", ".join(_flow(path, row) for row in rows)
            if after < 0:
                start = around.value[0].start_mark.index
                return start, order, start, f"{words}, "
            start = self._end(around.value[after])
            return start, order, start, f", {words}"
        column = self._column(self._dash(around.value[0]))
        lines = [line for row in rows for line in _row(path, row, column)]
        if after < 0:
            start = self._line_start(self._dash(around.value[0]))
            return start, order, start, "".join(f"{line}\n" for line in lines)
        position = self._line_end(self._end(around.value[after]))
        return position, order, position, "".join(f"\n{line}" for line in lines)

    def _row(self, path: Path) -> tuple[SequenceNode, Node]:
        around, row = self._node(path[:-1]), self._node(path)
        if not isinstance(around, SequenceNode) or row is None:
            raise ValueError(f"no such row: {path}")
        return around, row

    def _end(self, node: Node) -> int:
        """Where a value really ends: the parser counts empty lines and comments after a block with it."""
        if isinstance(node, ScalarNode):
            start, end = node.start_mark.index, node.end_mark.index
            return start + len(self.text[start:end].rstrip()) if node.style in ("|", ">") else int(end)
        if not isinstance(node, MappingNode | SequenceNode) or node.flow_style or not node.value:
            return int(node.end_mark.index)
        last = node.value[-1]
        return self._end(last[1] if isinstance(node, MappingNode) else last)

    def _dash(self, row: Node) -> int:
        return self.text.rindex("-", 0, row.start_mark.index + (0 if self.text[row.start_mark.index - 1] != "-" else 1))

    def _column(self, index: int) -> int:
        return index - self._line_start(index)

    def _line_start(self, index: int) -> int:
        return self.text.rfind("\n", 0, index) + 1

    def _line_end(self, index: int) -> int:
        end = self.text.find("\n", index)
        end = len(self.text) if end < 0 else end
        return end - 1 if end and self.text[end - 1 : end + 1] == "\r\n" else end

    def _in_flow(self, path: Path) -> bool:
        around = (self._node(path[:length]) for length in range(1, len(path)))
        return any(isinstance(node, MappingNode | SequenceNode) and bool(node.flow_style) for node in around)

    def _indent(self, path: Path) -> int:
        """Column of the key or dash in front of a value."""
        around = self._node(path[:-1])
        if isinstance(around, MappingNode):
            key = next(key for key, _ in around.value if key.value == path[-1])
            return int(key.start_mark.column)
        row = self._node(path)
        return self._column(self._dash(row)) if row is not None else 0


def _entry(path: Path, value: Plain, indent: int) -> list[str]:
    name = f"{' ' * indent}{path[-1]}:"
    if value is None:
        return [name]
    if isinstance(value, str):
        return f"{name} {_scalar(path, value, indent, flow=False)}".split("\n")
    if isinstance(value, list) and _is_flat(value) and len(_flow(path, value)) < WIDTH - indent - len(name):
        field = find(path)
        if field is not None and field.kind is Kind.CHOICE:
            return [f"{name} {_flow(path, value)}"]
    return [name, *_block(path, value, indent + _STEP)]


def _block(path: Path, value: Plain, indent: int) -> list[str]:
    if isinstance(value, dict):
        return [line for name, inner in value.items() for line in _entry((*path, name), inner, indent)]
    assert isinstance(value, list)  # noqa: S101  scalars are written beside their key
    return [line for number, row in enumerate(value) for line in _row((*path, number), row, indent)]


def _row(path: Path, value: Plain, indent: int) -> list[str]:
    if isinstance(value, str):
        return f"{' ' * indent}- {_scalar(path, value, indent, flow=False)}".split("\n")
    if isinstance(value, dict) and value:
        first, *others = _block(path, value, indent + _STEP)
        return [f"{' ' * indent}- {first.lstrip()}", *others]
    return [f"{' ' * indent}-"]


def _is_flat(value: Plain) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) and "\n" not in item for item in value)


def _flow(path: Path, value: Plain) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(_flow((*path, number), item) for number, item in enumerate(value)) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {_flow((*path, name), inner)}" for name, inner in value.items()) + "}"
    return _scalar(path, value, 0, flow=True) if isinstance(value, str) else ""


def _scalar(path: Path, value: str, indent: int, *, flow: bool, style: str = "") -> str:
    field = find(path)
    if field is not None and field.kind in _PLAIN_KINDS and value != "NO":
        return value
    if not flow and ("\n" in value or len(value) > WIDTH - indent) and _fits_block(value):
        margin = " " * (indent + _STEP)
        if "\n" not in value and style != "|" and _may_fold(value):
            return ">-\n" + _folded(value, margin)
        if "\n" in value or style == "|":
            return "|-\n" + "\n".join(f"{margin}{line}" if line else "" for line in value.split("\n"))
    if style == "'" and "\n" not in value:
        return "'" + value.replace("'", "''") + "'"
    if style != '"' and _is_plain(value, flow=flow):
        return value
    return json.dumps(value, ensure_ascii=False)


def _folded(value: str, margin: str) -> str:
    return textwrap.fill(
        value, FOLD, initial_indent=margin, subsequent_indent=margin, break_long_words=False, break_on_hyphens=False
    )


def _may_fold(value: str) -> bool:
    """Whether a text stays the same when it is broken at its spaces."""
    return not re.search(r"[^\S ]|  ", value)


def _fits_block(value: str) -> bool:
    return (
        value == value.strip()
        and bool(value)
        and not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff]", value)
    )


def _is_plain(value: str, *, flow: bool) -> bool:
    """Whether a text can stand without quotes and stay a text to every program that reads YAML."""
    if "\n" in value or re.search("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff]", value) or value in ("=", "<<"):
        return False
    written = f"[{value}]" if flow else f"a:\n  - {value}"
    try:
        read = yaml.load(written, Loader=LOADER)  # noqa: S506  a safe loader
    except (yaml.YAMLError, ValueError):
        return False
    return bool(read == ([value] if flow else {"a": [value]}))
