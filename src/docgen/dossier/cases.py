"""Case files on disk: finding them by id or path, and reading them together with what they inherit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from docgen.case.load import LoadedCase, load
from docgen.documents import sha256
from docgen.dossier import files
from docgen.dossier.roots import Roots
from docgen.errors import ToolFailed, UsageError
from docgen.findings import Place


def known(roots: Roots) -> tuple[str, ...]:
    """Ids of all cases, in order."""
    return tuple(sorted(file.stem for file in roots.cases.glob("*.yaml")))


def find(roots: Roots, reference: str) -> tuple[Roots, str]:
    """The case that a user means by an id (`VSA-2026-001`) or a path (`cases/VSA-2026-001.yaml`).

    A path may lie in another folder than the configured one; then that folder is where the case's files are.

    Raises:
        UsageError: there is no such case.
    """
    path = Path(reference)
    if path.suffix in (".yaml", ".yml") or path.is_file():
        if not path.is_file():
            raise UsageError.because("DG-X105", Place(reference), case=reference, known=_some(roots))
        return replace(roots, cases=path.parent), path.stem
    if not roots.case_file(reference).is_file():
        raise UsageError.because("DG-X105", Place(str(roots.case_file(reference))), case=reference, known=_some(roots))
    return roots, reference


def read(roots: Roots, case: str) -> LoadedCase:
    """The case file with all its findings; never raises, neither for what the file says nor when it cannot be read."""
    return read_with_sources(roots, case)[0]


def read_with_sources(roots: Roots, case: str) -> tuple[LoadedCase, Mapping[str, str]]:
    """The same, and the SHA-256 of every file that was read for it: its own and those of its bases, by path."""
    sources: dict[str, str] = {}

    def content(file: Path) -> bytes:
        found = files.read(file)
        sources[str(file)] = sha256(found)
        return found

    def base(name: str) -> tuple[bytes, str] | None:
        file = roots.case_file(name)
        return (content(file), str(file)) if file.is_file() else None

    file = roots.case_file(case)
    try:
        return load(content(file), str(file), base), sources
    except ToolFailed as error:
        return LoadedCase(str(file), None, error.findings), sources


def _some(roots: Roots) -> str:
    names = known(roots)
    return ", ".join(names[:12]) + (", …" if len(names) > 12 else "")
