"""Taking in a signed PDF that came back: which document it is, whether it holds, and its place in the dossier."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from docgen.decide.plan import gate
from docgen.decide.signatories import expected_signatures
from docgen.documents import DocumentId, ExpectedSignature, SignedPdf, ValidationReport, sha256
from docgen.dossier import files, journal
from docgen.dossier.manifest import read_manifest
from docgen.errors import UsageError
from docgen.findings import Finding, Place, Severity, most_serious_first
from docgen.pipeline.events import note, noted, require_whole
from docgen.pipeline.examine import compared, examined, slots_of
from docgen.pipeline.standing import Standing, stand
from docgen.pipeline.workshop import Workshop
from docgen.signing.identity import Identity

_END = re.compile(rb"%%EOF(?:\r\n|\n|\r)?")
_MOST_REVISIONS = 64
"""No honest contract has more."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A signed PDF that came in."""

    document: DocumentId
    kept: Path
    """Where it lies, byte for byte."""
    known: bool
    """It was here already: nothing happened."""
    accepted: bool
    """It is the document's original now, under `signed/`."""
    slots: tuple[str, ...]
    """Slots it newly fills."""
    report: ValidationReport
    identity: Identity | None
    """Comparison with what was sent; `None` when that is no longer there."""
    findings: tuple[Finding, ...]
    """Why it was not accepted, and warnings."""


def receive_pdf(shop: Workshop, case: str, content: bytes, *, kind: str | None = None) -> Taken:
    """Keep a PDF as it came, judge it, and make it the original when it holds and only adds signatures to ours.

    Slots that come later in the signing order may still be empty. The same file twice changes nothing.

    Args:
        shop: folders and trust.
        case: the case it is for.
        content: the file.
        kind: which document it is, where its content does not tell.

    Raises:
        UsageError: DG-X401 nobody can tell which document it is, DG-X402 the document has no signatures.
        CaseInvalid: the case file cannot be used as it is.
        ValidationFailed: the journal of the case is no longer whole, so nothing could be recorded.
    """
    with files.locked(shop.roots.lock(case)):
        require_whole(shop, case)
        standing = stand(shop, case)
        document = _which(shop, standing, content, kind)
        digest = sha256(content)
        kept = shop.roots.received(case) / f"{document.stem}.{digest[:12]}.pdf"
        files.write_once(kept, content)
        taken = _judged(shop, standing, document, content, kept)
        if taken.accepted:
            base = files.read_if_there(shop.roots.signed(document)) or _first_revision(shop, document, content) or b""
            files.add_signature(shop.roots.signed(document), base, content)
        _note(shop, taken, digest)
        return taken


def _note(shop: Workshop, taken: Taken, digest: str) -> None:
    """What the journal does not tell yet: an earlier run may have been cut short, or have refused the same file."""
    told = noted(shop, taken.document, "received", digest)
    slots = taken.slots if taken.accepted else () if told else ("",)
    for slot in slots:
        if slot not in told:
            note(shop, taken.document, "received", digest, slot)


def _which(shop: Workshop, standing: Standing, content: bytes, kind: str | None) -> DocumentId:
    """The document a file is: by its first bytes, by what the journal knows, by its fields."""
    signable = tuple(name for name, each in standing.office.kinds.items() if each.slots)
    if kind is not None:
        if kind not in signable:
            raise UsageError.because("DG-X402", kind=kind, known=", ".join(signable))
        return standing.document(kind)
    for name in signable:
        document = standing.document(name)
        if any(content.startswith(base) for base in _ours(shop, document)):
            return document
    stems = {standing.document(name).stem: standing.document(name) for name in signable}
    known = _known_digests(shop, standing.case.id)
    for revision in _revisions(content):
        if known.get(sha256(revision)) in stems:
            return stems[known[sha256(revision)]]
    return _by_fields(shop, standing, content, signable)


def _by_fields(shop: Workshop, standing: Standing, content: bytes, signable: tuple[str, ...]) -> DocumentId:
    slots = slots_of(shop.run, content)
    planned = standing.office.procedures[standing.case.procedure].kinds
    found = [name for name in signable if slots and standing.office.kinds[name].slot_names == slots]
    found = [name for name in found if name in planned] or found
    if len(found) != 1:
        raise UsageError.because("DG-X401", known=", ".join(found or signable))
    return standing.document(found[0])


def _ours(shop: Workshop, document: DocumentId) -> Iterator[bytes]:
    for path in (shop.roots.signed(document), shop.roots.pdf(document)):
        content = files.read_if_there(path)
        if content:
            yield content


def _revisions(content: bytes) -> Iterator[bytes]:
    for number, end in enumerate(_END.finditer(content)):
        if number == _MOST_REVISIONS:
            return
        yield content[: end.end()]


def _known_digests(shop: Workshop, case: str) -> Mapping[str, str]:
    """SHA-256 of everything that was ever made or signed here, and which document it was; the oldest first."""
    lines = journal.entries(files.read_if_there(shop.roots.journal(case)) or b"")
    ours = ("built", "sent", "signed", "renewed")
    made = {str(line["digest"]): str(line["document"]) for line in lines if line["event"] in ours}
    manifest = read_manifest(case, files.read_if_there(shop.roots.manifest(case)))
    return made | {digest: stem for stem, each in manifest.documents.items() for digest in each.outputs.values()}


def _first_revision(shop: Workshop, document: DocumentId, content: bytes) -> bytes | None:
    """The beginning of a file that is, byte for byte, the document as it was last made; `None` when there is none."""
    sent = files.read_if_there(shop.roots.pdf(document))
    if sent is not None:
        return sent if content.startswith(sent) else None
    lines = journal.entries(files.read_if_there(shop.roots.journal(document.case)) or b"")
    built = [line["digest"] for line in lines if line["event"] == "built" and line["document"] == document.stem]
    return next((each for each in _revisions(content) if built and sha256(each) == built[-1]), None)


def _judged(shop: Workshop, standing: Standing, document: DocumentId, content: bytes, kept: Path) -> Taken:
    expected = expected_signatures(standing.case, standing.office, document.kind)
    report = examined(shop.run, SignedPdf(document, content), expected, trust=shop.trust, now=shop.now)
    filled = [one.slot for one in report.signatures if one.slot]
    before = standing.reports.get(document.kind)
    slots = tuple(slot for slot in filled if before is None or slot not in [one.slot for one in before.signatures])
    identity, origin = _origin(shop, document, content)
    closed = [
        finding
        for slot in slots
        for finding in gate("sign", document.kind, standing.located, standing.office, standing.dossier, slot)
    ]
    reasons = [*origin, *_still_wrong(report, expected, filled), *(finding for finding in closed if finding.blocks)]
    place = Place(str(kept))
    findings = tuple(Finding(one.code, one.severity, one.place or place, one.parameters) for one in reasons)
    accepted = bool(slots) and not any(finding.blocks for finding in findings)
    known = any(finding.code == "DG-X405" for finding in findings)
    return Taken(document, kept, known, accepted, slots, report, identity, most_serious_first(findings))


def _still_wrong(
    report: ValidationReport, expected: tuple[ExpectedSignature, ...], filled: list[str]
) -> Iterator[Finding]:
    """The findings of a report, without those on slots that are still to come."""
    order = [each.slot for each in expected]
    last = max((order.index(slot) for slot in filled if slot in order), default=-1)
    to_come = set(order[last + 1 :]) if last >= 0 else set()
    for finding in report.findings:
        if not (finding.code == "DG-V301" and finding.parameters.get("slot") in to_come):
            yield finding


def _origin(shop: Workshop, document: DocumentId, content: bytes) -> tuple[Identity | None, list[Finding]]:
    """How the file relates to what is here: it must begin with it, byte for byte."""
    signed = files.read_if_there(shop.roots.signed(document))
    if signed is not None:
        if signed.startswith(content):
            return compared(shop.run, content, signed), [_because("DG-X405", Severity.WARNING)]
        if content.startswith(signed):
            return compared(shop.run, signed, content), []
        found = compared(shop.run, signed, content)
        return found, [_because("DG-X404"), *found.findings]
    first = _first_revision(shop, document, content)
    if first is not None:
        return compared(shop.run, first, content), []
    sent = files.read_if_there(shop.roots.pdf(document))
    known = _known_digests(shop, document.case)
    if any(known.get(sha256(revision)) == document.stem for revision in _revisions(content)):
        return (compared(shop.run, sent, content) if sent else None), [_because("DG-X403")]
    if sent is None:
        return None, [_because("DG-X406", case=document.case)]
    found = compared(shop.run, sent, content)
    return found, [_because("DG-X407"), *found.findings]


def _because(code: str, severity: Severity = Severity.ERROR, **parameters: str) -> Finding:
    return Finding(code, severity, None, parameters)
