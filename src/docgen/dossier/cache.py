"""Results kept by what they were made of, so that nothing is made twice: not after `out/` was cleared, not by two runs.

An entry is a file named by its key, with a digest of key and content in front. Whatever befalls it (cut off, changed,
put under another name), it is then no entry any more. The folder may be deleted at any time.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

USUAL_LIMIT: Final = 1024 * 1024 * 1024
"""Bytes; some ten thousand contracts."""
_MAGIC: Final = b"docgen cache 1\n"
_HEAD: Final = len(_MAGIC) + hashlib.sha256().digest_size
_FULL_SHARE: Final = 0.9
"""Of the limit, what remains after clearing: clearing is dear, so it makes some room at once."""
_LOOKS: Final = 32
"""How many times the limit is looked at while as much as the limit is added."""
_FORGOTTEN: Final = 24 * 3600.0
"""Seconds after which an unfinished file is that of a run that was killed."""


@dataclass(frozen=True, slots=True)
class Inventory:
    """What a cache holds."""

    entries: int
    size: int
    """Bytes."""


class ContentCache:
    """Bytes by key, at most so many; the entries that were not asked for longest go first.

    For any number of threads and processes at once. It never stands in the way of work: a disk that is full or a
    folder that cannot be written makes it forgetful, nothing else.
    """

    def __init__(self, folder: Path, limit: int = USUAL_LIMIT) -> None:
        """Touches nothing yet.

        Args:
            folder: where the entries lie; made when the first one is kept.
            limit: bytes.
        """
        self.folder = folder
        self._limit = limit
        self._added = limit  # so that the first entry of a run looks

    def get(self, key: str) -> bytes | None:
        """The content kept under a key, exactly as it was given; nothing when there is none, or it is damaged."""
        path = self._path(key)
        try:
            entry = path.read_bytes()
        except OSError:
            return None
        content = entry[_HEAD:]
        if entry[:_HEAD] != _head(key, content):
            with suppress(OSError):
                path.unlink()
            return None
        with suppress(OSError):
            os.utime(path)  # asked for now
        return content

    def put(self, key: str, content: bytes) -> None:
        """Keep content under a key; makes room when the limit is reached."""
        with suppress(OSError):
            _write(self._path(key), _head(key, content) + content)
        self._added += len(content)
        if self._added * _LOOKS > self._limit:
            self._added = 0
            self.make_room()

    def make_room(self) -> None:
        """Take away the entries not asked for longest, until there is less than the limit; one run at a time."""
        with suppress(OSError), _alone(self.folder / ".lock") as alone:
            if alone:
                _clear(self.folder, self._limit)

    def inventory(self) -> Inventory:
        """How much there is."""
        sizes = [status.st_size for file, status in _files(self.folder) if not file.name.startswith(".")]
        return Inventory(len(sizes), sum(sizes))

    def _path(self, key: str) -> Path:
        return self.folder / key[:2] / key


def _head(key: str, content: bytes) -> bytes:
    return _MAGIC + hashlib.sha256(key.encode() + b"\n" + content).digest()


def _write(path: Path, entry: bytes) -> None:
    # Not forced to the disk: what a power failure leaves of it, its digest gives away.
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(entry)
        Path(name).replace(path)
    finally:
        with suppress(FileNotFoundError):
            Path(name).unlink()


@contextmanager
def _alone(lock: Path) -> Iterator[bool]:
    with lock.open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def _clear(folder: Path, limit: int) -> None:
    found = sorted(_files(folder), key=lambda one: one[1].st_mtime_ns)
    newest = max((status.st_mtime for _, status in found), default=0.0)
    total = sum(status.st_size for _, status in found)
    wanted = total if total <= limit else int(limit * _FULL_SHARE)
    for file, status in found:
        unfinished = file.name.startswith(".") and newest - status.st_mtime > _FORGOTTEN
        if total > wanted or unfinished:
            with suppress(FileNotFoundError):
                file.unlink()
            total -= status.st_size


def _files(folder: Path) -> Iterator[tuple[Path, os.stat_result]]:
    for file in folder.glob("??/*"):
        with suppress(FileNotFoundError):  # another run took it away
            yield file, file.stat()
