"""Text of pages is found however it is drawn: each reader has something it leaves out, all of them together nothing."""

from __future__ import annotations

import io
from collections.abc import Callable

import pikepdf
import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pikepdf import Array, Dictionary, Name
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from docgen.publishing.audit import Limits, audit, rendering
from docgen.publishing.audit.operations import Content, Step, Strings, _careful, _quick, content_of, content_tokens
from docgen.publishing.audit.shown import Operators
from publishing import builders
from publishing.builders import CANARY, encoded
from publishing.test_flatten_refusals import document

HALVES = encoded(CANARY[:4]), encoded(CANARY[4:])
WHOLE = encoded(CANARY)
LETTERS = [encoded(letter) for letter in CANARY]


def shown(operators: str) -> bytes:
    return document(content=f"BT /F0 9 Tf 20 100 Td {operators} ET")


DRAWN: dict[str, bytes] = {
    "plainly": shown(f"{WHOLE} Tj"),
    "twice in one place": document(content=f"BT /F0 9 Tf 20 100 Td {WHOLE} Tj ET BT /F0 9 Tf 20 100 Td {WHOLE} Tj ET"),
    "under other text": document(
        content=f"BT /F0 9 Tf 20 100 Td {WHOLE} Tj ET BT /F0 9 Tf 20 100 Td {encoded('other words here')} Tj ET"
    ),
    "beside the page": document(content=f"BT /F0 9 Tf 900 -500 Td {WHOLE} Tj ET"),
    "invisibly": shown(f"3 Tr {WHOLE} Tj"),
    "as a clip only": shown(f"7 Tr {WHOLE} Tj"),
    "clipped away": document(content=f"q 0 0 1 1 re W n BT /F0 9 Tf 20 100 Td {WHOLE} Tj ET Q"),
    "under a rectangle": document(content=f"BT /F0 9 Tf 20 100 Td {WHOLE} Tj ET 0 g 0 0 200 200 re f"),
    "tiny": document(content=f"BT /F0 0.0001 Tf 20 100 Td {WHOLE} Tj ET"),
    "without height": document(content=f"q 1 0 0 0 0 0 cm BT /F0 9 Tf 20 100 Td {WHOLE} Tj ET Q"),
    "without width": shown(f"0 Tz {WHOLE} Tj"),
    "tiny and letter by letter": document(
        content="BT /F0 0.0001 Tf 20 100 Td " + " 5 0 Td ".join(f"{one} Tj" for one in LETTERS) + " ET"
    ),
    "upside down": document(content=f"BT /F0 9 Tf -1 0 0 -1 150 100 Tm {WHOLE} Tj ET"),
    "up the page": document(content=f"BT /F0 9 Tf 0 1 -1 0 100 20 Tm {WHOLE} Tj ET"),
    "in two runs": shown(f"{HALVES[0]} Tj {HALVES[1]} Tj"),
    "in two text objects": document(
        content=f"BT /F0 9 Tf 20 100 Td {HALVES[0]} Tj ET BT /F0 9 Tf 44 100 Td {HALVES[1]} Tj ET"
    ),
    "in two fonts": shown(f"{HALVES[0]} Tj /F0 10 Tf {HALVES[1]} Tj"),
    "with shifts": shown("[" + " -40 ".join(LETTERS) + "] TJ"),
    "spaced out": shown("[" + " -900 ".join(LETTERS) + "] TJ"),
    "spaced by a parameter": shown(f"7 Tc {WHOLE} Tj"),
    "letter by letter": shown(" 7 0 Td ".join(f"{one} Tj" for one in LETTERS)),
    "letter under letter": shown(" 0 -9 Td ".join(f"{one} Tj" for one in LETTERS)),
    "over a line end": shown(f"{HALVES[0]} Tj 0 -11 Td {HALVES[1]} Tj"),
    "over a line end with a hyphen": shown(f"{encoded(CANARY[:4] + '-')} Tj 0 -11 Td {HALVES[1]} Tj"),
    "by the next line's operator": shown(f"11 TL {HALVES[0]} Tj {HALVES[1]} '"),
    "by the spacing operator": shown(f'{HALVES[0]} Tj 1 2 {HALVES[1]} "'),
    "in the second column first": document(
        content=f"BT /F0 9 Tf 120 100 Td {WHOLE} Tj ET BT /F0 9 Tf 20 100 Td {encoded('left')} Tj ET"
    ),
    "with another text to be read instead": shown(f"/Span <</ActualText (harmless)>> BDC {WHOLE} Tj EMC"),
    "with no text to be read instead": shown(f"/Span <</ActualText ()>> BDC {WHOLE} Tj EMC"),
    "after a font put back": document(
        content=f"BT /F0 9 Tf ET q BT /F9 9 Tf ET Q BT 20 100 Td {WHOLE} Tj ET"
    ),
    "after an inline picture": document(
        content=f"BI /W 1 /H 1 /BPC 8 /CS /G ID x\nEI BT /F0 9 Tf 20 100 Td {WHOLE} Tj ET"
    ),
    "in a comment's company": shown(f"% note\n{WHOLE} Tj"),
}  # fmt: skip


def places(content: bytes, value: str = CANARY) -> set[str]:
    """Where a private value was found."""
    report = audit(content, source=None, private_values=[value])
    assert ("pages_rendered", "passed") in report.checks
    return {finding.parameters["place"] for finding in report.findings if finding.code == "DG-L202"}


@pytest.mark.parametrize("way", DRAWN)
def test_text_is_found_however_it_is_drawn(way: str) -> None:
    assert "page" in places(DRAWN[way])


def _page(**keys: object) -> Callable[[pikepdf.Pdf], None]:
    def edit(pdf: pikepdf.Pdf) -> None:
        for key, value in keys.items():
            pdf.pages[0].obj[f"/{key}"] = value

    return edit


PAGES: dict[str, bytes] = {
    **{
        f"rotated by {angle}": document(_page(Rotate=angle), content=f"BT /F0 9 Tf 20 100 Td {WHOLE} Tj ET")
        for angle in (90, 180, 270)
    },
    "cropped": document(_page(CropBox=Array([0, 0, 50, 50])), content=f"BT /F0 9 Tf 90 150 Td {WHOLE} Tj ET"),
    "without a box of size": document(
        _page(CropBox=Array([500, 500, 600, 600])), content=f"BT /F0 9 Tf 90 150 Td {WHOLE} Tj ET"
    ),
    "in units of a metre": document(_page(UserUnit=2834), content=f"BT /F0 9 Tf 90 150 Td {WHOLE} Tj ET"),
}


@pytest.mark.parametrize("way", PAGES)
def test_text_is_found_on_every_sort_of_page(way: str) -> None:
    assert "page" in places(PAGES[way])


def _form(pdf: pikepdf.Pdf, content: str, *, own: bool = True) -> pikepdf.Object:
    form = pdf.make_stream(content.encode(), Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 200, 200]))
    if own:
        form.Resources = Dictionary(Font=pdf.pages[0].obj.Resources.Font)
    return form


@pytest.mark.parametrize("own", [True, False])
@pytest.mark.parametrize("deep", [1, 4])
def test_text_in_a_form_is_found(own: bool, deep: int) -> None:
    def edit(pdf: pikepdf.Pdf) -> None:
        form = _form(pdf, f"BT /F0 9 Tf 20 100 Td {WHOLE} Tj ET", own=own)
        for _ in range(deep - 1):
            outer = _form(pdf, "/X Do", own=own)
            outer.Resources = Dictionary(Font=pdf.pages[0].obj.Resources.Font, XObject=Dictionary(X=form))
            form = outer
        pdf.pages[0].obj.Resources.XObject["/X"] = form

    assert "page" in places(document(edit, content="/X Do"))


def test_text_broken_between_page_and_form_is_found() -> None:
    def edit(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].obj.Resources.XObject["/X"] = _form(pdf, f"BT /F0 9 Tf 44 100 Td {HALVES[1]} Tj ET")

    assert "page" in places(document(edit, content=f"BT /F0 9 Tf 20 100 Td {HALVES[0]} Tj ET /X Do"))


@pytest.mark.parametrize("drawn", [True, False])
def test_text_in_the_looks_of_an_annotation_is_found(drawn: bool) -> None:
    def edit(pdf: pikepdf.Pdf) -> None:
        look = _form(pdf, f"BT /F0 9 Tf 20 100 Td {WHOLE} Tj ET")
        if drawn:
            note = Dictionary(Type=Name.Annot, Subtype=Name.Stamp, Rect=Array([0, 0, 200, 200]), AP=Dictionary(N=look))
            pdf.pages[0].obj.Annots = Array([pdf.make_indirect(note)])
        else:
            pdf.pages[0].obj.Resources.XObject["/Unused"] = look

    assert "page" in places(document(edit))


def _font(words: dict[str, str] | None, encoding: object = None) -> Callable[[pikepdf.Pdf], None]:
    """A font that is not embedded; codes (as hexadecimal digits) and their meaning."""

    def edit(pdf: pikepdf.Pdf) -> None:
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        if words is not None:
            lines = "\n".join(f"<{code}> <{meaning.encode('utf-16-be').hex()}>" for code, meaning in words.items())
            font.ToUnicode = pdf.make_stream(f"begincmap {len(words)} beginbfchar\n{lines}\nendbfchar".encode())
        if encoding is not None:
            font.Encoding = encoding
        pdf.pages[0].obj.Resources.Font["/F0"] = pdf.make_indirect(font)

    return edit


def test_ligatures_are_found_spelled_and_as_one_character() -> None:
    for meaning in ("fi", "\ufb01"):
        table = {"01": meaning, "02": "n", "03": "d"}
        content = document(_font(table), content="BT /F0 9 Tf 20 100 Td <010203> Tj <010203> Tj ET")
        assert "page" in places(content, "findfind")


@pytest.mark.parametrize("hyphen", ["-", "\u00ad", "\u2010"])
def test_words_broken_by_any_hyphen_are_found(hyphen: str) -> None:
    table = {"01": "ge", "02": "hei", "03": "men", "04": hyphen}
    content = document(_font(table), content="BT /F0 9 Tf 20 100 Td <010204> Tj 0 -12 Td <03> Tj ET")
    assert "page" in places(content, "geheimen")
    assert "page" in places(content, f"gehei{hyphen}men")


def test_text_from_right_to_left_is_found_in_either_order() -> None:
    word = "\u05e9\u05dc\u05d5\u05dd\u05e2\u05d5\u05dc\u05dd"
    table = {f"{code:02x}": letter for code, letter in enumerate(word, 1)}
    for codes in ("0102030405060708", "0807060504030201"):
        content = document(_font(table), content=f"BT /F0 9 Tf 20 100 Td <{codes}> Tj ET")
        assert "page" in places(content, word) | places(content, word[::-1])
    assert "page" in places(document(_font(table), content="BT /F0 9 Tf 20 100 Td <0807060504030201> Tj ET"), word)


def test_characters_beyond_the_basic_plane_are_found() -> None:
    table = {"01": "\U0001d7d6", "02": "\U0001d7d3", "03": "X"}  # mathematical bold digits
    assert "page" in places(document(_font(table), content="BT /F0 9 Tf 20 100 Td <0102030102> Tj ET"), "85X85")


@pytest.mark.parametrize(
    "encoding",
    [
        Name.WinAnsiEncoding,
        Name.MacRomanEncoding,
        Name.StandardEncoding,
        None,
        Dictionary(Differences=Array([1, Name.a, Name.b])),
    ],
)
def test_text_of_fonts_that_do_not_say_what_it_means_is_found(encoding: object) -> None:
    content = document(_font(None, encoding), content="BT /F0 9 Tf 20 100 Td (Geheim) Tj 0 -12 Td (woord) Tj ET")
    assert "page" in places(content, "geheimwoord")


def test_differences_of_an_encoding_are_read() -> None:
    letters = Dictionary(Differences=Array([1, Name.G, Name.e, Name.h, Name.i, Name.m]))
    content = document(_font(None, letters), content="BT /F0 9 Tf 20 100 Td <010203020405> Tj ET")
    assert "page" in places(content, "geheim")


def test_a_table_of_ranges_is_read() -> None:
    def edit(pdf: pikepdf.Pdf) -> None:
        _font({"01": "A"})(pdf)
        cmap = b"begincmap 2 beginbfrange <01> <03> <0061> <04> <05> [<0078> <00790079>] endbfrange"
        pdf.pages[0].obj.Resources.Font.F0.ToUnicode = pdf.make_stream(cmap)

    assert "page" in places(document(edit, content="BT /F0 9 Tf 20 100 Td <0102030405> Tj ET"), "abcxyy")


@pytest.mark.parametrize("ranges", [b"<00> <ffffffff> <0061>", b"<05> <01> <0061>", b"<00> <01> <6>", b"<01>", b"<>"])
def test_a_table_that_makes_no_sense_is_no_obstacle(ranges: bytes) -> None:
    def edit(pdf: pikepdf.Pdf) -> None:
        _font(None, Name.WinAnsiEncoding)(pdf)
        pdf.pages[0].obj.Resources.Font.F0.ToUnicode = pdf.make_stream(b"1 beginbfrange " + ranges + b" endbfrange")

    assert audit(document(edit, content="BT /F0 9 Tf 20 100 Td (Ge) Tj ET"), source=None).checks


# --- what cannot be read ----------------------------------------------------------------------------------------------


def test_a_file_pdfium_cannot_read_has_not_been_checked_and_the_rest_is_still_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(content: bytes) -> object:
        raise pypdfium2.PdfiumError("words of the file")

    monkeypatch.setattr(rendering.pypdfium2, "PdfDocument", broken)
    report = audit(DRAWN["plainly"], source=None, private_values=[CANARY])
    assert dict(report.checks)["pages_rendered"] == "not run"
    assert not report.ok
    assert "words of the file" not in repr(report)
    assert "DG-L202" in {finding.code for finding in report.findings}


def test_readers_must_count_the_same_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    two = io.BytesIO()
    with pikepdf.open(io.BytesIO(DRAWN["plainly"])) as pdf:
        pdf.pages.append(pdf.pages[0])
        pdf.save(two)
    opened = pypdfium2.PdfDocument
    monkeypatch.setattr(rendering.pypdfium2, "PdfDocument", lambda content: opened(two.getvalue()))
    assert dict(audit(DRAWN["plainly"], source=None).checks)["pages_rendered"] == "not run"


@pytest.mark.parametrize("drawn", [True, False])
def test_forms_that_draw_themselves_are_not_checked_for_ever(drawn: bool) -> None:
    def edit(pdf: pikepdf.Pdf) -> None:
        form = pdf.make_indirect(_form(pdf, f"BT /F0 9 Tf 20 100 Td {WHOLE} Tj ET /X Do /X Do"))
        form.Resources.XObject = Dictionary(X=form)
        pdf.pages[0].obj.Resources.XObject["/X"] = form

    report = audit(document(edit, content="/X Do" if drawn else ""), source=None, private_values=[CANARY])
    assert dict(report.checks)["no_private_values"] == "not run"


def test_forms_that_multiply_end_at_the_limit() -> None:
    def edit(pdf: pikepdf.Pdf) -> None:
        form = _form(pdf, f"BT /F0 9 Tf 20 100 Td {WHOLE} Tj ET")
        for _ in range(12):
            outer = _form(pdf, "/X Do " * 4)
            outer.Resources = Dictionary(XObject=Dictionary(X=form))
            form = outer
        pdf.pages[0].obj.Resources.XObject["/X"] = form

    report = audit(document(edit, content="/X Do"), source=None, limits=Limits(letters=100_000))
    assert dict(report.checks)["pages_rendered"] == "not run"


# --- the two readers of content ---------------------------------------------------------------------------------------

_ORDINARY = (
    "q Q BT ET 0 1 -2.5 .5 10 20 Td TD Tm T* Tf /F0 /P /MC0 <0041> <4> [ ] TJ Tj BDC BMC EMC /MCID cm Do re f rg"
)
_ODD = "(text) (a\\)b) ' \" << >> /ActualText /Alt 3 7 Tr gs scn d w 1e5 +4 --3 % BI ID EI true /A#20B ( < )"
_TOKENS = st.sampled_from([*_ORDINARY.split(), *_ODD.split(), "\n"])


def _one_by_one(step: Step) -> tuple[Step, ...]:
    """The operators of which a step stands for several."""
    if step.name and step.operator in (b"Tj", b"TJ"):
        moves = (Step(b"q"), Step(b"BT"), Step(b"Td", b"", step.numbers), Step(b"Tf", step.name))
        return (*moves, Step(step.operator, b"", (), step.pieces))
    return (step,)


def _plain(content: Content) -> list[str]:
    steps = [one for step in content.steps for one in _one_by_one(step)]
    lists = (content.names, content.keys, content.labels, content.comments, steps)
    return [*map(repr, lists), repr(content.hides_text), repr(content.shown)]


@settings(max_examples=300)
@given(st.lists(_TOKENS, max_size=14), st.sampled_from([" ", "\n", ""]))
def test_both_readers_of_content_give_the_same(tokens: list[str], between: str) -> None:
    data = between.join(tokens).encode()
    found = _quick(data, Strings())
    if found is not None:
        assert _plain(found) == _plain(_careful(tuple(content_tokens(data, 1000))))


@pytest.mark.parametrize(
    "begins",
    [
        b"/Text#20body <</MCID 15>> BDC",
        b"/Span<</ActualText<FEFF00A0>>>\nBDC",
        b"/Artifact<</Subtype/Header/Type/Pagination>>BDC",
    ],
)
def test_tags_as_word_processors_name_them_are_ordinary(begins: bytes) -> None:
    data = b"BT\n" + begins + b" /F0 9 Tf\n<41>Tj\nEMC\nET"
    found = _quick(data, Strings())
    assert found is not None
    assert _plain(found) == _plain(_careful(tuple(content_tokens(data, 1000))))


_LINE = [
    "/P <</MCID 3>> BDC",
    "q",
    "0 0 0 rg",
    "BT",
    "76.6 637.489 Td",
    "/F1 9 Tf",
    "[<28>3<2829>] TJ",
    "ET",
    "Q",
    "EMC",
]
_ELSE = [
    "",
    "q",
    "/P#20 <</MCID 3>> BDC",
    "/P <</MCID 3>> BMC",
    "[<28>-100 -90<29>] TJ",
    "[<28>-90<2>-200] TJ",
    "[-200<28>] TJ",
    "[(>3<)<28>] TJ",
    "[] TJ",
    "<28> Tj\n1 0 0 1 76.6 627.489 Tm\n[<28>-300<29>] TJ",
    "0 0 rg",
    "1 Td",
    "- . Td",
    "/F#31 9 Tf",
    "/F1 9 TF",
    "[<28> -200 (a)] TJ",
    "[ <2",
    "<28> Tz",
    "ETQ",
    "Q\n3 Tr",
]


@settings(max_examples=300)
@given(st.dictionaries(st.integers(0, len(_LINE) - 1), st.sampled_from(_ELSE), max_size=2), st.sampled_from("\n "))
def test_a_line_of_text_is_the_same_by_both_readers(changes: dict[int, str], between: str) -> None:
    line = "\n".join(changes.get(place, part) for place, part in enumerate(_LINE))
    data = f"{line}{between}{line}".encode()
    found = _quick(data, Strings())
    assert found is not None or changes
    if found is not None:
        careful = _careful(tuple(content_tokens(data, 1000)))
        assert _plain(found) == _plain(careful)
        operators, resources = Operators(lambda data: found, 1000), DictionaryObject()
        assert operators._shown(found.steps, resources, 0) == operators._shown(careful.steps, resources, 0)


def test_pages_show_the_same_by_both_readers(contract_pdf: bytes) -> None:
    quick = Operators(lambda data: content_of(data, 1_000_000, Strings()), 1_000_000)
    careful = Operators(lambda data: _careful(tuple(content_tokens(data, 1_000_000))), 1_000_000)
    for page in PdfReader(io.BytesIO(builders.signed_pdf(contract_pdf))).pages:
        assert quick.of_page(page) == careful.of_page(page)
        assert quick.of_page(page).text


def test_both_readers_give_the_same_for_real_pages_and_the_quick_one_reads_them(contract_pdf: bytes) -> None:
    with pikepdf.open(io.BytesIO(builders.signed_pdf(contract_pdf))) as pdf:
        streams = [bytes(page.obj.Contents.read_bytes()) for page in pdf.pages]
    for data in streams:
        found = _quick(data, Strings())
        assert found is not None
        assert _plain(found) == _plain(_careful(tuple(content_tokens(data, 1_000_000))))
        assert any(step.pieces for step in found.steps)
