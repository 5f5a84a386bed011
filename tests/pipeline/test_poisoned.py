"""A batch with poison in it: everything good is made as it should, each poison is told with its cause, nothing stays.

`benchmarks/poisoned.py` does the same with 200 documents.
"""

from __future__ import annotations

import fcntl
import json
import tempfile
from pathlib import Path

import pytest

import poison
from docgen.cli.main import run
from docgen.errors import ExitCode
from docgen.pdf.convert import OneShotLibreOffice

pytestmark = [pytest.mark.soffice, pytest.mark.xdist_group("poisoned")]
GOOD = 30


def build(folder: Path, out: str, *words: str) -> int:
    roots = [f"--{name}={folder / name}" for name in ("templates", "cases")]
    return run(["build", *roots, f"--out={folder / out}", "--format=json", "--lang=en", *words])


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def test_poison_in_a_batch(
    tmp_path: Path,
    temporary: Path,
    libreoffice: OneShotLibreOffice,
    capsys: pytest.CaptureFixture[str],
) -> None:
    poisons = poison.write_batch(tmp_path, GOOD)
    assert sorted(poisons.values()) == sorted(poison.CAUSES)
    # Half of the deadline is for each attempt, and a machine that others use too needs its time for a good one.
    with poison.signals_from_outside():
        assert build(tmp_path, "out", "--no-cache", "--jobs=2", "--deadline=16") == ExitCode.BATCH_INCOMPLETE
    told = json.loads(capsys.readouterr().out)

    states = {row["case"]: row for row in told["documents"]}
    failed = {case: row["codes"] for case, row in states.items() if row["state"] == "failed"}
    assert failed == {case: [poison.CAUSES[name]] for case, name in poisons.items()}
    good = sorted(states.keys() - failed.keys())
    assert {states[case]["state"] for case in good} == {"built"}
    assert told["counts"] == {"built": GOOD + 1, "failed": len(poisons)}
    assert not [row for row in states.values() if row["from_cache"]]
    assert {one["code"] for one in told["findings"]} == set(poison.CAUSES.values())
    assert all(one["text"] and one["remedy"] for one in told["findings"])

    _same_bytes_as_alone(tmp_path, good, capsys)
    _nothing_stays(tmp_path, temporary)
    aside = sorted((tmp_path / "out" / "quarantine").glob("*/report.json"))
    assert len(aside) == sum(code in ("DG-P102", "DG-P105") for code in poison.CAUSES.values())
    for report in aside:
        assert len(json.loads(report.read_text())["attempts"]) == 2
        assert report.with_name("document.docx").stat().st_size > 0


def _same_bytes_as_alone(folder: Path, good: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """As one process a document makes them."""
    made: dict[str, set[bytes]] = {}
    for case in good:
        title = (folder / "cases" / f"{case}.yaml").read_text("utf-8").partition("title: ")[2].partition("\n")[0]
        made.setdefault(title, set()).add((folder / "out" / case / "pdf" / "application.nl.pdf").read_bytes())
    assert set(made) == {*poison.GOOD_TITLES, poison.KILLED_ONCE}
    assert {len(files) for files in made.values()} == {1}
    for case in good[:2]:
        assert build(folder, "alone", "--no-cache", case) == 0
        capsys.readouterr()
        alone, batch = (folder / out / case / "pdf" / "application.nl.pdf" for out in ("alone", "out"))
        assert alone.read_bytes() == batch.read_bytes()
        assert alone.read_bytes().startswith(b"%PDF")


def _nothing_stays(folder: Path, temporary: Path) -> None:
    assert [*temporary.iterdir()] == []
    assert poison.processes_of(temporary) == []
    for lock in (folder / "out").rglob(".lock"):
        with lock.open("w") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    half = [file for file in (folder / "out").rglob(".*") if file.is_file() and file.name != ".lock"]
    assert half == []
