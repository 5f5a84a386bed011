"""`docgen demo`: the sample run."""

from __future__ import annotations

from collections.abc import Iterable

from docgen.cli.batch import usual_jobs
from docgen.cli.desk import Desk, Outcome, as_command
from docgen.cli.engine import engine
from docgen.cli.table import table
from docgen.cli.work import workshop
from docgen.pipeline.demo import Row, demo


@as_command("demo", example="docgen demo")
def command(desk: Desk) -> Outcome:
    """The sample cases taken as far as their procedures allow, with a throw-away PKI, in out/demo/.

    Ends with a table of what was made. Run again, it does nothing twice. Nothing it signs means anything.
    """
    shop = workshop(desk)
    jobs = usual_jobs()
    with engine(desk, jobs) as converter:
        rows = demo(shop, converter=converter, tell=desk.talk, jobs=jobs)
    names = ("case", "document", "pages", "signatures", "validation", "audit", "path")
    headings = [desk.text(f"column.{name}") for name in names]
    text = table(headings, [_cells(desk, row) for row in rows])
    site = shop.roots.out / "demo" / "out" / "site" / "index.html"
    return Outcome(f"{text}\n{desk.text('demo.site', path=site)}", {"documents": list(_data(rows)), "site": str(site)})


def _cells(desk: Desk, row: Row) -> list[str]:
    valid = "" if row.valid is None else desk.text("demo.valid" if row.valid else "demo.waiting")
    audit = desk.text(f"demo.audit_{row.audit}") if row.audit else ""
    return [row.case, row.document, str(row.pages), f"{row.signatures}/{row.slots}", valid, audit, str(row.path)]


def _data(rows: Iterable[Row]) -> Iterable[dict[str, object]]:
    for row in rows:
        yield {
            "case": row.case,
            "document": row.document,
            "pages": row.pages,
            "signatures": row.signatures,
            "slots": row.slots,
            "valid": row.valid,
            "audit": row.audit,
            "path": str(row.path),
        }
