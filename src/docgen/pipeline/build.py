"""Building a case's documents: only those whose turn it is, and only when something they are made of changed.

What a document is made of is looked at twice: first the inputs as they stand in files, which costs nearly nothing, and
if one changed, the filled Word document. Only when that differs is it converted, which is what takes time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from docgen.decide.plan import PlannedDocument, gate, plan
from docgen.decide.remarks import printable
from docgen.decide.signatories import placements
from docgen.decide.values import find
from docgen.documents import DocumentId, SignablePdf, sha256
from docgen.dossier import content, files
from docgen.dossier.built import Built
from docgen.dossier.cache import ContentCache
from docgen.dossier.manifest import Made as MadeOf
from docgen.dossier.manifest import Manifest, read_manifest
from docgen.dossier.settled import Before, Surroundings, before, settle
from docgen.errors import DocgenError, RuleRefused, UsageError
from docgen.findings import Finding, Place, Severity
from docgen.pdf.convert import Converter
from docgen.pipeline.events import note
from docgen.pipeline.inputs import TOOLS, inputs_of, key_of, printed_of, tools_of
from docgen.pipeline.recipe import Order, OwnPress, Press, Printing, fill, printing_of
from docgen.pipeline.standing import Standing, require_lawful, stand
from docgen.pipeline.together import attempted, in_order
from docgen.pipeline.workshop import Workshop, language_tag
from docgen.version import VERSION
from docgen.word.render import Template
from docgen.xmp import Metadata

__all__ = ["Built", "Making", "build", "build_all", "printed_date"]


@dataclass(frozen=True, slots=True)
class Making:
    """How documents are made in a run."""

    press: Press
    tools: Mapping[str, str]
    """See `docgen.pipeline.inputs.tools_of`."""
    cache: ContentCache | None = None
    """Where PDFs that were made before are looked for."""
    around: Surroundings | None = None
    """What settled cases are remembered by; without it, none is remembered."""
    jobs: int = 1
    """How many documents at once."""

    @classmethod
    def by(
        cls,
        press: Press,
        *,
        cache: ContentCache | None = None,
        around: Surroundings | None = None,
        jobs: int = 1,
    ) -> Making:
        """With a press; asks it once for its version."""
        return cls(press, tools_of(press.version), cache, around, jobs)


@dataclass(frozen=True, slots=True)
class _Job:
    """A filled document that has to be converted."""

    id: DocumentId
    printing: Printing
    record: MadeOf
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Done:
    """A document that was converted, now or earlier."""

    job: _Job
    signable: SignablePdf
    from_cache: bool


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
    found = build_case(shop, case, Making.by(OwnPress(converter), jobs=jobs), kinds)
    for one in found:
        if one.error is not None:
            raise one.error
    return found


def build_all(
    selected: Sequence[tuple[Workshop, str]], making: Making, kinds: Sequence[str] = ()
) -> Iterator[tuple[Built, ...] | DocgenError]:
    """What became of each case, in the order of the cases; of a case that was refused, its error.

    As many documents at once as `making` allows: of one case when there is only one, else of as many cases.
    """
    within = replace(making, jobs=making.jobs if len(selected) == 1 else 1)

    def one(chosen: tuple[Workshop, str]) -> tuple[Built, ...] | DocgenError:
        shop, case = chosen
        return attempted(build_case, shop, case, within, kinds)

    return in_order(one, selected, making.jobs)


def build_case(shop: Workshop, case: str, making: Making, kinds: Sequence[str] = ()) -> tuple[Built, ...]:
    """What became of each document of a case, those that failed included.

    Raises:
        CaseInvalid, RuleRefused, UsageError, ContentInvalid: as `build`, of the case as a whole.
    """
    with files.locked(shop.roots.lock(case)):
        seen = before(shop.roots, case, making.around) if making.around and not kinds else None
        standing = stand(shop, case)
        require_lawful(shop, standing)
        wanted = _wanted(standing, kinds)
        found = [attempted(_considered, shop, standing, one, making) for one in wanted]
        done = in_order(lambda one: attempted(_finished, one, making), found, making.jobs)
        outcomes = [attempted(_kept, shop, one) for one in done]
        built = tuple(_told(standing, *pair) for pair in zip(wanted, outcomes, strict=True))
        if seen is not None:
            _settle(shop, standing, seen, built)
    return built


def _told(standing: Standing, planned: PlannedDocument, outcome: Built | DocgenError) -> Built:
    if isinstance(outcome, Built):
        return outcome
    return Built(DocumentId(standing.case.id, planned.kind, planned.lang), "failed", error=outcome)


def _settle(shop: Workshop, standing: Standing, seen: Before, built: Sequence[Built]) -> None:
    roots, office = shop.roots, standing.office
    used = [one.id for one in built if one.state != "not yet"]
    manifest = read_manifest(standing.case.id, files.read_if_there(roots.manifest(standing.case.id)))
    own = str(roots.case_file(standing.case.id))
    others = {name: digest for name, digest in standing.sources.items() if name != own}
    for id in used:
        record = manifest.documents.get(id.stem)
        if record is not None:  # else signed, and made somewhere else: of no template here
            others[str(roots.template(office.id, id.lang, id.kind))] = record.inputs["template"]
    settle(roots, standing.case.id, seen, built, others, shop.today(office), office.time_zone)


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


def _considered(shop: Workshop, standing: Standing, planned: PlannedDocument, making: Making) -> Built | _Job:
    document = DocumentId(standing.case.id, planned.kind, planned.lang)
    closed = gate("build", planned.kind, standing.located, standing.office, standing.dossier)
    if not planned.open or closed:
        missing = planned.missing or tuple(finding.place.path for finding in closed if finding.place)
        return Built(document, "not yet", missing, closed)
    template = Template(*content.template(shop.roots, standing.office.id, document.lang, document.kind))
    inputs = inputs_of(shop, standing, document, template, making.tools)
    manifest = _manifest(shop, document)
    changed = manifest.differences(document.stem, inputs)
    if shop.roots.signed(document).is_file():
        return _signed(shop, standing, document, template, changed)
    whole = _intact(shop, document, manifest)
    if not changed and whole:
        return Built(document, "up to date")
    printing = _filled(shop, standing, document, template)
    printed = printed_of(printing, making.tools)
    if whole and manifest.printed_as(document.stem, printed):
        _remember(shop, document, MadeOf(inputs, manifest.documents[document.stem].outputs, printed))
        return Built(document, "up to date", changed)
    return _Job(document, printing, MadeOf(inputs, {}, printed), changed or ("output missing or changed",))


def _signed(
    shop: Workshop, standing: Standing, document: DocumentId, template: Template, changed: tuple[str, ...]
) -> Built:
    if not changed or changed == ("never made",):
        return Built(document, "signed", changed)
    printed = _manifest(shop, document).documents[document.stem].printed
    filled = attempted(_filled, shop, standing, document, template)
    if not isinstance(filled, DocgenError):
        # Made with other tools it would look otherwise, but say the same.
        as_then = {name: printed.get(name, "") for name in TOOLS}
        if dict(printed_of(filled, as_then)) == dict(printed):
            return Built(document, "signed")
    place = Place(str(shop.roots.signed(document)))
    warning = Finding("DG-X120", Severity.WARNING, place, {"changed": ", ".join(changed)})
    return Built(document, "signed", changed, (warning,))


def _filled(shop: Workshop, standing: Standing, document: DocumentId, template: Template) -> Printing:
    order = _order(shop, standing, document, template)
    return printing_of(fill(order, words=shop.wording, template=shop.compiled(template)), order)


def _finished(one: Built | _Job | DocgenError, making: Making) -> Built | DocgenError | _Done:
    if not isinstance(one, _Job):
        return one
    key = key_of(one.record.printed)
    earlier = making.cache.get(key) if making.cache else None
    if earlier is not None:
        slots = tuple(slot.name for slot in one.printing.slots)
        return _Done(one, SignablePdf(one.id, earlier, slots), from_cache=True)
    made = making.press(one.printing)
    if making.cache:
        making.cache.put(key, made.content)
    return _Done(one, made, from_cache=False)


def _kept(shop: Workshop, one: Built | DocgenError | _Done) -> Built:
    if isinstance(one, DocgenError):
        raise one
    if isinstance(one, Built):
        return one
    _keep(shop, one.job, one.signable)
    return Built(one.job.id, "built", one.job.why, from_cache=one.from_cache)


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
    values = printable(case, office, document.kind, document.lang, printed, shop.wording)
    return Order(
        document, template, values, metadata, placements(case, office, document.kind, document.lang, shop.wording)
    )


def printed_date(standing: Standing, kind: str) -> date:
    """The date on a document: fixed in the case, else the last one the case knows; never today."""
    case = standing.case
    facts = case.documents.get(kind)
    if facts and facts.date:
        return facts.date
    path = standing.office.kinds[kind].dated
    own = [value for _, value in find(case, path) if isinstance(value, date)] if path else []
    decided = case.decision.date if case.decision else None
    known = (max(own, default=None), decided, case.dates.complete, case.dates.received, case.dates.contacted)
    return next((day for day in known if day is not None), date(2018, 5, 25))


def _manifest(shop: Workshop, document: DocumentId) -> Manifest:
    return read_manifest(document.case, files.read_if_there(shop.roots.manifest(document.case)))


def _intact(shop: Workshop, document: DocumentId, manifest: Manifest) -> bool:
    made = manifest.documents.get(document.stem)
    folder = shop.roots.out / document.case
    return made is not None and all(
        (folder / name).is_file() and sha256(files.read(folder / name)) == digest
        for name, digest in made.outputs.items()
    )


def _keep(shop: Workshop, job: _Job, signable: SignablePdf) -> None:
    document = job.id
    outputs = {shop.roots.docx(document): job.printing.docx.content, shop.roots.pdf(document): signable.content}
    for path, produced in outputs.items():
        files.write(path, produced)
    folder = shop.roots.out / document.case
    digests = {path.relative_to(folder).as_posix(): sha256(produced) for path, produced in outputs.items()}
    # Noted first: what a run could not note is not remembered, and so made and noted by the next one.
    note(shop, document, "built", sha256(signable.content))
    _remember(shop, document, replace(job.record, outputs=digests))


def _remember(shop: Workshop, document: DocumentId, record: MadeOf) -> None:
    # Read anew: the records of other documents of this case may have been written since.
    manifest = _manifest(shop, document).with_document(document.stem, record)
    files.write(shop.roots.manifest(document.case), manifest.to_json())
