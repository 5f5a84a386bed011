"""What a run publishes: one document with all there is to know about it, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from docgen.documents import DocumentId, RegisterEntry, ValidationReport
from docgen.dossier import files
from docgen.errors import DocgenError
from docgen.findings import Finding, Place
from docgen.pdf.verapdf import VeraPdf
from docgen.pipeline.guarded import Runner, here
from docgen.pipeline.history import History
from docgen.pipeline.standing import Standing
from docgen.pipeline.workshop import Workshop

State = Literal["published", "up to date", "kept", "withdrawn", "not yet", "refused"]
"""`kept`: published earlier, and something is the matter now that does not make the copy unsafe."""


@dataclass(frozen=True, slots=True)
class Terms:
    """How a run publishes."""

    write: bool = True
    """Otherwise nothing is written: a dry run."""
    make: bool = True
    """Otherwise documents are taken as they stand."""
    run: Runner = here
    """Where flattening and audit are done."""
    verapdf: VeraPdf | None = None


USUAL_TERMS = Terms()


@dataclass(frozen=True, slots=True)
class Published:
    """What became of one publishable document."""

    id: DocumentId
    state: State
    findings: tuple[Finding, ...] = ()
    error: DocgenError | None = None
    entry: RegisterEntry | None = None
    """Its line in the register, when it has one."""
    copy: bytes | Path | None = field(default=None, repr=False)
    """What the register hands out: where it lies, or the content itself in a dry run."""
    news: bool = False
    """Whether this run changed what the public sees of it."""


@dataclass(frozen=True, slots=True)
class Subject:
    """One document and all there is to know about it."""

    shop: Workshop
    standing: Standing
    kind: str
    past: History
    terms: Terms

    @property
    def document(self) -> DocumentId:
        """Its identity."""
        return self.standing.document(self.kind)

    @property
    def original(self) -> bytes | None:
        """The signed original, where there is one."""
        return files.read_if_there(self.shop.roots.signed(self.document))

    @property
    def report(self) -> ValidationReport | None:
        """The judgement of its signatures."""
        return self.standing.reports.get(self.kind)

    @property
    def place(self) -> Place:
        """Where findings about it point."""
        return Place(str(self.shop.roots.signed(self.document)))
