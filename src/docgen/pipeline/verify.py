"""Judging any PDF: with the expectations of its case when it belongs to one, and against what was sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from docgen.decide.signatories import expected_signatures
from docgen.documents import DocumentId, ExpectedSignature, SignedPdf, ValidationReport
from docgen.dossier import cases, content, files
from docgen.office.profile import Office
from docgen.pipeline.examine import compared, examined
from docgen.pipeline.workshop import Workshop
from docgen.signing.identity import Identity


@dataclass(frozen=True, slots=True)
class Known:
    """What docgen knows about a signed file of a case."""

    document: DocumentId
    expected: Sequence[ExpectedSignature]
    sent: bytes | None
    """The file as it was built, where it is still there."""
    office: Office


@dataclass(frozen=True, slots=True)
class Verified:
    """The judgement of a PDF, and its comparison with what was sent."""

    report: ValidationReport
    """With the findings of the comparison."""
    identity: Identity | None
    """`None` when there is nothing to compare with."""
    office: Office | None = None
    """Whose document it is; `None` for a file of no known case."""


def verify_file(shop: Workshop, path: Path, pdf: bytes, sent: bytes | None) -> Verified:
    """The judgement of a PDF; never raises for what it holds.

    Args:
        shop: trust and known cases.
        path: where it lies; `cases/<id>/signed/<kind>.<lang>.pdf` tells which case it belongs to.
        pdf: its bytes.
        sent: what was sent for signature; by default the built document of the case, where it is still there.
    """
    known = _known(shop, path)
    if known is None:
        loose = SignedPdf(DocumentId("", path.stem, ""), pdf)
        report = examined(shop.run, loose, (), trust=shop.trust, now=shop.now, judge_only=True)
    else:
        signed = SignedPdf(known.document, pdf)
        report = examined(shop.run, signed, known.expected, trust=shop.trust, now=shop.now)
    original = sent if sent is not None or known is None else known.sent
    office = known.office if known else None
    if original is None:
        return Verified(report, None, office)
    identity = compared(shop.run, original, pdf)
    return Verified(replace(report, findings=(*identity.findings, *report.findings)), identity, office)


def _known(shop: Workshop, path: Path) -> Known | None:
    kind, _, lang = path.stem.rpartition(".")
    case = path.parent.parent.name
    document = DocumentId(case, kind, lang)
    if not kind or shop.roots.signed(document).resolve() != path.resolve() or not shop.roots.case_file(case).is_file():
        return None
    located = cases.read(shop.roots, case).located
    if located is None:
        return None
    office = content.office(shop.roots, located.case.office)
    if kind not in office.kinds:
        return None
    sent = files.read_if_there(shop.roots.pdf(document))
    return Known(document, expected_signatures(located.case, office, kind), sent, office)
