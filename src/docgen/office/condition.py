"""Conditions: the closed handful of tests that profiles and rule rows are made of.

A condition is data: it names a field of the case and one operator, or one fact about the dossier. There are no
expressions and nothing is evaluated as code; what needs more is a named predicate in `docgen.decide.predicates`.

    {path: decision.outcome, equals: approved}
    {path: "datasets[*].motivation", present: true}
    {path: dates.received, before: dates.complete}
    {signed: dpo_advice.director_general}
"""

from __future__ import annotations

import re
from datetime import date
from functools import cached_property
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from docgen.office.content import Item, Refers, Slug
from docgen.office.paths import FieldPath, exists

KindName = Annotated[Slug, Refers("kind")]
SlotName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$"), Refers("kind.slot")]
"""A slot of a document kind: `protocol.applicant`."""

FIELD_OPERATORS = ("present", "absent", "equals", "in_", "not_in", "before", "within", "count", "matches")
DOSSIER_FACTS = ("built", "received", "signed", "complete", "published")
_HANDED_IN = ("received", "complete")


def _expression(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise PydanticCustomError("DG-O115", "not a pattern", {"problem": str(error)}) from error
    return pattern


Expression = Annotated[str, AfterValidator(_expression)]


def _moment(value: str) -> str:
    if value == "today" or value.startswith(".") or exists(value):
        return value
    try:
        date.fromisoformat(value)
    except ValueError as error:
        raise PydanticCustomError("DG-O116", "not a moment") from error
    return value


Moment = Annotated[str, AfterValidator(_moment)]
"""A date (`2018-05-25`), a field that holds one, or `today`."""


def _known() -> str:
    return ", ".join(name.rstrip("_") for name in (*FIELD_OPERATORS, *DOSSIER_FACTS, "any"))


class Within(Item):
    """The date lies at most so many days after another."""

    of: Moment
    days: Annotated[int, Field(ge=0)]


class Count(Item):
    """How many items a list has."""

    min: Annotated[int, Field(ge=0)] | None = None
    max: Annotated[int, Field(ge=0)] | None = None


class Condition(Item):
    """One test with exactly one operator.

    A field that is absent satisfies `absent`, `not_in` and `count` with `min: 0` only. A path with `[*]` means every
    item when something is required and at least one when it decides whether a row applies.
    """

    path: FieldPath | None = None
    present: bool | None = None
    absent: bool | None = None
    equals: str | None = None
    in_: Annotated[tuple[str, ...] | None, Field(alias="in")] = None
    not_in: tuple[str, ...] | None = None
    before: Moment | None = None
    """Not later than this moment."""
    within: Within | None = None
    count: Count | None = None
    matches: Expression | None = None
    """The whole text matches."""
    built: KindName | None = None
    """The document was made."""
    received: FieldPath | None = None
    """The file that this field of the case names is among what was received."""
    signed: SlotName | None = None
    """The slot holds a valid signature."""
    complete: KindName | None = None
    """Every slot of the document holds a valid signature."""
    published: KindName | None = None
    any_: Annotated[tuple[Condition, ...] | None, Field(alias="any")] = None
    """At least one of these holds."""

    @cached_property
    def operator(self) -> str:
        """Name of the one operator or dossier fact that is used."""
        return self._used()[0]

    @property
    def fact(self) -> str:
        """What must be so, as a short key for wording and reports: `signed:protocol.applicant`, `purpose.kinds`.

        Of alternatives the first; when it is a file or a document to hand in, all of these, with `|` between them.
        """
        if self.any_:
            handed_in = [one for one in self.any_ if one.operator in _HANDED_IN]
            return "|".join(one.fact for one in handed_in) if self.any_[0] in handed_in else self.any_[0].fact
        if self.path is not None:
            return self.path
        return f"{self.operator}:{getattr(self, self.operator)}"

    @model_validator(mode="after")
    def _has_one_operator(self) -> Condition:
        used = self._used()
        if len(used) != 1:
            raise PydanticCustomError("DG-O112", "not one operator", {"n": len(used), "known": _known()})
        if (used[0] in FIELD_OPERATORS) != (self.path is not None):
            raise PydanticCustomError("DG-O113", "path and operator do not fit", {"name": used[0].rstrip("_")})
        if self.present is False or self.absent is False:
            raise PydanticCustomError("DG-O114", "present and absent are true")
        return self

    def _used(self) -> list[str]:
        return [name for name in (*FIELD_OPERATORS, *DOSSIER_FACTS, "any_") if getattr(self, name) is not None]
