"""The level that a file reaches by what is in it, and not by what it says of itself."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from asn1crypto import crl
from pyhanko.sign.validation.dss import DocumentSecurityStore
from signing_live import LivePki, now, with_store
from signing_state import ID, codes, order

from docgen.documents import SignablePdf, SignedPdf, ValidationReport
from docgen.signing.increment import IncrementWriter
from docgen.signing.levels import Level
from docgen.signing.sign import sign
from docgen.signing.validate import validate


def signed(live: LivePki, document: SignablePdf | SignedPdf, slot: str, label: str, level: Level) -> SignedPdf:
    key = live.key(label)
    return sign(document, replace(order(slot, key, now()), level=level), key, services=live.services())


def keeping(content: bytes, lists: Sequence[bytes]) -> bytes:
    """The file with revocation lists in its store, by whoever had them."""
    writer = IncrementWriter(content)
    DocumentSecurityStore.supply_dss_in_writer(writer, None, crls=[crl.CertificateList.load(each) for each in lists])
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def judged(live: LivePki, content: bytes) -> ValidationReport:
    when = now() + timedelta(minutes=1)
    return validate(SignedPdf(ID, content), trust=live.trust, expected=(), now=when, judge_only=True)


def test_answers_on_others_raise_no_level(live: LivePki, timestamped: SignedPdf) -> None:
    of_the_root, of_the_issuer = live.lists(now())
    for lists, level, told in (
        ([of_the_root], "B-T", "unknown"),
        ([of_the_issuer], "B-T", "unknown"),  # nothing on the timestamp service
        ([of_the_root, of_the_issuer], "B-LT", "good"),
    ):
        report = judged(live, keeping(timestamped.content, lists))
        assert report.ok
        assert [(one.level, one.revocation) for one in report.signatures] == [(level, told)]


def test_forged_answers_raise_no_level(live: LivePki, timestamped: SignedPdf) -> None:
    first, second = (crl.CertificateList.load(each) for each in live.lists(now()))
    second["signature"] = bytes(reversed(second["signature"].native))
    report = judged(live, keeping(timestamped.content, [first.dump(), second.dump(force=True)]))
    assert [(one.level, one.revocation) for one in report.signatures] == [("B-T", "unknown")]


@pytest.mark.parametrize("level", [Level.B_B, Level.B_T])
def test_file_that_says_itself_that_its_signer_was_revoked(level: Level, live: LivePki, signable: SignablePdf) -> None:
    content = signed(live, signable, "applicant", "revoked", level).content
    assert judged(live, content).ok  # nobody was asked
    report = judged(live, keeping(content, live.lists(now())))
    assert codes(report) == {"DG-V204"}
    assert [(one.valid, one.revocation) for one in report.signatures] == [(False, "revoked")]


def test_archive_timestamp_archives_what_is_under_it(live: LivePki, signable: SignablePdf) -> None:
    once = signed(live, signable, "applicant", "rik", Level.B_LTA)
    report = judged(live, signed(live, once, "office", "chief", Level.B_LT).content)
    assert report.ok
    assert [one.level for one in report.signatures] == ["B-LTA", "B-LT"]
    (stamp,) = report.timestamps
    assert (stamp.signer, stamp.valid, stamp.time_is_trusted) == ("Test tsa", True, True)


def test_report_names_who_vouches(live: LivePki, timestamped: SignedPdf) -> None:
    report = judged(live, with_store(timestamped.content, live))
    (one,) = report.signatures
    assert (one.issuers, one.time_from, one.revocation) == (("Test ca", "Test root"), "Test tsa", "good")


def test_nothing_is_told_of_a_chain_that_nobody_trusts(live: LivePki, timestamped: SignedPdf) -> None:
    elsewhere = replace(live, trust=replace(live.trust, anchors=()))
    (one,) = judged(elsewhere, with_store(timestamped.content, live)).signatures
    assert (one.issuers, one.revocation, one.level, one.valid) == ((), "unknown", "B-B", False)
