"""Documents made by processes of `dask worker` on this machine: the same bytes, whoever is lost on the way."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from distributed import Client
from distributed.security import Security

import poison
from docgen.cli.main import run
from docgen.errors import ExitCode
from processes import in_time

pytestmark = [pytest.mark.soffice, pytest.mark.xdist_group("cluster")]
TLS_FILES = {"tls_ca_file": "cert", "tls_client_cert": "cert", "tls_client_key": "key"}


@contextmanager
def process(module: str, *words: str, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    started = subprocess.Popen(
        [sys.executable, "-m", f"distributed.cli.{module}", *words],
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield started
    finally:
        started.terminate()
        try:
            started.wait(30)
        except subprocess.TimeoutExpired:
            started.kill()
            started.wait()


@contextmanager
def scheduler(folder: Path, *words: str) -> Iterator[tuple[str, Path]]:
    file = folder / "scheduler.json"
    host = ["--host", "127.0.0.1", "--port", "0", "--dashboard-address", "127.0.0.1:0", "--scheduler-file", str(file)]
    with process("dask_scheduler", *host, *words):
        assert in_time(lambda: file.is_file() and file.read_bytes().rstrip().endswith(b"}"))
        yield json.loads(file.read_text())["address"], file


def worker(file: Path, temporary: Path, words: Sequence[str] = (), **environment: str) -> ExitStack:
    """A worker with one thread and without a nanny, which would start a lost one anew."""
    temporary.mkdir(exist_ok=True)
    given = ["--scheduler-file", str(file), "--host", "127.0.0.1", "--nthreads", "1", "--no-nanny", "--no-dashboard"]
    stack = ExitStack()
    local = ["--local-directory", str(file.parent / f"{temporary.name}-scratch")]
    stack.started = stack.enter_context(  # type: ignore[attr-defined]
        process("dask_worker", *given, *words, *local, TMPDIR=str(temporary), **environment)
    )
    return stack


def build(folder: Path, out: str, *words: str) -> int:
    roots = [f"--{name}={folder / name}" for name in ("templates", "cases")]
    return run(["build", *roots, f"--out={folder / out}", "--format=json", "--lang=en", "--no-cache", *words])


def pdfs(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in sorted(folder.glob("*/pdf/*.pdf"))}


@pytest.fixture
def temporary() -> Iterator[Path]:
    """A short path, for sockets have to fit into it; empty in the end."""
    with tempfile.TemporaryDirectory(prefix="dg", dir="/tmp") as name:
        yield Path(name)


def test_same_bytes_from_workers_though_one_is_lost_and_one_cannot(
    tmp_path: Path, temporary: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    poison.write_batch(tmp_path, 11, rounds=0)
    assert build(tmp_path, "here") == 0
    capsys.readouterr()
    with scheduler(tmp_path) as (address, file), ExitStack() as workers:
        lost = workers.enter_context(worker(file, temporary / "a"))
        workers.enter_context(worker(file, temporary / "b"))
        workers.enter_context(worker(file, temporary / "c", DOCGEN_SOFFICE="/nowhere/soffice"))
        _wait_for(address, 3)
        running = _build_apart(tmp_path, address)
        while len([*(tmp_path / "there").glob("*/pdf/*.pdf")]) < 2 and running.poll() is None:
            time.sleep(0.02)
        lost.started.send_signal(signal.SIGKILL)  # type: ignore[attr-defined]
        told = json.loads(running.communicate(timeout=300)[0])
    assert running.returncode == 0
    assert {row["state"] for row in told["documents"]} == {"built"}
    unfit = [one for one in told["findings"] if one["code"] == "DG-X165"]
    assert [one["parameters"]["problem"] for one in unfit] == ["LibreOffice ?"]
    assert pdfs(tmp_path / "there") == pdfs(tmp_path / "here")
    assert len(pdfs(tmp_path / "there")) == 12
    _empty(temporary)


def test_over_tls_with_certificates_from_the_settings(
    tmp_path: Path, temporary: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    poison.write_batch(tmp_path, 1, rounds=0)
    request = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=cluster -keyout key.pem -out cert.pem"
    subprocess.run(request.split(), cwd=tmp_path, check=True, capture_output=True)
    options = {"--tls-ca-file": "cert.pem", "--tls-cert": "cert.pem", "--tls-key": "key.pem"}
    tls = [word for option, name in options.items() for word in (option, str(tmp_path / name))]
    settings = tmp_path / "docgen.toml"
    settings.write_text('[cluster]\ntls_ca = "cert.pem"\ntls_certificate = "cert.pem"\ntls_key = "key.pem"\n', "utf-8")
    with scheduler(tmp_path, "--protocol", "tls", *tls) as (address, file), worker(file, temporary / "a", words=tls):
        assert address.startswith("tls://")
        files = {name: str(tmp_path / f"{part}.pem") for name, part in TLS_FILES.items()}
        _wait_for(address, 1, Security(**files, require_encryption=True))
        assert build(tmp_path, "out", f"--scheduler={address}", f"--config={settings}") == 0
        assert len(pdfs(tmp_path / "out")) == 2
        capsys.readouterr()
        assert build(tmp_path, "out", f"--scheduler={address}") == ExitCode.WRONG_USE
    _empty(temporary)


def test_what_workers_refuse_is_told_as_here(
    tmp_path: Path, temporary: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    poisons = poison.write_batch(tmp_path, 8)
    one = next(case for case, name in poisons.items() if name == "links")
    with scheduler(tmp_path) as (address, file), worker(file, temporary / "a"):
        _wait_for(address, 1)
        capsys.readouterr()
        assert build(tmp_path, "out", f"--scheduler={address}", one) == ExitCode.RENDERING_FAILED
        assert [found["code"] for found in json.loads(capsys.readouterr().out)["findings"]] == ["DG-P112"]
    _empty(temporary)


def test_a_scheduler_that_nobody_serves(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from docgen.pipeline import cluster

    monkeypatch.setattr(cluster, "SECONDS_TO_CONNECT", 5.0)
    poison.write_batch(tmp_path, 1, rounds=0)
    for address, code, exit_code in (
        ("tcp://127.0.0.1:9", "DG-X161", ExitCode.TOOL_FAILED),
        ("tls://127.0.0.1:9", "DG-X163", ExitCode.WRONG_USE),
    ):
        assert build(tmp_path, "out", f"--scheduler={address}") == exit_code
        assert [found["code"] for found in json.loads(capsys.readouterr().out)["findings"]] == [code]
    with scheduler(tmp_path) as (address, _):
        assert build(tmp_path, "out", f"--scheduler={address}") == ExitCode.TOOL_FAILED
        assert [found["code"] for found in json.loads(capsys.readouterr().out)["findings"]] == ["DG-X162"]


def _build_apart(folder: Path, address: str) -> subprocess.Popen[bytes]:
    words = ["--format=json", "--lang=en", "--no-cache", f"--scheduler={address}", "--out=there"]
    return subprocess.Popen(
        [sys.executable, "-m", "docgen", "build", *words],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )


def _wait_for(address: str, count: int, security: Security | None = None) -> None:
    with Client(address, security=security, set_as_default=False) as client:
        client.wait_for_workers(count, timeout=120)


def _empty(temporary: Path) -> None:
    """Also after a worker was killed: its LibreOffice notices, and clears up."""
    assert in_time(lambda: not [*temporary.glob("*/docgen-*")])
    assert in_time(lambda: not [words for words in poison.processes_of(temporary) if "soffice" in words])
