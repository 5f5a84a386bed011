"""Deciding is total: whatever a case says, it is judged, planned, gated, staged and never raises."""

from __future__ import annotations

import copy
from datetime import date
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel
from small_cases import COMPLETE, TODAY, office, rules, wording, written

from docgen.case.load import load
from docgen.case.model import Base, Case
from docgen.decide.context import context
from docgen.decide.facts import Dossier, SignedSlot
from docgen.decide.plan import gate, plan
from docgen.decide.rules import judge
from docgen.decide.signatories import expected_signatures, placements
from docgen.decide.stage import stage

WORDS = st.sampled_from(
    ["x", "Smith & Co <B.V.>", "TODO", "gemeente", "naam", "0999.000.129", "statbel", "é\u0301 \u202e"]
)
DAYS = st.dates(date(1, 1, 1), date(9999, 12, 31)).map(date.isoformat)
PERIODS = st.lists(st.sampled_from(["2004-2018", "2018-2004", "0000", "9999"]), max_size=2)
SHAPED: dict[str, st.SearchStrategy[Any]] = {
    "email": st.just("a@b.example"),
    "dpo_team": st.just("a@b.example"),
    "country": st.sampled_from(["BE", "US"]),
    "location_country": st.sampled_from(["BE", "US"]),
    "reference_periods": PERIODS,
    "periods": PERIODS,
    "document": st.sampled_from(["protocol", "application"]),
}
"""Values of fields with a pattern of their own, by name."""


def values(annotation: Any, depth: int = 0) -> st.SearchStrategy[Any]:
    """Plain values, often right and sometimes absent, for a part of the case model."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return values(get_args(annotation)[0], depth)
    if origin is Literal:
        return st.sampled_from([str(choice) for choice in get_args(annotation)])
    if origin in (Union, UnionType):
        return st.one_of(*[values(one, depth) for one in get_args(annotation) if one is not NoneType])
    if origin is tuple:
        return st.lists(values(get_args(annotation)[0], depth + 1), max_size=2)
    if origin is dict:
        names = st.sampled_from(["protocol", "contract", "dpo_advice"])
        return st.dictionaries(names, values(get_args(annotation)[1], depth + 1), max_size=2)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return part(annotation, depth + 1)
    plain = {bool: st.sampled_from(["true", "false"]), int: st.integers(1, 1200).map(str), date: DAYS}
    return plain.get(annotation, WORDS)


def part(model: type[BaseModel], depth: int = 0) -> st.SearchStrategy[dict[str, Any]]:
    fields = {
        info.alias or name: SHAPED[name] if name in SHAPED else values(info.annotation, depth)
        for name, info in model.model_fields.items()
    }
    if model is Base:
        del fields["case"]  # there is no other file
    needed = {info.alias or name for name, info in model.model_fields.items() if info.is_required()}
    return st.fixed_dictionaries(
        {name: fields[name] for name in fields if name in needed},
        optional={name: fields[name] for name in fields if name not in needed},
    )


CASES = part(Case).map(lambda case: {**case, "schema": "1", "id": "ANY-1"})
PROCEDURES = st.sampled_from(
    [
        ("vsa", "new"),
        ("vsa", "simplified"),
        ("statbel", "new"),
        ("statbel", "extension"),
        ("statbel", "aggregated"),
        ("statbel", "privileged"),
        ("vsa", "odd"),
    ]
)
SLOTS = st.lists(
    st.builds(
        SignedSlot,
        st.sampled_from(["protocol", "contract", "dpo_advice", "application", "odd"]),
        st.sampled_from(["applicant", "dpo", "director_general", "odd"]),
        signed_on=st.none() | st.dates(),
        valid=st.booleans(),
    ),
    max_size=4,
).map(tuple)
DOSSIERS = st.builds(Dossier, signed=SLOTS, built=st.dictionaries(st.just("contract"), st.dates()))


@settings(max_examples=150, suppress_health_check=list(HealthCheck))
@given(CASES, PROCEDURES, DOSSIERS, st.dates(date(2, 1, 1), date(9998, 1, 1)))
def test_any_case_is_decided_on(case: dict[str, Any], procedure: tuple[str, str], at: Dossier, today: date) -> None:
    own = office(procedure[0])
    loaded = load(written({**case, "office": own.id, "procedure": procedure[1]}), "ANY-1.yaml").located
    if loaded is None:  # what the model refuses is the reader's business
        return
    for finding in judge(loaded, own, rules(), at, today):
        assert finding.place is not None
        assert wording().say(finding.code, "fr", finding.parameters).remedy
    stage(loaded, own, at, today)
    for document in plan(loaded, own, at):
        context(loaded.case, own, document.kind, "nl", today)
        expected_signatures(loaded.case, own, document.kind)
        placements(loaded.case, own, document.kind, "nl", wording())
        for slot in own.kinds[document.kind].slot_names:
            gate("sign", document.kind, loaded, own, at, slot)
        gate("build", document.kind, loaded, own, at)
        gate("publish", document.kind, loaded, own, at)


@settings(max_examples=150)
@given(st.data())
def test_a_complete_case_without_any_one_of_its_values_is_decided_on(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(COMPLETE)))
    spoilt = copy.deepcopy(COMPLETE[name])
    inner: Any = spoilt
    while isinstance(inner, dict | list) and inner:
        key: Any = data.draw(st.sampled_from(sorted(inner) if isinstance(inner, dict) else range(len(inner))))
        if data.draw(st.booleans()) or not isinstance(inner[key], dict | list):
            del inner[key]
            break
        inner = inner[key]
    loaded = load(written(spoilt), "ANY-1.yaml").located
    if loaded is not None:
        own = office(loaded.case.office if loaded.case.office in ("vsa", "statbel") else "vsa")
        judge(loaded, own, rules(), Dossier(), TODAY)
        stage(loaded, own, Dossier(), TODAY)
