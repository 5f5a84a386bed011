"""Copying by shape: what a shape does not name is not copied, what does not fit its shape is refused.

A shape says what a value must look like. The allow-lists are dictionaries of shapes; nothing reaches the new document
on any other way than through one of them, or through a module that writes its objects itself.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pikepdf import Array, Dictionary, Name, Stream, String

from docgen.publishing.flatten.job import Job, spot_of
from docgen.publishing.flatten.streams import decoded

_HOLDERS = (Dictionary, Array, Stream)


class Copier:
    """Copies values of the source into the target, each indirect object once for each shape."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.inks: dict[str, int] = {}
        """Numbers of the inks of the document, by their names in the source."""
        self._copies: dict[tuple[tuple[int, int], int], Any] = {}

    def copy(self, value: Any, shape: Shape, spot: str, depth: int = 0) -> Any:
        """A value of the target with what the shape lets through.

        Raises:
            PublicationRefused: `DG-F106` when the value does not fit, `DG-F105` beyond the limits.
        """
        job, spot = self.job, spot_of(value, spot)
        job.spend(spot)
        job.check_depth(depth, spot)
        if not shape.fits(value):
            job.refuse("DG-F106", spot, expected=shape.label, found=described(value))
        if not (isinstance(value, _HOLDERS) and value.is_indirect):
            return shape.copied(value, self, spot, depth)
        key = (value.objgen, id(shape))
        if key not in self._copies:
            made = shape.copied(value, self, spot, depth)
            self._copies[key] = job.target.make_indirect(made) if not made.is_indirect else made
        return self._copies[key]


class Shape(ABC):
    """What a value must look like to be copied."""

    label: str
    """What it is called in findings."""

    @abstractmethod
    def fits(self, value: Any) -> bool:
        """Whether the value is of this shape, seen from outside."""

    @abstractmethod
    def copied(self, value: Any, copier: Copier, spot: str, depth: int) -> Any:
        """The copy of a value that fits."""


@dataclass(frozen=True, eq=False)
class Leaf(Shape):
    """A number, name, string or truth value, taken as it is when the test holds."""

    label: str
    test: Callable[[Any], bool]

    def fits(self, value: Any) -> bool:
        """As the test says."""
        return self.test(value)

    def copied(self, value: Any, copier: Copier, spot: str, depth: int) -> Any:
        """The same value; strings and names belong to no document."""
        if isinstance(value, Name):
            copier.job.check_name(str(value), spot)
            return Name(str(value))
        return copier.job.published(value) if isinstance(value, String) else value


def words(text: str) -> list[str]:
    """The words of a list that is easier to read as a text."""
    return text.split()


_NUMBERS = (int, Decimal, float)


def is_number(value: Any) -> bool:
    """Whether a value of pikepdf is a PDF number."""
    return isinstance(value, _NUMBERS) and not isinstance(value, bool)


BOOLEAN = Leaf("true or false", lambda value: isinstance(value, bool))
INTEGER = Leaf("integer", lambda value: isinstance(value, int) and not isinstance(value, bool))
NUMBER = Leaf("number", is_number)
STRING = Leaf("string", lambda value: isinstance(value, String))
NAME_LENGTH = 128
"""Longer names are texts."""
NAME = Leaf("name", lambda value: isinstance(value, Name) and len(str(value)) <= NAME_LENGTH)


def one_of(*names: str) -> Leaf:
    """A name out of a closed list."""
    allowed = frozenset("/" + name for name in names)
    return Leaf(" or ".join(names), lambda value: isinstance(value, Name) and str(value) in allowed)


@dataclass(frozen=True, eq=False)
class ArrayOf(Shape):
    """An array whose members all have one shape."""

    member: Shape
    length: int | None = None
    label: str = "array"

    def fits(self, value: Any) -> bool:
        """Arrays, of the length asked for if one is."""
        return isinstance(value, Array) and (self.length is None or len(value) == self.length)

    def copied(self, value: Any, copier: Copier, spot: str, depth: int) -> Any:
        """Member by member; numbers, of which fonts have hundreds, in one go."""
        members = list(value)
        if self.member is NUMBER and all(map(is_number, members)):
            copier.job.spend(spot, len(members))
            return Array(members)
        return Array([copier.copy(member, self.member, spot, depth + 1) for member in members])


@dataclass(frozen=True, eq=False)
class Row(Shape):
    """An array with a shape for each of its first members; further members are left out."""

    members: tuple[Shape, ...]
    label: str = "array"

    def fits(self, value: Any) -> bool:
        """Arrays whose first member fits the first shape."""
        return isinstance(value, Array) and len(value) >= len(self.members) and self.members[0].fits(value[0])

    def copied(self, value: Any, copier: Copier, spot: str, depth: int) -> Any:
        """Member by member, as far as there are shapes."""
        pairs = zip(self.members, value, strict=False)
        return Array([copier.copy(member, shape, spot, depth + 1) for shape, member in pairs])


@dataclass(frozen=True, eq=False)
class Either(Shape):
    """The first of several shapes that fits."""

    shapes: tuple[Shape, ...]

    @property
    def label(self) -> str:  # type: ignore[override]
        """What each of them is called."""
        return " or ".join(shape.label for shape in self.shapes)

    def fits(self, value: Any) -> bool:
        """When any does."""
        return any(shape.fits(value) for shape in self.shapes)

    def copied(self, value: Any, copier: Copier, spot: str, depth: int) -> Any:
        """As the first that fits."""
        for shape in self.shapes:
            if shape.fits(value):
                return shape.copied(value, copier, spot, depth)
        return copier.job.refuse("DG-F106", spot, expected=self.label, found=described(value))


@dataclass(frozen=True, eq=False)
class Keys(Shape):
    """A dictionary with the named keys; a stream when `data` says how its data are copied."""

    keys: Mapping[str, Shape]
    data: Callable[[Stream, Copier, str], bytes] | None = None
    when: Callable[[Any], bool] | None = None
    """A further test, on the type keys."""
    label: str = "dictionary"

    def fits(self, value: Any) -> bool:
        """Dictionaries or streams, by `data`, that pass the test on their type."""
        kind = Stream if self.data else Dictionary
        return isinstance(value, kind) and (self.when is None or self.when(value))

    def copied(self, value: Any, copier: Copier, spot: str, depth: int) -> Any:
        """Key by key, and the data of a stream."""
        entries = copied_keys(value, self.keys, copier, spot, depth)
        if self.data is None:
            return Dictionary(entries)
        made = copier.job.target.make_stream(self.data(value, copier, spot))
        for key, entry in entries.items():
            made[key] = entry
        return made


_STREAM_KEYS = frozenset({"/Length", "/Filter", "/DecodeParms", "/DL", "/DP", "/F"})


def copied_keys(value: Any, keys: Mapping[str, Shape], copier: Copier, spot: str, depth: int) -> dict[str, Any]:
    """The entries of a dictionary that an allow-list names; the others are counted as dropped."""
    entries = {}
    for key, entry in value.items():
        if key in keys and entry is not None:
            entries[key] = copier.copy(entry, keys[key], spot, depth + 1)
        elif key not in keys and key not in _STREAM_KEYS:
            copier.job.drop(f"key {key}" if len(key) < 25 and key[1:].isalpha() else "key")
    return entries


def plain_data(stream: Stream, copier: Copier, spot: str) -> bytes:
    """The decoded data of a stream, as they are."""
    return decoded(stream, copier.job, spot)


def described(value: Any) -> str:
    """The kind of a value, never the value itself: it may be a secret."""
    kinds = ((Stream, "stream"), (Dictionary, "dictionary"), (Array, "array"), (Name, "name"), (String, "string"))
    return next((word for kind, word in kinds if isinstance(value, kind)), type(value).__name__)
