"""Every document of Statbel holds what its sources ask, under the heading where the map says so, in both languages."""

from __future__ import annotations

import re
import sys
from functools import cache
from pathlib import Path
from typing import Any

import docx
import pytest
import yaml
from docx.oxml.ns import qn

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tools"))

from statbel_elements import ELEMENTS, PAGE, page  # noqa: E402

TEMPLATES = ROOT / "templates" / "statbel"
LANGUAGES = ("nl", "fr")
KINDS: dict[str, list[dict[str, Any]]] = yaml.safe_load(ELEMENTS.read_text(encoding="utf-8"))
BOTH = [(kind, lang) for kind in KINDS for lang in LANGUAGES]
HEADINGS = {"Heading1": "", "DgHeadingPlain": "", "DgAnnex": "+ "}
TAG = re.compile(r"\{[{%].*?[%}]\}")
LOOP = re.compile(r"\{%\w*\s*for (\w+) in ([\w.]+)")
NAME = re.compile(r"(?<![\w.\"'])[a-z_]\w*(?:\.[a-z_]\w*)*")
MAPPED = re.compile(r"([\w.]+)\|map\(attribute=[\"'](\w+)[\"']\)")


def plain(text: str) -> str:
    """The words without the letters of print, which matter on the page and not in what is said."""
    return text.replace("\u00a0", " ").replace("\u202f", " ").replace("’", "'")


@cache
def sections(kind: str, lang: str) -> tuple[tuple[str, str, frozenset[str], tuple[str, ...]], ...]:
    """Of each heading: its words, the words under it, the paths shown there, and who signs there."""
    body = docx.Document(str(TEMPLATES / lang / f"{kind}.docx")).element.body
    found: list[tuple[str, list[str], set[str], list[str]]] = [("", [], set(), [])]
    lists: dict[str, str] = {}
    for paragraph in body.iter(qn("w:p")):
        style = paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}").get(qn("w:val"))
        text = plain("".join(node.text or "" for node in paragraph.iter(qn("w:t"))))
        if style in HEADINGS:
            found.append((HEADINGS[style] + text, [], set(), []))
        _, words, paths, slots = found[-1]
        words.append(TAG.sub("", text))
        paths |= shown(text, lists)
        marks = (mark.get(qn("w:name")) for mark in paragraph.iter(qn("w:bookmarkStart")))
        slots += [name.removeprefix("sig_") for name in marks if name.startswith("sig_")]
    return tuple((head, "\n".join(words), frozenset(paths), tuple(slots)) for head, words, paths, slots in found)


def shown(text: str, lists: dict[str, str]) -> set[str]:
    """Paths in the case of what the tags of a paragraph name; `lists` knows the names that loops gave so far."""
    paths: set[str] = set()
    for tag in TAG.findall(text):
        if loop := LOOP.match(tag):
            lists[loop[1]] = whole(loop[2], lists)
        paths |= {whole(name, lists) for name in NAME.findall(tag)}
        paths |= {f"{whole(path, lists)}.{name}" for path, name in MAPPED.findall(tag)}
    return paths


def whole(name: str, lists: dict[str, str]) -> str:
    root, dot, rest = name.partition(".")
    return f"{lists.get(root, root)}{dot}{rest}"


def test_every_kind_of_document_is_on_the_map() -> None:
    assert {path.stem for lang in LANGUAGES for path in (TEMPLATES / lang).glob("*.docx")} == set(KINDS)


@pytest.mark.parametrize(("kind", "lang"), BOTH)
def test_every_heading_carries_an_element_in_the_order_of_the_map(kind: str, lang: str) -> None:
    assert [plain(section[0]) for section in sections(kind, lang)] == [section[lang] for section in KINDS[kind]]
    assert [section[lang] for section in KINDS[kind] if not section["elements"]] == []


@pytest.mark.parametrize(("kind", "lang"), BOTH)
def test_fields_stand_under_their_heading(kind: str, lang: str) -> None:
    missing = [
        (heading, field)
        for (heading, _, paths, _), section in zip(sections(kind, lang), KINDS[kind], strict=True)
        for element in section["elements"]
        for field in element.get("fields", ())
        if field not in paths
    ]
    assert missing == []


@pytest.mark.parametrize(("kind", "lang"), BOTH)
def test_required_words_stand_under_their_heading(kind: str, lang: str) -> None:
    missing = [
        (heading, required)
        for (heading, words, _, _), section in zip(sections(kind, lang), KINDS[kind], strict=True)
        for element in section["elements"]
        for required in element.get(lang, ())
        if required not in words
    ]
    assert missing == []


@pytest.mark.parametrize(("kind", "lang"), BOTH)
def test_those_who_sign_do_so_under_the_last_heading_but_annexes_in_their_order(kind: str, lang: str) -> None:
    expected = [[slot for each in section["elements"] for slot in each.get("signs", ())] for section in KINDS[kind]]
    assert [list(section[3]) for section in sections(kind, lang)] == expected


def test_each_element_has_words_in_both_languages_or_fields_or_a_signature() -> None:
    every = [element for kind in KINDS.values() for section in kind for element in section["elements"]]
    assert [each["element"] for each in every if len(each.get("nl", ())) != len(each.get("fr", ()))] == []
    assert [each["element"] for each in every if not {"fields", "nl", "signs"} & set(each)] == []


def test_the_contract_holds_all_fourteen_elements_of_article_20() -> None:
    sources = "; ".join(each["source"] for section in KINDS["contract"] for each in section["elements"])
    assert {int(number) for number in re.findall(r"P9 (\d+)", sources)} == set(range(1, 15))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_table_on_article_20_names_the_places_that_hold_each_element(lang: str) -> None:
    document = docx.Document(str(TEMPLATES / lang / "contract.docx"))
    table = next(table for table in document.tables if table.cell(0, 0).text in ("Element", "Élément"))
    annexes = [section[lang] for section in KINDS["contract"] if section[lang].startswith("+ ")]
    for number, row in enumerate(table.rows[1:], start=1):
        named = re.split(r" ?; ", plain(TAG.sub("", row.cells[1].text)))
        places = [
            re.sub(r"^(?:bijlage|annexe) (\d)$", lambda match: annexes[int(match[1]) - 1], each) for each in named
        ]
        assert places == holding(f"P9 {number}", lang)


def holding(source: str, lang: str) -> list[str]:
    """Headings of the contract under which an element of this source stands, in their order."""
    wanted = re.compile(rf"{source}(?!\d)")
    sections_of = KINDS["contract"]
    return [each[lang] for each in sections_of if any(wanted.search(one["source"]) for one in each["elements"])]


def test_the_page_says_what_the_map_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(KINDS)
