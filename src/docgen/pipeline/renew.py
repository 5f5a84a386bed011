"""Care of archives: which archive timestamps run out, and fresh ones over them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from docgen.documents import DocumentId, SignedPdf, ValidationReport, sha256
from docgen.dossier import files
from docgen.dossier.roots import Roots
from docgen.errors import SigningFailed, UsageError, ValidationFailed
from docgen.findings import Place
from docgen.office.profile import Office
from docgen.pipeline.events import note, require_whole
from docgen.pipeline.workshop import Workshop
from docgen.signing.archive import archive_proof, renewed
from docgen.signing.levels import Services
from docgen.signing.validate import validate

USUAL_DAYS = 180
"""Days before a timestamp's certificate expires that renewing is due, when nobody says otherwise."""
State = Literal["renewed", "due", "not due", "run out", "no archive"]
ServicesFor = Callable[[], Services]
"""Gives timestamp service and revocation answers, once it is known that they are needed."""


@dataclass(frozen=True, slots=True)
class Archive:
    """A signed PDF and how long its last archive timestamp proves it."""

    path: Path
    state: State
    expires: datetime | None = None
    """When the certificate of the last archive timestamp expires; `None` when there is none."""
    document: DocumentId | None = None
    """Which original of a dossier it is; `None` for any other file."""
    kept: Path | None = None
    """Where the renewed file lies, when it was renewed."""

    @property
    def due(self) -> bool:
        """Whether it is time to renew."""
        return self.state == "due"


def originals(roots: Roots) -> Iterator[tuple[DocumentId, Path]]:
    """Every original under `cases/`, by name; the case files are not read, as archives outlive their formats."""
    for path in sorted(roots.cases.glob("*/signed/*.pdf")):
        kind, _, lang = path.stem.rpartition(".")
        yield DocumentId(path.parent.parent.name, kind, lang), path


def original(roots: Roots, path: Path) -> DocumentId | None:
    """Which original of a dossier a path is; `None` when it is none."""
    return next((document for document, each in originals(roots) if each.resolve() == path.resolve()), None)


def days_of(office: Office | None, own: int | None) -> int:
    """Days before expiry that renewing is due: the settings of this machine, then the office's, then what is usual."""
    return own or (office.signing.renew_days if office else None) or USUAL_DAYS


def look(path: Path, content: bytes, now: datetime, days: int, document: DocumentId | None = None) -> Archive:
    """How it stands with the archive timestamp of a file.

    Raises:
        ValidationFailed: the file cannot be read strictly.
    """
    proof = archive_proof(content)
    if proof is None:
        return Archive(path, "no archive", None, document)
    left = proof.expires - now
    state: State = "run out" if left <= timedelta(0) else "due" if left <= timedelta(days=days) else "not due"
    return Archive(path, state, proof.expires, document)


def renew(shop: Workshop, archive: Archive, services_for: ServicesFor) -> Archive:
    """A fresh archive timestamp over a file.

    An original of a dossier grows by it, as by any signature: its earlier form is its first bytes, and the journal
    notes the new digest. Any other file stays as it is, and the renewed one is kept beside it.

    Raises:
        SigningFailed: DG-X141 the renewed file would be worth less than it was; those of `archive.renewed`.
        RuleRefused: another file stands where the renewed one would be kept.
        ValidationFailed: the journal of the case is no longer whole, so the timestamp could not be recorded.
    """
    if archive.document is None:
        content = _given(archive.path)
        after = _renewed(shop, archive.path, content, services_for())
        kept = archive.path.with_name(f"{archive.path.stem}.renewed-{shop.now:%Y%m%d}.pdf")
        files.write_once(kept, after)
        return _done(archive, kept, after)
    with files.locked(shop.roots.lock(archive.document.case)):
        require_whole(shop, archive.document.case)
        content = _given(archive.path)
        after = _renewed(shop, archive.path, content, services_for())
        files.add_signature(archive.path, content, after)
        note(shop, archive.document, "renewed", sha256(after))
    return _done(archive, archive.path, after)


def _done(archive: Archive, kept: Path, after: bytes) -> Archive:
    proof = archive_proof(after)
    return Archive(archive.path, "renewed", proof.expires if proof else None, archive.document, kept)


def _given(path: Path) -> bytes:
    content = files.read_if_there(path)
    if content is None:
        raise UsageError.because("DG-X107", Place(str(path)))
    return content


def _renewed(shop: Workshop, path: Path, content: bytes, services: Services) -> bytes:
    place = Place(str(path))
    after = renewed(content, services, shop.now, place)
    lost = _worth(shop, content) - _worth(shop, after)
    proof = archive_proof(after)
    if lost or proof is None or proof.expires <= shop.now:
        raise SigningFailed.because("DG-X141", place, lost=", ".join(sorted(lost)))
    return after


def _worth(shop: Workshop, content: bytes) -> set[str]:
    """What somebody can rely on: each signature that holds, and that the whole file is covered."""
    report: ValidationReport = validate(
        SignedPdf(DocumentId("", "", ""), content), trust=shop.trust, expected=(), now=shop.now, judge_only=True
    )
    if any(finding.code in ("DG-V105", "DG-V106") for finding in report.findings):
        raise ValidationFailed(report.findings)
    whole = {"whole file"} if report.whole_file_covered else set()
    return whole | {one.field for one in report.signatures if one.valid} | ({"valid"} if report.ok else set())
