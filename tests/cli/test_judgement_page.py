"""`docgen verify --html`: a page that says what was found, in three languages, and needs nothing beside itself."""

from __future__ import annotations

import io
import re
from pathlib import Path

import lxml.html
import pikepdf
import pytest
from tests.cli.conftest import CASE, World

from docgen.errors import ExitCode
from docgen.numbers import national_numbers

pytestmark = [pytest.mark.soffice, pytest.mark.xdist_group("road")]


@pytest.mark.parametrize(
    ("lang", "words"), [("nl", "geldig ondertekend"), ("fr", "valablement signé"), ("en", "valid")]
)
def test_page_of_an_honest_file(lang: str, words: str, whole: World, tmp_path: Path) -> None:
    page = tmp_path / "judgement.html"
    signed = whole.signed / "protocol.nl.pdf"
    assert whole.do("verify", str(signed), "--demo", "--html", str(page), "--lang", lang) == ExitCode.DONE
    tree = lxml.html.parse(str(page)).getroot()
    assert tree.get("lang") == lang
    assert words in tree.find(".//main").text_content()
    assert len(tree.findall(".//tbody/tr")) == 2
    assert not [link for link in tree.xpath("//@src | //link/@href | //script") if not str(link).startswith("data:")]


def test_page_of_a_changed_file_shows_where(whole: World, tmp_path: Path) -> None:
    sent = whole.folder / "out" / CASE / "pdf" / "protocol.nl.pdf"
    with pikepdf.open(sent) as document:
        document.pages[0].contents_add(b"q 1 1 1 rg 80 600 300 14 re f Q")
        target = io.BytesIO()
        document.save(target)
    changed, page = tmp_path / "INSZ 85073003328.pdf", tmp_path / "judgement.html"
    changed.write_bytes(target.getvalue())
    code = whole.do("verify", str(changed), "--against", str(sent), "--html", str(page), "--lang", "nl")
    assert code == ExitCode.VALIDATION_FAILED
    text = page.read_text("utf-8")
    assert "DG-V402" in text
    assert "data:image/png;base64," in text
    assert not list(national_numbers(re.sub(r"base64,[^\"]*", "", text)))


def test_no_signed_file_is_written_over(whole: World) -> None:
    signed = whole.signed / "protocol.nl.pdf"
    before = signed.read_bytes()
    assert whole.do("verify", str(signed), "--demo", "--html", str(signed)) == ExitCode.WRONG_USE
    assert signed.read_bytes() == before
