"""`docgen verify`: the judgement of signed PDFs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from docgen.cli import judged, show
from docgen.cli.desk import Desk, Outcome, as_command
from docgen.cli.given import deadline_option, read_given
from docgen.cli.judgement import keep
from docgen.cli.trusted import for_incoming
from docgen.cli.work import demo_trust_option, trust_option, workshop
from docgen.documents import SignatureReport, ValidationReport
from docgen.errors import ExitCode
from docgen.office.profile import Office
from docgen.pipeline.guarded import Apart
from docgen.pipeline.verify import Verified, verify_file
from docgen.signing.identity import Identity
from docgen.signing.verdict import verdict


@as_command("verify", example="docgen verify signed.pdf --against sent.pdf --trust root.pem", formats=("text", "json"))
@click.argument("pdfs", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PDF...")
@click.option("--against", type=click.Path(path_type=Path, dir_okay=False), help="The file as it was sent.")
@click.option(
    "--html",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Also keep the judgement as a page, with pictures of what differs.",
)
@trust_option
@demo_trust_option
@deadline_option
def command(
    desk: Desk, pdfs: tuple[Path, ...], against: Path | None, html: Path | None, demo_trust: bool, deadline: float
) -> Outcome:
    """Judge signed PDFs: who signed when, at which level, trusted or not, what is covered, what changed since.

    A PDF that belongs to a known case is also judged by slot, role, person and order. Ends with 9 when a file does
    not hold. Trust: --trust, `trust` in docgen.toml; the throw-away root of --demo signatures only with --demo.
    """
    shop = workshop(desk, demo_trust=demo_trust).judging(Apart(deadline))
    shop = shop.trusting(for_incoming(desk, shop.trust))
    sent = read_given(against) if against else None
    given = [(pdf, read_given(pdf)) for pdf in pdfs]  # a wrong name would hide what was judged before it
    texts, data, kept, holds = [], [], [], True
    for pdf, content in given:
        verified = verify_file(shop, pdf, content, sent)
        holds = holds and verified.report.ok
        kept.append((pdf, verified))
        texts.append(_as_text(desk, pdf, verified))
        data.append(as_data(desk, pdf, verified.report, verified.identity))
    if html is not None:
        keep(desk, html, kept)
        desk.talk(desk.text("judgement.kept", path=str(html)))
    return Outcome("\n\n".join(texts), {"files": data}, ExitCode.DONE if holds else ExitCode.VALIDATION_FAILED)


def _as_text(desk: Desk, pdf: Path, verified: Verified) -> str:
    """The judgement of one file for a person to read."""
    report, identity = verified.report, verified.identity
    words = desk.text(f"verify.{judged.verdict_key(report)}", count=len(report.signatures))
    lines = [f"{pdf}: {click.style(words, fg='green' if report.ok else 'red', bold=True)}"]
    for number, one in enumerate(report.signatures, 1):
        lines += [f"  {number}. {_signature_line(desk, one, verified.office)}"]
        lines += [f"     {judged.certificate(desk, one)}; {judged.qualified(desk, one)}"]
    lines += [f"  {_timestamp_line(desk, one, verified.office)}" for one in report.timestamps]
    covered = desk.text("verify.covered" if report.whole_file_covered else "verify.not_covered")
    lines += [f"  {covered}"] if report.signatures else []
    lines += [f"  {desk.text(judged.answer_key(identity))}"] if identity else []
    found = show.as_text(desk.shown(report.findings), desk)
    return "\n".join([*lines, *(f"  {line}" for line in found.splitlines())])


def _signature_line(desk: Desk, one: SignatureReport, office: Office | None) -> str:
    who = f"{one.signer} ({judged.place(desk, one, office)})"
    return f"{who} — {judged.moment(desk, one, office)} — {one.level}, {one.algorithm} — {judged.state(desk, one)}"


def _timestamp_line(desk: Desk, one: SignatureReport, office: Office | None) -> str:
    what = f"{desk.text('verify.archive')}: {one.signer}"
    return f"{what} — {judged.moment(desk, one, office)} — {one.algorithm} — {judged.state(desk, one)}"


def as_data(desk: Desk, pdf: Path, report: ValidationReport, identity: Identity | None) -> Mapping[str, Any]:
    """The judgement of one file for scripts."""
    return {
        "file": str(pdf),
        "ok": report.ok,
        "verdict": verdict(report).value,
        "digest": report.digest,
        "whole_file_covered": report.whole_file_covered,
        "identity": _identity_data(identity) if identity else None,
        "signatures": [_signature_data(one) for one in report.signatures],
        "timestamps": [_timestamp_data(one) for one in report.timestamps],
        "findings": [one.as_json() for one in desk.shown(report.findings)],
    }


def _identity_data(identity: Identity) -> Mapping[str, Any]:
    pages = [
        {"page": one.page, "answer": one.answer.value, "removed": list(one.removed), "added": list(one.added)}
        for one in identity.differences
    ]
    return {"answer": identity.answer.value, "exact": identity.exact, "pages": pages}


def _signature_data(one: SignatureReport) -> Mapping[str, Any]:
    names = ("slot", "field", "signer", "role", "time_is_trusted", "level", "algorithm", "intact", "trusted")
    return {
        **{name: getattr(one, name) for name in names},
        "coverage": one.coverage,
        "valid": one.valid,
        "signed_at": _iso(one),
        "time_from": one.time_from or None,
        "issuers": list(one.issuers),
        "revocation": one.revocation,
        "qualification": one.qualification or None,
    }


def _timestamp_data(one: SignatureReport) -> Mapping[str, Any]:
    names = ("signer", "algorithm", "intact", "trusted", "coverage", "valid", "revocation")
    return {**{name: getattr(one, name) for name in names}, "at": _iso(one), "issuers": list(one.issuers)}


def _iso(one: SignatureReport) -> str | None:
    return one.signed_at.isoformat() if one.signed_at else None
