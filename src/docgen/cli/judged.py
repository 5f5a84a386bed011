"""What a judgement says, in words: the same in the text and on the page that is kept."""

from __future__ import annotations

from docgen.cli.desk import Desk
from docgen.documents import SignatureReport, ValidationReport
from docgen.signing.identity import Identity
from docgen.signing.verdict import Verdict, verdict

_VERDICTS = {Verdict.ACCEPTED: "holds", Verdict.REFUSED: "fails", Verdict.CANNOT_JUDGE: "unclear"}


def verdict_key(report: ValidationReport) -> str:
    """The end of the key of the phrase with the verdict: `holds`, `fails` or `unclear`."""
    return _VERDICTS[verdict(report)]


def answer_key(identity: Identity) -> str:
    """Which phrase says whether the content is what was sent."""
    return f"verify.identity.{'exact' if identity.exact else identity.answer.name.lower()}"


def place(desk: Desk, one: SignatureReport) -> str:
    """The slot as people call it; the field where it is none of docgen's."""
    return desk.wording.label("document.slot", one.slot, desk.settings.lang) if one.slot else one.field


def moment(desk: Desk, one: SignatureReport, zone: str) -> str:
    """When it was signed, by the clock on the wall of the office, and who proves it."""
    if one.signed_at is None:
        return desk.text("verify.no_time")
    if not one.time_is_trusted:
        proof = desk.text("verify.time_claimed")
    elif one.time_from:
        proof = desk.text("verify.time_proven_by", service=one.time_from)
    else:
        proof = desk.text("verify.time_trusted")
    return f"{desk.moment(one.signed_at, zone)} ({proof})"


def state(desk: Desk, one: SignatureReport) -> str:
    """Valid or not, trusted or not."""
    validity = desk.text("verify.valid" if one.valid else "verify.invalid")
    return f"{validity}, {desk.text('verify.trusted' if one.trusted else 'verify.untrusted')}"


def certificate(desk: Desk, one: SignatureReport) -> str:
    """Who issued the certificate, up to the anchor, and whether it was revoked."""
    key = "verify.issued_by" if one.issuers else "verify.issued_by_nobody"
    return f"{desk.text(key, issuers=', '.join(one.issuers))}; {desk.text(f'verify.revocation.{one.revocation}')}"


def qualified(desk: Desk, one: SignatureReport) -> str:
    """What it is under the eIDAS regulation; said too where nobody was asked."""
    return desk.text(f"verify.qualified.{one.qualification or 'not_asked'}")
