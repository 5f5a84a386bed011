"""The sample cases are what the offices would accept: no finding, a plan, and a stage."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_cases import ROOT, TODAY, office, rules

from docgen.case.load import LocatedCase, load
from docgen.decide.facts import Dossier
from docgen.decide.plan import plan
from docgen.decide.rules import judge
from docgen.decide.stage import stage

SAMPLES = sorted((ROOT / "cases").glob("*.yaml"))


def read(file: Path) -> LocatedCase:
    def find_base(id: str) -> tuple[bytes, str] | None:
        base = ROOT / "cases" / f"{id}.yaml"
        return (base.read_bytes(), base.name) if base.exists() else None

    return load(file.read_bytes(), file.name, find_base).require()


@pytest.mark.parametrize("file", SAMPLES, ids=lambda file: file.stem)
def test_a_sample_case_passes_and_stands_somewhere(file: Path) -> None:
    case = read(file)
    own = office(case.case.office)
    assert [(f.code, str(f.place)) for f in judge(case, own, rules(), Dossier(), TODAY)] == []
    assert any(document.open for document in plan(case, own, Dossier()))
    assert stage(case, own, Dossier(), TODAY).current is not None


def test_there_is_a_sample_of_every_procedure() -> None:
    used = {(case.office, case.procedure) for case in (read(file).case for file in SAMPLES)}
    assert used >= {(name, procedure) for name in ("vsa", "statbel") for procedure in office(name).procedures}
