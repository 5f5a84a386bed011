"""Facts: what is known about a case when something is decided. The edge collects them; nothing here looks at a disk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from docgen.case.load import LocatedCase
from docgen.case.model import Case
from docgen.office.profile import Kind, Office, Procedure


@dataclass(frozen=True, slots=True)
class SignedSlot:
    """A signature found in a document of the dossier."""

    kind: str
    slot: str
    signer: str = ""
    signed_on: date | None = None
    valid: bool = True
    """Whether validation accepted it."""


@dataclass(frozen=True, slots=True)
class Dossier:
    """What lies on disk for a case."""

    built: Mapping[str, date] = field(default_factory=dict)
    """Day on which each kind of document was made."""
    received: Mapping[str, date] = field(default_factory=dict)
    """Day on which each file came in, by file name."""
    signed: tuple[SignedSlot, ...] = ()
    published: Mapping[str, date] = field(default_factory=dict)
    """Day on which each kind was published."""

    def signature(self, kind: str, slot: str) -> SignedSlot | None:
        """The valid signature in a slot."""
        found = (one for one in self.signed if one.kind == kind and one.slot == slot and one.valid)
        return next(found, None)

    def is_complete(self, name: str, kind: Kind) -> bool:
        """Whether every slot of a kind holds a valid signature."""
        return bool(kind.slots) and all(self.signature(name, slot) for slot in kind.slot_names)


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything a decision may rest on."""

    located: LocatedCase
    office: Office
    dossier: Dossier = Dossier()
    today: date | None = None
    base: LocatedCase | None = None
    """The earlier case that this one changes, when it is at hand."""

    @property
    def case(self) -> Case:
        """The case itself."""
        return self.located.case

    @property
    def procedure(self) -> Procedure | None:
        """The procedure of the case, if its office has it."""
        return self.office.procedure(self.case.procedure)

    @property
    def day(self) -> date:
        """The day whose law holds: of the decision, else of the request, else today."""
        case = self.case
        decided = case.decision.date if case.decision else None
        return decided or case.dates.complete or case.dates.received or self.today or date.max
