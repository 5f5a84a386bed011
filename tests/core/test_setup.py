"""The scripts that `make` sets itself up with, on machines that have and lack this and that."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LISTED = "# Why.\n\nqpdf   # checks\nlibtcmalloc-minimal4   # faster\n"


class Machine:
    """A machine of small scripts in the place of Debian's programs; what they were asked to do stands in `asked`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        (folder / "list.txt").write_text(LISTED, "utf-8")
        self.has("dpkg-query", "true")
        self.has("id", "echo 1000")
        self.has("apt-get", f'echo "$DEBIAN_FRONTEND $*" >> {folder}/asked')
        # All that the script may find by name; no sudo unless a test puts one there.
        for tool in ("bash", "cat", "env", "sed", "tr", "awk", "grep"):
            (folder / "bin" / tool).symlink_to(Path("/usr/bin") / tool)

    def has(self, program: str, does: str) -> None:
        file = self._folder / "bin" / program
        file.parent.mkdir(exist_ok=True)
        file.write_text(f"#!/bin/sh\n{does}\n", "utf-8")
        file.chmod(0o755)

    def knows(self, *packages: str) -> None:
        """What `dpkg-query` tells: status, name, and what the package provides, separated by commas."""
        self.has("dpkg-query", "cat <<'END'\n" + "\n".join(packages) + "\nEND")

    def install(self) -> subprocess.CompletedProcess[str]:
        command = ["/usr/bin/bash", str(ROOT / "scripts" / "install-debian.sh"), str(self._folder / "list.txt")]
        environment = {"PATH": str(self._folder / "bin"), "LANG": os.environ.get("LANG", "C")}
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    @property
    def asked(self) -> list[str]:
        file = self._folder / "asked"
        return file.read_text("utf-8").splitlines() if file.exists() else []


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_all_is_there_under_one_name_or_another(machine: Machine) -> None:
    machine.knows("installed qpdf, ", "installed libtcmalloc-minimal4t64, libother, libtcmalloc-minimal4 (= 2.16-1)")
    assert machine.install().returncode == 0
    assert machine.asked == []


@pytest.mark.parametrize("root", [True, False])
def test_what_is_missing_is_installed_and_nothing_is_asked(root: bool, machine: Machine) -> None:
    machine.knows("installed libtcmalloc-minimal4, ", "config-files qpdf, ", "installed qpdf-tools, ")
    machine.has("id", "echo 0" if root else "echo 1000")
    machine.has("sudo", 'unset DEBIAN_FRONTEND; exec "$@"')
    done = machine.install()
    assert (done.returncode, done.stderr) == (0, "installing: qpdf\n")
    quietly = "noninteractive -qq -o DPkg::Lock::Timeout=300"
    assert machine.asked == [f"{quietly} update", f"{quietly} install -y --no-install-recommends qpdf"]


def test_who_may_not_install_is_told_what_is_missing(machine: Machine) -> None:
    done = machine.install()
    assert done.returncode == 6
    assert "qpdf libtcmalloc-minimal4" in done.stderr.splitlines()[-1]
    assert machine.asked == []


def which_python(**environment: str) -> subprocess.CompletedProcess[str]:
    command = ["/usr/bin/bash", str(ROOT / "scripts" / "which-python.sh")]
    return subprocess.run(
        command, env={"PATH": "/usr/bin:/bin"} | environment, capture_output=True, text=True, check=False
    )


def test_the_python_of_the_system_is_taken_before_another_on_the_path(tmp_path: Path) -> None:
    (tmp_path / "python3").symlink_to(sys.executable)
    found = which_python(PATH=f"{tmp_path}:/usr/bin:/bin").stdout.strip()
    new_enough = subprocess.run(
        ["/usr/bin/python3", "-c", "import sys; sys.exit(sys.version_info < (3, 11))"], check=False
    )
    assert found == ("/usr/bin/python3" if new_enough.returncode == 0 else "python3")


def test_a_python_that_was_asked_for_is_taken_or_refused_but_never_replaced(machine: Machine, tmp_path: Path) -> None:
    assert which_python(DOCGEN_PYTHON=sys.executable).stdout == f"{sys.executable}\n"
    machine.has("old-python", "exit 1")
    asked = str(tmp_path / "bin" / "old-python")
    refused = which_python(DOCGEN_PYTHON=asked)
    assert (refused.returncode, refused.stdout) == (6, "")
    assert asked in refused.stderr
