"""The table `[cluster]` of docgen.toml: how `--scheduler` proves who it is."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from docgen.errors import UsageError
from docgen.findings import Place

_KEYS = ("tls_ca", "tls_certificate", "tls_key")


@dataclass(frozen=True, slots=True)
class ClusterSettings:
    """PEM files for a scheduler at `tls://`; all three or none."""

    tls_ca: Path | None = None
    """Of whoever signed the certificates of scheduler and workers."""
    tls_certificate: Path | None = None
    tls_key: Path | None = None


def cluster_settings(table: object, base: Path, file: str) -> ClusterSettings:
    """The table, with its paths taken from the folder of the settings file.

    Raises:
        UsageError: an unknown key, a value that is no path, or one of the three missing.
    """
    known = ", ".join(_KEYS)
    if not isinstance(table, dict):
        raise UsageError.because("DG-X103", Place(file), name="cluster", value=str(table), known="[cluster]")
    for key, value in table.items():
        if key not in _KEYS or not isinstance(value, str):
            raise UsageError.because("DG-X103", Place(file), name=f"cluster.{key}", value=str(value), known=known)
    for key in _KEYS if table else ():
        if key not in table:
            raise UsageError.because("DG-X103", Place(file), name=f"cluster.{key}", value="", known=known)
    return ClusterSettings(**{key: base / value for key, value in table.items()})
