"""The Word package around the text: an empty document in our styles, and its bytes, the same at every run."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from typing import Any

import docx
import docx.document
from docx.oxml import parse_xml

_UNUSED = ("customXml", "theme", "stylesWithEffects", "webSettings", "fontTable")
_FIRST_EDITION = datetime(2026, 11, 23, tzinfo=UTC)
_ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
_APP = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Properties '
    'xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
    "<Application>Microsoft Office Word</Application><AppVersion>16.0000</AppVersion></Properties>"
)


def empty_document(styles: str, numbering: str, settings: str) -> docx.document.Document:
    """A document without text, theme, thumbnail or any style but the given ones."""
    document = docx.Document()
    part = document.part
    part._styles_part._element = parse_xml(styles)
    part.numbering_part._element = parse_xml(numbering)
    part._settings_part._element = parse_xml(settings)
    _drop(part.rels, _UNUSED)
    _drop(part.package.rels, ("thumbnail",))
    return document


def set_properties(document: docx.document.Document, **properties: str) -> None:
    """Set the core properties that every document has; nothing tells who built it, or when."""
    core = document.core_properties
    for name, value in properties.items():
        setattr(core, name, value)
    core.last_modified_by, core.revision = "", 1
    core.created = core.modified = _FIRST_EDITION


def as_bytes(document: docx.document.Document) -> bytes:
    """The file, byte for byte the same for the same document: members sorted and without dates."""
    for relation in document.part.package.rels.values():
        if relation.reltype.endswith("/extended-properties"):
            relation.target_part._blob = _APP.encode()
    plain = io.BytesIO()
    document.save(plain)
    return _without_dates(plain.getvalue())


def _without_dates(content: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(target, "w") as result:
        # [Content_Types].xml goes first: some readers expect it there.
        for name in sorted(source.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            entry = zipfile.ZipInfo(name, _ZIP_EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            result.writestr(entry, source.read(name))
    return target.getvalue()


def _drop(relations: Any, kinds: tuple[str, ...]) -> None:
    for identifier, relation in list(relations.items()):
        if relation.reltype.rsplit("/", 1)[-1] in kinds:
            del relations[identifier]
