"""Updates behind the last signature that do nothing but bring revocation answers.

Services such as the federal one append certificates and revocation answers behind the signature (EN 319 142-1, 5.4.2),
which no signature covers. That is honest, and looks like the beginning of every attack by incremental update. So it is
accepted only when each byte of the update is accounted for: nothing between, before or behind the objects that its own
cross-reference table lists, and no object but the catalog and the document security store.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from itertools import pairwise

import pikepdf
from pikepdf import Array, Dictionary, Name

_ENTRY = re.compile(rb"(\d{10}) (\d{5}) ([nf])(?: \r| \n|\r\n)")
_TABLE = re.compile(rb"xref[ \t]*\r?\n")
_SECTION = re.compile(rb"(\d+) (\d+)[ \t]*\r?\n")
_TRAILER = re.compile(rb"trailer\s*(<<.*?>>)\s*startxref\s+(\d+)\s+%%EOF(?:\r\n|\n|\r)?", re.DOTALL)
_START = re.compile(rb"startxref\s+(\d+)\s+%%EOF(?:\r\n|\n|\r)?")
_HEAD = re.compile(rb"\s*(\d+) 0 obj\b")
_ANY_HEAD = re.compile(rb"(?<![\d.])\d+ \d+ obj\b")
_MOST_UPDATES = 8
_STORE_KEYS = frozenset({"/Type", "/VRI", "/OCSPs", "/CRLs", "/Certs"})


def only_security_store(content: bytes, end: int) -> bool:
    """Whether everything behind `end` is well-formed updates of the document security store and nothing else.

    Only classic cross-reference tables are understood; an update with a cross-reference stream is not accepted. Lets
    errors of pikepdf pass.
    """
    for _ in range(_MOST_UPDATES):
        if end >= len(content):
            return True
        update = _update(content, end)
        if update is None:
            return False
        objects, after = update
        if not _only_store(content[:end], content[:after], objects):
            return False
        end = after
    return False


def _update(content: bytes, start: int) -> tuple[Mapping[int, int], int] | None:
    """Numbers and offsets of the objects of the update that begins at `start`, and where it ends."""
    table = _TABLE.search(content, start)
    trailer = _TRAILER.search(content, table.end()) if table else None
    previous = list(_START.finditer(content, 0, start))
    if table is None or trailer is None or not previous:
        return None
    objects = _listed(content[table.end() : trailer.start()])
    if objects is None or int(trailer.group(2)) != table.start():
        return None
    if not re.search(rb"/Prev %s\b" % previous[-1].group(1), trailer.group(1)):
        return None
    return (objects, trailer.end()) if _accounted(content, start, table.start(), objects) else None


def _listed(table: bytes) -> dict[int, int] | None:
    """The table, to its last byte."""
    found: dict[int, int] = {}
    place = 0
    while table[place:].strip():
        section = _SECTION.match(table, place)
        if section is None:
            return None
        place = section.end()
        for number in range(int(section.group(1)), int(section.group(1)) + int(section.group(2))):
            entry = _ENTRY.match(table, place)
            if entry is None or (entry.group(3) == b"f" and number != 0):
                return None
            if entry.group(3) == b"n":
                found[number] = int(entry.group(1))
            place = entry.end()
    return found


def _accounted(content: bytes, start: int, end: int, objects: Mapping[int, int]) -> bool:
    """Whether the objects follow each other without anything between them."""
    places = sorted((offset, number) for number, offset in objects.items())
    if not places or content[start : places[0][0]].strip():
        return False
    for (offset, number), (following, _) in pairwise([*places, (end, 0)]):
        body = content[offset:following]
        head = _HEAD.match(body)
        if offset < start or head is None or int(head.group(1)) != number:
            return False
        if not body.rstrip().endswith(b"endobj") or len(_ANY_HEAD.findall(body)) != 1:
            return False
    return True


def _only_store(before: bytes, after: bytes, objects: Mapping[int, int]) -> bool:
    with pikepdf.open(io.BytesIO(before)) as old, pikepdf.open(io.BytesIO(after)) as new:
        if old.Root.objgen != new.Root.objgen or not _same_catalog(old.Root, new.Root):
            return False
        store = new.Root.get(Name.DSS)
        if not isinstance(store, Dictionary) or not set(store.keys()) <= _STORE_KEYS:
            return False
        size = int(old.trailer.Size)
        replaceable = {old.Root.objgen[0], *_own_objects(old.Root.get(Name.DSS))}
        return all(number >= size or number in replaceable for number in objects)


def _same_catalog(old: pikepdf.Object, new: pikepdf.Object) -> bool:
    keys = (set(old.keys()) | set(new.keys())) - {"/DSS", "/Extensions"}
    return all(key in old and key in new and old[key].unparse() == new[key].unparse() for key in keys)


def _own_objects(store: pikepdf.Object | None) -> set[int]:
    """Numbers of the old store's own dictionaries and arrays, which an update may write anew; no streams."""
    if not isinstance(store, Dictionary):
        return set()
    parts = [store, *(part for _, part in store.items() if isinstance(part, Array | Dictionary))]
    return {part.objgen[0] for part in parts if part.is_indirect}
