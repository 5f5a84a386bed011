"""Looking after processes: which are left, and waiting for what they do."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path


def is_running(pid: int) -> bool:
    """Whether a process is there and has not ended."""
    status = _status(pid)
    return bool(status) and status[0] not in "ZX"


def running_in(session: int) -> dict[int, int]:
    """The processes of a session that have not ended, each with its parent."""
    numbers = [int(folder.name) for folder in Path("/proc").glob("[0-9]*")]
    told = {pid: status for pid in numbers if len(status := _status(pid)) > 3}
    return {pid: int(at[1]) for pid, at in told.items() if int(at[3]) == session and at[0] not in "ZX"}


def in_time(holds: Callable[[], object], seconds: float = 120) -> bool:
    """Whether something holds before some seconds are over; many, for on a busy machine nothing comes at once."""
    until = time.monotonic() + seconds
    while not (held := holds()) and time.monotonic() < until:
        time.sleep(0.02)
    return bool(held)


def _status(pid: int) -> list[str]:
    """State, parent, group, session and more; nothing when there is no such process (proc(5))."""
    try:
        # The name stands in brackets and may hold anything: what counts comes behind it.
        return (Path("/proc") / str(pid) / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []
