"""What a document is made of, as digests and versions: so that what did not change is not made again."""

from __future__ import annotations

import importlib.metadata
import json
from collections.abc import Mapping
from dataclasses import asdict

from docgen.documents import DocumentId, sha256
from docgen.dossier import content, files
from docgen.office.wording import Wording
from docgen.pipeline.recipe import Printing
from docgen.pipeline.standing import Standing
from docgen.pipeline.workshop import Workshop
from docgen.version import VERSION
from docgen.word.render import Template

TOOLS = ("docgen", "libraries", "converter")
"""Inputs that are programs."""
_LIBRARIES = ("docxtpl", "jinja2", "lxml", "pikepdf", "fonttools")
_PRINTED = ("filter.", "slot.")
"""Beginnings of the keys that documents and their signature fields use; every other sentence is for the screen."""


def inputs_of(
    shop: Workshop, standing: Standing, document: DocumentId, template: Template, tools: Mapping[str, str]
) -> Mapping[str, str]:
    """The inputs as they stand: whole files, whether or not this document prints what changed in them."""
    base = standing.case.base.case if standing.case.base else None
    return {
        "case": sha256(files.read(shop.roots.case_file(standing.case.id))),
        "base": sha256(files.read(shop.roots.case_file(base))) if base else "",
        "template": sha256(template.content),
        "office": content.office_digest(shop.roots, standing.office.id),
        "wording": printed_words(shop.wording, document.lang),
        **tools,
    }


def printed_of(printing: Printing, tools: Mapping[str, str]) -> Mapping[str, str]:
    """All that goes into the PDF; while it is the same, so are the bytes."""
    return {
        "docx": sha256(printing.docx.content),
        "metadata": sha256(repr(printing.metadata).encode()),
        "slots": _digest([asdict(slot) for slot in printing.slots]),
        **tools,
    }


def key_of(printed: Mapping[str, str]) -> str:
    """Under which the PDF made of this is kept."""
    return _digest(["signable", dict(printed)])


def tools_of(engine: str) -> Mapping[str, str]:
    """The programs that documents are made with, each with its version; asked once a run, for asking is slow."""
    libraries = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in _LIBRARIES)
    return dict(zip(TOOLS, (VERSION, libraries, engine), strict=True))


def printed_words(wording: Wording, lang: str) -> str:
    """Digest of the words that documents in a language may use: names of values, and the few sentences of filters."""
    sentences = {key: wording.text(key, lang) for key in wording.codes if key.startswith(_PRINTED) and wording.has(key)}
    known = wording.languages.get(lang)
    words = {key: text for key, text in (known.words if known else {}).items() if key.startswith(_PRINTED)}
    return _digest([sentences, words, dict(known.labels) if known else {}])


def _digest(value: object) -> str:
    return sha256(json.dumps(value, sort_keys=True, ensure_ascii=False, default=dict).encode())
