"""The judgement of a signed PDF: is it signed by the right persons, in order, and unchanged since?"""

from __future__ import annotations

import asyncio
import importlib
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from docgen.documents import ExpectedSignature, SignedPdf, ValidationReport, sha256
from docgen.errors import DocgenError, ValidationFailed
from docgen.findings import Finding, Severity, most_serious_first
from docgen.signing.expectations import person_findings, with_role
from docgen.signing.fields import field_name
from docgen.signing.judge import Judgement, judge
from docgen.signing.reading import blocking, embedded, end_of_coverage, is_timestamp, open_strictly
from docgen.signing.reasons import INTEGRITY
from docgen.signing.structure import file_findings, form_findings
from docgen.signing.trust import Qualification, Trust, TrustedList
from docgen.signing.verdict import UNREADABLE

TIME_LIMIT = 60.0
"""Seconds for one file; honest contracts take less than one."""


def validate(
    signed: SignedPdf,
    *,
    trust: Trust,
    expected: Sequence[ExpectedSignature],
    now: datetime,
    judge_only: bool = False,
    limit: float = TIME_LIMIT,
) -> ValidationReport:
    """The report on a signed PDF: who, when, level, trust, coverage, and every reason why it does not hold.

    Strict throughout: what cannot be read, checked or finished within `limit` seconds is a finding that blocks, never
    an exception and never a pass. With `judge_only` nothing is expected: slots, names and order go unchecked, and
    other form fields are only warned of. National register numbers are masked wherever they stand.

    Args:
        signed: the file as received.
        trust: trust anchors; a signature outside them is refused.
        expected: slots in signing order, with who must have signed in each.
        now: moment of validation, aware. Signatures without a trusted timestamp are judged at this moment.
        judge_only: report what is there, without expectations.
        limit: seconds.
    """
    wanted = () if judge_only else expected

    def work() -> ValidationReport:
        return _judged(signed.content, trust=trust, expected=wanted, now=now, judge_only=judge_only)

    return _within(limit, work, sha256(signed.content))


def integrity_findings(content: bytes, *, now: datetime) -> tuple[Finding, ...]:
    """Why the signatures in a file are no longer intact, whoever made them; empty when they are.

    For signing: who signed is checked on receipt, but nobody should sign below a signature that is broken already.
    """

    def work() -> ValidationReport:
        return _judged(content, trust=Trust(()), expected=(), now=now, judge_only=True)

    report = _within(TIME_LIMIT, work, sha256(content))
    return tuple(finding for finding in report.findings if finding.code in INTEGRITY | UNREADABLE)


def _within(limit: float, work: Callable[[], ValidationReport], digest: str) -> ValidationReport:
    """The report, or a refusal. A thread cannot be stopped: one that runs out of time is left to end by itself."""
    reports: list[ValidationReport] = []

    def run() -> None:
        try:
            reports.append(work())
        except DocgenError as error:
            reports.append(_refusal(digest, *error.findings))
        except Exception as error:  # a judgement that breaks is a refusal: fail closed
            reports.append(_refusal(digest, blocking("DG-V106", problem=type(error).__name__)))

    worker = threading.Thread(target=run, daemon=True)
    worker.start()
    worker.join(limit)
    return reports[0] if reports else _refusal(digest, blocking("DG-V105", seconds=f"{limit:g}"))


def refused(digest: str, *, reason: str) -> ValidationReport:
    """The report on a file whose judging did not come to an end: DG-V105 after too long, DG-V106 where it broke."""
    late = reason.startswith(">")
    return _refusal(
        digest,
        blocking("DG-V105", seconds=reason.strip("> s")) if late else blocking("DG-V106", field="-", problem=reason),
    )


def _refusal(digest: str, *findings: Finding) -> ValidationReport:
    return ValidationReport(digest, (), findings, whole_file_covered=False)


def _judged(
    content: bytes, *, trust: Trust, expected: Sequence[ExpectedSignature], now: datetime, judge_only: bool
) -> ValidationReport:
    reader = open_strictly(content)
    signatures = embedded(reader)
    if not any(not is_timestamp(signature) for signature in signatures):
        missing = person_findings((), expected)
        return _refusal(sha256(content), blocking("DG-V107"), *missing)
    findings = [*file_findings(content, reader, signatures)]
    names = None if judge_only else frozenset(field_name(each.slot) for each in expected)
    findings += form_findings(content, expected=names)
    judgements, unjudged = _each(signatures, trust, now)
    findings += unjudged
    findings += [finding for judgement in judgements for finding in judgement.findings]
    if trust.trusted_list is not None:
        findings += trust.trusted_list.remarks
        judgements = _qualified(judgements, trust.trusted_list, now)
    uncovered = len(content) - end_of_coverage(signatures[-1])
    if uncovered and not (judgements and judgements[-1].archival_changes_only):
        findings.append(blocking("DG-V208", uncovered=str(uncovered)))
    if not judge_only:
        findings += [*person_findings(judgements, expected), *_rather_qualified(judgements)]
    return ValidationReport(
        digest=sha256(content),
        signatures=tuple(with_role(judgement.report, expected) for judgement in judgements if not judgement.timestamp),
        findings=most_serious_first(dict.fromkeys(findings)),
        whole_file_covered=end_of_coverage(signatures[-1]) == len(content),
        timestamps=tuple(judgement.report for judgement in judgements if judgement.timestamp),
    )


def _each(
    signatures: Sequence[EmbeddedPdfSignature], trust: Trust, now: datetime
) -> tuple[list[Judgement], list[Finding]]:
    """The judgements, in the order of the signatures; and DG-V106 for each that could not be judged."""
    judgements: list[Judgement] = []
    unjudged: list[Finding] = []
    # From the last to the first: a timestamp was still good when the next good one was made over it.
    moment, archived = now, False
    for signature in reversed(signatures):
        when = moment if is_timestamp(signature) else now
        try:
            one = asyncio.run(judge(signature, trust=trust, now=when, archived=archived))
        except Exception as error:  # pyHanko raises anything on malformed input: fail closed
            unjudged.append(blocking("DG-V106", field=str(signature.field_name), problem=type(error).__name__))
            continue
        judgements.insert(0, one)
        if one.timestamp and one.report.valid and one.report.signed_at is not None:
            moment, archived = min(moment, one.report.signed_at), True
    return judgements, unjudged


def _qualified(judgements: Sequence[Judgement], trusted: TrustedList, now: datetime) -> list[Judgement]:
    """The judgements with what the list says of the signatures that hold, as of the moment that is proved.

    A time that only the signer claims proves nothing: whoever signs today could claim a day when the issuer was still
    on the list. Then the moment of judging counts (EN 319 102-1, 5.5.4).
    """
    # The library that reads lists takes a second to load, and most offices ask for none.
    assess = importlib.import_module("docgen.signing.trusted_list").Assessor(trusted)
    told = []
    for one in judgements:
        proven = one.report.signed_at if one.report.time_is_trusted else now
        known = assess(one.path if one.report.valid else None, proven)
        told.append(replace(one, report=replace(one.report, qualification=known.value)))
    return told


def _rather_qualified(judgements: Sequence[Judgement]) -> Iterator[Finding]:
    """D-27: a signature that holds and that the list does not call qualified; the office may accept it all the same.

    Nothing is said of a signature of which nobody could tell.
    """
    untold = ("", Qualification.UNDETERMINED, Qualification.QES, Qualification.QSEAL)
    for one in judgements:
        if not one.timestamp and one.report.valid and one.report.qualification not in untold:
            yield Finding("D-27", Severity.WARNING, None, {"signer": one.report.signer})


def require_valid(report: ValidationReport) -> None:
    """Nothing when a report opens the next stage.

    Raises:
        ValidationFailed: with the findings of the report.
    """
    if not report.ok:
        raise ValidationFailed(report.findings)
