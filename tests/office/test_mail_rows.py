"""`mail.yaml`: what it says of both offices, and how a wrong one is refused at its line."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.decide.small_cases import office, rules

from docgen.errors import ContentInvalid
from docgen.office.mail import Mail, read_mail

TEMPLATES = Path(__file__).parents[2] / "templates"
STEP = """schema: 1
steps:
  hello:
    title: {nl: Dag, fr: Bonjour, en: Hello}
    about: [protocol]
    to: [applicant.dpo.email]
"""


def of(name: str) -> Mail:
    file = TEMPLATES / name / "mail.yaml"
    return read_mail(file.read_bytes(), str(file), office(name), rules())


def refusals(text: str) -> list[tuple[str, int]]:
    with pytest.raises(ContentInvalid) as caught:
        read_mail(text.encode(), "mail.yaml", office("vsa"), rules())
    return [(finding.code, finding.place.line if finding.place else 0) for finding in caught.value.findings]


@pytest.mark.parametrize("name", ["vsa", "statbel"])
def test_every_email_of_an_office_has_its_text_in_each_of_its_languages(name: str) -> None:
    languages = {"vsa": ("nl",), "statbel": ("nl", "fr")}[name]
    for lang in languages:
        texts = {file.stem for file in (TEMPLATES / name / lang / "mail").glob("*.txt")}
        assert texts == set(of(name).steps)


@pytest.mark.parametrize("name", ["vsa", "statbel"])
def test_nothing_is_enclosed_as_published_that_the_office_never_publishes(name: str) -> None:
    kinds = office(name).kinds
    public = {one.kind for step in of(name).steps.values() for one in step.enclosures if one.form == "public"}
    assert public
    assert all(kinds[kind].published for kind in public)


@pytest.mark.parametrize("name", ["vsa", "statbel"])
def test_every_procedure_has_every_kind_of_email(name: str) -> None:
    always = {"acknowledgement", "remarks", "versions", "reminder", "retention"}
    for procedure in office(name).procedures:
        names = set(of(name).of(procedure))
        assert always < names
        assert len(names & {"approved", "addendum"}) == 1


def test_a_step_of_its_own_is_read() -> None:
    assert read_mail(STEP.encode(), "mail.yaml", office("vsa"), rules()).steps["hello"].cc == ()


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ("about: [protocol]", "about: [protocl]", "DG-O123", 5),
        ("about: [protocol]", "about: []", "DG-O105", 5),
        ("about: [protocol]", "procedures: [aggregated]\n    about: [protocol]", "DG-O122", 5),
        ("applicant.dpo.email", "applicant.dpo.name", "DG-M102", 6),
        ("applicant.dpo.email", "applicant.dpo.mail", "DG-O111", 6),
        ("to: [", "too: [", "DG-O103", 6),
        ("about:", "until: [{signed: protocol.nobody}]\n    about:", "DG-O122", 5),
        ("about:", "gates: [{needs: [{built: protocol}], rule: D-99}]\n    about:", "DG-O122", 5),
        ("about:", "enclosures: [{kind: security_declaration, form: public}]\n    about:", "DG-M101", 5),
        ("about:", "enclosures: [{kind: protocol, form: word}]\n    about:", "DG-O110", 5),
    ],
)
def test_a_mistake_is_refused_at_its_line(old: str, new: str, code: str, line: int) -> None:
    assert STEP.count(old) == 1
    found = refusals(STEP.replace(old, new))
    assert (code, line) in found or (code.replace("O122", "O123"), line) in found
