"""Signed PDFs that come back to a case, honestly and otherwise."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from tests.cli.conftest import ACCENTS, CASE, World
from tests.signing import signing_attacks as attacks

from docgen.dossier import files
from docgen.errors import ExitCode, ToolFailed
from docgen.findings import Place

pytestmark = [pytest.mark.soffice, pytest.mark.xdist_group("road")]
PROTOCOL = "protocol.nl.pdf"


@pytest.fixture
def sent(half_signed: World) -> World:
    """Everything was sent out; nothing of the protocol has come back."""
    (half_signed.signed / PROTOCOL).rename(half_signed.folder / "returned.pdf")
    return half_signed


@pytest.fixture
def receive(sent: World, printed: Callable[[], Any]) -> Callable[..., Any]:
    """Receive a content; the exit code and what was told about the file."""

    def run(content: bytes, *more: str, expected: ExitCode = ExitCode.DONE) -> Any:
        file = sent.folder / "incoming.pdf"
        file.write_bytes(content)
        assert sent.do("receive", CASE, str(file), "--demo", "--format", "json", *more) == expected
        told = printed()
        return told["files"][0] if "files" in told else told

    return run


def codes(told: Any) -> set[str]:
    return {one["code"] for one in told["findings"]}


def events(world: World) -> list[tuple[str, str, str]]:
    lines = (world.folder / "cases" / CASE / "journal.jsonl").read_text("utf-8").splitlines()
    return [(line["event"], line["document"], line["slot"]) for line in map(json.loads, lines)]


def unsigned(world: World) -> bytes:
    return (world.folder / "out" / CASE / "pdf" / PROTOCOL).read_bytes()


def test_honest_file_becomes_the_original(sent: World, receive: Callable[..., Any]) -> None:
    content = (sent.folder / "returned.pdf").read_bytes()
    told = receive(content)
    assert (told["accepted"], told["slots"], told["document"]) == (True, ["applicant"], "protocol.nl")
    assert told["identity"]["exact"] is True
    assert (sent.signed / PROTOCOL).read_bytes() == content
    assert Path(told["kept"]).read_bytes() == content
    assert events(sent)[-1] == ("received", "protocol.nl", "applicant")
    assert sent.do("sign", CASE, "protocol", "--slot", "chief_statistician", "--demo") == ExitCode.DONE


@pytest.mark.parametrize(
    ("dates", "code"),
    [("start: 2020-01-01\n  end: 2099-12-31", ExitCode.DONE), ("end: 2021-12-31", ExitCode.VALIDATION_FAILED)],
)
def test_signed_by_delegation(
    dates: str, code: ExitCode, sent: World, receive: Callable[..., Any], capsys: pytest.CaptureFixture[str]
) -> None:
    """The person who signed holds no power of her own; what counts is whether the delegation held that day."""
    text = sent.case_file.read_text("utf-8")
    assert text.count(ACCENTS) == 1
    text = text.replace(ACCENTS, "Rika Rectorius")
    people = f"signer: {{name: {ACCENTS}}}\n  granted_by: {{name: Rika Rectorius}}\n  proof: volmacht.pdf"
    sent.case_file.write_text(f"{text}\ndelegation:\n  {people}\n  {dates}\n", "utf-8")
    told = receive((sent.folder / "returned.pdf").read_bytes(), expected=code)
    assert told["accepted"] is (code is ExitCode.DONE)
    assert codes(told) == (set() if told["accepted"] else {"DG-V305"})
    assert [one["role"] for one in told["signatures"]] == ["delegate"]
    (sent.signed / "application.nl.pdf").unlink()
    signed = sent.do("sign", CASE, "application", "--slot", "applicant", "--demo")
    assert signed == (ExitCode.DONE if told["accepted"] else ExitCode.RULE_REFUSES)
    assert ("D-24d" in capsys.readouterr().err) is not told["accepted"]


def test_same_file_twice_changes_nothing(sent: World, receive: Callable[..., Any]) -> None:
    content = (sent.folder / "returned.pdf").read_bytes()
    receive(content)
    before = events(sent)
    told = receive(content)
    assert (told["accepted"], told["known"], codes(told)) == (False, True, {"DG-X405"})
    assert events(sent) == before


def test_a_run_cut_short_before_the_journal_is_made_up_for(
    sent: World, receive: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    content = (sent.folder / "returned.pdf").read_bytes()
    before = events(sent)
    with monkeypatch.context() as full_disk:
        full_disk.setattr(files, "append", full)
        receive(content, expected=ExitCode.TOOL_FAILED)
    assert events(sent) == before
    assert (sent.signed / PROTOCOL).read_bytes() == content
    assert receive(content)["known"] is True
    assert [event for event, *_ in events(sent)[len(before) :]] == ["received"]
    receive(content)
    assert len(events(sent)) == len(before) + 1
    assert sent.do("journal", CASE, "--verify") == ExitCode.DONE


def full(path: Path, _line: bytes) -> None:
    raise ToolFailed.because("DG-D110", Place(str(path)), problem="")


def test_refused_first_and_accepted_later_is_noted_with_its_slot(sent: World, receive: Callable[..., Any]) -> None:
    content, before = (sent.folder / "returned.pdf").read_bytes(), sent.case_file.read_text("utf-8")
    assert before.count(ACCENTS) == 1
    sent.case_file.write_text(before.replace(ACCENTS, "Rika Rectorius"), "utf-8")
    assert receive(content, expected=ExitCode.VALIDATION_FAILED)["accepted"] is False
    sent.case_file.write_text(before, "utf-8")
    assert receive(content)["accepted"] is True
    assert events(sent)[-2:] == [("received", "protocol.nl", ""), ("received", "protocol.nl", "applicant")]


@pytest.mark.parametrize("spoilt", [b'{"number": 1', b"not JSON\n"])
def test_nothing_is_taken_in_that_a_broken_journal_could_not_tell(
    spoilt: bytes, sent: World, receive: Callable[..., Any], contract_pdf: bytes
) -> None:
    with (sent.folder / "cases" / CASE / "journal.jsonl").open("ab") as journal:
        journal.write(spoilt)
    for content in ((sent.folder / "returned.pdf").read_bytes(), contract_pdf):
        assert "DG-D120" in codes(receive(content, expected=ExitCode.VALIDATION_FAILED))
    assert not (sent.signed / PROTOCOL).exists()
    assert not (sent.folder / "cases" / CASE / "received").exists()


def test_the_journal_knows_what_was_sent_when_it_is_gone(sent: World, receive: Callable[..., Any]) -> None:
    (sent.folder / "out" / CASE / "pdf" / PROTOCOL).unlink()
    (sent.folder / "out" / CASE / "manifest.json").unlink()
    told = receive((sent.folder / "returned.pdf").read_bytes())
    assert told["accepted"] is True
    assert told["identity"]["exact"] is True


def test_saved_anew_is_kept_but_not_accepted(sent: World, receive: Callable[..., Any]) -> None:
    content = attacks.rewritten((sent.folder / "returned.pdf").read_bytes())
    told = receive(content, "--kind", "protocol", expected=ExitCode.VALIDATION_FAILED)
    assert {"DG-X407", "DG-V401"} <= codes(told)
    assert told["identity"]["answer"] == "same"
    assert Path(told["kept"]).read_bytes() == content
    assert not (sent.signed / PROTOCOL).exists()
    assert events(sent)[-1] == ("received", "protocol.nl", "")


def test_changed_before_signing(sent: World, receive: Callable[..., Any], half_signed: World) -> None:
    with pikepdf.open(io.BytesIO(unsigned(sent))) as document:
        document.pages[0].contents_add(b"q 1 1 1 rg 80 600 300 14 re f Q")
        target = io.BytesIO()
        document.save(target)
    told = receive(target.getvalue(), expected=ExitCode.VALIDATION_FAILED)
    assert told["document"] == "protocol.nl"
    assert {"DG-X407", "DG-V402", "DG-V107"} <= codes(told)
    assert told["identity"]["pages"][0]["page"] == 1


def test_nobody_signed(sent: World, receive: Callable[..., Any]) -> None:
    told = receive(unsigned(sent), expected=ExitCode.VALIDATION_FAILED)
    assert "DG-V107" in codes(told)
    assert not (sent.signed / PROTOCOL).exists()


def test_older_version_of_the_document(
    sent: World, receive: Callable[..., Any], capsys: pytest.CaptureFixture[str]
) -> None:
    returned = (sent.folder / "returned.pdf").read_bytes()
    text = sent.case_file.read_text("utf-8")
    sent.case_file.write_text(text.replace("Smith & Co <B.V.>", "Jones & Co <B.V.>"), "utf-8")
    assert sent.do("build", CASE, "--kind", "protocol") == ExitCode.DONE
    capsys.readouterr()
    told = receive(returned, expected=ExitCode.VALIDATION_FAILED)
    assert "DG-X403" in codes(told)
    assert not (sent.signed / PROTOCOL).exists()


def test_another_branch_of_signatures(whole: World, capsys: pytest.CaptureFixture[str]) -> None:
    """The office signed; then somebody sends a file that the applicant signed once more from the beginning."""
    ours = (whole.signed / PROTOCOL).read_bytes()
    (whole.signed / PROTOCOL).unlink()
    assert whole.do("sign", CASE, "protocol", "--slot", "applicant", "--demo") == ExitCode.DONE
    file = whole.folder / "other.pdf"
    (whole.signed / PROTOCOL).rename(file)
    (whole.signed / PROTOCOL).write_bytes(ours)
    assert whole.do("receive", CASE, str(file), "--demo", "--lang", "nl") == ExitCode.VALIDATION_FAILED
    assert "DG-X404" in capsys.readouterr().out
    assert (whole.signed / PROTOCOL).read_bytes() == ours


def test_attacked_file_is_not_accepted(sent: World, receive: Callable[..., Any]) -> None:
    content = (sent.folder / "returned.pdf").read_bytes()
    for variant in (1, 3, 5):
        receive(attacks.isa(content, variant), expected=ExitCode.VALIDATION_FAILED)
    receive(attacks.incremented(content, attacks.free_text), expected=ExitCode.VALIDATION_FAILED)
    assert not (sent.signed / PROTOCOL).exists()


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7\n%%EOF\n", b"GIF89a"])
def test_no_document_of_ours(content: bytes, receive: Callable[..., Any], sent: World) -> None:
    before = events(sent)
    receive(content, expected=ExitCode.WRONG_USE)
    assert events(sent) == before
    assert not (sent.folder / "cases" / CASE / "received").exists()


def test_kind_that_nobody_signs(sent: World, receive: Callable[..., Any]) -> None:
    told = receive(unsigned(sent), "--kind", "nonsense", expected=ExitCode.WRONG_USE)
    assert codes(told) == {"DG-X402"}
