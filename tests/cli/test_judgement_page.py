"""`docgen verify --html`: a page that says what was found, in three languages, and needs nothing beside itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import lxml.html
import pikepdf
import pytest
from selenium import webdriver
from tests.cli.conftest import CASE, World

from browser import chromium, open_page, require_accessible
from docgen.errors import ExitCode
from docgen.numbers import national_numbers

pytestmark = [pytest.mark.soffice, pytest.mark.xdist_group("road")]
LANGUAGES = ("nl", "fr", "en")


def covered(sent: Path, to: Path) -> Path:
    """What was sent, with a white box over one line."""
    with pikepdf.open(sent) as document:
        document.pages[0].contents_add(b"q 1 1 1 rg 80 600 300 14 re f Q")
        document.save(to)
    return to


def redrawn(sent: Path, to: Path) -> Path:
    """What was sent, on another size of paper: only a person can compare."""
    with pikepdf.open(sent) as document:
        for page in document.pages:
            page.mediabox = pikepdf.Array([0, 0, 842, 1191])
        document.save(to)
    return to


def unreadable(signed: Path, to: Path) -> Path:
    to.write_bytes(signed.read_bytes()[:-40])
    return to


@dataclass(frozen=True)
class Judged:
    """The pages that were kept: by answer and language."""

    folder: Path

    def page(self, answer: str, lang: str) -> Path:
        return self.folder / f"{answer}.{lang}.html"

    def tree(self, answer: str, lang: str) -> lxml.html.HtmlElement:
        return lxml.html.fromstring(self.page(answer, lang).read_bytes())

    def text(self, answer: str, lang: str) -> str:
        return " ".join(self.tree(answer, lang).find(".//main").text_content().split())


@pytest.fixture(scope="module")
def judged(whole_road: World, tmp_path_factory: pytest.TempPathFactory) -> Judged:
    """A file that holds, one that was changed, one of another shape, and one that nobody can read."""
    folder = tmp_path_factory.mktemp("judged")
    signed = whole_road.signed / "protocol.nl.pdf"
    sent = whole_road.folder / "out" / CASE / "pdf" / "protocol.nl.pdf"
    against = ("--against", str(sent))
    files = {
        "holds": (signed, (), ExitCode.DONE),
        "changed": (covered(sent, folder / "INSZ 85073003328.pdf"), against, ExitCode.VALIDATION_FAILED),
        "compare": (redrawn(signed, folder / "a4.pdf"), against, ExitCode.VALIDATION_FAILED),
        "unreadable": (unreadable(signed, folder / "cut.pdf"), (), ExitCode.VALIDATION_FAILED),
    }
    pages = Judged(folder)
    for answer, (file, more, code) in files.items():
        for lang in LANGUAGES:
            page = str(pages.page(answer, lang))
            assert whole_road.do("verify", str(file), *more, "--demo", "--html", page, "--lang", lang) == code
    return pages


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("holds", ("geldig ondertekend", "valablement signé", "validly signed")),
        ("changed", ("NIET geldig", "n’est PAS valable", "does NOT hold")),
        ("unreadable", ("kan docgen NIET zeggen", "NE peut PAS dire", "can NOT tell")),
    ],
)
def test_verdict(answer: str, words: tuple[str, ...], judged: Judged) -> None:
    for lang, phrase in zip(LANGUAGES, words, strict=True):
        tree = judged.tree(answer, lang)
        assert tree.get("lang") == lang
        assert phrase in tree.find(".//p[@class]/strong").text_content()
        beside = tree.xpath("//@src | //link/@href | //script")
        assert [each for each in beside if not str(each).startswith("data:")] == []


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        (
            "nl",
            (
                "Hoofdstatisticus",
                "aanvrager, verwerkingsverantwoordelijke",
                "volgens de ondertekenaar",
                "niet bekend of het ingetrokken is",
                "niet nagegaan",
            ),
        ),
        (
            "fr",
            (
                "statisticien en chef",
                "responsable du traitement",
                "selon le signataire",
                "on ignore s’il est révoqué",
                "non vérifié",
            ),
        ),
        (
            "en",
            (
                "chief statistician",
                "applicant, controller",
                "as the signer claims",
                "not known whether it is revoked",
                "not checked",
            ),
        ),
    ],
)
def test_people_are_told_in_words(lang: str, words: tuple[str, ...], judged: Judged) -> None:
    text = judged.text("holds", lang)
    assert len(judged.tree("holds", lang).findall(".//section[@class='signature']")) == 2
    assert [each for each in (*words, "docgen demo root", "B-B, SHA-256") if each not in text] == []
    assert re.search(r"\d{1,2} [a-zéû]+ 20\d\d \d\d:\d\d:\d\d \(UTC[+]0[12]:00\)", text, re.IGNORECASE)
    assert re.findall(r"chief_statistician|\d{4}-\d\d-\d\d", text) == []


def test_page_of_a_changed_file_shows_where(judged: Judged) -> None:
    page = judged.page("changed", "nl").read_text("utf-8")
    assert "DG-V402" in page
    assert "data:image/png;base64," in page
    assert not list(national_numbers(re.sub(r"base64,[^\"]*", "", page)))


def test_page_of_another_shape_shows_both_side_by_side(judged: Judged) -> None:
    for lang, phrase in zip(LANGUAGES, ("Links wat werd verstuurd", "À gauche", "On the left"), strict=True):
        tree = judged.tree("compare", lang)
        assert phrase in tree.find(".//figure/img").get("alt")
        assert "DG-V404" in judged.text("compare", lang)


def test_no_signed_file_is_written_over(whole: World) -> None:
    signed = whole.signed / "protocol.nl.pdf"
    before = signed.read_bytes()
    assert whole.do("verify", str(signed), "--demo", "--html", str(signed)) == ExitCode.WRONG_USE
    assert signed.read_bytes() == before


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    with chromium(tmp_path_factory.mktemp("chromium")) as driver:
        yield driver


@pytest.mark.chromium
@pytest.mark.parametrize("answer", ["holds", "changed", "compare", "unreadable"])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_axe_finds_nothing_on_a_wide_screen_and_on_a_telephone(
    answer: str, lang: str, judged: Judged, browser: webdriver.Chrome
) -> None:
    for width in (1280, 320):
        open_page(browser, judged.page(answer, lang), width)
        require_accessible(browser, width, rules=15)
