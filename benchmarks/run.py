"""All benchmarks in one command; results also as JSON.

    make bench
    .venv/bin/python benchmarks/run.py [render] [convert] [--rounds N] [--json FILE]

Figures of one run may be compared with each other, not with those of another run: machines drift.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import convert
import render
from timing import machine

MEASURES = {"render": render.measure, "convert": convert.measure}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", choices=[*MEASURES, []], help="which; all of them when none is named")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--json", type=Path, default=Path("out/benchmarks.json"))
    given = parser.parse_args()
    results = {"machine": machine()}
    for name in given.names or MEASURES:
        results[name] = MEASURES[name](given.rounds)
    given.json.parent.mkdir(parents=True, exist_ok=True)
    given.json.write_text(json.dumps(results, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"written to {given.json}")


if __name__ == "__main__":
    main()
