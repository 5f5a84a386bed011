"""The folder that a web server hands out: replaced as a whole, so that a reader sees the old site or the new one.

The new site is built beside the old one, and one system call lets the two change places (`renameat2` with
`RENAME_EXCHANGE`, Linux 3.15). Where the file system cannot do that (NFS, some container volumes), files are replaced
one by one in an order in which no page ever names a file that is not there.
"""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from docgen.documents import sha256
from docgen.dossier import files
from docgen.errors import ToolFailed, UsageError
from docgen.findings import Place

MARK = "register.json"
"""A folder with other files in it and without this one is not ours to replace."""
_EXCHANGE = 2
_AT_FDCWD = -100
_CANNOT = (errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP, errno.EXDEV)
_PAGES = (".html", ".json", ".jsonld", ".csv", ".xml")
"""Files that name others: written after what they name, and deleted before it."""


Wanted: TypeAlias = Mapping[str, bytes | Path]
"""What the folder shall hold: by path below it, the content, or a file that has it (large ones: PDFs)."""


@dataclass(frozen=True, slots=True)
class Changes:
    """How a folder would have to change, by path below it."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)


@contextmanager
def held(site: Path) -> Iterator[None]:
    """Hold the site for the time of a block, so that two runs do not build it at once; does not wait.

    Whichever way a run was led to the folder, by its own name or by a symbolic link.

    Raises:
        ToolFailed: another run holds it (DG-R131).
    """
    with files.locked_at_once(_beside(site.resolve(), "lock"), "DG-R131"):
        yield


def differences(site: Path, wanted: Wanted) -> Changes:
    """How the folder differs from what is wanted."""
    site = site.resolve()
    there = {file.relative_to(site).as_posix() for file in site.rglob("*") if file.is_file()}
    return Changes(
        added=tuple(sorted(set(wanted) - there)),
        changed=tuple(sorted(name for name in there & set(wanted) if _differs(site / name, wanted[name]))),
        removed=tuple(sorted(there - set(wanted))),
    )


def replace(site: Path, wanted: Wanted, changes: Changes) -> None:
    """Make the folder hold exactly what is wanted. What did not change keeps its time of change, for web caches.

    A symbolic link to the folder stays, and what it leads to is replaced. Call with the site `held`, also when there is
    nothing to change: what a run that was killed has left beside the folder goes as well.

    Raises:
        UsageError: something stands there that is no register site (DG-R130); nothing was touched.
        ToolFailed: the disk is full, or the folder beside cannot be written. The old site is untouched.
    """
    site = site.resolve()
    require_ours(site)
    fresh = _beside(site, "new")
    try:
        _clear(fresh)
        if changes:
            _build(fresh, site, wanted, changes)
            _put(fresh, site, wanted, changes)
            _clear(fresh)
    except OSError as error:
        raise ToolFailed.because("DG-D111", Place(str(site)), problem=os.strerror(error.errno or 0)) from error


def require_ours(site: Path) -> None:
    """Nothing when the folder is a register site, empty, or not there.

    Raises:
        UsageError: it is something else (DG-R130).
    """
    site = site.resolve()
    if site.exists() and not (site / MARK).is_file() and (site.is_file() or any(site.iterdir())):
        raise UsageError.because("DG-R130", Place(str(site)))


def _beside(site: Path, use: str) -> Path:
    return site.with_name(f".{site.name}.{use}")


def _differs(file: Path, source: bytes | Path) -> bool:
    size = source.stat().st_size if isinstance(source, Path) else len(source)
    return file.stat().st_size != size or sha256(file.read_bytes()) != sha256(_content(source))


def _content(source: bytes | Path) -> bytes:
    return source.read_bytes() if isinstance(source, Path) else source


def _build(fresh: Path, site: Path, wanted: Wanted, changes: Changes) -> None:
    fresh.mkdir(parents=True)
    new = {*changes.added, *changes.changed}
    for name, source in wanted.items():
        target = fresh / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if name in new:
            files.write(target, _content(source))
        else:
            _same_file(site / name, target)


def _put(fresh: Path, site: Path, wanted: Wanted, changes: Changes) -> None:
    """Make what was built the site; the old one is in its place then, if there was one."""
    if not site.exists():
        fresh.rename(site)
    elif not _exchange(fresh, site):
        _one_by_one(site, wanted, changes)
    _settle(site.parent)


def _same_file(there: Path, target: Path) -> None:
    """The same file under a second name; nothing is ever written into a file of the site, so both stay whole."""
    try:
        os.link(there, target)
    except OSError:
        shutil.copy2(there, target)


def _exchange(one: Path, other: Path) -> bool:
    """Let two folders change places at once; whether the file system can."""
    try:
        call = ctypes.CDLL(None, use_errno=True).renameat2
    except AttributeError:
        return False
    if call(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _EXCHANGE) == 0:
        return True
    number = ctypes.get_errno()
    if number in _CANNOT:
        return False
    raise OSError(number, os.strerror(number))


def _one_by_one(site: Path, wanted: Wanted, changes: Changes) -> None:
    new = sorted((*changes.added, *changes.changed), key=lambda name: (name.endswith(_PAGES), name))
    for name in new:
        files.write(site / name, _content(wanted[name]))
    for name in sorted(changes.removed, key=lambda name: (not name.endswith(_PAGES), name)):
        (site / name).unlink(missing_ok=True)


def _clear(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)


def _settle(folder: Path) -> None:
    """Have the new names on disk before the run says that it is done."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
