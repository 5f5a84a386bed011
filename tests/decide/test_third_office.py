"""An office that exists as files only: nothing in the code knows it, and its case is judged, planned and staged."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from small_cases import dossier, rules, wording

from docgen.case.load import LocatedCase, load
from docgen.decide.context import context
from docgen.decide.facts import Dossier
from docgen.decide.plan import gate, plan
from docgen.decide.rules import judge
from docgen.decide.signatories import expected_signatures, placements
from docgen.decide.stage import stage
from docgen.office.profile import Office, read_office
from docgen.office.rules import unknown_rules

FOLDER = Path(__file__).parent / "third_office"
TODAY = date(2026, 11, 23)


def harbour() -> Office:
    return read_office((FOLDER / "office.yaml").read_bytes(), "office.yaml")


def request(**changes: str) -> LocatedCase:
    text = (FOLDER / "HAVEN-1.yaml").read_text(encoding="utf-8")
    return load(f"{text}{''.join(changes.values())}".encode(), "HAVEN-1.yaml").require()


APPROVED = "decision: {outcome: approved, date: 2026-11-22}\n"


def test_its_case_is_judged_by_the_rules_for_every_office() -> None:
    assert judge(request(), harbour(), rules(), Dossier(), TODAY) == ()
    assert unknown_rules(harbour(), rules(), "office.yaml") == ()
    late = judge(request(), harbour(), rules(), Dossier(), date(2026, 11, 24))
    assert [(finding.code, str(finding.place)) for finding in late] == [("D-29", "HAVEN-1.yaml:18:9")]


def test_its_documents_are_planned_by_its_own_conditions() -> None:
    assert [(one.kind, one.open, one.rule) for one in plan(request(), harbour(), Dossier())] == [
        ("letter", True, ""),
        ("deed", False, "D-23"),
    ]
    assert all(one.open for one in plan(request(decision=APPROVED), harbour(), Dossier()))


def test_the_office_signs_first_here_and_the_guest_brings_a_proof() -> None:
    case = request(decision=APPROVED)
    assert gate("sign", "deed", case, harbour(), Dossier(), "harbour") == ()
    assert [one.code for one in gate("sign", "deed", case, harbour(), Dossier(), "guest")] == ["D-25", "D-26"]


def test_its_stage_comes_from_its_own_steps() -> None:
    here = stage(request(), harbour(), Dossier(), TODAY)
    assert (here.outcome, here.turn, here.current and here.current.id) == ("open", "office", "answer")
    assert here.next_document == "deed"
    done = stage(request(decision=APPROVED), harbour(), dossier("deed.harbour", "deed.guest"), TODAY)
    assert (done.outcome, done.current) == ("done", None)


def test_its_signatories_are_printed_in_its_language() -> None:
    case = request().case
    values = context(case, harbour(), "deed", "fr", TODAY)
    assert values["document"] == {
        "kind": "deed",
        "title": "Acte",
        "number": None,
        "date": TODAY,
        "lang": "fr",
        "case": "HAVEN-1",
    }
    assert values["signatory"] == {
        "harbour": {
            "name": "Maud Mouillage",
            "role": "capitaine du port",
            "organisation": "Bureau statistique du Port",
            "on_behalf_of": None,
        },
        "guest": {
            "name": "Béa Bourgmestre",
            "role": "responsable",
            "organisation": "Commune de Modèleville",
            "on_behalf_of": None,
        },
    }
    boxes = placements(case, harbour(), "deed", "fr", wording())
    assert [(box.name, box.bookmark, round(box.width), box.final) for box in boxes] == [
        ("harbour", "sig_harbour", 170, False),
        ("guest", "sig_guest", 227, True),
    ]
    assert boxes[0].tooltip == "Signature : capitaine du port, Maud Mouillage"
    assert [(one.slot, one.names) for one in expected_signatures(case, harbour(), "deed")] == [
        ("harbour", ("Maud Mouillage",)),
        ("guest", ("Béa Bourgmestre",)),
    ]


def test_without_its_rule_rows_the_profile_is_refused() -> None:
    rows = tuple(row for row in rules().rows if row.id != "D-26")
    missing = unknown_rules(harbour(), replace(rules(), rows=rows), "office.yaml")
    assert [finding.parameters["name"] for finding in missing] == ["D-26"]
