"""From the bytes of a case file to a typed `Case`, or to every reason why not, each at its line and column."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from docgen.case import source
from docgen.case.model import Case
from docgen.errors import CaseInvalid
from docgen.findings import Finding, Place, Severity, most_serious_first


@dataclass(frozen=True, slots=True)
class LocatedCase:
    """A case together with the place of each of its values."""

    case: Case
    source: source.Source

    def place(self, *path: str | int) -> Place:
        """Place of a field, or of the nearest thing around it that stands in the file."""
        return self.source.place(path)


@dataclass(frozen=True, slots=True)
class LoadedCase:
    """What reading a case file gave: a case when it can be used, and all findings."""

    file: str
    located: LocatedCase | None
    findings: tuple[Finding, ...]

    def require(self) -> LocatedCase:
        """The case.

        Raises:
            CaseInvalid: with every finding, when the file cannot be used as it is.
        """
        if self.located is None or any(finding.blocks for finding in self.findings):
            raise CaseInvalid(self.findings)
        return self.located


def load(content: bytes, file: str, inherited: Mapping[str, Any] | None = None) -> LoadedCase:
    """Read a case file; total: any bytes give findings, never an exception.

    Args:
        content: the file's bytes.
        file: its name as the user knows it; its stem must be the case's id.
        inherited: plain values of an earlier case (`base.case`) that hold where this file says nothing.
    """
    read = source.read(content, file)
    if not isinstance(read.values, dict):
        wrong_shape = [] if read.findings else [Finding("DG-C110", Severity.ERROR, read.place(()))]
        return LoadedCase(file, None, most_serious_first([*read.findings, *wrong_shape]))
    values = {**(inherited or {}), **read.values}
    try:
        case = Case.model_validate(values)
    except ValidationError as error:
        wrong = [_finding(detail, read) for detail in error.errors(include_url=False)]
        return LoadedCase(file, None, most_serious_first([*read.findings, *wrong]))
    misnamed = _misnamed(case, read)
    return LoadedCase(file, LocatedCase(case, read), most_serious_first([*read.findings, *misnamed]))


def _misnamed(case: Case, read: source.Source) -> list[Finding]:
    stem = PurePath(read.file).stem
    if stem == case.id or stem == "<stdin>":
        return []
    return [Finding("DG-C111", Severity.ERROR, read.place(("id",)), {"id": case.id, "file": stem})]


def _finding(detail: ErrorDetails, read: source.Source) -> Finding:
    path = _real_path(detail["loc"], read)
    kind = detail["type"]
    name = str(path[-1]) if path else ""
    if kind == "extra_forbidden":
        return _unknown_field(path, name, read)
    if kind == "missing":
        return Finding("DG-C121", Severity.ERROR, read.place(path), {"name": name})
    code, parameters = _described(detail)
    value = detail["input"]
    shown = value if isinstance(value, str) and len(value) <= 60 else ""
    return Finding(code, Severity.ERROR, read.place(path), {"name": name, "value": shown, **parameters})


def _described(detail: ErrorDetails) -> tuple[str, dict[str, str]]:
    kind = detail["type"]
    context = detail.get("ctx", {})
    if kind in ("literal_error", "enum", "union_tag_invalid"):
        allowed = str(context.get("expected") or context.get("expected_tags") or "").replace("'", "")
        value = str(detail["input"]) if kind == "literal_error" else str(context.get("tag", ""))
        choices = [word.strip() for word in allowed.replace(" or ", ", ").split(",")]
        near = difflib.get_close_matches(value, choices, n=1)
        return ("DG-C123" if near else "DG-C122"), {"allowed": ", ".join(choices), "near": near[0] if near else ""}
    codes = {
        "iso_date": "DG-C124",
        "date_from_datetime_parsing": "DG-C124",
        "date_parsing": "DG-C124",
        "bool_parsing": "DG-C125",
        "int_parsing": "DG-C126",
        "greater_than_equal": "DG-C126",
        "less_than_equal": "DG-C126",
        "string_pattern_mismatch": "DG-C127",
        "string_too_short": "DG-C128",
        "string_type": "DG-C129",
        "tuple_type": "DG-C130",
        "model_type": "DG-C131",
        "model_attributes_type": "DG-C131",
        "dict_type": "DG-C131",
        "union_tag_not_found": "DG-C132",
    }
    return codes.get(kind, "DG-C139"), {"problem": detail["msg"], "pattern": str(context.get("pattern", ""))}


def _unknown_field(path: source.Path, name: str, read: source.Source) -> Finding:
    known = _fields_at(path[:-1])
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    code = "DG-C141" if near else "DG-C140"
    parameters = {"name": name, "near": near[0] if near else "", "known": ", ".join(sorted(known))}
    return Finding(code, Severity.ERROR, read.place(path), parameters)


def _real_path(loc: tuple[int | str, ...], read: source.Source) -> source.Path:
    """The path in the file: pydantic adds the tag of a union's member, which nobody wrote."""
    path: source.Path = ()
    for index, step in enumerate(loc):
        last = index == len(loc) - 1
        if (*path, step) in read.places or last or isinstance(step, int):
            path = (*path, step)
    return path


def _fields_at(path: source.Path) -> list[str]:
    models: list[type[BaseModel]] = [Case]
    for step in path:
        if isinstance(step, int):
            continue
        models = [
            found
            for model in models
            for name, info in model.model_fields.items()
            if (info.alias or name) == step
            for found in _models_in(info.annotation)
        ]
    return [info.alias or name for model in models for name, info in model.model_fields.items()]


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    if get_origin(annotation) in (Union, UnionType, tuple, dict, Annotated):
        return [model for argument in get_args(annotation) for model in _models_in(argument)]
    return []
