"""The fields that templates may show, each with a tag that can be pasted into Word as it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from docgen.case.fields import OUTLINE, CaseField, Kind
from docgen.office.profile import Office
from docgen.word.lint.shapes import Shape, context_shape

_NOT_SHOWN = frozenset({"schema", "office"})
_OFFICE = ("document", "signatory", "office")
_ROLE_NAME = re.compile(r"office\.roles\.(\w+)\.name")
_FILTERS = {"document.date": "|date", "office.address.country": "|country"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One field."""

    path: str
    """Path in the case file without indexes, or `office.…`, `document.…`, `signatory.…`."""
    tag: str
    """To be pasted; inside a list it uses the name of the row around it."""
    field: CaseField | None
    """Nothing for what is no field of the case."""
    required: bool
    """The kind cannot be made without it."""


def catalogue(office: Office, kind: str) -> tuple[Entry, ...]:
    """Every field that a template of this kind can show: first what the document is about, then all of the case."""
    requires = tuple(path.replace("[*]", "") for path in office.kinds[kind].requires)
    context = context_shape(office, kind)
    own = [entry for name in _OFFICE for entry in _inside(context, "", name) if _is_known(entry, office)]
    fields = (field for field in OUTLINE if field.name not in _NOT_SHOWN)
    return (*own, *(entry for field in fields for entry in _entries(field, field.name, requires, kind)))


def _is_known(entry: Entry, office: Office) -> bool:
    """Not the signatories of what nobody signs, nor the names of the applicant's people: those stand in the case."""
    role = _ROLE_NAME.fullmatch(entry.path)
    return "." in entry.path and (role is None or office.roles[role[1]].name is not None)


def _inside(shape: Shape, path: str, name: str) -> Iterator[Entry]:
    inner = (shape.members or {})[name]
    here = f"{path}.{name}" if path else name
    if inner.sort == "record":
        for each in inner.names:
            yield from _inside(inner, here, each)
        return
    yield Entry(here, f"{{{{ {here}{_FILTERS.get(here, '')} }}}}", None, False)


def _entries(field: CaseField, written: str, requires: tuple[str, ...], kind: str) -> Iterator[Entry]:
    required = any(field.path == path or field.path.startswith(f"{path}.") for path in requires)
    yield Entry(field.path, tag_of(field, written), field, required)
    row = f"{written}.{kind}" if field.kind is Kind.TABLE else row_name(field.name) if field.many else written
    for inner in field.fields:
        yield from _entries(inner, f"{row}.{inner.name}", requires, kind)


def row_name(name: str) -> str:
    """What one row of a list is called in a loop: `dataset` of `datasets`."""
    if name.endswith("ies"):
        return f"{name[:-3]}y"
    return name[:-1] if name.endswith("s") and not name.endswith("ss") else f"{name}_row"


def tag_of(field: CaseField, written: str) -> str:
    """The tag that shows a field, under the name by which it is reached."""
    if field.kind in (Kind.BLOCK, Kind.VARIANTS, Kind.TABLE):
        if field.many:
            return f"{{%p for {row_name(field.name)} in {written} %}} … {{%p endfor %}}"
        return f"{{%p if {written} %}} … {{%p endif %}}"
    return f"{{{{ {shown(field, written)} }}}}"


def shown(field: CaseField, written: str) -> str:
    """The expression in the tag: the name with the filter that its kind asks for."""
    if field.kind is Kind.CHOICE:
        return f"{written}|labels('{field.path}')|conjoin" if field.many else f"{written}|label('{field.path}')"
    if field.many:
        return f"{written}|conjoin"
    filters = {Kind.DATE: "|date", Kind.FLAG: "|yesno"}
    if field.kind is Kind.NUMBER and field.name.endswith("months"):
        return f"{written}|months"
    if field.name == "country":
        return f"{written}|country"
    return written + filters.get(field.kind, "")
