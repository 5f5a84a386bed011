"""Everything that waits for one signer, over many cases. Kept nowhere: it follows from what lies on disk."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from docgen.errors import CaseInvalid
from docgen.office.profile import Office, in_language
from docgen.pipeline.awaiting import Awaiting, awaiting
from docgen.pipeline.standing import stand
from docgen.pipeline.workshop import Workshop
from docgen.signing.extract import page_count
from docgen.signing.persons import same_person


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whose signatures are asked for; empty texts leave it open."""

    slot: str = ""
    role: str = ""
    holder: str = ""
    """Name on the certificate: documents that expect somebody else are left out."""


@dataclass(frozen=True, slots=True)
class Queued:
    """A document that waits for a signature, with what its signer should know."""

    shop: Workshop
    office: Office
    waiting: Awaiting
    title: str
    """What the kind of document is called, in its own language."""
    project: str
    pages: int

    @property
    def case(self) -> str:
        """The case it belongs to."""
        return self.waiting.document.case

    @property
    def key(self) -> tuple[str, str, str]:
        """Tells it from every other signature: case, document, slot."""
        return self.case, self.waiting.document.stem, self.waiting.slot


def queue(selected: Iterable[tuple[Workshop, str]], wanted: Wanted) -> Iterator[Queued]:
    """What waits, case by case, in the order of each procedure. Cases whose file cannot be used are left out."""
    for shop, case in selected:
        try:
            standing = stand(shop, case)
        except CaseInvalid:
            continue
        for one in awaiting(shop, standing):
            if _is_wanted(one, wanted):
                title = in_language(standing.office.kinds[one.document.kind].title, one.document.lang)
                yield Queued(shop, standing.office, one, title, standing.case.title, page_count(one.content))


def _is_wanted(one: Awaiting, wanted: Wanted) -> bool:
    expected = one.expected
    if (wanted.slot and wanted.slot != expected.slot) or (wanted.role and wanted.role not in expected.roles):
        return False
    named = not wanted.holder or not expected.names
    return named or any(same_person(name, wanted.holder) for name in expected.names)
