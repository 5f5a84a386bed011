"""What templates see, as shapes: which names a value has, and what a list holds. Read off the case schema."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from docgen.case.fields import OUTLINE, CaseField, Kind
from docgen.office.profile import Office

_LOOP = ("index", "index0", "revindex", "revindex0", "first", "last", "length", "depth", "depth0")
_LOOP_MORE = ("previtem", "nextitem", "changed", "cycle")
_DATE = frozenset({"year", "month", "day", "isoformat", "strftime"})


@dataclass(frozen=True, slots=True)
class Shape:
    """What is known of a value before there is any case."""

    sort: Literal["record", "list", "value", "any"]
    path: str = ""
    """Path in the case file, without indexes; empty for what is no field."""
    members: Mapping[str, Shape] | None = None
    """Of a record."""
    field: CaseField | None = None
    """The field itself, or the one whose items a list holds."""

    def member(self, name: str) -> Shape | None:
        """The value under a name; nothing when there is no such name."""
        if self.sort == "any":
            return ANY
        if self.sort == "value":
            known = _DATE if self.field and self.field.kind is Kind.DATE else frozenset(dir(str))
            return ANY if name in known else None
        if self.sort == "list":
            return None
        if self.members is not None:
            return self.members.get(name)
        return self._field_member(name)

    def _field_member(self, name: str) -> Shape | None:
        assert self.field is not None  # noqa: S101  a record is of members or of a field
        if self.field.kind is Kind.TABLE:
            return Shape("record", f"{self.path}.*", {one.name: shape_of(one) for one in self.field.fields})
        return next((shape_of(one) for one in self.field.fields if one.name == name), None)

    @property
    def names(self) -> tuple[str, ...]:
        """Names that a record has."""
        if self.members is not None:
            return tuple(self.members)
        return tuple(one.name for one in self.field.fields) if self.sort == "record" and self.field else ()

    @property
    def item(self) -> Shape | None:
        """What a loop over it meets; nothing when it cannot be looped over."""
        if self.sort == "list" and self.field is not None:
            return _one(self.field)
        return ANY if self.sort in ("any", "list") else None


ANY = Shape("any")
VALUE = Shape("value")
LOOP = Shape("record", members=dict.fromkeys(_LOOP + _LOOP_MORE, ANY))


def shape_of(field: CaseField) -> Shape:
    """The shape of a field of the case."""
    return Shape("list", field.path, field=field) if field.many else _one(field)


def _one(field: CaseField) -> Shape:
    nested = field.kind in (Kind.BLOCK, Kind.VARIANTS, Kind.TABLE)
    return Shape("record" if nested else "value", field.path, field=field)


def context_shape(office: Office | None, kind: str) -> Shape:
    """The shape of all that a template of one kind sees; without an office any role and slot will do."""
    members = {field.name: shape_of(field) for field in OUTLINE}
    address = _record("street", "postcode", "city", "country")
    role, signatory = _record("name", "title"), _record("name", "role", "organisation", "on_behalf_of")
    members["office"] = Shape(
        "record",
        members={
            **dict.fromkeys(("id", "name", "short_name", "brand", "department", "email", "website"), VALUE),
            "address": address,
            "roles": Shape("record", members=dict.fromkeys(office.roles, role)) if office else ANY,
        },
    )
    members["document"] = _record("kind", "title", "number", "date", "lang", "case")
    slots = office.kinds[kind].slot_names if office and kind in office.kinds else ()
    members["signatory"] = Shape("record", members=dict.fromkeys(slots, signatory)) if slots else ANY
    members |= {"remarks": Shape("list"), "findings": Shape("list")}
    return Shape("record", members=members)


def _record(*names: str) -> Shape:
    return Shape("record", members=dict.fromkeys(names, VALUE))
