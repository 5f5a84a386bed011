"""Building a case's documents: only those whose turn it is, and only when something they are made of changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Literal

from docgen.decide.context import context
from docgen.decide.plan import PlannedDocument, gate, plan
from docgen.decide.rules import judge
from docgen.decide.signatories import placements
from docgen.documents import DocumentId, sha256
from docgen.dossier import content, files, journal
from docgen.dossier.manifest import Made as MadeOf
from docgen.dossier.manifest import Manifest, read_manifest
from docgen.errors import RuleRefused, UsageError
from docgen.findings import Finding, Place, Severity
from docgen.pdf.convert import Converter
from docgen.pipeline.recipe import Made, Order, make
from docgen.pipeline.standing import Standing, stand
from docgen.pipeline.workshop import Workshop, language_tag
from docgen.version import VERSION
from docgen.word.render import Template
from docgen.xmp import Metadata

State = Literal["built", "up to date", "signed", "not yet"]


@dataclass(frozen=True, slots=True)
class Built:
    """What became of one document of a case."""

    id: DocumentId
    state: State
    why: tuple[str, ...] = ()
    """Names of the inputs that changed; of what is missing when it is not its turn yet."""
    findings: tuple[Finding, ...] = ()


def build(shop: Workshop, case: str, *, converter: Converter, kinds: Sequence[str] = ()) -> tuple[Built, ...]:
    """Build what the case's procedure needs now, or the kinds named.

    Raises:
        CaseInvalid: the case file cannot be used.
        RuleRefused: a rule finds an error in the case, or a kind that was asked for is not open yet.
        UsageError: the procedure has no such kind.
        ContentInvalid, RenderFailed, ToolFailed: from the stages.
    """
    with files.locked(shop.roots.lock(case)):
        standing = stand(shop, case)
        _require_lawful(shop, standing)
        return tuple(_one(shop, standing, document, converter) for document in _wanted(standing, kinds))


def _require_lawful(shop: Workshop, standing: Standing) -> None:
    found = judge(standing.located, standing.office, shop.rules, standing.dossier, shop.today(standing.office))
    errors = [finding for finding in found if finding.severity >= Severity.ERROR]
    if errors:
        raise RuleRefused(errors)


def _wanted(standing: Standing, kinds: Sequence[str]) -> list[PlannedDocument]:
    planned = plan(standing.located, standing.office, standing.dossier)
    if not kinds:
        return list(planned)
    by_kind = {document.kind: document for document in planned}
    for kind in kinds:
        if kind not in by_kind:
            known = ", ".join(by_kind)
            raise UsageError.because("DG-X110", kind=kind, procedure=standing.case.procedure, known=known)
        refused = gate("build", kind, standing.located, standing.office, standing.dossier)
        if refused:
            raise RuleRefused(refused)
    return [by_kind[kind] for kind in kinds]


def _one(shop: Workshop, standing: Standing, planned: PlannedDocument, converter: Converter) -> Built:
    document = DocumentId(standing.case.id, planned.kind, planned.lang)
    closed = gate("build", planned.kind, standing.located, standing.office, standing.dossier)
    if not planned.open or closed:
        missing = planned.missing or tuple(finding.place.path for finding in closed if finding.place)
        return Built(document, "not yet", missing, closed)
    file, template = content.template(shop.roots, standing.office.id, document.lang, document.kind)
    inputs = _inputs(shop, standing, template, converter)
    manifest = read_manifest(document.case, files.read_if_there(shop.roots.manifest(document.case)))
    changed = manifest.differences(document.stem, inputs)
    if shop.roots.signed(document).is_file():
        return Built(document, "signed", changed, _signed_but_changed(shop, document, changed))
    if not changed and _intact(shop, document, manifest):
        return Built(document, "up to date")
    made = make(_order(shop, standing, document, Template(file, template)), words=shop.wording, converter=converter)
    _keep(shop, document, made, manifest, inputs)
    return Built(document, "built", changed or ("output missing or changed",))


def _order(shop: Workshop, standing: Standing, document: DocumentId, template: Template) -> Order:
    case, office = standing.case, standing.office
    printed = printed_date(standing, document.kind)
    metadata = Metadata(
        title="",
        lang=language_tag(document.lang, office),
        producer=f"docgen {VERSION}",
        created=datetime(printed.year, printed.month, printed.day, tzinfo=UTC),
        publisher=office.name.get(document.lang, next(iter(office.name.values()))),  # type: ignore[call-overload]
    )
    values = context(case, office, document.kind, document.lang, printed)
    return Order(
        document, template, values, metadata, placements(case, office, document.kind, document.lang, shop.wording)
    )


def printed_date(standing: Standing, kind: str) -> date:
    """The date on a document: fixed in the case, else the last one the case knows; never today."""
    case = standing.case
    facts = case.documents.get(kind)
    if facts and facts.date:
        return facts.date
    decided = case.decision.date if case.decision else None
    known = (decided, case.dates.complete, case.dates.received, case.dates.contacted)
    return next((day for day in known if day is not None), date(2018, 5, 25))


def _inputs(shop: Workshop, standing: Standing, template: bytes, converter: Converter) -> Mapping[str, str]:
    base = standing.case.base.case if standing.case.base else None
    return {
        "case": sha256(shop.roots.case_file(standing.case.id).read_bytes()),
        "base": sha256(shop.roots.case_file(base).read_bytes()) if base else "",
        "template": sha256(template),
        "office": content.office_digest(shop.roots, standing.office.id),
        "wording": content.wording_digest(shop.roots),
        "docgen": VERSION,
        "converter": converter.version,
    }


def _signed_but_changed(shop: Workshop, document: DocumentId, changed: tuple[str, ...]) -> tuple[Finding, ...]:
    if not changed or changed == ("never made",):
        return ()
    place = Place(str(shop.roots.signed(document)))
    return (Finding("DG-X120", Severity.WARNING, place, {"changed": ", ".join(changed)}),)


def _intact(shop: Workshop, document: DocumentId, manifest: Manifest) -> bool:
    made = manifest.documents[document.stem]
    folder = shop.roots.out / document.case
    return all(
        (folder / name).is_file() and sha256((folder / name).read_bytes()) == digest
        for name, digest in made.outputs.items()
    )


def _keep(shop: Workshop, document: DocumentId, made: Made, manifest: Manifest, inputs: Mapping[str, str]) -> None:
    outputs = {shop.roots.docx(document): made.docx.content, shop.roots.pdf(document): made.signable.content}
    for path, produced in outputs.items():
        files.write(path, produced)
    folder = shop.roots.out / document.case
    digests = {path.relative_to(folder).as_posix(): sha256(produced) for path, produced in outputs.items()}
    record = manifest.with_document(document.stem, MadeOf(inputs, digests))
    files.write(shop.roots.manifest(document.case), record.to_json())
    note(shop, document, "built", made.signable.content)


def note(shop: Workshop, document: DocumentId, event: journal.Event, produced: bytes, slot: str = "") -> None:
    """Write an event of a document into its case's journal."""
    path = shop.roots.journal(document.case)
    before = files.read_if_there(path) or b""
    digest = sha256(produced)
    line = journal.next_line(before, at=shop.now, event=event, document=document.stem, digest=digest, slot=slot)
    files.append(path, line)
