"""A program at a terminal of its own, to be talked to as a person would."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass
class Terminal:
    """What the program said so far, and how to answer."""

    process: subprocess.Popen[bytes]
    handle: int
    said: str = ""
    _read: int = 0

    def wait_for(self, words: str, seconds: float = 90) -> str:
        """Everything said since the last time, once these words came.

        Raises:
            AssertionError: they never came.
        """
        until = time.monotonic() + seconds
        while words not in self.said[self._read :]:
            if not self._take(until - time.monotonic()):
                raise AssertionError(f"waited for {words!r} in:\n{self.said[self._read :]}")
        end = self.said.index(words, self._read) + len(words)
        found, self._read = self.said[self._read : end], end
        return found

    def answer(self, line: str) -> None:
        """Type a line."""
        os.write(self.handle, line.encode() + b"\n")

    def interrupt(self) -> None:
        """Press Ctrl-C."""
        self.process.send_signal(signal.SIGINT)

    def end(self, seconds: float = 90) -> int:
        """Exit code, once everything was said."""
        until = time.monotonic() + seconds
        while self._take(until - time.monotonic()):
            pass
        return self.process.wait(max(1.0, until - time.monotonic()))

    def _take(self, seconds: float) -> bool:
        ready, _, _ = select.select([self.handle], [], [], max(0.0, seconds))
        if not ready:
            return False
        try:
            chunk = os.read(self.handle, 65536)
        except OSError:  # the program closed its side
            return False
        self.said += chunk.decode("utf-8", "replace")
        return bool(chunk)


@contextmanager
def terminal(command: Sequence[str], environment: Mapping[str, str]) -> Iterator[Terminal]:
    """A program at a terminal for as long as the block lasts."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        list(command), stdin=theirs, stdout=theirs, stderr=theirs, env=dict(environment), start_new_session=True
    )
    os.close(theirs)
    try:
        yield Terminal(process, ours)
    finally:
        process.kill()
        process.wait()
        os.close(ours)
