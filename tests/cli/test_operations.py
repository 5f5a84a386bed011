"""What the pages for operators say is so: options, metrics, states and exit codes exist."""

from __future__ import annotations

import configparser
import re
from pathlib import Path

import pytest
import yaml
from tests.cli.conftest import ROOT

from docgen.cli.main import docgen
from docgen.cli.monitor import STATES, Tally, write_metrics
from docgen.errors import ExitCode

FOLDER = ROOT / "docs" / "operations"
PAGE = (FOLDER / "publishing.md").read_text("utf-8")


def metrics(folder: Path) -> set[str]:
    write_metrics(folder / "x.prom", Tally(0, 1, 1, {}))
    return set(re.findall(r"^(docgen_\w+)", (folder / "x.prom").read_text(), re.MULTILINE))


@pytest.mark.parametrize("name", ["docgen-publish.service", "docgen-publish.cron"])
def test_command_lines_use_options_that_exist(name: str) -> None:
    lines = [line for line in (FOLDER / name).read_text("utf-8").splitlines() if "docgen publish" in line]
    command = docgen.get_command(docgen.make_context("docgen", [], resilient_parsing=True), "publish")
    assert command is not None
    known = {option for parameter in command.params for option in parameter.opts}
    used = {word for line in lines if not line.startswith("#") for word in re.findall(r"--[a-z-]+", line)}
    assert used and used <= known


def test_alerts_and_page_name_the_metrics_that_are_written(tmp_path: Path) -> None:
    written = metrics(tmp_path)
    rules = yaml.safe_load((FOLDER / "docgen-alerts.yml").read_text("utf-8"))["groups"][0]["rules"]
    used = {name for rule in rules for name in re.findall(r"docgen_\w+", rule["expr"])}
    assert used and used <= written
    assert {name for name in written if f"`{name}" not in PAGE} == set()


def test_page_names_every_state_and_its_exit_codes() -> None:
    assert [state for state in STATES if f"`{state}`" not in PAGE] == []
    told = {int(number) for row in re.findall(r"^\| ([\d, ]+) \|", PAGE, re.MULTILINE) for number in row.split(",")}
    assert told <= {code.value for code in ExitCode}
    assert {0, 6, 9, 10, 11} <= told


def test_service_is_confined_and_started_by_its_timer() -> None:
    """Read as a table, for systemd is not on every machine that runs the tests."""
    service = unit("docgen-publish.service")["Service"]
    for key, value in (("NoNewPrivileges", "yes"), ("ProtectSystem", "strict"), ("PrivateNetwork", "yes")):
        assert service[key] == value
    written = service["ReadWritePaths"].split()
    assert all(path.startswith("/srv/docgen/") for path in written)
    metrics_file = re.search(r"--metrics (\S+)", service["ExecStart"])
    assert metrics_file is not None
    assert str(Path(metrics_file[1]).parent) in written
    assert {"OnCalendar", "Persistent"} <= set(unit("docgen-publish.timer")["Timer"])


def unit(name: str) -> configparser.ConfigParser:
    found = configparser.ConfigParser(strict=False, interpolation=None, delimiters=("=",), comment_prefixes=("#",))
    found.optionxform = str  # type: ignore[assignment, method-assign]
    found.read_string((FOLDER / name).read_text("utf-8"))
    return found
