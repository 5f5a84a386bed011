"""Paths of fields in a case (`datasets[*].motivation`): which exist, and which values their enumerations allow.

Profiles and rule rows name fields by path. A path that the case model does not have is refused when the row is read,
so that a misspelt rule cannot pass for one that is always satisfied.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from functools import cache
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import AfterValidator, BaseModel
from pydantic_core import PydanticCustomError

from docgen.case.model import Case

Steps = tuple[str | int, ...]
"""A path as steps; `*` stands for every item of a list or every entry of a mapping."""

ANY = "*"
_STEP = re.compile(r"\.?([A-Za-z_][A-Za-z0-9_]*)|\[(\*|\d+)\]")


@cache
def parse(path: str) -> Steps:
    """The steps of a path: `datasets[*].kind` gives `("datasets", "*", "kind")`.

    Raises:
        ValueError: when it is not written as a path.
    """
    steps: list[str | int] = []
    position = 0
    while position < len(path):
        match = _STEP.match(path, position)
        if match is None:
            raise ValueError(path)
        name, index = match.groups()
        steps.append(name if name else ANY if index == ANY else int(index))
        position = match.end()
    return tuple(steps)


def without_indexes(path: str) -> str:
    """The path of the field in the model: `datasets[0].kind` gives `datasets.kind`."""
    return re.sub(r"\[[^\]]*\]", "", path)


def exists(path: str) -> bool:
    """Whether the case model has such a field."""
    try:
        steps = parse(path)
    except ValueError:
        return False
    found: list[Any] = [Case]
    for step in steps:
        found = [inner for outer in found for inner in _step(outer, step)]
    return bool(steps) and bool(found)


@cache
def all_fields() -> frozenset[str]:
    """The path of every field of a case, without indexes."""
    return frozenset(path for path, _ in _walk(Case, ""))


@cache
def enumerations() -> dict[str, tuple[str, ...]]:
    """The allowed values of every field that has a closed list of them, by path without indexes."""
    found: dict[str, tuple[str, ...]] = {}
    for path, annotation in _walk(Case, ""):
        values = tuple(_literals(annotation))
        if values:
            found[path] = tuple(dict.fromkeys([*found.get(path, ()), *values]))
    return found


def _known(path: str) -> str:
    if not exists(path.removeprefix(".")) and not path.startswith("."):
        near = difflib.get_close_matches(without_indexes(path), all_fields(), n=1)
        raise PydanticCustomError("DG-O111", "no such field", {"path": path, "near": near[0] if near else ""})
    return path


FieldPath = Annotated[str, AfterValidator(_known)]
"""Path of a field that a case can have. One that starts with a point is relative and is checked where it is used."""


def _step(annotation: Any, step: str | int) -> Iterator[Any]:
    origin = get_origin(annotation)
    if origin in (Union, UnionType, Annotated):
        for argument in get_args(annotation):
            yield from _step(argument, step)
    elif origin is tuple and (step == ANY or isinstance(step, int)):
        yield get_args(annotation)[0]
    elif origin is dict:
        yield get_args(annotation)[1]
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield from (info.annotation for name, info in annotation.model_fields.items() if (info.alias or name) == step)


def _walk(annotation: Any, path: str) -> Iterator[tuple[str, Any]]:
    origin = get_origin(annotation)
    if origin in (Union, UnionType, tuple, Annotated):
        for argument in get_args(annotation):
            yield from _walk(argument, path)
    elif origin is dict:
        yield from _walk(get_args(annotation)[1], path)
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        for name, info in annotation.model_fields.items():
            inner = f"{path}.{info.alias or name}" if path else (info.alias or name)
            yield inner, info.annotation
            yield from _walk(info.annotation, inner)


def _literals(annotation: Any) -> Iterator[str]:
    if get_origin(annotation) is Literal:
        yield from (str(value) for value in get_args(annotation))
    elif get_origin(annotation) in (Union, UnionType, tuple, Annotated):
        for argument in get_args(annotation):
            if not (isinstance(argument, type) and issubclass(argument, BaseModel)):
                yield from _literals(argument)
