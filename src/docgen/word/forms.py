"""Reading a form back: what its fields say, by their paths in the case file, and everything else that was done to it.

The law: what is read from a form filled from a case is what the case says, for every field the form shows. Spaces at
both ends of a text are dropped, as they are when a case is read; everything between stays letter for letter. Rows are
counted by their order, so that a row that was added or taken out in Word moves those below it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from docgen.case.fields import BY_PATH, Kind
from docgen.case.source import Path, Plain, dotted
from docgen.findings import Finding, Place, Severity
from docgen.word.beside_fields import beside_the_fields, masked, shortened
from docgen.word.controls import W14, W, content_text
from docgen.word.found import Found, Known, fields_in, label_of, prompts_in, shows_prompt
from docgen.word.marking import BOX_OFF, BOX_ON
from docgen.word.received import main_part
from docgen.word.tags import is_case_bookmark, parse_form_bookmark
from docgen.word.values import Labels, case_value


@dataclass(frozen=True, slots=True)
class FieldReading:
    """One field of a received form."""

    path: Path
    """With rows counted by their order."""
    value: Plain
    """As the case file writes it; nothing when the field is empty, or when it cannot be told what it says."""
    text: str
    """What stands in the form."""
    how: str
    """`tag`, `bookmark`, `row`, `order` or `label`: how the field was recognised."""
    sure: bool
    """Which field it is, and what it says, are both beyond doubt."""
    origin: Path | None
    """The path when the form was made; nothing in a row that was added since."""


@dataclass(frozen=True, slots=True)
class FormReading:
    """What a received form says, as data."""

    kind: str
    """Kind of the form; empty when it does not say."""
    blank: bool
    """It was sent empty, so that an empty field means nothing was filled in; else that something was taken out."""
    made_for: str
    """Bookmark of the case from which it was filled; empty when it does not say. See `case_bookmark`."""
    fields: tuple[FieldReading, ...]
    values: Mapping[str, Plain]
    """The fields that say something, as they would stand in a case file; empty rows are left out."""
    rows: Mapping[str, tuple[int, ...]]
    """Of each list, by its path: for every row its number when the form was made; -1 for a row added since."""
    offered: Mapping[str, frozenset[str]]
    """Of each list of ticks in `values`, by its path: the choices that had a box; of others the form says nothing."""
    emptied: Mapping[Path, frozenset[str]]
    """Fields that are there and say nothing, by their path when the form was made, with the choices that had a box."""
    findings: tuple[Finding, ...]


def read_form(
    content: bytes, file: str, lang: str, words: Labels, sent: Sequence[bytes] = (), *, unsure: bool = False
) -> FormReading:
    """What a form says.

    Args:
        content: the received Word file; it comes from outside.
        file: its name as the user knows it.
        lang: language of the form.
        words: names of choices, of yes and no.
        sent: the form as it may have been sent, the likeliest first: for what was changed beside the fields, and to
            recognise fields of a form that kept neither tags nor bookmarks.
        unsure: take over fields too that were recognised by order or label only.

    Raises:
        ContentInvalid: it is no Word file that can be read.
    """
    root = main_part(content, file)
    others = [main_part(each, file) for each in sent]
    found, strangers = fields_in(root, others[0] if others else None)
    kind, blank, made_for = _says_of_itself(root)
    reader = _Reader(file, lang, words, unsure, prompts_in(others))
    reader.read(found)
    findings = (*reader.findings, *beside_the_fields(content, root, found, strangers, others, file))
    values, rows, offered = reader.arranged()
    return FormReading(kind, blank, made_for, tuple(reader.fields), values, rows, offered, reader.emptied(), findings)


def _says_of_itself(root: Any) -> tuple[str, bool, str]:
    names = [str(start.get(f"{W}name")) for start in root.iter(f"{W}bookmarkStart")]
    kind, blank = next(filter(None, map(parse_form_bookmark, names)), ("", False))
    return kind, blank, next((name for name in names if is_case_bookmark(name)), "")


@dataclass
class _Reader:
    file: str
    lang: str
    words: Labels
    unsure: bool
    prompts: Mapping[str, frozenset[str]]
    """The words that stood in each field as a prompt when the form was sent."""
    fields: list[FieldReading] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    order: dict[Path, list[tuple[int, int]]] = field(default_factory=dict)
    """Of each list, by its path: its rows in order, each by number and copy."""
    seen: dict[tuple[Path, str], str] = field(default_factory=dict)
    offered: dict[Path, frozenset[str]] = field(default_factory=dict)
    """Of each field with boxes, the choices that have one."""

    def read(self, found: Sequence[Found]) -> None:
        boxes: dict[Path, list[tuple[Found, bool]]] = {}
        for one in found:
            path = self._placed(one)
            if self._again(path, one):
                continue
            if one.tag.choice:
                boxes.setdefault(path, []).append((one, _ticked(one)))
            else:
                self._text(path, one)
        for path, ticks in boxes.items():
            self._choices(path, ticks)

    def _placed(self, one: Found) -> Path:
        """The path with the numbers of rows as they are now."""
        path: list[str | int] = []
        copies = iter(one.copies)
        for step in one.tag.path:
            if isinstance(step, int):
                row = (step, next(copies, 0))
                rows = self.order.setdefault(tuple(path), [])
                if row not in rows:
                    rows.append(row)
                path.append(rows.index(row))
            else:
                path.append(step)
        return tuple(path)

    def _again(self, path: Path, one: Found) -> bool:
        key, text = (path, one.tag.choice), content_text(one.element)
        if key in self.seen:
            if self.seen[key] != text:
                self._note("DG-W413", path, one, first=shortened(self.seen[key]), second=shortened(text))
            return True
        self.seen[key] = text
        return False

    def _text(self, path: Path, one: Found) -> None:
        text = "" if self._is_empty(one) else content_text(one.element)
        if not text.strip():
            self._add(path, None, "", one, sure=one.sure)
            return
        value = case_value(one.tag.field, text, self.lang, self.words)
        if value is None:
            self._note("DG-W412", path, one, text=shortened(text))
        elif not one.sure:
            self._note("DG-W414", path, one, text=shortened(text))
        self._add(path, value, text, one, sure=one.sure and value is not None)

    def _is_empty(self, one: Found) -> bool:
        """Whether the field shows its prompt.

        Some programs leave that mark on what was filled in, and in a copied row none of them keeps it: then words tell.
        """
        prompts = self.prompts.get(one.tag.fields_path, frozenset())
        is_prompt = content_text(one.element) in prompts
        return is_prompt if one.how is Known.ROW else shows_prompt(one.element) and (not prompts or is_prompt)

    def _choices(self, path: Path, ticks: Sequence[tuple[Found, bool]]) -> None:
        chosen = [one.tag.choice for one, ticked in ticks if ticked]
        first = ticks[0][0]
        text = ", ".join(chosen)
        self.offered[path] = frozenset(one.tag.choice for one, _ in ticks)
        if first.tag.field.many:
            self._add(path, list(chosen) or None, text, first, sure=first.sure)
        elif len(chosen) > 1:
            self._note("DG-W418", path, first, text=text)
            self._add(path, None, text, first, sure=False)
        else:
            self._add(path, chosen[0] if chosen else None, text, first, sure=first.sure)
        if chosen and not first.sure:
            self._note("DG-W414", path, first, text=text)

    def _add(self, path: Path, value: Plain, text: str, one: Found, *, sure: bool) -> None:
        origin = None if any(one.copies) else one.tag.path
        self.fields.append(FieldReading(path, value, text, one.how.value, sure, origin))

    def _note(self, code: str, path: Path, one: Found, **parameters: str) -> None:
        where = Place(self.file, path=dotted(path), words=shortened(label_of(one.element)))
        known = {"path": dotted(path), "how": one.how.value, **parameters}
        self.findings.append(Finding(code, Severity.WARNING, where, masked(known)))

    def arranged(self) -> tuple[dict[str, Plain], dict[str, tuple[int, ...]], dict[str, frozenset[str]]]:
        """The values as a tree without empty rows; of the rows that are left their origin, of the ticks their boxes."""
        tree: dict[str, Any] = {}
        for one in self.fields:
            if one.value is not None and (one.sure or self.unsure) and not _is_only_kind(one, self.fields):
                _plant(tree, one.path, one.value)
        rows: dict[str, tuple[int, ...]] = {}
        offered: dict[str, frozenset[str]] = {}
        values = self._pruned(tree, (), (), rows, offered)
        return values if isinstance(values, dict) else {}, rows, offered

    def emptied(self) -> dict[Path, frozenset[str]]:
        """Fields that are there for sure and say nothing."""
        return {
            one.origin: self.offered.get(one.path, frozenset())
            for one in self.fields
            if one.value is None and not one.text and one.sure and one.origin is not None
        }

    def _pruned(
        self, value: Any, path: Path, now: Path, rows: dict[str, tuple[int, ...]], offered: dict[str, frozenset[str]]
    ) -> Plain:
        if isinstance(value, _Rows):
            origins: list[int] = []
            kept: list[Plain] = []
            for number in sorted(value):
                kept.append(self._pruned(value[number], (*path, number), (*now, len(kept)), rows, offered))
                number_then, copy = self.order[path][number]
                origins.append(-1 if copy else number_then)
            rows[dotted(now)] = tuple(origins)
            return kept
        if isinstance(value, dict):
            return {
                name: self._pruned(inner, (*path, name), (*now, name), rows, offered) for name, inner in value.items()
            }
        if path in self.offered:
            offered[dotted(now)] = self.offered[path]
        return value  # type: ignore[no-any-return]


class _Rows(dict[int, Any]):
    """Rows of a list by their order, before the empty ones are left out."""


def _plant(tree: dict[Any, Any], path: Path, value: Plain) -> None:
    around: dict[Any, Any] = tree
    for step, following in pairwise(path):
        around = around.setdefault(step, _Rows() if isinstance(following, int) else {})
    around[path[-1]] = value


def _is_only_kind(one: FieldReading, fields: Sequence[FieldReading]) -> bool:
    """Whether a row says of which kind it is and nothing else: a part of the form that was not used."""
    if one.path[-1] != "kind" or BY_PATH.get(dotted(one.path[:1]), BY_PATH["changes"]).kind is not Kind.VARIANTS:
        return False
    around = one.path[:-1]
    return not any(
        other.value is not None and other is not one and other.path[: len(around)] == around for other in fields
    )


def _ticked(one: Found) -> bool:
    if one.tag.field.kind is Kind.CHOICE and not one.tag.field.many:
        return True
    checked = one.element.find(f"{W}sdtPr/{W14}checkbox/{W14}checked")
    if checked is None:
        return BOX_ON in content_text(one.element)
    shown = content_text(one.element).strip()
    return shown != BOX_OFF and (shown == BOX_ON or str(checked.get(f"{W14}val")) in ("1", "true"))
