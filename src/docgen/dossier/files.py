"""Writing files so that a reader sees the old or the new content and never half of it."""

from __future__ import annotations

import errno
import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import FileIO
from pathlib import Path

from docgen.documents import sha256
from docgen.errors import RuleRefused, SigningFailed, ToolFailed
from docgen.findings import Place

_UNFINISHED = ".part"
"""How the names of files end that are being written."""


def write(path: Path, content: bytes) -> None:
    """Put content at a path, whole or not at all; for what can be made again.

    Raises:
        ToolFailed: the disk is full, the folder cannot be written, or the like. Nothing is left behind.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=_UNFINISHED, dir=path.parent)
    except OSError as error:
        raise _disk_failure(path, error) from error
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
            os.fchmod(file.fileno(), 0o644)
        Path(name).replace(path)
    except OSError as error:
        raise _disk_failure(path, error) from error
    finally:
        with suppress(FileNotFoundError):
            Path(name).unlink()


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
    if path.exists():
        if path.read_bytes() != content:
            raise RuleRefused.because("DG-D103", Place(str(path)))
        return
    write(path, content)


def add_signature(path: Path, before: bytes, after: bytes) -> None:
    """Replace a signed file by the same file with one more signature.

    Raises:
        SigningFailed: `after` does not begin with `before`, or the file on disk is no longer `before`.
        ToolFailed: as `write`.
    """
    if not after.startswith(before):
        raise SigningFailed.because("DG-D101", Place(str(path)))
    if path.exists() and sha256(path.read_bytes()) != sha256(before):
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
