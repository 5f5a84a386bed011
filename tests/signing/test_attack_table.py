"""The table of `docs/validation.md`: every class of attack and of honest file, judged.

`DOCGEN_UPDATE=1` writes it anew.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import signing_attacks as attacks
from signing_live import LivePki, now
from signing_state import CHIEF, LATER, MOMENT, RECTOR, SLOTS, Judge, order
from test_store_update import with_store

from docgen.documents import Pdf, SignablePdf, SignedPdf, ValidationReport
from docgen.signing.demo_pki import DemoPki
from docgen.signing.fields import prepare
from docgen.signing.keys import SigningKey
from docgen.signing.levels import Level
from docgen.signing.sign import sign

PAGE = Path(__file__).parents[2] / "docs" / "validation.md"
UNREADABLE = {"DG-V101", "DG-V102", "DG-V103", "DG-V104", "DG-V105", "DG-V106"}
_START, _END = "<!-- table: tests/signing/test_attack_table.py -->\n", "<!-- end of table -->\n"


def _attacks(
    pdf: Pdf,
    signable: SignablePdf,
    half: SignedPdf,
    full: SignedPdf,
    rector: SigningKey,
    chief: SigningKey,
    pki: DemoPki,
    stranger: DemoPki,
) -> Mapping[str, list[bytes]]:
    both = [half.content, full.content]
    mallory, false_rector = stranger.signer_for("Mallory"), stranger.signer_for(RECTOR)
    other = pki.signer_for("Olga Onverwacht")
    with_field = SignablePdf(signable.id, attacks.with_text_field(signable.content), signable.slots)
    shadow = sign(with_field, order("applicant", rector), rector)
    turned = prepare(pdf, (replace(SLOTS[1], final=False), replace(SLOTS[0], final=True)))
    office_first = sign(turned, order("office", chief), chief)
    swapped = sign(signable, order("applicant", chief), chief)

    def then(document: SignedPdf | SignablePdf, slot: str, key: SigningKey, moment: object = LATER) -> bytes:
        return sign(document, order(slot, key, moment), key).content  # type: ignore[arg-type]

    return {
        "universal signature forgery (USF)": [attacks.usf(each, variant) for each in both for variant in range(9)],
        "incremental saving (ISA)": [attacks.isa(each, variant) for each in both for variant in range(1, 8)],
        "signature wrapping (SWA)": [attacks.swa(each) for each in both],
        "bytes behind the signature value": [attacks.padded(each) for each in both],
        "one byte changed, cut off, or text behind the end": [
            *(attacks.flipped(each) for each in both),
            *(each[:-40] for each in both),
            *(each + b"\nOok nog dit.\n" for each in both),
        ],
        "annotation over the text (EAA)": [attacks.incremented(each, attacks.free_text) for each in both],
        "shadow replace through a text field": [
            shadow.content,
            attacks.incremented(shadow.content, attacks.fill_text_field),
        ],
        "one signature shown in two fields": [attacks.incremented(each, attacks.shared_signature) for each in both],
        "signed by a stranger, also under the right name": [
            then(half, "office", mallory),
            then(signable, "applicant", mallory, MOMENT),
            then(signable, "applicant", false_rector, MOMENT),
        ],
        "wrong person, wrong role, one person twice": [
            then(half, "office", other),
            then(swapped, "office", rector),
            then(half, "office", rector),
        ],
        "wrong order, or an earlier time than the one before": [
            then(office_first, "applicant", rector),
            sign(half, order("office", chief, MOMENT.replace(year=2025)), chief).content,
        ],
        "saved anew after signing": [attacks.rewritten(each) for each in both],
    }


def _honest(signable: SignablePdf, full: SignedPdf, live: LivePki) -> Mapping[str, list[tuple[bytes, LivePki | None]]]:
    def two(level: Level, after: Callable[[bytes], bytes] = bytes) -> tuple[bytes, LivePki]:
        document: SignablePdf | SignedPdf = signable
        for slot, label in (("applicant", "rik"), ("office", "chief")):
            key = live.key(label)
            signed = sign(document, replace(order(slot, key, now()), level=level), key, services=live.services())
            document = SignedPdf(signed.id, after(signed.content))
        return document.content, live

    return {
        "two signers at B-B": [(full.content, None)],
        "two signers at B-T, B-LT and B-LTA": [two(level) for level in (Level.B_T, Level.B_LT, Level.B_LTA)],
        "two signers, answers appended after each (as signing services do)": [
            two(Level.B_T, lambda content: with_store(content, live)),
            two(Level.B_T, lambda content: with_store(content, live, vri=False)),
        ],
    }


def _accepted(report: ValidationReport) -> bool:
    """Whether nothing is held against a file but that a signature is still missing, which is no merit of a check."""
    return bool(report.signatures) and not {one.code for one in report.findings if one.blocks} - {"DG-V301"}


def _row(name: str, reports: list[ValidationReport]) -> str:
    accepted = sum(_accepted(report) for report in reports)
    unclear = sum(bool({finding.code for finding in report.findings} & UNREADABLE) for report in reports)
    return f"| {name} | {len(reports)} | {len(reports) - accepted - unclear} | {accepted} | {unclear} |"


def test_table(
    pdf: Pdf,
    signable: SignablePdf,
    half_signed: SignedPdf,
    fully_signed: SignedPdf,
    rector: SigningKey,
    chief: SigningKey,
    pki: DemoPki,
    stranger_pki: DemoPki,
    live: LivePki,
    judged: Judge,
) -> None:
    refused = [
        (name, [judged(content) for content in contents])
        for name, contents in _attacks(
            pdf, signable, half_signed, fully_signed, rector, chief, pki, stranger_pki
        ).items()
    ]
    passed = [
        (name, [judged(each, **({"trust": of.trust, "now": now()} if of else {})) for each, of in contents])
        for name, contents in _honest(signable, fully_signed, live).items()
    ]
    lines = ["| attack | samples | refused | falsely accepted | cannot judge |", "|---|---|---|---|---|"]
    lines += [_row(name, reports) for name, reports in refused]
    lines += ["", "| honest file | samples | accepted | false alarms |", "|---|---|---|---|"]
    for name, reports in passed:
        well = sum(report.ok for report in reports)
        lines.append(f"| {name} | {len(reports)} | {well} | {len(reports) - well} |")
    table = "\n".join(lines) + "\n"
    assert [name for name, reports in refused if any(_accepted(report) for report in reports)] == []
    assert [name for name, reports in passed if not all(report.ok for report in reports)] == []
    page = PAGE.read_text("utf-8")
    before, rest = page.split(_START)
    _, after = rest.split(_END)
    if os.environ.get("DOCGEN_UPDATE"):
        PAGE.write_text(before + _START + table + _END + after, "utf-8")
    else:
        assert rest.startswith(table), "DOCGEN_UPDATE=1 pytest tests/signing/test_attack_table.py writes the table anew"
    assert CHIEF not in table
