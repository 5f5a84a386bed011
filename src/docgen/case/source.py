"""YAML read into plain values of strings, lists and mappings, with the place of every one of them.

Scalars stay strings: `NO` is Norway and not false, `012` keeps its zero. What YAML can do and a case file should not
(duplicate keys, aliases, tags, several documents) is refused, all at once. Only what the file says is checked here;
what it means is the business of `docgen.case.load`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from yaml.tokens import AliasToken, AnchorToken, DirectiveToken, TagToken

from docgen.findings import Finding, Place, Severity
from docgen.numbers import national_numbers

Path = tuple[str | int, ...]
Plain = str | None | list["Plain"] | dict[str, "Plain"]

LARGEST_FILE = 1_000_000
DEEPEST = 20
_NULLS = {"", "~", "null", "Null", "NULL"}


@dataclass(frozen=True, slots=True)
class Source:
    """A YAML file as plain values, with places and with what is wrong in it."""

    file: str
    values: Plain
    places: Mapping[Path, Place]
    """Place of every value; of a mapping entry, the place of its key."""
    findings: tuple[Finding, ...] = ()

    def place(self, path: Path) -> Place:
        """Place of a field, or of the nearest thing around it that stands in the file."""
        for length in range(len(path), -1, -1):
            known = self.places.get(path[:length])
            if known is not None:
                return Place(known.file, known.line, known.column, dotted(path))
        return Place(self.file, 1, 1, dotted(path))


def dotted(path: Path) -> str:
    """A path as people write it: `datasets[0].variables[2].motivation`."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text


def read(content: bytes, file: str) -> Source:
    """The values and places of a YAML file; every defect becomes a finding, nothing is raised.

    Args:
        content: the file's bytes; must be UTF-8 and at most 1 MB.
        file: its name, for the places.
    """
    if len(content) > LARGEST_FILE:
        return _refused(file, "DG-C101", size=str(len(content)), limit=str(LARGEST_FILE))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        return _refused(file, "DG-C102", line=line)
    return _Reader(file).read(text)


def _refused(file: str, code: str, *, line: int = 1, column: int = 1, **parameters: str) -> Source:
    finding = Finding(code, Severity.ERROR, Place(file, line, column), parameters)
    return Source(file, None, {}, (finding,))


@dataclass
class _Reader:
    file: str
    places: dict[Path, Place] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def read(self, text: str) -> Source:
        try:
            for token in yaml.scan(text, Loader=yaml.SafeLoader):
                self._refuse_what_case_files_do_not_need(token)
            if self.findings:
                return Source(self.file, None, self.places, tuple(self.findings))
            root = yaml.compose(text, Loader=yaml.SafeLoader)
        except yaml.MarkedYAMLError as error:
            return self._unreadable(error)
        except yaml.reader.ReaderError as error:
            line = text[: error.position].count("\n") + 1
            return _refused(self.file, "DG-C104", line=line, problem=f"U+{ord(str(error.character)[:1] or ' '):04X}")
        except RecursionError:
            return _refused(self.file, "DG-C108", limit=str(DEEPEST))
        if root is None:
            return _refused(self.file, "DG-C110")
        values = self._value(root, ())
        self._find_national_numbers(text)
        return Source(self.file, values, self.places, tuple(self.findings))

    def _unreadable(self, error: yaml.MarkedYAMLError) -> Source:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        return _refused(self.file, "DG-C103", line=line, column=column, problem=str(error.problem or ""))

    def _refuse_what_case_files_do_not_need(self, token: yaml.Token) -> None:
        refused = {AliasToken: "alias", AnchorToken: "anchor", TagToken: "tag", DirectiveToken: "directive"}
        what = refused.get(type(token))
        if what:
            self._note("DG-C105", token.start_mark, what=what)

    def _find_national_numbers(self, text: str) -> None:
        # In the raw text, so that comments and keys are searched too; the number itself is never repeated.
        for start, _ in national_numbers(text):
            line = text.count("\n", 0, start) + 1
            column = start - text.rfind("\n", 0, start)
            self.findings.append(Finding("D-33", Severity.ERROR, self._place_around(line, column)))

    def _place_around(self, line: int, column: int) -> Place:
        on_line = [place for place in self.places.values() if place.line == line]
        return Place(self.file, line, column, on_line[-1].path if on_line else "")

    def _note(self, code: str, mark: yaml.Mark, path: Path = (), **parameters: str) -> None:
        place = Place(self.file, mark.line + 1, mark.column + 1, dotted(path))
        self.findings.append(Finding(code, Severity.ERROR, place, parameters))

    def _value(self, node: Node, path: Path) -> Plain:
        self.places.setdefault(path, self._at(node.start_mark, path))
        if len(path) > DEEPEST:
            self._note("DG-C108", node.start_mark, path, limit=str(DEEPEST))
            return None
        if isinstance(node, ScalarNode):
            return self._scalar(node, path)
        if isinstance(node, SequenceNode):
            return [self._value(item, (*path, index)) for index, item in enumerate(node.value)]
        if isinstance(node, MappingNode):
            return dict(self._entries(node, path))
        return None

    def _scalar(self, node: ScalarNode, path: Path) -> str | None:
        text = str(node.value)
        if node.style is None and text in _NULLS:
            return None
        unprintable = next((c for c in text if not _allowed_in_documents(c)), None)
        if unprintable is not None:
            self._note("DG-C104", node.start_mark, path, problem=f"U+{ord(unprintable):04X}")
        return text

    def _entries(self, node: MappingNode, path: Path) -> Iterator[tuple[str, Plain]]:
        seen: dict[str, int] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value) if isinstance(key_node, ScalarNode) else ""
            if not key:
                self._note("DG-C107", key_node.start_mark, path)
                continue
            here = (*path, key)
            if key in seen:
                self._note("DG-C106", key_node.start_mark, here, name=key, first=str(seen[key]))
                continue
            seen[key] = key_node.start_mark.line + 1
            self.places[here] = self._at(key_node.start_mark, here)
            yield key, self._value(value_node, here)

    def _at(self, mark: yaml.Mark, path: Path) -> Place:
        return Place(self.file, mark.line + 1, mark.column + 1, dotted(path))


def _allowed_in_documents(character: str) -> bool:
    # XML 1.0, 2.2: what no Word document can hold would fail later, far from its line.
    code = ord(character)
    if code < 0x20:
        return character in "\t\n\r"
    return not (0x7F <= code <= 0x9F or 0xD800 <= code <= 0xDFFF or code in (0xFFFE, 0xFFFF))
