"""Office profiles: what they say, and how a wrong one is refused at its line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from docgen.errors import ContentInvalid
from docgen.office.profile import Office, in_language, read_office

TEMPLATES = Path(__file__).parents[2] / "templates"
SLOTS = {
    ("vsa", "application"): ("applicant",),
    ("vsa", "security_declaration"): ("applicant",),
    ("vsa", "dpo_advice"): ("dpo",),
    ("vsa", "protocol"): ("applicant", "chief_statistician"),
    ("vsa", "application_simplified"): ("applicant",),
    ("vsa", "addendum"): ("applicant", "chief_statistician"),
    ("statbel", "application"): ("applicant",),
    ("statbel", "security_declaration"): ("security",),
    ("statbel", "dpo_advice"): ("dpo", "director_general"),
    ("statbel", "contract"): ("applicant", "director_general"),
    ("statbel", "application_simplified"): ("applicant",),
    ("statbel", "application_aggregated"): ("applicant",),
    ("statbel", "contract_amendment"): ("applicant", "director_general"),
    **{(name, "delegation_proof"): ("delegator",) for name in ("vsa", "statbel")},
    **{(name, "review_note"): () for name in ("vsa", "statbel")},
    **{(name, "researcher_declaration"): ("researcher",) for name in ("vsa", "statbel")},
}


def text_of(name: str) -> str:
    return (TEMPLATES / name / "office.yaml").read_text(encoding="utf-8")


def read(text: str) -> Office:
    return read_office(text.encode(), "office.yaml")


def refusals(text: str) -> list[tuple[str, int, str]]:
    with pytest.raises(ContentInvalid) as caught:
        read(text)
    return [
        (finding.code, finding.place.line if finding.place else 0, " ".join(finding.parameters.values()))
        for finding in caught.value.findings
    ]


def test_slots_of_both_offices_stand_in_signing_order() -> None:
    offices = {name: read(text_of(name)) for name in ("vsa", "statbel")}
    assert {(name, kind): one.slot_names for name, own in offices.items() for kind, one in own.kinds.items()} == SLOTS
    boxes = {
        (slot.width_mm, slot.height_mm) for own in offices.values() for k in own.kinds.values() for slot in k.slots
    }
    assert boxes == {(80.0, 30.0)}


def test_procedures_and_what_they_may_change() -> None:
    vsa, statbel = read(text_of("vsa")), read(text_of("statbel"))
    assert {name: own.changes for name, own in vsa.procedures.items()} == {
        "new": (),
        "simplified": ("extension", "variables", "purpose", "identity"),
    }
    assert {name: own.changes for name, own in statbel.procedures.items()} == {
        "new": (),
        "extension": ("retention", "variables", "reference_periods", "purpose"),
        "aggregated": (),
        "privileged": (),
    }
    assert {
        (clock.target_days, clock.latest_days) for own in statbel.procedures.values() for clock in own.deadlines
    } == {(14, 21)}
    assert not any(own.deadlines for own in vsa.procedures.values())


def test_what_is_published_is_a_short_list() -> None:
    published = {
        (name, kind) for name in ("vsa", "statbel") for kind, one in read(text_of(name)).kinds.items() if one.published
    }
    assert published == {
        ("vsa", "protocol"),
        ("vsa", "addendum"),
        ("statbel", "dpo_advice"),
        ("statbel", "contract"),
        ("statbel", "contract_amendment"),
    }


@pytest.mark.parametrize("name", ["vsa", "statbel"])
def test_every_title_is_there_in_three_languages(name: str) -> None:
    own = read(text_of(name))
    titles = [one.title for one in (*own.kinds.values(), *own.roles.values(), *own.procedures.values())]
    titles += [step.title for procedure in own.procedures.values() for step in procedure.steps]
    assert all(set(title) == {"nl", "fr", "en"} for title in titles)


def test_a_missing_language_falls_back_on_one_that_is_there() -> None:
    assert in_language({"fr": "acte"}, "nl") == "acte"
    assert in_language({"fr": "acte", "nl": "akte"}, "nl") == "akte"


WAITING = "kind: dpo_advice\n        after: [{path: dpo_advice.conclusion, present: true}]"


@pytest.mark.parametrize(
    ("right", "wrong", "code", "words"),
    [
        ("time_zone: Europe/Brussels", "time_zone: Europe/Brussel", "DG-O117", "Brussel"),
        ("calendar: BE", "calender: BE", "DG-O103", "calendar"),
        ("languages: [nl]", "languages: [de]", "DG-O110", "de"),
        ("person: applicant.controller", "person: applicant.kontroller", "DG-O111", "applicant.controller"),
        ("roles: [dpo]}", "rolls: [dpo]}", "DG-O103", "roles"),
        (
            "needs: [{path: decision.outcome, equals: approved}]",
            "needs: [{path: decision.outcome}]",
            "DG-O112",
            "matches",
        ),
        ("- {complete: application}", "- {complete: aplication}", "DG-O123", "aplication"),
        ("- {complete: application}", "- {complete: xyz}", "DG-O122", "security_declaration"),
        ("- {signed: protocol.applicant}", "- {signed: protocol.aplicant}", "DG-O123", "protocol.applicant"),
        ("rule: D-23", "rule: twenty-three", "DG-O105", "rule"),
        (f"{WAITING}\n        rule: D-31", WAITING, "DG-O126", "dpo_advice"),
        ("roles: [chief_statistician]}", "roles: [chief]}", "DG-O122", "chief_statistician"),
        ("pattern: '^VSA/\\d{4}/\\d{3}$'", "pattern: '^VSA/('", "DG-O115", "unterminated"),
        ("email: data-aanvragen.vsa@vlaanderen.be", "email: data-aanvragen", "DG-O105", "email"),
    ],
)
def test_a_wrong_profile_is_refused_at_its_line(right: str, wrong: str, code: str, words: str) -> None:
    text = text_of("vsa")
    assert right in text
    found = refusals(text.replace(right, wrong, 1))
    assert any(kind == code and words in said for kind, _, said in found), found
    line = text[: text.index(right)].count("\n") + 1
    assert any(kind == code and at == line for kind, at, _ in found), (line, found)


def test_every_defect_of_a_profile_is_told_at_once() -> None:
    text = text_of("vsa").replace("calendar: BE", "calender: BE").replace("languages: [nl]", "languages: [de]")
    assert {code for code, _, _ in refusals(text)} == {"DG-O103", "DG-O104", "DG-O110"}


def test_a_role_names_somebody_and_only_where_it_should() -> None:
    nobody = text_of("vsa").replace("    name: Hanne Hoofdcijfer\n", "")
    assert [code for code, _, _ in refusals(nobody)] == ["DG-O118"]
    both = text_of("vsa").replace("    person: applicant.controller\n", "    name: Rik\n", 1)
    assert "DG-O118" in {code for code, _, _ in refusals(both)}


def test_titles_slots_and_paths_must_fit_each_other() -> None:
    french = text_of("vsa").replace("languages: [nl]", "languages: [nl, fr]")
    untitled = re.sub(r"\n      fr: Avenant au protocole[^\n]*", "", french, count=1)
    assert [(code, said) for code, _, said in refusals(untitled)] == [("DG-O125", "fr")]
    twice = text_of("statbel").replace(
        "{name: director_general, roles: [director_general]}", "{name: dpo, roles: [dpo]}", 1
    )
    assert "DG-O124" in {code for code, _, _ in refusals(twice)}
    relative = text_of("vsa").replace("path: decision.outcome, present", "path: .outcome, present", 1)
    assert [code for code, _, _ in refusals(relative)] == ["DG-O111"]


def test_a_profile_with_a_national_number_is_refused() -> None:
    assert refusals(text_of("vsa") + "# 85.07.30-033.28\n")[0][0] == "D-33"
    assert refusals("")[0][0].startswith("DG-")
    assert refusals("- a\n")[0][0] == "DG-O101"
