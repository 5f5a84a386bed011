"""The tags in a paragraph, and braces that are none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from docgen.findings import Finding
from docgen.word.lint.opened import Paragraph, W
from docgen.word.lint.said import said

_OPEN = re.compile(r"\{\{|\{%|\{#")
_CLOSE = {"{{": "}}", "{%": "%}", "{#": "#}"}
_PREFIX = re.compile(r"(tr|tc|p|r) ")
_WORDS = r"(?:if|elif|else|endif|for|endfor|set|endset)\b"
_MISSPELT = re.compile(rf"[-+]?\s+(tr|tc|p|r)\s+(?={_WORDS})|(tr|tc|p|r)(?:[^\S ]+|[-+]\s*|)(?={_WORDS})")
_STRAY = re.compile(r"\}\}|%\}|\{\s+\{[^{}]*\}|\{\s+%[^{}%]*%|\{%[^{}%]*%\s+\}")
_REPAIRED = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'"})
_OTHERS = str.maketrans({"„": '"', "‟": '"', "«": '"', "»": '"', "‚": "'", "‛": "'", "′": "'", "″": '"', "`": "'"})
_STRING = re.compile(r""""[^"“”]*"|'[^'‘’]*'""")
_RAW = re.compile(r"\s*[-+]?\s*raw\s*[-+]?\s*")
_ENDRAW = re.compile(r"\{%[-+]?\s*endraw\s*[-+]?%\}")


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag as it stands in a paragraph."""

    opening: str
    """`{{`, `{%` or `{#`."""
    prefix: str
    """`p`, `tr`, `tc`, `r`, or empty."""
    body: str
    """What stands between, without prefix, with plain quotes."""
    raw: str
    paragraph: Paragraph
    start: int

    @property
    def keyword(self) -> str:
        """First word of a `{% … %}`."""
        return next(iter(re.findall(r"\w+", self.body)), "") if self.opening == "{%" else ""

    @property
    def element(self) -> Any:
        """The XML element that docxtpl puts the tag in the place of."""
        pieces = self.paragraph.pieces_of(self.start, self.start + len(self.raw))
        text = pieces[0].element
        return next(text.iterancestors(f"{W}{self.prefix}"), text) if self.prefix else text


def _wrong_quotes(raw: str) -> bool:
    """Whether there is a quote outside texts that docxtpl does not put right."""
    outside = _STRING.sub("", raw)
    return outside.translate(_OTHERS) != outside


def symmetric(one: Any, other: Any) -> bool:
    """Whether what lies between two elements can be cut out or repeated and leave well-formed XML."""
    above = list(other.iterancestors())
    common = next((each for each in one.iterancestors() if each in above), None)
    return _names(one, common) == _names(other, common)


def _names(element: Any, common: Any) -> list[str]:
    names: list[str] = []
    for each in element.iterancestors():
        if each is common:
            break
        names.append(each.tag)
    return names


@dataclass
class Scanner:
    """Reads the paragraphs of one part in their order."""

    file: str
    roots: frozenset[str]
    """Names with which a field may begin."""
    in_raw: bool = False

    def scan(self, paragraph: Paragraph) -> Iterator[Tag | Finding]:
        """Tags and what is wrong with their braces, in the order of the text."""
        text, position, plain = paragraph.text, 0, ""
        while True:
            if self.in_raw:
                end = _ENDRAW.search(text, position)
                if end is None:
                    break
                position, self.in_raw = end.end(), False
            opening = _OPEN.search(text, position)
            if opening is None:
                plain += text[position:]
                break
            plain += text[position : opening.start()] + " "
            closing = text.find(_CLOSE[opening[0]], opening.end())
            following = _OPEN.search(text, opening.end())
            if closing < 0 or (following and following.start() < closing and opening[0] != "{#"):
                stop = following.start() if following else len(text)
                yield said("DG-T101", self.file, paragraph, text[opening.start() : stop].strip())
                position = stop
                continue
            position = closing + 2
            yield from self._tag(paragraph, opening[0], opening.start(), text[opening.start() : position])
        yield from self._strays(paragraph, plain)

    def _tag(self, paragraph: Paragraph, opening: str, start: int, raw: str) -> Iterator[Tag | Finding]:
        inside = raw[2:-2]
        if opening == "{%" and _RAW.fullmatch(inside):
            self.in_raw = True
            return
        if opening != "{#":
            yield from self._quotes(paragraph, raw)
            yield from self._split(paragraph, start, raw)
        body = inside.translate(_REPAIRED)
        body = body.translate(_OTHERS) if _wrong_quotes(raw) else body
        prefix = ""
        if match := _PREFIX.match(body):
            prefix, body = match[1], body[match.end() :]
        elif opening == "{%" and (wrong := _MISSPELT.match(body)):
            prefix, body = wrong[1] or wrong[2], body[wrong.end() :]
            yield said("DG-T106", self.file, paragraph, raw, right=f"{{%{prefix} {body.strip()} %}}")
        yield Tag(opening, prefix, body.strip().strip("-+").strip(), raw, paragraph, start)

    def _quotes(self, paragraph: Paragraph, raw: str) -> Iterator[Finding]:
        if _wrong_quotes(raw):
            yield said("DG-T105", self.file, paragraph, raw)
        elif (outside := _STRING.sub("", raw)).translate(_REPAIRED) != outside:
            yield said("DG-T104", self.file, paragraph, raw)

    def _split(self, paragraph: Paragraph, start: int, raw: str) -> Iterator[Finding]:
        pieces = [one.element for one in paragraph.pieces_of(start, start + len(raw)) if one.element.tag == f"{W}t"]
        if not all(symmetric(one, other) for one, other in pairwise(pieces)):
            yield said("DG-T103", self.file, paragraph, raw)

    def _strays(self, paragraph: Paragraph, plain: str) -> Iterator[Finding]:
        stray = _STRAY.search(plain)
        if stray is None:
            singles = re.finditer(r"(?<!\{)\{\s*([a-z_]+)(?:\.[a-z_]+)*\s*\}(?!\})", plain)
            stray = next((one for one in singles if one[1] in self.roots), None)
        if stray is not None:
            yield said("DG-T102", self.file, paragraph, stray[0])
