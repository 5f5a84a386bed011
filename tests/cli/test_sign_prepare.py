"""`docgen sign --prepare bosa`: the folder that goes to the signing service."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from tests.cli.conftest import CASE, ROOT, World

from docgen.documents import DocumentId, ExpectedSignature, sha256
from docgen.errors import ExitCode, SigningFailed
from docgen.numbers import national_numbers
from docgen.signing.bosa import LEFT_OUT, Sender, ToSign, hand_over
from docgen.signing.extract import open_slots
from docgen.signing.levels import Level

pytestmark = [pytest.mark.soffice, pytest.mark.xdist_group("road")]
SCHEMA = json.loads((ROOT / "docs" / "bosa-request.schema.json").read_text("utf-8"))
SENDER = Sender("vsa", "Statistiek Vlaanderen", {"nl": "Elektronisch ondertekend", "fr": "Signé électroniquement"})


def prepare(world: World, *more: str) -> int:
    root = world.folder / "out" / "demo" / "pki" / "root.cert.pem"
    return world.do("sign", CASE, *more, "--prepare", "bosa", "--trust", str(root), "--format", "json")


def test_the_request_says_what_is_signed_where(half_signed: World, printed: Callable[[], Any]) -> None:
    journal = half_signed.folder / "cases" / CASE / "journal.jsonl"
    before = journal.read_bytes()
    assert prepare(half_signed, "protocol", "--slot", "chief_statistician", "--level", "B-LTA") == ExitCode.DONE
    told = printed()
    assert (told["profile"], told["left_out"]) == ("PADES_LTA", list(LEFT_OUT))
    folder = Path(told["folder"])
    request = json.loads((folder / "request.json").read_text("utf-8"))
    jsonschema.validate(request, SCHEMA)
    (one,) = request["request"]["inputs"]
    assert (one["psfN"], one["psfP"], one["signLanguage"]) == ("sig_chief_statistician", False, "nl")
    sent = (folder / one["filePath"]).read_bytes()
    assert sent == (half_signed.signed / "protocol.nl.pdf").read_bytes()
    assert request["files"][0]["sha256"] == sha256(sent)
    assert open_slots(sent)[0] == one["psfN"].removeprefix("sig_")
    assert [person["role"] for person in request["signers"]] == ["chief_statistician"]
    assert journal.read_bytes() == before


def test_nothing_in_the_folder_holds_a_number_or_secret(half_signed: World, printed: Callable[[], Any]) -> None:
    assert prepare(half_signed, "protocol", "--slot", "chief_statistician") == ExitCode.DONE
    folder = Path(printed()["folder"])
    for name in ("request.json", "docgen.psp"):
        text = (folder / name).read_text("utf-8")
        assert not list(national_numbers(text))
        assert "%nn%" not in text
    request = json.loads((folder / "request.json").read_text("utf-8"))["request"]
    assert not set(LEFT_OUT) & set(request)


def test_every_document_that_waits_goes_into_one_request(
    road: World, tmp_path: Path, printed: Callable[[], Any]
) -> None:
    world = road.copy(tmp_path / "unsigned")
    for file in world.signed.iterdir():
        file.unlink()
    assert prepare(world, "--slot", "applicant") == ExitCode.DONE
    told = printed()
    assert {"application.nl", "security_declaration.nl"} <= set(told["documents"])
    request = json.loads(Path(told["request"]).read_text("utf-8"))
    jsonschema.validate(request, SCHEMA)
    assert len(request["request"]["inputs"]) == len(told["documents"])
    # A later request for fewer documents leaves nothing of the earlier one behind.
    assert prepare(world, "application", "--slot", "applicant") == ExitCode.DONE
    names = sorted(file.name for file in Path(printed()["folder"]).iterdir())
    assert names == [f"{CASE}.application.nl.pdf", "docgen.psp", "request.json"]


def test_a_level_the_service_has_no_profile_for(half_signed: World, tmp_path: Path, printed: Callable[[], Any]) -> None:
    words = ["protocol", "--slot", "chief_statistician", "--level", "B-LT"]
    assert prepare(half_signed, *words) == ExitCode.SIGNING_FAILED
    assert [one["code"] for one in printed()["findings"]] == ["DG-S501"]
    config = tmp_path / "docgen.toml"
    config.write_text('[signing.bosa.profiles]\nB-LT = "PADES_LT_VSA"\n')
    assert prepare(half_signed, *words, "--config", str(config)) == ExitCode.DONE
    assert printed()["profile"] == "PADES_LT_VSA"


@pytest.mark.parametrize(
    ("words", "exit_code", "code"),
    [
        (["protocol", "--slot", "applicant"], ExitCode.SIGNING_FAILED, "DG-X142"),  # signed already
        (["--slot", "nobody"], ExitCode.SIGNING_FAILED, "DG-X142"),
        (["protocol", "--slot", "nobody"], ExitCode.WRONG_USE, "DG-X111"),
        (["nothing", "--slot", "applicant"], ExitCode.WRONG_USE, "DG-X110"),
        (["protocol", "--slot", "chief_statistician", "--demo"], ExitCode.WRONG_USE, "DG-X133"),
    ],
)
def test_what_cannot_be_prepared(
    words: list[str], exit_code: ExitCode, code: str, half_signed: World, printed: Callable[[], Any]
) -> None:
    assert prepare(half_signed, *words) == exit_code
    assert code in [one["code"] for one in printed()["findings"]]
    assert not (half_signed.folder / "out" / CASE / "bosa").exists()


def to_sign(kind: str, *persons: tuple[str, str]) -> ToSign:
    expected = ExpectedSignature("applicant", ("controller", "delegate"), tuple(name for _, name in persons), persons)
    return ToSign(DocumentId(CASE, kind, "nl"), b"%PDF", expected)


def test_one_request_is_for_one_person() -> None:
    both = ("controller", "Rika Rectorius"), ("delegate", "Dirk Delegatus")
    found = hand_over([to_sign("a", *both), to_sign("b", both[1]), to_sign("c")], Level.B_B, SENDER)
    assert json.loads(found["request.json"])["signers"] == [{"role": "delegate", "name": "Dirk Delegatus"}]
    with pytest.raises(SigningFailed, match="DG-S502"):
        hand_over([to_sign("a", both[0]), to_sign("b", both[1])], Level.B_B, SENDER)
    assert json.loads(hand_over([to_sign("c")], Level.B_B, SENDER)["request.json"])["signers"] == []


@pytest.mark.parametrize(
    "table",
    [
        '[signing.bosa]\nprofile = "X"',
        '[signing.bosa.profiles]\nB-X = "X"',
        '[signing.bosa.profiles]\nB-T = "with space"',
        "[signing.csc]\nurl = 1",
        '[signing.csc]\ntoken = "secret"',
        '[signing.csc]\ntoken_variable = "lower case"',
        '[signing]\npin = "never"',
        "[signing]\nrenew_days = 1.5",
    ],
)
def test_settings_that_are_none(table: str, half_signed: World, tmp_path: Path) -> None:
    config = tmp_path / "docgen.toml"
    config.write_text(table + "\n")
    words = ["protocol", "--slot", "chief_statistician", "--config", str(config)]
    assert prepare(half_signed, *words) == ExitCode.WRONG_USE
