"""Which LibreOffice stands on this machine, told without starting it."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path


def identity(environment: Mapping[str, str]) -> str:
    """Something that changes whenever LibreOffice is replaced, updated or taken away; the same otherwise.

    Says nothing about whether it works. `Converter.version` is what documents depend on; this is cheaper to ask.
    """
    wanted = environment.get("DOCGEN_SOFFICE", "soffice")
    found = shutil.which(wanted, path=environment.get("PATH"))
    if found is None:
        return ""
    script = Path(found).resolve()
    parts = (script, script.with_name("soffice.bin"), script.with_name("versionrc"))
    return "; ".join(_mark(part) for part in parts)


def _mark(file: Path) -> str:
    try:
        status = file.stat()
    except OSError:
        return str(file)
    return f"{file} {status.st_size} {status.st_mtime_ns}"
