"""YAML read into plain values of strings, lists and mappings, with the place of every one of them.

Scalars stay strings: `NO` is Norway and not false, `012` keeps its zero. What YAML can do and a case file should not
(duplicate keys, aliases, tags, several documents) is refused, all at once. Only what the file says is checked here;
what it means is the business of `docgen.case.load`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from yaml.tokens import AliasToken, AnchorToken, DirectiveToken, DocumentStartToken, TagToken, Token

from docgen.case.compose import LOST_TEXT, NULLS, composed
from docgen.case.compose import Loader as Loader
from docgen.case.compose import Path as Path
from docgen.case.compose import Plain as Plain
from docgen.case.syntax import explained
from docgen.findings import Finding, Place, Severity
from docgen.numbers import mask_national_numbers, national_numbers

LARGEST_FILE = 1_000_000
DEEPEST = 20
MOST_UNPRINTABLES = 20
# libyaml is fifteen times faster and comes with the wheels; the places and findings of both are tested to be the same.
LOADER: Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_BREAK = re.compile(r"\r\n|\r|\n")
# XML 1.0, 2.2: what no Word document can hold would fail later, far from its line. The line and paragraph separators
# are breaks to YAML and to no editor, so every place after them would be wrong.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
_DIGIT = re.compile(r"\d")
_DEEPER: Mapping[type[Token], int] = {
    yaml.BlockMappingStartToken: 1,
    yaml.BlockSequenceStartToken: 1,
    yaml.FlowMappingStartToken: 1,
    yaml.FlowSequenceStartToken: 1,
    yaml.BlockEndToken: -1,
    yaml.FlowMappingEndToken: -1,
    yaml.FlowSequenceEndToken: -1,
}
_NOT_NEEDED: Mapping[type[Token], str] = {
    AliasToken: "DG-C105",
    AnchorToken: "DG-C105",
    TagToken: "DG-C112",
    DirectiveToken: "DG-C113",
}


@dataclass(frozen=True, slots=True)
class Source:
    """A YAML file as plain values, with places and with what is wrong in it."""

    file: str
    values: Plain
    places: Mapping[Path, Place]
    """Place of every value, of a mapping entry that of its key; without the path, which is the key here."""
    findings: tuple[Finding, ...] = ()
    unreadable: frozenset[Path] = frozenset()
    """Fields that stand in the file and whose values could not be taken; a finding says why."""

    def place(self, path: Path) -> Place:
        """Place of a field, or of the nearest thing around it that stands in the file."""
        for length in range(len(path), -1, -1):
            known = self.places.get(path[:length])
            if known is not None:
                return Place(known.file, known.line, known.column, dotted(path))
        return Place(self.file, 1, 1, dotted(path))


def dotted(path: Path) -> str:
    """A path as people write it: `datasets[0].variables[2].motivation`; national numbers in keys are masked."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    named_by_digits = any(isinstance(step, str) and _DIGIT.search(step) for step in path)
    return mask_national_numbers(text) if named_by_digits else text


def value_at(values: Plain, path: Path) -> Plain:
    """What stands at a path of plain values; None when nothing does."""
    for step in path:
        if isinstance(values, dict) and isinstance(step, str):
            values = values.get(step)
        elif isinstance(values, list) and isinstance(step, int) and step < len(values):
            values = values[step]
        else:
            return None
    return values


def read(content: bytes, file: str, loader: Loader = LOADER) -> Source:
    """The values and places of a YAML file; every defect becomes a finding, nothing is raised.

    After a defect of syntax nothing more can be known of the structure, so `values` is None then; what can be seen in
    the bare text (unprintable characters, national register numbers) is reported all the same.

    Args:
        content: the file's bytes; must be UTF-8 and at most 1 MB.
        file: its name, for the places.
        loader: PyYAML's own scanner and parser, or libyaml's.
    """
    if len(content) > LARGEST_FILE:
        place = Place(file, 1, 1)
        size = {"size": str(len(content)), "limit": str(LARGEST_FILE)}
        return Source(file, None, {}, (Finding("DG-C101", Severity.ERROR, place, size),))
    try:
        return _Reader(file, content.decode("utf-8-sig"), loader).read()
    except UnicodeDecodeError as error:
        # The bytes before the error are good, so its place can be given in characters.
        before = content[: error.start].decode("utf-8-sig", errors="ignore")
        return _Reader(file, content.decode("utf-8-sig", errors="replace"), loader).refuse_encoding(len(before))


@dataclass(frozen=True, eq=False)
class _Places(Mapping[Path, Place]):
    """Places that are counted out when somebody asks; of most values nobody does."""

    starts: Mapping[Path, int]
    spot: Callable[[int], Place]

    def __getitem__(self, path: Path) -> Place:
        return self.spot(self.starts[path])

    def __contains__(self, path: object) -> bool:
        return path in self.starts

    def __iter__(self) -> Iterator[Path]:
        return iter(self.starts)

    def __len__(self) -> int:
        return len(self.starts)


@dataclass
class _Reader:
    file: str
    text: str
    loader: Loader
    places: dict[Path, Place] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    unreadable: set[Path] = field(default_factory=set)
    visited: set[int] = field(default_factory=set)
    lines: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.lines = [0, *(match.end() for match in _BREAK.finditer(self.text))]

    def read(self) -> Source:
        for match in islice(_UNPRINTABLE.finditer(self.text), MOST_UNPRINTABLES):
            self._note("DG-C104", match.start(), character=_named(match.group()))
        # Of the same length, so that everything after it keeps its place.
        readable = _UNPRINTABLE.sub("\ufffd", self.text)
        ordinary = None if self.findings else composed(readable, self.loader, _hides, DEEPEST)
        if ordinary is not None:
            places = _Places(ordinary.starts, self._spot)
            self._find_national_numbers(places)
            return Source(self.file, ordinary.values, places, tuple(self.findings))
        return self._read_with_care(readable)

    def _read_with_care(self, readable: str) -> Source:
        values: Plain = None
        if self._may_be_composed(readable):
            root = self._composed(readable)
            if root is not None:
                values = self._value(root, ())
        self._find_national_numbers(self.places)
        return self._source(values)

    def refuse_encoding(self, index: int) -> Source:
        self._note("DG-C102", index)
        self._find_national_numbers(self.places)
        return self._source(None)

    def _source(self, values: Plain) -> Source:
        return Source(self.file, values, self.places, tuple(self.findings), frozenset(self.unreadable))

    def _may_be_composed(self, text: str) -> bool:
        """Whether the tokens nest no deeper than a composer can follow; notes what case files do not need."""
        depth = documents = 0
        try:
            for token in yaml.scan(text, Loader=self.loader):
                depth += _DEEPER.get(type(token), 0)
                if depth > DEEPEST:
                    self._note("DG-C108", token.start_mark.index, limit=str(DEEPEST))
                    return False
                documents += isinstance(token, DocumentStartToken)
                self._refuse_what_case_files_do_not_need(token, documents)
        except yaml.MarkedYAMLError as error:
            self._unreadable(error)
            return False
        except (ValueError, OverflowError, yaml.YAMLError):
            # PyYAML's scanner passes escapes such as "\UFFFFFFFF" to `chr`; where, it does not say.
            self._note("DG-C158", max(self.text.find("\\U"), 0))
            return False
        return not any(finding.code == "DG-C109" for finding in self.findings)

    def _composed(self, text: str) -> Node | None:
        try:
            root: Node | None = yaml.compose(text, Loader=self.loader)
        except yaml.MarkedYAMLError as error:
            self._unreadable(error)
            return None
        if root is None:
            self._note("DG-C110", 0)
        return root

    def _unreadable(self, error: yaml.MarkedYAMLError) -> None:
        code, index = explained(error, self.text)
        if not any(finding.code == code and finding.place == self._at(index, ()) for finding in self.findings):
            self._note(code, index)

    def _refuse_what_case_files_do_not_need(self, token: Token, documents: int) -> None:
        code = "DG-C109" if isinstance(token, DocumentStartToken) and documents > 1 else _NOT_NEEDED.get(type(token))
        if code:
            self._note(code, token.start_mark.index)

    def _find_national_numbers(self, places: Mapping[Path, Place]) -> None:
        # In the raw text, so that comments and keys are searched too; the number itself is never repeated.
        found_at = list(national_numbers(self.text))
        by_line = {place.line: path for path, place in places.items()} if found_at else {}
        for start, _ in found_at:
            place = self._spot(start)
            found = Place(self.file, place.line, place.column, dotted(by_line.get(place.line, ())))
            self.findings.append(Finding("D-33", Severity.ERROR, found))

    def _value(self, node: Node, path: Path) -> Plain:
        if path not in self.places:
            self.places[path] = self._spot(node.start_mark.index)
        if id(node) in self.visited:  # an alias, refused already; following it could take for ever
            self.unreadable.add(path)
            return None
        self.visited.add(id(node))
        if isinstance(node, ScalarNode):
            return self._scalar(node, path)
        if isinstance(node, SequenceNode):
            return [self._value(item, (*path, index)) for index, item in enumerate(node.value)]
        assert isinstance(node, MappingNode)  # noqa: S101 - YAML has no fourth kind
        return dict(self._entries(node, path))

    def _scalar(self, node: ScalarNode, path: Path) -> str | None:
        text = str(node.value)
        start, end = node.start_mark.index, node.end_mark.index
        if not node.style:  # None from PyYAML, "" from libyaml
            self._warn_of_lost_text(end, path)
            if text in NULLS:
                return None
        written = self.text[start:end]
        for match in islice(_UNPRINTABLE.finditer(text), 1):
            self._note("DG-C104", start, path, character=_named(match.group()))
        if _hides_number(written, text):
            self._note("D-33", start, path)
        return _UNPRINTABLE.sub("\ufffd", text)

    def _warn_of_lost_text(self, end: int, path: Path) -> None:
        match = LOST_TEXT.match(self.text, end)
        if match:
            self._note("DG-C114", match.end() - 2, path, severity=Severity.WARNING)

    def _entries(self, node: MappingNode, path: Path) -> Iterator[tuple[str, Plain]]:
        seen: dict[str, int] = {}
        for key_node, value_node in node.value:
            start = key_node.start_mark.index
            key = str(key_node.value) if isinstance(key_node, ScalarNode) else ""
            here = (*path, key)
            if not key or id(key_node) in self.visited:
                self._note("DG-C107", start, path)
            elif key == "<<" and not key_node.style:
                self._note("DG-C115", start, here)
            elif key in seen:
                self._note("DG-C106", start, here, name=key, first=str(seen[key]))
            else:
                self.visited.add(id(key_node))
                self.places[here] = self._spot(start)
                seen[key] = self.places[here].line
                yield key, self._value(value_node, here)

    def _note(
        self, code: str, index: int, path: Path = (), *, severity: Severity = Severity.ERROR, **parameters: str
    ) -> None:
        masked = {name: mask_national_numbers(value) for name, value in parameters.items()}
        self.findings.append(Finding(code, severity, self._at(index, path), masked))

    def _at(self, index: int, path: Path) -> Place:
        spot = self._spot(index)
        return Place(spot.file, spot.line, spot.column, dotted(path))

    def _spot(self, index: int) -> Place:
        # Counted from the index and not by the parser, whose idea of a line break is wider than an editor's.
        line = bisect_right(self.lines, index)
        return Place(self.file, line, index - self.lines[line - 1] + 1)


def _hides(written: str, text: str) -> bool:
    """Whether escapes or folded lines hide from a search of the raw text what a value holds."""
    if written == text or written[1:-1] == text:
        return False
    return _UNPRINTABLE.search(text) is not None or _hides_number(written, text)


def _hides_number(written: str, text: str) -> bool:
    return any(national_numbers(text)) and not any(national_numbers(written))


def _named(character: str) -> str:
    return f"U+{ord(character):04X}"
