"""Checks of the file's build: one revision, nothing hidden between the objects, nothing active, all of it in use."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from pypdf.errors import PyPdfError
from pypdf.generic import DictionaryObject

from docgen.findings import Finding
from docgen.publishing.audit.evidence import TABLES, Evidence
from docgen.publishing.audit.lexing import WHITE, Kind
from docgen.publishing.audit.outcome import found, listed

FORBIDDEN = frozenset(
    """
    ByteRange SigFlags Sig SigRef DSS VRI AcroForm Perms DocMDP FieldMDP UR3 Widget DocTimeStamp XFA
    JavaScript JS OpenAction AA Launch ImportData SubmitForm ResetForm GoToE
    EmbeddedFile EmbeddedFiles Filespec FileAttachment AF AFRelationship
    OCProperties OCG OCMD PieceInfo Thumb Alternates RichMedia Screen Movie Sound 3D Encrypt
    ETSI.CAdES.detached ETSI.RFC3161 adbe.pkcs7.detached adbe.pkcs7.sha1 adbe.x509.rsa_sha1
    """.split()  # noqa: SIM905 - a list of 40 quoted names hides the names
)
"""Names that have no business in a publication copy, as a key or as a value (ISO 32000-2, 12.5 to 12.11 and 14)."""

_HEADER_BYTES = 1024


def readable(evidence: Evidence) -> Iterator[Finding]:
    """The file is read without repair, so that every program shows the same content."""
    reason = evidence.repaired
    if isinstance(reason, PyPdfError | ValueError | KeyError | TypeError | AttributeError | RecursionError):
        yield found("DG-L101", reason=type(reason).__name__)
    elif reason is not None:
        raise reason
    if not evidence.layout.objects or not evidence.reader.pages:
        yield found("DG-L101", reason="empty")
    yield from (found("DG-L101", item.spot, reason="endobj") for item in evidence.layout.objects if not item.closed)


def one_revision(evidence: Evidence) -> Iterator[Finding]:
    """One cross-reference, one end mark, nothing behind it, no pointer to anything earlier."""
    layout = evidence.layout
    sections = [*layout.trailers, *(item for item in layout.objects if "XRef" in item.names)]
    counts = (layout.startxrefs, len(layout.ends), evidence.content.count(b"%%EOF"), len(sections))
    if set(counts) != {1}:
        yield found("DG-L102", revisions=max(counts))
    if layout.ends:
        behind = evidence.content[layout.ends[-1] :].strip(WHITE)
        if behind:
            yield found("DG-L103", f"byte {layout.ends[-1]}", count=len(behind))
    earlier = [f"byte {section.start}" for section in sections if {"Prev", "XRefStm"} & set(section.names)]
    if earlier:
        yield found("DG-L104", listed(earlier))


def every_byte_accounted(evidence: Evidence) -> Iterator[Finding]:
    """Each byte belongs to an object, the cross-reference, the trailer, or is white space."""
    if not evidence.content.startswith(b"%PDF-"):
        yield found("DG-L105", "byte 0", count=max(evidence.content.find(b"%PDF-", 0, _HEADER_BYTES), 0))
    for start, end in evidence.layout.stray:
        yield found("DG-L105", f"byte {start}", count=end - start)
    comments = [f"byte {start}" for start, _ in evidence.layout.comments]
    comments += [item.spot for item in (*evidence.layout.objects, *evidence.layout.trailers) if item.comments]
    comments += [spot for spot, content in evidence.contents if content.comments]
    comments += [
        spot for spot, tokens in evidence.packed_objects if any(token.kind is Kind.COMMENT for token in tokens)
    ]
    if comments:
        yield found("DG-L106", listed(comments))


def streams_decoded(evidence: Evidence) -> Iterator[Finding]:
    """Every stream is decoded to its last byte, ends where it says, and hides nothing behind its end."""
    for stream in evidence.streams:
        if stream.result is None:
            yield found("DG-L107", stream.owner.spot)
        elif stream.result.left_over:
            yield found("DG-L108", stream.owner.spot, count=len(stream.result.left_over))
        if stream.owner.stream is not None and not stream.owner.stream.as_declared:
            yield found("DG-L109", stream.owner.spot)


def not_encrypted(evidence: Evidence) -> Iterator[Finding]:
    """Nothing is encrypted, so everything can be searched."""
    if evidence.encrypted:
        yield found("DG-L110")


def no_forbidden_keys(evidence: Evidence) -> Iterator[Finding]:
    """No signature, form, script, attachment, hidden layer or private data of a program."""
    spots: dict[str, list[str]] = {}
    for spot, name in _forbidden_names(evidence):
        spots.setdefault(name, []).append(spot)
    for name, where in sorted(spots.items()):
        yield found("DG-L111", listed(where), key=f"/{name}")


def _forbidden_names(evidence: Evidence) -> Iterator[tuple[str, str]]:
    for spot, names in _names(evidence):
        if not FORBIDDEN.isdisjoint(names):
            yield from ((spot, name) for name in names if name in FORBIDDEN)


def _names(evidence: Evidence) -> Iterator[tuple[str, Sequence[str]]]:
    for item in (*evidence.layout.objects, *evidence.layout.trailers):
        yield item.spot, item.names
    for spot, tokens in evidence.packed_objects:
        yield spot, [token.value.decode("latin-1") for token in tokens if token.kind is Kind.NAME]
    for spot, content in evidence.contents:
        yield spot, [name.decode("latin-1") for name in content.names]


def metadata_in_one_place(evidence: Evidence) -> Iterator[Finding]:
    """XMP belongs to the document alone, and there is no Info dictionary beside it."""
    if "/Info" in evidence.reader.trailer:
        yield found("DG-L112", "/Info")
    root = evidence.reader.trailer["/Root"].get_object()
    for value in evidence.values:
        if isinstance(value, DictionaryObject) and "/Metadata" in value and value is not root:
            yield found("DG-L113", _spot(value))


def everything_in_use(evidence: Evidence) -> Iterator[Finding]:
    """Every object in the file is reached from its root, and stands in it once."""
    layout = evidence.layout
    counts = Counter([item.number for item in layout.objects])
    twice = [f"object {number}" for number, count in counts.items() if count > 1]
    if twice:
        yield found("DG-L115", listed(twice))
    packed = set(evidence.reader.xref_objStm)
    containers = {item.number for item in layout.objects if not TABLES.isdisjoint(item.names)}
    unused = sorted((counts.keys() | packed) - evidence.from_root.numbers - containers)
    if unused:
        yield found("DG-L114", listed(f"object {number}" for number in unused), count=len(unused))
    yield from _table_disagreements(evidence)


def _table_disagreements(evidence: Evidence) -> Iterator[Finding]:
    lying = {(item.number, item.generation): item.start for item in evidence.layout.objects}
    free = evidence.reader.xref_free_entry
    table = {
        (number, generation): offset
        for generation, entries in evidence.reader.xref.items()
        for number, offset in entries.items()
        if not free.get(generation, {}).get(number, False)
    }
    if lying == table:
        return
    wrong = sorted(
        {f"object {number} {generation}" for (number, generation) in lying.keys() ^ table.keys()}
        | {f"object {key[0]} {key[1]}" for key in lying.keys() & table.keys() if lying[key] != table[key]}
    )
    if wrong:
        yield found("DG-L116", listed(wrong))


def _spot(value: DictionaryObject) -> str:
    reference = value.indirect_reference
    return f"object {reference.idnum} {reference.generation}" if reference is not None else ""
