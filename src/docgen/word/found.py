"""The fields of a received form, in document order, however much its program kept of the controls.

By tag, which Word keeps. By the hidden bookmark around a control, which LibreOffice keeps when it drops the tag. In a
row that was added without either, by the row above. And when no field kept its name, by order and label against the
form that was sent. The last two are not sure, and say so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import Enum
from typing import Any

from docgen.word.added_rows import added_fields
from docgen.word.controls import W14, W15, W, content_text, is_row, is_section, tag_of
from docgen.word.tags import Tag, lists_above, parse_bookmark, parse_tag


class Known(Enum):
    """How a field was recognised; only the first two are sure."""

    TAG = "tag"
    BOOKMARK = "bookmark"
    ROW = "row"
    ORDER = "order"
    LABEL = "label"


@dataclass(frozen=True, slots=True)
class Found:
    """A field in a form, before anybody asked what it means."""

    tag: Tag
    """With the numbers of rows as they were when the form was made."""
    element: Any
    """The control; of a form without controls the cell."""
    how: Known
    copies: tuple[int, ...] = ()
    """For each number of a row: the how manyth copy of that row this is. An added row keeps the number it came from."""

    @property
    def sure(self) -> bool:
        """Whether the form itself says which field this is."""
        return self.how in (Known.TAG, Known.BOOKMARK)


def fields_in(root: Any, sent: Any | None = None) -> tuple[tuple[Found, ...], tuple[Any, ...]]:
    """The fields of a form, and controls about which nothing could be found out.

    Args:
        root: main part of the received form.
        sent: main part of the form as it was sent, for a form that kept neither tags nor bookmarks.
    """
    by_bookmark = dict(_bookmarked(root))
    fields: list[Found] = []
    strangers: list[Any] = []
    for control in leaf_controls(root):
        tag = parse_tag(tag_of(control))
        if tag is not None:
            fields.append(Found(tag, control, Known.TAG))
        elif control in by_bookmark:
            fields.append(Found(by_bookmark[control], control, Known.BOOKMARK))
        elif not tag_of(control) and control.find(f"{W}sdtPr/{W15}repeatingSectionItem") is None:
            strangers.append(control)
    if not fields and sent is not None:
        return tuple(_by_order(strangers, sent) or _by_label(root, sent)), ()
    named = {one.element: one.tag for one in fields}
    added = {
        one.element: Found(one.tag, one.element, Known.ROW, one.copies)
        for one in added_fields(root, named, set(strangers))
    }
    found = {one.element: one for one in _counted(fields)} | added
    return tuple(_in_order(root, found)), tuple(_worth_asking([one for one in strangers if one not in added]))


def _in_order(root: Any, found: Mapping[Any, Found]) -> Iterator[Found]:
    return (found[element] for element in root.iter(f"{W}sdt", f"{W}tc") if element in found)


def leaf_controls(root: Any) -> Iterator[Any]:
    """Controls that are neither a section nor a row of one."""
    return (control for control in root.iter(f"{W}sdt") if not is_section(control) and not is_row(control))


def kind_of(control: Any) -> str:
    """What sort of control it is, as far as every program keeps it."""
    properties = control.find(f"{W}sdtPr")
    for name in (f"{W14}checkbox", f"{W}date", f"{W}dropDownList", f"{W}comboBox"):
        if properties is not None and properties.find(name) is not None:
            return name
    return "text"


def label_of(element: Any) -> str:
    """The words that name a field to a reader: the first cell of its row, or its own paragraph without it."""
    row = next(element.iterancestors(f"{W}tr"), None)
    if row is not None:
        first = row.find(f".//{W}tc")
        return " ".join(content_text(first).split())
    paragraph = next(element.iterancestors(f"{W}p"), element)
    return " ".join(content_text(paragraph).replace(content_text(element), "", 1).split())


def _bookmarked(root: Any) -> Iterator[tuple[Any, Tag]]:
    """Controls by the bookmark that ends right behind them; where it begins, LibreOffice is not particular about."""
    names = {start.get(f"{W}id"): str(start.get(f"{W}name")) for start in root.iter(f"{W}bookmarkStart")}
    for end in root.iter(f"{W}bookmarkEnd"):
        tag = parse_bookmark(names.get(end.get(f"{W}id"), ""))
        before = end.getprevious()
        while before is not None and before.tag in (f"{W}bookmarkEnd", f"{W}bookmarkStart"):
            before = before.getprevious()
        if tag is not None and before is not None and before.tag == f"{W}sdt":
            yield before, tag


def _counted(fields: list[Found]) -> Iterator[Found]:
    rows = _RowNumbers(fields)
    for one in fields:
        yield Found(one.tag, one.element, one.how, rows.copies(one))


class _RowNumbers:
    """Which copy of a row a field stands in.

    Word copies a row with its tags. Where the repeating section is still there, its rows are counted; elsewhere a
    field that comes again with the same number stands in the next copy.
    """

    def __init__(self, fields: list[Found]) -> None:
        self._number: dict[tuple[Any, str], int] = {}
        for one in fields:
            for path, number, item in _levels(one):
                if item is not None:
                    self._number.setdefault((item, path), number)
        self._seen: Counter[tuple[object, ...]] = Counter()

    def copies(self, one: Found) -> tuple[int, ...]:
        found: list[int] = []
        for path, number, item in _levels(one):
            if item is not None:
                before = item.itersiblings(preceding=True)
                found.append(sum(self._number.get((other, path)) == number for other in before))
            elif len(found) + 1 == len(one.tag.rows):
                key = (one.tag, tuple(found))
                found.append(self._seen[key])
                self._seen[key] += 1
            else:
                found.append(0)
        return tuple(found)


def _levels(one: Found) -> Iterator[tuple[str, int, Any | None]]:
    """Path of each list around a field, the number of its row, and the row's control where there is one."""
    lists = lists_above(one.tag.fields_path)
    for path, number in zip(lists, one.tag.rows, strict=False):
        yield path, number, next((item for item in _rows_around(one.element) if _list_of(item) == path), None)


def _rows_around(element: Any) -> Iterator[Any]:
    return (above for above in element.iterancestors(f"{W}sdt") if is_row(above))


def _list_of(item: Any) -> str:
    section = next((above for above in item.iterancestors(f"{W}sdt") if is_section(above)), None)
    return "" if section is None else tag_of(section)


def _worth_asking(strangers: list[Any]) -> Iterator[Any]:
    # LibreOffice leaves controls of its own making where repeating sections were: around other controls or our text.
    for control in strangers:
        holds_more = any(inner is not control for inner in control.iter(f"{W}sdt"))
        foreign = control.find(f"{W}sdtPr/{W}id") is not None and kind_of(control) == "text"
        if not holds_more and not foreign:
            yield control


def _by_order(controls: list[Any], sent: Any) -> Iterator[Found] | list[Found]:
    known, _ = fields_in(sent)
    ours = [(kind_of(one.element), label_of(one.element)) for one in known]
    theirs = [(kind_of(control), label_of(control)) for control in controls]
    found = []
    for block in SequenceMatcher(None, ours, theirs, autojunk=False).get_matching_blocks():
        for offset in range(block.size):
            tag = known[block.a + offset].tag
            found.append(Found(tag, controls[block.b + offset], Known.ORDER, (0,) * len(tag.rows)))
    return found


def _by_label(root: Any, sent: Any) -> Iterator[Found]:
    """For a form without controls: cells beside a label that in the form sent held one control and nothing else."""
    known, _ = fields_in(sent)
    labels = Counter(label_of(one.element) for one in known)
    tags = {
        label_of(one.element): one.tag for one in known if _alone(one.element) and labels[label_of(one.element)] == 1
    }
    for row in root.iter(f"{W}tr"):
        cells = row.findall(f".//{W}tc")
        label = " ".join(content_text(cells[0]).split()) if len(cells) == 2 else ""
        if label in tags:
            tag = tags[label]
            yield Found(tag, cells[1], Known.LABEL, (0,) * len(tag.rows))


def _alone(control: Any) -> bool:
    cell = next(control.iterancestors(f"{W}tc"), None)
    return cell is not None and content_text(cell).strip() == content_text(control).strip()


def shows_prompt(element: Any) -> bool:
    """Whether a control says that it shows its prompt and nothing else."""
    return element.find(f"{W}sdtPr/{W}showingPlcHdr") is not None


def prompts_in(sent: Sequence[Any]) -> Mapping[str, frozenset[str]]:
    """By path of the field, without numbers, the words that forms showed there as a prompt when they were sent."""
    found: dict[str, set[str]] = {}
    for one in (each for root in sent for each in fields_in(root)[0] if shows_prompt(each.element)):
        found.setdefault(one.tag.fields_path, set()).add(content_text(one.element))
    return {path: frozenset(words) for path, words in found.items()}
