"""The two nets together: what flatten makes passes the audit, and what it was made of does not."""

from __future__ import annotations

import functools
import hashlib
import re
from pathlib import Path

import pytest

from docgen.errors import PublicationRefused
from docgen.numbers import national_numbers
from docgen.publishing.audit import audit
from docgen.publishing.flatten import rewrite
from publishing import builders
from publishing.test_flatten_refusals import document
from publishing.test_flatten_signed import policy, text_of


@pytest.mark.parametrize("place", builders.PLACES)
def test_flattened_passes_and_unflattened_fails(place: str, contract_pdf: bytes) -> None:
    content = builders.planted(place, contract_pdf)
    if place in builders.INVISIBLE_TEXT:
        with pytest.raises(PublicationRefused):
            rewrite(content, policy(content))
    else:
        declared = (builders.CANARY,) if place in builders.SAID_ALOUD else ()
        copy = rewrite(content, policy(content, redact=declared)).content
        report = audit(copy, source=content, private_values=[builders.CANARY])
        assert report.ok, report.findings
    assert not audit(content, source=None).ok


_ELEVEN = re.compile(r"(?<!\d)\d{11}(?!\d)")


@functools.cache
def unlucky_digests() -> tuple[str, ...]:
    """Real SHA-256 digests that hold eleven digits in a row which pass the check of a national register number."""
    digests = (hashlib.sha256(str(number).encode()).hexdigest() for number in range(400_000))
    # In two halves it is nothing that is known to be a digest.
    return tuple(
        digest for digest in digests if _ELEVEN.search(digest) and any(national_numbers(f"{digest[:-1]} {digest[-1]}"))
    )


def test_there_are_unlucky_digests_and_they_are_no_numbers() -> None:
    assert len(unlucky_digests()) >= 10
    assert not any(any(national_numbers(f"SHA-256: {digest}.")) for digest in unlucky_digests())


def test_a_number_is_found_beside_a_digest_and_in_a_row_of_digits() -> None:
    number = builders.NATIONAL_NUMBER
    digest = unlucky_digests()[0]
    assert len(list(national_numbers(f"{digest} {number} {digest}"))) == 1
    assert any(national_numbers("a" * 20 + "85073003328" + "b" * 32))  # 63 characters are no digest
    assert any(national_numbers(f"{'0 ' * 20}85073003328"))


def test_the_digest_on_a_copy_is_neither_taken_out_nor_taken_for_a_number(tmp_path: Path) -> None:
    original = document(content=f"BT /F0 9 Tf 20 100 Td {builders.encoded('tekst')} Tj ET")
    for digest in unlucky_digests()[:12]:
        note = f"SHA-256 van het origineel: {digest}"
        copy = rewrite(original, policy(note=note)).content
        assert digest in "".join(text_of(copy, tmp_path).split())
        report = audit(copy, source=None)
        assert ("national_numbers_absent", "passed") in report.checks, digest


def test_the_digest_in_the_text_of_a_page_is_not_taken_out(tmp_path: Path) -> None:
    digest = unlucky_digests()[0]
    shown = f"BT /F0 4 Tf 4 100 Td {builders.encoded(f'SHA-256 {digest}')} Tj ET"
    copy = rewrite(document(content=shown), policy()).content
    assert digest in "".join(text_of(copy, tmp_path).split())


def test_a_copy_of_a_copy_keeps_the_digest(contract_pdf: bytes, tmp_path: Path) -> None:
    digest = unlucky_digests()[1]
    copy = rewrite(contract_pdf, policy(note=f"SHA-256 van het origineel: {digest}")).content
    assert digest in "".join(text_of(rewrite(copy, policy()).content, tmp_path).split())
