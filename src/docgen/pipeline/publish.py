"""Publishing: the copies that may be seen, and the register that shows them and nothing else.

The register is made of what every case has to show now. A case whose file cannot be read keeps the lines it had: a
slip of the pen in a case file must not make contracts vanish overnight, and the run says that it happened.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from docgen.decide.plan import plan
from docgen.documents import DocumentId, RegisterEntry, sha256
from docgen.dossier import cases, content, files, site_folder
from docgen.dossier.site_folder import Changes, Wanted
from docgen.errors import CaseInvalid, DocgenError, PublicationRefused, ValidationFailed
from docgen.findings import Place
from docgen.pipeline import kept_copies, register
from docgen.pipeline.copies import publish_one
from docgen.pipeline.history import History, histories
from docgen.pipeline.standing import Standing, stand
from docgen.pipeline.subject import USUAL_TERMS, Published, Subject, Terms
from docgen.pipeline.together import attempted, in_order
from docgen.pipeline.workshop import Workshop
from docgen.publishing.site import build_site

__all__ = ["Failed", "Published", "Run", "Terms", "publish", "publish_case", "require_publishable", "update_site"]

SITE_LANGUAGES = ("nl", "fr", "en")
"""The first is the main one."""
_AS_IT_STANDS = Terms(write=False, make=False)
_UNREADABLE = (CaseInvalid, ValidationFailed)
"""The case file, or its journal."""


@dataclass(frozen=True, slots=True)
class Failed:
    """A case that could not be looked at."""

    case: str
    error: DocgenError


@dataclass(frozen=True, slots=True)
class Run:
    """What became of everything."""

    documents: tuple[Published, ...]
    failed: tuple[Failed, ...]
    changes: Changes
    """Of the site."""
    lines: int
    """Entries of the register, the withdrawn ones included."""


Tell = Callable[[Published | Failed], None]


def publish(
    shop: Workshop,
    asked: Iterable[tuple[Workshop, str]],
    site: Path,
    *,
    terms: Terms,
    kinds: Collection[str] = (),
    base_url: str = "",
    tell: Tell,
    jobs: int = 1,
    case_done: Callable[[], None] = lambda: None,
) -> Run:
    """Publish cases and bring the register up to date, alone: a second run at the same time is refused.

    One case that fails does not keep the others from being published.

    Args:
        shop: the folders of the register.
        asked: cases to publish, each with its folders; the others are shown as they stand.
        site: the folder that the web server hands out.
        terms: how.
        kinds: only these kinds of documents; all when empty.
        base_url: where the site will stand; addresses are relative when it is empty.
        tell: is told what became of each document and case, in order.
        jobs: how many cases at once.
        case_done: is called after each case.

    Raises:
        UsageError, ToolFailed, ContentInvalid: as `update_site`.
    """
    with site_folder.held(site) if terms.write else nullcontext():
        site_folder.require_ours(site)
        named = list(asked)
        documents: list[Published] = []
        failed: list[Failed] = []
        for (_, case), outcome in zip(named, _each(named, terms, kinds, jobs), strict=True):
            if isinstance(outcome, DocgenError):
                failed.append(Failed(case, outcome))
                tell(failed[-1])
            else:
                documents += outcome
                for one in outcome:
                    tell(one)
            case_done()
        unknown = set(cases.known(shop.roots))
        if not kinds:
            unknown -= {case for _, case in named} - {one.case for one in failed}
        shown = _everything(shop, {one.id: one for one in documents}, sorted(unknown))
        changes = _renew(shop, site, shown, base_url, write=terms.write)
    return Run(tuple(documents), tuple(failed), changes, len(shown))


def _each(
    asked: Sequence[tuple[Workshop, str]], terms: Terms, kinds: Collection[str], jobs: int
) -> Iterator[tuple[Published, ...] | DocgenError]:
    return in_order(lambda one: attempted(publish_case, *one, terms, kinds), asked, jobs)


def publish_case(
    shop: Workshop, case: str, terms: Terms = USUAL_TERMS, kinds: Collection[str] = ()
) -> tuple[Published, ...]:
    """What became of each publishable document of a case, in the order of its procedure.

    Copies are made, kept or taken away; those not ready yet are told, not raised. Without `kinds`, all.

    Raises:
        CaseInvalid, ContentInvalid: the case or its office cannot be used.
        ValidationFailed: its journal is no longer whole.
    """
    with files.locked(shop.roots.lock(case)) if terms.write else nullcontext():
        if terms.write:
            kept_copies.clear_unfinished(shop, case)
        standing = stand(shop, case)
        past = histories(shop, case, standing.office)
        return tuple(
            publish_one(Subject(shop, standing, kind, past.get(standing.document(kind).stem, History()), terms))
            for kind in _publishable(standing, past)
            if not kinds or kind in kinds
        )


def _publishable(standing: Standing, past: Mapping[str, History]) -> list[str]:
    """The kinds that the office publishes and the case needs, and those of it that the public ever saw."""
    planned = {document.kind for document in plan(standing.located, standing.office, standing.dossier)}
    procedure = standing.office.procedure(standing.case.procedure)
    ordered = dict.fromkeys((*(procedure.kinds if procedure else ()), *standing.office.kinds))
    return [
        kind
        for kind in ordered
        if (kind in planned and standing.office.kinds[kind].published) or standing.document(kind).stem in past
    ]


def require_publishable(shop: Workshop, case: str, kind: str) -> None:
    """Nothing when the office publishes documents of this kind.

    Raises:
        PublicationRefused: it never does.
    """
    standing = stand(shop, case)
    described = standing.office.kinds.get(kind)
    if described is None or not described.published:
        published = ", ".join(name for name, other in standing.office.kinds.items() if other.published)
        raise PublicationRefused.because(
            "DG-R110", Place(str(shop.roots.case_file(case))), kind=kind, published=published
        )


def update_site(shop: Workshop, site: Path, base_url: str = "") -> Changes:
    """Make the register site of everything that may be seen now, and say how it changed.

    A reader sees the old site or the new one, never half of it.

    Raises:
        UsageError: something else than a register stands at `site` (DG-R130).
        ToolFailed: another run is at it (DG-R131), or the disk is full.
        ContentInvalid: a template of the site is wrong.
    """
    with site_folder.held(site):
        shown = _everything(shop, {}, cases.known(shop.roots))
        return _renew(shop, site, shown, base_url, write=True)


def _renew(shop: Workshop, site: Path, shown: Sequence[Published], base_url: str, *, write: bool) -> Changes:
    wanted = _wanted(shop, shown, base_url)
    changes = site_folder.differences(site, wanted)
    if write:
        site_folder.replace(site, wanted, changes)
    return changes


def _everything(shop: Workshop, known: Mapping[DocumentId, Published], others: Iterable[str]) -> list[Published]:
    """All that has a line in the register: what this run knows, and the documents of other cases as they stand."""
    found = dict(known)
    for case in others:
        for one in _standing_now(shop, case):
            found.setdefault(one.id, one)
    return [one for _, one in sorted(found.items()) if one.entry is not None]


def _standing_now(shop: Workshop, case: str) -> tuple[Published, ...]:
    try:
        return publish_case(shop, case, _AS_IT_STANDS)
    except _UNREADABLE:
        return tuple(_remembered(shop, case))


def _remembered(shop: Workshop, case: str) -> Iterable[Published]:
    """The lines that a case had when it could still be read, each with a copy that is the one it speaks of."""
    for document, entry in register.kept_entries(shop, case):
        path = shop.roots.public(document)
        public = files.read_if_there(path)
        if entry.withdrawn_on:
            yield Published(document, "withdrawn", entry=entry)
        elif public is not None and sha256(public) == entry.digest:
            yield Published(document, "kept", entry=entry, copy=path)


def _wanted(shop: Workshop, shown: Sequence[Published], base_url: str) -> Wanted:
    entries = [one.entry for one in shown if one.entry is not None]
    pdfs = {one.entry.file: one.copy for one in shown if one.entry is not None and one.copy is not None}
    pages = build_site(
        entries,
        offices=register.publishers(shop),
        templates=content.site_templates(shop.roots),
        wording=shop.wording,
        languages=SITE_LANGUAGES,
        generated=_last_change(entries),
        base_url=base_url,
    )
    return {**pages, **pdfs}


def _last_change(entries: Sequence[RegisterEntry]) -> datetime:
    """What the pages call their last update: not the clock, so that a night without news changes no file."""
    days = [day for one in entries for day in (one.signed_on, one.published_on, one.republished_on, one.withdrawn_on)]
    return datetime.fromisoformat(max(filter(None, days), default="1970-01-01")).replace(tzinfo=UTC)
