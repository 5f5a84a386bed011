"""Interrupting `docgen build`: exit 130, nothing left behind, and the next run goes on where this one stopped."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

pytestmark = [pytest.mark.soffice, pytest.mark.xdist_group("build")]
ROOT = Path(__file__).parents[2]
CASE = "VSA-2026-001"
COMMAND = [sys.executable, "-c", "from docgen.cli.main import main; main()"]


@pytest.mark.parametrize("sent", [signal.SIGINT])
def test_interrupted_in_the_midst_of_a_batch(sent: signal.Signals, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "templates", tmp_path / "templates")
    (tmp_path / "cases").mkdir()
    source = (ROOT / "cases" / f"{CASE}.yaml").read_text("utf-8")
    for number in range(3):
        name = f"VSA-2026-80{number}"
        (tmp_path / "cases" / f"{name}.yaml").write_text(source.replace(CASE, name), "utf-8")
    temporary = Path(tempfile.mkdtemp(prefix="dg", dir="/tmp"))
    process = _build(tmp_path, temporary)
    until = time.monotonic() + 120
    while not [*temporary.glob("docgen-pool-*/w*")] and process.poll() is None and time.monotonic() < until:
        time.sleep(0.02)
    process.send_signal(sent)
    assert process.wait(timeout=120) == 130
    assert [*temporary.iterdir()] == []
    temporary.rmdir()
    assert not list((tmp_path / "out").rglob(".*.pdf*"))

    kept = {*(tmp_path / "out").rglob("*.pdf")}
    again = _build(tmp_path, tmp_path)
    told = json.loads(again.communicate(timeout=300)[0])
    assert again.returncode == 0
    states = [document["state"] for document in told["documents"]]
    assert states.count("up to date") == len(kept)
    assert states.count("built") == len(states) - states.count("not yet") - len(kept) > 0


def _build(folder: Path, temporary: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [*COMMAND, "build", "--jobs", "2", "--format", "json"],
        cwd=folder,
        env={**os.environ, "TMPDIR": str(temporary)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
