"""Filling a Word template: docxtpl against compiled templates, on tables of 1 to 600 rows and on the contracts.

.venv/bin/python benchmarks/run.py render
"""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import docx
from docxtpl import DocxTemplate
from jinja2 import Environment
from timing import Plan, interleaved, shown, summary

from docgen.decide.context import context
from docgen.documents import DocumentId
from docgen.dossier import cases, content
from docgen.dossier.roots import Roots
from docgen.word.breaks import as_printed
from docgen.word.compiled import compile_template, render_compiled
from docgen.word.environment import environment
from docgen.word.filters import Filters
from docgen.word.record import as_template_value
from docgen.word.render import Template, render

ROOT = Path(__file__).parents[1]
ROOTS = Roots(ROOT / "templates", ROOT / "cases", Path("unused"))
ROWS = (1, 10, 40, 120, 600)
ID = DocumentId("BENCH-1", "contract", "nl")


def report() -> bytes:
    """A report with twenty articles and a table that has a row for each record."""
    document = docx.Document()
    document.core_properties.title = "{{ title }}"
    document.sections[0].footer.paragraphs[0].text = "{{ title }}"
    for number in range(1, 21):
        document.add_heading(f"Artikel {number}", 1)
        document.add_paragraph("{{ applicant }} verwerkt de gegevens voor {{ title }}. " * 3)
    table = document.add_table(rows=1, cols=4)
    for row in ("{%tr for r in records %}", "", "{%tr endfor %}"):
        cells = table.add_row().cells
        cells[0].text = row
        if not row:
            for cell, name in zip(cells, ("name", "source", "period", "reason"), strict=True):
                cell.text = f"{{{{ r.{name} }}}}"
    document.save(out := io.BytesIO())
    return out.getvalue()


def values_of(rows: int) -> dict[str, Any]:
    records = tuple(
        {"name": f"v{number}", "source": "Enquête & register", "period": "2004-2018", "reason": "nodig voor de vraag"}
        for number in range(rows)
    )
    return {"title": "Vertrouwen", "applicant": "Universiteit <van> Voorbeeld", "records": records}


def with_docxtpl(file: bytes, values: dict[str, Any]) -> bytes:
    """As its guide shows, with escaping, which contracts cannot do without."""
    return _saved(file, values, Environment(autoescape=True))


def with_docxtpl_and_our_values(file: bytes, values: dict[str, Any], filters: Filters) -> bytes:
    """For templates that use our filters and tell a missing value from an empty one."""
    jinja = environment()
    jinja.filters.update(filters.as_mapping())
    return _saved(file, {name: as_template_value(value, name) for name, value in values.items()}, jinja)


def _saved(file: bytes, values: dict[str, Any], jinja: Environment) -> bytes:
    document = DocxTemplate(io.BytesIO(file))
    document.render(values, jinja, autoescape=True)
    document.save(out := io.BytesIO())
    return out.getvalue()


def compare(
    file: bytes, values: dict[str, Any], id: DocumentId, rounds: int, *, ours: bool = False
) -> dict[str, dict[str, float]]:
    wording = content.wording(ROOTS)
    template = Template("benchmark.docx", file)
    compiled = compile_template(template)
    assert compiled.prepared is not None
    assert render_compiled(compiled, values, id, wording) == render(template, values, id, wording)
    ways: dict[str, Callable[[], object]] = {
        "docxtpl": partial(with_docxtpl_and_our_values, file, values, Filters(wording, id.lang))
        if ours
        else partial(with_docxtpl, file, values),
        "docgen, uncompiled (strict, located)": partial(render, template, values, id, wording),
        "docgen, compiled": partial(render_compiled, compiled, values, id, wording),
    }
    return summary(interleaved(ways, rounds, clock=time.process_time), base="docxtpl")


def contracts(rounds: int) -> dict[str, Any]:
    found = {}
    for name, kind in (("VSA-2026-001", "protocol"), ("STATBEL-2026-001", "contract")):
        case = cases.read(ROOTS, name).require().case
        office = content.office(ROOTS, case.office)
        _, file = content.template(ROOTS, office.id, case.language, kind)
        values = dict(context(case, office, kind, case.language, date(2026, 11, 23)))
        found[f"{kind} of {name}"] = compare(file, values, DocumentId(name, kind, case.language), rounds, ours=True)
    return found


def measure(plan: Plan) -> dict[str, Any]:
    rounds = plan.rounds
    file = report()
    tables = {
        f"{rows} rows": compare(file, values_of(rows), ID, rounds if rows < 600 else min(rounds, 5)) for rows in ROWS
    }
    result = {**tables, **contracts(rounds)}
    for title, rows in result.items():
        print(shown(title, rows))
    return result


def contracts_docx() -> bytes:
    """The contract of a sample case, as it is printed."""
    case = cases.read(ROOTS, "STATBEL-2026-001").require().case
    office = content.office(ROOTS, case.office)
    file, template = content.template(ROOTS, office.id, case.language, "contract")
    values = context(case, office, "contract", case.language, date(2026, 11, 23))
    id = DocumentId(case.id, "contract", case.language)
    return as_printed(render(Template(file, template), values, id, content.wording(ROOTS)).content)
