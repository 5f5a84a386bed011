"""One warm LibreOffice as this process sees it: a child that takes Word files and gives PDFs, until it is ended.

The child is `office_worker.py` under a Python that has `uno`; beside it runs its LibreOffice. Both are one process
group, so one signal ends them, whatever state they are in.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import shutil
import signal
import struct
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

from docgen.pdf.convert import (
    EXPORT_OPTIONS,
    IMPORT_FILTER,
    LARGEST_OUTPUT,
    SECONDS_TO_START,
    WORDS_OF_A_TOOL,
    office_environment,
)
from docgen.pdf.profile import remove_sockets, sockets

SCRIPT: Final = Path(__file__).with_name("office_worker.py")
_CHUNK: Final = 1 << 20
_LENGTH: Final = struct.Struct(">I")


class WorkerFailed(Exception):
    """The worker is of no further use."""


class WorkerSlow(WorkerFailed):
    """It was not ready in time."""


class DocumentRefused(Exception):
    """LibreOffice is well and does not take this file for a Word document."""


@dataclass(frozen=True, slots=True)
class Outfit:
    """What every worker of a pool is started with."""

    python: Path
    """A Python that has `uno`."""
    soffice: Path
    golden: Path
    """The profile each worker gets a copy of."""
    preload: str = ""
    """Library with a faster allocator; empty for the usual one."""


class Worker:
    """A running LibreOffice. For one thread at a time, except `end`, which any thread may call."""

    def __init__(self, outfit: Outfit, folder: Path) -> None:
        """Start it and wait until it is ready.

        Args:
            outfit: programs and profile.
            folder: where it works; made here, gone after `end`. Its path is that of no other worker on this machine.

        Raises:
            WorkerFailed: it did not start.
        """
        self.folder = folder
        self._ending = threading.Lock()
        self.jobs = 0
        self.kilobytes = 0
        """Memory of LibreOffice after the last job."""
        shutil.copytree(outfit.golden, folder / "profile")
        try:
            self._process = subprocess.Popen(
                [str(outfit.python), "-I", str(SCRIPT)],
                cwd=folder,
                env=office_environment(folder),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        except OSError as problem:
            shutil.rmtree(folder, ignore_errors=True)
            raise WorkerFailed(str(problem)) from problem
        try:
            self.pid = self._begin(outfit)
        except BaseException:
            self.end()
            raise

    def to_pdf(self, docx: bytes, seconds: float) -> bytes:
        """The PDF as LibreOffice wrote it.

        Raises:
            WorkerSlow: it took longer; end this worker.
            WorkerFailed: it stopped or stumbled; end this worker.
            DocumentRefused: the file is at fault; the worker is fit for the next one.
        """
        until = time.monotonic() + seconds
        self._send(docx, until)
        said = self._heard(until)
        self.jobs += 1
        self.kilobytes = int(said["kilobytes"])
        if said["ok"]:
            return self._frame(until)
        if said.get("broken"):
            raise WorkerFailed(str(said["message"])[-WORDS_OF_A_TOOL:])
        raise DocumentRefused(str(said["message"]))

    def end(self) -> None:
        """It and its LibreOffice no longer run, and its folder is gone."""
        with self._ending:
            # Once reaped, its number may be that of another group.
            if self._process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(self._process.pid, signal.SIGKILL)
                self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError, ValueError):
                assert stream is not None  # noqa: S101  both are pipes
                stream.close()
        remove_remains(self.folder)

    def said(self) -> str:
        """What LibreOffice printed so far, from the end."""
        with contextlib.suppress(OSError):
            return (self.folder / "said.txt").read_text(encoding="utf-8", errors="replace")[-WORDS_OF_A_TOOL:]
        return ""

    def _begin(self, outfit: Outfit) -> int:
        until = time.monotonic() + SECONDS_TO_START
        for end in (self._input, self._output):
            os.set_blocking(end, False)
        self._send(json.dumps(_settings(outfit, self.folder)).encode(), until)
        return int(self._heard(until)["pid"])

    @property
    def _input(self) -> int:
        assert self._process.stdin is not None  # noqa: S101  it is a pipe
        return self._process.stdin.fileno()

    @property
    def _output(self) -> int:
        assert self._process.stdout is not None  # noqa: S101  it is a pipe
        return self._process.stdout.fileno()

    def _send(self, content: bytes, until: float) -> None:
        left = memoryview(_LENGTH.pack(len(content)) + content)
        with _as_failure():
            while left:
                _wait(self._input, until, writing=True)
                left = left[os.write(self._input, left[:_CHUNK]) :]

    def _heard(self, until: float) -> Mapping[str, Any]:
        heard: Mapping[str, Any] = json.loads(self._frame(until))
        return heard

    def _frame(self, until: float) -> bytes:
        (length,) = _LENGTH.unpack(self._bytes(_LENGTH.size, until))
        return self._bytes(length, until)

    def _bytes(self, count: int, until: float) -> bytes:
        got = bytearray()
        with _as_failure():
            while len(got) < count:
                _wait(self._output, until)
                chunk = os.read(self._output, min(_CHUNK, count - len(got)))
                if not chunk:
                    raise WorkerFailed("it stopped")
                got += chunk
        return bytes(got)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()


def remove_remains(folder: Path) -> None:
    """Takes away the folder and the sockets of a worker that no longer runs."""
    shutil.rmtree(folder, ignore_errors=True)
    remove_sockets(folder / "profile", _pipe(folder))


@contextlib.contextmanager
def _as_failure() -> Iterator[None]:
    # ValueError: another thread ended this worker and closed its pipes.
    try:
        yield
    except (OSError, ValueError) as problem:
        raise WorkerFailed(str(problem)) from problem


def _wait(end: int, until: float, *, writing: bool = False) -> None:
    watch = select.poll()
    watch.register(end, select.POLLOUT if writing else select.POLLIN)
    left = until - time.monotonic()
    if left <= 0 or not watch.poll(left * 1000):
        raise WorkerSlow("it took too long")


def _pipe(folder: Path) -> str:
    return f"{folder.parent.name}-{folder.name}"


def _settings(outfit: Outfit, folder: Path) -> dict[str, object]:
    preload = {"LD_PRELOAD": outfit.preload} if outfit.preload else {}
    return {
        "command": [
            str(outfit.soffice),
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            "--headless",
            "--norestore",
            "--nolockcheck",
            "--nodefault",
            "--nologo",
            f"--accept=pipe,name={_pipe(folder)};urp",
        ],
        "address": f"uno:pipe,name={_pipe(folder)};urp;StarOffice.ComponentContext",
        "environment": {**office_environment(folder), **preload},
        "folder": str(folder),
        "sockets": [str(path) for path in sockets(folder / "profile", _pipe(folder))],
        "import_filter": IMPORT_FILTER,
        "export_options": dict(EXPORT_OPTIONS),
        "largest_file": LARGEST_OUTPUT,
        "seconds_to_start": SECONDS_TO_START,
    }
