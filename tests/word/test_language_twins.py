"""A document in two languages: the same fields and conditions, in the same order, in the same kinds of blocks."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn

from docgen.word.filters import Filters

TEMPLATES = Path(__file__).parents[2] / "templates"
KINDS = (
    "application",
    "security_declaration",
    "application_simplified",
    "application_aggregated",
    "dpo_advice",
    "contract",
    "contract_amendment",
    "delegation_proof",
    "review_note",
    "researcher_declaration",
)
TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}")
SHOWN = re.compile(r"(?<= or )\"[^\"]*\"")
"""Words that a tag shows when a field is empty."""
NO_BREAK = "\u00a0"


def blocks(lang: str, kind: str) -> list[tuple[str, Counter[str]]]:
    """Style and tags of every paragraph."""
    body = docx.Document(str(TEMPLATES / "statbel" / lang / f"{kind}.docx")).element.body
    return [block(paragraph) for paragraph in body.iter(qn("w:p"))]


def block(paragraph: Any) -> tuple[str, Counter[str]]:
    style = paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}").get(qn("w:val"))
    return style, Counter(SHOWN.sub('"…"', tag) for tag in TAG.findall(text_of(paragraph)))


def text_of(paragraph: Any) -> str:
    return "".join(node.text or "" for node in paragraph.iter(qn("w:t")))


@pytest.mark.parametrize("kind", KINDS)
def test_french_is_the_twin_of_dutch(kind: str) -> None:
    dutch, french = blocks("nl", kind), blocks("fr", kind)
    for number, (here, there) in enumerate(zip(dutch, french, strict=False)):
        assert here == there, f"paragraph {number + 1}"
    assert len(dutch) == len(french)


@pytest.mark.parametrize("kind", KINDS)
def test_french_punctuation_does_not_stand_alone_on_a_line(kind: str) -> None:
    body = docx.Document(str(TEMPLATES / "statbel" / "fr" / f"{kind}.docx")).element.body
    for paragraph in body.iter(qn("w:p")):
        text = TAG.sub("", text_of(paragraph))
        assert not re.search(r" [:;?!»](?!\d)|« ", text), text
        assert not re.search(r"[^\s\u00a0][;?!»]", text), text
        assert "'" not in text, text


@pytest.mark.parametrize("kind", KINDS)
def test_no_breaking_space_keeps_away_from_the_bookmarks(kind: str) -> None:
    body = docx.Document(str(TEMPLATES / "statbel" / "fr" / f"{kind}.docx")).element.body
    for mark in body.iter(qn("w:bookmarkStart")):
        cell = next(mark.iterancestors(qn("w:tc")))
        assert NO_BREAK not in "".join(text_of(paragraph) for paragraph in cell.iter(qn("w:p")))


class NoWords:
    """No wording is asked for a date."""

    def label(self, path: str, value: str, lang: str) -> str:
        raise AssertionError(path)

    def text(self, key: str, lang: str, **parameters: str) -> str:
        raise AssertionError(key)


@pytest.mark.parametrize(
    ("lang", "day", "words"),
    [
        ("fr", date(2026, 10, 1), "1er octobre 2026"),
        ("fr", date(2026, 10, 21), "21 octobre 2026"),
        ("nl", date(2026, 10, 1), "1 oktober 2026"),
    ],
)
def test_the_first_of_a_month_is_an_ordinal_in_french(lang: str, day: date, words: str) -> None:
    assert Filters(NoWords(), lang).date(day).replace(NO_BREAK, " ") == words
