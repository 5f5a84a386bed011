"""Days of a case are those of its office's clock, whatever the clock of whoever writes them down."""

from __future__ import annotations

import io
import os
import shutil
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pikepdf
import pytest

from docgen.documents import DocumentId, ExpectedSignature, SignatureReport, SignedPdf, ValidationReport
from docgen.dossier import content
from docgen.dossier.roots import Roots
from docgen.pipeline.history import History
from docgen.pipeline.register import withdrawn_entry
from docgen.pipeline.standing import stand
from docgen.pipeline.workshop import Workshop
from docgen.signing.trust import trust_from

ROOT = Path(__file__).parents[2]
CASE = "VSA-2026-001"
PROTOCOL = DocumentId(CASE, "protocol", "nl")
LATE = datetime(2026, 10, 31, 23, 30, tzinfo=UTC)
"""Half past midnight in Brussels, of the next day and the next month."""
THAT_DAY = date(2026, 11, 1)


def signed_late(signed: SignedPdf, expected: tuple[ExpectedSignature, ...]) -> ValidationReport:
    signature = SignatureReport(
        field="sig_applicant",
        slot="applicant",
        signer="Rika Rectorius",
        role="rector",
        signed_at=LATE,
        time_is_trusted=True,
        level="B-T",
        algorithm="",
        intact=True,
        trusted=True,
        coverage="ENTIRE_FILE",
        valid=True,
    )
    return ValidationReport(signed.digest, (signature,), (), whole_file_covered=True)


@pytest.fixture
def shop(tmp_path: Path) -> Workshop:
    roots = Roots(ROOT / "templates", tmp_path / "cases", tmp_path / "out")
    for path in (roots.pdf(PROTOCOL), roots.signed(PROTOCOL), roots.received(CASE) / "volmacht.pdf"):
        path.parent.mkdir(parents=True)
        path.write_bytes(b"%PDF-")
        os.utime(path, (LATE.timestamp(), LATE.timestamp()))
    shutil.copy(ROOT / "cases" / f"{CASE}.yaml", roots.case_file(CASE))
    made = Workshop.equipped(roots, content.wording(roots), content.rules(roots), LATE, trust_from([]))
    return replace(made, judge=signed_late)  # type: ignore[arg-type]


def test_what_lies_in_the_folders(shop: Workshop) -> None:
    dossier = stand(shop, CASE).dossier
    assert dossier.built == {"protocol": THAT_DAY}
    assert dossier.received == {"volmacht.pdf": THAT_DAY}
    assert [one.signed_on for one in dossier.signed] == [THAT_DAY]


def test_what_the_register_shows(shop: Workshop) -> None:
    pdf = io.BytesIO()
    pikepdf.new().save(pdf)
    past = History(first=THAT_DAY, live=True)
    entry = withdrawn_entry(shop, stand(shop, CASE), "protocol", pdf.getvalue(), past, THAT_DAY, "")
    assert entry.signed_on == THAT_DAY.isoformat()
    assert [day for _, day in entry.signatories] == [THAT_DAY.isoformat()]
