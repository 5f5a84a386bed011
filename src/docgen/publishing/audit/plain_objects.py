"""Gives pypdf the objects of a file that are in the plain grammar, read all at once and not byte by byte.

Most of them are tags, which pypdf never asks for and of which the checks want no more than where they lead: those are
not even made (`PlainReader.quiet`).

Every object that is out of the ordinary in any way (a stream, a comment, an escape, a key that stands twice, a number
of unusual length) is left to pypdf itself. What is given is what pypdf would have read; the tests compare the two.
"""

from __future__ import annotations

import io
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

from docgen.publishing.audit.graph import Quiet, Reference
from docgen.publishing.audit.known_keys import KNOWN, NAMED_BY_THE_DOCUMENT
from docgen.publishing.audit.layout import RawObject
from docgen.publishing.audit.lexing import ZEROS, unhex

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
# Quiet objects, with 0 for every digit.
_LEAF = (
    rb"(?:/[A-Za-z0-9_.+-]{1,100}|0{1,7} 0 R|[+-]?0{1,10}|[+-]?0{1,7}\.0{1,20}|true|false|null|<[0-9A-Fa-f]*+>)(?= )"
)
_ARRAY = rb"\[ (?>(?:" + _LEAF + rb" )*)\]"
_KEYS = re.compile(rb"/([A-Za-z]{1,100}) (?:" + _ARRAY + rb"|" + _LEAF + rb") ")
_QUIET = re.compile(rb"0{1,10} 0 obj\n(?:<< (?>(?:" + _KEYS.pattern + rb")*)>>|" + _ARRAY + rb")\nendobj\Z")
_LOUD_KEYS = NAMED_BY_THE_DOCUMENT | {"Metadata"}
"""A check asks what is under these."""
_QUIET_KEYS = frozenset(key.encode() for key in KNOWN - _LOUD_KEYS if key.isalpha())
"""None with a digit, for that would stand for any digit."""
_LEADS = re.compile(rb" ([0-9]{1,7}) 0 R(?= )")
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


class PlainReader(PdfReader):
    """A strict pypdf that is given the plain objects of a file when it asks for them; `content` is the whole file.

    Only those that lie where the cross-reference table says, so that a table and a file that do not agree are read as
    pypdf reads them. Raises what pypdf raises.
    """

    def __init__(self, content: bytes, objects: Iterable[RawObject]) -> None:
        self._plain: dict[tuple[int, int], RawObject] = {}
        self._whole = content
        self._values = _Values(self)
        super().__init__(io.BytesIO(content), strict=True)
        if not self.is_encrypted:
            self._plain = {
                (item.generation, item.number): item
                for item in objects
                if item.stream is None and item.end - item.start < _LARGEST and self._is_in_place(item)
            }

    def close(self) -> None:
        """Forgets everything: its objects lead back to it, and would all stay until the collector comes."""
        super().close()
        vars(self).clear()

    def _is_in_place(self, item: RawObject) -> bool:
        number, generation = item.number, item.generation
        return (
            self.xref.get(generation, {}).get(number) == item.start
            and not self.xref_free_entry.get(generation, {}).get(number, False)
            and not (generation == 0 and number in self.xref_objStm)
            and (generation, number) not in self.resolved_objects
        )

    def cache_get_indirect_object(self, generation: int, idnum: int) -> PdfObject | None:
        """As pypdf's own, which asks here before it reads an object."""
        item = self._plain.pop((generation, idnum), None)
        whole = _OBJECT.match(self._whole, item.start, item.end) if item is not None else None
        made = _container(whole[1], self._values) if whole is not None else None
        if made is not None:
            self.cache_indirect_object(generation, idnum, made)
        return super().cache_get_indirect_object(generation, idnum)

    def quiet(self) -> Quiet:
        """The plain objects of which no check has anything to say but where they lead; to be asked for first.

        Their keys are all known and stand there once, and they have no dictionaries in them. Their strings are looked
        at in the layout.
        """
        counts, found, numbered = _Counts(), {}, _Numbered()
        for (generation, number), item in self._plain.items():
            written = self._whole[item.start : item.end]
            count = counts[written.translate(ZEROS)]
            leads = _LEADS.findall(written) if count and generation == 0 else ()
            if len(leads) == count and generation == 0:
                found[number, 0] = list(map(numbered.__getitem__, leads))
        return found


class _Numbered(dict[bytes, Reference]):
    """References of generation 0 by how their number is written."""

    def __missing__(self, number: bytes) -> Reference:
        made = self[number] = (int(number), 0)
        return made


class _Counts(dict[bytes, int | None]):
    """How many references a quiet object has, for all at once that differ in digits only; nothing for any other."""

    def __missing__(self, written: bytes) -> int | None:
        keys = _KEYS.findall(written) if _QUIET.match(written) else [b"?"]
        quiet = _QUIET_KEYS.issuperset(keys) and len(set(keys)) == len(keys)
        count = self[written] = len(_LEADS.findall(written)) if quiet else None
        return count


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
