"""Attacks that are prepared before anyone signs, or that play with the ranges and values of signatures."""

from __future__ import annotations

import io
import re
from typing import Any

import pikepdf
import signing_attacks as attacks
from pikepdf import Array, Dictionary, Name
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from signing_increments import Shape, appended, body, changed, stream

from docgen.signing.keys import SigningKey

_untyped: Any = generic
_COVER = b"1 1 1 rg 60 400 460 300 re f"


def saved(document: pikepdf.Pdf) -> bytes:
    target = io.BytesIO()
    document.save(target, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return target.getvalue()


def prepared_to_hide(content: bytes) -> bytes:
    """A drawing over the text, which the signer takes for the page."""
    with pikepdf.open(io.BytesIO(content)) as document:
        cover = document.make_stream(_COVER, Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 600, 850]))
        page = document.pages[0]
        page.obj.Resources.XObject = Dictionary(Cover=cover)
        page.contents_add(b"q /Cover Do Q")
        return saved(document)


def hide(content: bytes, shape: Shape) -> bytes:
    """Shadow hide: the drawing is gone, and the text below it shows."""
    with pikepdf.open(io.BytesIO(content)) as document:
        number = document.pages[0].obj.Resources.XObject.Cover.objgen[0]
    return appended(content, {number: stream(b"", b"/Type/XObject/Subtype/Form/BBox[0 0 600 850]")}, shape)


def prepared_to_replace(content: bytes) -> bytes:
    """A second tree of pages that nothing shows, whose only page says something else."""
    with pikepdf.open(io.BytesIO(content)) as document:
        other = Dictionary(document.pages[0].obj)
        other.Contents = document.make_stream(attacks.FAKE_PAGE % b"F1")
        tree = document.make_indirect(Dictionary(Type=Name.Pages, Count=1, Kids=Array([document.make_indirect(other)])))
        document.Root.PieceInfo = Dictionary(Shadow=Dictionary(Private=tree, LastModified=pikepdf.String("D:2026")))
        return saved(document)


def hide_and_replace(content: bytes, shape: Shape) -> bytes:
    """Shadow hide and replace: the tree of pages is the other one."""
    with pikepdf.open(io.BytesIO(content)) as document:
        tree = document.Root.Pages.objgen[0]
        return appended(content, {tree: body(document.Root.PieceInfo.Shadow.Private)}, shape)


def replace_font(content: bytes, shape: Shape) -> bytes:
    """Shadow replace: a font whose glyphs stand for other characters."""
    with pikepdf.open(io.BytesIO(content)) as document:
        fonts = document.pages[0].obj.Resources.Font
        number = next(iter(dict(fonts.items()).values())).objgen[0]

    def other(font: pikepdf.Object) -> None:
        font.BaseFont = Name("/ZapfDingbats")
        font.Subtype = Name.Type1

    return appended(content, changed(content, number, other), shape)


def ranges(content: bytes, variant: int) -> bytes:
    """Byte-range games with the last signature: what it says it covers is not what is there."""
    match = list(re.finditer(rb"/ByteRange *\[([^\]]*)\]", content))[-1]
    first, length, second, rest = (int(number) for number in match.group(1).split())
    told = [
        (first, length, second, rest - 200),
        (first, length - 200, second, rest),
        (first, length, second - 100, rest + 100),
        (first + 100, length - 100, second, rest),
        (first, length, second, rest, second + rest, 0),
        (second, rest, first, length),
        (first, length, second, rest * 1000),
        (first, length),
    ][variant]
    new = b"/ByteRange [%s]" % b" ".join(b"%d" % number for number in told)
    room = match.end() - match.start()
    return content[: match.start()] + new.ljust(room)[:room] + content[match.end() :]


def values(content: bytes) -> list[re.Match[bytes]]:
    """The signature values, as they are written."""
    return list(re.finditer(rb"/Contents *<([0-9a-fA-F]+)>", content))


def with_value_of(content: bytes, other: bytes) -> bytes:
    """The last signature's value taken from another document."""
    ours, theirs = values(content)[-1], values(other)[-1]
    return content[: ours.start(1)] + _fitting(theirs.group(1), ours.group(1)) + content[ours.end(1) :]


def exchanged_values(content: bytes) -> bytes:
    """The values of the first two signatures of one document, each in the other's place."""
    one, other = values(content)[:2]
    first, second = one.group(1), other.group(1)
    middle = content[one.end(1) : other.start(1)]
    return b"".join(
        (content[: one.start(1)], _fitting(second, first), middle, _fitting(first, second), content[other.end(1) :])
    )


def _fitting(value: bytes, room: bytes) -> bytes:
    return value.ljust(len(room), b"0")[: len(room)]


def sneaky(content: bytes, key: SigningKey) -> bytes:
    """Sneaky signature attack: a further visible signature, drawn over the text."""
    metadata = signers.PdfSignatureMetadata(field_name="extra", md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES)
    field = SigFieldSpec("extra", on_page=0, box=(80, 500, 400, 660))
    writer = IncrementalPdfFileWriter(io.BytesIO(content))
    return bytes(signers.PdfSigner(metadata, key.signer, new_field_spec=field).sign_pdf(writer).getvalue())


def annotated(content: bytes, kind: str) -> bytes:
    """Evil annotation attack with an annotation of a kind."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        page = writer.root["/Pages"]["/Kids"][0]
        drawing = generic.StreamObject(
            _entries(Type=pdf_name("/XObject"), Subtype=pdf_name("/Form"), BBox=_box(0, 0, 400, 60)),
            stream_data=b"1 1 1 rg 0 0 400 60 re f",
        )
        note = _entries(
            Type=pdf_name("/Annot"),
            Subtype=pdf_name(kind),
            F=_untyped.NumberObject(4),
            Rect=_box(80, 650, 480, 710),
            AP=_entries(N=writer.add_object(drawing)),
        )
        writer.register_annotation(page.container_ref, writer.add_object(note))

    return attacks.incremented(content, change)


def _entries(**entries: Any) -> Any:
    return _untyped.DictionaryObject({pdf_name(f"/{name}"): value for name, value in entries.items()})


def _box(*edges: int) -> Any:
    return generic.ArrayObject([_untyped.NumberObject(edge) for edge in edges])
