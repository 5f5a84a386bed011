"""The office's crest on a mark."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta

import pikepdf
import pypdfium2
import pytest
from signing_state import EXPECTED, LATER, MOMENT, NOW, WORDS, Judge, order

from docgen.documents import SignablePdf, SignedPdf
from docgen.errors import ContentInvalid
from docgen.signing.crest import read_crest
from docgen.signing.keys import SigningKey
from docgen.signing.mark import compose
from docgen.signing.sign import SigningOrder, sign

INK = (31, 69, 122)
SHIELD = b"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 140">
<path d="M10 10H90V80Q90 120 50 130 10 120 10 80Z"/><circle cx="50" cy="60" r="20"/>
<rect x="20" y="20" width="60" height="5"/>
</svg>"""


@pytest.fixture(scope="module")
def signed(signable: SignablePdf, rector: SigningKey) -> bytes:
    crest = read_crest(SHIELD, "crest.svg")
    mark = compose(WORDS, name="Rik Rector", role="Rector", moment=MOMENT, on_behalf_of="Voorbeeld", crest=crest)
    return sign(signable, SigningOrder("applicant", mark, MOMENT), rector).content


def test_the_crest_stands_left_and_upright_and_the_words_have_the_rest(signed: bytes) -> None:
    with pikepdf.open(io.BytesIO(signed)) as document:
        field = document.Root.AcroForm.Fields[0]
        rect = [float(edge) for edge in field.Rect]
        number = next(n for n, page in enumerate(document.pages) if "/Annots" in page.obj)
        assert "/XObject" not in field.AP.N.Resources  # a picture would be refused in publication
    pdf = pypdfium2.PdfDocument(signed)
    pdf.init_forms()
    page = pdf[number]
    height = page.get_height()
    picture = page.render(scale=4, may_draw_forms=True).to_pil()
    mark = picture.crop(tuple(round(4 * edge) for edge in (rect[0], height - rect[3], rect[2], height - rect[1])))
    inked = [(x, y) for x in range(30, mark.width) for y in range(mark.height) if mark.getpixel((x, y)) == INK]
    assert inked and max(x for x, _ in inked) < mark.width * 0.3
    # The shield is broad at its top and pointed below.
    top, bottom = min(y for _, y in inked), max(y for _, y in inked)
    broad, narrow = (sum(1 for _, y in inked if y == line) for line in (top + 4, bottom - 4))
    assert broad > 2 * narrow
    page.flatten()
    assert "Rik Rector" in pdf[number].get_textpage().get_text_range()


def test_both_signatures_still_hold(signed: bytes, signable: SignablePdf, chief: SigningKey, judged: Judge) -> None:
    crest = read_crest(SHIELD, "crest.svg")
    asked = order("office", chief, LATER, "Hoofdstatisticus")
    both = sign(SignedPdf(signable.id, signed), replace(asked, mark=replace(asked.mark, crest=crest)), chief)
    assert judged(both.content, expected=EXPECTED, now=NOW + timedelta(days=1)).findings == ()


def test_nothing_but_the_shape_is_taken_over() -> None:
    told = SHIELD.replace(b"<path", b"<title>Niemand</title><desc>Bijzonder</desc><text>86</text><path")
    assert read_crest(told, "crest.svg") == read_crest(SHIELD, "crest.svg")


def test_where_it_stood_in_its_own_file_does_not_matter() -> None:
    moved = SHIELD.replace(b"M10 10H90V80Q90 120 50 130 10 120 10 80Z", b"M60 60h80v70Q140 170 100 180 60 170 60 130Z")
    moved = moved.replace(b'cx="50" cy="60"', b'cx="100" cy="110"').replace(b'x="20" y="20"', b'x="70" y="70"')
    assert read_crest(moved, "a.svg") == read_crest(SHIELD, "b.svg")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"GIF89a",
        b"<svg",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"<svg xmlns='http://www.w3.org/2000/svg'><path d='M1 1L2 1'/></svg>",
        b"<svg xmlns='http://www.w3.org/2000/svg'><path d='nonsense'/></svg>",
        SHIELD.replace(b"</svg>", b"<image href='photo.png'/></svg>"),
        SHIELD.replace(b"</svg>", b"<script>1</script></svg>"),
        b'<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa">]>' + SHIELD,
        SHIELD + b"<!--" + b" " * 200_000 + b"-->",
        SHIELD.replace(b"Z", b"L1 1" * 21_000 + b"Z")[:199_000],
    ],
)
def test_what_is_no_crest(content: bytes) -> None:
    with pytest.raises(ContentInvalid, match="DG-S303"):
        read_crest(content, "crest.svg")
