"""The objects of an open PDF as plain values, read in one go, and changed together with the PDF.

To ask pikepdf key by key, tens of thousands of times a document, takes ten times as long as to have qpdf write all
objects as JSON (qpdf's JSON version 2) and to read that. Names begin with `/`, strings with `u:` or, when they are not
in Unicode, with `b:` and in hex; a reference is `12 0 R`; numbers, lists and dictionaries are themselves. Of a stream
there is its dictionary.
"""

from __future__ import annotations

import io
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, TypeAlias

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream, String

Value: TypeAlias = Any
"""A JSON value."""
Node: TypeAlias = dict[str, Any]
Key: TypeAlias = tuple[int, int]
"""Number and generation of an object."""
_DEEPEST: Final = 100
_BUFFER: Final = 1 << 20


@contextmanager
def opened(content: bytes) -> Iterator[Pdf]:
    """The PDF, opened for the time of a block. Lets errors of pikepdf pass.

    qpdf reads a file in memory at its own speed; a Python stream is asked for every few bytes, which takes twice as
    long.
    """
    if not hasattr(os, "memfd_create"):
        with pikepdf.open(io.BytesIO(content)) as pdf:
            yield pdf
        return
    handle = os.memfd_create("docgen", os.MFD_CLOEXEC)
    try:
        with os.fdopen(os.dup(handle), "wb") as file:
            file.write(content)
        with pikepdf.open(f"/proc/self/fd/{handle}") as pdf:
            yield pdf
    finally:
        os.close(handle)


def written(pdf: Pdf, **how: Any) -> bytes:
    """The PDF as bytes, saved as `Pdf.save` is told. Lets errors of pikepdf pass.

    qpdf hands over what it writes in thousands of small pieces, which a buffered file takes in half of the time that a
    stream of bytes needs.
    """
    if not hasattr(os, "memfd_create"):
        pdf.save(target := io.BytesIO(), **how)
        return target.getvalue()
    with os.fdopen(os.memfd_create("docgen", os.MFD_CLOEXEC), "w+b", buffering=_BUFFER) as file:
        pdf.save(file, **how)
        file.seek(0)
        return file.read()


class Objects:
    """Every object of an open PDF, by reference; plain values, of which nobody else has a copy."""

    def __init__(self, pdf: Pdf) -> None:
        """Reads all of them.

        Raises:
            ValueError: an object is nested beyond all reason.
        """
        found = [one for one in pdf.objects if isinstance(one, Object) and one.is_indirect]
        self.keys: dict[str, Key] = {_reference(key): key for key in (one.objgen for one in found)}
        self.values: dict[str, Value] = dict(zip(self.keys, _plain_all(found), strict=True))
        self.streams = frozenset(name for name, one in zip(self.keys, found, strict=True) if isinstance(one, Stream))
        self.trailer: Node = _plain_all([pdf.trailer])[0]
        self.pages = tuple(_reference(page.obj.objgen) for page in pdf.pages)
        """References of the pages, in order."""
        self.pdf = pdf
        # To ask for an object by its number each time takes as long as to change it.
        self._objects: dict[str, Object] = dict(zip(self.keys, found, strict=True))
        self._names: dict[str, Name] = {}

    @property
    def root(self) -> Node:
        """The catalog."""
        return self.node(self.trailer.get("/Root"))

    def get(self, value: Value) -> Value:
        """What a value stands for: the object, if it is a reference; nothing, if there is no such object."""
        if type(value) is not str:
            return value
        found = self.values.get(value)
        if type(found) is dict:
            return found
        while type(value) is str and value[-2:] == " R" and value[0] not in "/unb":
            value = self.values[value] if value in self.values else self._scalar(value)
        return value

    def node(self, value: Value) -> Node:
        """The dictionary a value stands for; an empty one when it stands for anything else."""
        found = self.get(value)
        return found if isinstance(found, dict) else {}

    def items(self, value: Value) -> list[Value]:
        """What is in the array a value stands for; nothing when it stands for anything else."""
        found = self.get(value)
        return found if isinstance(found, list) else []

    def words(self, value: Value) -> str:
        """The text of the string a value stands for; nothing when it stands for anything else."""
        found = self.get(value)
        if not isinstance(found, str) or found[:2] not in ("u:", "b:"):
            return ""
        return found[2:] if found[:2] == "u:" else str(String(bytes.fromhex(found[2:])))

    def stream(self, reference: str) -> bytes:
        """The content of a stream, unpacked. Raises what pikepdf raises."""
        return self._objects[reference].read_bytes()

    def put(self, reference: str, key: str, value: Value) -> None:
        """Set a key of a dictionary, here and in the PDF."""
        self.values[reference][key] = value
        self._objects[reference][key] = self.native(value)

    def drop(self, reference: str, key: str) -> None:
        """Take a key of a dictionary away, here and in the PDF."""
        del self.values[reference][key]
        del self._objects[reference][key]

    def _scalar(self, reference: str) -> Value:
        # A number or truth value on its own, which pikepdf gives without its reference.
        number, generation, _ = reference.split()
        found = _plain(self.pdf.get_object(int(number), int(generation)), 0, top=True)
        self.values[reference] = found
        return found

    def name(self, one: Object) -> str:
        """The reference of an object of the PDF."""
        return _reference(one.objgen)

    def adopt(self, one: Object) -> str:
        """Take note of an object that was added to the PDF; its reference."""
        reference = _reference(one.objgen)
        self.keys[reference], self._objects[reference] = one.objgen, one
        (self.values[reference],) = _plain_all([one])
        return reference

    def native(self, value: Value) -> Any:
        """The value as pikepdf has it."""
        if isinstance(value, str):
            return self._native_word(value)
        if isinstance(value, list):
            return Array([self.native(one) for one in value])
        if isinstance(value, dict):
            return Dictionary({key: self.native(one) for key, one in value.items()})
        return value

    def _native_word(self, value: str) -> Object:
        found = self._objects.get(value)
        if found is not None:
            return found
        if value[:2] in ("u:", "b:"):
            return String(value[2:]) if value[0] == "u" else String(bytes.fromhex(value[2:]))
        if value not in self._names:
            self._names[value] = Name(value)
        return self._names[value]


def _reference(key: Key) -> str:
    return f"{key[0]} {key[1]} R"


def _plain_all(found: list[Object]) -> list[Value]:
    written = b",".join(one.to_json(dereference=True) for one in found)
    try:
        read: list[Value] = json.loads(b"[" + written + b"]")
    except ValueError:  # numbers that PDF allows and JSON does not: `+.5`
        return [_plain(one, 0, top=True) for one in found]
    except RecursionError as error:
        raise ValueError("an object is nested too deep") from error
    return read


def _plain(one: Any, depth: int, *, top: bool = False) -> Value:
    """As qpdf writes it, by asking for each part."""
    if depth > _DEEPEST:
        raise ValueError("an object is nested too deep")
    if not isinstance(one, Object):
        return float(one) if one is not None and not isinstance(one, bool | int) else one
    if one.is_indirect and not top:
        return _reference(one.objgen)
    if isinstance(one, Dictionary | Stream):
        return {key: _plain(value, depth + 1) for key, value in one.items()}
    if isinstance(one, Array):
        return [_plain(value, depth + 1) for value in one]
    return str(one) if isinstance(one, Name) else f"u:{one}"
