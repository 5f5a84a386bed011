"""Values that may not be published are taken out of the content itself, not covered."""

from __future__ import annotations

import io
from pathlib import Path

import pikepdf
import pytest
from fontTools.ttLib import TTFont
from pikepdf import Array, Dictionary, Name, String
from PIL import ImageChops

from docgen.publishing.flatten import rewrite
from docgen.publishing.flatten.redaction import redacted
from publishing import builders
from publishing.test_flatten_refusals import code_of, document, page_of, with_annotation
from publishing.test_flatten_signed import pictures_of, policy, text_of

SECRET = "rik.rector@example.org"


def shown(*lines: str) -> str:
    """Content with each part shown by an operator of its own, on one line."""
    parts = " ".join(f"{builders.encoded(line)} Tj" for line in lines)
    return f"BT /F0 9 Tf 20 100 Td {parts} ET"


def glyphs(text: str) -> str:
    return builders.encoded(text)[1:-1]


def test_value_is_gone_from_text_and_a_bar_stands_in_its_place(tmp_path: Path) -> None:
    content = document(content=shown(f"Mail {SECRET} graag"))
    copy = rewrite(content, policy(redact=(SECRET,)))
    text = text_of(copy.content, tmp_path)
    assert text.split() == ["Mail", "graag"]
    assert glyphs(SECRET) not in builders.text_of(copy.content)
    before, after = pictures_of(content, tmp_path)[0], pictures_of(copy.content, tmp_path)[0]
    left, top, right, bottom = ImageChops.difference(before, after).getbbox()
    middle = ((left + right) // 2, (top + bottom) // 2)
    assert after.getpixel(middle) == (0, 0, 0)
    assert right - left < before.width * 0.6  # the words around it did not move


@pytest.mark.parametrize("parts", [("rik.rec", "tor@example.org"), ("rik.rector@", "example", ".org"), (*SECRET,)])
def test_value_in_pieces(parts: tuple[str, ...], tmp_path: Path) -> None:
    copy = rewrite(document(content=shown("Mail ", *parts, " graag")), policy(redact=(SECRET,)))
    assert text_of(copy.content, tmp_path).split() == ["Mail", "graag"]


def test_value_over_two_lines_and_in_capitals(tmp_path: Path) -> None:
    lines = f"BT /F0 9 Tf 14 TL 20 100 Td {builders.encoded('naar RIK.RECTOR@')} Tj T* "
    copy = rewrite(
        document(content=f"{lines}{builders.encoded('example.org vandaag')} Tj ET"), policy(redact=(SECRET,))
    )
    assert text_of(copy.content, tmp_path).split() == ["naar", "vandaag"]


@pytest.mark.parametrize(("first", "second"), [("rik.rec-", "tor@example.org"), ("rik.rector@ex\u00ad", "ample.org")])
def test_hyphenated_value(first: str, second: str, tmp_path: Path) -> None:
    lines = f"BT /F0 9 Tf 14 TL 20 100 Td {builders.encoded('naar ' + first)} Tj T* "
    content = document(content=f"{lines}{builders.encoded(second + ' vandaag')} Tj ET")
    assert text_of(rewrite(content, policy(redact=(SECRET,))).content, tmp_path).split() == ["naar", "vandaag"]


def test_hyphen_of_the_value_itself_at_the_end_of_a_line(tmp_path: Path) -> None:
    lines = f"BT /F0 9 Tf 14 TL 20 100 Td {builders.encoded('naar srv-')} Tj T* {builders.encoded('042 gaan')} Tj ET"
    copy = rewrite(document(content=lines), policy(redact=("srv-042",)))
    assert text_of(copy.content, tmp_path).split() == ["naar", "gaan"]


def test_font_whose_name_holds_a_value() -> None:
    def edit(pdf: pikepdf.Pdf) -> None:
        page_of(pdf).Resources.Font.F0.BaseFont = Name("/ABCDEF+Rik-Rector")

    assert code_of(document(edit, content=shown("abc")), policy(redact=("Rik-Rector",))) == "DG-F120"


def test_font_programs_lose_their_names_and_stay_fonts(tmp_path: Path) -> None:
    content = document(content=shown("Mail graag"))
    copy = rewrite(content, policy())
    with pikepdf.open(io.BytesIO(content)) as before, pikepdf.open(io.BytesIO(copy.content)) as after:
        old, new = (
            TTFont(io.BytesIO(bytes(font.DescendantFonts[0].FontDescriptor.FontFile2.read_bytes())), checkChecksums=2)
            for font in (next(iter(pdf.pages[0].obj.Resources.Font.as_dict().values())) for pdf in (before, after))
        )
    assert "name" in old
    assert set(new.keys()) == {tag for tag in old.keys() if tag not in ("name", "GPOS", "GSUB", "GDEF")}  # noqa: SIM118
    assert new["glyf"].compile(new) == old["glyf"].compile(old)
    assert not ImageChops.difference(*(pictures_of(one, tmp_path)[0] for one in (content, copy.content))).getbbox()


@pytest.mark.parametrize(
    "program", [b"", b"%!PS", b"\0\1\0\0\0\2" + bytes(12), b"\0\1\0\0\0\1" + bytes(6) + b"head" + b"\xff" * 12]
)
def test_damaged_font_programs_are_refused(program: bytes) -> None:
    def edit(pdf: pikepdf.Pdf) -> None:
        page_of(pdf).Resources.Font.F0.DescendantFonts[0].FontDescriptor.FontFile2.write(program)

    assert code_of(document(edit, content=shown("abc"))) == "DG-F111"


@pytest.mark.parametrize("number", [builders.NATIONAL_NUMBER, "85073003328", "85 07 30 033 28"])
def test_national_numbers_are_taken_out_without_being_asked(number: str, tmp_path: Path) -> None:
    content = document(content=shown(f"nummer {number} van Rik"))
    assert text_of(rewrite(content, policy()).content, tmp_path).split() == ["nummer", "van", "Rik"]
    kept = rewrite(content, policy(redact_national_numbers=False))
    assert number in text_of(kept.content, tmp_path)
    wrong = document(content=shown("nummer 85.07.30-033.29 van Rik"))
    assert "85.07.30-033.29" in text_of(rewrite(wrong, policy()).content, tmp_path)


def test_value_within_a_signature_mark(contract_pdf: bytes, tmp_path: Path) -> None:
    signed = builders.signed_pdf(contract_pdf)
    copy = rewrite(signed, policy(redact=("door Rik Rector",)))
    assert copy.claims_pdfua
    text = text_of(copy.content, tmp_path)
    assert "door Rik" not in text
    assert f"door {builders.SIGNERS[1]}" in text
    with pikepdf.open(io.BytesIO(copy.content)) as pdf:
        forms = [form.Resources.XObject["/X0"] for form in pdf.pages[-1].obj.Resources.XObject.as_dict().values()]
        drawn = b"".join(bytes(form.read_bytes()) for form in forms)
    assert b"/Span" in drawn
    assert b"/Artifact" not in drawn  # the form stands within tagged content already


def test_value_in_links_titles_and_tags(contract_pdf: bytes) -> None:
    with pikepdf.open(io.BytesIO(contract_pdf)) as pdf:
        element = pdf.Root.StructTreeRoot.K[0].K[0]
        element.Alt = String(f"Schrijf naar {SECRET}")
        pdf.Root.Outlines.First.Title = String(f"Contact: {SECRET}")
        action = Dictionary(S=Name.URI, URI=String(f"mailto:{SECRET}"))
        link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([9, 9, 50, 20]), A=action)
        pdf.pages[0].obj.Annots = Array([pdf.make_indirect(link)])
        out = io.BytesIO()
        pdf.save(out)
    assert SECRET in builders.text_of(rewrite(out.getvalue(), policy()).content)
    copy = rewrite(out.getvalue(), policy(redact=(SECRET,)))
    assert SECRET not in builders.text_of(copy.content)
    with pikepdf.open(io.BytesIO(copy.content)) as pdf:
        assert str(pdf.Root.Outlines.First.Title) == "Contact: […]"
        assert str(pdf.Root.StructTreeRoot.K[0].K[0].Alt) == "Schrijf naar […]"
        assert "/Annots" not in pdf.pages[0].obj


def test_text_that_cannot_be_read_is_refused_when_values_must_go() -> None:
    def edit(pdf: pikepdf.Pdf) -> None:
        del page_of(pdf).Resources.Font.F0["/ToUnicode"]

    content = document(edit, content=shown("abc"))
    assert code_of(content, policy(redact=(SECRET,))) == "DG-F120"
    assert rewrite(content, policy()).pages == 1


def test_label_of_a_field_is_not_published() -> None:
    content = document(with_annotation(Subtype=Name.Widget, FT=Name.Sig, T=String(SECRET)))
    assert SECRET not in builders.text_of(rewrite(content, policy()).content)


def test_strings_keep_everything_but_the_value() -> None:
    assert redacted("a  X y b xY", ("xy",), "[…]", numbers=False) == "a  […] b […]"
    assert redacted("x abcd y", ("abc", "bcd"), "[…]", numbers=False) == "x […] y"
    assert redacted("geen", (), "[…]", numbers=True) == "geen"
    assert redacted(f"n {builders.NATIONAL_NUMBER}.", (), "[…]", numbers=True) == "n […]."


def test_every_section_that_says_a_value_is_counted_though_it_is_written_alike() -> None:
    section = "/Span <</ActualText (PROJECT ALFA)>> BDC EMC /Artifact <</Subtype/Header/Type/Pagination>> BDC EMC\n"
    rewritten = rewrite(document(content=3 * section), policy(redact=("Project Alfa",)))
    assert rewritten.dropped["redacted string"] == 3
    with pikepdf.open(io.BytesIO(rewritten.content)) as pdf:
        content = bytes(pdf.pages[0].obj.Contents.read_bytes())
    assert b"ALFA" not in content
    assert content.count(b"/Artifact << /Subtype /Header /Type /Pagination >> BDC") == 3


@pytest.mark.parametrize(
    "between", ["", " ", "    ", "\n", " . ", "\t.\n", "\u2212", " \u2010 ", "\u00ad", "\u200b", "\u3000", "/", "-\n"]
)
def test_number_with_signs_and_spaces_between_its_digits(between: str) -> None:
    number = between.join(("850730", "033", "28")).translate({ord("3"): "\uff13", ord("8"): "\u0668"})
    assert redacted(f"van {number} a", (), "-", numbers=True) == "van - a"
    far = between.join(("850730", "033", "x28"))
    assert redacted(far, (), "-", numbers=True) == far
