"""`docgen renew`, and what `docgen status` says of archives that run out."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import CASE, World
from tests.signing.signing_live import LivePki, live_pki, nobody

from docgen.documents import sha256
from docgen.dossier import journal
from docgen.errors import ExitCode

pytestmark = [pytest.mark.soffice, pytest.mark.xdist_group("road")]


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LivePki]:
    with live_pki(tmp_path_factory.mktemp("live")) as pki:
        yield pki


def settings(world: World, live: LivePki, timestamp: str, more: str = "") -> Path:
    root = world.folder / "live-root.cer"
    root.write_bytes(live.trust.anchors[0])
    demo_root = world.folder / "out" / "demo" / "pki" / "root.cert.pem"
    file = world.folder / "docgen.toml"
    file.write_text(f'trust = ["{root}", "{demo_root}"]\n[signing]\ntimestamp = "{timestamp}"\n{more}\n')
    return file


@pytest.fixture(scope="module")
def shelf(road: World, live: LivePki, tmp_path_factory: pytest.TempPathFactory) -> World:
    """A protocol whose second signature is at B-LTA, under a timestamp that runs out in a month."""
    world = road.copy(tmp_path_factory.mktemp("shelf") / "world")
    key, secret = world.folder / "hanne.p12", world.folder / "secret"
    key.write_bytes(live.pkcs12("hanne", "geheim"))
    secret.write_text("geheim\n")
    config = settings(world, live, live.brief_timestamps)
    with secret.open("rb") as stream:
        words = ["--slot", "chief_statistician", "--p12", str(key), "--secret-fd", str(stream.fileno())]
        assert world.do("sign", CASE, "protocol", *words, "--level", "B-LTA", "--config", str(config)) == 0
    return world


@pytest.fixture
def world(shelf: World, tmp_path: Path) -> World:
    return shelf.copy(tmp_path / "world")


def told(printed: Callable[[], Any]) -> dict[str, str]:
    return {Path(one["file"]).name: one["state"] for one in printed()["files"]}


def test_originals_that_are_due_are_renewed(world: World, live: LivePki, printed: Callable[[], Any]) -> None:
    config = str(settings(world, live, live.timestamps))
    original = world.signed / "protocol.nl.pdf"
    before = original.read_bytes()
    assert world.do("status", CASE, "--config", config, "--format", "json") == ExitCode.DONE
    (archive,) = printed()["cases"][0]["archives"]
    assert (archive["kind"], archive["state"]) == ("protocol", "due")
    assert world.do("renew", "--dry-run", "--config", config, "--format", "json") == ExitCode.DONE
    assert told(printed) == {
        "application.nl.pdf": "no archive",
        "protocol.nl.pdf": "due",
        "security_declaration.nl.pdf": "no archive",
    }
    assert original.read_bytes() == before
    assert world.do("renew", "--config", config, "--format", "json") == ExitCode.DONE
    assert told(printed)["protocol.nl.pdf"] == "renewed"
    after = original.read_bytes()
    assert after.startswith(before) and len(after) > len(before)
    lines = journal.entries((world.folder / "cases" / CASE / "journal.jsonl").read_bytes())
    assert (lines[-1]["event"], lines[-1]["document"]) == ("renewed", "protocol.nl")
    assert world.do("journal", CASE, "--verify") == ExitCode.DONE
    assert world.do("verify", str(original), "--config", config) == ExitCode.DONE


def test_what_is_renewed_is_not_renewed_again(world: World, live: LivePki) -> None:
    config = str(settings(world, live, live.timestamps))
    assert world.do("renew", "--config", config, "-q") == ExitCode.DONE
    after = (world.signed / "protocol.nl.pdf").read_bytes()
    assert world.do("renew", "--config", config, "-q") == ExitCode.DONE
    assert (world.signed / "protocol.nl.pdf").read_bytes() == after


def test_days_of_settings_and_option(world: World, live: LivePki, printed: Callable[[], Any]) -> None:
    config = str(settings(world, live, live.timestamps, "renew_days = 10"))
    pdf = str(world.signed / "protocol.nl.pdf")
    assert world.do("renew", pdf, "--config", config, "--format", "json") == ExitCode.DONE
    assert told(printed) == {"protocol.nl.pdf": "not due"}
    assert world.do("renew", pdf, "--days", "60", "--dry-run", "--config", config, "--format", "json") == 0
    assert told(printed) == {"protocol.nl.pdf": "due"}


def test_days_of_the_profile(world: World, live: LivePki, printed: Callable[[], Any]) -> None:
    profile = world.folder / "templates" / "vsa" / "office.yaml"
    profile.write_text(profile.read_text("utf-8") + "signing: {renew_days: 10}\n", "utf-8")
    config = str(settings(world, live, live.timestamps))
    assert world.do("renew", "--dry-run", "--config", config, "--format", "json") == ExitCode.DONE
    assert told(printed)["protocol.nl.pdf"] == "not due"


def test_the_archive_outlives_its_case_file(world: World, live: LivePki, printed: Callable[[], Any]) -> None:
    """A case file that a later docgen cannot read must not end the care of what was signed."""
    world.case_file.write_text("schema: 99\n")
    config = str(settings(world, live, live.timestamps))
    assert world.do("renew", "--config", config, "--format", "json") == ExitCode.DONE
    assert told(printed)["protocol.nl.pdf"] == "renewed"


def test_any_other_file_stays_as_it_is(world: World, live: LivePki, tmp_path: Path, printed: Callable[[], Any]) -> None:
    config = str(settings(world, live, live.timestamps))
    pdf = tmp_path / "contract.pdf"
    content = (world.signed / "protocol.nl.pdf").read_bytes()
    pdf.write_bytes(content)
    assert world.do("renew", str(pdf), "--config", config, "--format", "json") == ExitCode.DONE
    (one,) = printed()["files"]
    kept = Path(one["kept"])
    assert kept.parent == tmp_path and kept != pdf
    assert pdf.read_bytes() == content
    assert kept.read_bytes().startswith(content)
    # Once more on the same day: another file stands there, and it stays.
    stands = kept.read_bytes()
    assert world.do("renew", str(pdf), "--config", config) == ExitCode.RULE_REFUSES
    assert kept.read_bytes() == stands


def test_service_away(world: World, live: LivePki, printed: Callable[[], Any]) -> None:
    original = world.signed / "protocol.nl.pdf"
    before = original.read_bytes()
    with nobody() as address:
        config = str(settings(world, live, f"{address}/"))
        assert world.do("renew", str(original), "--config", config, "--format", "json") == ExitCode.SIGNING_FAILED
        assert [one["code"] for one in printed()["findings"]] == ["DG-S413"]
        assert world.do("renew", "--config", config, "--format", "json") == ExitCode.BATCH_INCOMPLETE
    (failed,) = printed()["failed"]
    assert json.dumps(failed).count("DG-S413") == 1
    assert original.read_bytes() == before


@pytest.mark.parametrize(
    ("words", "exit_code"),
    [(["--early"], ExitCode.WRONG_USE), (["nothing.pdf"], ExitCode.WRONG_USE)],
)
def test_wrong_use(words: list[str], exit_code: ExitCode, world: World) -> None:
    assert world.do("renew", *words) == exit_code


def test_the_publication_copy_follows(world: World, live: LivePki, printed: Callable[[], Any]) -> None:
    """The copy names the digest of the original, which is another one after renewal."""
    config = str(settings(world, live, live.timestamps))
    copy = world.folder / "out" / CASE / "public" / "protocol.nl.pdf"
    original = world.signed / "protocol.nl.pdf"
    for command in ("publish", "renew", "publish"):
        words = [CASE] if command == "publish" else []
        assert world.do(command, *words, "--config", config, "--format", "json") == ExitCode.DONE
        printed()
        register = json.loads((world.folder / "out" / "site" / "register.json").read_text("utf-8"))
        if command == "publish":
            assert sha256(original.read_bytes()) in json.dumps(register)
    assert copy.is_file()
