"""`Case`: one request, as its YAML file says it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from docgen.case.parts import (
    Access,
    Address,
    Applicant,
    Assigned,
    Consultation,
    Dataset,
    DataSubjectRights,
    Delegation,
    Delivery,
    IsoDate,
    LegalGround,
    Linkage,
    Months,
    NationalAccountsMission,
    Output,
    Part,
    Partner,
    Period,
    Person,
    Purpose,
    Retention,
    Security,
    Table,
    Text,
    Variable,
)

CASE_ID = r"^[A-Z][A-Z0-9]*(-[A-Z0-9]+)*$"
SLUG = r"^[a-z][a-z0-9_]*$"

CaseId = Annotated[str, StringConstraints(pattern=CASE_ID, max_length=60)]
Slug = Annotated[str, StringConstraints(pattern=SLUG)]
Language = Literal["nl", "fr", "en"]
RequestType = Literal["regular", "iis_authority", "inr", "extension"]


class Deliberation(Part):
    """The deliberation of the committee or the DPO team."""

    date: IsoDate | None = None
    considerations: Text | None = None
    extra_measures: tuple[Text, ...] = ()
    """Imposed against indirect identification, other use, or leaks; they come back in the contract."""


class AcceptedRaw(Part):
    """A raw variable that the advice accepts all the same."""

    variable: Text
    reason: Text


class Considerations(Part):
    """What the advice says under each head."""

    admissibility: Text | None = None
    proportionality: Text | None = None
    linkage: Text | None = None
    retention: Text | None = None
    security: Text | None = None


class DpoAdvice(Part):
    """The DPO's advice."""

    number: Text | None = None
    date: IsoDate | None = None
    conclusion: Literal["favourable", "favourable_with_conditions", "unfavourable"] | None = None
    considerations: Considerations | None = None
    conditions: tuple[Text, ...] = ()
    accepted_raw: tuple[AcceptedRaw, ...] = ()
    applicant_dpo_advice_on: IsoDate | None = None
    """Date of the advice of the applicant's own DPO."""


class Decision(Part):
    """The decision on the request."""

    outcome: Literal["approved", "refused"]
    date: IsoDate | None = None
    ground: Text | None = None


class Dates(Part):
    """What happened when. Stages are derived from these and from the files that are there."""

    contacted: IsoDate | None = None
    received: IsoDate | None = None
    complete: IsoDate | None = None
    """The complete and, where the procedure asks it, signed form was there; deadlines run from here."""
    returned: tuple[IsoDate, ...] = ()
    sent_for_signature: IsoDate | None = None
    delivered: IsoDate | None = None
    published: IsoDate | None = None
    withdrawn: IsoDate | None = None
    closed: IsoDate | None = None


class DocumentFacts(Part):
    """What the office fixes about one document."""

    number: Text | None = None
    date: IsoDate | None = None
    """Date printed on the document."""
    valid_until: IsoDate | None = None
    """End of what the document agrees, when it is not the end of the retention."""
    withdrawn: IsoDate | None = None
    """Since when the register shows this document as withdrawn; its line stays, the PDF goes."""
    withdrawn_reason: Text | None = None
    """Why, as the register says it; public."""


class Withdrawal(Part):
    """Why a request was withdrawn; the day stands in `dates.withdrawn`."""

    reason: Text | None = None
    """Public, when something of the case was published."""


class Remark(Part):
    """A remark of the DPO team on what the applicant filed."""

    date: IsoDate
    document: Slug | None = None
    field: Text | None = None
    """Path of the field concerned."""
    comment: Text
    resolved: bool = False


class Base(Part):
    """The earlier case or contract that this case changes."""

    case: CaseId | None = None
    """Values not given here are taken from that case."""
    document: Slug | None = None
    number: Text | None = None
    approved: bool | None = None
    signed_on: IsoDate | None = None
    valid_until: IsoDate | None = None
    addendum_no: Annotated[int, Field(ge=1)] | None = None
    """Which addendum this becomes."""


class RetentionChange(Part):
    """A longer retention."""

    kind: Literal["retention", "extension"]
    until: IsoDate | None = None
    months: Months | None = None
    motivation: Text | None = None


class AddedVariable(Variable):
    """A variable added to an earlier contract."""

    dataset: Text


class VariablesChange(Part):
    """Extra variables."""

    kind: Literal["variables"]
    add: tuple[AddedVariable, ...] = ()


class AddedPeriods(Part):
    """Reference periods added to a data set of an earlier contract."""

    dataset: Text
    periods: tuple[Period, ...] = ()
    motivation: Text | None = None


class ReferencePeriodsChange(Part):
    """Extra reference periods."""

    kind: Literal["reference_periods"]
    add: tuple[AddedPeriods, ...] = ()


class PurposeChange(Part):
    """A wider or new purpose."""

    kind: Literal["purpose"]
    text: Text | None = None
    motivation: Text | None = None
    linked_to_original: bool | None = None
    needed_for_original_project: bool | None = None


class IdentityChange(Part):
    """The institution changed its identity."""

    kind: Literal["identity"]
    old_name: Text | None = None
    new_name: Text | None = None
    kbo: Text | None = None
    address: Address | None = None
    controller: Person | None = None
    legal_representative: Person | None = None
    dpo: Person | None = None
    security_adviser: Person | None = None
    succession_proof: Text | None = None
    effective_on: IsoDate | None = None


Change = Annotated[
    RetentionChange | VariablesChange | ReferencePeriodsChange | PurposeChange | IdentityChange,
    Field(discriminator="kind"),
]


class Case(Part):
    """One request. Sections that a procedure does not use are absent; which it needs is for the rules to say."""

    schema_version: Annotated[int, Field(ge=1, le=1, alias="schema")]
    id: CaseId
    office: Slug
    procedure: Slug
    language: Language
    title: Text
    request_type: RequestType | None = None
    base: Base | None = None
    changes: tuple[Change, ...] = ()
    applicant: Applicant | None = None
    partners: tuple[Partner, ...] = ()
    assigned: Assigned | None = None
    consultation: Consultation | None = None
    purpose: Purpose | None = None
    datasets: tuple[Dataset, ...] = ()
    tables: tuple[Table, ...] = ()
    pseudonymised: bool = True
    linkage: Linkage | None = None
    inr: NationalAccountsMission | None = None
    statistical_secrecy_acknowledged: bool | None = None
    retention: Retention | None = None
    access: Access | None = None
    output: Output | None = None
    security: Security | None = None
    legal_ground: LegalGround | None = None
    rights: DataSubjectRights | None = None
    delivery: Delivery | None = None
    delegation: Delegation | None = None
    dates: Dates = Dates()
    deliberation: Deliberation | None = None
    dpo_advice: DpoAdvice | None = None
    decision: Decision | None = None
    withdrawal: Withdrawal | None = None
    documents: dict[Slug, DocumentFacts] = Field(default_factory=dict)
    review: tuple[Remark, ...] = ()
