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
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from docgen.office.content import Item, Slug
from docgen.office.paths import FieldPath, exists

SlotName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$")]
"""A slot of a document kind: `protocol.applicant`."""

FIELD_OPERATORS = ("present", "absent", "equals", "in_", "not_in", "before", "within", "count", "matches")
DOSSIER_FACTS = ("built", "received", "signed", "complete", "published")


def _expression(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise PydanticCustomError("pattern", "not a regular expression: {problem}", {"problem": str(error)}) from error
    return pattern


Expression = Annotated[str, AfterValidator(_expression)]


def _moment(value: str) -> str:
    if value == "today" or value.startswith(".") or exists(value):
        return value
    try:
        date.fromisoformat(value)
    except ValueError as error:
        raise PydanticCustomError("moment", "neither a date, a field of a case, nor today") from error
    return value


Moment = Annotated[str, AfterValidator(_moment)]
"""A date (`2018-05-25`), a field that holds one, or `today`."""


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
    built: Slug | None = None
    """The document was made."""
    received: FieldPath | None = None
    """The file that this field of the case names is among what was received."""
    signed: SlotName | None = None
    """The slot holds a valid signature."""
    complete: Slug | None = None
    """Every slot of the document holds a valid signature."""
    published: Slug | None = None
    any_: Annotated[tuple[Condition, ...] | None, Field(alias="any")] = None
    """At least one of these holds."""

    @property
    def operator(self) -> str:
        """Name of the one operator or dossier fact that is used."""
        return self._used()[0]

    @property
    def fact(self) -> str:
        """What must be so, as a short key for wording and reports: `signed:protocol.applicant`, `purpose.kinds`."""
        if self.any_:
            return self.any_[0].fact
        if self.path is not None:
            return self.path
        return f"{self.operator}:{getattr(self, self.operator)}"

    @model_validator(mode="after")
    def _has_one_operator(self) -> Condition:
        used = self._used()
        if len(used) != 1:
            raise PydanticCustomError(
                "operators", "a condition needs exactly one operator, this has {n}", {"n": len(used)}
            )
        if (used[0] in FIELD_OPERATORS) != (self.path is not None):
            raise PydanticCustomError(
                "operators", "an operator on a field needs a path, a fact of the dossier has none"
            )
        if self.present is False or self.absent is False:
            raise PydanticCustomError("operators", "write present: true or absent: true")
        return self

    def _used(self) -> list[str]:
        return [name for name in (*FIELD_OPERATORS, *DOSSIER_FACTS, "any_") if getattr(self, name) is not None]
