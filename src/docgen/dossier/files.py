"""Writing files so that a reader sees the old or the new content and never half of it."""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import FileIO
from pathlib import Path
from secrets import token_hex
from stat import S_IMODE

from docgen.errors import RuleRefused, SigningFailed, ToolFailed
from docgen.findings import Place

_UNFINISHED = ".part"
"""How the names of files end that are being written."""


def write(path: Path, content: bytes) -> None:
    """Put content at a path, whole or not at all; for what can be made again.

    Who may read it stays as it was; of a new file, the user's umask says so.

    Raises:
        ToolFailed: the disk is full, the folder cannot be written, or the like. Nothing is left behind.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f".{path.name}.{token_hex(4)}{_UNFINISHED}")
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
    except OSError as error:
        raise _disk_failure(path, error) from error
    try:
        with os.fdopen(handle, "wb") as file:
            with suppress(FileNotFoundError):
                os.fchmod(file.fileno(), S_IMODE(path.stat().st_mode))
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    except OSError as error:
        raise _disk_failure(path, error) from error
    finally:
        with suppress(FileNotFoundError):
            fresh.unlink()


def clear_unfinished(folder: Path) -> None:
    """Remove what a run that was killed had begun to write in a folder; for who alone may write there."""
    for path in folder.glob(f".*{_UNFINISHED}"):
        path.unlink(missing_ok=True)


def write_once(path: Path, content: bytes) -> None:
    """Put content at a path where nothing stands yet; for what came in and must stay as it came.

    The same content again is no error.

    Raises:
        RuleRefused: something else stands there.
        ToolFailed: as `write`.
    """
    there = read_if_there(path)
    if there is None:
        write(path, content)
    elif there != content:
        raise RuleRefused.because("DG-D103", Place(str(path)))


def add_signature(path: Path, before: bytes, after: bytes) -> None:
    """Replace a signed file by the same file with one more signature.

    Raises:
        SigningFailed: `after` does not begin with `before`, or the file on disk is no longer `before`.
        ToolFailed: as `write`.
    """
    if not after.startswith(before):
        raise SigningFailed.because("DG-D101", Place(str(path)))
    if read_if_there(path) not in (None, before):
        raise SigningFailed.because("DG-D102", Place(str(path)))
    write(path, after)


def append(path: Path, line: bytes) -> None:
    """Add a line at the end of a file, on disk when this returns; whole or not at all.

    Raises:
        ToolFailed: as `write`.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab", buffering=0) as file:
            before = file.tell()
            try:
                _write_all(file, line)
                os.fsync(file.fileno())
            except OSError:
                os.ftruncate(file.fileno(), before)
                raise
    except OSError as error:
        raise _disk_failure(path, error) from error


def _write_all(file: FileIO, content: bytes) -> None:
    left = memoryview(content)
    while left:
        left = left[file.write(left) :]


def read(path: Path) -> bytes:
    """The content of a file.

    Raises:
        ToolFailed: it cannot be read, or is not there.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise _disk_failure(path, error) from error


def read_if_there(path: Path) -> bytes | None:
    """The content of a file, or nothing when there is no such file.

    Raises:
        ToolFailed: it is there and cannot be read.
    """
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _disk_failure(path, error) from error


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold a lock file for the time of a block, so that two runs do not write one case at once.

    Waits for the other run; the operating system frees the lock when a process dies.

    Raises:
        ToolFailed: the file cannot be made.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = path.open("w")
    except OSError as error:
        raise _disk_failure(path, error) from error
    with handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(handle, fcntl.LOCK_UN)


@contextmanager
def locked_at_once(path: Path, code: str) -> Iterator[None]:
    """Hold a lock file for the time of a block, or not at all; for long runs that somebody else should not wait for.

    Raises:
        ToolFailed: another run holds it (with the finding `code`), or the file cannot be made.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = path.open("w")
    except OSError as error:
        raise _disk_failure(path, error) from error
    with handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise ToolFailed.because(code, Place(str(path))) from error
        yield


def _disk_failure(path: Path, error: OSError) -> ToolFailed:
    full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    return ToolFailed.because("DG-D110" if full else "DG-D111", Place(str(path)), problem=os.strerror(error.errno or 0))
