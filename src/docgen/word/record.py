"""What templates see: plain immutable values under names, and nothing that leads anywhere else.

Jinja looks attributes up with `getattr`, so a mapping would offer its methods (`keys`, `items`) as if they were fields.
A `Record` offers its fields only. A field without a value is a `Missing`: false in a condition, and an error that
knows its own path as soon as somebody prints it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import NoReturn

from jinja2.exceptions import TemplateRuntimeError


class EmptyField(TemplateRuntimeError):
    """A template prints a field that the case leaves empty."""

    def __init__(self, path: str) -> None:
        self.path = path
        super().__init__(path)


class PrintedGroup(TemplateRuntimeError):
    """A template prints a group of fields or a list, as if that were one value."""


class Missing:
    """A field without a value."""

    __slots__ = ("_path",)

    def __init__(self, path: str) -> None:
        self._path = path

    def __bool__(self) -> bool:
        return False

    def __eq__(self, other: object) -> bool:
        return other is None or isinstance(other, Missing)

    def __hash__(self) -> int:
        return hash(None)

    def _refuse(self, *_: object) -> NoReturn:
        raise EmptyField(self._path)

    def __getattr__(self, name: str) -> NoReturn:
        if name.startswith("__") and name != "__html__":
            raise AttributeError(name)
        raise EmptyField(self._path)

    __str__ = __html__ = __iter__ = __len__ = __add__ = __radd__ = __getitem__ = __format__ = _refuse


class Record:
    """Named values, immutable; an unknown name is an `AttributeError`."""

    __slots__ = ("_path", "_values")

    def __init__(self, values: Mapping[str, object], path: str = "") -> None:
        self._path = path
        self._values = {name: as_template_value(value, _join(path, name)) for name, value in values.items()}

    def __getattr__(self, name: str) -> object:
        try:
            return self._values[name]
        except KeyError:
            raise AttributeError(name) from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __bool__(self) -> bool:
        return True


def names_of(record: object) -> tuple[str, ...]:
    """Names of the fields of a record; none for any other value."""
    return tuple(record._values) if isinstance(record, Record) else ()


def field_of(record: Record, name: str) -> object:
    """Value of a field.

    Raises:
        KeyError: the record has no such field.
    """
    return record._values[name]


def path_of(record: object) -> str:
    """Path of a record from the top of the case; empty for any other value."""
    return record._path if isinstance(record, Record) else ""


def single(value: object) -> object:
    """The value itself, when it is one that can be printed.

    Raises:
        PrintedGroup: it is several values together, which would print as Python writes them.
    """
    if isinstance(value, Record | tuple | list | Mapping):
        raise PrintedGroup(path_of(value))
    return value


def as_template_value(value: object, path: str = "") -> object:
    """A value as templates may see it: text, number, date, tuple, `Record`, or `Missing` for nothing.

    Raises:
        TypeError: for anything else; handing templates an object with methods is a mistake of ours.
    """
    if value is None:
        return Missing(path)
    if isinstance(value, str):
        return value.replace("\r\n", "\n").replace("\r", "\n")
    if isinstance(value, bool | int | date | Record | Missing):
        return value
    if isinstance(value, Mapping):
        return Record(value, path)
    if isinstance(value, tuple | list):
        return tuple(as_template_value(item, f"{path}[{index}]") for index, item in enumerate(value))
    raise TypeError(f"templates may not see a {type(value).__name__} ({path})")


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
