"""Gives pypdf the objects of a file that are in the plain grammar, read all at once and not byte by byte.

Every object that is out of the ordinary in any way (a stream, a comment, an escape, a key that stands twice, a number
of unusual length) is left to pypdf itself. What is given is what pypdf would have read; the tests compare the two.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from pypdf import PdfReader
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    DictionaryObject,
    FloatObject,
    IndirectObject,
    NameObject,
    NullObject,
    NumberObject,
    PdfObject,
    create_string_object,
)

from docgen.publishing.audit.layout import RawObject
from docgen.publishing.audit.lexing import unhex

_OBJECT = re.compile(rb"[0-9]{1,10} [0-9]{1,5} obj[\t\n\r ]++((?:<<|\[).*(?:>>|\]))[\t\n\r ]++endobj\Z", re.DOTALL)
_VALUE = re.compile(
    rb"(/[A-Za-z0-9_.+-]{1,100})|([0-9]{1,7})[ ~][0-9]{1,3}[ ~]R|([+-]?[0-9]{1,10})"
    rb"|([+-]?(?:[0-9]{1,7}\.[0-9]{0,20}|\.[0-9]{1,20}))|(true|false|null)|<([0-9A-Fa-f]*)>|\(([^()\\\r]*)\)"
)
_TOKEN = re.compile(
    rb"<<|>>|[\[\]]|(?:/[^\t\n\r <>\[\]/()]*+|[0-9]{1,7}+ [0-9]{1,3}+ R|[^\t\n\r <>\[\]/()]++)(?=[\t\n\r <>\[\]/(])"
    rb"|<[^<>]*+>|\([^()]*+\)|[^\t\n\r ].*+",
    re.DOTALL,
)
"""What is no token takes along all that follows, and so is no value either."""
_REFERENCE, _TIED = b" 0 R", b"~0~R"
_NOT_TO_SPLIT = (b"(", b"~", b"\x0b", b"\x0c")
"""Strings with spaces; what references are tied with; what Python takes for white space and pypdf may not."""
_LARGEST = 1 << 20
"""Bytes of an object; larger ones may be more than pypdf's own limits allow."""
_DEEPEST = 50
"""Levels; pypdf, which reads them by recursion, comes to an end somewhere."""


class _OutOfTheOrdinary(Exception):
    """Raised and caught in here: pypdf itself reads the object."""


class _Values(dict[bytes, PdfObject]):
    """Values without parts, by how they are written: most are written over and over."""

    def __init__(self, reader: PdfReader) -> None:
        super().__init__()
        self._reader = reader

    def __missing__(self, written: bytes) -> PdfObject:
        match = _VALUE.fullmatch(written)
        if match is None:
            raise _OutOfTheOrdinary
        made = self[written] = self._made(match)
        return made

    def _made(self, match: re.Match[bytes]) -> PdfObject:
        name, number, integer, real, word, digits, letters = match.groups()
        if name is not None:
            return NameObject(name.decode("ascii"))
        if number is not None:
            generation = match[0].replace(b"~", b" ").split()[1]
            return IndirectObject(int(number), int(generation), self._reader)
        if integer is not None:
            return NumberObject(integer)
        if real is not None:
            return FloatObject(real)
        if word is not None:
            return NullObject() if word == b"null" else BooleanObject(word == b"true")
        return create_string_object(letters if digits is None else unhex(digits))


def put_plain_objects(reader: PdfReader, content: bytes, objects: Iterable[RawObject]) -> None:
    """Puts the plain ones of the objects lying in a file where its reader looks first; `content` is the whole file.

    Only those that lie where the cross-reference table says, so that a table and a file that do not agree are read as
    pypdf reads them.
    """
    if reader.is_encrypted:
        return
    values = _Values(reader)
    for item in objects:
        key = (item.generation, item.number)
        if item.stream is None and item.end - item.start < _LARGEST and key not in reader.resolved_objects:
            whole = _OBJECT.match(content, item.start, item.end) if _is_in_place(reader, item) else None
            made = _container(whole[1], values) if whole else None
            if made is not None:
                reader.cache_indirect_object(*key, made)


def _is_in_place(reader: PdfReader, item: RawObject) -> bool:
    return (
        reader.xref.get(item.generation, {}).get(item.number) == item.start
        and not reader.xref_free_entry.get(item.generation, {}).get(item.number, False)
        and not (item.generation == 0 and item.number in reader.xref_objStm)
    )


def _container(written: bytes, values: _Values) -> DictionaryObject | ArrayObject | None:
    """The one dictionary or array that is written there, or nothing when it is out of the ordinary."""
    if not any(letter in written for letter in _NOT_TO_SPLIT):
        # Most programs put white space between all values, and then no expression is needed.
        made = _built(written.replace(_REFERENCE, _TIED).split(), values)
        if made is not None:
            return made
    return _built(_TOKEN.findall(written), values)


def _built(tokens: Iterable[bytes], values: _Values) -> DictionaryObject | ArrayObject | None:
    parts: list[PdfObject] = []
    above: list[list[PdfObject]] = []
    opened: list[bytes] = []
    try:
        for token in tokens:
            if token in values:
                parts.append(values[token])
            elif token == b"<<" or token == b"[":
                above.append(parts)
                opened.append(token)
                parts = []
                if len(opened) > _DEEPEST:
                    return None
            elif token == b">>" or token == b"]":
                if opened.pop() != (b"<<" if token == b">>" else b"["):
                    return None
                made = _dictionary(parts) if token == b">>" else ArrayObject(parts)
                parts = above.pop()
                parts.append(made)
                if not opened and len(parts) > 1:
                    return None
            else:
                parts.append(values[token])
    except (_OutOfTheOrdinary, IndexError):
        return None
    only = parts[0] if len(parts) == 1 and not opened else None
    return only if isinstance(only, DictionaryObject | ArrayObject) else None


def _dictionary(parts: list[PdfObject]) -> DictionaryObject:
    keys = parts[::2]
    if len(parts) % 2 or not all(isinstance(key, NameObject) for key in keys):
        raise _OutOfTheOrdinary
    made = DictionaryObject(zip(keys, parts[1::2], strict=True))
    if len(made) != len(keys):
        raise _OutOfTheOrdinary
    return made
