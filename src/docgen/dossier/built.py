"""What became of a document when its case was built."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from docgen.documents import DocumentId
from docgen.errors import DocgenError
from docgen.findings import Finding

State = Literal["built", "up to date", "signed", "not yet", "failed"]


@dataclass(frozen=True, slots=True)
class Built:
    """What became of one document of a case."""

    id: DocumentId
    state: State
    why: tuple[str, ...] = ()
    """Names of the inputs that changed; of what is missing when it is not its turn yet.

    With `up to date`: they changed, but nothing of it is printed, so the document was left alone.
    """
    findings: tuple[Finding, ...] = ()
    error: DocgenError | None = None
    """Why it failed."""
    from_cache: bool = False
    """Built, but not made: the same document had been made before."""
