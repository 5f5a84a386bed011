"""Incremental updates of a PDF, each byte of them accounted for.

Difference analysis compares objects that the cross-references list. What stands between them is seen by no reader that
works, and by every reader that repairs: most attacks by incremental update live there. So the bytes behind a signature
must be objects, their cross-references, and nothing else.
"""

from __future__ import annotations

import io
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.xref import ObjStreamRef, XRefSectionType, read_object_header

_header: Any = read_object_header
_BLANK = b" \t\r\n\f\x00"
_ENTRY = re.compile(rb"(\d{10}) (\d{5}) ([nf])(?: \r| \n|\r\n)")
_SECTION = re.compile(rb"\s*(\d+) (\d+)[ \t]*(?:\r\n|\n|\r)")
_TABLE = re.compile(rb"xref[ \t]*(?:\r\n|\n|\r)")
# Some programs sign the end of a table with a comment of one line.
_END = rb"\s*(?:%%(?!%%)[^\r\n]{0,120}\s+)?startxref\s+%d\s+%%%%EOF(?:\r\n|\n|\r)?"
_CLOSED = re.compile(rb"\s*endobj\s*")
_HEAD = re.compile(rb"(?<![\d.])\d+ \d+ obj\b")


@dataclass(frozen=True, slots=True)
class Update:
    """One incremental update."""

    start: int
    end: int
    """Behind its `%%EOF` and the end of that line."""
    objects: frozenset[int]
    """Numbers of all its objects."""
    containers: frozenset[int]
    """Those that only hold others: object streams, and the cross-reference stream."""


class _Unaccounted(Exception):
    """Something stands in an update that its cross-references do not explain."""


def updates_behind(content: bytes, reader: PdfFileReader, start: int) -> tuple[Update, ...] | None:
    """The updates behind a place, the oldest first; `None` when some byte there belongs to none of their objects.

    Cross-reference tables and streams (ISO 32000-2, 7.5.4 and 7.5.8) and object streams (7.5.7). An update that frees
    objects is not accounted for. Lets errors of pyHanko pass.

    Args:
        content: the file.
        reader: of the same file.
        start: where a revision ends.
    """
    found: list[Update] = []
    try:
        for revision in range(reader.xrefs.total_revisions):
            if reader.xrefs.get_startxref_for_revision(revision) >= start:
                found.append(_update(content, reader, revision, start))
                start = found[-1].end
            elif found:
                return None
    except _Unaccounted:
        return None
    return None if content[start:].strip(_BLANK) else tuple(found)


def _update(content: bytes, reader: PdfFileReader, revision: int, start: int) -> Update:
    info = reader.xrefs.get_xref_container_info(revision)
    place = info.declared_startxref
    direct, packed = _listed(reader, revision)
    if info.xref_section_type is XRefSectionType.STANDARD:
        end = _behind_table(content, place)
        containers = set(packed)
    elif info.xref_section_type is XRefSectionType.STREAM and info.stream_ref is not None:
        direct.pop(info.stream_ref.idnum, None)
        end = _object_end(content, reader, place, info.stream_ref.idnum)
        containers = {info.stream_ref.idnum, *packed}
    else:
        raise _Unaccounted
    closing = re.compile(_END % place).match(content, end)
    if closing is None or not set(packed) <= set(direct):
        raise _Unaccounted
    _account(content, reader, start, place, direct)
    for number, members in packed.items():
        _account_packed(content, reader, direct[number], number, members)
    numbers = {*direct, *containers, *(number for members in packed.values() for number in members.values())}
    return Update(start, closing.end(), frozenset(numbers), frozenset(containers))


def _listed(reader: PdfFileReader, revision: int) -> tuple[dict[int, int], dict[int, dict[int, int]]]:
    """Offsets of objects by number; and, by object stream, the numbers of its objects by index."""
    direct: dict[int, int] = {}
    packed: dict[int, dict[int, int]] = defaultdict(dict)
    if reader.xrefs.refs_freed_in_revision(revision):
        raise _Unaccounted
    for reference in reader.xrefs.explicit_refs_in_revision(revision):
        where = reader.xrefs.get_historical_ref(reference, revision)
        if reference.generation or where is None:
            raise _Unaccounted
        if isinstance(where, ObjStreamRef):
            packed[where.obj_stream_id][where.ix_in_stream] = reference.idnum
        else:
            direct[reference.idnum] = where
    return direct, packed


def _behind_table(content: bytes, place: int) -> int:
    """Where the trailer behind a cross-reference table ends; the table holds entries and nothing else."""
    begin = _TABLE.match(content, place)
    place = begin.end() if begin else -1
    while begin and (section := _SECTION.match(content, place)):
        place = section.end()
        for _ in range(int(section.group(2))):
            entry = _ENTRY.match(content, place)
            if entry is None:
                raise _Unaccounted
            place = entry.end()
    trailer = re.compile(rb"\s*trailer\s*").match(content, place) if begin else None
    if trailer is None:
        raise _Unaccounted
    stream = io.BytesIO(content)
    stream.seek(trailer.end())
    generic.DictionaryObject.read_from_stream(stream, generic.Reference(0))
    return stream.tell()


def _account(content: bytes, reader: PdfFileReader, start: int, end: int, direct: Mapping[int, int]) -> None:
    """Nothing when the objects follow each other from `start` to `end` with only white space between them."""
    places = sorted((offset, number) for number, offset in direct.items())
    first = places[0][0] if places else end
    if first < start or content[start:first].strip(_BLANK):
        raise _Unaccounted
    for (offset, number), (following, _) in pairwise([*places, (end, 0)]):
        if content[_object_end(content, reader, offset, number) : following].strip(_BLANK):
            raise _Unaccounted


def _object_end(content: bytes, reader: PdfFileReader, place: int, number: int) -> int:
    """Where the one object ends that begins at a place."""
    stream = io.BytesIO(content)
    value = _read(stream, reader, place, number)
    closed = _CLOSED.match(content, stream.tell())
    if closed is None:
        raise _Unaccounted
    written = content[place : closed.end()]
    if isinstance(value, generic.StreamObject):
        written = written.replace(value.encoded_data, b"", 1)
    if len(_HEAD.findall(written)) != 1:
        raise _Unaccounted
    return closed.end()


def _read(stream: io.BytesIO, reader: PdfFileReader, place: int, number: int) -> generic.PdfObject:
    stream.seek(place)
    if _header(stream, strict=True) != (number, 0):
        raise _Unaccounted
    value: generic.PdfObject = generic.read_object(stream, generic.Reference(number, 0, reader))
    return value


def _account_packed(content: bytes, reader: PdfFileReader, place: int, number: int, members: Mapping[int, int]) -> None:
    """Nothing when an object stream holds these objects, each once, and nothing between them."""
    value = _read(io.BytesIO(content), reader, place, number)
    if not isinstance(value, generic.StreamObject) or "/Extends" in value:
        raise _Unaccounted
    data, first = value.data, int(value["/First"])
    head = [int(word) for word in data[:first].split()]
    numbers, offsets = head[::2], head[1::2]
    if numbers != [members.get(index) for index in range(len(members))] or len(head) != 2 * len(members):
        raise _Unaccounted
    if offsets[:1] != [0] or offsets != sorted(set(offsets)):
        raise _Unaccounted
    for begin, end in pairwise([*offsets, len(data) - first]):
        member = io.BytesIO(data[first + begin : first + end].strip(_BLANK))
        generic.read_object(member, generic.Reference(number, 0, reader))
        if member.read():
            raise _Unaccounted
