"""The quick reader of content streams says what qpdf says, or nothing."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pikepdf import Array, Dictionary, Name

from docgen.errors import PublicationRefused
from docgen.publishing.flatten import FlattenPolicy, Handling, InvisibleText, rewrite
from docgen.publishing.flatten.lexing import (
    MARKED_PHRASE,
    RULE_PHRASE,
    TEXT_PHRASE,
    Instruction,
    Marked,
    Shown,
    careful,
    pieces_of,
    quick,
    spread,
    steps,
)
from publishing import builders
from publishing.test_flatten_refusals import document
from publishing.test_flatten_signed import policy


def plain(instruction: Instruction) -> tuple[Any, ...]:
    """An instruction in a form in which both readers must agree: numbers as numbers, pieces as pieces."""
    operator, raw, value = instruction
    if isinstance(value, Shown):
        pieces = list(pieces_of(raw, value))
        return operator, value.codes, round(value.shift, 6), pieces
    if isinstance(value, Marked):
        properties = value.properties
        if isinstance(properties, Dictionary) and value.mark is None and set(properties.keys()) == {"/MCID"}:
            return operator, value.tag, int(properties.MCID), None
        return operator, value.tag, value.mark, None if properties is None else properties.unparse()
    return operator, [float(word) for word in raw.replace(b"[", b" ").replace(b"]", b" ").split()], value


def both(content: bytes) -> tuple[list[Any] | None, list[Any]]:
    pdf = pikepdf.new()
    found = quick(content)
    return None if found is None else [*map(plain, spread(found))], [*map(plain, careful(pdf.make_stream(content)))]


def test_pages_of_real_documents(contract_pdf: bytes) -> None:
    with pikepdf.open(io.BytesIO(builders.signed_pdf(contract_pdf))) as pdf:
        for page in pdf.pages:
            one, other = both(bytes(page.obj.Contents.read_bytes()))
            assert one is not None  # else each page costs four times as much
            assert one == other


@pytest.mark.parametrize(
    "content",
    [
        b"q 1 0 0 1 0 0 cm % secret\n Q",
        b"BI /W 1 /H 1 /BPC 8 /CS /G ID x EI",
        b"1 2 xyzzy",
        b"1 0 0 1 cm",
        b"+1 w",
        b"1.2.3 w",
        b"1 2 w",
        b"1 2w",
        b"(a(b)) Tj",
        b"(a\nb) Tj",
        b"<1> Tj",
        b"[(a) 1-2] TJ",
        b"[(a)] Tj",
        b"(a) TJ",
        b"q 0 0 0 rg\nBT\n1 2 Td /F 1 Tf(a)Tj\n1 0 0 1 1 2 Tm(a)TJ\nET\nQ",
        b"/A#00 gs",
        b"/A /B /C gs",
        b"\x00q",
        b"\x0bq",
        b"qQ",
        b"/Span <</MCID 1 /X (secret)>> BDC",
        b"7",
        b"[1 2 d",
    ],
)
def test_gives_up(content: bytes) -> None:
    assert quick(content) is None


_PHRASES = (
    b"q 0 0.5 0 rg\nBT\n20 150 Td /F0 10 Tf[<0041>-4(BC)3<>]TJ\nET\nQ",
    b"q 1 1 1 rg\nBT\n20 120 Td /F0 9.5 Tf(AB)Tj\nET\nQ",
    b"q 0 0 0 rg\nBT\n20.5 90 Td /F0 10 Tf<4142>Tj\nET\nQ",
    b"q 0.5 w 0 J 1 j\n71.35 72.3 m\n124.45 72.3 l S\nQ",
    b"/P<</MCID 4>>BDC\nq 0 0 0 rg\nBT\n20 60 Td /F0 10 Tf[<0041>-4<0042>]TJ\nET\nQ\nEMC",
    b"/Text#20body << /MCID 5 >> BDC\nq 0 0 1 rg\nBT\n20 30 Td /F0 10 Tf(AB)Tj\nET\nQ\nEMC",
    b"/Artifact<</MCID 6>>BDC\nq 0 0 1 rg\nBT\n90 30 Td /F0 10 Tf<4142>Tj\nET\nQ\nEMC",
    b"/OC<</MCID 7>>BDC\nq 0 0 1 rg\nBT\n90 60 Td /F0 10 Tf<4142>Tj\nET\nQ\nEMC",
    b"/P<</MCID 8>>BDC\nq 0 0 0 rg\nBT\n90 90 Td /F0 10 Tf<41>Tj\nET\nQ\nET",
    b"/P<</MCID 9>>BDC\nq 0 0 0 rg\nBT\n20 98 Td /F0 10 Tf[<41>-4<42>]TJ\n1 0 0 1 20 88.5 Tm[<42>]TJ"
    b"\n1 0 0 1 30 78 Tm<41>Tj\nET\nQ\nEMC",
    b"q 0 0 1 rg\nBT\n20 30 Td /F0 10 Tf(AB)Tj 1 0 0 1 -900 20 Tm(B)Tj 1 0 0 1 20 20 Tm[( )]TJ ET Q",
    b"q 0 0 1 rg\nBT\n60 30 Td /F0 .5 Tf(AB)Tj\n1 0 0 1 -.5 20 Tm[(A)6000(B)]TJ\nET\nQ",
)
_KINDS = {TEXT_PHRASE, MARKED_PHRASE, RULE_PHRASE}
_WORDS = (
    *_PHRASES,
    *(b"q", b"Q", b"BT", b"ET", b"f*", b"W n", b"1 0 0 1 5 -.5 cm", b"0 0 10.25 20 re", b"1 0 0 rg", b"0.5 g", b"T*"),
    *(b"/F1 9 Tf", b"/G0 gs", b"/X#20y Do", b"/P <</MCID 3>> BDC", b"/P << /MCID 3 >> BDC", b"/Artifact BMC", b"EMC"),
    *(b"/OC /L0 BDC", b"/Span <</ActualText <feff0041>>> BDC", b"[] 0 d", b"[1 2.5] 0 d", b"/Pattern cs", b"/P0 scn"),
    *(b"/Text#20body<</MCID 15>>BDC", b"/Span<</ActualText<FEFF00A0>>>\nBDC"),  # as LibreOffice writes them
    *(
        b"1 .5 /P0 scn",
        b"0 0 0 1 k",
        b"1 2 3 sc",
        b"(a) Tj",
        b"<0041> Tj",
        b"[(a) -2.5 <42> 3(\\)c\\\\\\101)]TJ",
        b"[]TJ",
    ),
    *(b"/DeviceRGB CS", b"/S0 sh", b"/Perceptual ri", b"(\\b\\f) Tj", b"3 Tr", b"BX", b"EX", b"/N MP", b"(x) '"),
    *(
        b'1 2 (x) "',
        b"-0 w",
        b"007 w",
        b"5. w",
        b"% c\n",
        b"(",
        b")",
        b"<<",
        b">>",
        b"[",
        b"]",
        b"/",
        b"\\",
        b"\x00",
        b"R",
    ),
)


@settings(max_examples=400)
@given(st.lists(st.sampled_from(_WORDS), max_size=8), st.sampled_from([b" ", b"\n", b"\r\n", b"", b"\t "]), st.data())
def test_both_readers_agree(words: list[bytes], between: bytes, data: st.DataObject) -> None:
    content = between.join(words)
    if data.draw(st.booleans()) and content:
        at = data.draw(st.integers(0, len(content) - 1))
        content = content[:at] + data.draw(st.binary(max_size=2)) + content[at + 1 :]
    found = quick(content)
    if found is not None:
        assert [*map(plain, spread(found))] == both(content)[1]
        assert steps(found) == len(both(content)[1])


def test_lines_of_one_text_object_are_one_phrase() -> None:
    assert [[one for one, _, _ in quick(phrase) or ()] for phrase in _PHRASES[-3:]] == [
        [MARKED_PHRASE],
        [TEXT_PHRASE],
        [TEXT_PHRASE],
    ]


def test_phrases_of_real_documents(contract_pdf: bytes) -> None:
    with pikepdf.open(io.BytesIO(contract_pdf)) as pdf:
        found = [one for page in pdf.pages for one in quick(bytes(page.obj.Contents.read_bytes())) or ()]
    phrases = [one for one, _, _ in found if one in _KINDS]
    assert {*phrases} == _KINDS
    assert len(phrases) > 2 * sum(one == b"BT" for one, _, _ in found)  # else each line of text costs twice as much
    assert phrases.count(MARKED_PHRASE) > 2 * phrases.count(TEXT_PHRASE)


_AROUND = (
    *(
        b"/P <</MCID 1>> BDC",
        b"/Artifact BMC",
        b"EMC",
        b"/OC /L0 BDC",
        b"q",
        b"Q",
        b"2 0 0 2 0 0 cm",
        b"0 0 100 100 re",
    ),
    *(
        b"W n",
        b"f",
        b"1 g",
        b"3 Tr",
        b"5 Tc",
        b"BT",
        b"ET",
        b"/Pattern cs",
        b"/C0 cs",
        b"0.5 sc",
        b"10 10 m",
        b"/Z 9 Tf",
    ),
)


def _with_layer(pdf: pikepdf.Pdf) -> None:
    layer = pdf.make_indirect(Dictionary(Type=Name.OCG, Name="x"))
    pdf.pages[0].obj.Resources.Properties = Dictionary(L0=layer)
    pdf.Root.OCProperties = Dictionary(OCGs=[layer], D=Dictionary(OFF=[layer]))


def _with_tags(pdf: pikepdf.Pdf) -> None:
    page = pdf.pages[0].obj
    page.StructParents = 0
    top = pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.P, Pg=page, K=Array(range(9))))
    root = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot, K=top))
    top.P, root.ParentTree = root, Dictionary(Nums=Array([0, Array([top] * 9)]))
    pdf.Root.StructTreeRoot, pdf.Root.MarkInfo = root, Dictionary(Marked=True)


def _outcome(content: bytes, chosen: FlattenPolicy, *, tagged: bool) -> object:
    edits = (_with_layer, _with_tags) if tagged else (_with_layer,)
    try:
        return rewrite(document(*edits, content=content.decode()), chosen)
    except PublicationRefused as refused:
        return refused.findings


_CHOSEN = tuple(InvisibleText(one, one, one, one, one) for one in Handling)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.sampled_from((*_PHRASES, *_AROUND)), max_size=10),
    st.sampled_from(_CHOSEN),
    st.sampled_from(("", "AB")),
    st.booleans(),
)
def test_a_phrase_does_what_its_instructions_do(
    words: list[bytes], invisible: InvisibleText, secret: str, tagged: bool
) -> None:
    chosen = replace(policy(), invisible_text=invisible, redact=(secret,) if secret else ())
    content = b"\n".join(words)
    spaced = content.replace(b"q ", b"q  ").replace(b"\nBT", b"\n BT")  # phrases are written with one space
    assert not any(one in _KINDS for one, _, _ in quick(spaced) or ())
    assert _outcome(content, chosen, tagged=tagged) == _outcome(spaced, chosen, tagged=tagged)
