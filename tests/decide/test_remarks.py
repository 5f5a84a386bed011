"""What templates and comments say of a case: open remarks, and findings without the paths of the case file."""

from __future__ import annotations

from datetime import date

import pytest
from tests.decide.small_cases import made, office, wording

from docgen.case.model import Remark
from docgen.decide.remarks import in_words, open_remarks, without_paths
from docgen.findings import Finding, Place, Severity


def test_only_what_is_not_resolved_is_still_asked() -> None:
    case = made("vsa new").case.model_copy(
        update={
            "review": (
                Remark(date=date(2026, 11, 2), document="protocol", field="purpose.kinds", comment="Waarom?"),
                Remark(date=date(2026, 11, 3), comment="Alles ontbreekt."),
                Remark(date=date(2026, 11, 1), comment="Gedaan.", resolved=True),
            )
        }
    )
    first, second = open_remarks(case, office("vsa"), "nl", wording())
    assert first["comment"] == "Waarom?" and str(first["document"]).startswith("Protocol")
    assert first["field"] == wording().field("purpose.kinds", "nl") != "kinds"
    assert (second["document"], second["field"], second["date"]) == (None, None, date(2026, 11, 3))


@pytest.mark.parametrize(("lang", "quoted"), [("nl", "“{}”"), ("fr", "«\u00a0{}\u00a0»"), ("en", "“{}”")])
def test_an_applicant_reads_names_of_fields_and_no_paths(lang: str, quoted: str) -> None:
    finding = Finding("D-06", Severity.WARNING, Place("case.yaml", path="purpose.publication_plan"))
    (row,) = in_words([finding], lang, wording())
    assert row["field"] == wording().field("purpose.publication_plan", lang)
    assert "purpose." in wording().say("D-06", lang).remedy
    assert "purpose." not in str(row["remedy"]) and quoted.format(row["field"]) in str(row["remedy"])


@pytest.mark.parametrize("text", ["", "www.voorbeeld.be is geen veld.", "Zie art. 5.1.b", "applicant alleen"])
def test_what_is_no_field_stays(text: str) -> None:
    assert without_paths(text, "nl", wording()) == text
