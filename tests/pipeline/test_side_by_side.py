"""Two runs on one `out/`, and a disk that is full: nothing is corrupt, nothing is half there, and it is said."""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

import poison
from docgen.dossier.journal import verify

pytestmark = [pytest.mark.soffice, pytest.mark.xdist_group("build")]
DOCGEN = [sys.executable, "-m", "docgen"]
SMALL_DISK = 1 << 20
SMALL_FILE = 10_000


def start(folder: Path, before: Sequence[str] = (), largest: int = 0) -> subprocess.Popen[bytes]:
    def limit() -> None:
        if largest:
            resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest))

    return subprocess.Popen(
        [*before, *DOCGEN, "build", "--format", "json", "--jobs", "2", "--lang", "en"],
        cwd=folder,
        env={**os.environ, "TMPDIR": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        preexec_fn=limit,
    )


def test_two_runs_at_once(tmp_path: Path) -> None:
    poison.write_batch(tmp_path, 8, rounds=0)
    runs = [start(tmp_path) for _ in range(2)]
    told = [json.loads(run.communicate(timeout=300)[0]) for run in runs]
    assert [run.returncode for run in runs] == [0, 0]
    for pair in zip(*(one["documents"] for one in told), strict=True):
        states = sorted((row["state"], row["from_cache"]) for row in pair)
        assert states[0][0] == "built", pair  # by one of them
        assert states[1][0] in ("up to date", "built"), pair
    assert sum(row["state"] == "built" for one in told for row in one["documents"]) == 9
    for journal in (tmp_path / "cases").glob("*/journal.jsonl"):
        assert verify(journal.read_bytes(), str(journal)) == ()
        assert len(journal.read_bytes().splitlines()) == 1
    third = start(tmp_path)
    assert {row["state"] for row in json.loads(third.communicate(timeout=300)[0])["documents"]} == {"up to date"}


def test_a_full_disk(tmp_path: Path) -> None:
    """A real one where this process may mount one, else a limit on the size of files, which fails at the same call."""
    poison.write_batch(tmp_path, 8, rounds=0)
    out = tmp_path / "out"
    out.mkdir()
    mount = _own_mounts()
    if mount:
        script = 'mount -t tmpfs -o size="$1" small out && shift && "$@"; code=$?; cp -a out copied; exit $code'
        run = start(tmp_path, [*mount, "sh", "-c", script, "sh", str(SMALL_DISK // 8)])
    else:
        run = start(tmp_path, largest=SMALL_FILE)
    told = json.loads(run.communicate(timeout=300)[0])
    assert run.returncode == 11
    assert {one["code"] for one in told["findings"]} == ({"DG-D110"} if mount else {"DG-D111"})
    left = tmp_path / "copied" if mount else out
    assert [file for file in left.rglob(".*") if file.is_file() and file.name != ".lock"] == []
    for pdf in left.glob("*/pdf/*.pdf"):
        assert pdf.read_bytes().rstrip().endswith(b"%%EOF")
    for manifest in left.glob("*/manifest.json"):
        assert json.loads(manifest.read_bytes())["schema"] == 1
    shutil.rmtree(out)
    again = start(tmp_path)
    assert {row["state"] for row in json.loads(again.communicate(timeout=300)[0])["documents"]} == {"built"}


def _own_mounts() -> list[str]:
    for words in (["unshare", "--mount"], ["unshare", "--map-root-user", "--mount"]):
        tried = subprocess.run([*words, "mount", "-t", "tmpfs", "none", "/mnt"], capture_output=True, check=False)
        if tried.returncode == 0:
            return words
    return []
