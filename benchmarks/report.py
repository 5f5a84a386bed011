"""`docs/benchmarks.md` from the results of a run: no figure in it is typed by hand.

.venv/bin/python benchmarks/report.py [docs/benchmarks.json]
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from goals import GOALS, built_only

DOCS = Path(__file__).parents[1] / "docs"
_DAY = 24 * 3600
_SIZES = (800, 10_000, 1_000_000)
_PARKS = (("one core", 1), ("2 cores", 2), ("8 cores", 8), ("4 machines of 16 cores", 64))


def page(results: Mapping[str, Any]) -> str:
    """The whole page, in Markdown."""
    machine = results["machine"]
    lines = [
        "# Benchmarks",
        "",
        "Made by `make bench`, from `benchmarks.json` beside this page; do not edit. Ways that are compared took",
        "turns in every round, so ratios within one table hold; milliseconds of different tables may not be compared.",
        "Picture: [benchmarks.svg](benchmarks.svg). What was decided because of them, and what was tried before, is in",
        "[decision 20](decisions/0020-compiled-templates-and-pool.md) and",
        "[decision 26](decisions/0026-batches-cache-cluster.md).",
        "",
        f"Machine: {machine['cores']} cores ({machine['processor'] or 'unknown'}), Python {machine['python']}, "
        f"load when it began {machine['load_1_minute']}.",
        "",
        *_goals(results),
        *_limit(results),
        *_ways(results),
        *_archive(results),
        *_memory(results),
        *_machines(results),
    ]
    return "\n".join(lines).rstrip() + "\n"


def _table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    lines = [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
    return [*lines, *(f"| {' | '.join(str(cell) for cell in row)} |" for row in rows), ""]


def _goals(results: Mapping[str, Any]) -> list[str]:
    rows = [
        (goal.name, goal.wanted, f"{figure}{goal.unit}", "yes" if goal.reached(figure) else "**no**")
        for goal in GOALS
        if (figure := goal.figure(results)) is not None
    ]
    rows += [
        (f"archive, {name}", "only what it is printed in", told, "yes" if good else "**no**")
        for name, (told, good) in built_only(results).items()
        if told
    ]
    return ["## Goals", "", *_table(("goal", "wanted", "measured", "reached"), rows)]


def _limit(results: Mapping[str, Any]) -> list[str]:
    seconds = results.get("chain", {}).get("processor seconds a document")
    if not seconds:
        return []
    cores, batches = results["machine"]["cores"], results["chain"]["batches"]
    rows = []
    for title, used in seconds.items():
        total = sum(used.values())
        best = max((row["documents_a_second"] for row in batches.get(title, {}).values()), default=None)
        limit = cores / total
        measured = (f"{best:.1f}", f"{best / limit:.0%}") if best else ("", "")
        rows.append((title, used["docgen"], used["LibreOffice"], f"{limit:.1f}", *measured))
    heads = ("part", "docgen, s", "LibreOffice, s", f"limit of {cores} cores, documents/s", "measured", "of the limit")
    intro = [
        "## The limit",
        "",
        "Processor seconds of one document, the mean of the four that a request leads to, while two processes keep",
        "both cores busy. No arrangement of processes does more documents a second than cores divided by these.",
        "",
    ]
    return [*intro, *_table(heads, rows)]


def _ways(results: Mapping[str, Any]) -> Iterator[str]:
    for title in ("render", "convert", "chain"):
        yield from (f"## {title.capitalize()}", "") if title in results else ()
        for name, rows in _groups(results.get(title, {}), ""):
            yield from (f"### {name}", "")
            heads = ["way", "median, ms", "quickest, ms", "times as fast"]
            rated = any("documents_a_second" in row for row in rows.values())
            yield from _table(
                heads + ["documents a second"] * rated,
                [
                    [
                        way,
                        row["median_ms"],
                        row["min_ms"],
                        row["times_as_fast"],
                        *([row.get("documents_a_second")] * rated),
                    ]
                    for way, row in rows.items()
                ],
            )
    first = results.get("convert", {}).get("first document of a new pool, ms")
    if first:
        yield from (f"First document of a new pool, its start included: {first} ms.", "")


def _groups(results: Mapping[str, Any], name: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    rows = {key: one for key, one in results.items() if isinstance(one, dict) and "times_as_fast" in one}
    if rows:
        yield name, rows
    for key, value in results.items():
        if isinstance(value, dict) and key not in rows:
            yield from _groups(value, f"{name}: {key}" if name else str(key))


def _archive(results: Mapping[str, Any]) -> list[str]:
    found = results.get("archive")
    if not found:
        return []
    rows: list[tuple[object, object]] = [
        (name, _said(value)) for name, value in found.items() if name != "growth, seconds"
    ]
    grown = found["growth, seconds"].items()
    return [
        f"## An archive of {found['cases']} cases",
        "",
        *_table(("what", "figure"), rows),
        "Nothing to do, by number of cases:",
        "",
        *_table(("cases", "seconds"), list(grown)),
    ]


def _said(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {count}" for name, count in value.items())
    return str(value)


def _memory(results: Mapping[str, Any]) -> list[str]:
    found = results.get("memory")
    if not found:
        return []
    rows = [
        (made, *(", ".join(f"{value:.0f}" for value in seen[who]) for who in ("LibreOffice", "driver", "docgen")))
        for made, seen in found["megabytes after"].items()
    ]
    heads = ("documents a worker", "LibreOffice, MB each", "its driver, MB each", "docgen, MB")
    return [
        "## Memory of two workers",
        "",
        *_table(heads, rows),
        f"Workers lost on the way: {found['workers lost']}.",
        "",
    ]


def _machines(results: Mapping[str, Any]) -> list[str]:
    used = results.get("chain", {}).get("processor seconds a document", {}).get("build")
    if not used:
        return []
    seconds = sum(used.values())
    rows: list[Sequence[object]] = [
        ("a day", *(f"{_round(_DAY * cores / seconds):,}".replace(",", " ") for _, cores in _PARKS))
    ]
    rows += [
        (f"{size:,}".replace(",", " "), *(_span(size * seconds / cores) for _, cores in _PARKS)) for size in _SIZES
    ]
    return [
        "## How many machines",
        "",
        f"From {seconds:.2f} s of a core a document, filling to signature fields. Halve it where there is other work.",
        "",
        *_table(("documents", *(name for name, _ in _PARKS)), rows),
    ]


def _round(number: float) -> int:
    digits = max(len(str(int(number))) - 2, 0)
    return int(number // 10**digits * 10**digits)


def _span(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    return " ".join(
        f"{count} {unit}" for count, unit in ((days, "d"), (hours, "h"), (0 if days else rest, "min")) if count
    )


def main() -> None:
    source = Path(sys.argv[1]) if len(sys.argv) > 1 else DOCS / "benchmarks.json"
    source.with_suffix(".md").write_text(page(json.loads(source.read_text("utf-8"))), encoding="utf-8")


if __name__ == "__main__":
    main()
