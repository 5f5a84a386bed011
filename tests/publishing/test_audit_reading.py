"""The quick readers of the audit see what the careful ones see."""

from __future__ import annotations

import base64
import io
import re
import zlib
from unittest.mock import patch

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docgen.publishing.audit import layout, needles
from docgen.publishing.audit.layout import Layout, layout_of
from docgen.publishing.audit.limits import LimitExceeded, Limits
from docgen.publishing.audit.views import views
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
    with patch.object(layout, "_PLAIN_OBJECT", _NEVER), patch.object(layout, "_TABLE", _NEVER):
        return layout_of(content)


@settings(max_examples=500)
@given(st.lists(st.sampled_from(_PIECES), max_size=24), st.sampled_from([b"", b" "]))
def test_objects_are_the_same_by_both_readers(pieces: list[bytes], between: bytes) -> None:
    content = b"1 0 obj<<>>endobj\n" + between.join(pieces)  # after one object the quick reader is asked
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
