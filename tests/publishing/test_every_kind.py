"""Every kind of document that is published, of both offices and in each language: the copy is what was signed.

Equal pixels and equal words in the same places, but for the line that says it is a copy and for what was declared to be
taken out. PDFium draws, poppler reads; neither is used to make the copy.
"""

from __future__ import annotations

import io
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest
from lxml import etree
from PIL import Image, ImageChops, ImageDraw

import specimens
from docgen.decide.signatories import expected_signatures
from docgen.office.profile import Office
from docgen.pipeline.release import require_honest
from docgen.publishing.audit import Policy, audit
from docgen.publishing.flatten import rewrite
from outputs import Output
from specimens import Specimen, template_name

pytestmark = pytest.mark.soffice

Box = tuple[float, float, float, float]
"""Left, top, right, bottom in points from the upper left corner of the page."""

DOTS = 96 / 72
"""Of a picture, per point."""
BESIDE, ABOVE = 1.5, 3.5
"""Points: bars are as high as a line of the font, and the letters of a value seldom are."""


def of(path: Path) -> Office:
    return specimens.office(path.parents[1].name)


PUBLISHED = [path for path in specimens.TEMPLATES if of(path).kinds[path.stem].published]


@pytest.fixture(params=PUBLISHED, ids=template_name)
def made(request: pytest.FixtureRequest, output_of: Callable[[Specimen], Output]) -> Output:
    return output_of(specimens.specimen(request.param))


def test_all_that_offices_publish_is_among_them() -> None:
    offices = {name: specimens.office(name) for name in ("statbel", "vsa")}
    declared = {
        f"{name}/{lang}/{kind}"
        for name, one in offices.items()
        for lang in one.languages
        for kind in one.kinds
        if one.kinds[kind].published
    }
    assert declared == {template_name(path) for path in PUBLISHED}
    assert {"statbel/fr/contract", "statbel/nl/contract_amendment", "vsa/nl/protocol", "vsa/nl/addendum"} <= declared


def test_it_looks_as_it_was_signed_but_for_the_note(made: Output) -> None:
    before, after = [*pictures(made.signed.content)], [*pictures(made.copy)]
    different = [page for page, pair in enumerate(zip(before, after, strict=True), 1) if difference(*pair)]
    assert different == [len(before)]
    below = before[-1].height - 28 * DOTS  # the bottom margin, where the note stands
    left, top, right, bottom = difference(before[-1], after[-1]) or (0, 0, 0, 0)
    assert top > below, (left, top, right, bottom)


def test_it_says_what_was_signed_in_the_same_places_but_for_the_note(made: Output, tmp_path: Path) -> None:
    before, after = words(made.signed.content, tmp_path), words(made.copy, tmp_path)
    assert before - after == Counter()
    added = sorted(after - before, key=lambda word: (word[2], word[1]))
    assert {page for page, *_ in added} == {max(page for page, *_ in before)}
    assert " ".join(text for *_, text in added) == made.policy.note


def test_the_audit_finds_nothing_and_claims_are_kept(made: Output) -> None:
    """The marks of two signatories and the certificates behind them, judged against the original."""
    own = specimens.office(made.one.case.office)
    shown = tuple(filter(None, (own.email, own.publication.contact)))
    report = audit(
        made.copy,
        source=made.signed.content,
        private_values=made.policy.redact,
        policy=Policy(public_values=shown),
    )
    assert report.ok, report.findings
    assert report.needles > 50
    assert {"passed"} == {outcome for name, outcome in report.checks if name != "emails_absent"}
    assert require_honest(made.copy, made.name, None) == ()


def test_only_what_is_declared_is_taken_out(made: Output, tmp_path: Path) -> None:
    """The name of who signs: it stands in the text, in tables, and in the mark."""
    own, kind = specimens.office(made.one.case.office), made.one.id.kind
    name = expected_signatures(made.one.case, own, kind)[0].names[0]
    places = {page: boxes for page, boxes in places_of(name, made.copy).items() if boxes}
    copy = rewrite(made.signed.content, replace(made.policy, redact=(*made.policy.redact, name))).content
    assert sum(map(len, places.values())) >= 2

    before, after = letters(made.copy, tmp_path), letters(copy, tmp_path)
    without = [text.replace("".join(name.split()), "") for text in before]
    assert [*map(Counter, without)] == [*map(Counter, after)]  # the order is poppler's, and it changes with the gaps
    for page, pair in enumerate(zip(pictures(made.copy), pictures(copy), strict=True), 1):
        one, other = (covered(picture, places.get(page, ())) for picture in pair)
        assert difference(one, other) is None, page
    for page, boxes in places.items():
        picture = [*pictures(copy)][page - 1]
        for left, top, right, bottom in boxes:
            middle = (round((left + right) / 2 * DOTS), round((top + bottom) / 2 * DOTS))
            assert picture.getpixel(middle) == (0, 0, 0)
    assert not places_of(name, copy)


def pictures(content: bytes) -> Iterator[Image.Image]:
    """Each page with its fields, as PDFium draws it.

    PDFium smooths the letters of fields for colour screens, whatever is asked for, so pages are drawn that way too.
    """
    with pypdfium2.PdfDocument(content) as pdf:
        pdf.init_forms()
        for page in pdf:
            yield page.render(scale=DOTS, may_draw_forms=True, optimize_mode="lcd").to_pil().convert("RGB")


def difference(one: Image.Image, other: Image.Image) -> tuple[int, int, int, int] | None:
    """Where two pictures differ, in dots."""
    return ImageChops.difference(one, other).getbbox()


def covered(picture: Image.Image, boxes: tuple[Box, ...] | list[Box]) -> Image.Image:
    """The picture with those places blotted out."""
    draw = ImageDraw.Draw(picture)
    for left, top, right, bottom in boxes:
        edges = (left - BESIDE, top - ABOVE, right + BESIDE, bottom + ABOVE)
        draw.rectangle([edge * DOTS for edge in edges], fill="red")
    return picture


def places_of(value: str, content: bytes) -> Mapping[int, list[Box]]:
    """Where PDFium finds a value, by page."""
    found: dict[int, list[Box]] = {}
    with pypdfium2.PdfDocument(content) as pdf:
        for number, page in enumerate(pdf, 1):
            text, height = page.get_textpage(), page.get_height()
            search = text.search(value)
            while hit := search.get_next():
                for rect in range(text.count_rects(*hit)):
                    left, bottom, right, top = text.get_rect(rect)
                    found.setdefault(number, []).append((left, height - top, right, height - bottom))
    return found


def words(content: bytes, folder: Path) -> Counter[tuple[int, float, float, str]]:
    """Every word of pages and fields with its page and place, as poppler reads it."""
    path = folder / "read.pdf"
    path.write_bytes(content)
    told = subprocess.run(["pdftotext", "-bbox", path, "-"], capture_output=True, check=True).stdout
    tree = etree.parse(io.BytesIO(told), etree.XMLParser(recover=True))
    found: Counter[tuple[int, float, float, str]] = Counter()
    for number, page in enumerate(tree.iter("{*}page"), 1):
        for word in page.iter("{*}word"):
            found[
                number, round(float(word.get("xMin", 0)), 1), round(float(word.get("yMin", 0)), 1), word.text or ""
            ] += 1
    return found


def letters(content: bytes, folder: Path) -> list[str]:
    """The words of each page as poppler reads them, without the spaces between."""
    path = folder / "read.pdf"
    path.write_bytes(content)
    told = subprocess.run(["pdftotext", path, "-"], capture_output=True, check=True, text=True).stdout
    return ["".join(page.split()) for page in told.split("\f")]
