"""Levels of signatures as docgen.toml, the office profile and `--level` ask for them, over real HTTP."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import CASE, World
from tests.signing.signing_live import LivePki, live_pki, nobody

from docgen.errors import ExitCode

pytestmark = [pytest.mark.soffice, pytest.mark.xdist_group("road")]


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LivePki]:
    with live_pki(tmp_path_factory.mktemp("live")) as pki:
        yield pki


@pytest.fixture
def sign(half_signed: World, live: LivePki, tmp_path: Path) -> Callable[..., int]:
    """Sign the protocol as chief statistician, under given settings."""
    root, key, secret = tmp_path / "root.cer", tmp_path / "hanne.p12", tmp_path / "secret"
    root.write_bytes(live.trust.anchors[0])
    key.write_bytes(live.pkcs12("hanne", "geheim"))
    secret.write_text("geheim\n")
    demo_root = half_signed.folder / "out" / "demo" / "pki" / "root.cert.pem"

    def run(table: str, *more: str) -> int:
        config = tmp_path / "docgen.toml"
        config.write_text(f'trust = ["{root}", "{demo_root}"]\n[signing]\n{table}\n')
        with secret.open("rb") as stream:
            words = ["sign", CASE, "protocol", "--slot", "chief_statistician", "--config", str(config)]
            words += ["--p12", str(key), "--secret-fd", str(stream.fileno()), "--format", "json"]
            return half_signed.do(*words, *more)

    return run


def _levels(world: World, tmp_path: Path, printed: Callable[[], Any]) -> list[str]:
    signed = world.signed / "protocol.nl.pdf"
    assert world.do("verify", str(signed), "--config", str(tmp_path / "docgen.toml"), "--format", "json") == 0
    return [one["level"] for one in printed()["files"][0]["signatures"]]


def test_level_of_the_settings(
    sign: Callable[..., int], live: LivePki, half_signed: World, tmp_path: Path, printed: Callable[[], Any]
) -> None:
    assert sign(f'level = "B-LTA"\ntimestamp = "{live.timestamps}"') == ExitCode.DONE
    assert printed()["level"] == "B-LTA"
    assert _levels(half_signed, tmp_path, printed)[1] == "B-LTA"


def test_level_of_the_profile(
    sign: Callable[..., int], live: LivePki, half_signed: World, printed: Callable[[], Any]
) -> None:
    profile = half_signed.folder / "templates" / "vsa" / "office.yaml"
    asked = f"signing: {{level: B-T, timestamp: '{live.timestamps}'}}\n"
    profile.write_text(profile.read_text("utf-8") + asked, "utf-8")
    assert sign("") == ExitCode.DONE
    assert printed()["level"] == "B-T"


def test_level_of_the_option_wins(sign: Callable[..., int], live: LivePki, printed: Callable[[], Any]) -> None:
    assert sign(f'level = "B-B"\ntimestamp = "{live.timestamps}"', "--level", "b-lt") == ExitCode.DONE
    assert printed()["level"] == "B-LT"


def test_nothing_is_signed_when_the_service_is_away(
    sign: Callable[..., int], half_signed: World, printed: Callable[[], Any]
) -> None:
    signed = half_signed.signed / "protocol.nl.pdf"
    before = signed.read_bytes()
    with nobody() as service:
        assert sign(f'level = "B-T"\ntimestamp = "{service}"') == ExitCode.SIGNING_FAILED
    assert [one["code"] for one in printed()["findings"]] == ["DG-S413"]
    assert signed.read_bytes() == before


@pytest.mark.parametrize(
    "table",
    [
        'level = "B-X"',
        "timeout = 0",
        "timeout = 9999",
        "timeout = true",
        "timestamp = 1",
        'revocation = "never"',
        'pin = "1234"',
    ],
)
def test_setting_that_is_none(table: str, sign: Callable[..., int]) -> None:
    assert sign(table) == ExitCode.WRONG_USE
