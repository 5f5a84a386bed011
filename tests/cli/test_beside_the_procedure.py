"""Documents that only some cases need: power of attorney, declaration of a researcher, note with remarks."""

from __future__ import annotations

import shutil
from pathlib import Path

import pypdfium2
import pytest
from tests.cli.conftest import ROOT, World, new_world

from docgen.errors import ExitCode
from docgen.pdf.inspect import page_count

CASE = "VSA-2026-003"
RETURNED = "STATBEL-2026-004"


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = new_world(tmp_path)
    for case in (CASE, RETURNED):
        shutil.copy(ROOT / "cases" / f"{case}.yaml", made.folder / "cases")
    return made


def marks(pdf: Path) -> str:
    """The words of the pages with their signature marks, as a viewer shows them."""
    document = pypdfium2.PdfDocument(pdf.read_bytes())
    document.init_forms()
    pages = list(document)
    for page in pages:
        page.flatten()
    return " ".join("".join(document[number].get_textpage().get_text_range() for number in range(len(pages))).split())


def test_the_office_signs_after_the_power_of_attorney_is_signed_by_who_gives_it(
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795474800")  # midnight in Brussels
    assert world.do("build", CASE) == ExitCode.DONE
    for kind in ("application", "security_declaration", "protocol"):
        assert world.do("sign", CASE, kind, "--slot", "applicant", "--demo") == ExitCode.DONE
    assert "Dagmar Directeur" in capsys.readouterr().out
    mark = marks(world.folder / "cases" / CASE / "signed" / "protocol.nl.pdf")
    for words in (
        "Dagmar Directeur",
        "gevolmachtigde",
        "namens Anneleen Administrateur",
        "2026-11-24",
    ):
        assert words in mark
    assert world.do("sign", CASE, "protocol", "--slot", "chief_statistician", "--demo") == ExitCode.RULE_REFUSES
    refusal = " ".join(capsys.readouterr().err.split())
    assert "D-26" in refusal and "all signatures on “proof of power of attorney”" in refusal
    assert world.do("sign", CASE, "delegation_proof", "--slot", "delegator", "--demo") == ExitCode.DONE
    assert "Anneleen Administrateur" in capsys.readouterr().out
    assert world.do("sign", CASE, "protocol", "--slot", "chief_statistician", "--demo") == ExitCode.DONE
    assert world.do("sign", CASE, "researcher_declaration", "--slot", "researcher", "--demo") == ExitCode.DONE
    assert world.do("publish", CASE, "--demo") == ExitCode.DONE
    assert [path.name for path in (world.folder / "out" / CASE / "public").glob("*.pdf")] == ["protocol.nl.pdf"]


def test_a_case_without_them_asks_for_none(world: World) -> None:
    text = (ROOT / "cases" / f"{CASE}.yaml").read_text("utf-8").splitlines(keepends=True)
    own = [line for line in text if not line.startswith(("  delegation_proof:", "  researcher_declaration:"))]
    case = world.folder / "cases" / f"{CASE}.yaml"
    case.write_text("".join(own).replace("  scope: ", "  proof: volmacht.pdf\n  scope: "), "utf-8")
    assert world.do("build", CASE) == ExitCode.DONE
    made = {path.name for path in (world.folder / "out" / CASE / "pdf").iterdir()}
    assert made == {f"{kind}.nl.pdf" for kind in ("application", "security_declaration", "dpo_advice", "protocol")}


def test_a_note_is_made_as_long_as_a_remark_is_open(world: World) -> None:
    note = world.folder / "out" / RETURNED / "pdf" / "review_note.nl.pdf"
    case = world.folder / "cases" / f"{RETURNED}.yaml"
    assert world.do("build", RETURNED, "--kind", "review_note") == ExitCode.DONE
    assert page_count(note.read_bytes()) == 1
    assert b"/AcroForm" not in note.read_bytes()
    assert "resolved: false" in case.read_text("utf-8")
    case.write_text(case.read_text("utf-8").replace("resolved: false", "resolved: true"), "utf-8")
    assert world.do("build", RETURNED, "--kind", "review_note") != ExitCode.DONE
