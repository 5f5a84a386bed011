"""A secret in every hiding place: the copy does not have it, or there is no copy."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name

from docgen.errors import PublicationRefused
from docgen.publishing.flatten import Handling, InvisibleText, rewrite
from publishing import builders
from publishing.test_flatten_refusals import document, page_of
from publishing.test_flatten_signed import policy


def holds_canary(content: bytes, folder: Path) -> bool:
    path = folder / "copy.pdf"
    path.write_bytes(content)
    text = subprocess.run(["pdftotext", path, "-"], capture_output=True, check=True, text=True).stdout
    glyphs = builders.encoded(builders.CANARY)[1:-1]
    everything = builders.text_of(content) + content.decode("latin-1") + text
    spellings = (builders.CANARY, builders.CANARY.encode("utf-16-be").decode("latin-1"), glyphs)
    return any(spelling in everything for spelling in spellings)


@pytest.mark.parametrize("place", [place for place in builders.PLACES if place not in builders.INVISIBLE_TEXT])
def test_secret_is_gone(place: str, contract_pdf: bytes, tmp_path: Path) -> None:
    content = builders.planted(place, contract_pdf)
    declared = (builders.CANARY,) if place in builders.SAID_ALOUD else ()
    assert not holds_canary(rewrite(content, policy(redact=declared)).content, tmp_path)


@pytest.mark.parametrize("place", builders.INVISIBLE_TEXT)
def test_invisible_text_is_refused_by_default(place: str, contract_pdf: bytes) -> None:
    with pytest.raises(PublicationRefused) as refused:
        rewrite(builders.planted(place, contract_pdf), policy(), name="x.pdf")
    (finding,) = refused.value.findings
    assert finding.code == "DG-F112"
    assert finding.place is not None
    assert (finding.place.file, finding.place.path) == ("x.pdf", "page 1")
    assert builders.CANARY not in str(refused.value)


@pytest.mark.parametrize("place", builders.INVISIBLE_TEXT)
@pytest.mark.parametrize(("handling", "stays"), [(Handling.DROP, False), (Handling.KEEP, True)])
def test_invisible_text_is_dropped_or_kept_as_the_policy_says(
    place: str, handling: Handling, stays: bool, contract_pdf: bytes
) -> None:
    chosen = policy(invisible_text=InvisibleText(*[handling] * 5))
    copy = rewrite(builders.planted(place, contract_pdf), chosen)
    shown = builders.text_of(copy.content)
    glyphs = bytes.fromhex(builders.encoded(builders.CANARY)[1:-1]).decode("latin-1")
    assert (glyphs in shown or builders.encoded(builders.CANARY)[1:-1] in shown) is stays
    assert any(key.startswith("invisible text") for key in copy.dropped) is not stays


PAPER, GREY = "1 1 1 rg", "0.8 0.8 0.8 rg"
BOX = "0 0 150 150 re f"


def words(colour: str = "0 g", x: int = 20) -> str:
    return f"{colour} BT /F0 9 Tf {x} 100 Td {builders.encoded(builders.CANARY)} Tj ET"


@pytest.mark.parametrize(
    "content",
    [
        f"{GREY} {BOX} {words(GREY)}",
        f"0 0 1 rg {BOX} {words('0.005 0 1 rg')}",
        f"0 g {BOX} {words('0 0 0 1 k')}",
        f"0 g {BOX} 1 g {BOX} {words('1 g')}",  # white on white on black
        f"0 g 0 0 m 150 0 l 150 150 l 0 150 l h f {words('0 g')}",
    ],
)
def test_text_of_the_colour_of_what_lies_beneath(content: str) -> None:
    assert kind_of(content) == "white"


@pytest.mark.parametrize(
    "content",
    [
        f"{words()} {GREY} {BOX}",
        f"{words()} 1 g 15 95 80 12 re f*",
        f"{words()} q 150 0 0 150 0 0 cm BI /W 1 /H 1 /BPC 8 /CS /G ID x\nEI Q",
        f"{words()} q 150 0 0 150 0 0 cm 0 0 1 1 re f Q",
    ],
)
def test_text_that_is_painted_over(content: str) -> None:
    assert kind_of(content) == "covered"
    for handling, stays in ((Handling.DROP, False), (Handling.KEEP, True)):
        chosen = policy(invisible_text=InvisibleText(covered=handling))
        copy = rewrite(document(content=content), chosen)
        assert (builders.encoded(builders.CANARY)[1:-1] in builders.text_of(copy.content)) is stays
        assert any("covered" in key for key in copy.dropped) is not stays


@pytest.mark.parametrize(
    "content",
    [
        f"0 g {BOX} {words('1 g')}",
        f"{GREY} {BOX} {words()}",
        f"{GREY} {BOX} 0 g 15 90 80 20 re f {words(GREY)}",
        f"{words()} 0.5 w 10 99 150 0.3 re f",  # a line through it
        f"{words()} 0 g 0 0 10 10 re f",
        f"{words()} q 0 0 10 10 re W n {BOX} Q",  # the clip leaves a corner of the box
        f"{words()} 0 0 m 150 0 l 75 150 l f",  # a triangle: too little is known
        f"/Separation cs 1 sc {words('')}",  # full ink, not white
    ],
)
def test_text_that_can_be_seen(content: str) -> None:
    assert rewrite(document(inks, content=content), policy()).pages == 1


def inks(pdf: pikepdf.Pdf) -> None:
    tint = Dictionary(FunctionType=2, Domain=Array([0, 1]), C0=Array([1]), C1=Array([0]), N=1)
    space = Array([Name.Separation, Name.Black, Name.DeviceGray, tint])
    page_of(pdf).Resources.ColorSpace = Dictionary(Separation=space)


def kind_of(content: str) -> str:
    with pytest.raises(PublicationRefused) as refused:
        rewrite(document(content=content), policy())
    (finding,) = refused.value.findings
    assert finding.code == "DG-F112"
    return str(dict(finding.parameters)["kind"])
