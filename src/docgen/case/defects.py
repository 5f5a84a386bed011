"""What pydantic finds wrong in a case, as findings of ours: no sentence of a library ever reaches a user."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from datetime import date

from pydantic_core import ErrorDetails

from docgen.case.fields import BY_PATH, CaseField, Kind, find, within
from docgen.case.model import CASE_ID, SLUG
from docgen.case.parts import COUNTRY_CODE, EMAIL, PERIOD
from docgen.case.source import Path, Source, value_at
from docgen.findings import Finding, Severity
from docgen.numbers import mask_national_numbers

CODES = {
    "missing": "DG-C121",
    "extra_forbidden": "DG-C140",
    "literal_error": "DG-C122",
    "union_tag_invalid": "DG-C122",
    "union_tag_not_found": "DG-C132",
    "iso_date": "DG-C124",
    "date_type": "DG-C124",
    "date_parsing": "DG-C124",
    "date_from_datetime_parsing": "DG-C124",
    "date_from_datetime_inexact": "DG-C124",
    "bool_type": "DG-C125",
    "bool_parsing": "DG-C125",
    "int_type": "DG-C126",
    "int_parsing": "DG-C126",
    "int_parsing_size": "DG-C126",
    "int_from_float": "DG-C126",
    "greater_than_equal": "DG-C133",
    "less_than_equal": "DG-C134",
    "string_pattern_mismatch": "DG-C127",
    "string_too_short": "DG-C128",
    "string_too_long": "DG-C136",
    "string_type": "DG-C129",
    "string_unicode": "DG-C129",
    "tuple_type": "DG-C130",
    "model_type": "DG-C131",
    "model_attributes_type": "DG-C131",
    "dict_type": "DG-C131",
}
"""Every type of error that validation of plain values against the model can give, and the finding's code."""

PATTERN_CODES = {
    CASE_ID: "DG-C170",
    SLUG: "DG-C171",
    COUNTRY_CODE: "DG-C172",
    EMAIL: "DG-C173",
    PERIOD: "DG-C174",
}
"""A code for each pattern, because a regular expression explains nothing to most people."""

LONGEST_SHOWN = 60
_DAY_FIRST = re.compile(r"(?P<day>\d{1,2})\s?[./ -]\s?(?P<month>\d{1,2})\s?[./ -]\s?(?P<year>\d{4})")
_YEAR_FIRST = re.compile(r"(?P<year>\d{4})[./-]?(?P<month>\d{1,2})[./-]?(?P<day>\d{1,2})")
_ELSEWHERE_SHOWN = 3


def defect(detail: ErrorDetails, read: Source) -> Finding | None:
    """The finding for one error of pydantic; None when a finding of the reader already explains it."""
    path = _real_path(detail["loc"])
    if any(path[:length] in read.unreadable for length in range(1, len(path) + 1)):
        return None
    name = str(path[-1]) if path else ""
    code, parameters = _described(detail, path, name, read)
    return _finding(code, path, read, parameters)


def unknown_field(path: Path, read: Source) -> Finding:
    """The finding for a field that no case has at this path, with what was most likely meant."""
    code, parameters = _unknown(path, str(path[-1]), read)
    return _finding(code, path, read, parameters)


def _finding(code: str, path: Path, read: Source, parameters: Mapping[str, str]) -> Finding:
    named = {"name": str(path[-1]) if path else "", **parameters}
    shown = {key: mask_national_numbers(text) for key, text in named.items()}
    return Finding(code, Severity.ERROR, read.place(path), shown)


def _described(detail: ErrorDetails, path: Path, name: str, read: Source) -> tuple[str, dict[str, str]]:
    kind, value = detail["type"], detail["input"]
    shown = {"value": value if isinstance(value, str) and len(value) <= LONGEST_SHOWN else ""}
    if kind == "missing":
        return ("DG-C120" if path in read.places else "DG-C121"), {}
    if kind == "extra_forbidden":
        return _unknown(path, name, read)
    if value is None:
        return "DG-C120", {}
    field = find(path, read.values)
    if kind in ("literal_error", "union_tag_invalid", "union_tag_not_found"):
        return _choice(kind, value, field)
    if path == ("schema",):
        return "DG-C135", shown
    code = CODES.get(kind, "DG-C139")
    if code == "DG-C124" and (near := written_otherwise(shown["value"])):
        return "DG-C144", shown | {"near": near.isoformat()}
    if code == "DG-C127":
        code = PATTERN_CODES.get(field.pattern if field and field.pattern else SLUG, code)
    limits = {"minimum": field.minimum, "maximum": field.maximum, "longest": field.longest} if field else {}
    return code, shown | {key: str(limit) for key, limit in limits.items() if limit is not None}


def _choice(kind: str, value: object, field: CaseField | None) -> tuple[str, dict[str, str]]:
    if isinstance(value, dict):  # of variants, pydantic shows the whole block
        value = value.get("kind", "")
    choices = _choices(field)
    near = nearest(str(value), choices)
    parameters = {"value": str(value)[:LONGEST_SHOWN], "allowed": ", ".join(choices), "near": near}
    parameters["field"] = f"{field.path}.kind" if field and field.kind is Kind.VARIANTS else field.path if field else ""
    if kind == "union_tag_not_found":
        return "DG-C132", parameters
    return ("DG-C123" if near else "DG-C122"), parameters


def _choices(field: CaseField | None) -> tuple[str, ...]:
    if field is None:
        return ()
    return tuple(word for word, _ in field.variants) if field.kind is Kind.VARIANTS else field.choices


def _unknown(path: Path, name: str, read: Source) -> tuple[str, dict[str, str]]:
    around = find(path[:-1], read.values)
    word = str(value_at(read.values, (*path[:-1], "kind")))
    known = sorted(field.name for field in within(around, word))
    near = nearest(name, known)
    kinds = [other for other, fields in (around.variants if around else ()) if name in {f.name for f in fields}]
    elsewhere = [field.path for field in BY_PATH.values() if field.name == name][:_ELSEWHERE_SHOWN]
    parameters = {"known": ", ".join(known), "near": near, "kinds": ", ".join(kinds), "kind": word}
    code = "DG-C143" if kinds else "DG-C141" if near else "DG-C142" if elsewhere else "DG-C140"
    return code, parameters | {"elsewhere": ", ".join(elsewhere)}


def written_otherwise(text: str) -> date | None:
    """The day that a date in another form stands for, day before month as Belgians write; None when it is none."""
    match = _DAY_FIRST.fullmatch(text.strip()) or _YEAR_FIRST.fullmatch(text.strip())
    try:
        return date(**{part: int(digits) for part, digits in match.groupdict().items()}) if match else None
    except ValueError:
        return None


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word that a misspelt one most likely stands for; empty when none is near."""
    words = {choice.lower(): choice for choice in known}
    near = difflib.get_close_matches(word.strip().lower().replace("-", "_").replace(" ", "_"), words, n=1)
    return words[near[0]] if near else ""


def _real_path(loc: tuple[int | str, ...]) -> Path:
    """The path in the file: pydantic adds the word that chose a variant, and a mark for keys, which nobody wrote."""
    path: Path = ()
    steps = iter(step for step in loc if step != "[key]")
    for step in steps:
        path = (*path, step)
        field = find(path) if isinstance(step, int) else None
        if field is not None and field.kind is Kind.VARIANTS:
            next(steps, None)
    return path
