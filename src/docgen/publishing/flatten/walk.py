"""The last look at the finished file: a walk over everything reachable that ends at the first forbidden thing.

The allow-lists should make this walk find nothing. It reads the bytes that will be handed out, shares no list with
them, and refuses rather than mends.
"""

from __future__ import annotations

import re
from itertools import chain, pairwise
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

from docgen.publishing.flatten.copying import words
from docgen.publishing.flatten.job import refusal
from docgen.publishing.flatten.policy import Limits
from docgen.publishing.flatten.streams import open_pdf

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

_SUSPECT = frozenset(name.encode() for name in (*_KEYS, *_TYPES, *_SUBTYPES, "/Action"))
"""Names that make an object worth a closer look."""
_STRING = re.compile(rb"<[0-9A-Fa-f]*>(?!>)|\((?>(?:[^()\\]|\\.)*)\)", re.DOTALL)
_NAME = re.compile(rb"/[^ /<>\[\]()]+")
_REFERENCE = re.compile(rb"(\d+) 0 R\b")
_LENGTH = re.compile(rb" /Length (\d+)(?: /Filter /\w+)? >>\Z")
_HEADER = b"%PDF-1.7\n%\xbf\xf7\xa2\xfe\n"
_TABLE = re.compile(rb"xref\n0 \d+\n0000000000 65535 f \n((?>(?:\d{10} 00000 n \n)*))")
_END = re.compile(rb"(trailer [^\n]*)\nstartxref\n(\d+)\n%%EOF\n\Z")


def require_clean(content: bytes, name: str, limits: Limits) -> None:
    """Returns when a PDF is one revision without anything a publication copy must not have.

    Every byte of the file belongs to the header, to an object that the catalog leads to, or to the one table at its
    end.

    Raises:
        PublicationRefused: `DG-F118` with what was found and where.
    """
    try:
        objects = _objects(content)
        with open_pdf(content) as pdf:
            extra = set(pdf.trailer.keys()) - {"/Root", "/Size", "/ID"}
            if extra or pdf.get_warnings():
                raise refusal("DG-F118", name, "trailer", found=", ".join(sorted(extra)) or "warnings")
            _require_allowed(objects, pdf, name)
    except _NotOneRevision as error:
        raise refusal("DG-F118", name, "file", found=str(error)) from error
    except pikepdf.PdfError as error:
        raise refusal("DG-F118", name, "file", found=type(error).__name__) from error


class _NotOneRevision(Exception):
    """Where the file is not as one revision is written."""


def _objects(content: bytes) -> dict[int, tuple[bytes, bool]]:
    """By number: an object as it is written, of a stream its dictionary; and whether it is a stream."""
    end = _END.search(content, max(0, len(content) - 300))
    start = int(end[2]) if end else 0
    table = _TABLE.match(content, start)
    if not content.startswith(_HEADER) or end is None or table is None or table.end() != end.start():
        raise _NotOneRevision("more than one revision")
    offsets = [int(line) for line in re.findall(rb"(\d{10}) 00000 n ", table[1])]
    if sorted(offsets) != offsets or offsets[:1] != [len(_HEADER)]:
        raise _NotOneRevision("bytes between objects")
    pairs = pairwise([*offsets, start])
    return {number: _object(content[at:until], number) for number, (at, until) in enumerate(pairs, start=1)}


def _object(written: bytes, number: int) -> tuple[bytes, bool]:
    head = b"%d 0 obj\n" % number
    body, stream, data = written[len(head) :].partition(b"\nstream\n")
    if not written.startswith(head) or not written.endswith(b"endobj\n"):
        raise _NotOneRevision(f"object {number}")
    if not stream:
        return body[:-8], False
    length = _LENGTH.search(body)
    if length is None or data[int(length[1]) :] not in (b"\nendstream\nendobj\n", b"endstream\nendobj\n"):
        raise _NotOneRevision(f"object {number}")
    return body, True


def _require_allowed(objects: dict[int, tuple[bytes, bool]], pdf: pikepdf.Pdf, name: str) -> None:
    """Looks at every object of the file, and whether the catalog leads to it."""
    leads: dict[bytes, list[bytes]] = {}
    for number, (written, is_stream) in objects.items():
        written = _plain(written)
        leads[b"%d" % number] = _REFERENCE.findall(written)
        names = _NAME.findall(written)
        if not _SUSPECT.isdisjoint(names) or (is_stream and b"/F" in names):
            found = _forbidden(pdf.get_object(number, 0))
            if found:
                raise refusal("DG-F118", name, f"object {number}", found=found)
    reached = {b"%d" % pdf.Root.objgen[0]}
    while reached := reached & leads.keys():
        reached = set(chain.from_iterable(map(leads.pop, reached)))
    if leads:
        raise refusal("DG-F118", name, "file", found=f"{len(leads)} unreachable objects")


def _plain(written: bytes) -> bytes:
    """An object as qpdf writes it, without its strings: what these say is neither key nor reference."""
    return _STRING.sub(b"()", written)


def _forbidden(value: Any) -> str:
    """The first forbidden thing in an object and in what it holds itself; what it refers to is an object of its own."""
    waiting = [value]
    while waiting:
        held = waiting.pop()
        if isinstance(held, Dictionary | Stream):
            found = _forbidden_here(held)
            if found:
                return found
            entries = [entry for _, entry in held.items()]
        else:
            entries = list(held) if isinstance(held, Array) else []
        waiting += [entry for entry in entries if not (isinstance(entry, pikepdf.Object) and entry.is_indirect)]
    return ""


def _forbidden_here(value: Dictionary | Stream) -> str:
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
