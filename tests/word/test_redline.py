"""Redlines: accepting all gives the second text, rejecting all the first; and remarks as Word comments."""

from __future__ import annotations

import copy
import io
import random
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from docgen.pdf.convert import OneShotLibreOffice
from docgen.word.comments import Remark, with_comments
from docgen.word.package import assemble, members_of, pack
from docgen.word.plain import plain_text
from docgen.word.redline import redline

ROOT = Path(__file__).parents[2]
AT = datetime(2026, 1, 1, tzinfo=UTC)
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
PROTOCOL = (ROOT / "templates/vsa/nl/protocol.docx").read_bytes()
MAIN = "word/document.xml"


def settled(content: bytes, keep: str, drop: str) -> list[str]:
    """Text of the body, paragraph by paragraph, after accepting (`ins`, `del`) or rejecting (`del`, `ins`) all."""
    root = etree.fromstring(dict(members_of(content))[MAIN])
    for gone in list(root.iter(f"{W}{drop}")):
        around = gone.getparent()
        if around.tag == f"{W}trPr":
            around.getparent().getparent().remove(around.getparent())
        elif around.tag == f"{W}rPr" and around.getparent().tag == f"{W}pPr":
            paragraph = around.getparent().getparent()
            if not any(t.text for t in _kept(paragraph, keep)) and paragraph.getparent() is not None:
                paragraph.getparent().remove(paragraph)
    return ["".join(t.text or "" for t in _kept(paragraph, keep)) for paragraph in root.iter(f"{W}p")]


def _kept(paragraph: Any, keep: str) -> list[Any]:
    drop = "del" if keep == "ins" else "ins"
    texts = paragraph.iter(f"{W}t", f"{W}delText")
    return [text for text in texts if next(text.iterancestors(f"{W}{drop}"), None) is None]


def texts(content: bytes) -> list[str]:
    root = etree.fromstring(dict(members_of(content))[MAIN])
    return ["".join(t.text or "" for t in p.iter(f"{W}t")) for p in root.iter(f"{W}p")]


def check(first: bytes, second: bytes) -> bytes:
    made = redline(first, second, author="docgen", at=AT)
    assert settled(made, "ins", "del") == texts(second)
    assert settled(made, "del", "ins") == texts(first)
    return made


def document(paragraphs: list[str]) -> bytes:
    made = docx.Document()
    for text in paragraphs:
        made.add_paragraph(text)
    made.save(out := io.BytesIO())
    return out.getvalue()


def test_the_same_file_has_no_changes() -> None:
    made = check(PROTOCOL, PROTOCOL)
    assert b"w:ins" not in dict(members_of(made))[MAIN]


def test_a_word_changed_in_a_clause_is_marked_as_that_word() -> None:
    second = _with_main(
        PROTOCOL, lambda xml: xml.replace("geeft de gegevens niet door", "geeft de gegevens nooit door")
    )
    xml = dict(members_of(check(PROTOCOL, second)))[MAIN].decode()
    root = etree.fromstring(xml.encode())
    assert [text.text for text in root.iter(f"{W}delText")] == ["niet"]
    assert ["".join(t.text or "" for t in one.iter(f"{W}t")) for one in root.iter(f"{W}ins")] == ["nooit"]


def _with_main(content: bytes, change: Any) -> bytes:
    members = (
        (name, change(given.decode()).encode() if name == MAIN else given) for name, given in members_of(content)
    )
    return assemble(pack(name, given) for name, given in members)


@pytest.mark.parametrize("seed", range(12))
def test_any_change_of_a_real_template_can_be_accepted_and_rejected(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311
    root = etree.fromstring(dict(members_of(PROTOCOL))[MAIN])
    for _ in range(6):
        paragraphs = list(root.iter(f"{W}p"))
        one, other = chance.sample(paragraphs, 2)
        what = chance.choice(["word", "remove", "copy", "row"])
        alone = len(one.getparent().findall(f"{W}p")) > 1
        if what == "word" and (t := next(one.iter(f"{W}t"), None)) is not None:
            words = (t.text or "").split(" ")
            words.insert(chance.randrange(len(words) + 1), "gewijzigd")
            t.text = " ".join(words)
        elif what == "remove" and alone:
            one.getparent().remove(one)
        elif what == "copy" and not any(other.iter(f"{W}bookmarkStart")):
            one.addnext(copy.deepcopy(other))
        elif what == "row" and (rows := [row for row in root.iter(f"{W}tr") if row.getprevious() is not None]):
            row = chance.choice(rows)
            row.getparent().remove(row)
    second = _with_main(PROTOCOL, lambda _: etree.tostring(root).decode())
    check(PROTOCOL, second)
    check(second, PROTOCOL)


@settings(max_examples=40, deadline=None)
@given(*[st.lists(st.text(alphabet="ab {}%.é", max_size=12), min_size=1, max_size=5)] * 2)
def test_any_two_texts(first: list[str], second: list[str]) -> None:
    made = redline(document(first), document(second), author="docgen", at=AT)
    # An empty paragraph leaves no text behind either way.
    assert [one for one in settled(made, "ins", "del") if one] == [one for one in second if one]
    assert [one for one in settled(made, "del", "ins") if one] == [one for one in first if one]


@pytest.mark.soffice
def test_libreoffice_opens_a_redline_and_a_file_with_remarks(libreoffice: OneShotLibreOffice) -> None:
    second = _with_main(
        PROTOCOL, lambda xml: xml.replace("geeft de gegevens niet door", "geeft de gegevens nooit door")
    )
    marked = with_comments(
        check(PROTOCOL, second),
        [Remark(4, "Eerste opmerking\nmet een tweede regel & <tekens>"), Remark(0, "Over het geheel")],
        author="docgen",
        initials="dg",
        at=AT,
    )
    assert libreoffice.to_pdf(marked, deadline=120).startswith(b"%PDF")
    made = docx.Document(io.BytesIO(marked))
    assert [one.text for one in made.comments] == [
        "Eerste opmerking\nmet een tweede regel & <tekens>",
        "Over het geheel",
    ]


def test_remarks_leave_the_text_alone_and_join_those_that_are_there() -> None:
    once = with_comments(PROTOCOL, [Remark(3, "a")], author="docgen", initials="dg", at=AT)
    twice = with_comments(once, [Remark(3, "b")], author="docgen", initials="dg", at=AT)
    assert texts(twice) == texts(PROTOCOL)
    assert [one.text for one in docx.Document(io.BytesIO(twice)).comments] == ["a", "b"]
    with zipfile.ZipFile(io.BytesIO(twice)) as package:
        assert package.testzip() is None
        assert len(package.namelist()) == len(set(package.namelist()))


def test_plain_text_shows_what_a_reader_must_see() -> None:
    second = _with_main(
        PROTOCOL, lambda xml: xml.replace("geeft de gegevens niet door", "geeft de gegevens nooit door")
    )
    text = plain_text(redline(PROTOCOL, second, author="docgen", at=AT), "p.docx")
    assert "[-niet-]{+nooit+}" in text
    assert "‹sig_applicant›" in text
    assert "=== header1 ===" in text
    assert plain_text(PROTOCOL, "p.docx") == plain_text(PROTOCOL, "p.docx")
