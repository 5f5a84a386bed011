"""From the bytes of a case file to a typed `Case`, or to every reason why not, each at its line and column."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import PurePath

from pydantic import ValidationError

from docgen.case import source
from docgen.case.defects import defect, unknown_field
from docgen.case.fields import find
from docgen.case.inherit import inherited
from docgen.case.model import Case
from docgen.case.source import Path, Plain, Source, value_at
from docgen.errors import CaseInvalid
from docgen.findings import Finding, Place, Severity, most_serious_first

FindBase = Callable[[str], tuple[bytes, str] | None]
"""Gives the content and the name of the file of another case, by its id; None when there is no such file."""


@dataclass(frozen=True, slots=True)
class LocatedCase:
    """A case together with the place of each of its values."""

    case: Case
    source: Source
    base: LocatedCase | None = None
    """The case that this one changes, as it stands in its own file and its bases."""

    def place(self, *path: str | int) -> Place:
        """Place of a field, or of the nearest thing around it that stands in the file.

        The place of a value that was taken over lies in the file of the base case.
        """
        return self.source.place(path)

    def is_inherited(self, *path: str | int) -> bool:
        """Whether a field stands in the file of an earlier case and not in this one."""
        return self.source.place(path).file != self.source.file


@dataclass(frozen=True, slots=True)
class LoadedCase:
    """What reading a case file gave: a case when it can be used, and all findings."""

    file: str
    located: LocatedCase | None
    findings: tuple[Finding, ...]

    def require(self) -> LocatedCase:
        """The case.

        Raises:
            CaseInvalid: with every finding, when the file cannot be used as it is.
        """
        if self.located is None or any(finding.blocks for finding in self.findings):
            raise CaseInvalid(self.findings)
        return self.located


def no_other_case(_id: str) -> tuple[bytes, str] | None:
    """Finds nothing: for a case file that is looked at alone."""
    return None


def load(content: bytes, file: str, find_base: FindBase = no_other_case) -> LoadedCase:
    """Read a case file; total: any bytes give findings, never an exception.

    A field that stands there without a value counts as not given, and so does a block in which nothing is filled.
    Whether the procedure needs it is for the rules to say.

    Args:
        content: the file's bytes.
        file: its name as the user knows it; its stem must be the case's id.
        find_base: gives the file of the earlier case that `base.case` names. What it raises is not caught.
    """
    return _load(content, file, find_base, ())


def _load(content: bytes, file: str, find_base: FindBase, followed: tuple[str, ...]) -> LoadedCase:
    read = source.read(content, file)
    if not isinstance(read.values, dict):
        wrong_shape = [] if read.findings else [Finding("DG-C110", Severity.ERROR, read.place(()))]
        return LoadedCase(file, None, most_serious_first([*read.findings, *wrong_shape]))
    own = replace(read, values=_given(read.values) or {})
    base, base_findings = _base(own, find_base, followed)
    whole = inherited(own, base.source) if base else own
    located, wrong = _decoded(whole, base)
    if base_findings:  # what a broken base lacks or has wrong is told when it is checked itself
        wrong = [finding for finding in wrong if finding.place and finding.place.file == file]
    unknown = [unknown_field(path, read) for path in _unknown_blanks(read, own)]
    findings = most_serious_first([*read.findings, *unknown, *base_findings, *wrong])
    return LoadedCase(file, located, findings)


def _decoded(whole: Source, base: LocatedCase | None) -> tuple[LocatedCase | None, list[Finding]]:
    try:
        case = Case.model_validate(whole.values)
    except ValidationError as error:
        found = (defect(detail, whole) for detail in error.errors(include_url=False))
        return None, _without_doubles([finding for finding in found if finding is not None])
    return LocatedCase(case, whole, base), _misnamed(case, whole)


def _without_doubles(wrong: list[Finding]) -> list[Finding]:
    """The findings without those for fields that are only missing because they are misspelt."""
    meant = {_sibling(finding, finding.parameters["near"]) for finding in wrong if finding.code == "DG-C141"}
    return [
        finding
        for finding in wrong
        if finding.code != "DG-C121" or _sibling(finding, finding.parameters["name"]) not in meant
    ]


def _sibling(finding: Finding, name: str) -> tuple[str, str]:
    around = finding.place.path.rpartition(".")[0] if finding.place else ""
    return around, name


def _misnamed(case: Case, read: Source) -> list[Finding]:
    stem = PurePath(read.file).stem
    if stem in (case.id, "<stdin>"):
        return []
    return [Finding("DG-C111", Severity.ERROR, read.place(("id",)), {"id": case.id, "file": stem})]


def _base(own: Source, find_base: FindBase, followed: tuple[str, ...]) -> tuple[LocatedCase | None, list[Finding]]:
    """The case that a file names as its base, ready to inherit from, and what is wrong with the reference."""
    own_id, wanted = _text(own, "id"), _text(own, "base", "case")
    if not wanted:
        return None, []
    followed = (*followed, own_id)

    def wrong(code: str) -> tuple[None, list[Finding]]:
        parameters = {
            "case": source.dotted((wanted,)),
            "chain": " → ".join(source.dotted((step,)) for step in (*followed, wanted)),
        }
        return None, [Finding(code, Severity.ERROR, own.place(("base", "case")), parameters)]

    if wanted in followed:
        return wrong("DG-C162")
    found = find_base(wanted)
    if found is None:
        return wrong("DG-C161")
    base = _load(*found, find_base, followed)
    if base.located is None or any(finding.blocks for finding in base.findings):
        return wrong("DG-C163")
    if _text(own, "office") not in ("", base.located.case.office):
        return wrong("DG-C164")
    return base.located, []


def _text(own: Source, *path: str) -> str:
    value = value_at(own.values, path)
    return value.strip() if isinstance(value, str) else ""


def _unknown_blanks(read: Source, own: Source) -> list[Path]:
    """Misspelt fields that were left empty: dropped before the model could see them."""
    return [
        path
        for path in _dropped(read.values, own.values, ())
        if find(path, read.values) is None and (len(path) == 1 or find(path[:-1], read.values))
    ]


def _dropped(read: Plain, given: Plain, path: Path) -> Iterator[Path]:
    """Fields that stand in the file and not among what was given, in the order of the file."""
    if isinstance(read, dict):
        kept = given if isinstance(given, dict) else {}
        for name, inner in read.items():
            if name not in kept:
                yield (*path, name)
            yield from _dropped(inner, kept.get(name), (*path, name))
    elif isinstance(read, list):
        items = given if isinstance(given, list) else []
        for index, inner in enumerate(read):
            yield from _dropped(inner, items[index] if items else None, (*path, index))


def _given(value: Plain) -> Plain:
    """The value without what was left empty; None when nothing is left. Items of a list keep their indexes."""
    if isinstance(value, dict):
        filled = {name: _given(inner) for name, inner in value.items()}
        return {name: inner for name, inner in filled.items() if inner is not None} or None
    if isinstance(value, list):
        items = [_given(item) for item in value]
        return None if items and all(item is None for item in items) else items
    return value
