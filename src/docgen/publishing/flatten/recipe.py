"""The recipe: from a PDF to its publication copy, step by step."""

from __future__ import annotations

import pikepdf

from docgen.documents import FlattenedPdf, ValidatedPdf
from docgen.objects import written
from docgen.publishing.flatten.annotations import refuse_unburnable, treat_annotations
from docgen.publishing.flatten.content import Toolbox
from docgen.publishing.flatten.job import Job, refusal
from docgen.publishing.flatten.metadata import write_metadata
from docgen.publishing.flatten.navigation import Destinations, write_outline, write_page_labels
from docgen.publishing.flatten.note import add_note
from docgen.publishing.flatten.pages import finish_page, pages_of, write_page
from docgen.publishing.flatten.policy import FlattenPolicy, Rewritten
from docgen.publishing.flatten.streams import open_pdf
from docgen.publishing.flatten.structure import Structure
from docgen.publishing.flatten.takeout import take_out
from docgen.publishing.flatten.walk import require_clean

_MISSHAPEN = (
    pikepdf.PdfError,
    ArithmeticError,
    AttributeError,
    IndexError,
    KeyError,
    OverflowError,
    RecursionError,
    TypeError,
    ValueError,
)
"""What pikepdf raises, deep within a conversion, when a value of the file is not of the kind it should be. Every look
at every value cannot be guarded; the whole rewrite is, and ends in a refusal."""


def flatten(validated: ValidatedPdf, policy: FlattenPolicy) -> FlattenedPdf:
    """The publication copy of a signed document that passed validation, not yet audited.

    Raises:
        PublicationRefused: as `rewrite` does.
    """
    signed = validated.signed
    rewritten = rewrite(signed.content, policy, name=f"{signed.id.stem}.pdf")
    return FlattenedPdf(signed.id, rewritten.content, signed.digest, rewritten.pages)


def rewrite(content: bytes, policy: FlattenPolicy, *, name: str = "") -> Rewritten:
    """A new single-revision PDF 1.7 with the same pages, text and tags, without signatures and anything not known.

    The same input and policy give the same bytes. `name` is what findings call the file. Does not promise that the
    signatures of the original are valid (that is the stage before), nor that no value in the visible text is secret
    (that is the audit after).

    Raises:
        PublicationRefused: with a code `DG-F…` and the place, for everything that is not understood or not allowed.
    """
    try:
        return _rewritten(content, policy, name)
    except _MISSHAPEN as error:
        raise refusal("DG-F101", name, "file", problem=type(error).__name__) from error


def _rewritten(content: bytes, policy: FlattenPolicy, name: str) -> Rewritten:
    with _opened(content, policy, name) as source, pikepdf.new() as target:
        job = Job(source, target, policy, name)
        refuse_unburnable(job)
        tools = Toolbox(job, tagged="/StructTreeRoot" in source.Root)
        pages = pages_of(job)
        for page in pages:
            write_page(page, tools)
        destinations = Destinations(job, pages)
        annotations = treat_annotations(pages, tools, destinations)
        is_redacted = take_out(tools)
        write_outline(job, destinations)
        write_page_labels(job)
        note = (pages[-1], add_note(pages[-1], policy.note, job, tagged=tools.tagged)) if policy.note else None
        is_complete = tools.tagged and Structure(tools, pages, annotations).write(note)
        for page in pages:
            finish_page(page, job)
        tools.fonts.finish()
        claims_pdfa, claims_pdfua = write_metadata(tools, structure_is_complete=is_complete)
        saved = _saved(target)
        _refuse_warnings(source, name)
    require_clean(saved, name, policy.limits)
    if is_redacted:
        _refuse_leftovers(saved, policy, name)
    return Rewritten(saved, len(pages), dict(sorted(job.dropped.items())), claims_pdfa, claims_pdfua)


def _refuse_leftovers(content: bytes, policy: FlattenPolicy, name: str) -> None:
    """Reads the pages of the copy again: a value that is still there was not taken out cleanly."""
    with _opened(content, policy, name) as copy, pikepdf.new() as nowhere:
        job = Job(copy, nowhere, policy, name)
        tools = Toolbox(job, tagged="/StructTreeRoot" in copy.Root)
        for page in pages_of(job):
            write_page(page, tools)
    if tools.reader.hits(policy.redact, numbers=policy.redact_national_numbers):
        raise refusal("DG-F120", name, "file", reason="left over")


def _opened(content: bytes, policy: FlattenPolicy, name: str) -> pikepdf.Pdf:
    if len(content) > policy.limits.bytes:
        raise refusal("DG-F105", name, "file", limit=f"{policy.limits.bytes} bytes")
    try:
        pdf = open_pdf(content)
    except pikepdf.PasswordError as error:
        raise refusal("DG-F103", name, "file") from error
    except pikepdf.PdfError as error:
        raise refusal("DG-F101", name, "file", problem=type(error).__name__) from error
    if pdf.is_encrypted:
        raise refusal("DG-F103", name, "file")
    _refuse_warnings(pdf, name)
    return pdf


def _refuse_warnings(pdf: pikepdf.Pdf, name: str) -> None:
    """A file that qpdf has to guess about may be read otherwise by others: what we publish might not be what was seen.

    The words of the warning stay out of the finding, because they quote the file.
    """
    warnings = pdf.get_warnings()
    if warnings:
        raise refusal("DG-F102", name, "file", number=len(warnings))


def _saved(pdf: pikepdf.Pdf) -> bytes:
    return written(
        pdf,
        force_version="1.7",
        fix_metadata_version=False,
        object_stream_mode=pikepdf.ObjectStreamMode.disable,
        stream_decode_level=pikepdf.StreamDecodeLevel.none,
        compress_streams=True,
        deterministic_id=True,
        linearize=False,
    )
