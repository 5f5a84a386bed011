"""Warm LibreOffice processes, one a core: a converter about ten times as fast as a new process for every document.

Workers share nothing: each has its own profile, a copy of one that is made once. A document that a worker does not
survive gets one more chance on a fresh worker; then it is laid aside with what is needed to look into it.
"""

from __future__ import annotations

import contextlib
import fcntl
import itertools
import queue
import shutil
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from time import monotonic
from typing import Final, Self, TextIO

from docgen.documents import sha256
from docgen.errors import ToolFailed
from docgen.findings import Finding
from docgen.pdf.convert import SECONDS_TO_START, OneShotLibreOffice, run_once
from docgen.pdf.installation import Installation
from docgen.pdf.profile import remove_sockets, write_profile
from docgen.pdf.quarantine import Attempt, lay_aside
from docgen.pdf.worker import DocumentRefused, Outfit, Worker, WorkerFailed, WorkerSlow, remove_remains

_PREFIX: Final = "docgen-pool-"
_ATTEMPTS: Final = 2


@dataclass(frozen=True, slots=True)
class Limits:
    """When a worker is replaced, well or not."""

    jobs: int = 500
    kilobytes: int = 600_000
    """Memory of LibreOffice after a document. No leak is known; this is insurance."""


@dataclass
class _Seat:
    """A place for one worker, taken by one thread at a time."""

    worker: Worker | None = None


class LibreOfficePool:
    """Converts on up to `workers` documents at once; for use in a `with` block, by any number of threads.

    After the block nothing of it runs, and nothing of it is on disk, however the block ended. When this process is
    killed, the workers see their input end and clear up after themselves.
    """

    def __init__(
        self, installation: Installation, workers: int, *, quarantine: Path | None = None, limits: Limits | None = None
    ) -> None:
        """Nothing starts yet.

        Args:
            installation: the programs.
            workers: how many documents at once.
            quarantine: folder for documents that no worker survived; they are not kept when there is none.
            limits: when a worker is replaced.
        """
        self._installation = installation
        self._workers = workers
        self._quarantine = quarantine
        self._limits = limits or Limits()
        self._seats: queue.LifoQueue[_Seat] = queue.LifoQueue()
        self._running: set[Worker] = set()
        self._laid_aside: dict[str, tuple[Finding, ...]] = {}
        self._lock = threading.Lock()
        self._open = contextlib.ExitStack()
        self._outfit: Outfit | None = None
        self._numbers = itertools.count()

    def __enter__(self) -> Self:
        """Make the profile that workers copy; each worker starts with its first document.

        Raises:
            ToolFailed: LibreOffice does not start.
        """
        remove_leftovers()
        with self._open:
            folder = self._open.enter_context(_own_folder())
            golden = _golden_profile(self._installation.engine, folder)
            found = self._installation
            self._outfit = Outfit(found.python, found.soffice, golden, found.preload)
            self._open = self._open.pop_all()
        for _ in range(self._workers):
            self._seats.put(_Seat())
        return self

    def __exit__(self, *_exception: object) -> None:
        with self._lock:
            self._outfit = None
            running, self._running = self._running, set()
        for worker in running:
            worker.end()
        # All seats are free once no thread is in the midst of starting a worker. They are given back for threads that
        # still come: those are told that the pool is closed.
        seats = [self._seats.get() for _ in range(self._workers)]
        self._open.close()
        for seat in seats:
            self._seats.put(seat)

    @cached_property
    def version(self) -> str:
        """The engine's own; a PDF is the same whichever way it was made."""
        return self._installation.engine.version

    @property
    def pids(self) -> tuple[int, ...]:
        """Process ids of the LibreOffices that run now."""
        with self._lock:
            return tuple(sorted(worker.pid for worker in self._running))

    def to_pdf(self, docx: bytes, *, deadline: float) -> bytes:
        """See `docgen.pdf.convert.Converter`. Waits for a free worker; the deadline is for the work alone.

        Half of the deadline is for each of two attempts; starting a fresh worker between them is not counted.
        """
        digest = sha256(docx)
        if digest in self._laid_aside:
            raise ToolFailed(self._laid_aside[digest])
        seat = self._seats.get()
        try:
            return self._with_second_chance(seat, docx, deadline)
        except ToolFailed as error:
            self._laid_aside[digest] = error.findings
            raise
        finally:
            self._seats.put(seat)

    def _with_second_chance(self, seat: _Seat, docx: bytes, deadline: float) -> bytes:
        attempts: list[Attempt] = []
        for _ in range(_ATTEMPTS):
            began = monotonic()
            try:
                return self._once(seat, docx, deadline / _ATTEMPTS)
            except DocumentRefused as problem:
                raise ToolFailed.because("DG-P103", message=str(problem)) from problem
            except WorkerFailed as problem:
                said = seat.worker.said() if seat.worker else ""
                attempts.append(Attempt(type(problem).__name__, str(problem), monotonic() - began, said))
                last = problem
                self._dismiss(seat)
                if self._outfit is None:
                    break
        place = lay_aside(self._quarantine, docx, attempts, self._installation.engine) if self._outfit else None
        if isinstance(last, WorkerSlow):
            raise ToolFailed.because("DG-P102", place, seconds=f"{deadline:.0f}") from last
        raise ToolFailed.because("DG-P105", place, message=str(last)) from last

    def _once(self, seat: _Seat, docx: bytes, seconds: float) -> bytes:
        worker = seat.worker or self._hired(seat)
        made = worker.to_pdf(docx, seconds)
        if worker.jobs >= self._limits.jobs or worker.kilobytes > self._limits.kilobytes:
            self._dismiss(seat)
        return made

    def _hired(self, seat: _Seat) -> Worker:
        outfit = self._outfit
        if outfit is None:
            raise WorkerFailed("the pool is closed")
        worker = Worker(outfit, outfit.golden.parents[1] / f"w{next(self._numbers)}")
        with self._lock:
            if self._outfit is not None:
                self._running.add(worker)
                seat.worker = worker
                return worker
        worker.end()
        raise WorkerFailed("the pool is closed")

    def _dismiss(self, seat: _Seat) -> None:
        worker, seat.worker = seat.worker, None
        if worker is not None:
            worker.end()
            with self._lock:
                self._running.discard(worker)


def remove_leftovers() -> None:
    """Takes away folders of pools whose process, and all its workers, were killed at once."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError), (folder / "lock").open() as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            for worker in folder.glob("w*"):
                remove_remains(worker)
            shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _own_folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix=_PREFIX, ignore_cleanup_errors=True) as name:
        folder = Path(name)
        with _held(folder):
            yield folder


@contextlib.contextmanager
def _held(folder: Path) -> Iterator[TextIO]:
    # It gets its name when it is locked already: a lock that is free belongs to a pool that is gone.
    with (folder / "lock.new").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        (folder / "lock.new").rename(folder / "lock")
        yield lock


def _golden_profile(engine: OneShotLibreOffice, folder: Path) -> Path:
    # LibreOffice lays out a new profile and then wants to start anew, which a worker would wait for in vain.
    profile = folder / "golden" / "profile"
    write_profile(profile)
    options = (f"-env:UserInstallation={profile.as_uri()}", "--headless", "--terminate_after_init")
    run_once([str(engine.executable), *options], profile.parent, deadline=SECONDS_TO_START)
    remove_sockets(profile)
    return profile
