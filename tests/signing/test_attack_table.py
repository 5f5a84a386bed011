"""The table of `docs/validation.md`: every class of attack and of honest file, judged.

`DOCGEN_UPDATE=1` writes it anew.
"""

from __future__ import annotations

import io
import os
import subprocess
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pikepdf
import pytest
import signing_attacks as attacks
import signing_rewritten as rewritten
import signing_shadow as shadow
from pyhanko.pdf_utils.misc import PdfReadError
from signing_increments import Objects, Shape, appended, hostile, objects_of, with_dates
from signing_live import LivePki, archived, now, with_store
from signing_paper import printed, scanned
from signing_state import CHIEF, LATER, MOMENT, RECTOR, SLOTS, Judge, order

from docgen.documents import Pdf, SignablePdf, SignedPdf, ValidationReport
from docgen.signing.demo_pki import DemoPki
from docgen.signing.fields import prepare
from docgen.signing.identity import Answer, Identity, compare
from docgen.signing.keys import SigningKey
from docgen.signing.levels import Level
from docgen.signing.sign import sign
from docgen.signing.verdict import UNREADABLE

PAGE = Path(__file__).parents[2] / "docs" / "validation.md"
Sample = tuple[bytes, LivePki]
_START, _END = "<!-- table: tests/signing/test_attack_table.py -->\n", "<!-- end of table -->\n"


@dataclass(frozen=True)
class Files:
    """The honest files from which everything else is made."""

    pdf: Pdf
    signable: SignablePdf
    other: SignablePdf
    """The same contract with one digit changed."""
    half: SignedPdf
    full: SignedPdf
    timestamped: SignedPdf
    store: Objects
    rector: SigningKey
    chief: SigningKey
    pki: DemoPki
    stranger: DemoPki
    live: LivePki

    @property
    def both(self) -> list[bytes]:
        return [self.half.content, self.full.content]

    def signed(self, document: SignablePdf, first: SigningKey, second: SigningKey) -> bytes:
        """Signed by two, whoever they are."""
        once = sign(document, order("applicant", first), first)
        return sign(once, order("office", second, LATER), second).content


def _then(document: SignedPdf | SignablePdf, slot: str, key: SigningKey, moment: datetime = LATER) -> bytes:
    return sign(document, order(slot, key, moment), key).content


def _structure(of: Files) -> Mapping[str, list[bytes]]:
    swapped = [shadow.with_value_of(of.full.content, of.signed(of.other, of.rector, of.chief))]
    swapped.append(
        shadow.with_value_of(of.half.content, sign(of.other, order("applicant", of.rector), of.rector).content)
    )
    swapped.append(shadow.exchanged_values(of.full.content))
    return {
        "universal signature forgery (USF)": [attacks.usf(each, variant) for each in of.both for variant in range(9)],
        "incremental saving (ISA)": [attacks.isa(each, variant) for each in of.both for variant in range(1, 8)],
        "signature wrapping (SWA)": [attacks.swa(each) for each in of.both],
        "byte-range games": [shadow.ranges(each, variant) for each in of.both for variant in range(8)],
        "bytes behind the signature value": [attacks.padded(each) for each in of.both],
        "one byte changed, cut off, or text behind the end": [
            *(attacks.flipped(each) for each in of.both),
            *(each[:-40] for each in of.both),
            *(each + b"\nOok nog dit.\n" for each in of.both),
        ],
        "one signature shown in two fields": [attacks.incremented(each, attacks.shared_signature) for each in of.both],
        "signatures swapped between documents, or between fields": swapped,
        "an object replaced: catalog, form, page, mark, signature, tags, font": [
            made for each in of.both for made in rewritten.objects_replaced(each)
        ],
        "another file around it, an older state shown, encrypted, a key or object twice": list(
            rewritten.around(of.full.content)
        ),
        "saved anew after signing": [attacks.rewritten(each) for each in of.both],
    }


def _overlays(of: Files) -> Mapping[str, list[bytes]]:
    with_field = replace(of.signable, content=attacks.with_text_field(of.signable.content))
    filled = sign(with_field, order("applicant", of.rector), of.rector)
    hiding = of.signed(replace(of.signable, content=shadow.prepared_to_hide(of.signable.content)), of.rector, of.chief)
    double = replace(of.signable, content=shadow.prepared_to_replace(of.signable.content))
    replacing = of.signed(double, of.rector, of.chief)
    kinds = ("/FreeText", "/Stamp", "/Square", "/Redact", "/Widget")
    return {
        "annotation over the text (EAA)": [shadow.annotated(each, kind) for each in of.both for kind in kinds],
        "sneaky signature over the text (SSA)": [
            shadow.sneaky(each, key) for each in of.both for key in (of.stranger.signer_for("Mallory"), of.chief)
        ],
        "shadow hide": [shadow.hide(hiding, shape) for shape in Shape],
        "shadow replace of a font": [shadow.replace_font(of.full.content, shape) for shape in Shape],
        "shadow replace through a text field": [
            filled.content,
            attacks.incremented(filled.content, attacks.fill_text_field),
        ],
        "shadow hide and replace": [shadow.hide_and_replace(replacing, shape) for shape in Shape],
    }


def _persons(of: Files) -> Mapping[str, list[bytes]]:
    mallory, false_rector = of.stranger.signer_for("Mallory"), of.stranger.signer_for(RECTOR)
    other = of.pki.signer_for("Olga Onverwacht")
    turned = prepare(of.pdf, (replace(SLOTS[1], final=False), replace(SLOTS[0], final=True)))
    office_first = sign(turned, order("office", of.chief), of.chief)
    swapped = sign(of.signable, order("applicant", of.chief), of.chief)
    return {
        "signed by a stranger, also under the right name": [
            _then(of.half, "office", mallory),
            _then(of.signable, "applicant", mallory, MOMENT),
            _then(of.signable, "applicant", false_rector, MOMENT),
        ],
        "one digit changed, signed anew under the right names": [
            of.signed(of.other, false_rector, of.stranger.signer_for(CHIEF)),
            of.signed(of.other, false_rector, of.chief),
        ],
        "wrong person, wrong role, one person twice": [
            _then(of.half, "office", other),
            _then(swapped, "office", of.rector),
            _then(of.half, "office", of.rector),
        ],
        "wrong order, or an earlier time than the one before": [
            _then(office_first, "applicant", of.rector),
            _then(of.half, "office", of.chief, MOMENT.replace(year=2025)),
        ],
    }


def _in_disguise(of: Files) -> Mapping[str, list[bytes]]:
    """Judged with trust in the live PKI."""
    signed = of.timestamped.content
    stamped = []
    for variant in (1, 3, 4, 5, 7):
        with suppress(PdfReadError):  # not even a writer can read it
            stamped.append(archived(attacks.isa(signed, variant), of.live))
    return {
        "attack in the shape of an honest update": [
            content for shape in Shape for content in hostile(signed, of.store, shape).values()
        ],
        "incremental saving with a true timestamp over it": stamped,
        "an object replaced, with a true timestamp over it": [
            archived(each, of.live) for each in rewritten.objects_replaced(signed)
        ],
    }


def _honest(of: Files) -> Mapping[str, list[tuple[bytes, LivePki | None]]]:
    live = of.live

    def two(level: Level, after: Callable[[bytes], bytes] = bytes, last: Callable[[bytes], bytes] = bytes) -> Sample:
        document: SignablePdf | SignedPdf = of.signable
        for slot, label in (("applicant", "rik"), ("office", "chief")):
            key = live.key(label)
            signed = sign(document, replace(order(slot, key, now()), level=level), key, services=live.services())
            document = SignedPdf(signed.id, after(signed.content))
        return last(document.content), live

    def shaped(shape: Shape, *, dates: bool) -> Callable[[bytes], bytes]:
        def append(content: bytes) -> bytes:
            proofs = objects_of(content, with_store(content, live))
            return appended(content, proofs | (with_dates(content) if dates else {}), shape)

        return append

    def stamped(content: bytes) -> bytes:
        return archived(content, live)

    modern = (Shape.STREAM, Shape.PACKED)
    return {
        "two signers at B-B": [(of.full.content, None)],
        "two signers at B-T, B-LT and B-LTA": [two(level) for level in (Level.B_T, Level.B_LT, Level.B_LTA)],
        "two signers, answers appended after each (as signing services do)": [
            two(Level.B_T, lambda content: with_store(content, live)),
            two(Level.B_T, lambda content: with_store(content, live, vri=False)),
        ],
        "the same with new dates in cross-reference and object streams (as Acrobat does)": [
            two(Level.B_T, shaped(shape, dates=dates)) for shape in modern for dates in (False, True)
        ],
        "the same in tables of PDFBox, a timestamp at the end (as the federal service does)": [
            two(Level.B_T, shaped(Shape.PDFBOX, dates=dates), stamped) for dates in (False, True)
        ],
        "a timestamp over updates of any shape": [two(Level.B_T, shaped(each, dates=True), stamped) for each in Shape],
    }


def _compared(of: Files, folder: Path) -> Mapping[str, list[Identity]]:
    """What came back instead of what was sent, with nothing wrong with its signatures or none to judge."""
    sent, full = of.signable.content, of.full.content
    with pikepdf.open(io.BytesIO(full)) as document:
        document.pages.append(document.pages[0])
        longer = shadow.saved(document)
    made = {
        "an older version, signed by the right persons": [of.signed(of.other, of.rector, of.chief)],
        "a cover drawn over it before signing": [
            of.signed(replace(of.signable, content=shadow.prepared_to_hide(sent)), of.rector, of.chief)
        ],
        "a page more": [longer],
        "printed to a file by another program": [printed(full, folder)],
        "printed on paper and scanned": [scanned(full, folder)],
        "saved anew by a viewer": [attacks.rewritten(full)],
        "signed as sent": [full, of.half.content],
    }
    return {name: [compare(sent, each) for each in contents] for name, contents in made.items()}


def _accepted(report: ValidationReport) -> bool:
    """Whether nothing is held against a file but that a signature is still missing, which is no merit of a check."""
    return bool(report.signatures) and not {one.code for one in report.findings if one.blocks} - {"DG-V301"}


def _poppler(content: bytes, folder: Path) -> int:
    """How many signatures an independent program finds valid; it knows no document timestamps, and no trust here."""
    file = folder / "honest.pdf"
    file.write_bytes(content)
    told = subprocess.run(["pdfsig", "-nocert", file], capture_output=True, text=True, check=False).stdout
    return told.count("Signature Validation: Signature is Valid.")


def _row(name: str, reports: list[ValidationReport]) -> str:
    accepted = sum(_accepted(report) for report in reports)
    unclear = sum(bool({finding.code for finding in report.findings} & UNREADABLE) for report in reports)
    return f"| {name} | {len(reports)} | {len(reports) - accepted - unclear} | {accepted} | {unclear} |"


def _identity_row(name: str, answers: list[Identity]) -> str:
    counts = [sum(one.answer is answer for one in answers) for answer in Answer]
    exact = sum(one.exact for one in answers)
    same, changed, unclear = counts
    return f"| {name} | {len(answers)} | {exact} | {same - exact} | {changed} | {unclear} |"


@pytest.fixture
def files(
    pdf: Pdf,
    signable: SignablePdf,
    other_signable: SignablePdf,
    half_signed: SignedPdf,
    fully_signed: SignedPdf,
    timestamped: SignedPdf,
    store: Objects,
    rector: SigningKey,
    chief: SigningKey,
    pki: DemoPki,
    stranger_pki: DemoPki,
    live: LivePki,
) -> Files:
    keys = (rector, chief, pki, stranger_pki, live)
    return Files(pdf, signable, other_signable, half_signed, fully_signed, timestamped, store, *keys)


def test_table(files: Files, judged: Judge, tmp_path: Path) -> None:
    here = {"trust": files.live.trust, "now": now() + timedelta(hours=1)}
    refused = [
        (name, [judged(content) for content in contents])
        for made in (_structure, _overlays, _persons)
        for name, contents in made(files).items()
    ]
    refused += [
        (name, [judged(content, **here) for content in contents]) for name, contents in _in_disguise(files).items()
    ]
    honest = _honest(files)
    passed = [
        (name, [judged(each, **(here if of else {})) for each, of in contents]) for name, contents in honest.items()
    ]
    assert [
        name for name, contents in honest.items() if any(_poppler(each, tmp_path) != 2 for each, _ in contents)
    ] == []
    compared = _compared(files, tmp_path)
    lines = ["| attack | samples | refused | falsely accepted | cannot judge |", "|---|---|---|---|---|"]
    lines += [_row(name, reports) for name, reports in refused]
    lines += ["", "| honest file | samples | accepted | false alarms |", "|---|---|---|---|"]
    for name, reports in passed:
        well = sum(report.ok for report in reports)
        lines.append(f"| {name} | {len(reports)} | {well} | {len(reports) - well} |")
    lines += ["", "| came back instead of what was sent | samples | byte for byte | same | changed | cannot judge |"]
    lines += ["|---|---|---|---|---|---|", *(_identity_row(name, answers) for name, answers in compared.items())]
    table = "\n".join(lines) + "\n"
    assert [name for name, reports in refused if any(_accepted(report) for report in reports)] == []
    assert [name for name, reports in passed if not all(report.ok for report in reports)] == []
    assert [name for name, answers in compared.items() if any(one.exact for one in answers)] == ["signed as sent"]
    page = PAGE.read_text("utf-8")
    before, rest = page.split(_START)
    _, after = rest.split(_END)
    if os.environ.get("DOCGEN_UPDATE"):
        PAGE.write_text(before + _START + table + _END + after, "utf-8")
    else:
        assert rest.startswith(table), "DOCGEN_UPDATE=1 pytest tests/signing/test_attack_table.py writes the table anew"
    assert CHIEF not in table
