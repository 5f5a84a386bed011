"""Increments in the shapes in which other programs write them: cross-reference tables or streams, object streams."""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

import pikepdf

Objects = dict[int, bytes]
"""Objects of an increment by number: what stands between `obj` and `endobj`."""


class Shape(StrEnum):
    """How the increment is written; each way is that of a family of programs."""

    TABLE = "cross-reference table"
    PDFBOX = "cross-reference table with CRLF and a section an object"
    STREAM = "cross-reference stream"
    PACKED = "cross-reference stream and object stream"


@dataclass(frozen=True)
class Written:
    """An increment and the numbers it uses for itself."""

    content: bytes
    start: int


def objects_of(before: bytes, after: bytes) -> Objects:
    """What the increments between two states of a file hold, as the last of them leaves it."""
    numbers = {int(number) for number in re.findall(rb"(?<![\d.])(\d+) 0 obj\b", after[len(before) :])}
    with pikepdf.open(io.BytesIO(after)) as document:
        found = {number: document.get_object(number, 0) for number in sorted(numbers)}
        return {number: body(each) for number, each in found.items() if _lasting(each)}


def _lasting(value: pikepdf.Object) -> bool:
    """Not the cross-reference stream that belongs to the increment itself, which qpdf shows as nothing or as itself."""
    return isinstance(value, pikepdf.Object) and not (
        isinstance(value, pikepdf.Stream) and value.get("/Type") == pikepdf.Name.XRef
    )


def body(value: pikepdf.Object) -> bytes:
    """An object as it is written."""
    if not isinstance(value, pikepdf.Stream):
        return bytes(value.unparse(resolved=True))
    raw = value.read_raw_bytes()
    entries = pikepdf.Dictionary({key: each for key, each in value.stream_dict.items() if key != "/Length"})
    head = bytes(entries.unparse()).rstrip()
    assert head.endswith(b">>")
    return head[:-2] + b" /Length %d >>\nstream\n%s\nendstream" % (len(raw), raw)


def stream(raw: bytes, entries: bytes = b"") -> bytes:
    """A stream that is not compressed."""
    return b"<<%s /Length %d >>\nstream\n%s\nendstream" % (entries, len(raw), raw)


def catalog_with(content: bytes, change: Callable[[pikepdf.Dictionary], None]) -> Objects:
    """The catalog with a change."""
    with pikepdf.open(io.BytesIO(content)) as document:
        number = document.Root.objgen[0]
        change(document.Root)
        return {number: body(document.Root)}


def changed(content: bytes, number: int, change: Callable[[pikepdf.Object], None]) -> Objects:
    """One object with a change."""
    with pikepdf.open(io.BytesIO(content)) as document:
        value = document.get_object(number, 0)
        change(value)
        return {number: body(value)}


def size_of(content: bytes) -> int:
    """The first number that no object has."""
    with pikepdf.open(io.BytesIO(content)) as document:
        return int(document.trailer.Size)


def appended(content: bytes, objects: Mapping[int, bytes], shape: Shape = Shape.TABLE) -> bytes:
    """The file with one well-formed increment of these objects behind it."""
    with pikepdf.open(io.BytesIO(content)) as document:
        size = max(int(document.trailer.Size), max(objects) + 1)
        kept = {key: document.trailer[key] for key in ("/Root", "/Info", "/ID") if key in document.trailer}
        trailer = b" ".join(b"%s %s" % (key.encode(), _written(value)) for key, value in kept.items())
    previous = re.findall(rb"startxref\s+(\d+)", content)[-1]
    entries = b"%s /Prev %s" % (trailer, previous)
    if shape in (Shape.TABLE, Shape.PDFBOX):
        return content + _with_table(len(content), objects, size, entries, shape)
    return content + _with_stream(len(content), objects, size, entries, packed=shape is Shape.PACKED)


def _written(value: pikepdf.Object) -> bytes:
    return b"%d %d R" % value.objgen if value.is_indirect else bytes(value.unparse())


def _with_table(start: int, objects: Mapping[int, bytes], size: int, entries: bytes, shape: Shape) -> bytes:
    eol = b"\r\n" if shape is Shape.PDFBOX else b"\n"
    out, offsets = bytearray(eol), {}
    for number, content in sorted(objects.items(), reverse=shape is Shape.PDFBOX):
        offsets[number] = start + len(out)
        out += b"%d 0 obj%s%s%sendobj%s" % (number, eol, content, eol, eol)
    table = start + len(out)
    out += b"xref" + eol
    if shape is Shape.PDFBOX:
        out += b"0 1" + eol + b"0000000000 65535 f" + eol
    for number, offset in sorted(offsets.items()):
        out += b"%d 1%s%010d 00000 n%s" % (number, eol, offset, b"\r\n" if shape is Shape.PDFBOX else b" \n")
    out += b"trailer%s<<%s/Size %d %s>>%sstartxref%s%d%s%%%%EOF%s" % (
        eol,
        eol,
        size,
        entries,
        eol,
        eol,
        table,
        eol,
        eol,
    )
    return bytes(out)


def _with_stream(start: int, objects: Mapping[int, bytes], size: int, entries: bytes, *, packed: bool) -> bytes:
    out = bytearray(b"\r")
    rows: dict[int, tuple[int, int, int]] = {}
    loose = {number: each for number, each in objects.items() if packed and not each.endswith(b"endstream")}
    container, table = size, size + bool(loose)
    for number, content in objects.items():
        if number not in loose:
            rows[number] = (1, start + len(out), 0)
            out += b"%d 0 obj\r%s\rendobj\r" % (number, content)
    if loose:
        rows[container] = (1, start + len(out), 0)
        out += b"%d 0 obj\r%s\rendobj\r" % (container, _object_stream(loose))
        rows |= {number: (2, container, index) for index, number in enumerate(loose)}
    place = start + len(out)
    rows[table] = (1, place, 0)
    data = zlib.compress(_predicted([row for _, row in sorted(rows.items())]))
    index = b" ".join(b"%d 1" % number for number in sorted(rows))
    out += (
        b"%d 0 obj\r<</Type/XRef/Size %d/W[1 4 2]/Index[%s]/Filter/FlateDecode/DecodeParms<</Predictor 12/Columns 7>>"
        b"%s/Length %d>>stream\r\n%s\r\nendstream\rendobj\rstartxref\r\n%d\r\n%%%%EOF\r\n"
        % (table, table + 1, index, entries, len(data), data, place)
    )
    return bytes(out)


def _object_stream(objects: Mapping[int, bytes]) -> bytes:
    places, content = [], bytearray()
    for number, each in objects.items():
        places.append(b"%d %d" % (number, len(content)))
        content += each + b" "
    head = b" ".join(places) + b" "
    data = zlib.compress(head + bytes(content))
    return b"<</Type/ObjStm/N %d/First %d/Filter/FlateDecode/Length %d>>stream\r\n%s\r\nendstream" % (
        len(objects),
        len(head),
        len(data),
        data,
    )


def _predicted(rows: list[tuple[int, int, int]]) -> bytes:
    """PNG filter `Up` over the rows (ISO 32000-2, 7.4.4.4)."""
    above, out = bytes(7), bytearray()
    for kind, one, other in rows:
        row = kind.to_bytes(1, "big") + one.to_bytes(4, "big") + other.to_bytes(2, "big")
        out += b"\x02" + bytes((new - old) % 256 for new, old in zip(row, above, strict=True))
        above = row
    return bytes(out)


def with_dates(content: bytes) -> Objects:
    """What a program that keeps track of changes writes along: new dates in XMP and in the document information."""
    with pikepdf.open(io.BytesIO(content)) as document:
        xmp = document.Root.Metadata.read_bytes()
        dated = re.sub(rb"(<xmp:(?:ModifyDate|MetadataDate)>)[^<]*", rb"\g<1>2026-11-25T10:00:00+01:00", xmp)
        made = {document.Root.Metadata.objgen[0]: stream(dated, b"/Type/Metadata /Subtype/XML")}
        info = document.trailer.get("/Info")
        if info is not None and info.is_indirect:
            info.ModDate = pikepdf.String("D:20261125100000+01'00'")
            made[info.objgen[0]] = body(info)
        return made


def hostile(content: bytes, store: Objects, shape: Shape) -> dict[str, bytes]:
    """Lookalikes of an honest increment: the same proofs and dates, and one thing more."""
    size = max(size_of(content), max(store) + 1)
    base = store | with_dates(content)

    def more(objects: Objects) -> bytes:
        return appended(content, base | objects, shape)

    def catalog(change: Callable[[pikepdf.Dictionary], None]) -> bytes:
        """With a change to the catalog that already carries the store."""
        whole = appended(content, base, shape)
        return more(catalog_with(whole, change))

    with pikepdf.open(io.BytesIO(content)) as document:
        page = document.pages[0].obj
        drawn = page.Contents[0] if isinstance(page.Contents, pikepdf.Array) else page.Contents
        font = next(iter(page.Resources.Font.keys())).lstrip("/").encode()
        drawing, sheet = drawn.objgen[0], page.objgen[0]
        form, info, xmp = (
            value.objgen[0] for value in (document.Root.AcroForm, document.trailer.Info, document.Root.Metadata)
        )
        title = document.Root.Metadata.read_bytes().replace(b"</dc:title>", b"<!-- -->EUR 9</dc:title>", 1)
    forged = stream(b"BT /%s 24 Tf 60 700 Td (EUR 9 999 999) Tj ET" % font)
    array = next(number for number, each in store.items() if b"/Certs" in each or b"/OCSPs" in each)
    proof = next(number for number, each in store.items() if b"endstream" in each)
    named = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)"))
    made = {
        "page content": more({drawing: forged}),
        "page": more(changed(content, sheet, lambda one: one.__setitem__("/Rotate", 180))),
        "object nobody asks for": more({size: b"<</Hidden (EUR 9)>>"}),
        "title in XMP": more({xmp: stream(title, b"/Type/Metadata /Subtype/XML")}),
        "title in the information": more(changed(content, info, lambda one: one.__setitem__("/Title", "EUR 9"))),
        "no metadata": catalog(lambda root: root.__delitem__("/Metadata")),
        "action on opening": catalog(lambda root: root.__setitem__("/OpenAction", named)),
        "language": catalog(lambda root: root.__setitem__("/Lang", pikepdf.String("fr-BE"))),
        "lower version": catalog(lambda root: root.__setitem__("/Version", pikepdf.Name("/1.3"))),
        "extension with content": catalog(lambda root: root.Extensions.__setitem__("/ADBE", pikepdf.Array([named]))),
        "something in the store": more({array: base[array].replace(b"<<", b"<</Hidden (EUR 9) ", 1)}),
        "no proof at all": more({proof: stream(b"EUR 9 999 999")}),
        "form to be drawn anew": more(
            changed(content, form, lambda one: one.__setitem__("/NeedAppearances", pikepdf.Object.parse(b"true")))
        ),
        "another field": more(changed(content, form, lambda one: one.Fields.append(pikepdf.Dictionary(FT="/Tx")))),
        "comment in the gap": _in_the_gap(appended(content, base, shape), b"\n7 0 obj\n<</Hidden true>>\nendobj\n"),
        "something in the trailer": content
        + appended(content, base, shape)[len(content) :].replace(b"/Root", b"/Hidden (EUR 9) /Root"),
        "more behind": appended(content, base, shape) + forged,
        "end cut off": appended(content, base, shape)[:-9],
    }
    if shape is Shape.PACKED:
        made["unlisted in the object stream"] = _with_stowaway(content, base)
    return made


def _in_the_gap(content: bytes, hidden: bytes) -> bytes:
    """Bytes between the last object and the cross-references, whose place is put right."""
    place = int(re.findall(rb"startxref\s+(\d+)", content)[-1])
    head, tail = content[:place], content[place:]
    return head + hidden + re.sub(rb"(startxref\s+)\d+", b"\\g<1>%d" % (place + len(hidden)), tail)


def _with_stowaway(content: bytes, objects: Objects) -> bytes:
    """The object stream holds one object more than the cross-references list."""
    loose = {number: each for number, each in objects.items() if not each.endswith(b"endstream")}
    honest, size = _object_stream(loose), max(size_of(content), max(objects) + 1)
    whole = _object_stream(loose | {size + 5: b"<</Hidden (EUR 9)>>"})
    made = appended(content, objects, Shape.PACKED)
    place = made.index(honest)
    shifted = made[:place] + whole + made[place + len(honest) :]
    more = len(whole) - len(honest)
    table = int(re.findall(rb"startxref\s+(\d+)", made)[-1])
    return shifted[: table + more] + _with_stream_at(table + more, shifted, made, table)


def _with_stream_at(place: int, shifted: bytes, made: bytes, old: int) -> bytes:
    """The cross-reference stream of `made`, moved; only its own row changes."""
    tail = shifted[place:]
    begin, end = tail.index(b"stream\r\n") + 8, tail.index(b"\r\nendstream")
    rows, above, back = [], bytes(7), zlib.decompress(tail[begin:end])
    for start in range(0, len(back), 8):
        above = bytes((one + two) % 256 for one, two in zip(back[start + 1 : start + 8], above, strict=True))
        rows.append((above[0], int.from_bytes(above[1:5], "big"), int.from_bytes(above[5:], "big")))
    data = zlib.compress(
        _predicted([(kind, place if (kind, one) == (1, old) else one, two) for kind, one, two in rows])
    )
    head = re.sub(rb"/Length \d+", b"/Length %d" % len(data), tail[:begin])
    return head + data + re.sub(rb"(startxref\s+)\d+", b"\\g<1>%d" % place, tail[end:])
