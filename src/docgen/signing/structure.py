"""Rules on the file as a whole, on top of pyHanko's judgement of each signature.

Each closes a hole that difference analysis alone leaves open: bytes behind the end that lenient viewers repair into
another page, text fields whose content may change after signing, one signature object shown in two fields.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence

import pikepdf
from asn1crypto.cms import ContentInfo
from pikepdf import Array, Dictionary, Name
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from docgen.findings import Finding, Severity
from docgen.signing.reading import blocking, end_of_coverage, guarded, remark
from docgen.signing.store_update import only_proofs
from docgen.signing.updates import updates_behind

_END = b"%%EOF"
_BLANK = b" \t\r\n\f\x00"
_DEPTH = 32
"""Deeper form trees are not honest."""


def file_findings(
    content: bytes, reader: PdfFileReader, signatures: Sequence[EmbeddedPdfSignature]
) -> Iterator[Finding]:
    """What is wrong with the file around its signatures.

    DG-V208 the last signature or timestamp does not cover the whole file, and what follows is more than revocation
    answers, DG-V209 bytes behind the last `%%EOF`,
    DG-V210 qpdf finds defects, DG-V211 one signature object in several fields, DG-V219 something is hidden in the
    room behind a signature value, which no signature covers, DG-V220 between the revisions behind the first signature
    stands something that is none of their objects.
    """
    if signatures:
        yield from _update_findings(content, reader, signatures)
    if content[content.rfind(_END) + len(_END) :].strip(_BLANK):
        yield blocking("DG-V209")
    yield from _defects(content)
    objects = [reference for signature in signatures if (reference := signature.sig_field.raw_get("/V")) is not None]
    if len({str(reference) for reference in objects}) < len(objects):
        yield blocking("DG-V211")
    for signature in signatures:
        if guarded("DG-V104", lambda found=signature: _padding(found)).strip(b"\x00"):  # type: ignore[misc]
            yield blocking("DG-V219", field=str(signature.field_name))


def _update_findings(
    content: bytes, reader: PdfFileReader, signatures: Sequence[EmbeddedPdfSignature]
) -> Iterator[Finding]:
    first, last = (end_of_coverage(signatures[place]) for place in (0, -1))
    try:
        updates = updates_behind(content, reader, first)
    except Exception:  # pyHanko raises anything on malformed objects: then they are not accounted for
        updates = None
    if updates is None:
        yield blocking("DG-V220")
    behind = [update for update in updates or () if update.start >= last]
    proofs = bool(behind) and guarded("DG-V101", lambda: only_proofs(content, behind))
    if last != len(content) and not proofs:
        yield blocking("DG-V208", uncovered=str(len(content) - last))


def _padding(signature: EmbeddedPdfSignature) -> bytes:
    content = bytes(signature.pkcs7_content)
    return content[len(ContentInfo.load(content).dump()) :]


def _defects(content: bytes) -> Iterator[Finding]:
    def check() -> list[str]:
        with pikepdf.open(io.BytesIO(content)) as document:
            return [*document.check_pdf_syntax(), *(str(warning) for warning in document.get_warnings())]

    problems = guarded("DG-V101", check)
    if problems:
        yield blocking("DG-V210", count=str(len(problems)))


def form_findings(content: bytes, *, expected: frozenset[str] | None) -> Iterator[Finding]:
    """Form fields that have no business in the document.

    DG-V212 a signature field that is not expected, DG-V213 another form field, an XFA form, or a widget outside the
    form; without expectations these are warnings, and signature fields go unremarked.
    """
    severity = Severity.WARNING if expected is None else Severity.ERROR
    for name, kind in guarded("DG-V104", lambda: _fields(content)):
        if kind == "/DocTimeStamp":
            continue
        if kind != "/Sig":
            yield remark("DG-V213", severity, field=name, kind=kind)
        elif expected is not None and name not in expected:
            yield blocking("DG-V212", field=name)


def _fields(content: bytes) -> list[tuple[str, str]]:
    with pikepdf.open(io.BytesIO(content)) as document:
        form = document.Root.get(Name.AcroForm, Dictionary())
        found = list(_walk(form.get(Name.Fields, Array()), "", "", 0))
        listed = {field.objgen for field, _, _ in found}
        fields = [(name, kind) for _, name, kind in found if kind]
        if Name.XFA in form:
            fields.append(("XFA", "XFA"))
        for page in document.pages:
            for widget in page.obj.get(Name.Annots, Array()):
                if widget.get(Name.Subtype) == Name.Widget and widget.objgen not in listed:
                    fields.append((str(widget.get(Name.T, "")), "/Widget"))
        return fields


def _walk(fields: pikepdf.Object, parent: str, inherited: str, depth: int) -> Iterator[tuple[pikepdf.Object, str, str]]:
    """Every node of the form tree with its full name; only terminal fields have a kind."""
    if depth > _DEPTH:
        raise RecursionError
    for field in fields:
        name = ".".join(part for part in (parent, str(field.get(Name.T, ""))) if part)
        kind = str(field.get(Name.FT, inherited))
        kids = field.get(Name.Kids, Array())
        named = [kid for kid in kids if Name.T in kid]
        yield field, name, "" if named else _precise(field, kind)
        yield from ((kid, name, "") for kid in kids if Name.T not in kid)
        if named:
            yield from _walk(Array(named), name, kind, depth + 1)


def _precise(field: pikepdf.Object, kind: str) -> str:
    value = field.get(Name.V)
    if kind == "/Sig" and isinstance(value, Dictionary) and value.get(Name.Type) == Name.DocTimeStamp:
        return "/DocTimeStamp"
    return kind or "unknown"
