"""From object to object: what is reached in a file, and which of it has keys that nobody knows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, PdfObject

from docgen.publishing.audit.known_keys import KNOWN, NAMED_BY_THE_DOCUMENT
from docgen.publishing.audit.limits import LimitExceeded, Limits

Reference = tuple[int, int]
"""Number and generation of an object."""
Quiet = Mapping[Reference, Sequence[Reference]]
"""Objects of which no more is wanted than where they lead, and that in order: they are passed over unread."""
_WITH_PARTS = (IndirectObject, DictionaryObject, ArrayObject)
"""What leads to further objects; everything else is a leaf."""
_KNOWN_KEYS = frozenset(f"/{key}" for key in KNOWN)
_NAMED_BY_THE_DOCUMENT = frozenset(f"/{key}" for key in NAMED_BY_THE_DOCUMENT)


def objects_from(reader: PdfReader, limits: Limits, quiet: Quiet) -> Iterator[PdfObject]:
    """Every object pypdf reaches from the trailer, containers before what is in them; without quiet ones.

    Raises `LimitExceeded`, and what pypdf raises for objects that it cannot read.
    """
    stack: list[object] = [reader.trailer]
    seen: set[Reference] = set()
    while stack:
        value = stack.pop()
        if isinstance(value, IndirectObject):
            value = (value.idnum, value.generation)
        if isinstance(value, tuple):
            if value in seen:
                continue
            seen.add(value)
            if len(seen) > limits.objects:
                raise LimitExceeded("objects")
            if value in quiet:
                stack.extend(quiet[value])
                continue
            value = reader.get_object(IndirectObject(value[0], value[1], reader))
        if isinstance(value, PdfObject):
            yield value
        if isinstance(value, DictionaryObject):
            stack.extend(dict.values(value))  # As they stand in the file: pypdf's own way would follow references.
        elif isinstance(value, ArrayObject):
            stack.extend(list.__iter__(value))


@dataclass(frozen=True, slots=True)
class FromRoot:
    """What is reached from the root of a file."""

    numbers: frozenset[int]
    """Of all objects."""
    unknown: tuple[tuple[str, str], ...]
    """Keys that the standard gives no meaning to, each behind the spot where it stands."""


def from_root(reader: PdfReader, quiet: Quiet) -> FromRoot:
    """All that is reached from the root. Raises what pypdf raises for objects that it cannot read."""
    stack: list[tuple[object, str, bool]] = [(reader.trailer.raw_get("/Root"), "", False)]
    seen: set[tuple[Reference, bool]] = set()
    unknown: list[tuple[str, str]] = []
    while stack:
        value, spot, free = stack.pop()
        if isinstance(value, IndirectObject):
            value = (value.idnum, value.generation)
        if isinstance(value, tuple):
            if (value, free) in seen:
                continue
            seen.add((value, free))
            if value in quiet:
                stack.extend([(part, "", False) for part in quiet[value]])
                continue
            spot = f"object {value[0]} {value[1]}"
            value = reader.get_object(IndirectObject(value[0], value[1], reader))
        if isinstance(value, DictionaryObject):
            if not free and not dict.keys(value) <= _KNOWN_KEYS:
                unknown += [(spot, str(key).removeprefix("/")) for key in value if key not in _KNOWN_KEYS]
            for key, part in dict.items(value):
                if isinstance(part, _WITH_PARTS):
                    stack.append((part, spot, not free and key in _NAMED_BY_THE_DOCUMENT))
        elif isinstance(value, ArrayObject):
            stack.extend((part, spot, False) for part in list.__iter__(value) if isinstance(part, _WITH_PARTS))
    return FromRoot(frozenset(number for (number, _), _ in seen), tuple(unknown))
