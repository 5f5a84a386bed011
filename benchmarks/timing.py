"""Measuring on a machine that others use too: every way in turn, round after round; medians and their ratios."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured."""

    rounds: int = 15
    documents: int = 500
    """That each worker makes while its memory is watched."""
    cases: int = 209
    """In the archive: as many as the Statbel article counts for three years."""
    poisoned: bool = True
    """Whether the batch with poisoned documents is run, which mostly waits."""

    @classmethod
    def quick(cls) -> Plan:
        """Enough to see that all of it works, and roughly what comes out."""
        return cls(rounds=3, documents=50, cases=15, poisoned=False)


Ways = Mapping[str, Callable[[], object]]


def interleaved(
    ways: Ways, rounds: int, *, warm_up: int = 1, clock: Callable[[], float] = time.perf_counter
) -> dict[str, list[float]]:
    """Milliseconds of each round by way; one after the other in every round, so that drift hits all alike.

    `time.process_time` as the clock counts only what this process itself works, whoever else uses the machine.
    """
    for _ in range(warm_up):
        for work in ways.values():
            work()
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, work in ways.items():
            times[name].append(timed(work, clock))
    return times


def timed(work: Callable[[], object], clock: Callable[[], float] = time.perf_counter) -> float:
    start = clock()
    work()
    return (clock() - start) * 1000


def summary(times: Mapping[str, list[float]], *, base: str) -> dict[str, dict[str, float]]:
    """Median, quickest round, and how many times as fast as the base, by the medians."""
    of_base = median(times[base])
    return {
        name: {
            "median_ms": round(median(values), 2),
            "min_ms": round(min(values), 2),
            "times_as_fast": round(of_base / median(values), 2),
            "rounds": len(values),
        }
        for name, values in times.items()
    }


def shown(title: str, rows: Mapping[str, Mapping[str, float]]) -> str:
    lines = [
        f"  {name:44} {row['median_ms']:9.1f} ms  {row['min_ms']:9.1f} min  {row['times_as_fast']:6.2f} x"
        for name, row in rows.items()
    ]
    return "\n".join([title, *lines])


def machine() -> dict[str, Any]:
    return {
        "cores": len(os.sched_getaffinity(0)),
        "python": platform.python_version(),
        "processor": _processor(),
        "load_1_minute": round(os.getloadavg()[0], 1),
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")


def used_by(pid: int) -> float:
    """Processor seconds; a process that nobody waits for is in no one's sum, so it is asked itself."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident(pid: int) -> float:
    """Megabytes of memory that a process has now."""
    words = Path(f"/proc/{pid}/status").read_text().split("VmRSS:")[1].split()
    return round(int(words[0]) / 1024, 1)


def parent_of(pid: int) -> int:
    """Process id of the one that started it."""
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
