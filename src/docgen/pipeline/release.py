"""From a signed document to a publication copy that has earned its name.

    SignedPdf ─validate→ ValidatedPdf ─flatten→ FlattenedPdf ─audit→ PublicPdf

Bytes in, bytes out: no disk, no clock.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from docgen.documents import (
    AuditReport,
    ExpectedSignature,
    FlattenedPdf,
    PublicPdf,
    SignedPdf,
    ValidatedPdf,
)
from docgen.errors import PublicationRefused, ToolFailed, ValidationFailed
from docgen.findings import Finding, Place, Severity
from docgen.pdf.conformance import Conformance, check
from docgen.pdf.verapdf import Flavour, VeraPdf, check_with
from docgen.pipeline.guarded import Runner, Unfinished, here
from docgen.publishing.audit import Policy, audit
from docgen.publishing.flatten import FlattenPolicy, flatten
from docgen.signing.trust import Trust
from docgen.signing.validate import validate


@dataclass(frozen=True, slots=True)
class Released:
    """A publication copy, and what a person should know about it."""

    public: PublicPdf
    findings: tuple[Finding, ...]
    """Nothing that stands in the way."""


@dataclass(frozen=True, slots=True)
class Scrutiny:
    """How a copy is looked at before it may be shown."""

    private_values: Sequence[str]
    """Must not occur."""
    public_values: tuple[str, ...] = ()
    """Addresses that the office shows on purpose."""
    verapdf: VeraPdf | None = None
    """A second opinion on PDF/A and PDF/UA, where it is installed."""


def release(
    signed: SignedPdf,
    *,
    expected: Sequence[ExpectedSignature],
    trust: Trust,
    policy: FlattenPolicy,
    scrutiny: Scrutiny,
    now: datetime,
    run: Runner = here,
) -> Released:
    """The publication copy of a signed document.

    Flattening and audit are done by `run`, so that the caller can set a deadline.

    Raises:
        ValidationFailed: it is not signed by the right persons in the right order, or was changed.
        PublicationRefused: it cannot be flattened safely, the audit found something or did not end (DG-R124), or the
            copy claims a standard that it does not keep (DG-R125).
    """
    report = validate(signed, trust=trust, expected=expected, now=now)
    if not report.ok:
        raise ValidationFailed(report.findings)
    try:
        flattened, audited = run(_copied, ValidatedPdf(signed, report), policy, scrutiny)
    except Unfinished as error:
        raise PublicationRefused.because("DG-R124", Place(_name(signed)), reason=error.reason) from error
    found = tuple(_in_file(finding, _name(signed)) for finding in audited.findings)
    if not audited.ok:
        raise PublicationRefused(found)
    noticed = require_honest(flattened.content, _name(signed), scrutiny.verapdf)
    return Released(PublicPdf(flattened, audited), (*found, *noticed))


def _copied(validated: ValidatedPdf, policy: FlattenPolicy, scrutiny: Scrutiny) -> tuple[FlattenedPdf, AuditReport]:
    flattened = flatten(validated, policy)
    audited = audit(
        flattened.content,
        source=validated.signed.content,
        private_values=scrutiny.private_values,
        policy=Policy(public_values=scrutiny.public_values),
    )
    return flattened, audited


def require_honest(content: bytes, name: str, verapdf: VeraPdf | None) -> tuple[Finding, ...]:
    """What people should know about the standards a publication copy keeps to; a claim must be true.

    A copy that claims PDF/A-2b or PDF/UA-1 has to pass our inspection, and veraPDF where there is one. A copy that
    claims neither is not refused: people see in the warning (DG-R126) that it may be hard to read for some.

    Raises:
        PublicationRefused: a claim is not true (DG-R125, with what was found), or veraPDF could not be asked.
    """
    try:
        judged = check(content, name)
    except ToolFailed as error:
        raise PublicationRefused(error.findings) from error
    wrong = (*_untrue(judged), *(check_with(verapdf, content, name, _claimed(judged)) if verapdf else ()))
    if wrong:
        raise PublicationRefused([Finding("DG-R125", Severity.ERROR, Place(name)), *wrong])
    missing = [standard for standard, claimed in _standards(judged).items() if not claimed]
    words = {"standards": ", ".join(missing)}
    return (Finding("DG-R126", Severity.WARNING, Place(name), words),) if missing else ()


def _untrue(judged: Conformance) -> tuple[Finding, ...]:
    archive = judged.archive if judged.claims_pdfa_2b else ()
    return (*archive, *(judged.accessibility if judged.claims_pdfua_1 else ()))


def _standards(judged: Conformance) -> dict[str, bool]:
    return {"PDF/A-2b": judged.claims_pdfa_2b, "PDF/UA-1": judged.claims_pdfua_1}


def _claimed(judged: Conformance) -> tuple[Flavour, ...]:
    archive: tuple[Flavour, ...] = ("2b",) if judged.claims_pdfa_2b else ()
    return (*archive, "ua1") if judged.claims_pdfua_1 else archive


def _in_file(finding: Finding, name: str) -> Finding:
    """The audit names spots; which file they are in is for its caller to say."""
    return replace(finding, place=Place(name, path=finding.place.path if finding.place else ""))


def _name(signed: SignedPdf) -> str:
    return f"{signed.id.case}/{signed.id.stem}.pdf"
