"""The journal proves that nothing in it was changed, added or taken out."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from docgen.documents import sha256
from docgen.dossier import journal
from docgen.errors import ValidationFailed

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
FILE = "journal.jsonl"


def three_lines() -> bytes:
    content = b""
    events: tuple[tuple[journal.Event, str], ...] = (("built", ""), ("signed", "applicant"), ("published", ""))
    for event, slot in events:
        more = {"document": "protocol.nl", "digest": "a" * 64, "slot": slot}
        content += journal.next_line(content, FILE, at=AT, event=event, **more)
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
    more = three_lines() + journal.next_line(
        three_lines(), FILE, at=AT, event="withdrawn", document="x", digest="b" * 64
    )
    assert journal.verify(more, "journal.jsonl", holding=noted) == ()
    cut = b"".join(three_lines().splitlines(keepends=True)[:2])
    anew = journal.next_line(b"", FILE, at=AT, event="built", document="protocol.nl", digest="c" * 64)
    for content in (cut, anew, b""):
        assert journal.verify(content, "journal.jsonl") == ()
        assert [one.code for one in journal.verify(content, "journal.jsonl", holding=noted)] == ["DG-D121"]


def test_nothing_is_added_to_a_journal_that_is_not_whole() -> None:
    with pytest.raises(ValidationFailed) as caught:
        journal.next_line(three_lines()[:-5], FILE, at=AT, event="built", document="x", digest="b" * 64)
    assert {finding.code for finding in caught.value.findings} == {"DG-D120"}


def test_a_signed_original_of_which_no_line_tells_is_found() -> None:
    told = journal.next_line(b"", FILE, at=AT, event="signed", document="x", digest=sha256(b"one"))
    (finding,) = journal.unrecorded(told, {"one.pdf": b"one", "two.pdf": b"two"})
    assert (finding.code, str(finding.place)) == ("DG-D123", "two.pdf")
