"""Values of a case by path, with `[*]` for every item, each with its exact path so that a finding can point at it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache

from pydantic import BaseModel

from docgen.case.model import Case
from docgen.office.paths import ANY, Steps, parse

Found = tuple[Steps, object]


def find(case: Case, path: str, scope: Steps = ()) -> tuple[Found, ...]:
    """Every value a path names, with its exact path. What is absent comes as None; an empty list has no items.

    Args:
        case: the case.
        path: `datasets[*].motivation`; one that starts with a point begins at the scope.
        scope: exact path of the item that a relative path belongs to.
    """
    steps = (*scope, *parse(path)) if path.startswith(".") else parse(path)
    return tuple(_find(case, steps, ()))


def is_given(value: object) -> bool:
    """Whether a value says anything: not absent, not empty, not only white space."""
    if value is None:
        return False
    if isinstance(value, str):
        return bool(value.strip())
    return bool(value) if isinstance(value, tuple | dict) else True


def as_text(value: object) -> str:
    """A value as a rule row writes it: `true`, `2026-11-23`, `scientific`."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, str | int | float) else ""


def texts(value: object, path: Steps = ()) -> Iterator[tuple[Steps, str]]:
    """Every text inside a value, with its exact path."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, BaseModel):
        for written, name in _attributes(type(value)).items():
            yield from texts(getattr(value, name), (*path, written))
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from texts(item, (*path, index))
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from texts(item, (*path, key))


def _find(value: object, steps: Steps, path: Steps) -> Iterator[Found]:
    if not steps:
        yield path, value
        return
    step, rest = steps[0], steps[1:]
    if step == ANY and isinstance(value, tuple | dict):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for key, item in items:
            yield from _find(item, rest, (*path, key))
    elif step == ANY:
        return
    else:
        yield from _find(_inner(value, step), rest, (*path, step))


@cache
def _attributes(model: type[BaseModel]) -> Mapping[str | int, str]:
    """Attribute of each field, by its name in the case file."""
    return {info.alias or name: name for name, info in model.model_fields.items()}


def _inner(value: object, step: str | int) -> object:
    if isinstance(value, BaseModel):
        name = _attributes(type(value)).get(step)
        return None if name is None else getattr(value, name)
    if isinstance(value, dict):
        return value.get(step)
    if isinstance(value, tuple) and isinstance(step, int) and step < len(value):
        return value[step]
    return None
