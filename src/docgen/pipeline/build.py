"""Building a case's documents: only those whose turn it is, and only when something they are made of changed.

What a document is made of is looked at twice: first the inputs as they stand in files, which costs nearly nothing, and
if one changed, the filled Word document. Only when that differs is it converted, which is what takes time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Literal

from docgen.decide.context import context
from docgen.decide.plan import PlannedDocument, gate, plan
from docgen.decide.rules import judge
from docgen.decide.signatories import placements
from docgen.documents import DocumentId, Docx, SignablePdf, sha256
from docgen.dossier import content, files, journal
from docgen.dossier.manifest import Made as MadeOf
from docgen.dossier.manifest import Manifest, read_manifest
from docgen.errors import DocgenError, RuleRefused, UsageError
from docgen.findings import Finding, Place, Severity
from docgen.pdf.convert import Converter
from docgen.pipeline.inputs import inputs_of, printed_of
from docgen.pipeline.recipe import Order, fill, finish
from docgen.pipeline.standing import Standing, stand
from docgen.pipeline.together import attempted, in_order, successes
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
    """Names of the inputs that changed; of what is missing when it is not its turn yet.

    With `up to date`: they changed, but nothing of it is printed, so the document was left alone.
    """
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class _Job:
    """A filled document that has to be converted."""

    order: Order
    docx: Docx
    record: MadeOf
    why: tuple[str, ...]


def build(
    shop: Workshop, case: str, *, converter: Converter, kinds: Sequence[str] = (), jobs: int = 1
) -> tuple[Built, ...]:
    """Build what the case's procedure needs now, or the kinds named; up to `jobs` documents at once.

    One document that fails does not keep the others from being made.

    Raises:
        CaseInvalid: the case file cannot be used.
        RuleRefused: a rule finds an error in the case, or a kind that was asked for is not open yet.
        UsageError: the procedure has no such kind.
        ContentInvalid, RenderFailed, ToolFailed: the first failure of a stage.
    """
    with files.locked(shop.roots.lock(case)):
        standing = stand(shop, case)
        _require_lawful(shop, standing)
        found = [attempted(_considered, shop, standing, one, converter.version) for one in _wanted(standing, kinds)]
        done = in_order(lambda one: attempted(_finished, one, converter), found, jobs)
        return tuple(successes(attempted(_kept, shop, one) for one in done))


def build_all(
    selected: Sequence[tuple[Workshop, str]], converter: Converter, kinds: Sequence[str] = (), *, jobs: int = 1
) -> Iterator[tuple[Built, ...] | DocgenError]:
    """What became of each case, in the order of the cases; of a case that was refused or failed, its error.

    Up to `jobs` documents at once: of one case when there is only one, else of as many cases.
    """
    within = jobs if len(selected) == 1 else 1

    def one(chosen: tuple[Workshop, str]) -> tuple[Built, ...] | DocgenError:
        shop, case = chosen
        return attempted(build, shop, case, converter=converter, kinds=kinds, jobs=within)

    return in_order(one, selected, jobs)


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


def _considered(shop: Workshop, standing: Standing, planned: PlannedDocument, engine: str) -> Built | _Job:
    document = DocumentId(standing.case.id, planned.kind, planned.lang)
    closed = gate("build", planned.kind, standing.located, standing.office, standing.dossier)
    if not planned.open or closed:
        missing = planned.missing or tuple(finding.place.path for finding in closed if finding.place)
        return Built(document, "not yet", missing, closed)
    template = Template(*content.template(shop.roots, standing.office.id, document.lang, document.kind))
    inputs = inputs_of(shop, standing, document, template, engine)
    manifest = _manifest(shop, document)
    changed = manifest.differences(document.stem, inputs)
    if shop.roots.signed(document).is_file():
        return _signed(shop, standing, document, template, MadeOf(inputs, {}), changed)
    whole = _intact(shop, document, manifest)
    if not changed and whole:
        return Built(document, "up to date")
    order, docx = _filled(shop, standing, document, template)
    printed = printed_of(order, docx, engine)
    if whole and manifest.printed_as(document.stem, printed):
        _remember(shop, document, MadeOf(inputs, manifest.documents[document.stem].outputs, printed))
        return Built(document, "up to date", changed)
    return _Job(order, docx, MadeOf(inputs, {}, printed), changed or ("output missing or changed",))


def _signed(
    shop: Workshop,
    standing: Standing,
    document: DocumentId,
    template: Template,
    record: MadeOf,
    changed: tuple[str, ...],
) -> Built:
    if not changed or changed == ("never made",):
        return Built(document, "signed", changed)
    manifest = _manifest(shop, document)
    before = manifest.documents[document.stem]
    filled = attempted(_filled, shop, standing, document, template)
    if not isinstance(filled, DocgenError):
        order, docx = filled
        if manifest.printed_as(document.stem, printed_of(order, docx, before.printed.get("converter", ""))):
            return Built(document, "signed")
    place = Place(str(shop.roots.signed(document)))
    warning = Finding("DG-X120", Severity.WARNING, place, {"changed": ", ".join(changed)})
    return Built(document, "signed", changed, (warning,))


def _filled(shop: Workshop, standing: Standing, document: DocumentId, template: Template) -> tuple[Order, Docx]:
    order = _order(shop, standing, document, template)
    return order, fill(order, words=shop.wording, template=shop.compiled(template))


def _finished(one: Built | _Job | DocgenError, converter: Converter) -> Built | DocgenError | tuple[_Job, SignablePdf]:
    return (one, finish(one.docx, one.order, converter=converter)) if isinstance(one, _Job) else one


def _kept(shop: Workshop, one: Built | DocgenError | tuple[_Job, SignablePdf]) -> Built | DocgenError:
    if not isinstance(one, tuple):
        return one
    job, signable = one
    _keep(shop, job, signable)
    return Built(job.order.id, "built", job.why)


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


def _manifest(shop: Workshop, document: DocumentId) -> Manifest:
    return read_manifest(document.case, files.read_if_there(shop.roots.manifest(document.case)))


def _intact(shop: Workshop, document: DocumentId, manifest: Manifest) -> bool:
    made = manifest.documents.get(document.stem)
    folder = shop.roots.out / document.case
    return made is not None and all(
        (folder / name).is_file() and sha256((folder / name).read_bytes()) == digest
        for name, digest in made.outputs.items()
    )


def _keep(shop: Workshop, job: _Job, signable: SignablePdf) -> None:
    document = job.order.id
    outputs = {shop.roots.docx(document): job.docx.content, shop.roots.pdf(document): signable.content}
    for path, produced in outputs.items():
        files.write(path, produced)
    folder = shop.roots.out / document.case
    digests = {path.relative_to(folder).as_posix(): sha256(produced) for path, produced in outputs.items()}
    _remember(shop, document, replace(job.record, outputs=digests))
    note(shop, document, "built", signable.content)


def _remember(shop: Workshop, document: DocumentId, record: MadeOf) -> None:
    # Read anew: the records of other documents of this case may have been written since.
    manifest = _manifest(shop, document).with_document(document.stem, record)
    files.write(shop.roots.manifest(document.case), manifest.to_json())


def note(shop: Workshop, document: DocumentId, event: journal.Event, produced: bytes, slot: str = "") -> None:
    """Write an event of a document into its case's journal."""
    path = shop.roots.journal(document.case)
    before = files.read_if_there(path) or b""
    digest = sha256(produced)
    line = journal.next_line(before, at=shop.now, event=event, document=document.stem, digest=digest, slot=slot)
    files.append(path, line)
