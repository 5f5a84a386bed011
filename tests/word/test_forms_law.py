"""The law of forms: what is read from one filled from a case is what the case says, for every field of every form."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from docgen.case.model import Case
from docgen.case.source import dotted
from docgen.decide.context import context
from docgen.documents import DocumentId
from docgen.pipeline.form import forms_of
from docgen.word.controls import tag_of
from docgen.word.forms import FormReading, read_form
from docgen.word.found import leaf_controls
from docgen.word.render import Template, render
from specimens import office, specimens, wording
from strategies import case_that_says_everything, filled_cases

ROOT = Path(__file__).parents[2]


FORMS = [
    path for path in sorted((ROOT / "templates").glob("*/??/*.docx")) if path.stem in forms_of(office(path.parts[-3]))
]


every_form = pytest.mark.parametrize("path", FORMS, ids=lambda path: "-".join(path.with_suffix("").parts[-3:]))
MEANINGLESS_WITHOUT = {"datasets.variables.name", "changes.add", "changes.add.name"}
"""A variable without a name, or more variables that are none: the form has nothing to show of these."""


def samples_of(path: Path) -> dict[str, Case]:
    """A sample of each procedure that uses the form."""
    return {one.case.procedure: one.case for one in specimens(path)}


def needed(path: Path) -> set[str]:
    """The fields that every sample of a form says: many of them no case may leave out."""
    said_by_samples = [set(_paths(one.case.model_dump(mode="json", by_alias=True), "")) for one in specimens(path)]
    return set.intersection(*said_by_samples) | MEANINGLESS_WITHOUT


def offered(path: Path) -> dict[str, set[str]]:
    """The choices for which a form has boxes, which is what the office may grant; by field."""
    procedures = office(path.parts[-3]).procedures
    found = {"changes.kind": {change for each in procedures.values() for change in each.changes}}
    for tag in tags_of(path):
        field, equals, choice = tag.partition("=")
        if equals and "{" not in choice:
            found.setdefault(field, set()).add(choice)
    return found


def tags_of(path: Path) -> set[str]:
    """The fields of a template, by their path without numbers of rows."""
    with zipfile.ZipFile(path) as package:
        root = etree.fromstring(package.read("word/document.xml"))
    return {re.sub(r"\[.*?\]", "", tag_of(control)) for control in leaf_controls(root)}


def _paths(value: Any, path: str) -> Iterator[str]:
    if value not in (None, [], {}):
        yield path
    for name, inner in value.items() if isinstance(value, dict) else ():
        yield from _paths(inner, f"{path}.{name}" if path else name)
    for inner in value if isinstance(value, list) else ():
        yield from _paths(inner, path)


def filled(path: Path, case: Case) -> bytes:
    kind, lang = path.stem, path.parts[-2]
    values = context(case, office(case.office), kind, lang, date(2026, 11, 23))
    return render(Template(path.name, path.read_bytes()), values, DocumentId(case.id, kind, lang), wording()).content


def read_back(path: Path, form: bytes, *sent: bytes) -> FormReading:
    return read_form(form, "form.docx", path.parts[-2], wording(), sent)


def said(case: Case, read: FormReading) -> dict[str, str]:
    dumped = case.model_dump(mode="json", by_alias=True)
    return {dotted(one.path): as_text(at(dumped, one.path)) for one in read.fields}


def at(value: Any, path: tuple[str | int, ...]) -> Any:
    for step in path:
        value = value[step] if value is not None else None
    return value


def as_text(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(sorted(map(str, value)))
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


@every_form
@settings(max_examples=3, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_whatever_a_case_says_is_read(path: Path, data: st.DataObject) -> None:
    samples = samples_of(path)
    procedure = data.draw(st.sampled_from(sorted(samples)), label="procedure")
    case = data.draw(filled_cases(samples[procedure], needed(path), offered(path)), label="case")
    read = read_back(path, filled(path, case))
    assert {dotted(one.path): as_text(one.value) for one in read.fields} == said(case, read)


LEFT_OUT: tuple[tuple[str, ...], ...] = ((), ("until", "cluster"), ("until", "cluster", "label"), ("controller",))
"""A form shows some fields only where another one says nothing."""


@every_form
def test_every_field_of_a_form_is_read(path: Path) -> None:
    shown: set[str] = set()
    for sample, without in product(samples_of(path).values(), LEFT_OUT):
        case = case_that_says_everything(sample, offered(path), without)
        read = read_back(path, filled(path, case))
        assert {dotted(one.path): as_text(one.value) for one in read.fields} == said(case, read)
        shown |= {re.sub(r"\[.*?\]", "", dotted(one.path)) for one in read.fields if one.value is not None}
    fields = {tag.partition("=")[0].rpartition("}}")[2].removeprefix(".") for tag in tags_of(path)}
    assert {field for field in fields if not any(f".{one}".endswith(f".{field}") for one in shown)} == set()


@every_form
def test_every_field_comes_back_from_libreoffice(path: Path, libreoffice_saved: Callable[[bytes], bytes]) -> None:
    sample = min(samples_of(path).values(), key=lambda case: case.id)
    case = case_that_says_everything(sample, offered(path))
    form = filled(path, case)
    read = read_back(path, libreoffice_saved(form), form)
    assert {dotted(one.path): as_text(one.value) for one in read.fields} == said(case, read)
    assert {one.how for one in read.fields} == {"bookmark"}
    assert [one.path for one in read.fields] == [one.path for one in read_back(path, form).fields]
    assert read.findings == ()
