"""What is not understood is refused with a code and a place, never passed."""

from __future__ import annotations

import io
from collections.abc import Callable

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pikepdf import Array, Dictionary, Name, String

from docgen.errors import PublicationRefused
from docgen.publishing.flatten import FlattenPolicy, Handling, InvisibleText, Limits, Rewritten, rewrite
from publishing import builders
from publishing.test_flatten_signed import policy

Edit = Callable[[pikepdf.Pdf], None]


def document(*edits: Edit, content: str = "0 g 10 10 50 50 re f", **save: object) -> bytes:
    """A page of 200 by 200 points."""
    pdf = pikepdf.new()
    page = Dictionary(
        Type=Name.Page,
        MediaBox=Array([0, 0, 200, 200]),
        Resources=Dictionary(Font=Dictionary(F0=builders.embedded_font(pdf)), XObject=Dictionary()),
        Contents=pdf.make_stream(content.encode()),
    )
    pdf.pages.append(pikepdf.Page(pdf.make_indirect(page)))
    for edit in edits:
        edit(pdf)
    out = io.BytesIO()
    pdf.save(out, **save)  # type: ignore[arg-type]
    return out.getvalue()


def code_of(content: bytes, chosen: FlattenPolicy | None = None) -> str:
    with pytest.raises(PublicationRefused) as refused:
        rewrite(content, chosen or policy(), name="in.pdf")
    (finding,) = refused.value.findings
    assert finding.place is not None
    assert finding.place.file == "in.pdf"
    assert finding.place.path
    return finding.code


def page_of(pdf: pikepdf.Pdf) -> pikepdf.Object:
    return pdf.pages[0].obj


def with_xobject(**keys: object) -> Edit:
    def edit(pdf: pikepdf.Pdf) -> None:
        data = keys.pop("data", b"")
        stream = pdf.make_stream(data)
        for key, value in keys.items():
            stream[f"/{key}"] = value
        page_of(pdf).Resources.XObject["/X"] = stream

    return edit


def with_annotation(**keys: object) -> Edit:
    def edit(pdf: pikepdf.Pdf) -> None:
        annotation = Dictionary(Type=Name.Annot, Rect=Array([10, 10, 90, 40]), **keys)
        page_of(pdf).Annots = Array([pdf.make_indirect(annotation)])

    return edit


def test_encrypted() -> None:
    assert code_of(document(encryption=pikepdf.Encryption(owner="o", user=""))) == "DG-F103"
    assert code_of(document(encryption=pikepdf.Encryption(owner="o", user="u"))) == "DG-F103"


@pytest.mark.parametrize("content", [b"", b"no pdf", b"%PDF-1.7\n%%EOF\n"])
def test_no_pdf(content: bytes) -> None:
    assert code_of(content) == "DG-F101"


def test_damaged_file_is_refused_and_not_repaired() -> None:
    content = document()
    assert code_of(content.replace(b"startxref\n", b"startxref\n9")) in ("DG-F101", "DG-F102")
    assert code_of(content[:-40]) in ("DG-F101", "DG-F102")


def test_dynamic_form() -> None:
    def edit(pdf: pikepdf.Pdf) -> None:
        pdf.Root.AcroForm = Dictionary(Fields=Array([]), XFA=pdf.make_stream(b"<xdp/>"))

    assert code_of(document(edit)) == "DG-F104"


def test_limits() -> None:
    assert code_of(document(), policy(limits=Limits(bytes=100))) == "DG-F105"
    assert code_of(document(content="q Q " * 500), policy(limits=Limits(work=400))) == "DG-F105"
    assert code_of(document(content="q " * 200)) == "DG-F105"


def test_decompression_bomb_is_refused_before_it_fills_the_memory() -> None:
    bomb = with_xobject(Subtype=Name.Form, BBox=Array([0, 0, 1, 1]), data=b" " * 4_000_000)
    assert code_of(document(bomb, content="/X Do"), policy(limits=Limits(stream=1_000_000))) == "DG-F105"


def test_form_that_draws_itself_ends_in_a_refusal() -> None:
    def edit(pdf: pikepdf.Pdf) -> None:
        form = pdf.make_stream(b"/X Do", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 9, 9]))
        form.Resources = Dictionary(XObject=Dictionary(X=form))
        page_of(pdf).Resources.XObject["/X"] = form

    assert code_of(document(edit, content="/X Do")) == "DG-F105"


def test_postscript_object() -> None:
    assert code_of(document(with_xobject(Subtype=Name.PS), content="/X Do")) == "DG-F107"


def test_layers_with_expressions_or_automatic_states() -> None:
    def expression(pdf: pikepdf.Pdf) -> None:
        group = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String("a")))
        member = Dictionary(Type=Name.OCMD, VE=Array([Name.Not, group]))
        pdf.Root.OCProperties = Dictionary(OCGs=Array([group]), D=Dictionary())
        page_of(pdf).Resources.Properties = Dictionary(M=member)

    def automatic(pdf: pikepdf.Pdf) -> None:
        pdf.Root.OCProperties = Dictionary(OCGs=Array([]), D=Dictionary(AS=Array([Dictionary(Event=Name.Print)])))

    assert code_of(document(expression, content="/OC /M BDC 0 0 9 9 re f EMC")) == "DG-F108"
    assert code_of(document(automatic)) == "DG-F108"


def test_text_after_hidden_text_whose_place_is_not_known() -> None:
    def layer(pdf: pikepdf.Pdf) -> None:
        group = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String("a")))
        pdf.Root.OCProperties = Dictionary(OCGs=Array([group]), D=Dictionary(OFF=Array([group])))
        page_of(pdf).Resources.Properties = Dictionary(M=group)

    hidden = f"BT /F0 9 Tf 20 20 Td /OC /M BDC {builders.encoded('ab')} Tj EMC {{}} {builders.encoded('cd')} Tj ET"
    assert code_of(document(layer, content=hidden.format(""))) == "DG-F108"
    assert rewrite(document(layer, content=hidden.format("0 20 Td")), policy()).pages == 1


@pytest.mark.parametrize("name", ["JBIG2Decode", "Nonsense"])
def test_filters_that_are_not_understood(name: str) -> None:
    image = with_xobject(Subtype=Name.Image, Width=1, Height=1, BitsPerComponent=1, ColorSpace=Name.DeviceGray)

    def packed(pdf: pikepdf.Pdf) -> None:
        image(pdf)
        page_of(pdf).Resources.XObject["/X"].write(b"\0", filter=Name(f"/{name}"))

    assert code_of(document(packed, content="q /X Do Q")) == "DG-F109"


@pytest.mark.parametrize(
    "content", ["1 2 xyzzy", "(a) w", "/F0 Tf", "1 0 0 1 cm", "BT /F0 9 Tf [(a) /N] TJ ET", "/F0 9 d1"]
)
def test_operators_that_are_unknown_or_wrongly_used(content: str) -> None:
    assert code_of(document(content=content)) == "DG-F110"


def test_unknown_operators_within_a_compatibility_section_are_dropped() -> None:
    copy = rewrite(document(content="BX 1 (secret) xyzzy EX 0 g 1 1 9 9 re f"), policy())
    assert b"xyzzy" not in copy.content
    assert "secret" not in builders.text_of(copy.content)


def test_fonts_made_of_content_streams() -> None:
    def edit(pdf: pikepdf.Pdf) -> None:
        page_of(pdf).Resources.Font["/F0"] = Dictionary(Type=Name.Font, Subtype=Name.Type3)

    assert code_of(document(edit, content="BT /F0 9 Tf (a) Tj ET")) == "DG-F111"


def test_field_without_appearance() -> None:
    keys = {"Subtype": Name.Widget, "FT": Name.Tx, "V": String("typed")}
    assert code_of(document(with_annotation(**keys))) == "DG-F113"


def test_visible_markup_is_refused_or_dropped() -> None:
    content = document(with_annotation(Subtype=Name.Stamp, Contents=String("INGETROKKEN")))
    assert code_of(content) == "DG-F114"
    copy = rewrite(content, policy(markup=Handling.DROP))
    assert copy.dropped == {"annotation /Stamp": 1}


def signature_with_picture(pdf: pikepdf.Pdf) -> None:
    picture = pdf.make_stream(b"\1\2\3", Type=Name.XObject, Subtype=Name.Image, Width=1, Height=1)
    picture.BitsPerComponent, picture.ColorSpace = 8, Name.DeviceRGB
    look = pdf.make_stream(
        f"q 20 0 0 20 0 0 cm /Im Do Q BT /F0 9 Tf 30 5 Td {builders.encoded('Rik')} Tj ET".encode(),
        Type=Name.XObject,
        Subtype=Name.Form,
        BBox=Array([0, 30, 80, 0]),
        Resources=Dictionary(XObject=Dictionary(Im=picture), Font=page_of(pdf).Resources.Font),
    )
    with_annotation(Subtype=Name.Widget, FT=Name.Sig, AP=Dictionary(N=look))(pdf)


def test_picture_in_a_signature_mark() -> None:
    content = document(signature_with_picture)
    assert code_of(content) == "DG-F115"
    without = rewrite(content, policy(pictures_in_marks=Handling.DROP))
    assert "/Image" not in builders.text_of(without.content)
    assert "/Image" in builders.text_of(rewrite(content, policy(pictures_in_marks=Handling.KEEP)).content)


@pytest.mark.parametrize(
    ("before", "kind"),
    [("3 Tr", "render_mode"), ("1 g", "white"), ("1 0 0 1 -500 0 Tm", "off_page"), (".01 0 0 .01 0 0 Tm", "tiny")],
)
def test_words_in_a_signature_mark_that_nobody_sees(before: str, kind: str) -> None:
    def mark(pdf: pikepdf.Pdf) -> None:
        look = pdf.make_stream(
            f"BT /F0 9 Tf {before} 5 5 Td {builders.encoded('Rik')} Tj ET".encode(),
            Type=Name.XObject,
            Subtype=Name.Form,
            BBox=Array([0, 0, 80, 30]),
            Resources=Dictionary(Font=page_of(pdf).Resources.Font),
        )
        with_annotation(Subtype=Name.Widget, FT=Name.Sig, AP=Dictionary(N=look))(pdf)

    with pytest.raises(PublicationRefused) as refused:
        rewrite(document(mark), policy())
    (finding,) = refused.value.findings
    assert (finding.code, dict(finding.parameters)["kind"]) == ("DG-F112", kind)


def test_a_covered_picture_stays_where_the_policy_keeps_what_is_covered() -> None:
    def covered(height: int) -> bytes:
        keys = {"Subtype": Name.Image, "Width": 1, "Height": 1, "BitsPerComponent": 8, "ColorSpace": Name.DeviceGray}
        return document(
            with_xobject(**keys, data=b"x"), content=f"q 9 0 0 9 20 20 cm /X Do Q 1 g 20 20 9 {height} re f"
        )

    assert code_of(covered(9)) == "DG-F121"
    kept = policy(invisible_text=InvisibleText(covered=Handling.KEEP))
    assert "/Image" in builders.text_of(rewrite(covered(9), kept).content)
    assert "/Image" in builders.text_of(rewrite(covered(8), policy()).content)


def test_picture_that_is_shorter_than_it_says() -> None:
    image = with_xobject(
        Subtype=Name.Image, Width=9, Height=9, BitsPerComponent=8, ColorSpace=Name.DeviceRGB, data=b"x"
    )
    assert code_of(document(image, content="/X Do")) == "DG-F116"


def test_note_needs_a_font_that_has_its_letters() -> None:
    assert code_of(document(), policy(note="kopie", note_font=b"")) == "DG-F117"
    assert code_of(document(), policy(note="kopie", note_font=b"no font")) == "DG-F117"
    assert code_of(document(), policy(note="\U0001f600")) == "DG-F117"


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("https://www.vlaanderen.be/statistiek", True),
        ("mailto:dpo@example.org", True),
        ("http://user:secret@example.org/", False),
        ("file:///home/rik/contract.docx", False),
        ("javascript:alert(1)", False),
        ("https://", False),
        ("\\\\server\\share", False),
    ],
)
def test_links(address: str, kept: bool) -> None:
    action = Dictionary(S=Name.URI, URI=String(address), Next=Dictionary(S=Name.JavaScript, JS=String("x")))
    content = document(with_annotation(Subtype=Name.Link, A=action, NM=String("secret"), Contents=String("Naar")))
    for wanted in (True, False):
        copy = rewrite(content, policy(keep_links=wanted))
        with pikepdf.open(io.BytesIO(copy.content)) as pdf:
            links = list(pdf.pages[0].obj.get("/Annots", []))
            assert bool(links) is (kept and wanted)
            for link in links:
                assert set(link.keys()) == {"/Type", "/Subtype", "/Rect", "/Contents", "/F", "/A"}
                assert set(link.A.keys()) == {"/Type", "/S", "/URI"}
                assert address == link.A.URI


def test_fonts_that_are_not_embedded_end_the_claim_of_pdfa(contract_pdf: bytes) -> None:
    with pikepdf.open(io.BytesIO(contract_pdf)) as pdf:
        helvetica = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        pdf.pages[0].obj.Resources.Font["/Helv"] = helvetica
        pdf.pages[0].contents_add(b"/Artifact BMC BT /Helv 9 Tf 30 30 Td (x) Tj ET EMC")
        out = io.BytesIO()
        pdf.save(out)
    copy = rewrite(out.getvalue(), policy())
    assert not copy.claims_pdfa
    assert b"pdfaid" not in copy.content
    assert rewrite(contract_pdf, policy()).claims_pdfa


def test_conformance_the_original_does_not_claim_is_not_claimed() -> None:
    copy = rewrite(document(), policy())
    assert (copy.claims_pdfa, copy.claims_pdfua) == (False, False)


class Sample:
    """Bytes that do not fill the report of a failing test."""

    def __init__(self, content: bytes) -> None:
        self.content = content


@pytest.fixture(scope="module")
def sample(contract_pdf: bytes) -> Sample:
    return Sample(builders.signed_pdf(contract_pdf))


@settings(max_examples=150)
@given(data=st.data())
def test_changed_bytes_never_crash_and_never_leak(sample: Sample, data: st.DataObject) -> None:
    """Whatever happens to the bytes: a copy without signatures, or a refusal; no other exception."""
    content = bytearray(sample.content)
    for _ in range(data.draw(st.integers(1, 4))):
        change = data.draw(st.binary(max_size=8))
        at = data.draw(st.integers(0, len(content) - 9))
        content[at : at + (len(change) if data.draw(st.booleans()) else 3)] = change
    try:
        copy: Rewritten = rewrite(bytes(content), policy())
    except PublicationRefused:
        return
    assert b"/ByteRange" not in copy.content
    assert builders.NATIONAL_NUMBER.replace(".", "").replace("-", "") not in builders.text_of(copy.content)
