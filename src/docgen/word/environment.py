"""The Jinja environment of Word templates: sandboxed, escaping, and strict about names and what is printed."""

from __future__ import annotations

from functools import partial
from typing import Any

from jinja2 import StrictUndefined
from jinja2.exceptions import UndefinedError
from jinja2.runtime import Undefined
from jinja2.utils import missing

from docgen.word.marking import MarkingEnvironment, box
from docgen.word.record import Missing, names_of, path_of, single


class UnknownName(UndefinedError):
    """A template uses a name that no field has."""

    def __init__(self, message: str | None = None, *, name: str, owner: object) -> None:
        self.name = name
        self.owner_path = path_of(owner)
        self.owner_names = names_of(owner)
        self.at_top = owner is None
        super().__init__(message or name)


class _StrictName(StrictUndefined):
    __slots__ = ()

    def __init__(self, hint: str | None = None, obj: Any = missing, name: str | None = None, exc: Any = None) -> None:
        owner = None if obj is missing else obj
        super().__init__(hint, obj, name, exc=partial(UnknownName, name=str(name), owner=owner))  # type: ignore[arg-type]


def is_given(value: object) -> bool:
    """Jinja test `is given`: there is a value, and it is not empty. An unknown name stays an error."""
    if isinstance(value, Undefined):
        bool(value)
    return not isinstance(value, Missing) and value not in ("", ())


def environment(kind: type[MarkingEnvironment] = MarkingEnvironment) -> MarkingEnvironment:
    """A fresh environment: autoescape on, no loader (so no include, import or extends), no globals of Jinja's own."""
    made = kind(undefined=_StrictName, finalize=single, autoescape=True, cache_size=0)
    made.globals.clear()
    made.tests["given"] = is_given
    made.filters |= {"box": box, "path": path_of}
    return made
