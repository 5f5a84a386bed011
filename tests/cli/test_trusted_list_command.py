"""`[trusted_list]` in docgen.toml: every judgement says whether signatures are qualified, or why nobody can tell."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from tests.cli.conftest import World
from tests.signing.signing_lists import Service, authority, trusted_list

from docgen.errors import ExitCode

pytestmark = [pytest.mark.soffice, pytest.mark.xdist_group("road")]


@pytest.fixture
def listed(whole: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """A list that knows another issuer than that of the demo keys."""
    operator = authority("Made-up operator", rsa_key=True)
    (whole.folder / "operator.pem").write_bytes(operator.certificate.public_bytes(Encoding.PEM))
    (whole.folder / "be.xml").write_bytes(trusted_list([Service(authority("Another CA").der)], operator))
    (whole.folder / "docgen.toml").write_text('[trusted_list]\nsource = "be.xml"\nsigners = ["operator.pem"]\n')
    monkeypatch.setenv("DOCGEN_CONFIG", str(whole.folder / "docgen.toml"))
    return whole


def test_verify_says_what_the_list_says(
    listed: World, printed: Callable[[], Any], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    signed, page = str(listed.signed / "protocol.nl.pdf"), tmp_path / "judgement.html"
    assert listed.do("verify", signed, "--demo", "--format", "json") == ExitCode.DONE
    (file,) = printed()["files"]
    assert [one["qualification"] for one in file["signatures"]] == ["not_listed", "not_listed"]
    assert listed.do("verify", signed, "--demo", "--lang", "fr", "--html", str(page)) == ExitCode.DONE
    words = "aucun service de la liste de confiance"
    assert capsys.readouterr().out.count(words) == 2
    assert page.read_text("utf-8").count(words) == 2


def test_d_27_an_unqualified_signature_is_valid_and_advised_against(
    listed: World, printed: Callable[[], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    signed = str(listed.signed / "protocol.nl.pdf")
    assert listed.do("verify", signed, "--demo", "--format", "json") == ExitCode.DONE
    (file,) = printed()["files"]
    found = [one for one in file["findings"] if one["code"] == "D-27"]
    assert {one["severity"] for one in found} == {"warning"}
    assert {one["parameters"]["signer"] for one in found} == {one["signer"] for one in file["signatures"]}
    monkeypatch.delenv("DOCGEN_CONFIG")
    assert listed.do("verify", signed, "--demo", "--format", "json") == ExitCode.DONE
    (file,) = printed()["files"]
    assert [one["code"] for one in file["findings"] if one["code"] == "D-27"] == []


def test_a_list_that_is_not_there_is_told(listed: World, printed: Callable[[], Any]) -> None:
    (listed.folder / "be.xml").unlink()
    signed = str(listed.signed / "protocol.nl.pdf")
    assert listed.do("verify", signed, "--demo", "--format", "json") == ExitCode.DONE
    (file,) = printed()["files"]
    assert [one["code"] for one in file["findings"]] == ["DG-V501"]
    assert {one["qualification"] for one in file["signatures"]} == {"undetermined"}


@pytest.mark.parametrize("table", ['source = "be.xml"', 'source = 3\nsigners = ["operator.pem"]', 'sauce = "be.xml"'])
def test_settings_that_cannot_be(table: str, listed: World, capsys: pytest.CaptureFixture[str]) -> None:
    (listed.folder / "docgen.toml").write_text(f"[trusted_list]\n{table}\n")
    signed = str(listed.signed / "protocol.nl.pdf")
    assert listed.do("verify", signed, "--demo") == ExitCode.WRONG_USE
    told = capsys.readouterr()
    assert "trusted_list" in told.out + told.err
