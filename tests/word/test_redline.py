"""Redlines: accepting all gives the second text, rejecting all the first; and remarks as Word comments."""

from __future__ import annotations

import copy
import io
import os
import random
import subprocess
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from tests.word.documents import (
    Notes,
    Xml,
    box,
    cell,
    control,
    document,
    link,
    note,
    p,
    row,
    row_control,
    table,
    told,
    w,
)

from docgen.pdf.convert import OneShotLibreOffice
from docgen.pdf.installation import find_installation
from docgen.word.comments import Remark, with_comments
from docgen.word.package import assemble, members_of, pack
from docgen.word.plain import plain_text
from docgen.word.redline import redline

ROOT = Path(__file__).parents[2]
AT = datetime(2026, 1, 1, tzinfo=UTC)
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
PROTOCOL = (ROOT / "templates/vsa/nl/protocol.docx").read_bytes()
MAIN = "word/document.xml"
NO_NOTES = Notes(1)


def texts(content: bytes) -> list[str]:
    root = etree.fromstring(dict(members_of(content))[MAIN])
    return ["".join(t.text or "" for t in p.iter(f"{W}t")) for p in root.iter(f"{W}p")]


def check(first: bytes, second: bytes) -> bytes:
    made = redline(first, second, author="docgen", at=AT)
    assert told(made, accept=True) == told(second)
    assert told(made, accept=False) == told(first)
    return made


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


SENTENCES = ("een", "twee woorden", "twee andere woorden", "{{ title }}", "drie & <vier> é", " ", "{% if x %}")
KINDS = st.sampled_from(["footnote", "endnote"])


words = st.sampled_from(SENTENCES).map(w)
simple = st.one_of(words, words, st.builds(note, KINDS, st.sampled_from(SENTENCES[:5])))
lines = st.lists(simple, min_size=1, max_size=3).map(lambda pieces: p(*pieces))
boxes = st.lists(lines, min_size=1, max_size=2).map(lambda inner: box(*inner))
tags = st.sampled_from(["title", "applicant.name"])
controls = st.builds(control, tags, words, words)
links = st.lists(words, min_size=1, max_size=2).map(lambda pieces: link(*pieces))
paragraphs = st.lists(st.one_of(simple, simple, boxes, controls, links), max_size=4).map(lambda pieces: p(*pieces))


def tables(blocks: st.SearchStrategy[Xml]) -> st.SearchStrategy[Xml]:
    cells = st.lists(blocks, max_size=2).map(lambda inner: cell(*inner))
    rows = st.lists(cells, min_size=1, max_size=2).map(lambda inner: row(*inner))
    around = st.builds(row_control, tags, rows)
    return st.lists(st.one_of(rows, rows, around), min_size=1, max_size=3).map(lambda inner: table(*inner))


blocks = st.recursive(
    paragraphs, lambda inner: st.one_of(tables(inner), st.builds(control, tags, inner, inner)), max_leaves=6
)
margins = st.dictionaries(
    st.sampled_from(["header default", "header first", "footer default"]), st.tuples(lines), max_size=3
)


@st.composite
def two_versions(draw: st.DrawFn) -> tuple[bytes, bytes]:
    """Versions of one document: blocks that stayed, moved, came and went, or changed."""
    known = st.sampled_from(draw(st.lists(blocks, min_size=1, max_size=5)))
    versions = [
        document(*draw(st.lists(known, max_size=5)), first_note=number, margins=draw(margins)) for number in (1, 4)
    ]
    return versions[0], versions[1]


@settings(max_examples=150)
@given(two_versions())
def test_any_two_documents(versions: tuple[bytes, bytes]) -> None:
    first, second = versions
    check(first, second)


@pytest.mark.parametrize(
    "around",
    [
        pytest.param(lambda t: p(w("a"), note("footnote", t)), id="footnote"),
        pytest.param(lambda t: p(w("a"), note("endnote", t)), id="endnote"),
        pytest.param(lambda t: p(w("a"), box(p(w("in een kader")), p(w(t)))), id="text box"),
        pytest.param(lambda t: p(w("a "), control("title", w(t))), id="control in a line"),
        pytest.param(lambda t: control("title", p(w(t)), p(w("meer"))), id="control around paragraphs"),
        pytest.param(lambda t: p(w("a "), link(w(t))), id="link"),
        pytest.param(lambda t: table(row(cell(table(row(cell(p(w(t))), cell()))))), id="table in a table"),
        pytest.param(lambda t: table(row_control("rows", row(cell(p(w(t)))))), id="control around rows"),
        pytest.param(lambda t: table(row(control("title", cell(p(w(t)))))), id="control around a cell"),
    ],
)
def test_one_word_is_marked_wherever_it_stands(around: Any) -> None:
    made = check(document(around("oud woord")), document(around("nieuw woord"), first_note=3))
    marked = [etree.fromstring(content) for name, content in members_of(made) if name.endswith(".xml")]
    gone = {text.text for root in marked for text in root.iter(f"{W}delText")}
    new = {text.text for root in marked for one in root.iter(f"{W}ins") for text in one.iter(f"{W}t")}
    assert (gone, new) == ({"oud"}, {"nieuw"})


def test_a_margin_is_told_by_what_it_is_for_and_not_by_its_file() -> None:
    first = document(p(w("tekst")), margins={"header default": (p(w("boven")),), "header first": (p(w("eerst")),)})
    second = document(p(w("tekst")), margins={"header first": (p(w("eerst")),), "header default": (p(w("hier")),)})
    made = check(first, second)
    marked = {name for name, content in members_of(made) if b"<w:ins" in content}
    assert marked == {"word/header2.xml"}


def test_what_only_the_first_has_stands_there_struck_out() -> None:
    full = document(
        p(w("tekst"), note("footnote", "voetnoot"), note("endnote", "eindnoot")),
        margins={"header default": (p(w("boven")),), "footer first": (p(w("onder")),)},
    )
    made = check(full, document(p(w("tekst"))))
    assert told(made, accept=True) == {"body": ["tekst"]}
    assert told(made, accept=False)["footnotes"] == ["voetnoot"]
    docx.Document(io.BytesIO(made))
    check(document(p(w("tekst"))), full)


def test_the_main_part_may_have_another_name() -> None:
    """Word on the web calls it `document2.xml` at times."""

    def renamed(content: bytes) -> bytes:
        members = ((name.replace("document.", "document2."), inside) for name, inside in members_of(content))
        return assemble(pack(name, inside.replace(b"word/document.", b"word/document2.")) for name, inside in members)

    second = document(p(w("een nieuw begin")), margins={"header default": (p(w("boven")),)})
    made = redline(renamed(document(p(w("een begin")))), renamed(second), author="docgen", at=AT)
    assert "een {+nieuw +}begin" in plain_text(made, "x.docx")
    assert b"<w:ins" in dict(members_of(made))["word/document2.xml"]


def test_rows_that_moved_came_or_went() -> None:
    rows = [row(cell(p(w(f"rij {number} over iets"))), cell(p(w(str(number))))) for number in range(5)]
    first = document(table(*rows))
    for order in ([0, 2, 3, 1, 4], [1, 0, 2, 3, 4], [0, 1, 2], [3, 4], [0, 1, 1, 2, 3, 4]):
        second = document(table(*(rows[number] for number in order)))
        made = check(first, second)
        root = etree.fromstring(dict(members_of(made))[MAIN])
        whole = [one.find(f"{W}trPr") for one in root.iter(f"{W}tr")]
        assert any(one is not None and len(one) for one in whole), "whole rows are marked, not their words one by one"
        check(second, first)


def test_tracked_changes_of_either_version_count_as_accepted() -> None:
    change = 'w:id="1" w:author="Lien" w:date="2026-01-01T00:00:00Z"'

    def tracked(_: object) -> str:
        kept = f"<w:ins {change}>{w('nieuw ')(NO_NOTES)}</w:ins>"
        gone = f"<w:del {change}><w:r><w:delText>oud </w:delText></w:r></w:del>"
        joined = f"<w:p><w:pPr><w:rPr><w:del {change}/></w:rPr></w:pPr>{w('begin ')(NO_NOTES)}</w:p>"
        return f"{joined}<w:p>{kept}{gone}{w('slot')(NO_NOTES)}</w:p>"

    plain = document(p(w("begin nieuw slot")))
    for first, second in ((document(tracked), plain), (plain, document(tracked))):
        made = redline(first, second, author="docgen", at=AT)
        assert told(made, accept=True) == told(made, accept=False) == {"body": ["begin nieuw slot"]}
        assert b"Lien" not in dict(members_of(made))[MAIN]


@pytest.mark.soffice
@pytest.mark.parametrize("accept", [True, False])
def test_libreoffice_itself_accepts_and_rejects(accept: bool, libreoffice: OneShotLibreOffice, tmp_path: Path) -> None:
    first = document(
        p(w("De aanvrager geeft niets door."), note("footnote", "Zie artikel 6.")),
        p(w("Tekst "), box(p(w("Kader: oud nummer"))), w(" na het kader")),
        table(row(cell(p(w("Rij een"))), cell(p(w("1")))), row(cell(p(w("Rij twee"))), cell(p(w("2"))))),
        p(w("Weg"), note("footnote", "Verdwenen noot.")),
        margins={"header default": (p(w("Kop oud")),)},
    )
    second = document(
        p(w("De aanvrager geeft nooit iets door."), note("footnote", "Zie artikel 7.")),
        p(w("Tekst "), box(p(w("Kader: nieuw nummer"))), w(" na het kader")),
        table(row(cell(p(w("Rij een"))), cell(p(w("1")))), row(cell(p(w("Een derde rij"))), cell(p(w("3"))))),
        first_note=2,
        margins={"header default": (p(w("Kop nieuw")),)},
    )
    (tmp_path / "redline.docx").write_bytes(check(first, second))
    office = find_installation(libreoffice, os.environ)
    assert office is not None
    command = f".uno:{'Accept' if accept else 'Reject'}AllTrackedChanges"
    settle = [office.python, "-I", Path(__file__).parent / "settle_in_office.py", libreoffice.executable]
    files = [(tmp_path / "profile").as_uri(), command, tmp_path / "redline.docx", tmp_path / "settled.docx"]
    subprocess.run([*map(str, settle), *map(str, files)], check=True, capture_output=True, timeout=180)
    settled = plain_text((tmp_path / "settled.docx").read_bytes(), "x.docx")
    wanted = plain_text(second if accept else first, "x.docx")
    assert [line for line in settled.splitlines() if told_of(line)] == [
        line.replace("header2", "header1") for line in wanted.splitlines() if told_of(line)
    ]


def told_of(line: str) -> bool:
    """Whether a line is of the text, and not of the properties that LibreOffice writes anew."""
    return bool(line.strip()) and not line.startswith(("title:", "subject:", "language:"))


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
