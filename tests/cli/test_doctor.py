"""`docgen doctor`: each thing that signing with a card or a remote service needs, and what is wrong with it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import World, new_world
from tests.signing.signing_card import SOFTHSM, fill_card, new_reader
from tests.signing.signing_csc import CscService, running

from docgen.errors import ExitCode
from docgen.signing.demo_pki import DemoPki

NAME = "Karel Kaarthouder"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return new_world(tmp_path_factory.mktemp("world"))


@pytest.fixture
def reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty reader, for this process and those it starts."""
    folder = tmp_path / "reader"
    folder.mkdir()
    monkeypatch.setenv("SOFTHSM2_CONF", str(new_reader(folder)))
    return folder


def doctor(world: World, *words: str) -> tuple[int, Mapping[str, Any], str]:
    """In a process of its own: PKCS#11 libraries keep what they saw first."""
    command = [sys.executable, "-m", "docgen", "doctor", *world.roots, *words, "--format", "json"]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, env=dict(os.environ))
    checks = {one["name"]: one for one in json.loads(ran.stdout)["checks"]}
    return ran.returncode, checks, ran.stdout


def test_a_card_in_order(world: World, reader: Path, tmp_path: Path) -> None:
    (tmp_path / "pki").mkdir()
    fill_card(DemoPki.open(tmp_path / "pki"), NAME, reader)
    _, checks, said = doctor(world, "--pkcs11", SOFTHSM)
    for name in ("eID middleware", "card reader", "card", "certificate", "validity"):
        assert checks[name]["found"], name
    assert checks["eID middleware"]["found"] == SOFTHSM
    assert checks["validity"]["found"][-10:-6].isdigit()
    assert NAME not in said and "Kaarthouder" not in said  # the output goes into reports of errors
    _, checks, _ = doctor(world, "--pkcs11", SOFTHSM, "--key", "Authentication")
    assert checks["certificate"]["code"] == "DG-S225"
    assert checks["card"]["found"] and "validity" not in checks


def test_no_card(world: World, reader: Path) -> None:
    code, checks, _ = doctor(world, "--pkcs11", SOFTHSM)
    assert code == ExitCode.TOOL_FAILED
    assert checks["card"]["code"] == "DG-S222" and checks["card"]["remedy"]
    assert checks["card reader"]["found"] and "certificate" not in checks


def test_no_middleware(world: World) -> None:
    code, checks, _ = doctor(world, "--pkcs11", "/nowhere/libbeidpkcs11.so.0")
    assert code == ExitCode.TOOL_FAILED
    assert checks["eID middleware"]["code"] == "DG-S221"
    assert "card reader" not in checks
    # Without the option a card is not needed.
    _, checks, _ = doctor(world)
    assert not checks["eID middleware"]["needed"]


def test_a_remote_service(world: World, tmp_path: Path, pki_key: Any) -> None:
    config = tmp_path / "docgen.toml"
    with running(CscService(pki_key, [])) as service:
        config.write_text(f'[signing.csc]\nurl = "{service.url}"\n')
        _, checks, _ = doctor(world, "--config", str(config))
        assert checks["signing service"]["found"].startswith("Proefdienst")
        assert service.calls == ["info"]  # no token is needed for this
    _, checks, _ = doctor(world, "--config", str(config))
    assert checks["signing service"]["code"] == "DG-S242"


@pytest.fixture
def pki_key(tmp_path: Path) -> Any:
    (tmp_path / "keys").mkdir()
    return DemoPki.open(tmp_path / "keys").root.key
