"""Interrupting `docgen build`: exit 130, nothing left behind, and the next run goes on where this one stopped."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

import poison
from processes import in_time

pytestmark = [pytest.mark.soffice, pytest.mark.xdist_group("build")]
ROOT = Path(__file__).parents[2]
CASE = "VSA-2026-001"
COMMAND = [sys.executable, "-c", "from docgen.cli.main import main; main()"]


@pytest.mark.parametrize(
    ("sent", "when"),
    [(signal.SIGINT, "docgen-pool-*/w*"), (signal.SIGTERM, "docgen-soffice-*/document.docx")],
    ids=["Ctrl-C with warm workers", "told to end with one process a document"],
)
def test_interrupted_in_the_midst_of_a_batch(sent: signal.Signals, when: str, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "templates", tmp_path / "templates")
    (tmp_path / "cases").mkdir()
    source = (ROOT / "cases" / f"{CASE}.yaml").read_text("utf-8")
    for number in range(3):
        name = f"VSA-2026-80{number}"
        (tmp_path / "cases" / f"{name}.yaml").write_text(source.replace(CASE, name), "utf-8")
    temporary = Path(tempfile.mkdtemp(prefix="dg", dir="/tmp"))
    process = _build(tmp_path, temporary)
    assert in_time(lambda: [*temporary.glob(when)] or process.poll() is not None)
    process.send_signal(sent)
    told = process.communicate()[1].decode()
    assert process.returncode == 130, told
    events = [json.loads(line) for line in told.splitlines() if line.startswith("{")]
    assert [one["event"] for one in events][-2:] == ["build.interrupted", "build.ended"]
    assert events[-1]["done"] < events[-1]["cases"] == 3
    assert [*temporary.iterdir()] == []
    assert in_time(lambda: not poison.processes_of(temporary))
    temporary.rmdir()
    assert [file for file in (tmp_path / "out").rglob(".*") if file.is_file() and file.name != ".lock"] == []
    _goes_on(tmp_path)


def _goes_on(folder: Path) -> None:
    kept = {file: file.read_bytes() for file in (folder / "out").glob("*/pdf/*.pdf")}
    again = _build(folder, folder)
    told = json.loads(again.communicate(timeout=300)[0])
    assert again.returncode == 0
    states = [document["state"] for document in told["documents"]]
    assert states.count("up to date") >= len(kept)  # one may have been done after the last look
    assert states.count("built") > 0
    assert all(file.read_bytes() == content for file, content in kept.items())


def _build(folder: Path, temporary: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [*COMMAND, "build", "--jobs", "2", "--format", "json"],
        cwd=folder,
        env={**os.environ, "TMPDIR": str(temporary)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
