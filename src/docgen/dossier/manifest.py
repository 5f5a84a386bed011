"""`out/<id>/manifest.json`: what each output was made of, and so whether it has to be made again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

SCHEMA = 1


@dataclass(frozen=True, slots=True)
class Made:
    """One document: digests of all it was made of, and of what came out."""

    inputs: Mapping[str, str]
    """Each input (`case`, `template`, `office`, `wording`, `docgen`, `libreoffice`) and its digest or version."""
    outputs: Mapping[str, str]
    """Path below the case's folder in `out/`, and SHA-256."""
    printed: Mapping[str, str] = field(default_factory=dict)
    """What the PDF was made of: digests of the filled Word document, metadata and signature fields, and the versions.

    While these are the same, changed inputs changed nothing that is printed.
    """


@dataclass(frozen=True, slots=True)
class Manifest:
    """The outputs of one case by document stem."""

    case: str
    documents: Mapping[str, Made] = field(default_factory=dict)

    def with_document(self, stem: str, made: Made) -> Manifest:
        """A manifest with this document's record added or replaced."""
        return Manifest(self.case, {**self.documents, stem: made})

    def differences(self, stem: str, inputs: Mapping[str, str]) -> tuple[str, ...]:
        """Names of the inputs that changed since the document was made; `("never made",)` when it was not."""
        made = self.documents.get(stem)
        if made is None:
            return ("never made",)
        names = sorted({*inputs, *made.inputs})
        return tuple(name for name in names if inputs.get(name) != made.inputs.get(name))

    def printed_as(self, stem: str, printed: Mapping[str, str]) -> bool:
        """Whether the document, made now, would be what it is already."""
        made = self.documents.get(stem)
        return made is not None and dict(made.printed) == dict(printed)

    def to_json(self) -> bytes:
        """The file's content; the same manifest gives the same bytes."""
        documents = {
            stem: {name: dict(getattr(made, name)) for name in ("inputs", "outputs", "printed")}
            for stem, made in self.documents.items()
        }
        whole = {"schema": SCHEMA, "case": self.case, "documents": documents}
        return (json.dumps(whole, indent=2, sort_keys=True, ensure_ascii=False) + "\n").encode()


def read_manifest(case: str, content: bytes | None) -> Manifest:
    """The manifest in a file; an empty one when there is none, or when it cannot be read: then all is made again."""
    if content is None:
        return Manifest(case)
    try:
        whole: Any = json.loads(content)
        if whole["schema"] != SCHEMA:
            return Manifest(case)
        documents = {
            stem: Made(dict(row["inputs"]), dict(row["outputs"]), dict(row.get("printed", {})))
            for stem, row in whole["documents"].items()
        }
    except (ValueError, KeyError, TypeError, AttributeError):
        return Manifest(case)
    return Manifest(case, documents)
