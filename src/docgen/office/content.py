"""Reading what legal staff own: YAML into closed, frozen models, with a finding at the line for whatever is wrong.

Office profiles, rule rows and wording are read like case files (`docgen.case.source`): every scalar as a string, no
aliases or tags, no duplicate keys. An unknown key is an error, because a misspelt key that is ignored is a rule that
does not hold.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from types import UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError
from pydantic_core import ErrorDetails

from docgen.case import source
from docgen.errors import ContentInvalid
from docgen.findings import Finding, Severity, most_serious_first

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
Line = Annotated[str, StringConstraints(min_length=1)]


@dataclass(frozen=True, slots=True)
class Refers:
    """Marks a field whose text is the name of something else in the same file."""

    what: str
    """`role`, `kind`, `slot`, `kind.slot` or `numbering`."""


class Item(BaseModel):
    """Base of everything read from `templates/`: frozen and closed."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True, populate_by_name=False)


Model = TypeVar("Model", bound=BaseModel)


def read_model(content: bytes, file: str, model: type[Model]) -> tuple[Model, source.Source]:
    """A model filled from YAML, and the places of its values.

    Args:
        content: the file's bytes, UTF-8.
        file: its name as the user knows it.
        model: what the file must say.

    Raises:
        ContentInvalid: with every finding of the file, each at its line and column.
    """
    read = source.read(content, file)
    if read.findings or not isinstance(read.values, dict):
        findings = read.findings or (Finding("DG-O101", Severity.ERROR, read.place(())),)
        raise ContentInvalid(most_serious_first(findings))
    try:
        return model.model_validate(read.values), read
    except ValidationError as error:
        findings = tuple(_finding(detail, read, model) for detail in _causes(error.errors(include_url=False)))
        raise ContentInvalid(most_serious_first(findings)) from error


def _causes(details: list[ErrorDetails]) -> Iterator[ErrorDetails]:
    # A list whose only item is wrong is then also too short; that is a consequence, not a second mistake.
    for detail in details:
        inside = (other["loc"][: len(detail["loc"])] == detail["loc"] for other in details if other is not detail)
        if detail["type"] != "too_short" or not any(inside):
            yield detail


def _finding(detail: ErrorDetails, read: source.Source, model: type[BaseModel]) -> Finding:
    path = tuple(step for step in detail["loc"] if step != "[key]")
    name = str(path[-1]) if path else ""
    if detail["type"] == "extra_forbidden":
        known = sorted(_keys_at(model, path[:-1]))
        near = difflib.get_close_matches(name, known, n=1)
        parameters = {"name": name, "near": near[0] if near else "", "known": ", ".join(known)}
        return Finding("DG-O103" if near else "DG-O102", Severity.ERROR, read.place(path), parameters)
    if detail["type"] == "missing":
        return Finding("DG-O104", Severity.ERROR, read.place(path), {"name": name})
    shown = detail["input"] if isinstance(detail["input"], str) else ""
    context = detail.get("ctx", {})
    if detail["type"].startswith("DG-"):
        parameters = {key: str(value) for key, value in context.items()}
        return Finding(detail["type"], Severity.ERROR, read.place(path), {"name": name, "value": shown, **parameters})
    if detail["type"] == "literal_error":
        allowed = str(context.get("expected", "")).replace("'", "").replace(" or ", ", ")
        near = difflib.get_close_matches(shown, allowed.split(", "), n=1)
        parameters = {"name": name, "value": shown, "allowed": allowed, "near": near[0] if near else ""}
        return Finding("DG-O110", Severity.ERROR, read.place(path), parameters)
    return Finding(
        "DG-O105", Severity.ERROR, read.place(path), {"name": name, "value": shown, "problem": detail["msg"]}
    )


def _keys_at(model: type[BaseModel], path: source.Path) -> Iterator[str]:
    found: list[Any] = [model]
    for step in path:
        found = [inner for outer in found for inner in _inside(outer, step)]
    for outer in found:
        for inner in _models(outer):
            yield from (info.alias or name for name, info in inner.model_fields.items())


def _inside(annotation: Any, step: str | int) -> Iterable[Any]:
    models = list(_models(annotation))
    if models and isinstance(step, str):
        for model in models:
            yield from (info.annotation for name, info in model.model_fields.items() if (info.alias or name) == step)
        return
    for argument in _containers(annotation):
        yield from get_args(argument)[-1:] if get_args(argument)[-1] is not Ellipsis else get_args(argument)[:1]


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    elif get_origin(annotation) in (Union, UnionType, Annotated):
        for argument in get_args(annotation):
            yield from _models(argument)


def _containers(annotation: Any) -> Iterator[Any]:
    if get_origin(annotation) in (Union, UnionType, Annotated):
        for argument in get_args(annotation):
            yield from _containers(argument)
    elif get_args(annotation):
        yield annotation
