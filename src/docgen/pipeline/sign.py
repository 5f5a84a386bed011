"""Filling a signature slot of a case's document, when the procedure allows it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from docgen.decide.plan import gate
from docgen.decide.signatories import expected_signatures, represented
from docgen.documents import DocumentId, ExpectedSignature, SignablePdf, SignedPdf, sha256
from docgen.dossier import content, files
from docgen.errors import RuleRefused, SigningFailed, UsageError
from docgen.findings import Place
from docgen.office.profile import Kind, Office, in_language
from docgen.pipeline.events import note, require_whole
from docgen.pipeline.standing import Standing, require_lawful, stand
from docgen.pipeline.workshop import Workshop
from docgen.signing.crest import Crest, read_crest
from docgen.signing.expectations import may_sign, role_of
from docgen.signing.keys import SigningKey
from docgen.signing.levels import NO_SERVICES, Level, Services
from docgen.signing.mark import Mark, MarkWords, compose
from docgen.signing.persons import same_person
from docgen.signing.sign import SigningOrder, sign
from docgen.signing.validate import validate

KeyFor = Callable[[ExpectedSignature], SigningKey]
"""Gives the key for a slot, once it is known who is expected to sign there."""
Means = Callable[[Office], tuple[Level, Services]]
"""Gives the level at which an office's documents are signed, and the services for it."""


@dataclass(frozen=True, slots=True)
class Signed:
    """A slot that was filled."""

    document: SignedPdf
    slot: str
    signer: str
    role: str
    level: str
    """PAdES baseline level that was asked for and reached."""


def plain(_: Office) -> tuple[Level, Services]:
    """Signature and certificate only, which needs no service."""
    return Level.B_B, NO_SERVICES


def sign_slot(
    shop: Workshop,
    case: str,
    kind: str,
    slot: str,
    key_for: KeyFor,
    means: Means = plain,
    reviewed: str = "",
) -> Signed:
    """Sign, and keep the result as the original under `cases/<id>/signed/`.

    With `reviewed`, the SHA-256 of the file that the signer looked at, nothing else is signed.

    Raises:
        RuleRefused: a gate of the procedure is closed, or a rule finds an error in the case.
        SigningFailed: the document was not built, it is not this slot's turn, the key belongs to somebody else, or
            the level asked for was not reached, or the file is another one than was reviewed; nothing is written then.
        UsageError: no such kind or slot.
        ValidationFailed: the journal of the case is no longer whole, so the signature could not be recorded.
    """
    with files.locked(shop.roots.lock(case)):
        standing = stand(shop, case)
        expected = expected_in(standing, kind, slot)
        refused = gate("sign", kind, standing.located, standing.office, standing.dossier, slot)
        if refused:
            raise RuleRefused(refused)
        require_lawful(shop, standing)
        require_whole(shop, case)
        document = standing.document(kind)
        before = _latest(shop, document, standing.office.kinds[kind])
        if reviewed and sha256(before.content) != reviewed:
            raise SigningFailed.because("DG-X143", Place(str(shop.roots.signed(document))))
        key = key_for(expected)
        role = role_of(expected, key.holder) or expected.roles[0]
        moment = standing.office.local(shop.now)
        _require_expected_person(Place(str(shop.roots.signed(document))), expected, key, moment)
        mark = _mark(shop, standing, role, key.holder)
        level, services = means(standing.office)
        after = sign(before, SigningOrder(slot, mark, moment, level), key, services=services)
        _require_level(shop, after, slot, level)
        files.add_signature(shop.roots.signed(document), before.content, after.content)
        note(shop, document, "signed", after.digest, slot)
        return Signed(after, slot, key.holder, _title(standing.office, role, document.lang), level.value)


def expected_in(standing: Standing, kind: str, slot: str) -> ExpectedSignature:
    """Who is expected to sign a slot.

    Raises:
        UsageError: DG-X110 no such kind, DG-X111 no such slot.
    """
    office = standing.office
    procedure = office.procedure(standing.case.procedure)
    kinds = procedure.kinds if procedure else tuple(office.kinds)
    if kind not in kinds:
        raise UsageError.because("DG-X110", kind=kind, procedure=standing.case.procedure, known=", ".join(kinds))
    by_slot = {expected.slot: expected for expected in expected_signatures(standing.case, office, kind)}
    if slot not in by_slot:
        raise UsageError.because("DG-X111" if slot else "DG-X116", slot=slot, kind=kind, known=", ".join(by_slot))
    return by_slot[slot]


def _latest(shop: Workshop, document: DocumentId, kind: Kind) -> SignablePdf | SignedPdf:
    signed = files.read_if_there(shop.roots.signed(document))
    if signed is not None:
        return SignedPdf(document, signed)
    empty = files.read_if_there(shop.roots.pdf(document))
    if empty is None:
        raise SigningFailed.because("DG-X112", Place(str(shop.roots.pdf(document))), case=document.case)
    return SignablePdf(document, empty, kind.slot_names)


def _require_expected_person(place: Place, expected: ExpectedSignature, key: SigningKey, moment: datetime) -> None:
    if expected.names and not any(same_person(name, key.holder) for name in expected.names):
        names = ", ".join(expected.names)
        raise SigningFailed.because("DG-X113", place, slot=expected.slot, expected=names, holder=key.holder)
    if not may_sign(expected, key.holder, moment):
        raise SigningFailed.because("DG-V305", place, slot=expected.slot, signer=key.holder)


def _require_level(shop: Workshop, signed: SignedPdf, slot: str, asked: Level) -> None:
    """What was asked for is also what a later reader will find; the signature's own word is not enough."""
    if not asked.needs_timestamp:
        return
    report = validate(signed, trust=shop.trust, expected=(), now=shop.now, judge_only=True)
    reached = next((one.level for one in report.signatures if one.slot == slot), "-")
    if reached != asked.value:
        raise SigningFailed.because("DG-X114", Place(str(shop.roots.signed(signed.id))), asked=asked, reached=reached)


def _mark(shop: Workshop, standing: Standing, role: str, name: str) -> Mark:
    lang, office = standing.case.language, standing.office
    behalf = represented(standing.case, office, role)
    words = MarkWords(
        shop.wording.text("mark.signed", lang), shop.wording.text("mark.on_behalf_of", lang, name="{name}")
    )
    return compose(
        words,
        name=name,
        role=_title(office, role, lang),
        moment=office.local(shop.now),
        on_behalf_of=behalf,
        crest=_crest(shop, office),
    )


def _crest(shop: Workshop, office: Office) -> Crest | None:
    given = content.crest(shop.roots, office)
    return read_crest(*given) if given else None


def _title(office: Office, role: str, lang: str) -> str:
    return in_language(office.roles[role].title, lang)
