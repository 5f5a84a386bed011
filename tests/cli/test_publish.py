"""`docgen publish` night after night: what is shown, what is taken off, and what whoever watches gets to know."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import CASE, World

from docgen.cli import publish as publish_command
from docgen.dossier.site_folder import held
from docgen.errors import ExitCode
from docgen.pdf.inspect import facts
from docgen.pipeline import release
from docgen.pipeline.guarded import here
from docgen.publishing.audit import unfinished
from pdf.test_verapdf import FAIL, PASS, installed

pytestmark = [pytest.mark.soffice, pytest.mark.xdist_group("road")]

PDF = f"{CASE}.protocol.nl.pdf"
FACTS = "  protocol: {number: VSA/2026/001, date: 2026-07-10"
REASON = "De overeenkomst bevatte een verkeerde bijlage."
LATER = 1_830_000_000
"""A moment in 2027."""


def files_of(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def site(world: World) -> Path:
    return world.folder / "out" / "site"


def line(world: World) -> dict[str, Any] | None:
    rows = json.loads((site(world) / "register.json").read_text("utf-8"))["entries"]
    return next((row for row in rows if row["id"] == f"{CASE}/protocol.nl"), None)


def events(world: World) -> list[str]:
    journal = (world.folder / "cases" / CASE / "journal.jsonl").read_text("utf-8").splitlines()
    return [entry["event"] for entry in map(json.loads, journal) if entry["document"] == "protocol.nl"][3:]


def edit(world: World, old: str, new: str) -> None:
    text = world.case_file.read_text("utf-8")
    assert text.count(old) == 1, old
    world.case_file.write_text(text.replace(old, new), "utf-8")


def forget_outputs(world: World) -> None:
    """What can be made again is gone; the keys of the demo stay."""
    shutil.rmtree(site(world))
    shutil.rmtree(world.folder / "out" / CASE)


def test_a_copy_has_its_audit_page_and_both_versions_lie_ready(whole: World) -> None:
    out = whole.folder / "out" / CASE
    page = (out / "public" / "protocol.nl.audit.html").read_text("utf-8")
    report = json.loads((out / "public" / "protocol.nl.audit.json").read_text("utf-8"))
    assert report["digest"] in page
    assert '<html lang="nl">' in page
    assert (out / "applicant" / "protocol.nl.signed.pdf").read_bytes() == (
        whole.signed / "protocol.nl.pdf"
    ).read_bytes()
    public = (out / "public" / "protocol.nl.pdf").read_bytes()
    kind, _, project = facts(public).title.partition(" VSA/2026/001 – ")
    assert kind == "Protocol voor de elektronische mededeling van individuele gegevens van de VSA"
    assert f'\ntitle: "{project}"\n' in whole.case_file.read_text("utf-8")
    assert (out / "applicant" / "protocol.nl.public.pdf").read_bytes() == public == (site(whole) / PDF).read_bytes()


def test_withdrawn_and_published_again(
    whole: World, printed: Callable[[], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    published = line(whole)
    assert published is not None
    edit(whole, FACTS, f'{FACTS}, withdrawn: 2026-11-20, withdrawn_reason: "{REASON}"')
    assert whole.do("publish", "--demo", "--format", "json") == ExitCode.DONE
    assert [(one["state"], one["news"]) for one in printed()["documents"]] == [("withdrawn", True)]
    gone = line(whole)
    assert gone is not None
    assert (gone["withdrawn_on"], gone["withdrawn_reason"], gone["file"]) == ("2026-11-20", REASON, None)
    assert all(gone[name] == published[name] for name in ("published_on", "signed_on", "sha256", "original_sha256"))
    assert not list(whole.folder.glob(f"out/**/*{CASE}*.pdf"))
    assert not list((whole.folder / "out" / CASE / "public").glob("*.pdf"))
    assert not list((whole.folder / "out" / CASE / "applicant").iterdir())
    assert REASON in (site(whole) / f"{CASE}.html").read_text("utf-8")
    assert events(whole)[-2:] == ["published", "withdrawn"]

    before = files_of(whole.folder)
    assert whole.do("publish", "--demo", "--format", "json") == ExitCode.DONE
    assert printed()["site_changed"] is False
    assert files_of(whole.folder) == before

    edit(whole, f', withdrawn: 2026-11-20, withdrawn_reason: "{REASON}"', "")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(LATER))
    assert whole.do("publish", "--demo") == ExitCode.DONE
    again = line(whole)
    assert again is not None
    assert (again["withdrawn_on"], again["republished_on"]) == ("", "2027-12-28")
    assert again["published_on"] == published["published_on"]
    assert (site(whole) / PDF).is_file()
    assert events(whole)[-3:] == ["published", "withdrawn", "published"]


def test_a_withdrawn_request_takes_its_documents_along(whole: World) -> None:
    text = whole.case_file.read_text("utf-8")
    assert "\ndates:\n" in text
    text = text.replace("\ndates:\n", f'\nwithdrawal: {{reason: "{REASON}"}}\ndates:\n  withdrawn: 2026-11-21\n')
    whole.case_file.write_text(text, "utf-8")
    assert whole.do("publish", "--demo") == ExitCode.DONE
    gone = line(whole)
    assert gone is not None
    assert (gone["withdrawn_on"], gone["withdrawn_reason"]) == ("2026-11-21", REASON)
    assert not (site(whole) / PDF).exists()


def test_made_anew_it_is_the_same_publication(whole: World, monkeypatch: pytest.MonkeyPatch) -> None:
    before, journal = files_of(site(whole)), events(whole)
    forget_outputs(whole)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(LATER))
    assert whole.do("publish", "--demo") == ExitCode.DONE
    assert files_of(site(whole)) == before
    assert events(whole) == journal


def test_a_dry_run_tells_and_writes_nothing(whole: World, printed: Callable[[], Any], tmp_path: Path) -> None:
    forget_outputs(whole)
    before = files_of(whole.folder)
    metrics = tmp_path / "docgen.prom"
    arguments = ["--demo", "--dry-run", "--format", "json", "--metrics", str(metrics)]
    assert whole.do("publish", *arguments) == ExitCode.DONE
    told = printed()
    assert [one["state"] for one in told["documents"]] == ["published"]
    assert {PDF, "index.html"} <= set(told["changes"]["added"])
    assert told["dry_run"] is True
    assert files_of(whole.folder) == before
    assert not metrics.exists()
    assert not (whole.folder / "out" / CASE).exists()


def test_signatures_that_no_longer_hold_are_told_and_the_unchanged_copy_stays(
    whole: World, printed: Callable[[], Any]
) -> None:
    """Without the anchors: as when a certificate has run out, or a settings file was lost overnight."""
    before = files_of(site(whole))
    assert whole.do("publish", "--format", "json") == ExitCode.VALIDATION_FAILED
    assert [one["state"] for one in printed()["documents"]] == ["kept"]
    assert files_of(site(whole)) == before


def test_a_changed_original_takes_the_copy_off(whole: World) -> None:
    signed = whole.signed / "protocol.nl.pdf"
    content = bytearray(signed.read_bytes())
    content[len(content) // 3] ^= 1
    signed.write_bytes(content)
    for _ in range(2):  # every night until somebody looks
        assert whole.do("publish", "--demo") == ExitCode.VALIDATION_FAILED
        assert line(whole) is None
        assert not (site(whole) / PDF).exists()
        assert not (whole.folder / "out" / CASE / "public" / "protocol.nl.pdf").exists()
    assert events(whole)[-1] == "withdrawn"


def test_a_lost_original_takes_the_copy_off(whole: World, capsys: pytest.CaptureFixture[str]) -> None:
    (whole.signed / "protocol.nl.pdf").unlink()
    assert whole.do("publish", "--demo", "--lang", "nl") == ExitCode.PUBLICATION_REFUSED
    assert "DG-R120" in capsys.readouterr().out
    assert line(whole) is None


def test_a_spoilt_copy_or_report_is_made_anew(whole: World, printed: Callable[[], Any]) -> None:
    public = whole.folder / "out" / CASE / "public"
    good = (public / "protocol.nl.pdf").read_bytes()
    for name, content in (("protocol.nl.pdf", good + b"x"), ("protocol.nl.audit.json", b"{}")):
        (public / name).write_bytes(content)
        assert whole.do("publish", "--demo", "--format", "json") == ExitCode.DONE
        assert [(one["state"], one["news"]) for one in printed()["documents"]] == [("published", False)]
        assert (public / "protocol.nl.pdf").read_bytes() == good == (site(whole) / PDF).read_bytes()


def test_a_slip_in_a_case_file_does_not_empty_the_register(whole: World) -> None:
    before = files_of(site(whole))
    edit(whole, "\nretention:", "\nretensie:")
    assert whole.do("publish", "--demo") == ExitCode.CASE_INVALID
    assert files_of(site(whole)) == before


def test_a_broken_journal_is_told(whole: World) -> None:
    before = files_of(site(whole))
    journal = whole.folder / "cases" / CASE / "journal.jsonl"
    journal.write_bytes(journal.read_bytes().replace(b'"published"', b'"withdrawn"', 1))
    assert whole.do("publish", "--demo") == ExitCode.VALIDATION_FAILED
    assert files_of(site(whole)) == before


def test_a_value_the_office_hides_is_not_in_the_register_either(whole: World) -> None:
    edit(whole, '\ntitle: "', '\ntitle: "pia.proefberg@voorbeelduniversiteit.example en ')
    edit(
        whole,
        "\n  description: >-\n",
        "\n  description: >-\n    Vragen aan pia.proefberg@voorbeelduniversiteit.example of elders.\n",
    )
    assert whole.do("publish", "--demo") == ExitCode.DONE
    whole_site = b"".join(files_of(site(whole)).values())
    assert b"Vragen aan [niet openbaar]" in whole_site
    assert b"pia.proefberg" not in whole_site
    assert " – [niet openbaar] en " in facts((site(whole) / PDF).read_bytes()).title


def test_a_national_number_keeps_its_line_out_and_the_others_in(whole: World) -> None:
    edit(whole, FACTS, f'{FACTS}, withdrawn: 2026-11-20, withdrawn_reason: "van 85.07.30-033.28"')
    assert whole.do("publish", "--demo") != ExitCode.DONE
    assert (site(whole) / "index.html").is_file()
    assert not any(b"033.28" in content for content in files_of(site(whole)).values())


def test_a_leak_is_always_10(
    whole: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    forget_outputs(whole)
    monkeypatch.setattr(publish_command, "Apart", lambda deadline: here)
    monkeypatch.setattr(release, "audit", lambda content, **_: unfinished(content, source=None, reason="test"))
    metrics = tmp_path / "docgen.prom"
    assert whole.do("publish", "--demo", "--metrics", str(metrics)) == ExitCode.PUBLICATION_REFUSED
    assert "DG-L002" in capsys.readouterr().out
    assert not (site(whole) / PDF).exists()
    told = metrics.read_text()
    assert "\ndocgen_publish_leaks 1\n" in told
    assert "\ndocgen_publish_exit_code 10\n" in told


def test_a_document_that_takes_too_long_is_refused(whole: World, capsys: pytest.CaptureFixture[str]) -> None:
    forget_outputs(whole)
    assert whole.do("publish", "--demo", "--deadline", "0.2") == ExitCode.PUBLICATION_REFUSED
    assert "DG-R124" in capsys.readouterr().out
    assert line(whole) is None


@pytest.mark.parametrize(("report", "code"), [(PASS, ExitCode.DONE), (FAIL, 10), ("garbage", 10)])
def test_verapdf_has_a_say_where_it_is_installed(
    whole: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, report: str, code: int
) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    installed(tools, report)
    monkeypatch.setenv("PATH", f"{tools}{os.pathsep}{os.environ['PATH']}")
    forget_outputs(whole)
    assert whole.do("publish", "--demo") == code
    assert (site(whole) / PDF).exists() is (code == ExitCode.DONE)
    assert [call.split()[1] for call in (tools / "calls").read_text().splitlines()] == ["2b", "ua1"]


def test_a_second_run_at_the_same_time_is_refused(whole: World) -> None:
    with held(site(whole)):
        assert whole.do("publish", "--demo") == ExitCode.TOOL_FAILED
    assert whole.do("publish", "--demo") == ExitCode.DONE


def test_log_lines_are_json_without_personal_data(whole: World, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert whole.do("publish", "--demo") == ExitCode.DONE
    lines = [json.loads(words) for words in capsys.readouterr().err.splitlines()]
    assert [entry["event"] for entry in lines] == [
        "publish.began",
        "publish.document",
        "publish.site",
        "publish.ended",
    ]
    assert all({"at", "level", "event"} <= set(entry) for entry in lines)
    assert lines[1]["state"] == "up to date"
    assert lines[-1]["exit_code"] == 0
    assert whole.do("publish", "--demo", "--quiet") == ExitCode.DONE
    assert capsys.readouterr().err == ""
    edit(whole, "\nretention:", "\nretensie:")
    assert whole.do("publish", "--demo", "--quiet") == ExitCode.CASE_INVALID
    told = capsys.readouterr().err
    assert [json.loads(words)["level"] for words in told.splitlines()] == ["error", "error"]
    assert "Smith" not in told
    assert "retensie" not in told


def test_metrics_keep_the_last_success(whole: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def value(name: str) -> float:
        return next(float(row.split()[-1]) for row in metrics.read_text().splitlines() if row.startswith(f"{name} "))

    metrics = tmp_path / "metrics" / "docgen.prom"
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(LATER))
    assert whole.do("publish", "--demo", "--metrics", str(metrics)) == ExitCode.DONE
    success = value("docgen_publish_last_success_timestamp_seconds")
    assert abs(success - LATER) < 300
    assert value('docgen_publish_documents{state="up_to_date"}') == 1
    assert value("docgen_publish_register_entries") == 1
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(LATER + 86_400))
    edit(whole, "\nretention:", "\nretensie:")
    assert whole.do("publish", "--demo", "--metrics", str(metrics)) == ExitCode.CASE_INVALID
    assert value("docgen_publish_last_success_timestamp_seconds") == success
    assert value("docgen_publish_last_run_timestamp_seconds") > success + 86_000
    assert value("docgen_publish_failed_cases") == 1
    assert [file.name for file in metrics.parent.iterdir()] == ["docgen.prom"]
    for row in metrics.read_text().splitlines():
        assert row.startswith("# ") or len(row.split()) == 2


def test_an_interrupted_run_is_told_as_one(
    whole: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_given: object, **_named: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(publish_command, "publish", interrupted)
    metrics = tmp_path / "docgen.prom"
    words = ["--demo", "--log-format", "json", "--metrics", str(metrics)]
    assert whole.do("publish", *words) == ExitCode.INTERRUPTED
    ended = next(row for row in capsys.readouterr().err.splitlines() if '"publish.ended"' in row)
    assert json.loads(ended)["exit_code"] == ExitCode.INTERRUPTED
    assert "docgen_publish_exit_code 130\n" in metrics.read_text()


def test_the_site_says_where_it_stands(whole: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCGEN_SITE_URL", "https://register.example/dpo")
    assert whole.do("publish", "--demo") == ExitCode.DONE
    found = line(whole)
    assert found is not None
    assert found["file"] == f"https://register.example/dpo/{PDF}"
    assert (site(whole) / "sitemap.xml").is_file()
    monkeypatch.setenv("DOCGEN_SITE_URL", "register.example")
    assert whole.do("publish", "--demo") == ExitCode.WRONG_USE


def test_only_the_kind_that_was_asked_for(whole: World, printed: Callable[[], Any]) -> None:
    forget_outputs(whole)
    assert (
        whole.do("publish", CASE, "--kind", "dpo_advice", "--demo", "--format", "json") == ExitCode.PUBLICATION_REFUSED
    )
    assert not (whole.folder / "out" / CASE / "public").exists()


def test_a_folder_of_something_else_is_not_replaced(whole: World, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "letter.txt").write_bytes(b"dear")
    assert whole.do("publish", "--demo", "--site", str(home)) == ExitCode.WRONG_USE
    assert files_of(home) == {"letter.txt": b"dear"}
