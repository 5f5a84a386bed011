"""Every document holds what its sources ask, in each language, under the heading where its map says so."""

from __future__ import annotations

import re
import sys
from functools import cache
from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn

from docgen.case.fields import BY_PATH

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tools"))

from template_elements import MAPS, STATBEL, Map  # noqa: E402

TEMPLATES = ROOT / "templates"
KINDS = {one.office: one.kinds for one in MAPS}
EVERY = [(one.office, kind, lang) for one in MAPS for kind in KINDS[one.office] for lang in one.languages]
HEADINGS = {"Heading1": "", "DgHeadingPlain": "", "DgAnnex": "+ "}
TAG = re.compile(r"\{[{%].*?[%}]\}")
LOOP = re.compile(r"\{%\w*\s*for (\w+) in ([\w.]+)")
NAME = re.compile(r"(?<![\w.\"'])[a-z_]\w*(?:\.[a-z_]\w*)*")
MAPPED = re.compile(r"([\w.]+)\|map\(attribute=[\"'](\w+)[\"']\)")
every_document = pytest.mark.parametrize(("office", "kind", "lang"), EVERY)
every_office = pytest.mark.parametrize("one", MAPS, ids=lambda one: one.office)


def plain(text: str) -> str:
    """The words without the letters of print, which matter on the page and not in what is said."""
    return text.replace("\u00a0", " ").replace("\u202f", " ").replace("’", "'")


@cache
def sections(office: str, kind: str, lang: str) -> tuple[tuple[str, str, frozenset[str], tuple[str, ...]], ...]:
    """Of each heading: its words, the words under it, the paths shown there, and who signs there."""
    body = docx.Document(str(TEMPLATES / office / lang / f"{kind}.docx")).element.body
    found: list[tuple[str, list[str], set[str], list[str]]] = [("", [], set(), [])]
    lists: dict[str, str] = {}
    for paragraph in body.iter(qn("w:p")):
        style = paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}").get(qn("w:val"))
        text = plain("".join(node.text or "" for node in paragraph.iter(qn("w:t"))))
        if style in HEADINGS:
            found.append((HEADINGS[style] + TAG.sub("", text), [], set(), []))
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


@every_office
def test_every_kind_of_document_is_on_the_map(one: Map) -> None:
    there = {path.stem for lang in one.languages for path in (TEMPLATES / one.office / lang).glob("*.docx")}
    assert there == set(one.kinds)


@every_document
def test_every_heading_carries_an_element_in_the_order_of_the_map(office: str, kind: str, lang: str) -> None:
    mapped = KINDS[office][kind]
    assert [plain(section[0]) for section in sections(office, kind, lang)] == [section[lang] for section in mapped]
    assert [section[lang] for section in mapped if not section["elements"]] == []


@every_document
def test_fields_stand_under_their_heading(office: str, kind: str, lang: str) -> None:
    missing = [
        (heading, field)
        for (heading, _, paths, _), section in zip(sections(office, kind, lang), KINDS[office][kind], strict=True)
        for element in section["elements"]
        for field in element.get("fields", ())
        if field not in paths
    ]
    assert missing == []


@every_document
def test_required_words_stand_under_their_heading(office: str, kind: str, lang: str) -> None:
    missing = [
        (heading, required)
        for (heading, words, _, _), section in zip(sections(office, kind, lang), KINDS[office][kind], strict=True)
        for element in section["elements"]
        for required in element.get(lang, ())
        if required not in words
    ]
    assert missing == []


@every_document
def test_those_who_sign_do_so_under_the_last_heading_but_annexes_in_their_order(
    office: str, kind: str, lang: str
) -> None:
    mapped = KINDS[office][kind]
    expected = [[slot for each in section["elements"] for slot in each.get("signs", ())] for section in mapped]
    assert [list(section[3]) for section in sections(office, kind, lang)] == expected


@every_office
def test_each_element_has_words_in_every_language_or_fields_or_a_signature(one: Map) -> None:
    every = [element for kind in one.kinds.values() for section in kind for element in section["elements"]]
    assert [each["element"] for each in every if len({len(each.get(lang, ())) for lang in one.languages}) > 1] == []
    assert [each["element"] for each in every if not {"fields", "nl", "signs"} & set(each)] == []


@every_office
def test_every_field_that_a_map_names_is_one(one: Map) -> None:
    every = {field for kind in one.kinds.values() for section in kind for element in section["elements"]
             for field in element.get("fields", ())}  # fmt: skip
    around = ("document.", "office.", "signatory.", "remarks.", "findings.", "documents.")
    assert {field for field in every if not field.startswith(around)} - set(BY_PATH) == set()


def test_the_contract_holds_all_fourteen_elements_of_article_20() -> None:
    sources = "; ".join(each["source"] for section in STATBEL.kinds["contract"] for each in section["elements"])
    assert {int(number) for number in re.findall(r"P9 (\d+)", sources)} == set(range(1, 15))


@pytest.mark.parametrize("lang", STATBEL.languages)
def test_the_table_on_article_20_names_the_places_that_hold_each_element(lang: str) -> None:
    document = docx.Document(str(TEMPLATES / "statbel" / lang / "contract.docx"))
    table = next(table for table in document.tables if table.cell(0, 0).text in ("Element", "Élément"))
    annexes = [section[lang] for section in STATBEL.kinds["contract"] if section[lang].startswith("+ ")]
    for number, row in enumerate(table.rows[1:], start=1):
        named = re.split(r" ?; ", plain(TAG.sub("", row.cells[1].text)))
        places = [
            re.sub(r"^(?:bijlage|annexe) (\d)$", lambda match: annexes[int(match[1]) - 1], each) for each in named
        ]
        assert places == holding(f"P9 {number}", lang)


def holding(source: str, lang: str) -> list[str]:
    """Headings of the contract under which an element of this source stands, in their order."""
    wanted = re.compile(rf"{source}(?!\d)")
    sections_of = STATBEL.kinds["contract"]
    return [each[lang] for each in sections_of if any(wanted.search(one["source"]) for one in each["elements"])]


def test_the_protocol_holds_all_fourteen_elements_of_article_20() -> None:
    sources = "; ".join(each["source"] for section in KINDS["vsa"]["protocol"] for each in section["elements"])
    assert {int(number) for number in re.findall(r"P9 (\d+)", sources)} == set(range(1, 15))


@every_office
def test_the_page_says_what_the_map_says(one: Map) -> None:
    assert one.page.read_text(encoding="utf-8") == one.text()
