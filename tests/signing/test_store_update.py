"""Revocation answers appended behind a signature, as the federal signing service and Acrobat do, and lookalikes."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
import signing_attacks as attacks
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from signing_live import LivePki, now, with_store
from signing_state import EXPECTED, Judge, codes, order

from docgen.documents import SignedPdf
from docgen.signing.increment import IncrementWriter
from docgen.signing.levels import Level
from docgen.signing.sign import sign


@pytest.mark.parametrize("vri", [True, False])
def test_two_signers_with_answers_appended_after_each(
    vri: bool, timestamped: SignedPdf, live: LivePki, judged: Judge
) -> None:
    first = with_store(timestamped.content, live, vri=vri)
    key = live.key("chief")
    asked = replace(order("office", key, now()), level=Level.B_T)
    second = sign(SignedPdf(timestamped.id, first), asked, key, services=live.services())
    whole = with_store(second.content, live, vri=vri)
    report = judged(whole, trust=live.trust, now=now() + timedelta(minutes=1))
    assert report.findings == ()
    assert [one.level for one in report.signatures] == ["B-LT", "B-LT"]
    assert not report.whole_file_covered


def test_half_signed_with_answers_appended(timestamped: SignedPdf, live: LivePki, judged: Judge) -> None:
    report = judged(
        with_store(timestamped.content, live),
        trust=live.trust,
        now=now() + timedelta(minutes=1),
        expected=EXPECTED[:1],
        judge_only=True,
    )
    assert report.ok


@pytest.mark.parametrize("variant", range(1, 8))
def test_attack_behind_the_answers(variant: int, timestamped: SignedPdf, live: LivePki, judged: Judge) -> None:
    content = attacks.isa(with_store(timestamped.content, live), variant)
    report = judged(content, trust=live.trust, now=now() + timedelta(minutes=1), expected=(), judge_only=True)
    assert not report.ok


def _insert(content: bytes, place: int, more: bytes) -> bytes:
    """Bytes put into the last update, with its offsets put right again."""
    shifted = content[:place] + more + content[place:]
    table = shifted.rindex(b"\nxref") + 1

    def moved(match: re.Match[bytes]) -> bytes:
        offset = int(match.group(1))
        return b"%010d 00000 n" % (offset + len(more) if offset >= place else offset)

    tail = re.sub(rb"(\d{10}) 00000 n", moved, shifted[table:])
    return shifted[:table] + re.sub(rb"startxref\s+\d+", b"startxref\n%d" % table, tail)


def test_lookalikes_of_the_update(timestamped: SignedPdf, live: LivePki, judged: Judge) -> None:
    """The update as it is passes; with anything hidden in it, it does not."""
    start = len(timestamped.content)
    content = with_store(timestamped.content, live)
    table = content.rindex(b"\nxref") + 1
    objects = [match.start() for match in re.finditer(rb"(?<!\d)\d+ 0 obj", content) if match.start() >= start]
    hidden = b"\n7 0 obj\n<</Hidden true>>\nendobj\n"
    candidates = {
        "before": _insert(content, start, hidden),
        "between": _insert(content, objects[1], hidden),
        "behind": _insert(content, table, hidden),
        "comment": _insert(content, objects[1], b"% just a remark\n"),
        "cut": content[:-12],
        "other root": content[:table] + content[table:].replace(b"/Root", b"/Toor"),
    }
    kwargs = {"trust": live.trust, "now": now() + timedelta(minutes=1), "expected": (), "judge_only": True}
    assert judged(content, **kwargs).ok
    for name, changed in candidates.items():
        assert not judged(changed, **kwargs).ok, name


def test_catalog_changed_beside_the_store(timestamped: SignedPdf, live: LivePki, judged: Judge) -> None:
    def change(writer: IncrementalPdfFileWriter) -> None:
        from pyhanko.pdf_utils.generic import pdf_name

        writer.root["/PageLayout"] = pdf_name("/TwoColumnLeft")
        writer.update_root()

    content = attacks.incremented(with_store(timestamped.content, live), change)
    report = judged(content, trust=live.trust, now=now() + timedelta(minutes=1), expected=(), judge_only=True)
    assert codes(report) & {"DG-V206", "DG-V208"}
    assert IncrementWriter(content).root["/PageLayout"] == "/TwoColumnLeft"
