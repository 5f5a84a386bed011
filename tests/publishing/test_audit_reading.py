"""The quick readers of the audit see what the careful ones see."""

from __future__ import annotations

import base64
import io
import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from unittest.mock import patch

import pikepdf
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    IndirectObject,
    PdfObject,
    StreamObject,
)

from docgen.publishing.audit import layout, needles, plain_objects
from docgen.publishing.audit import views as audit_views
from docgen.publishing.audit.graph import from_root, objects_from
from docgen.publishing.audit.known_keys import KNOWN, NAMED_BY_THE_DOCUMENT
from docgen.publishing.audit.layout import Layout, layout_of
from docgen.publishing.audit.limits import LimitExceeded, Limits
from docgen.publishing.audit.pieces import Piece, Where
from docgen.publishing.audit.plain_objects import PlainReader
from docgen.publishing.audit.search import Haystacks, Needle, Secret, text_needles
from docgen.publishing.audit.views import folded, views
from publishing import builders
from publishing.plants import clean_copy, edited

_NEVER = re.compile(rb"(?!)")
_PIECES = (
    *(
        b"1 0 obj",
        b" 22 0 obj\r",
        b"obj",
        b"endobj",
        b"\nendobj ",
        b"stream\n",
        b"endstream",
        b"xref",
        b"0 2",
        b"trailer",
    ),
    *(
        b"0000000017 00000 n \n",
        b"0000000000 65535 f \n",
        b"<<",
        b">>",
        b"[",
        b"]",
        b"<",
        b">",
        b"<41 5>",
        b"<>",
        b"(a)",
    ),
    *(
        b"(a\\)b)",
        b"(a(b)c)",
        b"/T",
        b"/Name",
        b"/A#42",
        b"/",
        b"/Length 2",
        b"/Filter/FlateDecode",
        b"7",
        b"-.5",
        b"R",
    ),
    *(b"true", b"null", b"nullx", b"% comment\n", b" ", b"\n", b"\x0b", b"{", b"startxref", b"%%EOF"),
)


def carefully(content: bytes) -> Layout:
    """Token by token."""
    with (
        patch.object(layout, "_PLAIN_OBJECT", _NEVER),
        patch.object(layout, "_TABLE", _NEVER),
        patch.object(layout, "_LONGEST_ALIKE", 0),
    ):
        return layout_of(content)


@settings(max_examples=500)
@given(st.lists(st.sampled_from(_PIECES), max_size=24), st.sampled_from([b"", b" "]))
def test_objects_are_the_same_by_both_readers(pieces: list[bytes], between: bytes) -> None:
    content = b"1 0 obj<<>>endobj\n" + between.join(pieces)  # after one object the quick reader is asked
    assert layout_of(content) == carefully(content)


_USUAL = (b"/S", b"/H1", b"/H2", b"/A#42", b"/A#43", b"3", b"27", b"0.5", b"1.5", b"3 0 R", b"12 0 R", b"12 3 R")
_UNUSUAL = (b"[", b"]", b"<<", b">>", b"(a 1)", b"<41>", b"% 1\n", b"{", b"x1", b"1x", b"endobj", b"\x00")
_HEADS = (
    b"1 0 obj\n",
    b"2 0 obj\n",
    b"34 0 obj\n",
    b"5 1 obj\n",
    b"5  0 obj\n",
    b"06 0 obj\n",
    b"7 0 obj ",
    b"x 0 obj\n",
)
_TAILS = (b"\nendobj\n", b"\nendobj\n", b" endobj\n", b"\nendobj ", b"\nendobj", b"\nendobj\n\n", b"\n")


@settings(max_examples=500)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(_HEADS),
            st.lists(st.sampled_from(_USUAL * 3 + _UNUSUAL), max_size=4),
            st.sampled_from(_TAILS),
        ),
        max_size=8,
    )
)
def test_objects_that_are_the_same_but_for_digits_are_told_apart(
    objects: list[tuple[bytes, list[bytes], bytes]],
) -> None:
    written = (head + b"<< " + b" ".join(values) + b" >>" + tail for head, values, tail in objects)
    content = b"1 0 obj<<>>endobj\n" + b"".join(written)
    assert layout_of(content) == carefully(content)


_OF_STREAMS = (
    *(
        b"/Length 4",
        b"/Length 9",
        b"/Length 04",
        b"/Length/4",
        b"/Length 4 0 R",
        b"/Length 4 /7 /R",
        b"/Length1 4",
        b"4",
    ),
    *(b"/Filter /FlateDecode", b"/Filter/Fl", b"/Filter [/Fl/AHx]", b"/Filter null", b"/F (x)", b"/F 3", b"/X /Filter"),
    *(b"/X /Length", b"(/Length 9)", b"<4c>", b"/L#65ngth 9", b"/DecodeParms << /Columns 4 >>", b"/Type /XRef", b"%\n"),
)


@settings(max_examples=500)
@given(
    st.lists(st.sampled_from(_OF_STREAMS), min_size=1, max_size=4),
    st.sampled_from([b"\n", b"\r\n", b"\r", b" ", b""]),
    st.sampled_from([b"abcd", b"abcd\n", b"abcd\r\n", b"abcd endstream\nendobj\n", b"abc", b""]),
    st.sampled_from([b"endstream\nendobj\n", b"endstream endobj", b"endstreamendobj", b"endstream\n", b"endobj", b""]),
)
def test_streams_are_the_same_by_both_readers(values: list[bytes], begins: bytes, data: bytes, ends: bytes) -> None:
    stream = b"2 0 obj\n<< " + b" ".join(values) + b" >>\nstream" + begins + data + ends
    content = b"1 0 obj<<>>endobj\n" + stream + b"\n4 0 obj 4 endobj\n" + stream
    assert layout_of(content) == carefully(content)


def test_real_files_are_the_same_by_both_readers(contract_pdf: bytes) -> None:
    signed = builders.signed_pdf(contract_pdf)
    for content in (contract_pdf, signed, clean_copy(contract_pdf), signed[: len(signed) // 2]):
        assert layout_of(content) == carefully(content)


def test_the_quick_reader_has_the_same_limit() -> None:
    content = b"1 0 obj<<>>endobj " + b"2 0 obj[/A/B/C/D(e)]endobj " * 50
    with pytest.raises(LimitExceeded):
        layout_of(content, 200)


@pytest.mark.parametrize("packed", [True, False])
def test_secrets_need_no_other_reader_in_a_plain_file_and_are_the_same_with_one(
    contract_pdf: bytes, packed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    mode = pikepdf.ObjectStreamMode.generate if packed else pikepdf.ObjectStreamMode.disable
    signed = builders.signed_pdf(edited(contract_pdf, lambda pdf: None, object_stream_mode=mode))
    both = needles.secrets_of(signed + b"\nstray", Limits())  # bytes that belong to nothing make it ask pypdf too
    monkeypatch.delattr(needles, "PdfReader")
    assert needles.secrets_of(signed, Limits()) == both


def test_a_signature_behind_a_predictor_is_found(contract_pdf: bytes) -> None:
    signed = builders.signed_pdf(contract_pdf)
    blobs = [string for item in layout_of(signed).objects for string in item.strings if string.key == "Contents"]
    rows = b"".join(
        b"\x00" + bytes([byte]) for byte in max(blobs, key=lambda one: len(one.value)).value.rstrip(b"\x00")
    )
    with pikepdf.open(io.BytesIO(contract_pdf)) as pdf:
        pdf.Root.Hidden = pdf.make_stream(b"")
        pdf.Root.Hidden.write(
            zlib.compress(rows), filter=pikepdf.Name.FlateDecode, decode_parms=pikepdf.Dictionary(Predictor=15)
        )
        hidden = io.BytesIO()
        pdf.save(hidden, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    assert needles.secrets_of(hidden.getvalue(), Limits()).anywhere


@given(st.binary(min_size=9, max_size=60), st.binary(max_size=20), st.integers(0, 3))
def test_what_is_encoded_among_other_things_is_seen(secret: bytes, other: bytes, shift: int) -> None:
    for written in (base64.b64encode(secret), base64.urlsafe_b64encode(secret), secret.hex().encode()):
        data = base64.b64encode(other * 3) + b"(" + b"0" * shift + written + b") " + other.hex().encode()
        assert any(secret in view for view in views(data))


_WRITTEN = (
    b"%41",
    b"\\101",
    b"&#65;",
    b"#2e",
    b"\\u0041",
    b"%25",
    b"41",
    b"&#300;",
    b"A",
    b"b-",
    b"/",
    b"=",
    b" ",
    b"\n",
    b":",
    b".",
)


def all_views(data: bytes, depth: int = 2) -> Iterator[bytes]:
    """Every view of all of it, also of what the view before was looked at for."""
    yield data
    if depth:
        for inner in (audit_views._from_hex(data), audit_views._from_base64(data), audit_views._from_escapes(data)[0]):
            yield from all_views(inner, depth - 1)


@settings(max_examples=400, deadline=None)
@given(
    st.lists(st.sampled_from(_WRITTEN) | st.binary(min_size=4, max_size=12).map(bytes.hex).map(str.encode), max_size=14)
)
def test_behind_escapes_only_what_they_changed_is_looked_at_and_nothing_is_missed(parts: list[bytes]) -> None:
    data = b"".join(parts)
    seen = list(views(data))
    for view in all_views(data):
        needles_in_view = {view[start : start + 6] for start in range(max(1, len(view) - 5))}
        for needle in needles_in_view:
            assert b"\x1f" in needle or any(needle in one for one in seen)  # \x1f stands between runs


_STRETCHES = (
    *_WRITTEN[:8],
    b"%2541",
    b"\\\\101",
    b"%26#65;",
    b"secret",
    b" " * 60,
    b"\x00" * 30,
    b"kept apart by much else",
)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(_STRETCHES), max_size=24), st.integers(1, 10))
def test_near_escapes_everything_that_is_not_too_long_is_seen(parts: list[bytes], longest: int) -> None:
    data = b"".join(parts)
    with patch.object(audit_views, "_REACH", longest + 16):
        seen = list(views(data))
    searched = {False: seen, True: [folded(view) for view in seen]}
    whole = [data]
    for _ in range(2):
        whole.append(audit_views._from_escapes(whole[-1])[0])
    for is_text, views_of_it in searched.items():
        for view in whole:
            text = folded(view) if is_text else view
            for start in range(max(1, len(text) - longest + 1)):
                assert any(text[start : start + longest] in one for one in views_of_it)


def test_what_stands_in_many_places_is_decoded_once() -> None:
    run = base64.b64encode(b"secret of someone")
    assert list(views(b") (".join([run] * 50)))[1:] == list(views(b"(" + run + b")"))[1:]


def test_of_very_long_things_the_beginning_is_sought() -> None:
    long = "geheim " * 200
    stack = Haystacks([Piece(Where.STREAM, "here", long.replace("e", "%65").encode())])
    assert list(stack.search(text_needles(Secret.PRIVATE_VALUE, long)))
    assert not list(stack.search(text_needles(Secret.PRIVATE_VALUE, "x" + long)))


@pytest.mark.parametrize("secret", [b"ABCDEFGH", b"A\x80BCDEFG", bytes(range(200, 232))])
@pytest.mark.parametrize("written", [bytes, lambda data: data.hex().encode(), base64.b64encode])
def test_bytes_are_found_whether_or_not_they_or_what_they_stand_in_are_ascii(
    secret: bytes, written: Callable[[bytes], bytes]
) -> None:
    for beside in (b"(", b"\xe9("):
        stack = Haystacks([Piece(Where.STREAM, "here", beside + written(secret) + b")")])
        assert [hit.spots for hit in stack.search([Needle(Secret.SERIAL_NUMBER, secret)])] == [("here",)]
        assert not list(stack.search([Needle(Secret.SERIAL_NUMBER, secret[::-1])]))


_VALUES = (
    *(b"/Type", b"/Kids", b"/A#42", b"/", b"/caf\xc3\xa9", b"/S.p-1_", b"/" + b"N" * 120),
    *(b"<<", b"<<", b">>", b">>", b"[", b"]", b"[", b"]"),
    *(
        b"7",
        b"-3",
        b"+4",
        b"12345678901",
        b"1.5",
        b"-.5",
        b"4.",
        b".",
        b"5.5.5",
        b"1e3",
        b"--1",
        b"0.000000123",
        b"595.303937007874",
    ),
    *(b"3 0 R", b"12345678 0 R", b"3  0 R", b"3 0 Rx", b"3 0\nR", b"R", b"0 R"),
    *(b"true", b"false", b"null", b"nullx", b"True", b"% comment\n", b"\x00", b"\x0c", b"{", b")", b">", b"endobj"),
    *(
        b"<41 5>",
        b"<>",
        b"<FEFF0041>",
        b"<c3a9>",
        b"<4g>",
        b"(a)",
        b"(a\\)b)",
        b"(a(b)c)",
        b"(\xfe\xff\x00A)",
        b"(a\rb)",
    ),
)


def with_object(written: bytes) -> bytes:
    """A small file with that as its object 3."""
    parts = [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [ ] /Count 0 >>", written]
    out, offsets = b"%PDF-1.7\n", []
    for number, part in enumerate(parts, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return out + (
        b"xref\n0 4\n0000000000 65535 f \n%strailer\n<< /Root 1 0 R /Size 4 >>\nstartxref\n%d\n%%%%EOF\n"
        % (table, len(out))
    )


def shape(value: object) -> object:
    """A value of pypdf with its sorts and the order of its keys, as plain values."""
    if isinstance(value, DictionaryObject):
        return [type(value), *((shape(key), shape(part)) for key, part in dict.items(value))]
    if isinstance(value, ArrayObject):
        return [type(value), *map(shape, list.__iter__(value))]
    if isinstance(value, IndirectObject):
        return type(value), value.idnum, value.generation
    return type(value), repr(value), getattr(value, "original_bytes", b"")


def read_with_pypdf(content: bytes, number: int, *, helped: bool) -> object:
    """An object as pypdf has it, strictly; or why it has none."""
    reader = PdfReader(io.BytesIO(content), strict=True)
    if helped:
        reader = PlainReader(content, layout_of(content).objects)
    try:
        value = reader.get_object(IndirectObject(number, 0, reader))
    except Exception as error:
        return type(error)
    assert value is not None and value.indirect_reference == IndirectObject(number, 0, reader)
    return shape(value)


@settings(max_examples=500, deadline=None)
@example([b"<<", b">>", b"/Type"], b"<< %s >>", b" ")  # a key that is a dictionary
@example([b"/Type", b"1", b"/Type", b"2"], b"<< %s >>", b" ")
@given(
    st.lists(st.sampled_from(_VALUES), max_size=10),
    st.sampled_from([b"<< %s >>", b"[ %s ]", b"<< /K [ %s ] /P 2 0 R >>", b"%s"]),
    st.sampled_from([b" ", b"\n", b""]),
)
def test_pypdf_is_given_the_objects_that_it_would_have_read(values: list[bytes], within: bytes, between: bytes) -> None:
    content = with_object(within % between.join(values))
    assert read_with_pypdf(content, 3, helped=True) == read_with_pypdf(content, 3, helped=False)


def test_objects_that_lie_elsewhere_than_the_table_says_are_left_to_pypdf() -> None:
    content = with_object(b"<< /A 1 >>")
    objects = [item._replace(start=item.start + (item.number == 3)) for item in layout_of(content).objects]
    reader = PlainReader(content, objects)
    with patch.object(plain_objects, "_container", return_value=None) as asked:
        assert str(reader.get_object(3)) == "{'/A': 1}"
        assert not asked.called
        assert reader.get_object(1) is not None
        assert asked.called


def test_the_objects_of_real_copies_are_given_whole(contract_pdf: bytes) -> None:
    copy = clean_copy(contract_pdf)
    numbers = [item.number for item in layout_of(copy).objects if item.stream is None]
    assert len(numbers) > 50
    for number in numbers:
        given_ready = read_with_pypdf(copy, number, helped=True)
        assert given_ready == read_with_pypdf(copy, number, helped=False)
    reader = PlainReader(copy, layout_of(copy).objects)
    with patch("pypdf._reader.read_object") as careful:
        assert all(reader.get_object(number) is not None for number in numbers)
        assert not careful.called


LOUD = NAMED_BY_THE_DOCUMENT | {"Metadata"}


def leads_of(value: object) -> list[tuple[int, int]] | None:
    """Where a value of pypdf leads; nothing where a check has more to say of it."""
    if isinstance(value, IndirectObject):
        return [(value.idnum, value.generation)]
    if isinstance(value, DictionaryObject) and not {key[1:] for key in value} <= KNOWN - LOUD:
        return None
    if isinstance(value, StreamObject):
        return None
    parts: list[object] = []
    if isinstance(value, DictionaryObject | ArrayObject):
        parts = list(dict.values(value) if isinstance(value, DictionaryObject) else list.__iter__(value))
    leads = [leads_of(part) for part in parts]
    return None if None in leads else [lead for some in leads if some for lead in some]


@settings(max_examples=500, deadline=None)
@example([b"/C1", b"3 0 R"], b"<< %s >>", b" ")
@example([b"/C7", b"3 0 R"], b"<< %s >>", b" ")  # no key of the standard, and the same but for a digit
@example([b"/Font", b"2 0 R"], b"<< %s >>", b" ")
@example([b"/P", b"2 1 R"], b"<< %s >>", b" ")
@example([b"/P", b"2 0 R", b"/P", b"1 0 R"], b"<< %s >>", b" ")
@example([b"3 0 R", b"( 4 0 R )", b"5 1 R"], b"[ %s ]", b" ")
@given(
    st.lists(
        st.sampled_from([*_VALUES, b"/Font", b"/C7", b"/P", b"/K", b"/Pg", b"2 0 R", b"2 1 R", b"1 0 R"]), max_size=8
    ),
    st.sampled_from([b"<< %s >>", b"[ %s ]", b"<< /K [ %s ] /P 2 0 R >>", b"<< /S /H1 /K %s /P 2 0 R >>"]),
    st.sampled_from([b" ", b"\n"]),
)
def test_quiet_objects_lead_where_pypdf_says_and_have_nothing_else(
    values: list[bytes], within: bytes, between: bytes
) -> None:
    content = with_object(within % between.join(values))
    quiet = PlainReader(content, layout_of(content).objects).quiet()
    if (3, 0) in quiet:
        value = PdfReader(io.BytesIO(content), strict=True).get_object(3)
        assert quiet[3, 0] == leads_of(value)


@pytest.mark.parametrize(
    "values",
    [
        b"<< /K [ 3 2 0 R ] /P 1 0 R /S /H1 >>",
        b"[ 1 0 R 2 0 R ]",
        b"<< /K -0.5 /S /P >>",
        b"<< /Next 2 0 R /Title <feff0041> >>",
    ],
)
def test_tags_are_quiet(values: bytes) -> None:
    content = with_object(values)
    assert (3, 0) in PlainReader(content, layout_of(content).objects).quiet()


def loud(values: Iterable[PdfObject]) -> list[object]:
    """What checks ask of all values, in the order in which they come."""
    return [
        shape(value)
        for value in values
        if isinstance(value, StreamObject)
        or (isinstance(value, DictionaryObject) and not dict.keys(value).isdisjoint(("/Metadata", "/CharProcs")))
    ]


@pytest.mark.parametrize("place", builders._PLANTS)
def test_the_same_is_reached_where_quiet_objects_are_passed_over(contract_pdf: bytes, place: str) -> None:
    content = clean_copy(builders._edited(contract_pdf, builders._PLANTS[place]))
    objects = layout_of(content).objects
    reader = PlainReader(content, objects)
    quiet, alone = reader.quiet(), PdfReader(io.BytesIO(content), strict=True)
    assert len(quiet) > len(objects) / 2
    assert from_root(reader, quiet) == from_root(alone, {})
    assert loud(objects_from(reader, Limits(), quiet)) == loud(objects_from(alone, Limits(), {}))


def test_more_objects_than_allowed_are_too_many_quiet_or_not(contract_pdf: bytes) -> None:
    copy = clean_copy(contract_pdf)
    reader = PlainReader(copy, layout_of(copy).objects)
    quiet = reader.quiet()
    number = len(layout_of(copy).objects)
    assert list(objects_from(reader, Limits(objects=number), quiet))
    with pytest.raises(LimitExceeded):
        list(objects_from(reader, Limits(objects=number // 2), quiet))
