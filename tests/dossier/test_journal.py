"""The journal proves that nothing in it was changed, added or taken out."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from docgen.dossier import journal

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


def three_lines() -> bytes:
    content = b""
    for event, slot in (("built", ""), ("signed", "applicant"), ("published", "")):
        content += journal.next_line(content, at=AT, event=event, document="protocol.nl", digest="a" * 64, slot=slot)  # type: ignore[arg-type]
    return content


def test_whole_journal_has_no_finding() -> None:
    assert journal.verify(three_lines(), "journal.jsonl") == ()
    assert [line["event"] for line in journal.entries(three_lines())] == ["built", "signed", "published"]


@pytest.mark.parametrize(
    ("damage", "line"),
    [
        (lambda lines: [lines[0].replace(b"protocol", b"contract"), *lines[1:]], 1),
        (lambda lines: [lines[0], lines[2]], 2),
        (lambda lines: [lines[1], lines[2]], 1),
        (lambda lines: [lines[0], lines[0], *lines[1:]], 2),
        (lambda lines: [*lines[:2], b"not json"], 3),
        (lambda lines: [*lines[:2], lines[2][:-5]], 3),
    ],
)
def test_damage_is_found_at_its_line(damage, line: int) -> None:  # type: ignore[no-untyped-def]
    broken = b"\n".join(damage(three_lines().splitlines())) + b"\n"
    findings = journal.verify(broken, "journal.jsonl")
    assert findings
    assert findings[0].place is not None
    assert findings[0].place.line == line


def test_cut_off_journal_is_found() -> None:
    assert journal.verify(three_lines()[:-1], "journal.jsonl")


def test_a_noted_hash_shows_lines_taken_off_the_end_and_a_journal_written_anew() -> None:
    noted = journal.last_hash(three_lines())
    more = three_lines() + journal.next_line(three_lines(), at=AT, event="withdrawn", document="x", digest="b" * 64)
    assert journal.verify(more, "journal.jsonl", holding=noted) == ()
    cut = b"".join(three_lines().splitlines(keepends=True)[:2])
    anew = journal.next_line(b"", at=AT, event="built", document="protocol.nl", digest="c" * 64)
    for content in (cut, anew, b""):
        assert journal.verify(content, "journal.jsonl") == ()
        assert [one.code for one in journal.verify(content, "journal.jsonl", holding=noted)] == ["DG-D121"]
