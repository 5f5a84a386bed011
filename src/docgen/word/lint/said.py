"""Findings of the lint: a code at a paragraph, with the words that stand there."""

from __future__ import annotations

from docgen.findings import Finding, Place, Severity
from docgen.word.lint.opened import Paragraph

_LONGEST = 90
WARNINGS = frozenset(f"DG-T{number}" for number in (104, 210, 305, 316, 403, 404, 405, 406, 407, 409, 410, 411, 413))
"""What the DPO team decides; everything else must be mended."""


def said(code: str, file: str, at: Paragraph | None = None, tag: str = "", **parameters: str) -> Finding:
    """A finding at a paragraph, or about the whole file.

    Its parameters always hold `part`, `paragraph`, `table`, `row`, `cell`, `words` and `tag`; numbers begin at 1, and
    are empty where there is none.
    """
    severity = Severity.WARNING if code in WARNINGS else Severity.ERROR
    spot = at.spot if at else None
    words = short(at.text) if at else ""
    where = {
        "part": spot.part if spot else "",
        "paragraph": _number(spot.paragraph if spot else 0),
        "table": _number(spot.table if spot else 0),
        "row": _number(spot.row if spot else 0),
        "cell": _number(spot.cell if spot else 0),
    }
    place = Place(file, path=_path(where), words=words)
    return Finding(code, severity, place, {**where, "words": words, "tag": tag, **parameters})


def short(words: str, longest: int = _LONGEST) -> str:
    """The words on one line, cut where they are long."""
    line = " ".join(words.split())
    return line if len(line) <= longest else line[: longest - 1] + "…"


def _number(number: int) -> str:
    return str(number) if number else ""


def _path(where: dict[str, str]) -> str:
    if not where["part"]:
        return ""
    cell = f", table {where['table']} row {where['row']} cell {where['cell']}" if where["table"] else ""
    return f"{where['part']}, paragraph {where['paragraph']}{cell}"
