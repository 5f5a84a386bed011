"""How a received Word form is shown: the change of the case file as a diff, then what was found in the form."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from docgen.case.source import dotted
from docgen.cli import show
from docgen.cli.desk import Desk
from docgen.pipeline.receive_form import TakenForm


def form_as_text(desk: Desk, path: Path, taken: TakenForm) -> str:
    """A line that says what happened, the values that change with their places, the diff, and the findings."""
    state = "applied" if taken.applied else "proposed" if taken.diff else "same"
    line = desk.text(
        f"receive.form.{state}",
        file=str(path),
        document=str(taken.document),
        kept=str(taken.kept),
        count=str(len(taken.changes)),
    )
    places = [f"  {one.place}: {one.path}" for one in taken.changes]
    findings = show.as_text(desk.shown(taken.findings), desk)
    return "\n".join(filter(None, (line, *places, taken.diff.rstrip("\n"), findings)))


def form_as_data(desk: Desk, path: Path, taken: TakenForm) -> Mapping[str, Any]:
    """The same for scripts, with every field that was read and how it was recognised."""
    return {
        "file": str(path),
        "document": taken.document.stem,
        "kept": str(taken.kept),
        "known": taken.known,
        "applied": taken.applied,
        "changes": [
            {"path": one.path, "before": one.before, "after": one.after, "line": one.place.line}
            for one in taken.changes
        ],
        "diff": taken.diff,
        "fields": [
            {"path": dotted(one.path), "how": one.how, "sure": one.sure, "value": one.value} for one in taken.fields
        ],
        "findings": [one.as_json() for one in desk.shown(taken.findings)],
    }
