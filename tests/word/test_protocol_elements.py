"""The VSA protocol and its addendum: complete by law, and right about the articles they refer to."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import docx
import pytest
import yaml
from docx.oxml.ns import qn

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "templates" / "vsa" / "nl"
ELEMENTS: list[dict[str, Any]] = yaml.safe_load(
    (ROOT / "tools" / "first_templates" / "vsa" / "nl" / "protocol.elements.yaml").read_text(encoding="utf-8")
)["elements"]
REFERENCE = re.compile(r"[Aa]rtikel (\d+) \(([A-Z][^)]+)\)")


@dataclass
class Article:
    """A numbered heading with all that stands under it, tables included."""

    heading: str
    text: str = ""
    clauses: list[str] = field(default_factory=list)


def articles(kind: str) -> list[Article]:
    """The articles of a template, in order; Word numbers them by this order."""
    found: list[Article] = []
    for element in docx.Document(str(TEMPLATES / f"{kind}.docx")).element.body.iterchildren():
        text = "".join(node.text or "" for node in element.iter(qn("w:t")))
        style = element.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
        name = style.get(qn("w:val")) if style is not None else ""
        if name == "Heading1":
            found.append(Article(text))
        elif found:
            found[-1].text += f"{text}\n"
            if name in ("DgClause", "DgClauseAfterTable"):
                found[-1].clauses.append(text)
    return found


def references(kind: str) -> list[tuple[int, str]]:
    text = "\n".join(article.text for article in articles(kind))
    return [(int(number), heading) for number, heading in REFERENCE.findall(text)]


@pytest.fixture(scope="module")
def protocol() -> list[Article]:
    return articles("protocol")


def test_protocol_has_nineteen_articles_and_none_is_empty(protocol: list[Article]) -> None:
    assert len(protocol) == 19
    assert [article.heading for article in protocol if not article.clauses] == []


@pytest.mark.parametrize("element", ELEMENTS, ids=lambda element: element["id"])
def test_required_element_stands_in_its_article(element: dict[str, Any], protocol: list[Article]) -> None:
    article = protocol[element["article"] - 1]
    assert article.heading == element["heading"]
    assert element["words"] in article.text


def test_every_article_carries_an_element_and_all_fourteen_of_article_20_are_there() -> None:
    assert {element["article"] for element in ELEMENTS} == set(range(1, 20))
    fourteen = [element["id"] for element in ELEMENTS if element["id"].startswith("art20-")]
    assert fourteen == [f"art20-{number:02}" for number in range(1, 15)]


@pytest.mark.parametrize("kind", ["protocol", "addendum"])
def test_references_name_the_article_they_point_to(kind: str, protocol: list[Article]) -> None:
    found = references(kind)
    assert found
    assert {(number, heading) for number, heading in found if protocol[number - 1].heading != heading} == set()


@pytest.mark.parametrize(
    ("article", "clause", "begins"),
    [
        (1, 1, "Dit protocol wordt gesloten tussen"),
        (1, 2, "De {{ office.roles.chief_statistician.title }} is de verwerkingsverantwoordelijke"),
        (1, 3, "De functionaris voor gegevensbescherming"),
        (5, 1, "De aanvrager gebruikt de gegevens uitsluitend"),
        (8, 1, "De aanvrager bewaart de gegevens"),
    ],
)
def test_clauses_that_an_addendum_replaces_keep_their_number(
    article: int, clause: int, begins: str, protocol: list[Article]
) -> None:
    """They must stand before any clause under a condition, or their number would differ from case to case."""
    before_conditions = protocol[article - 1].text.partition("{%p")[0]
    assert protocol[article - 1].clauses[clause - 1].startswith(begins)
    assert begins in before_conditions
    assert f"{article}.{clause}" in "\n".join(each.text for each in articles("addendum"))
