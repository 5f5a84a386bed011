"""The last look at the finished file: a walk over everything reachable that ends at the first forbidden thing.

The allow-lists should make this walk find nothing. It reads the bytes that will be handed out, shares no list with
them, and refuses rather than mends.
"""

from __future__ import annotations

import io
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

from docgen.publishing.flatten.copying import words
from docgen.publishing.flatten.job import refusal
from docgen.publishing.flatten.policy import Limits

_KEYS = frozenset(
    words(
        "/AA /AcroForm /AF /Alternates /AP /ByteRange /Cert /Collection /ContactInfo /DSS /DV /EF /EmbeddedFiles "
        "/FFilter /FT /Info /JavaScript /JS /LastModified /Legal /Lock /Measure /OC /OCProperties /OpenAction /OPI /PZ"
        " /Perms /PieceInfo /Popup /Reason /Rendition /Requirements /RichMedia /SigFlags /SpiderInfo /SV"
        " /SubFilter /Thumb /Threads /TU /VRI /XFA /XRefStm"
    )
)
_TYPES = frozenset(words("/DocTimeStamp /DSS /EmbeddedFile /Filespec /OCG /OCMD /Sig /SigRef /TransformParams /VRI"))
_SUBTYPES = frozenset(words("/FileAttachment /Movie /PS /RichMedia /Screen /Sound /Widget /3D"))


def require_clean(content: bytes, name: str, limits: Limits) -> None:
    """Returns when a PDF is one revision without anything a publication copy must not have.

    Raises:
        PublicationRefused: `DG-F118` with what was found and where.
    """
    _require_one_revision(content, name)
    try:
        with pikepdf.open(io.BytesIO(content), attempt_recovery=False, suppress_warnings=True) as pdf:
            extra = set(pdf.trailer.keys()) - {"/Root", "/Size", "/ID"}
            if extra or pdf.get_warnings():
                raise refusal("DG-F118", name, "trailer", found=", ".join(sorted(extra)) or "warnings")
            reached = _walk(pdf, name, limits)
            if reached != len(pdf.objects):
                raise refusal("DG-F118", name, "file", found=f"{len(pdf.objects) - reached} unreachable objects")
    except pikepdf.PdfError as error:
        raise refusal("DG-F118", name, "file", found=type(error).__name__) from error


def _require_one_revision(content: bytes, name: str) -> None:
    if content.count(b"%%EOF") != 1 or content.count(b"startxref") != 1 or not content.endswith(b"%%EOF\n"):
        raise refusal("DG-F118", name, "file", found="more than one revision")
    if not content.startswith(b"%PDF-1.7\n"):
        raise refusal("DG-F118", name, "file", found="header")


def _walk(pdf: pikepdf.Pdf, name: str, limits: Limits) -> int:
    """Looks at everything reachable from the catalog; gives the number of indirect objects."""
    waiting: list[tuple[Any, str]] = [(pdf.Root, "/Root")]
    seen: set[tuple[int, int]] = set()
    steps = 0
    while waiting:
        value, path = waiting.pop()
        steps += 1
        if steps > limits.work:
            raise refusal("DG-F105", name, path, limit=f"{limits.work} steps")
        if not isinstance(value, Dictionary | Stream | Array):
            continue
        if value.is_indirect:
            if value.objgen in seen:
                continue
            seen.add(value.objgen)
        if isinstance(value, Array):
            waiting += [(member, path) for member in value]
            continue
        found = _forbidden(value)
        if found:
            raise refusal("DG-F118", name, path, found=found)
        waiting += [(entry, key) for key, entry in value.items()]
    return len(seen)


def _forbidden(value: Dictionary | Stream) -> str:
    keys = {key for key in value.keys() if key in _KEYS}  # noqa: SIM118 -- iterating a pikepdf stream is not allowed
    if keys:
        return sorted(keys)[0]
    for key, names in (("/Type", _TYPES), ("/Subtype", _SUBTYPES)):
        if isinstance(value.get(key), Name) and str(value[key]) in names:
            return str(value[key])
    if value.get("/Type") == Name.Action and value.get("/S") != Name.URI:
        return str(value.get("/S"))
    if isinstance(value, Stream) and "/F" in value:
        return "external file"
    return ""
