from __future__ import annotations

import io
import logging
import re
import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import signing_attacks as attacks
from hypothesis import given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from signing_state import CHIEF, EXPECTED, ID, LATER, MOMENT, RECTOR, SLOTS, Judge, codes, order

from docgen.documents import Delegated, ExpectedSignature, Pdf, SignablePdf, SignedPdf, ValidatedPdf
from docgen.errors import ValidationFailed
from docgen.numbers import national_numbers
from docgen.signing.demo_pki import DemoPki, fictional_number
from docgen.signing.extract import found_signatures, open_slots, sent_prefix
from docgen.signing.fields import prepare
from docgen.signing.keys import SigningKey
from docgen.signing.sign import sign
from docgen.signing.trust import Trust
from docgen.signing.validate import require_valid


def test_two_signatures_in_order_are_valid(fully_signed: SignedPdf, judged: Judge) -> None:
    report = judged(fully_signed.content)
    assert report.findings == ()
    assert [(each.slot, each.signer, each.valid, each.level) for each in report.signatures] == [
        ("applicant", RECTOR, True, "B-B"),
        ("office", CHIEF, True, "B-B"),
    ]
    assert report.signatures[0].role == "controller / delegate"
    assert report.signatures[1].coverage == "ENTIRE_FILE"
    assert report.whole_file_covered
    require_valid(report)
    assert ValidatedPdf(fully_signed, report).report.ok


def test_poppler_agrees(fully_signed: SignedPdf, tmp_path: Path) -> None:
    file = tmp_path / "signed.pdf"
    file.write_bytes(fully_signed.content)
    said = subprocess.run(["pdfsig", "-nocert", file], capture_output=True, text=True, check=False).stdout
    assert said.count("Signature Validation: Signature is Valid.") == 2
    assert said.count("Total document signed") == 1
    checked = subprocess.run(["qpdf", "--check", file], capture_output=True, text=True, check=True)
    assert "No syntax or stream encoding errors found" in checked.stdout


def test_half_signed_is_told_by_slot_and_name(half_signed: SignedPdf, judged: Judge) -> None:
    report = judged(half_signed.content)
    assert codes(report) == {"DG-V301"}
    assert report.findings[0].parameters["slot"] == "office"
    assert CHIEF in report.findings[0].parameters["names"]
    with pytest.raises(ValidationFailed, match="DG-V301"):
        require_valid(report)


def test_unsigned_has_no_signature(signable: SignablePdf, judged: Judge) -> None:
    assert codes(judged(signable.content)) == {"DG-V107", "DG-V301"}


def test_one_letter_changed(fully_signed: SignedPdf, judged: Judge) -> None:
    report = judged(attacks.flipped(fully_signed.content))
    assert "DG-V201" in codes(report)
    assert not any(each.valid for each in report.signatures)


def test_text_behind_the_end(fully_signed: SignedPdf, judged: Judge) -> None:
    assert {"DG-V208", "DG-V209"} <= codes(judged(fully_signed.content + b"\nOok nog dit.\n"))


def test_saved_anew(fully_signed: SignedPdf, judged: Judge) -> None:
    report = judged(attacks.rewritten(fully_signed.content))
    assert not report.ok
    assert codes(report) & {"DG-V201", "DG-V207", "DG-V106"}


@pytest.mark.parametrize("variant", range(1, 8))
@pytest.mark.parametrize("state", ["half_signed", "fully_signed"])
def test_incremental_saving_attack(state: str, variant: int, judged: Judge, request: pytest.FixtureRequest) -> None:
    content = attacks.isa(request.getfixturevalue(state).content, variant)
    report = judged(content)
    assert not report.ok
    assert codes(report) & {"DG-V101", "DG-V208"}
    assert not judged(content, judge_only=True, expected=()).ok


@pytest.mark.parametrize("variant", range(9))
def test_universal_signature_forgery(variant: int, fully_signed: SignedPdf, judged: Judge) -> None:
    assert not judged(attacks.usf(fully_signed.content, variant)).ok


def test_signature_wrapping(fully_signed: SignedPdf, judged: Judge) -> None:
    assert not judged(attacks.swa(fully_signed.content)).ok


def test_bytes_hidden_behind_the_signature_value(fully_signed: SignedPdf, judged: Judge) -> None:
    assert codes(judged(attacks.padded(fully_signed.content))) == {"DG-V219"}


def test_note_over_the_text(half_signed: SignedPdf, fully_signed: SignedPdf, judged: Judge) -> None:
    for document in (half_signed, fully_signed):
        assert "DG-V206" in codes(judged(attacks.incremented(document.content, attacks.free_text)))


def test_one_signature_in_two_fields(half_signed: SignedPdf, judged: Judge) -> None:
    found = codes(judged(attacks.incremented(half_signed.content, attacks.shared_signature)))
    assert {"DG-V211", "DG-V212"} <= found


def test_text_field_shadow(signable: SignablePdf, rector: SigningKey, judged: Judge) -> None:
    prepared = SignablePdf(ID, attacks.with_text_field(signable.content), signable.slots)
    signed = sign(prepared, order("applicant", rector), rector)
    assert "DG-V213" in codes(judged(signed.content))
    filled = attacks.incremented(signed.content, attacks.fill_text_field)
    assert {"DG-V213", "DG-V208"} <= codes(judged(filled))


def test_foreign_signature_in_a_field_of_its_own(half_signed: SignedPdf, stranger_pki: DemoPki, judged: Judge) -> None:
    stranger = stranger_pki.signer_for("Vera Vreemd")
    writer = IncrementalPdfFileWriter(io.BytesIO(half_signed.content))
    metadata = signers.PdfSignatureMetadata(field_name="extra", md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES)
    field = SigFieldSpec("extra", on_page=0, box=(80, 600, 300, 660))
    attacked = signers.PdfSigner(metadata, stranger.signer, new_field_spec=field).sign_pdf(writer)
    found = codes(judged(attacked.getvalue()))
    assert {"DG-V203", "DG-V206", "DG-V212"} <= found


def test_stranger_of_the_same_name_in_the_open_slot(
    half_signed: SignedPdf, stranger_pki: DemoPki, judged: Judge
) -> None:
    stranger = stranger_pki.signer_for(CHIEF)
    signed = sign(half_signed, order("office", stranger, LATER), stranger)
    report = judged(signed.content)
    assert codes(report) == {"DG-V203"}
    assert [each.trusted for each in report.signatures] == [True, False]


def test_somebody_else(half_signed: SignedPdf, pki: DemoPki, judged: Judge) -> None:
    other = pki.signer_for("Olga Onverwacht")
    report = judged(sign(half_signed, order("office", other, LATER), other).content)
    assert codes(report) == {"DG-V303"}
    assert report.findings[0].parameters["signer"] == "Olga Onverwacht"


def test_roles_swapped(signable: SignablePdf, rector: SigningKey, chief: SigningKey, judged: Judge) -> None:
    first = sign(signable, order("applicant", chief), chief)
    report = judged(sign(first, order("office", rector, LATER), rector).content)
    assert codes(report) == {"DG-V304"}
    assert {finding.parameters["other"] for finding in report.findings} == {"applicant", "office"}


def test_one_person_twice(half_signed: SignedPdf, rector: SigningKey, judged: Judge) -> None:
    report = judged(sign(half_signed, order("office", rector, LATER), rector).content)
    assert {"DG-V304", "DG-V306"} <= codes(report)


def test_order_reversed(pdf: Pdf, rector: SigningKey, chief: SigningKey, judged: Judge) -> None:
    reversed_slots = (replace(SLOTS[1], final=False), replace(SLOTS[0], final=True))
    first = sign(prepare(pdf, reversed_slots), order("office", chief), chief)
    report = judged(sign(first, order("applicant", rector, LATER), rector).content)
    assert codes(report) == {"DG-V302"}


def test_earlier_time_than_the_signature_before(half_signed: SignedPdf, chief: SigningKey, judged: Judge) -> None:
    report = judged(sign(half_signed, order("office", chief, MOMENT - timedelta(days=1)), chief).content)
    assert codes(report) == {"DG-V307"}


def test_signed_in_the_future(fully_signed: SignedPdf, judged: Judge) -> None:
    assert codes(judged(fully_signed.content, now=MOMENT - timedelta(days=1))) == {"DG-V218"}


def test_expired_certificate(fully_signed: SignedPdf, judged: Judge) -> None:
    assert codes(judged(fully_signed.content, now=datetime(2050, 1, 1, tzinfo=UTC))) == {"DG-V205"}


def test_further_field_than_expected(fully_signed: SignedPdf, judged: Judge) -> None:
    assert "DG-V212" in codes(judged(fully_signed.content, expected=EXPECTED[:1]))


def test_anyone_may_sign_a_slot_without_names(fully_signed: SignedPdf, judged: Judge) -> None:
    anyone = tuple(ExpectedSignature(each.slot, each.roles, ()) for each in EXPECTED)
    assert judged(fully_signed.content, expected=anyone).ok


@pytest.mark.parametrize(
    ("start", "end", "found"),
    [
        (None, None, set()),
        (MOMENT, MOMENT + timedelta(seconds=1), set()),
        (MOMENT + timedelta(seconds=1), None, {"DG-V305"}),
        (None, MOMENT, {"DG-V305"}),
    ],
)
def test_delegation_holds_when_it_is_used(
    start: datetime | None, end: datetime | None, found: set[str], fully_signed: SignedPdf, judged: Judge
) -> None:
    persons = (("delegate", RECTOR),)
    asked = replace(EXPECTED[0], persons=persons, delegated=(Delegated("delegate", start, end),))
    assert codes(judged(fully_signed.content, expected=(asked, EXPECTED[1]))) == found
    own = replace(asked, persons=(*persons, ("controller", RECTOR)))
    assert codes(judged(fully_signed.content, expected=(own, EXPECTED[1]))) == set()


def test_judging_any_pdf_expects_nothing(half_signed: SignedPdf, judged: Judge) -> None:
    report = judged(half_signed.content, expected=(), judge_only=True)
    assert report.ok
    assert [each.slot for each in report.signatures] == ["applicant"]


def test_time_limit(fully_signed: SignedPdf, judged: Judge) -> None:
    assert codes(judged(fully_signed.content, limit=0.0)) == {"DG-V105"}


def test_extracts_without_judging(half_signed: SignedPdf, fully_signed: SignedPdf, signable: SignablePdf) -> None:
    assert open_slots(signable.content) == ("applicant", "office")
    assert open_slots(half_signed.content) == ("office",)
    assert [(each.slot, each.signer, each.claimed_at) for each in found_signatures(fully_signed.content)] == [
        ("applicant", RECTOR, MOMENT),
        ("office", CHIEF, LATER),
    ]


def test_first_revision_is_what_was_sent(signable: SignablePdf, fully_signed: SignedPdf) -> None:
    assert sent_prefix(signable.content, fully_signed.content)
    assert not sent_prefix(signable.content, attacks.flipped(fully_signed.content))
    assert not sent_prefix(signable.content, signable.content)


def test_nobodys_number_is_told(
    fully_signed: SignedPdf,
    rector: SigningKey,
    judged: Judge,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    number = fictional_number(RECTOR)
    assert number.encode() in fully_signed.content or number.encode().hex().encode() in fully_signed.content
    told = [
        repr(judged(fully_signed.content)),
        repr(judged(fully_signed.content, trust=Trust(()))),
        repr(found_signatures(fully_signed.content)),
        repr(rector),
        caplog.text,
        *capfd.readouterr(),
    ]
    for text in told:
        assert number not in text
        assert not list(national_numbers(text))


def test_numbers_in_names_of_fields_are_masked(signable: SignablePdf, rector: SigningKey, judged: Judge) -> None:
    number = fictional_number("Vera Vreemd")
    prepared = SignablePdf(ID, attacks.with_text_field(signable.content, f"INSZ {number}"), signable.slots)
    report = judged(sign(prepared, order("applicant", rector), rector).content)
    assert "DG-V213" in codes(report)
    assert number not in repr(report)


@given(noise=st.binary(max_size=300))
@settings(max_examples=50)
def test_noise_is_refused_not_crashed(judged: Judge, noise: bytes) -> None:
    for content in (noise, b"%PDF-1.7\n" + noise):
        assert not judged(content).ok


@given(data=st.data())
@settings(max_examples=60)
def test_no_changed_byte_goes_unseen(judged: Judge, fully_signed: SignedPdf, data: st.DataObject) -> None:
    content = fully_signed.content
    values = [match.span() for match in re.finditer(rb"/Contents <[0-9a-fA-F]+>", content)]
    place = data.draw(st.integers(0, len(content) - 1))
    mask = data.draw(st.integers(1, 255))
    report = judged(content[:place] + bytes([content[place] ^ mask]) + content[place + 1 :])
    if not any(start <= place < end for start, end in values):
        assert not report.ok


@given(cut=st.integers(1, 200_000))
@settings(max_examples=15)
def test_no_cut_file_goes_unseen(judged: Judge, fully_signed: SignedPdf, cut: int) -> None:
    assert not judged(fully_signed.content[: -min(cut, len(fully_signed.content) - 1)]).ok
