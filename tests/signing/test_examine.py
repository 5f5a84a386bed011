"""Files from elsewhere are judged in a process that ends, whatever they do; none that was changed is accepted."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from datetime import datetime, timedelta

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from signing_increments import Objects, Shape, appended
from signing_live import LivePki, now
from signing_state import EXPECTED, NOW, Judge

from docgen.documents import SignedPdf
from docgen.pipeline.examine import compared, examined, slots_of
from docgen.pipeline.guarded import Apart, Runner, Unfinished, here
from docgen.signing.identity import Answer
from docgen.signing.trust import Trust


def bomb(content: bytes, depth: int = 40) -> bytes:
    """A page whose drawing draws another twice, which draws another twice: 2 to the power of `depth` lines."""
    with pikepdf.open(io.BytesIO(content)) as document:
        inner = document.make_stream(b"0 0 m 500 500 l S")
        for level in range(depth):
            inner.Type, inner.Subtype, inner.BBox = pikepdf.Name.XObject, pikepdf.Name.Form, [0, 0, 600, 850]
            name = f"/X{level}"
            outer = document.make_stream(f"{name} Do {name} Do".encode())
            outer.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary({name: inner}))
            inner = outer
        page = document.pages[0]
        inner.Type, inner.Subtype, inner.BBox = pikepdf.Name.XObject, pikepdf.Name.Form, [0, 0, 600, 850]
        page.obj.Resources.XObject = pikepdf.Dictionary(Boom=inner)
        page.contents_add(b"q /Boom Do Q")
        target = io.BytesIO()
        document.save(target)
    return target.getvalue()


def test_drawing_that_never_ends(fully_signed: SignedPdf) -> None:
    """The process is ended, and with it the drawing; the answer is that nobody can tell."""
    found = compared(Apart(6), fully_signed.content, bomb(fully_signed.content))
    assert found.answer is Answer.CANNOT_JUDGE
    assert [one.code for one in found.findings] == ["DG-V405"]


def test_result_comes_back_whole(fully_signed: SignedPdf, trust: Trust) -> None:
    apart, beside = (examined(run, fully_signed, EXPECTED, trust=trust, now=NOW) for run in (Apart(120), here))
    assert apart == beside
    assert apart.ok
    assert slots_of(Apart(120), fully_signed.content) == ("applicant", "office")
    assert slots_of(Apart(120), b"%PDF-1.7") == ()


@pytest.mark.parametrize(("reason", "code"), [("> 3 s", "DG-V105"), ("exit -9", "DG-V106"), ("MemoryError", "DG-V106")])
def test_no_end_is_a_refusal(reason: str, code: str, fully_signed: SignedPdf, trust: Trust) -> None:
    def run(*given: object, **named: object) -> object:
        raise Unfinished(reason)

    runner: Runner = run  # type: ignore[assignment]
    report = examined(runner, fully_signed, EXPECTED, trust=trust, now=NOW)
    assert [one.code for one in report.findings] == [code]
    assert not report.ok
    assert compared(runner, b"%PDF-1", b"%PDF-2").answer is Answer.CANNOT_JUDGE
    assert slots_of(runner, b"%PDF-1") == ()


def _spliced(content: bytes, other: bytes, cuts: Sequence[int]) -> bytes:
    """Pieces of one file put in the places of another's."""
    first, second, third = sorted(cut % (len(content) + 1) for cut in cuts)
    return content[:first] + other[first:second] + content[second:third] + content[third:]


@given(cuts=st.lists(st.integers(0, 200_000), min_size=3, max_size=3), twice=st.booleans())
@settings(max_examples=40)
def test_no_spliced_file_goes_unseen(
    judged: Judge, half_signed: SignedPdf, fully_signed: SignedPdf, cuts: list[int], twice: bool
) -> None:
    content = fully_signed.content
    made = _spliced(content, half_signed.content[::-1] if twice else b"\0" * len(content), cuts)
    if made != content:
        report = judged(made)
        outside = _without_values(made) != _without_values(content)
        assert not (outside and report.ok)


def _without_values(content: bytes) -> bytes:
    """The file without the room of signature values, the end of which may hold any zeros."""
    return re.sub(rb"/Contents <[0-9a-fA-F]+>", b"", content)


@given(data=st.data())
@settings(max_examples=25)
def test_no_changed_update_goes_unseen(
    judged: Judge, timestamped: SignedPdf, store: Objects, live: LivePki, data: st.DataObject
) -> None:
    """In an honest update behind the signature, any other byte is a refusal, unless it says the same."""
    shape = data.draw(st.sampled_from(list(Shape)))
    whole = appended(timestamped.content, store, shape)
    place = data.draw(st.integers(len(timestamped.content), len(whole) - 1))
    byte = data.draw(st.integers(0, 255))
    made = whole[:place] + bytes([byte]) + whole[place + 1 :]
    report = judged(made, trust=live.trust, now=_later(), expected=(), judge_only=True)
    if report.ok and made != whole:
        assert _drawn(made) == _drawn(whole)


def _later() -> datetime:
    return now() + timedelta(days=365)


def _drawn(content: bytes) -> list[bytes]:
    """What the pages are made of."""
    with pikepdf.open(io.BytesIO(content)) as document:
        return [page.obj.Contents.read_bytes() + page.obj.unparse() for page in document.pages]
