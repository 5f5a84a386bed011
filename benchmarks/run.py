"""All benchmarks in one command; results also as JSON.

    make bench
    .venv/bin/python benchmarks/run.py [render] [convert] [chain] [memory] [archive] [poisoned] [--rounds N]

All of them take about half an hour on two quiet cores. Beside the JSON file comes a picture of it (SVG).

Figures of one run may be compared with each other, not with those of another run: machines drift.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import chain
import convert
import memory
import poisoned
import render
from plot import plot
from timing import machine

import archive

MEASURES = {
    "render": render.measure,
    "convert": convert.measure,
    "chain": chain.measure,
    "memory": memory.measure,
    "archive": archive.measure,
    "poisoned": poisoned.measure,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", choices=[*MEASURES, []], help="which; all of them when none is named")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--json", type=Path, default=Path("out/benchmarks.json"))
    given = parser.parse_args()
    results = {"machine": machine()}
    given.json.parent.mkdir(parents=True, exist_ok=True)
    for name in given.names or MEASURES:
        print(name)
        results[name] = MEASURES[name](given.rounds)
        # After each, so that an interruption loses one only.
        given.json.write_text(json.dumps(results, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        given.json.with_suffix(".svg").write_text(plot(results), encoding="utf-8")
    print(f"written to {given.json}")


if __name__ == "__main__":
    main()
