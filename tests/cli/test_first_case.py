"""A DPO's first case: from what `docgen new` writes to no finding, with what its comments and messages ask for.

The answers were given in this order by somebody who followed the messages only; no others are needed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from tests.cli.conftest import World, new_world

from docgen.errors import ExitCode
from docgen.office.paths import without_indexes

COMMON = {
    "purpose.kinds": "scientific",
    "purpose.why_public_data_insufficient": "De verbanden zijn enkel per respondent zichtbaar.",
    "retention.motivation": "Het project duurt drie jaar.",
    "access.categories": "onderzoekers van het project",
    "output.only_global_and_anonymous": "true",
    "security.server.location_country": "BE",
    "datasets.kind": "survey",
}
MARKED: Mapping[str, Mapping[str, str]] = {
    "vsa": {
        **COMMON,
        "title": "Vertrouwen in de buurt",
        "applicant.name": "Hogeschool Voorbeeld",
        "applicant.kind": "university_college",
        "applicant.recipient_category": "scientific_legal_person",
        "purpose.description": "Onderzoek naar het vertrouwen van inwoners in hun buurt.",
        "datasets.source": "SV-bevraging",
    },
    "statbel": {
        **COMMON,
        "title": "Energiearmoede en gezondheid",
        "request_type": "regular",
        "applicant.name": "Universiteit Voorbeeld",
        "applicant.recipient_category": "scientific_legal_person",
        "applicant.dpo.name": "Piet Privacy",
        "applicant.security_adviser.name": "Vera Veilig",
        "purpose.description": "Onderzoek naar energiearmoede.",
        "purpose.publication_plan": "De resultaten verschijnen in 2028 in een open tijdschrift.",
        "datasets.source": "SILC",
    },
}
"""What stands marked as required."""
ASKED: Mapping[str, Mapping[str, str]] = {
    "vsa": {
        "applicant.address.street": "Voorbeeldstraat 1",
        "applicant.address.postcode": "9000",
        "applicant.address.city": "Gent",
        "applicant.controller.name": "An Directeur",
        "applicant.controller.function": "algemeen directeur",
        "applicant.dpo.name": "Piet Privacy",
        "applicant.security_adviser.name": "Vera Veilig",
        "applicant.kbo": "0999.000.228",
        "purpose.publication_plan": "De resultaten verschijnen in 2028 in een open tijdschrift.",
        "retention.until": "2029-12-31",
        "datasets.motivation": "De enquête meet wat het project onderzoekt.",
        "legal_ground.communication": "het decreet",
        "legal_ground.collection": "het decreet",
    },
    "statbel": {
        "applicant.controller.name": "An Rector",
        "applicant.controller.function": "rector",
        "retention.until": "2029-12-31",
        "datasets.motivation": "De enquête meet wat het project onderzoekt.",
    },
}
"""What `docgen check` then asks for."""


def filled(text: str, answers: Mapping[str, str]) -> str:
    """The file with each answer behind its field, or behind the dash below it."""
    left, lines, around = dict(answers), text.splitlines(), [(-1, "")]
    for at, line in enumerate(lines):
        field = re.match(r"( *(?:- )?)(\w+):", line)
        if field is None:
            continue
        around = [(column, path) for column, path in around if column < len(field[1])]
        path = f"{around[-1][1]}.{field[2]}".lstrip(".")
        around.append((len(field[1]), path))
        if path in left:
            below = at + 1 if lines[at + 1 : at + 2] and lines[at + 1].strip() == "-" else None
            start = field[0] if below is None else lines[below]
            lines[at if below is None else below] = f"{start} {left.pop(path)}"
    assert not left
    return "\n".join(lines) + "\n"


def marked(text: str) -> set[str]:
    """Fields marked as required, by path."""
    found, around = set(), [(-1, "")]
    for field in re.finditer(r"(?m)^( *(?:- )?)(\w+):(.*)$", text):
        around = [(column, path) for column, path in around if column < len(field[1])]
        path = f"{around[-1][1]}.{field[2]}".lstrip(".")
        around.append((len(field[1]), path))
        found |= {path} if field[3].strip() == "# verplicht" else set()
    return found


def within(path: str, others: set[str]) -> bool:
    """Whether a field, or a block around it, is among others."""
    return any(path == other or path.startswith(f"{other}.") for other in others)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return new_world(tmp_path)


@pytest.mark.parametrize("office", sorted(MARKED))
def test_marks_and_messages_lead_to_a_case_without_findings(
    office: str, world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    case = f"{office.upper()}-2026-041"
    file = world.folder / "cases" / f"{case}.yaml"
    assert world.do("new", office, "new", "--lang", "nl", "--id", case) == ExitCode.DONE
    empty, answers, open_ = file.read_text("utf-8"), dict(MARKED[office]), dict(ASKED[office])
    assert {path for path in answers if not within(path, marked(empty))} == set()
    for _ in range(5):
        capsys.readouterr()
        file.write_text(filled(empty, answers), "utf-8")
        world.do("check", case, "--lang", "nl", "--format", "json")
        asked = {without_indexes(finding["path"]) for finding in json.loads(capsys.readouterr().out)["findings"]}
        if not asked:
            break
        given = {path: open_.pop(path) for path in tuple(open_) if within(path, asked)}
        assert given, asked
        answers |= given
    assert (asked, open_) == (set(), {})


def test_status_names_the_fields_the_next_step_waits_for(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    case = "VSA-2026-041"
    file = world.folder / "cases" / f"{case}.yaml"
    assert world.do("new", "vsa", "new", "--lang", "nl", "--id", case) == ExitCode.DONE
    file.write_text(filled(file.read_text("utf-8"), {**MARKED["vsa"], **ASKED["vsa"]}), "utf-8")
    capsys.readouterr()
    assert world.do("status", case, "--lang", "nl") == ExitCode.DONE
    assert "noteer in het dossier wat ervan bekend is: dates.contacted." in " ".join(capsys.readouterr().out.split())
