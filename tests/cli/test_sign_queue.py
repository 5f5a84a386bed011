"""`docgen sign --queue` at a real terminal, with a throw-away key and with a card."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import ACCENTS, CASE, World
from tests.cli.terminal import Terminal, terminal
from tests.signing.signing_card import PIN, SOFTHSM, fill_card, new_reader

from docgen.dossier import journal
from docgen.errors import ExitCode
from docgen.signing.demo_pki import DemoPki
from docgen.signing.extract import open_slots

pytestmark = [pytest.mark.soffice, pytest.mark.xdist_group("road")]
QUESTION = "q = stop:"


@pytest.fixture
def unsigned(road: World, tmp_path: Path) -> World:
    """Everything is built and nothing is signed: three documents will wait for the applicant."""
    world = road.copy(tmp_path / "unsigned")
    for file in world.signed.iterdir():
        file.unlink()
    (world.folder / "docgen.toml").write_text('trust = ["out/demo/pki/root.cert.pem"]\n')
    return world


def at_terminal(
    world: World, *words: str, environment: Mapping[str, str] | None = None
) -> AbstractContextManager[Terminal]:
    config = str(world.folder / "docgen.toml")
    command = [sys.executable, "-m", "docgen", "sign", "--queue", *words, "--config", config, "--lang", "en"]
    return terminal([*command, *world.roots], {**os.environ, **(environment or {}), "COLUMNS": "200"})


def filled(world: World) -> set[str]:
    """Documents that have their signature."""
    return {file.stem for file in world.signed.iterdir() if "applicant" not in open_slots(file.read_bytes())}


def events(world: World) -> list[str]:
    lines = journal.entries((world.folder / "cases" / CASE / "journal.jsonl").read_bytes())
    return [str(line["document"]) for line in lines if line["event"] == "signed"]


def test_review_sign_skip_stop_and_go_on(unsigned: World) -> None:
    before = len(events(unsigned))
    with at_terminal(unsigned, "--slot", "applicant", "--demo") as seat:
        shown = seat.wait_for(QUESTION)
        assert "application.nl.pdf" in shown and "SHA-256" in shown and " p." in shown
        seat.answer("y")
        seat.wait_for("signed by")
        second = seat.wait_for(QUESTION)
        assert "security_declaration.nl.pdf" in second
        seat.answer("n")
        seat.wait_for(QUESTION)
        seat.answer("q")
        assert seat.end() == ExitCode.DONE
        assert "skipped" in seat.said and "still waits" in seat.said
    assert filled(unsigned) == {"application.nl"}
    # The next run knows from the files alone what is left.
    with at_terminal(unsigned, "--slot", "applicant", "--demo") as seat:
        for _ in range(2):
            assert "application.nl.pdf" not in seat.wait_for(QUESTION)
            seat.answer("y")
        assert seat.end() == ExitCode.DONE
    assert filled(unsigned) == {"application.nl", "security_declaration.nl", "protocol.nl"}
    assert len(events(unsigned)) == before + 3


def test_interrupted(unsigned: World) -> None:
    with at_terminal(unsigned, "--slot", "applicant", "--demo") as seat:
        seat.wait_for(QUESTION)
        seat.answer("y")
        seat.wait_for("signed by")
        seat.wait_for(QUESTION)
        seat.interrupt()
        assert seat.end() == ExitCode.INTERRUPTED
    assert filled(unsigned) == {"application.nl"}
    assert {file.name for file in unsigned.signed.iterdir()} == {"application.nl.pdf"}


def test_what_was_reviewed_is_what_is_signed(unsigned: World) -> None:
    pdf = unsigned.folder / "out" / CASE / "pdf" / "application.nl.pdf"
    with at_terminal(unsigned, "--slot", "applicant", "--demo") as seat:
        seat.wait_for(QUESTION)
        pdf.write_bytes(pdf.read_bytes().replace(b"%%EOF", b"%%EOF\n", 1))
        seat.answer("y")
        seat.wait_for("changed since you looked at it")
        seat.wait_for(QUESTION)
        seat.answer("q")
        assert seat.end() == ExitCode.SIGNING_FAILED
    assert filled(unsigned) == set()


@pytest.fixture
def card(unsigned: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The applicant's card in a reader."""
    folder = tmp_path / "reader"
    folder.mkdir()
    settings = str(new_reader(folder))
    monkeypatch.setenv("SOFTHSM2_CONF", settings)
    fill_card(DemoPki.open(unsigned.folder / "out" / "demo" / "pki"), ACCENTS, folder)
    return {"SOFTHSM2_CONF": settings}


def test_a_card_asks_its_pin_for_each_signature(unsigned: World, card: dict[str, str]) -> None:
    with at_terminal(unsigned, "--pkcs11", SOFTHSM, environment=card) as seat:
        for _ in range(2):
            seat.wait_for(QUESTION)
            seat.answer("y")
            seat.wait_for("PIN of the card")
            seat.answer(PIN)
            seat.wait_for("signed by")
        seat.wait_for(QUESTION)
        seat.answer("y")
        seat.wait_for("PIN of the card")
        seat.answer("9999")
        seat.wait_for("The PIN is wrong")
        assert seat.end() == ExitCode.BATCH_INCOMPLETE
    assert filled(unsigned) == {"application.nl", "security_declaration.nl"}
    assert PIN not in "".join(file.read_text("utf-8") for file in unsigned.folder.glob("cases/*/*.jsonl"))


def test_after_a_wrong_pin_no_other_document_is_tried(unsigned: World, card: dict[str, str]) -> None:
    """Three documents with one mistyped PIN would block the card."""
    with at_terminal(unsigned, "--pkcs11", SOFTHSM, environment=card) as seat:
        seat.wait_for(QUESTION)
        seat.answer("y")
        seat.wait_for("PIN of the card")
        seat.answer("9999")
        assert seat.end() == ExitCode.SIGNING_FAILED
        assert seat.said.count("PIN of the card") == 1
        assert "still waits" in seat.said
    assert filled(unsigned) == set()


def test_one_pin_for_all_where_the_office_allows_it(unsigned: World, card: dict[str, str]) -> None:
    profile = unsigned.folder / "templates" / "vsa" / "office.yaml"
    profile.write_text(profile.read_text("utf-8") + "signing: {pin: once}\n", "utf-8")
    with at_terminal(unsigned, "--pkcs11", SOFTHSM, environment=card) as seat:
        seat.wait_for("PIN of the card")
        seat.answer(PIN)
        for _ in range(3):
            seat.wait_for(QUESTION)
            seat.answer("y")
            seat.wait_for("signed by")
        assert seat.end() == ExitCode.DONE
        assert seat.said.count("PIN of the card") == 1
    assert len(filled(unsigned)) == 3


def test_a_key_that_demands_its_pin_gets_it_each_time(
    unsigned: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even where the office would have it asked once (CKA_ALWAYS_AUTHENTICATE)."""
    folder = tmp_path / "strict"
    folder.mkdir()
    monkeypatch.setenv("SOFTHSM2_CONF", str(new_reader(folder)))
    fill_card(DemoPki.open(unsigned.folder / "out" / "demo" / "pki"), ACCENTS, folder, each_time=True)
    (unsigned.folder / "docgen.toml").write_text('trust = ["out/demo/pki/root.cert.pem"]\n[signing]\npin = "once"\n')
    with at_terminal(unsigned, "--pkcs11", SOFTHSM, environment={**os.environ}) as seat:
        seat.wait_for("PIN of the card")
        seat.answer(PIN)
        seat.wait_for(QUESTION)
        seat.answer("y")
        seat.wait_for("signed by")  # with the PIN just given
        seat.wait_for(QUESTION)
        seat.answer("y")
        seat.wait_for("PIN of the card")
        seat.answer(PIN)
        seat.wait_for("signed by")
        seat.wait_for(QUESTION)
        seat.answer("y")
        seat.wait_for("PIN of the card")
        seat.answer("9999")
        seat.wait_for("The PIN is wrong")
        assert seat.end() == ExitCode.BATCH_INCOMPLETE
    assert filled(unsigned) == {"application.nl", "security_declaration.nl"}


def test_a_card_of_somebody_else_has_nothing_to_sign(
    unsigned: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "other"
    folder.mkdir()
    monkeypatch.setenv("SOFTHSM2_CONF", str(new_reader(folder)))
    fill_card(DemoPki.open(unsigned.folder / "out" / "demo" / "pki"), "Sander Vreemd", folder)
    environment = {"SOFTHSM2_CONF": str(folder / "softhsm2.conf")}
    with at_terminal(unsigned, "--pkcs11", SOFTHSM, environment=environment) as seat:
        assert seat.end() == ExitCode.DONE
        assert "Sign?" not in seat.said and "PIN of the card" not in seat.said


def test_the_list_needs_no_key_and_no_terminal(unsigned: World, printed: Callable[[], Any]) -> None:
    config = str(unsigned.folder / "docgen.toml")
    words = ["sign", "--queue", "--list", "--config", config, "--format", "json"]
    assert unsigned.do(*words) == ExitCode.DONE
    waiting = printed()["waiting"]
    assert {(one["document"], one["slot"]) for one in waiting} >= {("application.nl", "applicant")}
    assert all(one["pages"] >= 1 and len(one["reviewed"]) == 64 for one in waiting)
    assert unsigned.do(*words, "--slot", "dpo") == ExitCode.DONE
    assert {one["slot"] for one in printed()["waiting"]} == {"dpo"}
    assert unsigned.do(*words, "--role", "chief_statistician") == ExitCode.DONE
    assert printed()["waiting"] == []


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--queue", "--demo"], "DG-X144"),
        (["--queue", "--prepare", "bosa"], "DG-X145"),
        (["--role", "controller", CASE, "protocol", "--slot", "applicant"], "DG-X145"),
        ([CASE, "--slot", "applicant", "--demo"], "DG-X134"),
        (["--demo"], "DG-X134"),
    ],
)
def test_wrong_use(words: list[str], code: str, half_signed: World, printed: Callable[[], Any]) -> None:
    assert half_signed.do("sign", *words, "--format", "json") == ExitCode.WRONG_USE
    assert [one["code"] for one in printed()["findings"]] == [code]
