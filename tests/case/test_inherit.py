"""What a case takes over from the one it changes, from where each value comes, and what is never taken over."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docgen.case.inherit import INHERITED
from docgen.case.load import LoadedCase, load
from docgen.case.model import Case

BASE = """\
schema: 1
id: A-1
office: statbel
procedure: new
language: nl
title: Armoede en wonen
request_type: regular
applicant:
  name: Voorbeelduniversiteit
  dpo: {name: Oude DPO, email: oud@uni.example}
  controller: {name: Rika Rector}
purpose: {kinds: [scientific], description: Het eerste doel.}
datasets:
  - source: SILC
    reference_periods: [2004-2018]
retention: {months: 60, motivation: looptijd}
consultation: {date: 2026-01-02}
dates: {received: 2026-01-05, complete: 2026-01-06}
deliberation: {date: 2026-01-10}
dpo_advice: {number: DPO/2026/001}
decision: {outcome: approved}
delegation: {signer: {name: Iemand}, granted_by: {name: Rika Rector}}
documents: {contract: {number: 2026/001}}
review: [{date: 2026-01-07, comment: Nog aan te vullen}]
"""
EXTENSION = """\
schema: 1
id: A-2
procedure: extension
base: {case: A-1}
changes:
  - {kind: retention, until: 2031-12-31}
  - kind: variables
    add: [{dataset: SILC, name: HY020, motivation: inkomen}]
  - kind: reference_periods
    add: [{dataset: SILC, periods: [2019-2022]}]
  - {kind: purpose, text: Ook gezondheid.}
  - kind: identity
    new_name: Verenigde Universiteit
    dpo: {name: Nieuwe DPO}
decision: {outcome: approved}
"""
AGAIN = "schema: 1\nid: A-3\nprocedure: extension\nbase: {case: A-2}\n"


def finder(**files: str) -> Callable[[str], tuple[bytes, str] | None]:
    named = {name.replace("_", "-"): text for name, text in files.items()}
    return lambda case: (named[case].encode(), f"{case}.yaml") if case in named else None


def opened(text: str, file: str = "A-2.yaml", **files: str) -> LoadedCase:
    return load(text.encode(), file, finder(**files))


def test_what_is_not_given_comes_from_the_base_and_points_there() -> None:
    located = opened(EXTENSION, A_1=BASE).require()
    assert located.case.title == "Armoede en wonen"
    assert located.case.applicant and located.case.applicant.name == "Voorbeelduniversiteit"
    assert str(located.place("applicant", "name")) == "A-1.yaml:9:3"
    assert located.place("datasets", 0, "source").path == "datasets[0].source"
    assert str(located.place("changes", 0)) == "A-2.yaml:6:5"
    assert located.is_inherited("title") and not located.is_inherited("changes")
    assert located.base is not None and located.base.case.id == "A-1"


def test_only_the_allow_list_is_inherited() -> None:
    case = opened(EXTENSION, A_1=BASE).require().case
    absent = Case.model_validate(
        {"schema": 1, "id": "Z", "office": "o", "procedure": "p", "language": "nl", "title": "t"}
    )
    for name in Case.model_fields:
        if name not in INHERITED and name not in ("schema_version", "id", "procedure", "base", "changes", "decision"):
            assert getattr(case, name) == getattr(absent, name), name
    assert not {"id", "procedure", "dates", "decision", "documents", "changes", "review", "base"} & set(INHERITED)
    assert set(INHERITED) <= set(Case.model_fields)


def test_a_section_is_completed_field_by_field_and_a_field_is_taken_whole() -> None:
    own = EXTENSION + "applicant:\n  dpo: {name: Andere DPO}\n  legal_representative:\nretention: {months: 72}\n"
    case = opened(own, A_1=BASE).require().case
    assert case.applicant and case.applicant.dpo and case.applicant.controller
    assert (case.applicant.dpo.name, case.applicant.dpo.email) == ("Andere DPO", None)
    assert case.applicant.controller.name == "Rika Rector"
    assert case.retention and (case.retention.months, case.retention.motivation) == (72, "looptijd")


def test_an_extension_of_an_extension_builds_on_the_contract_as_amended() -> None:
    located = opened(AGAIN, "A-3.yaml", A_1=BASE, A_2=EXTENSION).require()
    case = located.case
    assert case.retention and case.retention.months is None
    assert str(case.retention.until) == "2031-12-31"
    assert case.datasets[0].reference_periods == ("2004-2018", "2019-2022")
    assert case.datasets[0].variables[0].name == "HY020"
    assert case.purpose and case.purpose.description == "Het eerste doel.\nOok gezondheid."
    assert case.applicant and case.applicant.name == "Verenigde Universiteit"
    assert case.applicant.dpo and case.applicant.dpo.email is None
    assert case.changes == ()
    assert str(located.place("applicant", "name")) == "A-2.yaml:13:5"
    assert str(located.place("datasets", 0, "reference_periods", 1)).startswith("A-2.yaml:10:")
    assert str(located.place("datasets", 0, "source")) == "A-1.yaml:14:5"
    assert located.base and located.base.base and located.base.base.case.id == "A-1"


def test_changes_that_were_not_approved_do_not_count() -> None:
    refused = EXTENSION.replace("approved", "refused")
    case = opened(AGAIN, "A-3.yaml", A_1=BASE, A_2=refused).require().case
    assert case.retention and case.retention.months == 60
    assert case.datasets[0].reference_periods == ("2004-2018",)


def test_the_base_itself_is_left_as_it_was() -> None:
    before = opened(EXTENSION, A_1=BASE).require().base
    assert before is not None and before.case.retention and before.case.retention.months == 60


@pytest.mark.parametrize(
    ("own", "files", "code"),
    [
        (EXTENSION, {}, "DG-C161"),
        (EXTENSION.replace("case: A-1", "case: A-2"), {}, "DG-C162"),
        (
            EXTENSION,
            {"A_1": BASE.replace("procedure: new", "procedure: new\nbase: {case: A-2}"), "A_2": EXTENSION},
            None,
        ),
        (EXTENSION, {"A_1": BASE.replace("title:", "titel:")}, "DG-C163"),
        (EXTENSION, {"A_1": "a: [\n"}, "DG-C163"),
        ("office: vsa\n" + EXTENSION, {"A_1": BASE}, "DG-C164"),
    ],
)
def test_a_base_that_cannot_be_used(own: str, files: dict[str, str], code: str | None) -> None:
    result = opened(own, **files)
    found = [finding for finding in result.findings if finding.code == (code or "DG-C163")]
    assert len(found) == 1
    assert found[0].place is not None
    assert (found[0].place.path, found[0].place.file) == ("base.case", "A-2.yaml")
    assert all(finding.place is None or finding.place.file == "A-2.yaml" for finding in result.findings)


def test_a_ring_of_cases_is_told_where_it_closes() -> None:
    ring = BASE.replace("procedure: new", "procedure: extension\nbase: {case: A-2}")
    result = load(ring.encode(), "A-1.yaml", finder(A_1=ring, A_2=EXTENSION.replace("A-1", "A-1")))
    assert [finding.code for finding in result.findings] == ["DG-C163"]
    inner = load(EXTENSION.encode(), "A-2.yaml", finder(A_2=EXTENSION, A_1=ring))
    assert [finding.code for finding in inner.findings if finding.place and finding.place.path == "base.case"] == [
        "DG-C163"
    ]


def test_without_a_way_to_find_it_a_base_is_missing() -> None:
    assert "DG-C161" in [finding.code for finding in load(EXTENSION.encode(), "A-2.yaml").findings]


@settings(max_examples=80)
@given(where=st.floats(0, 1, exclude_max=True), length=st.integers(0, 40), put=st.text(max_size=6))
def test_a_damaged_base_never_raises(where: float, length: int, put: str) -> None:
    start = int(where * len(EXTENSION))
    damaged = EXTENSION[:start] + put + EXTENSION[start + length :]
    content = {"A-1": BASE.encode(), "A-2": damaged.encode("utf-8", "surrogatepass")}
    result = load(AGAIN.encode(), "A-3.yaml", lambda case: (content[case], f"{case}.yaml") if case in content else None)
    assert result.located is not None or result.findings
    assert all(finding.place is None or finding.place.file == "A-3.yaml" for finding in result.findings)


def test_measures_of_which_nothing_is_said_are_unchanged_and_given_ones_are_not() -> None:
    base = BASE + "security: {unchanged: true, server: {location_country: BE}, measures: [mfa]}\n"
    new = "schema: 1\nid: A-2\nprocedure: extension\nbase: {case: A-1}\n"

    def security(more: str) -> tuple[bool, str, tuple[str, ...]]:
        case = load((new + more).encode(), "A-2.yaml", lambda _: (base.encode(), "A-1.yaml")).require().case
        assert case.security is not None
        assert case.security.server is not None
        return case.security.unchanged, case.security.server.location_country or "", case.security.measures

    assert security("") == (True, "BE", ("mfa",))
    assert security("security: {server: {location_country: NL}}\n") == (False, "NL", ("mfa",))
    assert security("security: {unchanged: true}\n") == (True, "BE", ("mfa",))
