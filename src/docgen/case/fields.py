"""The outline of a case file: every field with its kind, choices and place in the tree, read off the model once.

Error messages, JSON Schema, scaffold and help texts all need to know what may stand where; they ask here, so that the
model in `docgen.case.model` stays the only list of fields.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import annotated_types
from pydantic import BaseModel, StringConstraints
from pydantic.fields import FieldInfo

from docgen.case.model import Case
from docgen.case.source import Path, Plain, value_at


class Kind(Enum):
    """What a field holds."""

    TEXT = "text"
    FLAG = "flag"
    NUMBER = "number"
    DATE = "date"
    CHOICE = "choice"
    BLOCK = "block"
    """Named fields."""
    VARIANTS = "variants"
    """Named fields, which ones depends on the word after `kind`."""
    TABLE = "table"
    """Blocks under names that the writer chooses."""


@dataclass(frozen=True, slots=True)
class CaseField:
    """One field of a case file."""

    name: str
    path: str
    """Where it stands, without indexes: `applicant.kbo`, `datasets.variables.name`, `documents.*.number`."""
    owner: str
    """Name of the model class that declares it, for help texts that several paths share."""
    kind: Kind
    many: bool = False
    """A list of what `kind` says."""
    required: bool = False
    """Must be filled as soon as anything around it is."""
    default: str = ""
    """What holds when nothing is given; empty when that is nothing."""
    choices: tuple[str, ...] = ()
    pattern: str = ""
    minimum: int | None = None
    maximum: int | None = None
    longest: int | None = None
    fields: tuple[CaseField, ...] = ()
    """Of a block or of each row of a table; of variants: every field that one of them has."""
    variants: tuple[tuple[str, tuple[CaseField, ...]], ...] = ()
    """The fields of each variant, by the word that chooses it."""

    def variant(self, word: str) -> tuple[CaseField, ...]:
        """The fields that may stand beside `kind: word`; all of them when the word is unknown."""
        return dict(self.variants).get(word, self.fields)


def find(path: Path, values: Plain = None) -> CaseField | None:
    """The field at a path of a case file; with the plain values at hand, of variants only the one that was chosen."""
    here: CaseField | None = None
    for step in path:
        around, values = values, value_at(values, (step,))
        if isinstance(step, int):
            continue
        if here is not None and here.kind is Kind.TABLE:
            here = CaseField("*", f"{here.path}.*", here.owner, Kind.BLOCK, fields=here.fields)
            continue
        word = str(around.get("kind")) if isinstance(around, dict) else ""
        here = next((field for field in within(here, word) if field.name == step), None)
        if here is None:
            return None
    return here


def within(field: CaseField | None, word: str = "") -> tuple[CaseField, ...]:
    """The fields inside a field; at the top of the file when there is none."""
    if field is None:
        return OUTLINE
    return field.variant(word) if field.kind is Kind.VARIANTS else field.fields


def every_field(fields: tuple[CaseField, ...] | None = None) -> Iterator[CaseField]:
    """All fields, each before what is inside it; what several variants share comes once."""
    for field in OUTLINE if fields is None else fields:
        yield field
        yield from every_field(field.fields)


def _outline(model: type[BaseModel], path: str) -> tuple[CaseField, ...]:
    return tuple(_field(model, name, info, path) for name, info in model.model_fields.items())


def _field(model: type[BaseModel], name: str, info: FieldInfo, path: str) -> CaseField:
    name = info.alias or name
    here = f"{path}.{name}" if path else name
    annotation, facts = _unwrapped(info.annotation, list(info.metadata))
    many = get_origin(annotation) is tuple
    if many:
        annotation, facts = _unwrapped(get_args(annotation)[0], facts)
    shape = _shape(annotation, here)
    return CaseField(
        name=name,
        path=here,
        owner=_owner(model, name),
        many=many,
        required=info.is_required(),
        default=_default(info),
        **shape,
        **_limits(facts, shape["kind"]),
    )


def _unwrapped(annotation: Any, facts: list[Any]) -> tuple[Any, list[Any]]:
    """An annotation without `Annotated` and without `| None`, and the metadata found on the way."""
    while True:
        if get_origin(annotation) is Annotated:
            annotation, *more = get_args(annotation)
            facts = [*facts, *more]
            continue
        members = [member for member in get_args(annotation) if member is not NoneType]
        if get_origin(annotation) in (Union, UnionType) and len(members) == 1:
            annotation = members[0]
            continue
        return annotation, facts


def _shape(annotation: Any, path: str) -> dict[str, Any]:
    if get_origin(annotation) is Literal:
        return {"kind": Kind.CHOICE, "choices": tuple(str(choice) for choice in get_args(annotation))}
    if get_origin(annotation) in (Union, UnionType):
        return _variants(get_args(annotation), path)
    if get_origin(annotation) is dict:
        return {"kind": Kind.TABLE, "fields": _outline(get_args(annotation)[1], f"{path}.*")}
    if issubclass(annotation, BaseModel):
        return {"kind": Kind.BLOCK, "fields": _outline(annotation, path)}
    return {"kind": {bool: Kind.FLAG, int: Kind.NUMBER, date: Kind.DATE, str: Kind.TEXT}[annotation]}


def _variants(members: tuple[type[BaseModel], ...], path: str) -> dict[str, Any]:
    variants: list[tuple[str, tuple[CaseField, ...]]] = []
    together: dict[str, CaseField] = {}
    for member in members:
        fields = _outline(member, path)
        words = next(field.choices for field in fields if field.name == "kind")
        variants.extend((word, fields) for word in words)
        for field in fields:
            known = together.get(field.name)
            together[field.name] = _joined(known, field) if known else field
    return {"kind": Kind.VARIANTS, "variants": tuple(variants), "fields": tuple(together.values())}


def _joined(one: CaseField, other: CaseField) -> CaseField:
    inside = {field.name: field for field in (*other.fields, *one.fields)}
    choices = tuple(dict.fromkeys((*one.choices, *other.choices)))
    return CaseField(
        one.name,
        one.path,
        one.owner,
        one.kind,
        many=one.many,
        required=one.required and other.required,
        choices=choices,
        fields=tuple(inside.values()),
    )


def _limits(facts: list[Any], kind: Kind) -> dict[str, Any]:
    limits: dict[str, Any] = {}
    for fact in (inner for outer in facts for inner in getattr(outer, "metadata", [outer])):
        if isinstance(fact, StringConstraints) and kind is Kind.TEXT:
            limits |= {"pattern": _bare(fact.pattern), "longest": fact.max_length}
        elif isinstance(fact, annotated_types.Ge):
            limits["minimum"] = fact.ge
        elif isinstance(fact, annotated_types.Le):
            limits["maximum"] = fact.le
    return limits


def _bare(pattern: str | re.Pattern[str] | None) -> str:
    return pattern.pattern if isinstance(pattern, re.Pattern) else pattern or ""


def _default(info: FieldInfo) -> str:
    if isinstance(info.default, bool):
        return str(info.default).lower()
    return info.default if isinstance(info.default, str) else ""


def _owner(model: type[BaseModel], name: str) -> str:
    declaring = [parent for parent in model.__mro__ if name in getattr(parent, "__annotations__", {})]
    return declaring[-1].__name__ if declaring else model.__name__


OUTLINE: tuple[CaseField, ...] = _outline(Case, "")
"""The fields at the top of a case file, with everything inside them."""

BY_PATH: Mapping[str, CaseField] = {field.path: field for field in every_field(OUTLINE)}
"""Every field by its path without indexes."""
