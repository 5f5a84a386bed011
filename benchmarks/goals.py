"""What docgen promises of its speed, each with the figure of a run that shows it or does not."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

Results = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Goal:
    """One promise."""

    name: str
    wanted: str
    where: tuple[str, ...]
    """Path to the figure in the results."""
    reached: Callable[[Any], bool]
    unit: str = ""

    def figure(self, results: Results) -> Any:
        """The figure; nothing when it was not measured."""
        try:
            return reduce(operator.getitem, self.where, results)
        except (KeyError, TypeError):
            return None


def _least(least: float) -> Callable[[Any], bool]:
    return lambda figure: figure >= least


def _below(most: float) -> Callable[[Any], bool]:
    return lambda figure: figure < most


def _exactly(wanted: int) -> Callable[[Any], bool]:
    return lambda figure: figure == wanted


_WARM = ("convert", "one after another", "warm worker, tcmalloc", "times_as_fast")
GOALS: Sequence[Goal] = (
    Goal(
        "filling, table of 40 rows, against docxtpl",
        "≥ 10 ×",
        ("render", "40 rows", "docgen, compiled", "times_as_fast"),
        _least(10),
        "×",
    ),
    Goal("warm conversion against one process a document", "≥ 7 ×", _WARM, _least(7), "×"),
    Goal(
        "two LibreOffice workers against one",
        "≥ 1.8 ×",
        ("convert", "workers", "2 workers", "times_as_fast"),
        _least(1.8),
        "×",
    ),
    Goal(
        "whole chain against the naive chain, one document after another",
        "≥ 6 ×",
        ("chain", "whole chain, four documents", "docgen, warm", "times_as_fast"),
        _least(6),
        "×",
    ),
    Goal(
        "the same, docgen on both cores, the naive chain as it is written",
        "≥ 6 ×",
        ("chain", "two processes against the naive chain"),
        _least(6),
        "×",
    ),
    Goal(
        "whole chain, two processes, documents a second",
        "≥ 5",
        ("chain", "batches", "whole chain", "whole chain, 2 processes", "documents_a_second"),
        _least(5),
    ),
    Goal(
        "two processes against one, fill to fields",
        "≥ 1.8 ×",
        ("chain", "batches", "build", "build, 2 processes", "times_as_fast"),
        _least(1.8),
        "×",
    ),
    Goal(
        "publication copy of 6 pages against Ghostscript's print to PDF",
        "≥ 3 ×",
        ("flatten", "against print to PDF"),
        _least(3),
        "×",
    ),
    Goal(
        "a page of a publication copy of 500 pages against one of 20",
        "≤ 1.2 ×",
        ("flatten", "a page of the longest against one of 20"),
        lambda figure: figure <= 1.2,
        "×",
    ),
    Goal("archive with nothing to do", "< 2 s", ("archive", "nothing to do, seconds"), _below(2), " s"),
    Goal("memory of a LibreOffice worker, highest", "< 350 MB", ("memory", "highest"), _below(350), " MB"),
    Goal(
        "its growth after the first quarter", "< 15 MB", ("memory", "growth after the first quarter"), _below(15), " MB"
    ),
    Goal("poisoned batch: exit code", "11", ("poisoned", "exit code"), _exactly(11)),
    Goal("poisoned batch: documents made", "180", ("poisoned", "built"), _exactly(180)),
    Goal("poisoned batch: documents told with their cause", "20", ("poisoned", "failed"), _exactly(20)),
    Goal("poisoned batch: processes left behind", "0", ("poisoned", "processes left"), _exactly(0)),
)


def built_only(results: Results) -> Mapping[str, tuple[str, bool]]:
    """What was made anew after one case or one template changed, and whether it is no more than that."""
    archive = results.get("archive", {})
    case, template = archive.get("one changed case", {}), archive.get("one changed template", {})
    made = [{name: count for name, count in one.items() if name.startswith("built ")} for one in (case, template)]
    return {
        "one changed case": (_told(made[0]), bool(made[0]) and set(made[0].values()) == {1}),
        "one changed template": (_told(made[1]), made[1] == {"built dpo_advice": archive.get("cases")}),
    }


def _told(made: Mapping[str, int]) -> str:
    return ", ".join(f"{count} × {name.removeprefix('built ')}" for name, count in made.items())
