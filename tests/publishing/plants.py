"""A clean publication copy, and the same copy with one secret left in it: what the audit must tell apart.

Unlike `builders.planted`, which hides things before signing, these put a leftover into an otherwise clean copy.
"""

from __future__ import annotations

import base64
import io
import zlib
from collections.abc import Callable

import pikepdf
from pikepdf import Array, Dictionary, Name, String

NUMBER = "85073003328"
"""The published test number of `builders.NATIONAL_NUMBER`, bare."""


def saved(pdf: pikepdf.Pdf, **options: object) -> bytes:
    out = io.BytesIO()
    settings = {"object_stream_mode": pikepdf.ObjectStreamMode.disable, "deterministic_id": True, **options}
    pdf.save(out, **settings)  # type: ignore[arg-type]
    return out.getvalue()


def edited(content: bytes, edit: Callable[[pikepdf.Pdf], object], **options: object) -> bytes:
    with pikepdf.open(io.BytesIO(content)) as pdf:
        edit(pdf)
        return saved(pdf, **options)


def clean_copy(base: bytes) -> bytes:
    """The contract as a publication copy: no Info, no action on opening, no leftovers of LibreOffice."""

    def clean(pdf: pikepdf.Pdf) -> None:
        for key in ("/OpenAction", "/AcroForm"):
            if key in pdf.Root:
                del pdf.Root[key]
        if "/Info" in pdf.trailer:
            del pdf.trailer["/Info"]

    return edited(base, clean)


def _info(words: bytes) -> Callable[[bytes], bytes]:
    """A string with these bytes, as the title of the first bookmark."""
    return lambda content: edited(content, lambda pdf: pdf.Root.Outlines.First.__setattr__("Title", String(words)))


def _stream(data: bytes, **keys: object) -> Callable[[bytes], bytes]:
    """A stream with these data, hung under the output intent, where nobody looks."""

    def edit(pdf: pikepdf.Pdf) -> None:
        pdf.Root.OutputIntents[0].Note = pdf.make_stream(data, **keys)

    return lambda content: edited(content, edit)


def _in_content(operators: bytes) -> Callable[[bytes], bytes]:
    def edit(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].contents_add(b"\n" + operators)

    return lambda content: edited(content, edit)


def _before_end(data: bytes) -> Callable[[bytes], bytes]:
    return lambda content: content.replace(b"startxref", data + b"\nstartxref")


def _font_name(pdf: pikepdf.Pdf) -> None:
    fonts = pdf.pages[0].obj.Resources.Font
    next(iter(fonts.values())).BaseFont = Name("/ABCDEF+" + NUMBER)


def _alt(pdf: pikepdf.Pdf) -> None:
    pdf.Root.StructTreeRoot.K[0].Alt = String("nr. 850730 03328")


def _destination(pdf: pikepdf.Pdf) -> None:
    pdf.Root.Names = Dictionary(Dests=Dictionary(Names=Array([String(NUMBER), Array([pdf.pages[0].obj, Name.Fit])])))


def _link(pdf: pikepdf.Pdf) -> None:
    link = Dictionary(
        Type=Name.Annot,
        Subtype=Name.Link,
        Rect=Array([0, 0, 9, 9]),
        A=Dictionary(S=Name.URI, URI=String("https://example.test/?rrn=85%2E07%2E30-033%2E28")),
    )
    pdf.pages[0].obj.Annots = Array([pdf.make_indirect(link)])


def _object_stream(content: bytes) -> bytes:
    def edit(pdf: pikepdf.Pdf) -> None:
        pdf.Root.OutputIntents[0].Note = pdf.make_indirect(Dictionary(V=String(NUMBER)))

    return edited(content, edit, object_stream_mode=pikepdf.ObjectStreamMode.generate)


def _compressed(data: bytes) -> bytes:
    packed = zlib.compress(data)
    return b"9999 0 obj <</Filter/FlateDecode/Length %d>> stream\n%s\nendstream endobj\n" % (len(packed), packed)


_HEX = NUMBER.encode().hex()
NUMBERS: dict[str, Callable[[bytes], bytes]] = {
    "plain string": _info(NUMBER.encode()),
    "dotted": _info(b"85.07.30-033.28"),
    "spaces": _info(b"85 07 30 033 28"),
    "dashes": _info(b"85-07-30-033-28"),
    "slashes": _info(b"85/07/30 033/28"),
    "UTF-16 big endian": _info(b"\xfe\xff" + NUMBER.encode("utf-16-be")),
    "UTF-16 little endian": _info(NUMBER.encode("utf-16-le")),
    "dotted UTF-16": _info(b"\xfe\xff" + "85.07.30-033.28".encode("utf-16-be")),
    "hexadecimal text": _info(_HEX.encode()),
    "upper hexadecimal, spaced": _info(" ".join(f"{byte:02X}" for byte in NUMBER.encode()).encode()),
    "UTF-16 in hexadecimal": _info(NUMBER.encode("utf-16-be").hex().encode()),
    "base64": _info(base64.b64encode(NUMBER.encode())),
    "base64 shifted": _info(b"id=" + base64.b64encode(b"x" + NUMBER.encode() + b"yz")),
    "octal escapes as text": _info("".join(f"\\{byte:03o}" for byte in NUMBER.encode()).encode()),
    "XML entities": _stream("".join(f"&#{byte};" for byte in NUMBER.encode()).encode()),
    "percent": _info("".join(f"%{byte:02x}" for byte in NUMBER.encode()).encode()),
    "base64 of hexadecimal": _stream(base64.b64encode(_HEX.encode())),
    "compressed twice": _stream(zlib.compress(NUMBER.encode() * 3)),
    "stream": _stream(b"\x01\x02" + NUMBER.encode() + b"\x03"),
    "name": lambda content: edited(
        content, lambda pdf: pdf.Root.OutputIntents[0].__setitem__("/X" + NUMBER, Name("/Y"))
    ),
    "font name": lambda content: edited(content, _font_name),
    "alternative text": lambda content: edited(content, _alt),
    "named destination": lambda content: edited(content, _destination),
    "link": lambda content: edited(content, _link),
    "object stream": _object_stream,
    "content string never shown": _in_content(b"(" + NUMBER.encode() + b") pop"),
    "marked content": _in_content(b"/Span <</ActualText (" + NUMBER.encode() + b")>> BDC EMC"),
    "kerned": _in_content(b"BT [(85) -20 (.07) 12 (.30-0) 3 (33.28)] TJ ET"),
    "content comment": _in_content(b"% " + NUMBER.encode()),
    "unreferenced object": _before_end(b"9999 0 obj (" + NUMBER.encode() + b") endobj"),
    "unreferenced compressed stream": _before_end(_compressed((NUMBER.encode() + b" ") * 4)),
    "compressed bytes between objects": _before_end(zlib.compress(NUMBER.encode() * 4)),
    "comment between objects": _before_end(b"% " + NUMBER.encode()),
    "behind the end": lambda content: content + b"\n" + NUMBER.encode() + b"\n",
    "before the header": lambda content: b"% " + NUMBER.encode() + b"\n" + content,
    "trailer": lambda content: content.replace(b"trailer <<", b"trailer << /N (" + NUMBER.encode() + b")"),
}
"""Ways to leave a national number in a clean copy."""
