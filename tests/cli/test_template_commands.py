"""`docgen template …`: the tools as legal staff use them, on copies of the real templates."""

from __future__ import annotations

import io
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import docx
import pypdf
import pytest
import yaml
from jinja2 import Environment

from docgen.cli.main import run
from docgen.errors import ExitCode

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the real templates and cases, which a test may spoil."""
    for name in ("templates", "cases"):
        shutil.copytree(ROOT / name, tmp_path / name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DOCGEN_LANG", "nl")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767225600")
    return tmp_path


def spoiled(folder: Path) -> Path:
    """The protocol with an unknown field in its first paragraph."""
    path = folder / "templates/vsa/nl/protocol.docx"
    document = docx.Document(str(path))
    document.paragraphs[1].add_run(" {{ applicant.nam }}")
    document.save(str(path))
    return path


def test_lint_names_the_place_and_ends_with_4(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = spoiled(workspace)
    assert run(["template", "lint", "templates/vsa/nl/protocol.docx"]) == 4
    said = capsys.readouterr().out
    assert "templates/vsa/nl/protocol.docx: tekst, alinea 2" in said
    assert "DG-T201" in said
    assert "“applicant.name”" in said
    assert run(["template", "lint", str(path), "--fail-on", "never"]) == 0


def test_a_file_that_cannot_be_read_is_a_finding_among_the_others(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spoiled(workspace)
    (workspace / "templates/statbel/fr/contract.docx").write_bytes(b"no Word file")
    assert run(["template", "lint", "--format", "json"]) == 4
    findings = json.loads(capsys.readouterr().out)["findings"]
    told = {(one["code"], Path(one["file"]).parts[-3:]) for one in findings}
    assert told == {("DG-T201", ("vsa", "nl", "protocol.docx")), ("DG-W100", ("statbel", "fr", "contract.docx"))}
    assert run(["template", "lint", "--lang", "fr"]) == 4
    assert "contract.docx" in capsys.readouterr().out


def test_lint_speaks_json_and_sarif(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spoiled(workspace)
    run(["template", "lint", "templates/vsa/nl/protocol.docx", "--format", "json"])
    (finding,) = json.loads(capsys.readouterr().out)["findings"]
    assert (finding["code"], finding["path"]) == ("DG-T201", "body, paragraph 2")
    run(["template", "lint", "templates/vsa/nl/protocol.docx", "--format", "sarif"])
    (result,) = json.loads(capsys.readouterr().out)["runs"][0]["results"]
    assert result["ruleId"] == "DG-T201"
    (place,) = result["locations"]
    (logical,) = place["logicalLocations"]
    assert (logical["fullyQualifiedName"], logical["name"]) == ("body/paragraph 2", "paragraph 2")
    assert "Protocol" in place["message"]["text"]


def test_lint_writes_its_findings_as_comments_into_a_copy(workspace: Path) -> None:
    path = spoiled(workspace)
    before = path.read_bytes()
    run(["template", "lint", str(path), "--annotate", "copy.docx", "-q"])
    (comment,) = docx.Document("copy.docx").comments
    assert "applicant.name" in comment.text
    assert path.read_bytes() == before


def test_fields_give_tags_that_can_be_pasted(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["template", "fields", "protocol", "--office", "vsa", "--format", "json", "-o", "fields.docx"]) == 0
    fields = {one["path"]: one for one in json.loads(capsys.readouterr().out)["fields"]}
    assert fields["applicant.kind"]["tag"] == "{{ applicant.kind|label('applicant.kind') }}"
    assert fields["datasets"]["tag"] == "{%p for dataset in datasets %} … {%p endfor %}"
    assert fields["datasets.variables.name"]["tag"] == "{{ variable.name }}"
    assert fields["purpose.description"]["required"]
    assert fields["signatory.chief_statistician.name"]["tag"] == "{{ signatory.chief_statistician.name }}"
    assert fields["documents.*.number"]["tag"] == "{{ documents.protocol.number }}"
    chief = fields["office.roles.chief_statistician.name"]
    assert (chief["name"], chief["meaning"], chief["example"]) == (
        "Naam", "gegeven van het bureau: Hoofdstatisticus", "Hanne Hoofdcijfer"
    )  # fmt: skip
    assert "verwerkingsverantwoordelijke" in fields["signatory.applicant.name"]["meaning"]
    assert fields["document.number"]["example"] == "VSA/2026/001"
    assert "office.roles.controller.name" not in fields
    assert len(docx.Document("fields.docx").tables[0].rows) == len(fields) + 1


@pytest.mark.parametrize(
    ("office", "kind", "lang"),
    [("vsa", "addendum", "nl"), ("statbel", "contract", "fr"), ("statbel", "review_note", "nl")],
)
def test_every_tag_of_the_catalogue_is_whole_and_can_be_pasted(
    workspace: Path, office: str, kind: str, lang: str, capsys: pytest.CaptureFixture[str]
) -> None:
    which = ["template", "fields", kind, "--office", office, "--lang", lang]
    assert run(which) == 0
    table = capsys.readouterr().out
    assert run([*which, "--format", "json"]) == 0
    for one in json.loads(capsys.readouterr().out)["fields"]:
        assert one["name"] and one["meaning"]
        assert f" {one['tag']} " in table
        Environment(autoescape=True).parse(one["tag"].replace("{%p", "{%"))


@pytest.mark.parametrize(
    ("office", "kind"), [("vsa", "protocol"), ("statbel", "contract_amendment"), ("vsa", "addendum")]
)
def test_a_start_has_every_required_field_and_no_finding(
    workspace: Path, office: str, kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    place = workspace / "templates" / office / "nl" / f"{kind}.docx"
    place.unlink()
    assert run(["template", "new", kind, "--office", office, "--lang", "nl", "-q"]) == 0
    assert run(["template", "new", kind, "--office", office, "--lang", "nl", "-q"]) == 2
    capsys.readouterr()
    run(["template", "lint", str(place), "--format", "json"])
    codes = {one["code"] for one in json.loads(capsys.readouterr().out)["findings"]}
    # The text of the contract, and what its twin says beyond the required fields, are for a person to write.
    assert codes <= {"DG-T601", "DG-T210"}
    starts = [one for one in docx.Document(str(place)).paragraphs if one.text.startswith("{%p for ")]
    after = [docx.text.paragraph.Paragraph(one._p.getnext(), one._parent) for one in starts]
    assert {one.style.style_id for one in after} <= {"Caption"}, "Word makes one table of tables that touch"
    rows = [row.cells[0].text for row in docx.Document(str(place)).tables[0].rows]
    labels = [label for label in rows if not label.startswith("{%tr")]
    assert len(set(labels)) == len(labels), "each row says whose name or address it is"


def test_diff_shows_the_change_the_redline_and_the_cases_it_reaches(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copy("templates/vsa/nl/protocol.docx", "old.docx")
    spoiled(workspace)
    assert (
        run(["template", "diff", "old.docx", "templates/vsa/nl/protocol.docx", "-o", "r.docx", "--format", "json"]) == 0
    )
    told = json.loads(capsys.readouterr().out)
    assert any("applicant.nam }}" in line and line.startswith("+") for line in told["changed"])
    assert "VSA-2026-001" in told["cases"]
    assert b"w:ins" in _main(Path("r.docx"))
    assert run(["template", "diff", "old.docx", "old.docx"]) == 0
    assert "dezelfde" in capsys.readouterr().out


def _main(path: Path) -> bytes:
    return docx.Document(io.BytesIO(path.read_bytes())).element.xml.encode()


@pytest.mark.soffice
def test_preview_makes_pdf_and_pictures(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (workspace / "templates/vsa/nl/addendum.docx").unlink()
    run(["template", "new", "addendum", "--office", "vsa", "-q"])
    capsys.readouterr()
    assert run(["template", "preview", "addendum", "--office", "vsa", "-o", "look", "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert Path("look/addendum.pdf").read_bytes().startswith(b"%PDF")
    assert told["pages"] == len(told["pictures"]) == len(list(Path("look").glob("addendum-*.png"))) > 0


@pytest.mark.parametrize("office", ["vsa", "statbel"])
def test_preview_takes_a_case_that_has_what_the_kind_requires(office: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["template", "preview", "delegation_proof", "--office", office, "-o", "look", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["case"] == "VSA-2026-003"


def test_watching_makes_new_pages_at_each_save_and_waits_out_a_mistake(workspace: Path) -> None:
    path, pdf = workspace / "templates/vsa/nl/review_note.docx", workspace / "look/review_note.pdf"
    words = ["template", "preview", "review_note", "--office", "vsa", "-o", "look", "--watch"]
    program = [sys.executable, "-c", "import sys; from docgen.cli.main import run; sys.exit(run(sys.argv[1:]))", *words]
    with subprocess.Popen(program, stderr=subprocess.PIPE, text=True, start_new_session=True) as watching:
        try:
            assert watching.stderr is not None
            assert str(path.relative_to(workspace)) in watching.stderr.readline()
            assert "1 pagina('s)" in watching.stderr.readline()
            assert pypdf.PdfReader(pdf).pages[0].extract_text().count("Een nieuwe zin") == 0
            add_paragraph(path, "Een nieuwe zin voor {{ aplicant.name }}.")
            told = watching.stderr.readline()
            assert "aplicant" in told and "(tekst, alinea " in told and "body" not in told, "where, in Dutch"
            path.write_bytes(b"PK\x03\x04 half of what Word is writing")
            while "DG-W100" not in watching.stderr.readline():
                pass
            add_paragraph(path, "Een nieuwe zin voor {{ applicant.name }}.", base=ROOT / path.relative_to(workspace))
            while "pagina" not in watching.stderr.readline():
                pass
            assert "Een nieuwe zin voor Voorbeelduniversiteit" in pypdf.PdfReader(pdf).pages[0].extract_text()
            assert (workspace / "look/review_note-1.png").is_file()
        finally:
            os.killpg(watching.pid, signal.SIGINT)
        assert "interrupted" in watching.stderr.read()
    assert watching.returncode == ExitCode.INTERRUPTED


def add_paragraph(path: Path, text: str, *, base: Path | None = None) -> None:
    """What Word does when it saves: a new file in the place of the old one; made of another file when one is given."""
    document = docx.Document(str(base or path))
    document.add_paragraph(text, style=document.paragraphs[-1].style)
    document.save(str(path.with_suffix(".tmp")))
    path.with_suffix(".tmp").replace(path)


def test_unknown_kinds_and_offices_are_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["template", "fields", "protocl"]) == 2
    assert "protocol" in capsys.readouterr().err
    assert run(["template", "fields", "application"]) == 2
    assert "statbel" in capsys.readouterr().err


@pytest.mark.parametrize("clause", ["purpose", "dissemination", "output"])
@pytest.mark.parametrize("contract", ["vsa/nl/protocol", "statbel/nl/contract", "statbel/fr/contract"])
def test_d_19_a_contract_without_a_compulsory_clause_is_found(
    workspace: Path, contract: str, clause: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = workspace / "templates" / f"{contract}.docx"
    lang = contract.split("/")[1]
    words = yaml.safe_load((workspace / "templates/wording/parts/lint.yaml").read_text("utf-8"))
    signs = [sign.strip() for sign in words[f"lint.clause.{clause}"][lang].split(";")]

    def missing() -> set[str]:
        run(["template", "lint", str(path), "--format", "json"])
        findings = json.loads(capsys.readouterr().out)["findings"]
        return {one["parameters"]["clause"] for one in findings if one["code"] == "DG-T601"}

    assert missing() == set()
    document = docx.Document(str(path))
    cells = [cell for table in document.tables for row in table.rows for cell in row.cells]
    for paragraph in [*document.paragraphs, *(one for cell in cells for one in cell.paragraphs)]:
        if any(sign in " ".join(paragraph.text.casefold().split()) for sign in signs):
            for piece in paragraph.runs:
                piece.text = ""
    document.save(str(path))
    assert clause in missing()
