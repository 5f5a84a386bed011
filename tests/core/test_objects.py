"""The objects of a PDF as plain values: what is read, and what is changed in both places."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pikepdf import Array, Dictionary, Name, String

from docgen.objects import Objects, opened


@pytest.fixture
def pdf() -> Iterator[pikepdf.Pdf]:
    with pikepdf.new() as made:
        made.add_blank_page()
        made.Root.Held = made.make_indirect(Dictionary(Word=String("één"), Odd=String(b"\x80\xff\x00"), Kind=Name.Kind))
        yield made


def written(pdf: pikepdf.Pdf) -> bytes:
    target = io.BytesIO()
    pdf.save(target)
    return target.getvalue()


def test_values_are_plain_and_references_lead_on(pdf: pikepdf.Pdf) -> None:
    pdf.Root.Number = pdf.make_indirect(7)
    with opened(written(pdf)) as read:
        objects = Objects(read)
        held = objects.node(objects.root["/Held"])
        assert (objects.words(held["/Word"]), held["/Kind"]) == ("één", "/Kind")
        assert objects.words(held["/Odd"])
        assert objects.get(objects.root["/Number"]) == 7
        assert objects.get("999 0 R") is None
        assert [objects.node(page)["/Type"] for page in objects.pages] == ["/Page"]
        assert (objects.node(7), objects.items(None), objects.words("/Name")) == ({}, [], "")


def test_streams_are_known_and_read(pdf: pikepdf.Pdf) -> None:
    pdf.Root.Drawn = pdf.make_stream(b"q Q", Kind=Name.Picture)
    with opened(written(pdf)) as read:
        objects = Objects(read)
        reference = objects.root["/Drawn"]
        assert reference in objects.streams
        assert objects.node(reference)["/Kind"] == "/Picture"
        assert objects.stream(reference) == b"q Q"


def test_a_change_stands_in_both_places(pdf: pikepdf.Pdf) -> None:
    objects = Objects(pdf)
    held = objects.root["/Held"]
    added = objects.adopt(pdf.make_indirect(Dictionary(Type=Name.New)))
    objects.put(held, "/K", [added, 3, {"/O": "/Table"}, "u:woord"])
    objects.drop(held, "/Odd")
    with opened(written(pdf)) as read:
        after = Objects(read)
        node = after.node(after.root["/Held"])
        assert node.keys() == {"/Word", "/Kind", "/K"}
        assert after.node(node["/K"][0]) == {"/Type": "/New"}
        assert node["/K"][1:] == [3, {"/O": "/Table"}, "u:woord"] == objects.node(held)["/K"][1:]


@pytest.mark.parametrize("number", [b"+.5", b"00.5", b"-.5", b"4."])
def test_numbers_that_json_does_not_know_are_read(pdf: pikepdf.Pdf, number: bytes) -> None:
    pdf.Root.Width = pdf.make_indirect(Array([1, 2]))
    with opened(written(pdf).replace(b"[ 1 2 ]", b"[ 1 " + number + b" ]")) as read:
        objects = Objects(read)
        assert float(objects.items(objects.root["/Width"])[1]) == float(number)


def test_what_is_nested_beyond_reason_is_refused(pdf: pikepdf.Pdf) -> None:
    deep = Array([])
    for _ in range(2000):
        deep = Array([deep])
    pdf.Root.Deep = deep
    with pytest.raises(ValueError, match="nested"):
        Objects(pdf)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=20))
def test_every_text_comes_back(text: str) -> None:
    with pikepdf.new() as pdf:
        pdf.Root.Held = pdf.make_indirect(Dictionary(Word=String(text)))
        objects = Objects(pdf)
        held = objects.root["/Held"]
        assert objects.words(objects.node(held)["/Word"]) == str(pdf.Root.Held.Word)
        objects.put(held, "/Again", objects.node(held)["/Word"])
        assert str(pdf.Root.Held.Again) == str(pdf.Root.Held.Word)
