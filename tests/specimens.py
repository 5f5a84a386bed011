"""A filled document of every template of the project, from the sample cases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from lxml import etree

from docgen.case.model import Case, DpoAdvice, Remark
from docgen.case.parts import Delegation, Person
from docgen.decide.remarks import printable
from docgen.documents import DocumentId, Docx
from docgen.dossier import cases, content
from docgen.dossier.roots import Roots
from docgen.findings import Finding, Place, Severity
from docgen.office.profile import Office
from docgen.office.wording import Wording
from docgen.word.controls import take_out, with_main_part
from docgen.word.render import Template, render

ROOT = Path(__file__).parents[1]
ROOTS = Roots(ROOT / "templates", ROOT / "cases", Path("unused"))
TEMPLATES = tuple(sorted(ROOTS.templates.glob("*/*/*.docx")))
_QUESTION = {
    "nl": "Waarom kan het niet korter?\nVerwijs naar de planning van het onderzoek.",
    "fr": "Pourquoi pas une durée plus courte ?\nRenvoyez au calendrier de la recherche.",
}
PRINTED = date(2026, 11, 20)


@dataclass(frozen=True, slots=True)
class Specimen:
    """A template with a case that fills it."""

    path: Path
    case: Case

    @property
    def id(self) -> DocumentId:
        """The document it makes."""
        return DocumentId(self.case.id, self.path.stem, self.path.parent.name)


def template_name(path: Path) -> str:
    """`statbel/nl/contract`."""
    return path.relative_to(ROOTS.templates).with_suffix("").as_posix()


@cache
def wording() -> Wording:
    """The project's own."""
    return content.wording(ROOTS)


@cache
def office(name: str) -> Office:
    """The project's own."""
    return content.office(ROOTS, name)


@cache
def specimen(path: Path) -> Specimen:
    """The template with the first sample case that has such a document, one in its language if there is any."""
    return min(specimens(path), key=lambda one: (one.case.language != path.parent.name, one.case.id))


def specimens(path: Path) -> Iterator[Specimen]:
    """The template with each sample case that has such a document."""
    kind, own = path.stem, office(path.parents[1].name)
    anywhere = all(kind not in procedure.kinds for procedure in own.procedures.values())
    for case in _samples():
        procedure = own.procedure(case.procedure) if case.office == own.id else None
        if procedure is not None and (anywhere or kind in procedure.kinds):
            yield Specimen(path, _completed(case, kind))


def values_of(one: Specimen) -> dict[str, object]:
    """What its template sees, dated always the same."""
    kind, lang = one.id.kind, one.id.lang
    return printable(one.case, office(one.case.office), kind, lang, PRINTED, wording(), _found(kind))


def filled(one: Specimen) -> Docx:
    """The Word document."""
    return render(Template(one.path.name, one.path.read_bytes()), values_of(one), one.id, wording())


@cache
def _samples() -> tuple[Case, ...]:
    return tuple(cases.read(ROOTS, name).require().case for name in cases.known(ROOTS))


def _completed(case: Case, kind: str) -> Case:
    """The case with what the sample lacks for a kind: an advice, a power of attorney, a remark."""
    added: dict[str, object] = {}
    if case.dpo_advice is None:
        added["dpo_advice"] = DpoAdvice.model_validate(
            {"number": "DPO/2026/040", "date": "2026-11-18", "conclusion": "favourable_with_conditions",
             "conditions": ["De resultaten worden voor elke publicatie nagekeken."]}
        )  # fmt: skip
    if kind == "delegation_proof" and case.delegation is None:
        assert case.applicant is not None
        added["delegation"] = Delegation(
            signer=Person(name="Griet Gemachtigd", function="directeur onderzoek", email="griet@instelling.example"),
            granted_by=case.applicant.controller,
            scope="ondertekening van de documenten van dit dossier",
            start=date(2026, 9, 1),
            end=date(2027, 8, 31),
        )
    if kind == "review_note" and all(remark.resolved for remark in case.review):
        remark = Remark(date=date(2026, 11, 2), field="retention.motivation", comment=_QUESTION[case.language])
        added["review"] = (*case.review, remark)
    return case.model_copy(update=added)


def _found(kind: str) -> tuple[Finding, ...]:
    if kind != "review_note":
        return ()
    return (Finding("D-06", Severity.WARNING, Place("case.yaml", path="purpose.publication_plan")),)


def plain(package: bytes) -> bytes:
    """A Word file without content controls, otherwise as it was filled."""

    def change(xml: bytes) -> bytes:
        take_out(root := etree.fromstring(xml))
        return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))

    return with_main_part(package, change)
