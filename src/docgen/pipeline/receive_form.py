"""Taking in a filled Word form: kept as it came, and what it says proposed as a change of the case file."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from docgen.case.edit import Change, edited, flow_lists
from docgen.case.load import LoadedCase, load
from docgen.case.proposal import Doubt, Said, proposed
from docgen.case.source import Path as FieldPath
from docgen.case.source import Plain, Source, dotted, read, value_at
from docgen.decide.context import context
from docgen.documents import DocumentId, sha256
from docgen.dossier import cases, content, files
from docgen.errors import CaseInvalid, DocgenError, RuleRefused, UsageError
from docgen.findings import Finding, Place, Severity, most_serious_first
from docgen.numbers import mask_national_numbers, national_numbers
from docgen.office.profile import Office
from docgen.pipeline.build import printed_date
from docgen.pipeline.events import note, noted, require_whole
from docgen.pipeline.form import blank, forms_of
from docgen.pipeline.standing import stand
from docgen.pipeline.workshop import Workshop
from docgen.word.beside_fields import shortened
from docgen.word.forms import FieldReading, FormReading, read_form
from docgen.word.received import text_of
from docgen.word.render import Template, render
from docgen.word.tags import case_bookmark

_ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Proposed:
    """One value that the form would change."""

    path: str
    before: str
    after: str
    place: Place
    """Where the value stands in the case file, or what stands nearest."""


@dataclass(frozen=True, slots=True)
class TakenForm:
    """A Word form that came in."""

    document: DocumentId
    kept: Path
    """Where it lies, byte for byte."""
    known: bool
    """It was here already."""
    fields: tuple[FieldReading, ...]
    changes: tuple[Proposed, ...]
    diff: str
    """The change of the case file as a unified diff; empty when there is nothing to change."""
    applied: bool
    findings: tuple[Finding, ...]


def receive_form(
    shop: Workshop, case: str, path: Path, form: bytes, *, kind: str | None = None, apply: bool = False,
    unsure: bool = False,
) -> TakenForm:  # fmt: skip
    """Keep a form as it came, and propose what it says as a change of the case file; with `apply` write the change.

    The case file may still be unfinished. Fields about which the reading has a doubt are left out, unless `unsure`.

    Raises:
        RuleRefused: D-33 there is a national register number in it; nothing is kept or written.
        ContentInvalid: it is no Word file that can be read.
        CaseInvalid: the case file cannot be read as YAML.
        UsageError: DG-X302, DG-X305 it is none of the forms of the case's procedure.
        ValidationFailed: the journal of the case is no longer whole, so nothing could be recorded.
    """
    with files.locked(shop.roots.lock(case)):
        _require_no_national_number(form, path)
        require_whole(shop, case)
        desk = _Desk.of(shop, case)
        chosen, reading = desk.recognised(form, path, kind, unsure=unsure)
        kept, known = _keep(shop, desk.document(chosen), form)
        new, left = desk.worked_in(reading, unsure=unsure)
        if apply and new != desk.text:
            files.write(shop.roots.case_file(case), new.encode())
        return TakenForm(
            desk.document(chosen),
            kept,
            known,
            reading.fields,
            desk.changes(new),
            desk.diff(new),
            apply and new != desk.text,
            most_serious_first([*_of_another_case(reading, case, path), *reading.findings, *left]),
        )


def _require_no_national_number(form: bytes, path: Path) -> None:
    if any(national_numbers(text_of(form, str(path)))):
        raise RuleRefused.because("D-33", Place(path.name))


def _of_another_case(reading: FormReading, case: str, path: Path) -> tuple[Finding, ...]:
    if not reading.made_for or reading.made_for == case_bookmark(case):
        return ()
    return (Finding("DG-W424", Severity.WARNING, Place(path.name)),)


def _keep(shop: Workshop, document: DocumentId, form: bytes) -> tuple[Path, bool]:
    """The file's own name is not kept: people put names and numbers in it."""
    digest = sha256(form)
    kept = shop.roots.received(document.case) / f"{document.stem}.{digest[:12]}.docx"
    known = kept.is_file()
    files.write_once(kept, form)
    if not noted(shop, document, "received", digest):
        note(shop, document, "received", digest)
    return kept, known


@dataclass(frozen=True, slots=True)
class _Desk:
    """A case file on the desk, with what is needed to read its forms."""

    shop: Workshop
    case: str
    office: Office
    lang: str
    procedure: str
    text: str
    own: Source
    loaded: LoadedCase

    @classmethod
    def of(cls, shop: Workshop, case: str) -> _Desk:
        file = shop.roots.case_file(case)
        given = files.read(file)
        own = read(given, str(file))
        if not isinstance(own.values, dict) or own.unreadable:
            raise CaseInvalid(own.findings)
        office = content.office(shop.roots, _word(own, "office"))
        lang = _word(own, "language")
        lang = lang if lang in office.languages else office.languages[0]
        loaded = cases.read(shop.roots, case)
        return cls(shop, case, office, lang, _word(own, "procedure"), given.decode("utf-8"), own, loaded)

    def document(self, kind: str) -> DocumentId:
        return DocumentId(self.case, kind, self.lang)

    def recognised(
        self, form: bytes, path: Path, kind: str | None, *, unsure: bool
    ) -> tuple[str, FormReading]:  # fmt: skip
        """Which form it is, and what it says."""
        kinds = self._kinds()
        if kind is not None and kind not in kinds:
            raise UsageError.because("DG-X300", kind=kind, known=", ".join(kinds))
        says = kind or read_form(form, path.name, self.lang, self.shop.wording).kind
        if says in kinds:
            return says, self._read(form, path, says, unsure=unsure)
        if says in self.office.kinds:
            raise UsageError.because("DG-X305", Place(path.name), kind=says, known=", ".join(kinds))
        readings = {each: self._read(form, path, each, unsure=unsure) for each in kinds}
        best = max(kinds, key=lambda each: len(readings[each].fields), default="")
        if not best or not readings[best].fields:
            raise UsageError.because("DG-X302", Place(path.name), known=", ".join(kinds))
        return best, readings[best]

    def _kinds(self) -> tuple[str, ...]:
        procedure = self.office.procedure(self.procedure)
        planned = procedure.kinds if procedure else ()
        return tuple(kind for kind in forms_of(self.office) if not planned or kind in planned)

    def _read(self, form: bytes, path: Path, kind: str, *, unsure: bool) -> FormReading:
        return read_form(form, path.name, self.lang, self.shop.wording, tuple(self._sent(kind)), unsure=unsure)

    def _sent(self, kind: str) -> Iterator[bytes]:
        """The form as it may have been sent: filled from the case as it is now, and blank."""
        built = files.read_if_there(self.shop.roots.docx(self.document(kind)))
        if built is not None:
            yield built
        try:
            standing = stand(self.shop, self.case)
            file, template = content.template(self.shop.roots, self.office.id, self.lang, kind)
            values = context(standing.case, self.office, kind, self.lang, printed_date(standing, kind))
            yield render(Template(file, template), values, self.document(kind), self.shop.wording).content
        except DocgenError:
            pass  # an unfinished case fills no form; then it was the blank one that was sent
        yield blank(self.shop, self.office, kind, self.lang).content

    @property
    def effective(self) -> Plain:
        return self.loaded.located.source.values if self.loaded.located else self.own.values

    def worked_in(self, reading: FormReading, *, unsure: bool) -> tuple[str, tuple[Finding, ...]]:
        """The case file with what the form says, without what no case may say, and findings about that."""
        said = Said(reading.values, reading.rows, reading.offered, reading.emptied, reading.blank, unsure)
        left: set[FieldPath] = set()
        found: list[Finding] = []
        for _ in range(_ROUNDS):
            proposal = proposed(said, self.own.values, self.effective, flow_lists(self.text), left)
            new = edited(self.text, proposal.changes)
            wrong = self._newly_wrong(new, proposal.changes)
            if not wrong:
                return new, (*found, *map(self._in_doubt, proposal.doubts))
            left |= set(wrong)
            found += wrong.values()
        return self.text, tuple(found)

    def _in_doubt(self, doubt: Doubt) -> Finding:
        *around, number = doubt.path
        words = shortened(" · ".join(text for _, text in _leaves(doubt.row, ()) if text))
        known = {"path": dotted(tuple(around)), "row": str(int(number) + 1), "words": mask_national_numbers(words)}
        return Finding("DG-W425", Severity.WARNING, self.own.place(doubt.path), known)

    def _newly_wrong(self, new: str, changes: Sequence[Change]) -> dict[FieldPath, Finding]:
        before = {(finding.code, finding.place.path if finding.place else "") for finding in self.loaded.findings}
        file = self.loaded.file
        after = load(new.encode(), file, lambda base: _base(self.shop, base))
        wrong: dict[FieldPath, Finding] = {}
        for finding in after.findings:
            where = finding.place.path if finding.place else ""
            if finding.severity < Severity.ERROR or (finding.code, where) in before:
                continue
            for change in changes:
                if where.startswith(dotted(change.path)) or dotted(change.path).startswith(f"{where}."):
                    wrong[change.path] = replace(finding, severity=Severity.WARNING)
        return wrong

    def diff(self, new: str) -> str:
        name = self.loaded.file
        return "".join(
            difflib.unified_diff(self.text.splitlines(True), new.splitlines(True), fromfile=name, tofile=name)
        )

    def changes(self, new: str) -> tuple[Proposed, ...]:
        """Every value that is another afterwards."""
        after = read(new.encode(), self.loaded.file)
        old, now = dict(_leaves(self.own.values, ())), dict(_leaves(after.values, ()))
        paths = [path for path in {**old, **now} if old.get(path) != now.get(path)]
        return tuple(
            Proposed(dotted(path), old.get(path) or "", now.get(path) or "", after.place(path)) for path in paths
        )


def _leaves(value: Plain, path: FieldPath) -> Iterator[tuple[FieldPath, str | None]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _leaves(inner, (*path, name))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _leaves(inner, (*path, number))
    else:
        yield path, value


def _word(own: Source, name: str) -> str:
    value = value_at(own.values, (name,))
    return value.strip() if isinstance(value, str) else ""


def _base(shop: Workshop, case: str) -> tuple[bytes, str] | None:
    file = shop.roots.case_file(case)
    given = files.read_if_there(file)
    return (given, str(file)) if given is not None else None
