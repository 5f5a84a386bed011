"""Predicates on the data asked for: identifiers, coarseness, sources, linkage, servers, words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache

from docgen.case.model import ReferencePeriodsChange, VariablesChange
from docgen.case.parts import Dataset, Variable
from docgen.decide.facts import Facts
from docgen.decide.misses import Miss
from docgen.decide.values import texts
from docgen.office.paths import Steps

Named = tuple[Steps, str, Variable, Dataset | None]


def named_variables(facts: Facts) -> Iterator[Named]:
    """Every variable by its own name or by its names in a cluster, with its path; of changes too."""
    for number, dataset in enumerate(facts.case.datasets):
        for index, variable in enumerate(dataset.variables):
            for path, name in _names(variable, ("datasets", number, "variables", index)):
                yield path, name, variable, dataset
    for number, change in enumerate(facts.case.changes):
        if change.kind == "variables":
            for index, added in enumerate(change.add):
                for path, name in _names(added, ("changes", number, "add", index)):
                    yield path, name, added, None


def direct_identifiers(facts: Facts, words: tuple[str, ...]) -> Iterator[Miss]:
    """No variable identifies directly: by its flag, or by a name that is one of the words."""
    flagged: set[int] = set()
    for path, name, variable, _ in named_variables(facts):
        if variable.direct_identifier and id(variable) not in flagged:
            flagged.add(id(variable))
            yield Miss(path, {"value": name})
        elif not variable.direct_identifier and variable.generalisation is None and _is_called(name, words):
            yield Miss(path, {"value": name})


def raw_variables(facts: Facts, words: tuple[str, ...]) -> Iterator[Miss]:
    """Variables that are usually made coarser are asked for as they are; what an earlier case got is passed over."""
    for path, name, variable, dataset in named_variables(facts):
        if facts.located.is_inherited(*path):
            continue
        if variable.generalisation is None and not _made_coarser(name, dataset) and _begins_with(name, words):
            yield Miss(path, {"value": name})


def raw_variables_not_accepted(facts: Facts, words: tuple[str, ...]) -> Iterator[Miss]:
    """Raw variables for which the DPO advice gives no reason."""
    advice = facts.case.dpo_advice
    accepted = {_plain(raw.variable) for raw in advice.accepted_raw} if advice else set()
    for miss in raw_variables(facts, words):
        if _plain(miss.parameters["value"]) not in accepted:
            yield miss


def source_of_office(facts: Facts, _: tuple[str, ...]) -> Iterator[Miss]:
    """Every data set is one that the office has, in an edition written as the office writes it."""
    sources = facts.office.sources
    for index, dataset in enumerate(facts.case.datasets):
        if dataset.kind == "third_party":
            continue
        path: Steps = ("datasets", index)
        if sources.names and dataset.source not in sources.names:
            yield Miss((*path, "source"), {"value": dataset.source, "allowed": ", ".join(sources.names)})
        for number, edition in enumerate(dataset.editions):
            if sources.editions and not re.fullmatch(sources.editions, edition):
                yield Miss((*path, "editions", number), {"value": edition, "allowed": sources.editions})


def changed_dataset_known(facts: Facts, _: tuple[str, ...]) -> Iterator[Miss]:
    """What is added belongs to a data set of the earlier contract, when that is at hand."""
    known = {dataset.source for dataset in facts.base.case.datasets} if facts.base else set()
    for number, change in enumerate(facts.case.changes):
        if isinstance(change, VariablesChange | ReferencePeriodsChange) and known:
            for index, name in enumerate(added.dataset for added in change.add):
                if name not in known:
                    path: Steps = ("changes", number, "add", index, "dataset")
                    yield Miss(path, {"value": name, "allowed": ", ".join(sorted(known))})


def office_links(facts: Facts, _: tuple[str, ...]) -> Iterator[Miss]:
    """The office itself links, as trusted third party, and keeps the key of the pseudonyms."""
    linkage = facts.case.linkage
    if linkage is None:
        return
    if linkage.performed_by != facts.office.id:
        yield Miss(("linkage", "performed_by"), {"value": linkage.performed_by or "", "office": facts.office.id})
    if linkage.pseudonym_key_holder != facts.office.id:
        value = linkage.pseudonym_key_holder or ""
        yield Miss(("linkage", "pseudonym_key_holder"), {"value": value, "office": facts.office.id})


def linked_sources_requested(facts: Facts, _: tuple[str, ...]) -> Iterator[Miss]:
    """Every source of the office that is linked is also among the data asked for, by its name or how that begins."""
    known = [dataset.source for dataset in facts.case.datasets]
    for index, name in enumerate(facts.case.linkage.datasets if facts.case.linkage else ()):
        begins = re.compile(rf"{re.escape(' '.join(name.split()))}(?!\w)", re.IGNORECASE)
        if known and not any(begins.match(" ".join(source.split())) for source in known):
            yield Miss(("linkage", "datasets", index), {"value": name, "allowed": ", ".join(known)})


def server_in_allowed_country(facts: Facts, _: tuple[str, ...]) -> Iterator[Miss]:
    """The data lie in a country of the office's list."""
    security, allowed = facts.case.security, facts.office.server_countries
    if security is None or security.unchanged or not allowed:
        return
    country = security.server.location_country if security.server else None
    if country not in allowed:
        yield Miss(("security", "server", "location_country"), {"value": country or "", "allowed": ", ".join(allowed)})


def reference_periods(facts: Facts, _: tuple[str, ...]) -> Iterator[Miss]:
    """A reference period begins before it ends, and does not end after the year of the request."""
    limit = facts.day.year if facts.day != date.max else 9999
    for path, period in _periods(facts):
        start, end = (int(period[:4]), int(period[-4:]))
        if start > end or end > limit:
            yield Miss(path, {"value": period, "limit": str(limit)})


def words_in_texts(facts: Facts, words: tuple[str, ...]) -> Iterator[Miss]:
    """Words in the description of the purpose that point to other ends than research."""
    for path, text in _purpose_texts(facts):
        folded = text.casefold()
        if _beginning_with(words).search(folded):
            found = next(word for word in words if _beginning_with((word,)).search(folded))
            yield Miss(path, {"value": found})


def leftovers(facts: Facts, words: tuple[str, ...]) -> Iterator[Miss]:
    """Texts that somebody still has to write."""
    for path, text in texts(facts.case):
        if _any_of(words).search(text):
            yield Miss(path, {"value": next(word for word in words if word in text)})


def individual_data_wording(facts: Facts, words: tuple[str, ...]) -> Iterator[Miss]:
    """Where data on enterprises are asked for, legal grounds do not speak of personal data alone."""
    if all(dataset.unit != "enterprise" for dataset in facts.case.datasets) or facts.case.legal_ground is None:
        return
    for path, text in texts(facts.case.legal_ground, ("legal_ground",)):
        lowered = text.casefold()
        if any(word in lowered for word in words[:3]) and not any(word in lowered for word in words[3:]):
            yield Miss(path)


def _names(variable: Variable, path: Steps) -> Iterator[tuple[Steps, str]]:
    if variable.name:
        yield (*path, "name"), variable.name
    for index, name in enumerate(variable.names):
        yield (*path, "names", index), name
    if not variable.name and not variable.names and variable.cluster:
        yield (*path, "cluster"), variable.cluster


def _periods(facts: Facts) -> Iterator[tuple[Steps, str]]:
    for number, dataset in enumerate(facts.case.datasets):
        for index, period in enumerate(dataset.reference_periods):
            yield ("datasets", number, "reference_periods", index), period
    for number, table in enumerate(facts.case.tables):
        for index, period in enumerate(table.reference_periods):
            yield ("tables", number, "reference_periods", index), period
    for number, change in enumerate(facts.case.changes):
        if change.kind == "reference_periods":
            for index, added in enumerate(change.add):
                for which, period in enumerate(added.periods):
                    yield ("changes", number, "add", index, "periods", which), period


def _purpose_texts(facts: Facts) -> Iterable[tuple[Steps, str]]:
    purpose = facts.case.purpose
    if purpose is not None:
        yield ("purpose", "description"), purpose.description or ""
        for index, question in enumerate(purpose.research_questions):
            yield ("purpose", "research_questions", index), question
    for index, change in enumerate(facts.case.changes):
        if change.kind == "purpose":
            yield ("changes", index, "text"), change.text or ""


def _made_coarser(name: str, dataset: Dataset | None) -> bool:
    return dataset is not None and any(_plain(one.of) == _plain(name) for one in dataset.generalisation)


def _plain(name: str) -> str:
    return " ".join(re.split(r"[\s_\-]+", name.casefold().strip()))


def _is_called(name: str, words: tuple[str, ...]) -> bool:
    plain = _plain(name)
    return any(plain == word or plain.startswith(f"{word} ") for word in words)


def _begins_with(name: str, words: tuple[str, ...]) -> bool:
    return _beginning_with(words).search(_plain(name)) is not None


@cache
def _beginning_with(words: tuple[str, ...]) -> re.Pattern[str]:
    """What finds, in case-folded text, a word that begins like one of these."""
    return re.compile(rf"\b(?:{'|'.join(re.escape(word.casefold()) for word in words)})" if words else r"(?!)")


@cache
def _any_of(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, words)) if words else r"(?!)")
