"""`docgen sign --csc`: a key at a remote signing service, as docgen.toml says it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from asn1crypto import pem
from cryptography.hazmat.primitives.serialization import load_der_private_key
from tests.cli.conftest import CASE, World
from tests.signing.signing_csc import PIN, TOKEN, CscService, running
from tests.signing.signing_live import LivePki, live_pki

from docgen.errors import ExitCode

pytestmark = [pytest.mark.soffice, pytest.mark.xdist_group("road")]


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LivePki]:
    with live_pki(tmp_path_factory.mktemp("live")) as pki:
        yield pki


@pytest.fixture
def service(live: LivePki) -> Iterator[CscService]:
    private: Any = load_der_private_key(pem.unarmor((live.folder / "hanne.pem").read_bytes())[2], None)
    key = live.key("hanne")
    with running(CscService(private, [key.certificate, *key.chain])) as found:
        yield found


def settings(world: World, live: LivePki, url: str, more: str = "") -> str:
    root = world.folder / "live-root.cer"
    root.write_bytes(live.trust.anchors[0])
    demo_root = world.folder / "out" / "demo" / "pki" / "root.cert.pem"
    file = world.folder / "docgen.toml"
    table = f'[signing.csc]\nurl = "{url}"\ncredential = "key-1"\n{more}\n'
    file.write_text(f'trust = ["{root}", "{demo_root}"]\n[signing]\ntimeout = 5\n{table}')
    return str(file)


def sign(world: World, config: str, secrets: str = f"{PIN}\n") -> int:
    reading, writing = os.pipe()
    os.write(writing, secrets.encode())
    os.close(writing)
    try:
        words = ["--slot", "chief_statistician", "--csc", "--secret-fd", str(reading)]
        return world.do("sign", CASE, "protocol", *words, "--config", config, "--format", "json")
    finally:
        os.close(reading)


@pytest.mark.parametrize("where", ["variable", "file"])
def test_a_remote_key_fills_a_slot(
    where: str,
    service: CscService,
    live: LivePki,
    half_signed: World,
    monkeypatch: pytest.MonkeyPatch,
    printed: Callable[[], Any],
) -> None:
    more = 'token_variable = "OUR_TOKEN"'
    if where == "file":
        token = half_signed.folder / "token"
        token.write_text(TOKEN + "\n")
        more = f'token_file = "{token}"'
    else:
        monkeypatch.setenv("OUR_TOKEN", TOKEN)
    config = settings(half_signed, live, service.url, more)
    assert sign(half_signed, config) == ExitCode.DONE
    told = printed()
    assert (told["signer"], told["level"]) == ("Hanne Hoofdcijfer", "B-B")
    assert half_signed.do("verify", str(half_signed.signed / "protocol.nl.pdf"), "--config", config) == ExitCode.DONE
    kept = "".join(file.read_text("utf-8") for file in half_signed.folder.glob("cases/*/*.jsonl"))
    assert TOKEN not in kept and PIN not in json.dumps(told) + kept


@pytest.mark.parametrize(
    ("secrets", "code"),
    [("0000\n", "DG-S248"), ("", "DG-X135")],
)
def test_nothing_is_signed_without_the_right_pin(
    secrets: str,
    code: str,
    service: CscService,
    live: LivePki,
    half_signed: World,
    monkeypatch: pytest.MonkeyPatch,
    printed: Callable[[], Any],
) -> None:
    monkeypatch.setenv("DOCGEN_CSC_TOKEN", TOKEN)
    before = (half_signed.signed / "protocol.nl.pdf").read_bytes()
    assert sign(half_signed, settings(half_signed, live, service.url), secrets) != ExitCode.DONE
    assert [one["code"] for one in printed()["findings"]] == [code]
    assert (half_signed.signed / "protocol.nl.pdf").read_bytes() == before


@pytest.mark.parametrize(
    ("url", "code"),
    [("", "DG-X137"), ("http://sign.example.be", "DG-S241"), ("http://127.0.0.1:9", "DG-S242")],
)
def test_service_that_cannot_be_used(
    url: str,
    code: str,
    live: LivePki,
    half_signed: World,
    monkeypatch: pytest.MonkeyPatch,
    printed: Callable[[], Any],
) -> None:
    monkeypatch.setenv("DOCGEN_CSC_TOKEN", TOKEN)
    assert sign(half_signed, settings(half_signed, live, url)) != ExitCode.DONE
    assert [one["code"] for one in printed()["findings"]] == [code]


def test_no_token_anywhere(service: CscService, live: LivePki, half_signed: World, printed: Callable[[], Any]) -> None:
    missing = 'token_file = "/nowhere/token"'
    assert sign(half_signed, settings(half_signed, live, service.url, missing)) == ExitCode.WRONG_USE
    assert [one["code"] for one in printed()["findings"]] == ["DG-X136"]
    # Without terminal nobody can be asked.
    assert sign(half_signed, settings(half_signed, live, service.url)) == ExitCode.WRONG_USE
    assert [one["code"] for one in printed()["findings"]] == ["DG-X130"]
