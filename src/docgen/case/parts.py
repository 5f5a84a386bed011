"""The parts of a case file that stand on their own: people, organisations, data, security.

Everything is frozen and refuses unknown fields. What a procedure demands is not decided here but by the rules in
`templates/rules/` and the profile of the office: an unfinished case is still a case. Only what makes a part
meaningless without it is required. Field names are the paths that templates and content controls use.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError


class Part(BaseModel):
    """Base of every part of a case: frozen, closed, and addressed by its field names."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True, populate_by_name=False)


def _iso_date(value: object) -> object:
    # Without this pydantic would take digits alone for a number of seconds since 1970.
    if isinstance(value, str) and not re.fullmatch(r"\s*[0-9]{4}-[0-9]{2}-[0-9]{2}\s*", value):
        raise PydanticCustomError("iso_date", "not a date of the form 2026-11-23")
    return value


COUNTRY_CODE = r"^[A-Z]{2}$"
EMAIL = r"^[^@\s]+@[^@\s]+\.[^@\s.]{2,}$"
PERIOD = r"^[0-9]{4}(-[0-9]{4})?$"

Text = Annotated[str, StringConstraints(min_length=1)]
IsoDate = Annotated[date, BeforeValidator(_iso_date)]
Months = Annotated[int, Field(ge=1, le=1200)]
CountryCode = Annotated[str, StringConstraints(pattern=COUNTRY_CODE)]
Email = Annotated[str, StringConstraints(pattern=EMAIL)]
Period = Annotated[str, StringConstraints(pattern=PERIOD)]

RecipientCategory = Literal[
    "federal_administration",
    "regional_administration",
    "provincial_administration",
    "local_administration",
    "public_institution",
    "statistical_authority",
    "scientific_legal_person",
    "scientific_natural_person",
    "international_organisation",
    "private_institution",
    "tax_administration",
    "natural_person",
]
OrganisationKind = Literal[
    "government",
    "university",
    "university_college",
    "research_institute",
    "study_service",
    "international_organisation",
    "company",
    "individual",
]
PrivilegedBody = Literal["vsa", "iweps", "bisa", "nbb_statistics", "federaal_planbureau", "prijzenobservatorium"]
PurposeKind = Literal[
    "scientific",
    "statistical",
    "policy_preparation",
    "control",
    "taxation",
    "enforcement",
    "commercial",
]
DatasetKind = Literal["survey", "administrative", "third_party"]
Unit = Literal["person", "household", "enterprise", "dwelling", "subscriber"]
Measure = Literal[
    "access_control",
    "mfa",
    "encryption_at_rest",
    "encryption_in_transit",
    "logging",
    "no_export",
    "no_removable_media",
    "workstation_lock",
    "backup_same_zone",
    "destruction_attest",
    "training",
    "confidentiality_declarations",
    "output_check",
    "incident_register",
    "subcontractors_bound",
]


class Person(Part):
    """A natural person in a function. Never with a national register number."""

    name: Text
    function: Text | None = None
    unit: Text | None = None
    email: Email | None = None
    phone: Text | None = None


class Address(Part):
    """A postal address."""

    street: Text
    postcode: Text
    city: Text
    country: CountryCode = "BE"


class Recognition(Part):
    """Recognition of a research institution (criteria of Reg. (EU) 557/2013, art. 4)."""

    statute_reference: Text
    """Where research stands in the statute or mission."""
    publications: Text
    """Record of research made public."""
    independence: Text
    """Internal organisation and scientific independence."""
    security: Text | None = None
    recognised_by: Text | None = None
    recognised_on: IsoDate | None = None


class Organisation(Part):
    """An institution that asks for or receives microdata."""

    name: Text
    short_name: Text | None = None
    kind: OrganisationKind | None = None
    recipient_category: RecipientCategory | None = None
    privileged_body: PrivilegedBody | None = None
    kbo: Text | None = None
    """Enterprise number (KBO/BCE) of a Belgian legal person."""
    address: Address | None = None
    controller: Person | None = None
    """Who decides on ends and means (GDPR art. 24): rector, chair, secretary-general; never the project lead."""
    legal_representative: Person | None = None
    dpo: Person | None = None
    security_adviser: Person | None = None


class Applicant(Organisation):
    """The institution that files the request."""

    project_lead: Person | None = None
    """Head of the research itself; for information only."""
    recognition: Recognition | None = None
    student: bool = False
    """The research is done by a (PhD) student, for whom the institution vouches."""
    belgium_is_member: bool | None = None
    """For international organisations."""


class Partner(Organisation):
    """A further institution of a consortium."""

    role_in_project: Text | None = None
    receives_data: bool = True


class Assigned(Part):
    """Who follows the case at the office."""

    statistician: Text | None = None
    dpo_team: Email | None = None


class Consultation(Part):
    """The talk with a statistician that comes before a request."""

    statistician: Text | None = None
    date: IsoDate | None = None
    ready_to_file: bool | None = None
    risk_flag: bool = False
    """A (raised) risk for data security showed up."""
    dpo_consulted: bool = False
    note: Text | None = None


class Span(Part):
    """A period with both ends."""

    start: IsoDate
    end: IsoDate


class Purpose(Part):
    """What the data are for."""

    kinds: tuple[PurposeKind, ...] = ()
    description: Text | None = None
    research_questions: tuple[Text, ...] = ()
    why_public_data_insufficient: Text | None = None
    publication_plan: Text | None = None
    independence_statement: Text | None = None
    """Independent, transparent, by scientific methods: asked of policy preparation and private applicants."""
    funder: Text | None = None
    funding_reference: Text | None = None
    project_period: Span | None = None


class Generalisation(Part):
    """What is made coarser before delivery."""

    of: Text
    """The variable, for example date of birth."""
    to: Text
    """What is delivered instead, for example age class."""


class Variable(Part):
    """A variable, or a cluster of variables with one motivation."""

    name: Text | None = None
    cluster: Text | None = None
    names: tuple[Text, ...] = ()
    """The variables of a cluster."""
    label: Text | None = None
    motivation: Text | None = None
    generalisation: Text | None = None
    """What is delivered instead of the raw value."""
    direct_identifier: bool = False


class Dataset(Part):
    """A survey, an administrative source or data of a third party."""

    source: Text
    kind: DatasetKind | None = None
    supplier: Text | None = None
    supplier_conditions: Text | None = None
    """Conditions of the Statistical Supervisory Committee, the IVC or the supplier's contract."""
    raw: bool = False
    """Unprocessed data of the supplier are asked for."""
    editions: tuple[Text, ...] = ()
    file_version: Literal["SUF", "PUF"] | None = None
    reference_periods: tuple[Period, ...] = ()
    population: Text | None = None
    unit: Unit | None = None
    motivation: Text | None = None
    variables: tuple[Variable, ...] = ()
    generalisation: tuple[Generalisation, ...] = ()


class Risk(Part):
    """How likely indirect identification is, and why."""

    level: Literal["none", "small", "increased"]
    reason: Text | None = None


class Table(Part):
    """A table of an aggregated request."""

    title: Text
    dimensions: tuple[Text, ...] = ()
    measure: Text | None = None
    minimum_cell: Annotated[int, Field(ge=1)] | None = None
    reference_periods: tuple[Period, ...] = ()
    risk: Risk | None = None


class Permission(Part):
    """A third party's permission to link its data."""

    reference: Text
    date: IsoDate | None = None
    document: Text | None = None


class ThirdParty(Part):
    """Who holds data to be linked."""

    name: Text
    dataset: Text
    permission: Permission | None = None


class Linkage(Part):
    """Linking of data sets, with the office as trusted third party (royal decree of 13 June 2014)."""

    description: Text | None = None
    datasets: tuple[Text, ...] = ()
    """Sources of the office that are linked with each other."""
    third_parties: tuple[ThirdParty, ...] = ()
    key: Text | None = None
    """What the link is made on, before pseudonymisation."""
    performed_by: Text | None = None
    """Office that links: its id."""
    pseudonym_key_holder: Text | None = None
    direct_identifiers_to_researcher: bool = False


class NationalAccountsMission(Part):
    """Mission within the National Accounts Institute (INR) for which data without pseudonyms are needed."""

    mission: Text
    legal_task: Text
    necessity: Text | None = None
    """Why pseudonymised data do not suffice."""


class Retention(Part):
    """How long the data are kept, and why."""

    until: IsoDate | None = None
    months: Months | None = None
    motivation: Text | None = None


class Access(Part):
    """Who may work with the data."""

    categories: tuple[Text, ...] = ()
    persons_max: Annotated[int, Field(ge=1)] | None = None
    project_researchers_only: bool = True


class Output(Part):
    """What leaves the secured environment."""

    kinds: tuple[Text, ...] = ()
    only_global_and_anonymous: bool | None = None
    disclosure_control: Text | None = None
    """How outputs are checked before release."""


class Server(Part):
    """Where the data are placed."""

    location_country: CountryCode | None = None
    location: Text | None = None
    hosted_by: Text | None = None
    processor: bool = False
    """Hosted by another organisation (GDPR art. 28)."""
    isolated: bool | None = None
    encryption: bool | None = None
    access_limited: bool | None = None


class BreachProcedure(Part):
    """What happens when data leak (GDPR arts. 33 and 34)."""

    document: Text | None = None
    description: Text | None = None
    detection: Text | None = None
    """How a leak is noticed, and by whom."""
    data_subjects: Text | None = None
    """How the people concerned are told (GDPR art. 34)."""
    notify_office_hours: Annotated[int, Field(ge=1)] | None = None
    notify_authority_hours: Annotated[int, Field(ge=1)] | None = None


class Policy(Part):
    """The organisation's security policy."""

    document: Text
    version: Text | None = None
    date: IsoDate | None = None


class Security(Part):
    """Technical and organisational measures."""

    unchanged: bool = False
    """Simplified procedures: as declared with the earlier request."""
    server: Server | None = None
    breach_procedure: BreachProcedure | None = None
    measures: tuple[Measure, ...] = ()
    further_measures: tuple[Text, ...] = ()
    policy: Policy | None = None


class LegalGround(Part):
    """Legal ground of the communication and of the original collection."""

    communication: Text | None = None
    collection: Text | None = None
    art20_applies: bool | None = None
    """Whether art. 20 of the law of 30 July 2018 asks for a protocol; legal staff decide per case."""
    authorising_provision: Text | None = None


class DataSubjectRights(Part):
    """Rights of the people concerned (GDPR arts. 15 to 22 and 89; law of 30 July 2018, art. 20, items 10 and 11)."""

    limits: Text | None = None
    """Legal limits on these rights."""
    contact: Text | None = None
    """Where people can turn to at the recipient: a function, not a person."""


class Delivery(Part):
    """How and how often the data are handed over."""

    method: Text | None = None
    format: Text | None = None
    """Form of the files."""
    periodicity: Literal["once", "yearly", "half_yearly", "quarterly"] = "once"
    periodicity_note: Text | None = None


class Delegation(Part):
    """Somebody else signs for the controller, with proof."""

    signer: Person
    granted_by: Person
    scope: Text | None = None
    start: IsoDate | None = None
    end: IsoDate | None = None
    proof: Text | None = None
    """File name of the proof among what was received."""
