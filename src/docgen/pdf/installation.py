"""What this machine has for warm LibreOffice workers: the program itself, a Python that speaks to it, an allocator."""

from __future__ import annotations

import ctypes.util
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from docgen.pdf.convert import OneShotLibreOffice

DEBIAN_PACKAGE: Final = "python3-uno"
_SECONDS_TO_ANSWER: Final = 30.0


@dataclass(frozen=True, slots=True)
class Installation:
    """The programs of a pool."""

    engine: OneShotLibreOffice
    soffice: Path
    """LibreOffice itself, without the script around it, so that one signal reaches it."""
    python: Path
    """A Python that has `uno`."""
    preload: str = ""
    """Library name of a faster allocator; empty when there is none."""


def find_installation(engine: OneShotLibreOffice, environment: Mapping[str, str]) -> Installation | None:
    """The programs of a pool, or nothing when this machine lacks one; then documents are converted one at a time.

    The Python is that of `DOCGEN_UNO_PYTHON` if set, else LibreOffice's own, else that of the system. It is asked
    whether it has `uno`, for its version must be the one `uno` was built for.
    """
    soffice = engine.executable.resolve().with_name("soffice.bin")
    if not soffice.is_file():
        return None
    python = next((found for found in _pythons(soffice.parent, environment) if _has_uno(found)), None)
    preload = ctypes.util.find_library("tcmalloc_minimal") or ""
    return Installation(engine, soffice, python, preload) if python else None


def _pythons(program: Path, environment: Mapping[str, str]) -> Iterator[Path]:
    named = environment.get("DOCGEN_UNO_PYTHON")
    if named:
        yield Path(named)
        return
    candidates = (str(program / "python"), "/usr/bin/python3", shutil.which("python3", path=os.defpath))
    yield from (Path(found) for found in dict.fromkeys(candidates) if found and Path(found).is_file())


def _has_uno(python: Path) -> bool:
    try:
        asked = subprocess.run(
            [str(python), "-I", "-c", "import uno, unohelper"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=_SECONDS_TO_ANSWER,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return asked.returncode == 0
