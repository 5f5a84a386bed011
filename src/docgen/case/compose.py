"""Plain values straight from the events of a YAML parser, for files in which nothing is out of the ordinary.

One pass, without tokens and nodes between: that is most of the time `docgen check` takes over many cases. Whatever is
odd in a file (an error, an alias, a key twice, a hidden character) is not judged here: the whole file is then left to
the careful reader of `docgen.case.source`, which says what and where.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import yaml
from yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    DocumentStartEvent,
    Event,
    MappingStartEvent,
    ScalarEvent,
    SequenceStartEvent,
)

if TYPE_CHECKING:
    from yaml._yaml import Mark as LibyamlMark
    from yaml.error import Mark as OwnMark

    Mark = OwnMark | LibyamlMark

Path = tuple[str | int, ...]
Plain = str | None | list["Plain"] | dict[str, "Plain"]
Loader = type[yaml.SafeLoader] | type[yaml.CSafeLoader]

NULLS = frozenset({"", "~", "null", "Null", "NULL"})
"""What a plain scalar may say for nothing."""
LOST_TEXT = re.compile(r"[ \t]+#[^\s#!]")
"""A comment behind a value that may have been meant as its end: `10 #1`."""


@dataclass(frozen=True, slots=True)
class Composed:
    """The values of a file and where in its text each begins; of a mapping entry where its key does."""

    values: Plain
    starts: dict[Path, int]


def composed(text: str, loader: Loader, hides: Callable[[str, str], bool], deepest: int) -> Composed | None:
    """The values of a file; None as soon as anything in it is out of the ordinary.

    Args:
        text: the file, without characters that YAML cannot hold.
        loader: which parser reads it.
        hides: whether a scalar, as written and as read, holds what a search of the raw text would not find.
        deepest: how deep collections may nest.
    """
    builder = _Builder(text, hides, deepest)
    try:
        for event in yaml.parse(text, Loader=loader):
            if not builder.takes(event):
                return None
    except (yaml.YAMLError, ValueError, OverflowError):
        return None
    return Composed(builder.root, builder.starts) if builder.starts else None


@dataclass(slots=True)
class _Open:
    """A collection whose end has not come yet."""

    path: Path
    into: list[Plain] | dict[str, Plain]
    key: str | None = None
    """Of the entry whose value comes next."""


@dataclass(slots=True)
class _Builder:
    text: str
    hides: Callable[[str, str], bool]
    deepest: int
    root: Plain = None
    starts: dict[Path, int] = field(default_factory=dict)
    open: list[_Open] = field(default_factory=list)

    def takes(self, event: Event) -> bool:
        """Whether this event is an ordinary one; its value then stands where it belongs."""
        if isinstance(event, ScalarEvent):
            return self._scalar(event)
        if isinstance(event, MappingStartEvent):
            return self._begins(event, {})
        if isinstance(event, SequenceStartEvent):
            return self._begins(event, [])
        if isinstance(event, CollectionEndEvent):
            self.open.pop()
        # Directives and second documents come with `---`, which a case file does not need.
        return not (isinstance(event, AliasEvent) or (isinstance(event, DocumentStartEvent) and event.explicit))

    def _scalar(self, event: ScalarEvent) -> bool:
        if event.anchor or event.tag:
            return False
        around = self.open[-1] if self.open else None
        if around is not None and around.key is None and isinstance(around.into, dict):
            return self._key(event, around)
        start, end = _index(event.start_mark), _index(event.end_mark)
        value: str | None = event.value
        if not event.style:  # None from PyYAML, "" from libyaml
            if LOST_TEXT.match(self.text, end):
                return False
            if value in NULLS:
                value = None
        if value is not None and self.hides(self.text[start:end], value):
            return False
        self._put(value, start, around)
        return True

    def _key(self, event: ScalarEvent, around: _Open) -> bool:
        key = event.value
        assert isinstance(around.into, dict)  # noqa: S101  only mappings have keys
        if not key or key in around.into or (key == "<<" and not event.style):
            return False
        around.key = key
        self.starts[(*around.path, key)] = _index(event.start_mark)
        return True

    def _begins(self, event: MappingStartEvent | SequenceStartEvent, into: list[Plain] | dict[str, Plain]) -> bool:
        around = self.open[-1] if self.open else None
        is_key = around is not None and around.key is None and isinstance(around.into, dict)
        if event.anchor or event.tag or is_key or len(self.open) >= self.deepest:
            return False
        self.open.append(_Open(self._put(into, _index(event.start_mark), around), into))
        return True

    def _put(self, value: Plain, start: int, around: _Open | None) -> Path:
        """Where the value now stands."""
        path: Path = ()
        if around is None:
            self.root = value
        elif isinstance(around.into, list):
            path = (*around.path, len(around.into))
            around.into.append(value)
        else:
            assert around.key is not None  # noqa: S101  a value follows its key
            path = (*around.path, around.key)
            around.into[around.key] = value
            around.key = None
            return path
        self.starts[path] = start
        return path


def _index(mark: Mark | None) -> int:
    assert mark is not None  # noqa: S101  both parsers mark every event
    return mark.index
