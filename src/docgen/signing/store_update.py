"""Updates behind the last signature that do nothing but keep proofs.

Services such as the federal one append certificates and revocation answers behind the signature (EN 319 142-1, 5.4.2),
which no signature covers; viewers put the date of that into the metadata. That is honest, and looks like the beginning
of every attack by incremental update. So it is accepted only when each object is one that the security store, or a
date, asks for, and when nothing else in the file points at it.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream, String

from docgen.signing.metadata import same_but_dates
from docgen.signing.proofs import PLAIN_STREAM, NotOnlyProofs, own_objects, parts, require
from docgen.signing.updates import Update

_EXTENSION_KEYS = frozenset({"/Type", "/BaseVersion", "/ExtensionLevel", "/ExtensionRevision", "/URL"})
_CATALOG_KEYS = frozenset({"/DSS", "/Extensions", "/AcroForm", "/Metadata", "/Version"})
_TRAILER_KEYS = frozenset({"/Size", "/Prev", "/Root", "/Info", "/ID"})
_TABLE_KEYS = frozenset({"/Type", "/W", "/Index", "/Length", "/Filter", "/DecodeParms"})
"""What a cross-reference stream has besides (ISO 32000-2, table 17)."""
_VERSIONS = ("/1.4", "/1.5", "/1.6", "/1.7", "/2.0")
_DEEPEST = 32


@dataclass(frozen=True, slots=True)
class _States:
    """The file before and after an update."""

    old: pikepdf.Pdf
    new: pikepdf.Pdf
    update: Update

    @property
    def size(self) -> int:
        """Numbers from here on are new."""
        return int(self.old.trailer.Size)


def only_proofs(content: bytes, updates: Iterable[Update]) -> bool:
    """Whether updates bring proofs, and the dates of bringing them, and nothing else.

    Every object of an update must be the catalog, the form, the metadata or the document information with no change
    but those, or part of the security store; each proof must be one certificate, revocation list, revocation answer or
    timestamp to its last byte. No other object of the file may point at any of them. Lets errors of pikepdf pass.
    """
    try:
        for update in updates:
            before, after = io.BytesIO(content[: update.start]), io.BytesIO(content[: update.end])
            with pikepdf.open(before) as old, pikepdf.open(after) as new:
                _check(_States(old, new, update))
    except NotOnlyProofs:
        return False
    return True


def _check(states: _States) -> None:
    require(min(states.update.containers, default=states.size) >= states.size)
    old, new = states.old.trailer, states.new.trailer
    for key in set(new.keys()) - _TRAILER_KEYS - _TABLE_KEYS:
        require(_same(old.get(key), new.get(key)))
    require(states.update.objects <= {*states.update.containers, *_catalog(states), *_information(states)})
    _only_proofs_point_at_proofs(states)


def _catalog(states: _States) -> Iterator[int]:
    """Numbers of the objects that a new catalog explains."""
    old, new = states.old.Root, states.new.Root
    require(old.objgen == new.objgen)
    yield new.objgen[0]
    for key in {*old.keys(), *new.keys()} - _CATALOG_KEYS:
        require(_same(old.get(key), new.get(key)))
    require(_later(old.get(Name.Version), new.get(Name.Version)))
    yield from _extensions(new.get(Name.Extensions))
    yield from _form(old.get(Name.AcroForm), new.get(Name.AcroForm))
    yield from _metadata(old.get(Name.Metadata), new.get(Name.Metadata))
    if Name.DSS in new or Name.DSS in old:
        yield from _store(states, new.get(Name.DSS))


def _same(one: object, other: object) -> bool:
    """The same as written; what a reference leads to is looked at where its own object changes."""
    if not isinstance(one, pikepdf.Object) or not isinstance(other, pikepdf.Object):
        return type(one) is type(other) and one == other
    if one.is_indirect or other.is_indirect:
        return one.objgen == other.objgen
    return bool(one.unparse() == other.unparse())


def _later(old: pikepdf.Object | None, new: pikepdf.Object | None) -> bool:
    """The version of PDF is as it was, or a later one."""
    if old is None or new is None:
        return old is None and (new is None or str(new) in _VERSIONS)
    return str(old) in _VERSIONS and str(new) in _VERSIONS[_VERSIONS.index(str(old)) :]


def _number(value: pikepdf.Object) -> Iterator[int]:
    if value.is_indirect:
        yield value.objgen[0]


def _extensions(value: pikepdf.Object | None) -> Iterator[int]:
    """Developer extensions (ISO 32000-2, 7.12): names and numbers, no content."""
    if value is None:
        return
    require(isinstance(value, Dictionary))
    yield from _number(value)
    for key, each in value.items():
        for entry in each if isinstance(each, Array) else [each]:
            if key == "/Type":
                continue
            require(isinstance(entry, Dictionary) and set(entry.keys()) <= _EXTENSION_KEYS)
            require(not any(isinstance(one, Dictionary | Array | Stream) for one in entry.values()))
            yield from _number(entry)


def _form(old: pikepdf.Object | None, new: pikepdf.Object | None) -> Iterator[int]:
    """A form that differs in nothing but that no appearance waits to be drawn."""
    if new is None or old is None:
        require(new is None and old is None)
        return
    require(isinstance(new, Dictionary) and old.is_indirect == new.is_indirect and old.objgen == new.objgen)
    yield from _number(new)
    for key in {*old.keys(), *new.keys()} - {"/NeedAppearances"}:
        require(_same(old.get(key), new.get(key)))
    require(not bool(new.get(Name.NeedAppearances, False)))


def _metadata(old: pikepdf.Object | None, new: pikepdf.Object | None) -> Iterator[int]:
    if new is None or old is None:
        require(new is None and old is None)
        return
    require(isinstance(new, Stream) and old.objgen == new.objgen and set(new.keys()) <= PLAIN_STREAM)
    yield from _number(new)
    if new.read_raw_bytes() != old.read_raw_bytes():
        require(same_but_dates(old.read_bytes(), new.read_bytes()))


def _information(states: _States) -> Iterator[int]:
    """The document information, with another date at most."""
    old, new = states.old.trailer.get(Name.Info), states.new.trailer.get(Name.Info)
    if new is None or old is None:
        require(new is None and old is None)
        return
    require(isinstance(new, Dictionary) and old.objgen == new.objgen)
    yield from _number(new)
    for key in {*old.keys(), *new.keys()} - {"/ModDate", "/Producer"}:
        require(_same(old.get(key), new.get(key)))
    require(all(isinstance(new[key], String) for key in ("/ModDate", "/Producer") if key in new))


def _store(states: _States, store: pikepdf.Object | None) -> Iterator[int]:
    """The security store (ISO 32000-2, 12.8.4.3 and 12.8.4.4) and all that is in it."""
    own = own_objects(states.old.Root.get(Name.DSS))
    for value in parts(store):
        for number in _number(value):
            if number in states.update.objects:
                require(number >= states.size or (number in own and not isinstance(value, Stream)))
            yield number


def _only_proofs_point_at_proofs(states: _States) -> None:
    """No object but those looked at, and no entry of the catalog but theirs, leads to an object of the update."""
    new = states.new
    looked_at = {*states.update.objects, new.Root.objgen[0], *own_objects(new.Root.get(Name.DSS))}
    entries = [each for key, each in new.Root.items() if key not in _CATALOG_KEYS]
    found = [_references(each, 1) for each in (*entries, *_trailer(new.trailer)) if isinstance(each, pikepdf.Object)]
    for each in new.objects:
        if isinstance(each, Stream) and each.get(Name.Type) == Name.XRef:
            found += [_references(one, 1) for one in _trailer(each) if isinstance(one, pikepdf.Object)]
        elif each.objgen[0] not in looked_at:
            found.append(_references(each, 0))
    require(not any(number in states.update.objects for numbers in found for number in numbers))


def _trailer(trailer: pikepdf.Object) -> Iterator[object]:
    """What stands in a trailer, or in a cross-reference stream, beside what has been looked at."""
    return (each for key, each in trailer.items() if key not in ("/Root", "/Info"))


def _references(value: pikepdf.Object, depth: int) -> Iterator[int]:
    """Numbers of the objects that stand, as references, in a value."""
    require(depth <= _DEEPEST)
    if depth and value.is_indirect:
        yield value.objgen[0]
    elif isinstance(value, Array | Dictionary | Stream):
        inner = value.as_list() if isinstance(value, Array) else [each for _, each in value.items()]
        for each in inner:
            if isinstance(each, pikepdf.Object):
                yield from _references(each, depth + 1)
