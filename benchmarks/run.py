"""All benchmarks in one command; results as JSON, as a page in Markdown and as a picture.

    make bench                        # writes docs/benchmarks.json, .md, .svg and -flatten.md; some 25 minutes
    make bench-quick                  # writes the same files to out/; some 5 minutes
    .venv/bin/python benchmarks/run.py [NAME…] [--quick] [--json FILE]

Run on a quiet machine. What is named is measured again, and put into the file beside what stands there from before.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import chain
import convert
import flatten
import memory
import poisoned
import render
from plot import plot
from report import page
from timing import Plan, machine

import archive

MEASURES = {
    "render": render.measure,
    "convert": convert.measure,
    "chain": chain.measure,
    "flatten": flatten.measure,
    "memory": memory.measure,
    "archive": archive.measure,
    "poisoned": poisoned.measure,
}


def main() -> None:
    given = _arguments()
    plan = Plan.quick() if given.quick else Plan()
    plan = replace(plan, rounds=given.rounds) if given.rounds else plan
    file = Path(given.json)
    results: dict[str, Any] = {}
    if given.names and file.is_file():
        results = json.loads(file.read_text("utf-8"))
    results["machine"] = machine()
    file.parent.mkdir(parents=True, exist_ok=True)
    for name in given.names or MEASURES:
        print(name, flush=True)
        results[name] = MEASURES[name](plan)
        # After each, so that an interruption loses one only.
        file.write_text(json.dumps(results, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        file.with_suffix(".svg").write_text(plot(results), encoding="utf-8")
        file.with_suffix(".md").write_text(page(results), encoding="utf-8")
        if "flatten" in results:
            file.with_name(f"{file.stem}-flatten.md").write_text(flatten.table(results["flatten"]), encoding="utf-8")
    print(f"written to {file}, {file.with_suffix('.md')} and {file.with_suffix('.svg')}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", choices=[*MEASURES, []], help="which; all of them when none is named")
    parser.add_argument("--quick", action="store_true", help="fewer rounds, cases and documents")
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--json", default="out/benchmarks.json")
    return parser.parse_args()


if __name__ == "__main__":
    main()
