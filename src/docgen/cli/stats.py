"""`docgen stats`: how many requests were approved, by type and year."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import click

from docgen.case.model import Case
from docgen.cli.chart import Chart, Series, svg
from docgen.cli.desk import Desk, Outcome, as_command, no_cases
from docgen.cli.picture import png
from docgen.cli.table import table
from docgen.decide.stats import Crosstab, Dimension, approvals
from docgen.dossier import cases, content, files
from docgen.errors import ExitCode, UsageError
from docgen.findings import Place
from docgen.office.profile import Office, in_language


@as_command("stats", example="docgen stats --by type,year --chart approvals.svg", formats=("text", "json", "csv"))
@click.option(
    "--by", "dimensions", default="type,year", show_default=True, help="One or two of: type, year, office, procedure."
)
@click.option("--office", "office_name", help="Only the cases of this office.")
@click.option(
    "--chart", type=click.Path(path_type=Path, dir_okay=False), help="Draw a bar chart too: FILE.svg or FILE.png."
)
def command(desk: Desk, dimensions: str, office_name: str | None, chart: Path | None) -> Outcome:
    """Count approved requests. The year is that of the decision.

    A case counts when its decision says `approved` and has a date. Case files that cannot be read are named and the
    run ends with 11, so that a count that is too low is never taken for a whole one.
    """
    by = _dimensions(dimensions)
    offices = {name: content.office(desk.settings.roots, name) for name in content.offices(desk.settings.roots)}
    if office_name is not None and office_name not in offices:
        raise UsageError.because("DG-X173", office=office_name, known=", ".join(offices))
    if chart is not None and chart.suffix not in (".svg", ".png"):
        raise UsageError.because("DG-X172", Place(str(chart)), suffix=chart.suffix)
    archive, unusable = _archive(desk)
    counted = approvals((case for case in archive if office_name in (None, case.office)), by)
    report = Report(desk, by, counted, offices)
    if chart is not None:
        drawn = svg(report.chart())
        files.write(chart, png(drawn) if chart.suffix == ".png" else drawn.encode())
        desk.talk(desk.text("stats.chart_written", path=str(chart)))
    if unusable:
        desk.talk(desk.text("stats.unusable", count=len(unusable), cases=", ".join(unusable)))
    text = report.as_csv() if desk.format == "csv" else report.as_text()
    data = {**report.as_data(), "chart": str(chart) if chart else None, "unusable": unusable}
    return Outcome(text, data, ExitCode.BATCH_INCOMPLETE if unusable else ExitCode.DONE)


@dataclass(frozen=True, slots=True)
class Report:
    """A count in words."""

    desk: Desk
    by: tuple[Dimension, ...]
    counted: Crosstab
    offices: Mapping[str, Office]

    def as_text(self) -> str:
        """The table with its totals; numbers stand right."""
        whole = self._table()
        widths = [max(len(row[index]) for row in whole) for index in range(len(whole[0]))]
        head, *rows = [
            [row[0], *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))] for row in whole
        ]
        return table(head, rows)

    def as_csv(self) -> str:
        """The table for a spreadsheet: RFC 4180 with commas, the key of each row before its name."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        keys = ["key", *self.counted.rows, "total"]
        writer.writerows([key, *row] for key, row in zip(keys, self._table(), strict=True))
        return out.getvalue().rstrip("\n")

    def as_data(self) -> Mapping[str, Any]:
        """The count for scripts."""
        counted = self.counted
        return {
            "by": list(self.by),
            "columns": [
                {"key": column, "label": self._label(self.by[-1], column), "total": counted.column_total(column)}
                for column in counted.columns
            ],
            "rows": [
                {
                    "key": row,
                    "label": self._label(self.by[0], row),
                    "counts": {column: counted.count(row, column) for column in counted.columns},
                    "total": counted.row_total(row),
                }
                for row in counted.rows
            ],
            "total": counted.total,
        }

    def chart(self) -> Chart:
        """The count as bars: a group for each column, in it a bar for each row."""
        counted, rows = self.counted, self.counted.rows
        names = [self._label(self.by[0], row) for row in rows]
        if counted.columns:
            groups = tuple(
                f"{self._label(self.by[-1], name)} ({counted.column_total(name)})" for name in counted.columns
            )
            series = [
                Series(name, tuple(counted.count(row, column) for column in counted.columns))
                for name, row in zip(names, rows, strict=True)
            ]
        else:
            groups = tuple(names)
            series = [Series(self.desk.text("stats.approvals"), tuple(counted.count(row) for row in rows))]
        title = self.desk.text("stats.title", by=self._by())
        return Chart(title, self._in_words(), self.desk.settings.lang, groups, tuple(series))

    def _in_words(self) -> str:
        lines = [
            f"{self._label(self.by[0], row)}: {', '.join(self._cells(row)) or self.counted.row_total(row)}"
            for row in self.counted.rows
        ]
        return "; ".join([*lines, f"{self.desk.text('stats.total')}: {self.counted.total}"]) + "."

    def _cells(self, row: str) -> Iterable[str]:
        return (
            f"{self._label(self.by[-1], column)} {self.counted.count(row, column)}" for column in self.counted.columns
        )

    def _table(self) -> list[list[str]]:
        counted, total = self.counted, self.desk.text("stats.total")
        head = [self._by(), *(self._label(self.by[-1], column) for column in counted.columns), total]
        rows = [
            [
                self._label(self.by[0], row),
                *(str(counted.count(row, column)) for column in counted.columns),
                str(counted.row_total(row)),
            ]
            for row in counted.rows
        ]
        sums = [str(counted.column_total(column)) for column in counted.columns]
        return [head, *rows, [total, *sums, str(counted.total)]]

    def _by(self) -> str:
        return self.desk.wording.conjoin(
            [self.desk.text(f"stats.by_{dimension}") for dimension in self.by], self.desk.settings.lang
        )

    def _label(self, dimension: Dimension, value: str) -> str:
        lang = self.desk.settings.lang
        match dimension:
            case "type":
                return self.desk.text(f"stats.type.{value}")
            case "office":
                return in_language(self.offices[value].short_name, lang) if value in self.offices else value
            case "procedure":
                described = (office.procedure(value) for office in self.offices.values())
                titles = [in_language(procedure.title, lang) for procedure in described if procedure]
                return " / ".join(dict.fromkeys(titles)) or value
        return value


def _dimensions(given: str) -> tuple[Dimension, ...]:
    known = get_args(Dimension)
    named = tuple(name.strip() for name in given.split(","))
    chosen: tuple[Dimension, ...] = tuple(name for name in known for one in named if one == name)
    if len(chosen) != len(named) or len(set(named)) != len(named) or len(named) > 2:
        raise UsageError.because("DG-X171", by=given, known=", ".join(known))
    return tuple(sorted(chosen, key=named.index))


def _archive(desk: Desk) -> tuple[list[Case], list[str]]:
    roots = desk.settings.roots
    names = cases.known(roots)
    if not names:
        raise no_cases(desk)
    located = {name: cases.read(roots, name).located for name in names}
    return [one.case for one in located.values() if one], [name for name, one in located.items() if one is None]
