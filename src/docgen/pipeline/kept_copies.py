"""The publication copies that lie under `out/`, with their audits: written, recognised as whole, and taken away.

Each change that the public sees is noted in the journal of the case.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from docgen.documents import DocumentId, RegisterEntry, SignedPdf, sha256
from docgen.dossier import content, files
from docgen.dossier.manifest import Made, Manifest, read_manifest
from docgen.pipeline import register
from docgen.pipeline.events import note
from docgen.pipeline.release import Released
from docgen.pipeline.subject import Subject
from docgen.pipeline.workshop import Workshop
from docgen.publishing.audit.report import to_html, to_json


def made_of(subject: Subject) -> Mapping[str, str] | None:
    """What the copy that was made last was made of; nothing when none was."""
    made = _manifest(subject).documents.get(_record(subject.document))
    return None if made is None else made.inputs


def intact(subject: Subject) -> bool:
    """Whether the copy that lies there is one that passed the audit, with the page that says so."""
    roots, document = subject.shop.roots, subject.document
    public = files.read_if_there(roots.public(document))
    written = files.read_if_there(roots.audit(document))
    if public is None or written is None or not roots.audit(document).with_suffix(".html").is_file():
        return False
    try:
        audited = json.loads(written)
        return audited["ok"] is True and audited["digest"] == sha256(public)
    except (ValueError, KeyError, TypeError):
        return False


def keep(
    subject: Subject, released: Released, signed: SignedPdf, inputs: Mapping[str, str], entry: RegisterEntry
) -> None:
    """Write a copy, its audit as data and as a page, and both versions for the applicant."""
    shop, document = subject.shop, subject.document
    produced = released.public.flattened.content
    _write_audit(shop, document, released)
    files.write(shop.roots.public(document), produced)
    for path, version in zip(applicants_copies(shop, document), (signed.content, produced), strict=True):
        files.write(path, version)
    register.keep_entry(shop, document, entry)
    name = shop.roots.public(document).relative_to(shop.roots.out / document.case).as_posix()
    record = _manifest(subject).with_document(_record(document), Made(inputs, {name: sha256(produced)}))
    files.write(shop.roots.manifest(document.case), record.to_json())
    note_once(subject, produced)


def take_away(subject: Subject) -> None:
    """Remove the copy and what lies beside it, and say so in the journal when it was public."""
    for path in _beside(subject.shop, subject.document):
        path.unlink(missing_ok=True)
    register.forget_entry(subject.shop, subject.document)
    if subject.past.live:
        note(subject.shop, subject.document, "withdrawn", subject.past.digest)


def _beside(shop: Workshop, document: DocumentId) -> Iterable[Path]:
    return (
        shop.roots.public(document),
        shop.roots.audit(document),
        shop.roots.audit(document).with_suffix(".html"),
        *applicants_copies(shop, document),
    )


def applicants_copies(shop: Workshop, document: DocumentId) -> tuple[Path, Path]:
    """Where both versions lie for the applicant: the signed original, and the publication copy."""
    folder = shop.roots.applicant_folder(document.case)
    return folder / f"{document.stem}.signed.pdf", folder / f"{document.stem}.public.pdf"


def clear_unfinished(shop: Workshop, case: str) -> None:
    """Remove what a run that was killed had begun to write; call with the case locked."""
    roots = shop.roots
    for folder in (roots.manifest(case).parent, roots.public_folder(case), roots.applicant_folder(case)):
        files.clear_unfinished(folder)


def note_once(subject: Subject, produced: bytes) -> None:
    """A copy that is public already under the same digest is no new event, also when `out/` was made anew."""
    if is_news(subject, produced):
        note(subject.shop, subject.document, "published", sha256(produced))


def is_news(subject: Subject, produced: bytes) -> bool:
    """Whether the public does not see this very copy yet."""
    return not subject.past.live or subject.past.digest != sha256(produced)


def _write_audit(shop: Workshop, document: DocumentId, released: Released) -> None:
    report = released.public.audit
    page = to_html(
        report,
        templates=content.site_templates(shop.roots),
        wording=shop.wording,
        lang=document.lang,
        document=f"{document.case}.{document.stem}.pdf",
        generated=shop.now,
    )
    files.write(shop.roots.audit(document).with_suffix(".html"), page)
    files.write(shop.roots.audit(document), (json.dumps(to_json(report), indent=2, ensure_ascii=False) + "\n").encode())


def _manifest(subject: Subject) -> Manifest:
    case = subject.document.case
    return read_manifest(case, files.read_if_there(subject.shop.roots.manifest(case)))


def _record(document: DocumentId) -> str:
    return f"public/{document.stem}"
