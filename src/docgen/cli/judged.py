"""What a judgement says, in words: the same in the text and on the page that is kept."""

from __future__ import annotations

from docgen.cli.desk import Desk
from docgen.documents import SignatureReport, ValidationReport
from docgen.office.profile import Office, in_language
from docgen.signing.identity import Identity
from docgen.signing.verdict import Verdict, verdict

_VERDICTS = {Verdict.ACCEPTED: "holds", Verdict.REFUSED: "fails", Verdict.CANNOT_JUDGE: "unclear"}


def verdict_key(report: ValidationReport) -> str:
    """The end of the key of the phrase with the verdict: `holds`, `fails` or `unclear`."""
    return _VERDICTS[verdict(report)]


def answer_key(identity: Identity) -> str:
    """Which phrase says whether the content is what was sent."""
    return f"verify.identity.{'exact' if identity.exact else identity.answer.name.lower()}"


def place(desk: Desk, one: SignatureReport, office: Office | None) -> str:
    """Slot and role as people call them; the field where it is none of docgen's slots."""
    if not one.slot:
        return one.field
    lang = desk.settings.lang
    words = [desk.wording.label("document.slot", one.slot, lang)]
    for role in one.role.split(" / ") if office else ():
        words += [in_language(office.roles[role].title, lang)] if office and role in office.roles else []
    return ", ".join(dict.fromkeys(words))


def moment(desk: Desk, one: SignatureReport, office: Office | None) -> str:
    """When it was signed, by the clock on the wall of the office, and who proves it."""
    if one.signed_at is None:
        return desk.text("verify.no_time")
    if not one.time_is_trusted:
        proof = desk.text("verify.time_claimed")
    elif one.time_from:
        proof = desk.text("verify.time_proven_by", service=one.time_from)
    else:
        proof = desk.text("verify.time_trusted")
    return f"{desk.moment(one.signed_at, office.time_zone if office else '')} ({proof})"


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
