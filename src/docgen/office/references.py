"""What a profile refers to and does not have, each with its exact place.

Which fields refer to something is declared where they are: `Annotated[Slug, Refers("role")]`.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, get_args

from pydantic import BaseModel

from docgen.case.source import Path, Source
from docgen.findings import Finding, Severity
from docgen.office.content import Refers


def dangling(whole: BaseModel, names: Mapping[str, tuple[str, ...]], source: Source) -> Iterator[Finding]:
    """A finding for every reference to something that is not there.

    Args:
        whole: the model in which references stand.
        names: the names there are, by what they name (`role`, `kind`, …).
        source: gives the places.
    """
    for path, part in parts(whole):
        for field, written, what in _references(type(part)):
            for where, name in _texts(getattr(part, field), (*path, written)):
                if name not in names[what]:
                    yield _finding(what, name, names[what], where, source)


def parts(value: object, path: Path = ()) -> Iterator[tuple[Path, BaseModel]]:
    """Every model inside a value, the value itself included, with its path."""
    if isinstance(value, BaseModel):
        yield path, value
        for name, info in type(value).model_fields.items():
            yield from parts(getattr(value, name), (*path, info.alias or name))
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from parts(item, (*path, index))
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from parts(item, (*path, key))


def _finding(what: str, name: str, known: tuple[str, ...], path: Path, source: Source) -> Finding:
    near = difflib.get_close_matches(name, known, n=1)
    parameters = {"what": what, "name": name, "known": ", ".join(known), "near": near[0] if near else ""}
    return Finding("DG-O123" if near else "DG-O122", Severity.ERROR, source.place(path), parameters)


@cache
def _references(model: type[BaseModel]) -> tuple[tuple[str, str, str], ...]:
    """The fields of a model that refer to something: attribute, name in the file, and what they name."""
    items = model.model_fields.items()
    fields = ((name, info.alias or name, _what(info.annotation, info.metadata)) for name, info in items)
    return tuple((name, written, what) for name, written, what in fields if what is not None)


def _what(annotation: Any, metadata: list[Any]) -> str | None:
    for marker in (*metadata, *getattr(annotation, "__metadata__", ())):
        if isinstance(marker, Refers):
            return marker.what
    inner = (_what(argument, []) for argument in get_args(annotation))
    return next((what for what in inner if what is not None), None)


def _texts(value: object, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from _texts(item, (*path, index))
