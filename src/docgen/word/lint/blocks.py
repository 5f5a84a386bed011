"""How tags pair up: every `if` with its `endif`, in places that Word can take out or repeat."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from docgen.findings import Finding
from docgen.word.lint.opened import Paragraph, W
from docgen.word.lint.said import said, short
from docgen.word.lint.tags import Tag, symmetric

_MIDDLES = {"if": ("elif", "else"), "for": ("else",)}
_BLOCKS = frozenset({"if", "for", "with", "filter", "macro", "call", "block", "autoescape", "trans"})
_ROWS = ("tr", "tc")

Branches = tuple[tuple[int, int], ...]
"""The blocks around a place, from the outermost: which block, and which of its branches."""


@dataclass
class _Block:
    keyword: str
    opened: Tag
    number: int
    branch: int = 0


@dataclass
class Blocks:
    """Follows the blocks of one part."""

    file: str
    stack: list[_Block] = field(default_factory=list)
    made: int = 0

    @property
    def branches(self) -> Branches:
        """The blocks around the present place."""
        return tuple((block.number, block.branch) for block in self.stack)

    @property
    def in_loop(self) -> bool:
        """Whether a loop is open."""
        return any(block.keyword == "for" for block in self.stack)

    def follow(self, tag: Tag) -> Iterator[Finding]:
        """Take in the next tag, and say how it fails to fit."""
        yield from _alone(self.file, tag)
        word = tag.keyword
        if word in _BLOCKS or (word == "set" and "=" not in tag.body):
            self.made += 1
            self.stack.append(_Block(word, tag, self.made))
        elif word in ("elif", "else"):
            yield from self._middle(tag, word)
        elif word.startswith("end"):
            yield from self._end(tag, word.removeprefix("end"))

    def finish(self) -> Iterator[Finding]:
        """Say which blocks never ended."""
        for block in self.stack:
            yield self._unclosed(block)

    def _middle(self, tag: Tag, word: str) -> Iterator[Finding]:
        if not self.stack or word not in _MIDDLES.get(self.stack[-1].keyword, ()):
            yield said("DG-T113", self.file, tag.paragraph, tag.raw)
            return
        yield from self._pair(self.stack[-1].opened, tag)
        self.stack[-1].branch += 1

    def _end(self, tag: Tag, keyword: str) -> Iterator[Finding]:
        if all(block.keyword != keyword for block in self.stack):
            yield said("DG-T113", self.file, tag.paragraph, tag.raw)
            return
        while self.stack[-1].keyword != keyword:
            yield self._unclosed(self.stack.pop())
        yield from self._pair(self.stack.pop().opened, tag)

    def _unclosed(self, block: _Block) -> Finding:
        tag = block.opened
        return said("DG-T112", self.file, tag.paragraph, tag.raw, end=f"{{%{tag.prefix} end{block.keyword} %}}")

    def _pair(self, first: Tag, second: Tag) -> Iterator[Finding]:
        where = {"first": first.raw, "first_paragraph": str(first.paragraph.spot.paragraph)}
        if first.prefix != second.prefix:
            right = f"{{%{first.prefix} {second.body} %}}"
            yield said("DG-T110", self.file, second.paragraph, second.raw, right=right, **where)
        elif not symmetric(first.element, second.element):
            yield said("DG-T111", self.file, second.paragraph, second.raw, **where)


def _alone(file: str, tag: Tag) -> Iterator[Finding]:
    """What a tag of a whole paragraph, cell or row must keep to."""
    if not tag.prefix or tag.opening == "{#":
        return
    if "%" in tag.body or "}" in tag.body:
        yield said("DG-T108", file, tag.paragraph, tag.raw)
    if tag.prefix in _ROWS and not tag.paragraph.spot.table:
        yield said("DG-T109", file, tag.paragraph, tag.raw)
    elif tag.prefix != "r" and (lost := _lost(tag)):
        yield said("DG-T107", file, tag.paragraph, tag.raw, lost=short(lost, 60))


def _lost(tag: Tag) -> str:
    """What else stands in the paragraph, cell or row, which the tag takes the place of."""
    element: Any = tag.element
    if element is None or element.tag == f"{W}t":
        return ""
    own = (one for one in element.iter(f"{W}t") if next(one.iterancestors(element.tag)) is element)
    return "".join(one.text or "" for one in own).replace(tag.raw, "", 1).strip()


@dataclass(frozen=True, slots=True)
class Placed:
    """A tag, and the blocks around it."""

    tag: Tag
    branches: Branches


@dataclass(frozen=True, slots=True)
class Survey:
    """All tags of a part, with the blocks around each tag and at the start of each paragraph."""

    placed: tuple[Placed, ...]
    around: dict[int, tuple[Branches, bool]]
    """By number of paragraph: the blocks around it, and whether one of them is a loop."""
    findings: tuple[Finding, ...]


def survey(file: str, paragraphs: Sequence[Paragraph], scanned: Sequence[Sequence[Tag | Finding]]) -> Survey:
    """The tags of a part in their blocks."""
    blocks = Blocks(file)
    placed: list[Placed] = []
    around: dict[int, tuple[Branches, bool]] = {}
    findings: list[Finding] = []
    for paragraph, found in zip(paragraphs, scanned, strict=True):
        around[paragraph.spot.paragraph] = (blocks.branches, blocks.in_loop)
        for one in found:
            if isinstance(one, Finding):
                findings.append(one)
                continue
            findings += blocks.follow(one)
            placed.append(Placed(one, blocks.branches))
    findings += blocks.finish()
    return Survey(tuple(placed), around, tuple(findings))


def exclude(one: Branches, other: Branches) -> bool:
    """Whether two places are never both printed, because they stand in different branches of one block."""
    chosen = dict(other)
    return any(chosen.get(number, branch) != branch for number, branch in one)
