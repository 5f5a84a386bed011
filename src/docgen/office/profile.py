"""`Office`: the profile of one office, as `templates/<office>/office.yaml` says it.

Two offices differ here and nowhere else: who signs what in which order, which documents a procedure needs, what must
have happened before a step, what is published, and which clock runs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from docgen.case.parts import CountryCode, Email, OrganisationKind, PrivilegedBody, RecipientCategory
from docgen.case.source import Path, Source
from docgen.errors import ContentInvalid
from docgen.findings import Finding, Severity, most_serious_first
from docgen.office.condition import Condition, Expression, KindName
from docgen.office.content import Item, Line, Refers, Slug, read_model
from docgen.office.paths import FieldPath
from docgen.office.references import dangling, parts

Language = Literal["nl", "fr", "en"]
Texts = Mapping[Language, Line]
"""A text by language."""
Party = Literal["office", "applicant"]
Action = Literal["build", "sign", "publish"]
RequestType = Literal["regular", "iis_authority", "inr", "extension"]
ChangeKind = Literal["retention", "extension", "variables", "reference_periods", "purpose", "identity"]
PadesLevel = Literal["B-B", "B-T", "B-LT", "B-LTA"]
RoleName = Annotated[Slug, Refers("role")]
RuleId = Annotated[str, Field(pattern=r"^[A-Z]+-\d+[a-z]?$")]


def in_language(texts: Texts, lang: str) -> str:
    """The text in a language, or in the first language there is."""
    exact = {key: text for key, text in texts.items() if key == lang}
    return next(iter((exact or texts).values()), "")


def _time_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:  # OSError: the name of a folder of zones
        raise PydanticCustomError("DG-O117", "not a time zone") from error
    return name


class Address(Item):
    """Postal address of the office, by language where streets have two names."""

    street: Texts
    postcode: Line
    city: Texts
    country: CountryCode = "BE"


class Role(Item):
    """A function in which somebody signs."""

    party: Party
    title: Texts
    name: Line | None = None
    """Who holds it, for roles of the office."""
    person: FieldPath | None = None
    """Where the case names the person, for roles of the applicant."""
    by_hand: bool = False
    """No case names the person: whoever signs fills in the name on the document."""
    organisation: FieldPath | None = None
    """Where the case names the organisation signed for; the office itself when absent."""
    on_behalf_of: FieldPath | None = None
    """The person represented, for a role that acts for another."""
    proof: FieldPath | None = None
    """The field naming the file that proves the power to sign; the file must have been received."""

    @model_validator(mode="after")
    def _names_somebody(self) -> Role:
        if (self.name is None) == (self.party == "office"):
            raise PydanticCustomError("DG-O118", "name or person")
        if (self.person is not None or self.by_hand) != (self.party == "applicant"):
            raise PydanticCustomError("DG-O118", "name or person")
        if self.person is not None and self.by_hand:
            raise PydanticCustomError("DG-O118", "name or person")
        return self


class Slot(Item):
    """A place for one signature."""

    name: Slug
    roles: Annotated[tuple[RoleName, ...], Field(min_length=1)]
    """Who may sign here, any one of them; the first that the case names is printed."""
    width_mm: Annotated[float, Field(gt=20, le=180)] = 80.0
    height_mm: Annotated[float, Field(gt=10, le=100)] = 30.0
    preferred: RoleName | None = None
    """The office would rather see this role; another one is accepted with a warning."""


class Kind(Item):
    """A kind of document."""

    title: Texts
    filled_by: Party
    published: bool = False
    slots: tuple[Slot, ...] = ()
    """In signing order; the last one locks the document."""
    requires: tuple[FieldPath, ...] = ()
    """Fields of the case without which the document cannot be made."""
    shows: tuple[FieldPath, ...] = ()
    """Fields it shows when the case has them; a new case file asks for these too."""
    dated: FieldPath | None = None
    """The field that dates it when `documents` does not: the last day there is."""
    number: Annotated[Slug, Refers("numbering")] | None = None
    """Which numbering it follows."""

    @property
    def slot_names(self) -> tuple[str, ...]:
        """Names of the slots in signing order."""
        return tuple(slot.name for slot in self.slots)

    def slot(self, name: str) -> Slot | None:
        """The slot of this name."""
        return next((slot for slot in self.slots if slot.name == name), None)


class Numbering(Item):
    """How numbers of documents look."""

    pattern: Expression
    example: Line


class PlannedKind(Item):
    """A document that a procedure asks for."""

    kind: KindName
    when: tuple[Condition, ...] = ()
    """Whether this case needs it at all."""
    after: tuple[Condition, ...] = ()
    """What must have happened before it is its turn to be made."""
    rule: RuleId | None = None
    """The rule that refuses it earlier."""

    @model_validator(mode="after")
    def _says_why_it_waits(self) -> PlannedKind:
        if self.after and self.rule is None:
            raise PydanticCustomError("DG-O126", "no rule", {"kind": self.kind})
        return self


class Step(Item):
    """A step of a procedure. It is done when its facts are there; nobody ticks it off."""

    id: Slug
    title: Texts
    turn: Party
    done: Annotated[tuple[Condition, ...], Field(min_length=1)]
    when: tuple[Condition, ...] = ()
    """Whether this case has the step at all."""
    date: FieldPath | None = None
    """The field that says when it was done; otherwise the day of its last signature."""
    document: KindName | None = None
    """The document this step is about."""
    refused_by: tuple[Condition, ...] = ()
    """Facts that end the case here."""
    returned_when: tuple[Condition, ...] = ()
    """Facts that make it the other party's turn, for example open remarks."""


class Gate(Item):
    """What must be so before something is built, signed or published."""

    action: Action
    kinds: tuple[KindName, ...] = ()
    """Document kinds it guards; empty: all."""
    slots: tuple[Annotated[Slug, Refers("slot")], ...] = ()
    """Slots it guards; empty: all."""
    when: tuple[Condition, ...] = ()
    needs: Annotated[tuple[Condition, ...], Field(min_length=1)]
    rule: RuleId


class Deadline(Item):
    """A clock of the procedure."""

    id: Slug
    title: Texts
    start: FieldPath
    """The date it runs from."""
    needs: tuple[Condition, ...] = ()
    """What must be there for it to run; it runs from the last of these when that is later. Of a path with `[*]`, every
    item."""
    stops: Annotated[tuple[Condition, ...], Field(min_length=1)]
    """What must be there for the clock to stop."""
    target_days: Annotated[int, Field(ge=1)]
    """Calendar days that the office aims at."""
    latest_days: Annotated[int, Field(ge=1)]
    """Calendar days after which it is overdue."""
    rule: RuleId


class Procedure(Item):
    """One way to ask for data, from the first contact to delivery."""

    title: Texts
    request_types: tuple[RequestType, ...] = ()
    """Which may be used; empty: the office does not tell them apart."""
    changes: tuple[ChangeKind, ...] = ()
    """Closed list of what may be changed, for procedures that change an earlier contract."""
    base_kinds: tuple[Slug, ...] = ()
    """Documents that such a procedure may change."""
    documents: Annotated[tuple[PlannedKind, ...], Field(min_length=1)]
    steps: Annotated[tuple[Step, ...], Field(min_length=1)]
    gates: tuple[Gate, ...] = ()
    deadlines: tuple[Deadline, ...] = ()

    @property
    def kinds(self) -> tuple[str, ...]:
        """Document kinds in the order in which they are made."""
        return tuple(document.kind for document in self.documents)

    @property
    def changes_earlier(self) -> bool:
        """Whether the procedure changes an earlier contract or protocol."""
        return bool(self.changes)


class Recipients(Item):
    """Who may receive data."""

    categories: tuple[RecipientCategory, ...] = ()
    kinds: tuple[OrganisationKind, ...] = ()
    privileged: tuple[PrivilegedBody, ...] = ()
    """Bodies that may receive data without pseudonyms."""


class Sources(Item):
    """Which data the office hands out."""

    names: tuple[Line, ...] = ()
    """Closed list of sources; empty: any."""
    editions: Expression | None = None
    """How editions are written."""


class Publication(Item):
    """What the public may see."""

    url: Line | None = None
    """Where the office publishes."""
    hidden: tuple[FieldPath, ...] = ()
    """Fields whose values must never be visible in what is published."""
    contact: Email | None = None
    """The function mailbox that may be shown."""


class Signing(Item):
    """How strong the signatures of this office's documents have to be."""

    level: PadesLevel | None = None
    """Baseline level (ETSI EN 319 142-1); `B-B` when nothing is said."""
    timestamp: Line | None = None
    """Address of the timestamp service; that of the Belgian eID when nothing is said."""
    renew_days: Annotated[int, Field(ge=1, le=9999)] | None = None
    """Days before an archive timestamp's certificate expires that renewing it is due; 180 when nothing is said."""
    pin: Literal["each", "once"] | None = None
    """Whether a queue of signatures asks a card's PIN at each of them, or once; each when nothing is said."""
    crest: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]+\.svg$")] | None = None
    """SVG file beside the profile whose outlines visible marks show; none when nothing is said."""


class Office(Item):
    """Everything in which this office differs from another."""

    schema_version: Annotated[int, Field(ge=1, le=1, alias="schema")]
    id: Slug
    name: Texts
    short_name: Texts
    brand: Texts
    department: Texts
    address: Address
    email: Email
    website: Line
    languages: Annotated[tuple[Language, ...], Field(min_length=1)]
    time_zone: Annotated[str, AfterValidator(_time_zone)]
    calendar: CountryCode
    """Country whose public holidays are no working days."""
    numbering: Mapping[Slug, Numbering] = Field(default_factory=dict)
    recipients: Recipients = Recipients()
    sources: Sources = Sources()
    server_countries: tuple[CountryCode, ...] = ()
    """Where data may be placed; empty: anywhere."""
    publication: Publication = Publication()
    signing: Signing = Signing()
    unasked: tuple[FieldPath, ...] = ()
    """Fields of a case file that this office has no use for; a new case file leaves them out."""
    roles: Mapping[Slug, Role]
    kinds: Mapping[Slug, Kind]
    procedures: Mapping[Slug, Procedure]

    def procedure(self, name: str) -> Procedure | None:
        """The procedure of this name."""
        return self.procedures.get(name)

    def local(self, moment: datetime) -> datetime:
        """The same moment by the office's clock; `moment` is aware."""
        return moment.astimezone(ZoneInfo(self.time_zone))

    def day(self, moment: datetime) -> date:
        """The calendar day at the office at a moment, which is aware."""
        return self.local(moment).date()


def read_office(content: bytes, file: str) -> Office:
    """The profile in a file.

    Args:
        content: bytes of `office.yaml`.
        file: its name as the user knows it.

    Raises:
        ContentInvalid: with every finding of the file, each at its line and column.
    """
    office, source = read_model(content, file, Office)
    findings = (*dangling(office, _names(office), source), *_inconsistent(office, source))
    if findings:
        raise ContentInvalid(most_serious_first(findings))
    return office


def _names(office: Office) -> Mapping[str, tuple[str, ...]]:
    of_kinds = tuple(f"{name}.{slot}" for name, kind in office.kinds.items() for slot in kind.slot_names)
    return {
        "role": tuple(office.roles),
        "kind": tuple(office.kinds),
        "kind.slot": of_kinds,
        "slot": tuple(dict.fromkeys(name.split(".")[1] for name in of_kinds)),
        "numbering": tuple(office.numbering),
    }


def _inconsistent(office: Office, source: Source) -> Iterator[Finding]:
    for path, part in parts(office):
        if isinstance(part, Condition) and (part.path or "").startswith("."):
            place = source.place((*path, "path"))
            yield Finding("DG-O111", Severity.ERROR, place, {"path": part.path or "", "near": ""})
        if isinstance(part, Slot) and path[-1] != 0 and _is_second(part, office.kinds[str(path[1])], path):
            place = source.place((*path, "name"))
            yield Finding("DG-O124", Severity.ERROR, place, {"name": part.name})
    for name, kind in office.kinds.items():
        for lang in (lang for lang in office.languages if lang not in kind.title):
            yield Finding("DG-O125", Severity.ERROR, source.place(("kinds", name, "title")), {"lang": lang})


def _is_second(slot: Slot, kind: Kind, path: Path) -> bool:
    return slot.name in kind.slot_names[: int(path[-1])]
