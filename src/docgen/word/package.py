"""Word packages as zip files with the same bytes for the same content."""

from __future__ import annotations

import io
import zipfile

_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time a zip member can carry."""


def reproducible(package: bytes) -> bytes:
    """The package with its members' times, system and attributes fixed; the content of the members is unchanged."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as source, zipfile.ZipFile(out, "w") as target:
        for member in source.infolist():
            entry = zipfile.ZipInfo(member.filename, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 0
            entry.external_attr = 0
            target.writestr(entry, source.read(member), compresslevel=6)
    return out.getvalue()
