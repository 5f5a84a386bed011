"""Where things lie: what cannot be made again under `cases/`, what can under `out/`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from docgen.documents import DocumentId


@dataclass(frozen=True, slots=True)
class Roots:
    """The three folders docgen works in. Paths only; nothing here touches the disk."""

    templates: Path
    cases: Path
    out: Path

    def case_file(self, case: str) -> Path:
        """The request itself."""
        return self.cases / f"{case}.yaml"

    def template(self, office: str, lang: str, kind: str) -> Path:
        """A Word template."""
        return self.templates / office / lang / f"{kind}.docx"

    def received(self, case: str) -> Path:
        """Folder of what came in, byte for byte."""
        return self.cases / case / "received"

    def signed(self, document: DocumentId) -> Path:
        """The original with its signatures; only ever added to by signing."""
        return self.cases / document.case / "signed" / f"{document.stem}.pdf"

    def journal(self, case: str) -> Path:
        """The hash-chained record of what left and entered."""
        return self.cases / case / "journal.jsonl"

    def docx(self, document: DocumentId) -> Path:
        """The filled Word document."""
        return self.out / document.case / "docx" / f"{document.stem}.docx"

    def pdf(self, document: DocumentId) -> Path:
        """The PDF with empty named fields, ready to sign."""
        return self.out / document.case / "pdf" / f"{document.stem}.pdf"

    def public_folder(self, case: str) -> Path:
        """Folder of the publication copies, with what belongs to them."""
        return self.out / case / "public"

    def public(self, document: DocumentId) -> Path:
        """The publication copy."""
        return self.public_folder(document.case) / f"{document.stem}.pdf"

    def applicant_folder(self, case: str) -> Path:
        """Folder of what lies ready for the applicant: both versions of what was published."""
        return self.out / case / "applicant"

    def audit(self, document: DocumentId) -> Path:
        """The audit report beside the publication copy."""
        return self.public(document).with_suffix(".audit.json")

    def hand_over(self, case: str, service: str, slot: str) -> Path:
        """Folder of what a signing service is to be given for a slot."""
        return self.out / case / service / slot

    def mail(self, case: str, step: str, lang: str) -> Path:
        """The draft e-mail of a step."""
        return self.out / case / "mail" / f"{step}.{lang}.eml"

    def manifest(self, case: str) -> Path:
        """What each output of the case was made of."""
        return self.out / case / "manifest.json"

    def lock(self, case: str) -> Path:
        """Held while one run changes the case's files."""
        return self.out / case / ".lock"

    @property
    def cache(self) -> Path:
        """What was made or looked at before, kept to save time; may be deleted at any time."""
        return self.out / ".cache"

    @property
    def site(self) -> Path:
        """The register site."""
        return self.out / "site"

    @property
    def demo_pki(self) -> Path:
        """The throw-away PKI of `--demo` signatures."""
        return self.out / "demo" / "pki"
