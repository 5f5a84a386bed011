"""Tags of content controls: the path of a field in the case file, and a hidden bookmark that says the same.

    purpose.description                a field
    datasets[0].variables[2].name      a field in a row; rows are counted by their order, not by this number
    security.measures=mfa              a check box: the box of one choice
    security.server.processor=false    one of the two boxes of a yes or no

LibreOffice 7.4 keeps controls and drops their tags when it saves, but keeps bookmarks; so every control of a filled
form stands in a bookmark. Its name holds no path, because Word allows 40 characters of letters, digits and
underscores, but a digest of the path, which is known for every field there is.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from docgen.case.fields import BY_PATH, CaseField, Kind
from docgen.case.source import Path, dotted

LONGEST_TAG = 64
"""Word accepts no longer tag, and no longer title, of a control."""
OF_THE_OFFICE = (
    "schema",
    "id",
    "office",
    "procedure",
    "language",
    "base.case",
    "base.document",
    "base.approved",
    "assigned",
    "dates",
    "deliberation",
    "dpo_advice",
    "decision",
    "documents",
    "review",
)
"""Fields that no applicant fills: a form shows them as text."""
FLAG_CHOICES = ("true", "false")

_TAG = re.compile(r"([a-z_]+(?:\[\d+\])*(?:\.[a-z_]+(?:\[\d+\])*)*)(?:=(\w+))?")
_STEP = re.compile(r"([a-z_]+)|\[(\d+)\]")
_NAME = re.compile(r"_dg_([0-9a-f]{8})((?:_\d+)*)")
_FORM = re.compile(r"_dgform_(blank|filled)_([a-z][a-z0-9_]*)")
_CASE = re.compile(r"_dgcase_[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class Tag:
    """Which field a control shows."""

    path: Path
    choice: str = ""
    """Of a check box: the choice that it ticks."""

    @property
    def field(self) -> CaseField:
        """The field of a case file."""
        return BY_PATH[self.fields_path]

    @property
    def fields_path(self) -> str:
        """The path without the numbers of rows."""
        return _without_rows(self.path)

    @property
    def rows(self) -> tuple[int, ...]:
        """The numbers of rows, from the outermost list to the innermost."""
        return tuple(step for step in self.path if isinstance(step, int))

    @property
    def bookmark(self) -> str:
        """Name of the hidden bookmark around the control."""
        return "_".join(["_dg", _digest(self.fields_path, self.choice), *map(str, self.rows)])

    def __str__(self) -> str:
        return dotted(self.path) + (f"={self.choice}" if self.choice else "")


@lru_cache(maxsize=4096)
def parse_tag(text: str) -> Tag | None:
    """The tag that a text is; nothing when it is not of the form, or when no case has such a field.

    The numbers of rows must stand where the case has lists, and a choice where the field has choices.
    """
    match = _TAG.fullmatch(text)
    if match is None:
        return None
    path: Path = tuple(name or int(number) for name, number in _STEP.findall(match[1]))
    tag = Tag(path, match[2] or "")
    return tag if tag.fields_path in BY_PATH and _fits(tag) else None


def parse_bookmark(name: str) -> Tag | None:
    """The tag that a bookmark of ours stands for; nothing for any other bookmark."""
    match = _NAME.fullmatch(name)
    known = _BY_DIGEST.get(match[1]) if match else None
    if match is None or known is None:
        return None
    numbers = iter(int(number) for number in match[2].split("_")[1:])
    path: list[str | int] = []
    try:
        for step in known[0]:
            path.append(step if step else next(numbers))
    except StopIteration:
        return None
    tag = Tag(tuple(path), known[1])
    return tag if next(numbers, None) is None else None


def form_bookmark(kind: str, *, blank: bool) -> str:
    """Name of the bookmark at the top of a form, which says what kind of form it is and whether it was sent empty."""
    return f"_dgform_{'blank' if blank else 'filled'}_{kind}"


def parse_form_bookmark(name: str) -> tuple[str, bool] | None:
    """Kind of the form and whether it was sent empty; nothing for any other bookmark."""
    match = _FORM.fullmatch(name)
    return (match[2], match[1] == "blank") if match else None


def case_bookmark(case: str) -> str:
    """Name of the bookmark that says from which case a form was filled, without saying which one that is."""
    return f"_dgcase_{hashlib.sha256(case.encode()).hexdigest()[:16]}"


def is_case_bookmark(name: str) -> bool:
    """Whether a bookmark says from which case a form was filled."""
    return _CASE.fullmatch(name) is not None


def choices_of(field: CaseField) -> tuple[str, ...]:
    """What the check boxes of a field stand for; none when a field has no check boxes."""
    if field.kind is Kind.FLAG:
        return FLAG_CHOICES
    return field.choices if field.kind is Kind.CHOICE else ()


def is_of_the_office(path: str) -> bool:
    """Whether a field, by its path without numbers, is the office's to fill."""
    return any(path == own or path.startswith(f"{own}.") for own in OF_THE_OFFICE)


def lists_above(path: str) -> tuple[str, ...]:
    """Paths of the lists in which a field stands, from the outermost; the field itself when it is one."""
    steps = path.split(".")
    above = (".".join(steps[:length]) for length in range(1, len(steps) + 1))
    return tuple(part for part in above if part in BY_PATH and BY_PATH[part].many)


def _fits(tag: Tag) -> bool:
    if tag.choice and tag.choice not in choices_of(tag.field):
        return False
    return tuple(step if isinstance(step, str) else "" for step in tag.path) in (
        _shape(tag.fields_path, of_choice=bool(tag.choice)),
        _shape(tag.fields_path, of_choice=False),
    )


def _shape(path: str, *, of_choice: bool) -> tuple[str, ...]:
    """The steps of a path, with an empty one for the number of each row; boxes of one list share its path."""
    shape: list[str] = []
    lists = lists_above(path)
    steps = path.split(".")
    for length, step in enumerate(steps, 1):
        shape.append(step)
        whole = ".".join(steps[:length])
        if whole in lists and not (of_choice and whole == path):
            shape.append("")
    return tuple(shape)


@lru_cache(maxsize=4096)
def _without_rows(path: Path) -> str:
    return dotted(tuple(step for step in path if isinstance(step, str)))


@lru_cache(maxsize=4096)
def _digest(path: str, choice: str) -> str:
    return hashlib.sha256(f"{path}={choice}".encode()).hexdigest()[:8]


def _all() -> Iterator[tuple[str, tuple[tuple[str, ...], str]]]:
    for path, field in BY_PATH.items():
        yield _digest(path, ""), (_shape(path, of_choice=False), "")
        for choice in choices_of(field):
            yield _digest(path, choice), (_shape(path, of_choice=True), choice)


_BY_DIGEST: Mapping[str, tuple[tuple[str, ...], str]] = dict(_all())
