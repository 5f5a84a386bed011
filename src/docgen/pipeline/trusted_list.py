"""Getting a trusted list from a file or an address, and keeping it."""

from __future__ import annotations

import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from http.client import HTTPException
from pathlib import Path

from docgen.documents import sha256
from docgen.dossier import files
from docgen.findings import Severity
from docgen.signing.reading import remark
from docgen.signing.trust import TrustedList
from docgen.signing.trusted_list import read_list, unusable

_ADDRESS = ("http://", "https://")
_FRESH = timedelta(days=1)
"""A list that was fetched within it is not asked for again."""
_LARGEST = 32 * 1024**2
"""Bytes; the largest national lists have some ten million."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a trusted list comes from and who must have signed it."""

    place: str
    """Path or http(s) address."""
    signers: tuple[bytes, ...]
    """Certificates of its operator, DER."""
    cache: Path
    """Folder for lists that were fetched."""
    timeout: float
    """Seconds for the request."""


def obtain(source: Source, now: datetime) -> TrustedList:
    """The list, from its file, from the cache, or from its address; never raises for what is there.

    Only lists whose signature holds are kept. When the address does not answer, a list that was kept is used as long
    as it runs, with a remark (DG-V505); otherwise there is none (DG-V501).
    """
    if not source.place.lower().startswith(_ADDRESS):
        content = files.read_if_there(Path(source.place))
        return unusable("DG-V501", source=source.place) if content is None else read_list(content, source.signers, now)
    kept = source.cache / f"{sha256(source.place.encode())[:16]}.xml"
    known = _known(kept, source.signers, now)
    if known.xml and now - _fetched(kept) < _FRESH:
        return known
    try:
        content = _fetch(source)
    except (OSError, HTTPException, ValueError) as error:
        return _instead(known, kept, source, type(error).__name__)
    found = read_list(content, source.signers, now)
    if found.xml:
        files.write(kept, content)
    return found


def _known(kept: Path, signers: Sequence[bytes], now: datetime) -> TrustedList:
    content = files.read_if_there(kept)
    return TrustedList() if content is None else read_list(content, signers, now)


def _fetched(kept: Path) -> datetime:
    return datetime.fromtimestamp(kept.stat().st_mtime, UTC)


def _fetch(source: Source) -> bytes:
    # The address is one of http or https, from the configuration.
    with urllib.request.urlopen(source.place, timeout=source.timeout) as answer:  # noqa: S310
        content: bytes = answer.read(_LARGEST + 1)
    if len(content) > _LARGEST:
        raise ValueError("too large")
    return content


def _instead(known: TrustedList, kept: Path, source: Source, problem: str) -> TrustedList:
    if known.xml:
        day = f"{_fetched(kept):%Y-%m-%d}"
        return replace(known, remarks=(remark("DG-V505", Severity.WARNING, source=source.place, fetched=day),))
    return replace(unusable("DG-V501", source=source.place, problem=problem), until=known.until)
