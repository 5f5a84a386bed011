"""A workspace with one VSA case, taken the whole way once per test run, with names that break careless programs."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from docgen.cli.main import run

ROOT = Path(__file__).parents[2]
CASE = "VSA-2026-001"
NASTY_NAME = "Smith & Co <B.V.>"
ACCENTS = "Zoe\u0308 Re\u0301ctor"
"""A name in decomposed form: letters followed by combining accents."""


@dataclass(frozen=True)
class World:
    """A folder with `templates/`, `cases/` and `out/` of its own."""

    folder: Path

    @property
    def roots(self) -> list[str]:
        options = {
            "--templates": self.folder / "templates",
            "--cases": self.folder / "cases",
            "--out": self.folder / "out",
        }
        return [str(word) for pair in options.items() for word in pair]

    def do(self, *arguments: str) -> int:
        """Run a command over these folders, in this process."""
        return run([arguments[0], *self.roots, *arguments[1:]])

    @property
    def case_file(self) -> Path:
        return self.folder / "cases" / f"{CASE}.yaml"

    @property
    def signed(self) -> Path:
        return self.folder / "cases" / CASE / "signed"

    def copy(self, to: Path) -> World:
        shutil.copytree(self.folder, to, dirs_exist_ok=True)
        return World(to)


def new_world(folder: Path) -> World:
    """A workspace with the project's templates and no case."""
    shutil.copytree(ROOT / "templates", folder / "templates")
    (folder / "cases").mkdir()
    return World(folder)


def nasty_case() -> str:
    """The sample case with an ampersand and angle brackets in the institution's name, and combining accents."""
    text = (ROOT / "cases" / f"{CASE}.yaml").read_text("utf-8")
    assert text.count("Voorbeelduniversiteit Vlaanderen") >= 1
    assert text.count("Rika Rectorius") >= 1
    text = text.replace("name: Voorbeelduniversiteit Vlaanderen", f'name: "{NASTY_NAME}"')
    return text.replace("Rika Rectorius", ACCENTS)


@pytest.fixture(scope="session")
def road(tmp_path_factory: pytest.TempPathFactory) -> World:
    """The whole way: built, all slots signed in order with demo keys, nothing published yet."""
    world = new_world(tmp_path_factory.mktemp("road"))
    world.case_file.write_text(nasty_case(), "utf-8")
    assert world.do("build", CASE) == 0
    for kind, slot in (
        ("application", "applicant"),
        ("security_declaration", "applicant"),
        ("protocol", "applicant"),
    ):
        assert world.do("sign", CASE, kind, "--slot", slot, "--demo") == 0
    return world


@pytest.fixture
def half_signed(road: World, tmp_path: Path) -> World:
    """The applicant signed everything; the chief statistician has not signed the protocol."""
    return road.copy(tmp_path / "half")


@pytest.fixture(scope="session")
def whole_road(road: World, tmp_path_factory: pytest.TempPathFactory) -> World:
    world = road.copy(tmp_path_factory.mktemp("whole") / "world")
    assert world.do("sign", CASE, "protocol", "--slot", "chief_statistician", "--demo") == 0
    assert world.do("publish", CASE, "--demo") == 0
    return world


@pytest.fixture
def whole(whole_road: World, tmp_path: Path) -> World:
    """Everything signed and published, in a copy that a test may spoil."""
    return whole_road.copy(tmp_path / "whole")


@pytest.fixture
def printed(capsys: pytest.CaptureFixture[str]) -> Callable[[], Any]:
    """The JSON that the last command printed."""
    return lambda: json.loads(capsys.readouterr().out)
