"""What scripts and people rely on: commands, their help, their exit codes, and what the pages say of them."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest
from tests.cli.conftest import CASE, ROOT, World, new_world

from docgen.cli.main import COMMANDS, docgen, run
from docgen.errors import BatchIncomplete, DocgenError, ExitCode


def test_exit_codes_are_distinct_and_documented() -> None:
    values = [code.value for code in ExitCode]
    assert len(values) == len(set(values))
    page = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    documented = {int(number) for number in re.findall(r"^\| (\d+) \|", page, re.MULTILINE)}
    assert documented == set(values)


def test_every_error_class_has_its_own_exit_code() -> None:
    def subclasses(of: type[DocgenError]) -> list[type[DocgenError]]:
        return [found for one in of.__subclasses__() for found in (one, *subclasses(one))]

    codes = {one.exit_code for one in subclasses(DocgenError)}
    assert ExitCode.BUG not in codes
    assert BatchIncomplete.exit_code == ExitCode.BATCH_INCOMPLETE


@pytest.mark.parametrize("name", list(COMMANDS))
def test_every_command_has_help_with_an_example(name: str) -> None:
    context = docgen.make_context("docgen", [name, "--help"], resilient_parsing=True)
    command = docgen.get_command(context, name)
    assert command is not None
    assert command.help and len(command.help.split()) > 5
    assert command.epilog and command.epilog.startswith(f"Example: docgen {name}")
    single = [command]
    if isinstance(command, click.Group):
        single = [found for each in command.list_commands(context) if (found := command.get_command(context, each))]
    for one in single:
        assert any(option.name == "format_" for option in one.params), one.name


def test_help_does_not_wait_for_the_signing_library() -> None:
    code = "import sys, docgen.cli.main as m; m.run(['--help']); print(sorted(k for k in sys.modules if '.' not in k))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    for heavy in ("'pyhanko'", "'pikepdf'", "'pydantic'", "'docxtpl'"):
        assert heavy not in loaded


def test_readme_begins_with_the_two_commands() -> None:
    first_screen = (ROOT / "README.md").read_text("utf-8").splitlines()[:24]
    assert any(line.startswith("make demo") for line in first_screen)
    assert any(line.startswith("make test") for line in first_screen)


@pytest.mark.parametrize(
    "arguments",
    [["nonsense"], ["build", "--nonsense"], ["sign", "X"], ["build", "NO-SUCH-CASE"], ["explain", "DG-NOTHING"]],
)
def test_wrong_use_is_exit_2(arguments: list[str], tmp_path: Path) -> None:
    world = new_world(tmp_path)
    extra = world.roots if arguments[0] in COMMANDS else []
    assert run([arguments[0], *extra, *arguments[1:]]) == ExitCode.WRONG_USE


def test_a_folder_without_templates_is_said_plainly(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert World(tmp_path).do("check") == ExitCode.WRONG_USE
    assert str(tmp_path / "templates") in capsys.readouterr().err


def test_errors_are_json_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    world = new_world(tmp_path)
    assert world.do("build", "NO-SUCH-CASE", "--format", "json") == ExitCode.WRONG_USE
    told = json.loads(capsys.readouterr().out)
    assert told["schema"] == 1
    assert told["exit_code"] == 2
    assert told["findings"][0]["code"] == "DG-X105"


def test_a_case_file_that_cannot_be_read_is_told_and_the_others_go_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    world = new_world(tmp_path)
    shutil.copy(ROOT / "cases" / f"{CASE}.yaml", world.case_file)
    (world.folder / "cases" / "VSA-2026-009.yaml").symlink_to("nowhere")
    (world.folder / "cases" / "VSA-2026-010.yaml").mkdir()
    assert world.do("check", "--format", "json", "--jobs", "1") == ExitCode.CASE_INVALID
    told = [one for one in json.loads(capsys.readouterr().out)["findings"] if one["severity"] == "error"]
    assert [(one["code"], Path(one["file"]).name) for one in told] == [
        ("DG-D111", "VSA-2026-009.yaml"),
        ("DG-D111", "VSA-2026-010.yaml"),
    ]
    assert world.do("stats", "--format", "json") == ExitCode.BATCH_INCOMPLETE
    assert json.loads(capsys.readouterr().out)["unusable"] == ["VSA-2026-009", "VSA-2026-010"]


@pytest.mark.soffice
def test_a_case_that_needs_no_document_yet_is_built_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = new_world(tmp_path)
    for case in (CASE, "VSA-2026-002"):
        shutil.copy(ROOT / "cases" / f"{case}.yaml", tmp_path / "cases")
    monkeypatch.setattr("docgen.pipeline.build.plan", lambda *_: ())
    assert [world.do("build") for _ in range(2)] == [ExitCode.DONE] * 2


def test_sarif_names_the_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    world = new_world(tmp_path)
    (world.folder / "cases" / "VSA-2026-009.yaml").write_text("schema: 1\nid: VSA-2026-009\nofice: vsa\n", "utf-8")
    assert world.do("check", "--format", "sarif") == ExitCode.CASE_INVALID
    results = json.loads(capsys.readouterr().out)["runs"][0]["results"]
    regions = [result["locations"][0]["physicalLocation"]["region"] for result in results]
    assert {"startLine": 3, "startColumn": 1} in regions


def test_settings_come_from_options_environment_and_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    world = new_world(tmp_path)
    monkeypatch.chdir(tmp_path)
    for variable in ("DOCGEN_LANG", "DOCGEN_CASES", "DOCGEN_OUT", "DOCGEN_TEMPLATES", "DOCGEN_CONFIG"):
        monkeypatch.delenv(variable, raising=False)
    (tmp_path / "docgen.toml").write_text('lang = "fr"\n', "utf-8")
    assert run(["build", "X-1"]) == ExitCode.WRONG_USE
    assert "Il n’y a pas de dossier" in capsys.readouterr().err
    monkeypatch.setenv("DOCGEN_LANG", "nl")
    assert run(["build", "X-1"]) == ExitCode.WRONG_USE
    assert "Er is geen dossier" in capsys.readouterr().err
    assert run(["build", "X-1", "--lang", "en"]) == ExitCode.WRONG_USE
    assert "There is no case" in capsys.readouterr().err
    assert world.folder == tmp_path


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ('langg = "fr"', "“langg”"),
        ("lang =", "geen geldige TOML"),
        ('lang = "de"', "“lang” de"),
        ("demo_pki = 5", "“demo_pki” 5"),
        ("templates = 5", "“templates” 5"),
        ("site_url = 5", "“site_url” 5"),
        ('trust = "root.pem"', "“trust” root.pem"),
        ("trust = [5]", "“trust” [5]"),
        ("cache_megabytes = true", "“cache_megabytes” True"),
    ],
)
def test_settings_that_cannot_be_are_told_in_words(
    written: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    new_world(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DOCGEN_LANG", "nl")
    if written.startswith("lang = "):
        monkeypatch.delenv("DOCGEN_LANG")
        monkeypatch.setenv("LC_ALL", "nl_BE.UTF-8")
    (tmp_path / "docgen.toml").write_text(f"{written}\n", "utf-8")
    assert run(["stats"]) == ExitCode.WRONG_USE
    assert said in capsys.readouterr().err


def test_new_case_checks_without_form_errors(tmp_path: Path) -> None:
    world = new_world(tmp_path)
    for office, procedure in (("vsa", "new"), ("vsa", "simplified"), ("statbel", "new"), ("statbel", "extension")):
        assert world.do("new", office, procedure) == ExitCode.DONE
    made = sorted(file.name for file in (world.folder / "cases").iterdir())
    assert len(made) == 4
    assert world.do("new", "vsa", "new", "--id", made[-1].removesuffix(".yaml")) == ExitCode.WRONG_USE


def test_a_national_number_is_never_repeated(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    world = new_world(tmp_path)
    number = "85.07.30-033.28"
    text = (ROOT / "cases" / "VSA-2026-001.yaml").read_text("utf-8") + f"\n# nummer {number}\n"
    (world.folder / "cases" / "VSA-2026-001.yaml").write_text(text, "utf-8")
    for form in ("text", "json", "sarif"):
        assert world.do("check", "VSA-2026-001", "--format", form) == ExitCode.CASE_INVALID
        told = capsys.readouterr()
        assert "D-33" in told.out
        assert number not in told.out + told.err
        assert re.sub(r"\D", "", number) not in told.out + told.err


def test_doctor_finds_what_this_machine_has(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    world = new_world(tmp_path)
    assert world.do("doctor", "--format", "json") == ExitCode.DONE
    found = {check["name"]: check["found"] for check in json.loads(capsys.readouterr().out)["checks"]}
    assert found["LibreOffice"].startswith("LibreOffice")
    assert found["templates"] == "statbel, vsa"


@pytest.mark.parametrize("raised", ["KeyboardInterrupt", "BrokenPipeError"])
def test_an_interruption_that_nobody_reads_stays_one(raised: str) -> None:
    code = (
        "import os, sys; from docgen.cli import main\n"
        "def ended(**_): raise " + raised + "\n"
        "main.docgen.invoke = lambda _: ended()\n"
        "os.close(0); reading, writing = os.pipe(); os.dup2(writing, 2); os.close(reading)\n"
        "sys.exit(main.run(['status']))"
    )
    ended = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, check=False)
    assert ended.returncode == (ExitCode.INTERRUPTED if raised == "KeyboardInterrupt" else ExitCode.DONE)
