"""The right persons, in the right slots, in the right order, and nobody else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import combinations, pairwise

from docgen.documents import ExpectedSignature, SignatureReport
from docgen.findings import Finding
from docgen.signing.judge import Judgement
from docgen.signing.persons import same_person
from docgen.signing.reading import blocking


def with_role(report: SignatureReport, expected: Sequence[ExpectedSignature]) -> SignatureReport:
    """The report with the role in which its signer signed; every role that may fill the slot when it cannot be told."""
    own = next((each for each in expected if each.slot == report.slot), None)
    if own is None:
        return report
    return replace(report, role=role_of(own, report.signer) or " / ".join(own.roles))


def role_of(expected: ExpectedSignature, signer: str) -> str:
    """The role in which a person may sign a slot, the preferred one first; empty when none is known."""
    return next((role for role, name in expected.persons if same_person(name, signer)), "")


def may_sign(expected: ExpectedSignature, signer: str, at: datetime | None) -> bool:
    """Whether one of the expected persons has a role at a moment: an own one, or by a delegation that holds."""
    roles = [role for role, name in expected.persons if same_person(name, signer)]
    periods = {each.role: each for each in expected.delegated}
    return not roles or any(role not in periods or periods[role].holds(at) for role in roles)


def person_findings(judgements: Sequence[Judgement], expected: Sequence[ExpectedSignature]) -> Iterator[Finding]:
    """What is wrong with who signed.

    DG-V301 a signature is missing, DG-V302 signed out of order, DG-V303 somebody else than the expected person,
    DG-V304 an expected person in another's slot, DG-V305 signed by a delegation that does not hold at that moment,
    DG-V306 one certificate in two slots, DG-V307 a signature claims an earlier time than the one before it.
    """
    signatures = [judgement for judgement in judgements if not judgement.timestamp]
    slots = [judgement.report.slot for judgement in signatures]
    for each in expected:
        if each.slot not in slots:
            yield blocking("DG-V301", slot=each.slot, roles=", ".join(each.roles), names=", ".join(each.names) or "–")
    order = [each.slot for each in expected]
    for earlier, later in pairwise([slot for slot in slots if slot in order]):
        if order.index(earlier) > order.index(later):
            yield blocking("DG-V302", first=earlier, second=later)
    for judgement in signatures:
        yield from _person(judgement.report, expected)
    for one, other in combinations(signatures, 2):
        if one.fingerprint == other.fingerprint:
            yield blocking("DG-V306", signer=one.report.signer, first=one.report.slot, second=other.report.slot)
    for one, other in pairwise(signatures):
        if one.report.signed_at and other.report.signed_at and one.report.signed_at > other.report.signed_at:
            yield blocking("DG-V307", first=one.report.slot, second=other.report.slot)


def _person(report: SignatureReport, expected: Sequence[ExpectedSignature]) -> Iterator[Finding]:
    own = next((each for each in expected if each.slot == report.slot), None)
    if own is None or not own.names:
        return
    if _is_one_of(report.signer, own.names):
        if not may_sign(own, report.signer, report.signed_at):
            yield blocking("DG-V305", slot=report.slot, signer=report.signer)
        return
    others = [each for each in expected if each is not own and _is_one_of(report.signer, each.names)]
    parameters = {"slot": report.slot, "signer": report.signer, "names": ", ".join(own.names)}
    if others:
        yield blocking("DG-V304", **parameters, other=others[0].slot)
    else:
        yield blocking("DG-V303", **parameters)


def _is_one_of(signer: str, names: Sequence[str]) -> bool:
    return any(same_person(name, signer) for name in names)
