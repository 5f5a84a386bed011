"""Rule rows: what the law and the procedures ask of a case, as data with its source and its days of validity."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from docgen.case.parts import IsoDate
from docgen.errors import ContentInvalid
from docgen.findings import Finding, Severity, most_serious_first
from docgen.office.condition import Condition
from docgen.office.content import Item, Line, Slug, read_model
from docgen.office.paths import exists
from docgen.office.profile import Office, RequestType, RuleId, Texts, in_language

_UNCONFIRMED = frozenset({"law", "inf"})


Said = Annotated[Line | Texts, Field(union_mode="left_to_right")]
"""A text by language, or one text for all of them."""


def said(words: Said | None, lang: str) -> str:
    """The words in a language; empty when there are none."""
    return words if isinstance(words, str) else in_language(words or {}, lang)


class Source(Item):
    """Where rules come from."""

    title: Said
    url: Line | None = None
    offices: tuple[Slug, ...] = ()
    """Offices whose procedure it describes; empty: it binds every office."""


class Citation(Item):
    """The ground of one rule."""

    source: Line
    """Tag of the source: `S0`, `P9`, `law` (an article whose text legal staff must still confirm), `inf` (inferred)."""
    quote: Line | None = None
    """The sentence of the source, in its own language."""
    article: Said | None = None


class Rule(Item):
    """One row: when it applies, what it asks, since when, and why."""

    id: RuleId
    severity: Literal["error", "warning", "gate", "info"]
    offices: tuple[Slug, ...] = ()
    """Ids of the offices it holds for; empty: all."""
    procedures: tuple[Slug, ...] = ()
    request_types: tuple[RequestType, ...] = ()
    route: Literal["any", "first", "change"] = "any"
    """`first`: requests that stand on their own; `change`: those that change an earlier contract."""
    each: Line | None = None
    """A path with `[*]`; the row is judged once for every item there, and paths that start with a point are its own."""
    when: tuple[Condition, ...] = ()
    require: tuple[Condition, ...] = ()
    predicate: Slug | None = None
    """Name of a predicate in `docgen.decide.predicates`, for what operators cannot say."""
    values: tuple[Line, ...] = ()
    """Words that the predicate looks for."""
    checked_by: Literal["case", "gate", "validation", "source", "template"] = "case"
    """Who sees to it: the check of the case, a gate, the validation of signatures, the reader, the template lint."""
    valid_from: Annotated[IsoDate | None, Field(alias="from")] = None
    valid_until: Annotated[IsoDate | None, Field(alias="until")] = None
    citation: Annotated[tuple[Citation, ...], Field(min_length=1)]
    fallback: bool = False
    """It says nothing where another rule already speaks of the same field."""
    message: Line | None = None
    """Key of its sentence; its id when absent."""

    @property
    def awaiting_legal_confirmation(self) -> bool:
        """Whether no source that was read supports it; legal staff must confirm it first."""
        return all(citation.source in _UNCONFIRMED for citation in self.citation)

    @property
    def level(self) -> Severity:
        """Its severity as findings carry it."""
        return Severity[self.severity.upper()]

    def holds_on(self, day: date) -> bool:
        """Whether it is in force on a day."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_until is None or day <= self.valid_until
        )

    @model_validator(mode="after")
    def _is_judged_somehow(self) -> Rule:
        judged = bool(self.require) or self.predicate is not None
        if judged != (self.checked_by == "case"):
            raise PydanticCustomError("DG-O119", "judged on the case or not", {"id": self.id})
        for path in self._relative():
            if self.each is None or not exists(self.each + path):
                raise PydanticCustomError("DG-O111", "no such field", {"path": f"{self.each or ''}{path}", "near": ""})
        return self

    def _relative(self) -> Iterable[str]:
        outer = (*self.when, *self.require)
        for condition in (*outer, *(inner for each in outer for inner in each.any_ or ())):
            if condition.path and condition.path.startswith("."):
                yield condition.path


class RulesFile(Item):
    """One file of `templates/rules/`."""

    sources: Mapping[Line, Source] = Field(default_factory=dict)
    rules: tuple[Rule, ...] = ()


@dataclass(frozen=True, slots=True)
class Ground:
    """On what a rule rests for one office."""

    citations: tuple[Citation, ...]
    by_analogy: bool
    """All sources speak of another office; that the rule holds here too is inferred."""
    awaiting_legal_confirmation: bool
    """By analogy, or no source was read at all."""


@dataclass(frozen=True, slots=True)
class Rules:
    """All rule rows, in the order of their ids."""

    rows: tuple[Rule, ...]
    sources: Mapping[str, Source]

    def rule(self, id: str) -> Rule | None:
        """The row of this id."""
        return next((row for row in self.rows if row.id == id), None)

    def ground(self, rule: Rule, office: str) -> Ground:
        """On what a rule rests for an office: the sources that speak of it, or else of another one."""
        sources = ((citation, self.sources.get(citation.source)) for citation in rule.citation)
        own = tuple(one for one, source in sources if source is None or not source.offices or office in source.offices)
        awaiting = all(citation.source in _UNCONFIRMED for citation in own)
        return Ground(own or rule.citation, not own, awaiting)

    def on(self, day: date) -> tuple[Rule, ...]:
        """The rows in force on a day."""
        return tuple(row for row in self.rows if row.holds_on(day))


def read_rules(files: Mapping[str, bytes]) -> Rules:
    """All rows of the files in `templates/rules/`.

    Args:
        files: content by file name as the user knows it.

    Raises:
        ContentInvalid: when a file is not as it should be, an id stands twice, or a source is unknown.
    """
    rows: list[Rule] = []
    sources: dict[str, Source] = {}
    findings: list[Finding] = []
    cited: list[Finding] = []
    home: dict[int, str] = {}
    for file, content in sorted(files.items()):
        try:
            read, places = read_model(content, file, RulesFile)
        except ContentInvalid as error:
            findings += error.findings
            continue
        sources |= read.sources
        for index, row in enumerate(read.rules):
            twin = next((known for known in rows if row.id == known.id and _overlap(row, known)), None)
            if twin is not None:
                place = places.place(("rules", index, "id"))
                findings.append(Finding("DG-O106", Severity.ERROR, place, {"name": row.id, "first": home[id(twin)]}))
            rows.append(row)
            home[id(row)] = file
            for citation in row.citation:
                place = places.place(("rules", index, "citation"))
                cited.append(Finding("DG-O107", Severity.ERROR, place, {"name": citation.source}))
    findings += [finding for finding in cited if finding.parameters["name"] not in sources]
    if findings:
        raise ContentInvalid(most_serious_first(findings))
    return Rules(tuple(sorted(rows, key=lambda row: row.id)), sources)


def unknown_rules(office: Office, rules: Rules, file: str) -> tuple[Finding, ...]:
    """Rules that an office profile refers to and that have no row."""
    known = {row.id for row in rules.rows}
    return tuple(
        Finding("DG-O108", Severity.ERROR, None, {"name": id, "file": file}) for id in sorted(_referred(office) - known)
    )


def _referred(office: Office) -> set[str]:
    procedures = office.procedures.values()
    documents = {document.rule for procedure in procedures for document in procedure.documents if document.rule}
    gates = {gate.rule for procedure in procedures for gate in procedure.gates}
    return documents | gates | {deadline.rule for procedure in procedures for deadline in procedure.deadlines}


def _overlap(row: Rule, other: Rule) -> bool:
    # One id may have several rows: the law before and after a change. Their days must not overlap.
    start = max(row.valid_from or date.min, other.valid_from or date.min)
    end = min(row.valid_until or date.max, other.valid_until or date.max)
    return start <= end
