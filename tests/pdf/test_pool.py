"""The pool with the real LibreOffice: same bytes as one process a document, and nothing survives it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import builders
from docgen.documents import DocumentId, Docx
from docgen.errors import ToolFailed, ToolMissing
from docgen.pdf import pool as pool_module
from docgen.pdf import worker as worker_module
from docgen.pdf.convert import OneShotLibreOffice, convert
from docgen.pdf.engine import WarmWhenNeeded
from docgen.pdf.installation import Installation, find_installation
from docgen.pdf.normalise import normalise
from docgen.pdf.pool import LibreOfficePool, Limits, remove_leftovers
from docgen.pdf.profile import sockets
from docgen.pdf.tables import table_looks
from docgen.xmp import Metadata
from processes import in_time, is_running

pytestmark = [pytest.mark.soffice, pytest.mark.xdist_group("pool")]
ID = DocumentId("VSA-2026-001", "protocol", "nl")


@pytest.fixture(scope="session")
def installation(libreoffice: OneShotLibreOffice) -> Installation:
    found = find_installation(libreoffice, os.environ)
    assert found is not None, "install python3-uno"
    return found


@pytest.fixture(scope="module")
def warm(installation: Installation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LibreOfficePool]:
    """One pool of one worker for the tests that do not mind its past."""
    with LibreOfficePool(installation, 1, quarantine=tmp_path_factory.mktemp("aside")) as pool:
        yield pool


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where pools of this test put their folders."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def codes(caught: pytest.ExceptionInfo[ToolFailed]) -> list[str]:
    return [finding.code for finding in caught.value.findings]


def test_same_bytes_as_one_process_a_document(
    warm: LibreOfficePool,
    contract_docx: bytes,
    contract_pdf: bytes,
    contract_metadata: Metadata,
    form_docx: bytes,
    form_raw: bytes,
    form_metadata: Metadata,
) -> None:
    docx = Docx(ID, contract_docx, builders.CONTRACT_TITLE)
    looks = table_looks(builders.body_of(form_docx))
    for _ in range(2):
        assert convert(docx, converter=warm, metadata=contract_metadata).content == contract_pdf
        made = warm.to_pdf(form_docx, deadline=120)
        assert normalise(made, form_metadata, looks) == normalise(form_raw, form_metadata, looks)


@pytest.mark.parametrize("rubbish", [b"", b"just some words\n" * 20, b"PK\3\4"])
def test_what_is_no_word_file_is_refused_and_the_worker_lives_on(warm: LibreOfficePool, rubbish: bytes) -> None:
    with pytest.raises(ToolFailed) as caught:
        warm.to_pdf(rubbish, deadline=120)
    assert codes(caught) == ["DG-P103"]
    (pid,) = warm.pids
    assert is_running(pid)


def test_a_truncated_word_file_is_refused(warm: LibreOfficePool, contract_docx: bytes, contract_pdf: bytes) -> None:
    with pytest.raises(ToolFailed) as caught:
        warm.to_pdf(contract_docx[: len(contract_docx) // 2], deadline=120)
    assert codes(caught) == ["DG-P103"]
    assert warm.to_pdf(contract_docx, deadline=120).startswith(b"%PDF")


def test_nothing_is_fetched(warm: LibreOfficePool, contract_docx: bytes) -> None:
    asked = threading.Event()
    with _listener(asked) as address:
        linked = builders.with_linked_picture(contract_docx, f"{address}/pixel.png")
        assert warm.to_pdf(linked, deadline=120).startswith(b"%PDF")
    assert not asked.is_set()


def _listener(asked: threading.Event) -> _Listener:
    return _Listener(asked)


class _Listener:
    def __init__(self, asked: threading.Event) -> None:
        import http.server

        class Handler(http.server.BaseHTTPRequestHandler):
            def handle(self) -> None:
                asked.set()

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)

    def __enter__(self) -> str:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{self._server.server_port}"

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


def test_killed_between_two_documents_is_not_noticed(warm: LibreOfficePool, contract_docx: bytes) -> None:
    warm.to_pdf(contract_docx, deadline=120)
    (before,) = warm.pids
    os.kill(before, signal.SIGKILL)
    assert warm.to_pdf(contract_docx, deadline=120).startswith(b"%PDF")
    (after,) = warm.pids
    assert after != before
    assert not is_running(before)


def test_a_worker_is_replaced_after_so_many_documents_or_so_much_memory(
    installation: Installation, contract_docx: bytes, folder: Path
) -> None:
    with LibreOfficePool(installation, 1, limits=Limits(jobs=2)) as pool:
        seen = []
        for _ in range(3):
            pool.to_pdf(contract_docx, deadline=120)
            seen.append(pool.pids)
        assert len(seen[0]) == 1
        assert seen[1] == ()
        assert seen[2] not in (seen[0], ())
        pool._limits = Limits(kilobytes=10_000)
        pool.to_pdf(contract_docx, deadline=120)
        assert pool.pids == ()


def test_hanging_twice_ends_in_quarantine_with_what_it_takes_to_see_it_again(
    installation: Installation, contract_docx: bytes, folder: Path
) -> None:
    aside = folder / "aside"
    with LibreOfficePool(installation, 1, quarantine=aside) as pool, _stopping(pool, signal.SIGSTOP) as stopped:
        with pytest.raises(ToolFailed) as caught:
            pool.to_pdf(contract_docx, deadline=0.8)
        assert codes(caught) == ["DG-P102"]
        assert len(stopped) == 2
        assert [pid for pid in stopped if is_running(pid)] == []
        with pytest.raises(ToolFailed):  # at once, for it is known now
            pool.to_pdf(contract_docx, deadline=0.8)
        assert len(stopped) == 2
    place = caught.value.findings[0].place
    assert place is not None
    assert Path(place.file).read_bytes() == contract_docx
    report = json.loads(Path(place.file).with_name("report.json").read_text())
    assert [attempt["problem"] for attempt in report["attempts"]] == ["WorkerSlow"] * 2
    assert report["engine"].startswith("LibreOffice ")
    assert sorted(path.name for path in folder.iterdir()) == ["aside"]


def test_killed_once_in_mid_document_is_tried_again(
    installation: Installation, contract_docx: bytes, folder: Path
) -> None:
    with LibreOfficePool(installation, 1) as pool, _stopping(pool, signal.SIGKILL, times=1) as killed:
        assert pool.to_pdf(contract_docx, deadline=120).startswith(b"%PDF")
        assert len(killed) == 1


def test_killed_twice_is_said(installation: Installation, contract_docx: bytes, folder: Path) -> None:
    with LibreOfficePool(installation, 1) as pool, _stopping(pool, signal.SIGKILL):
        with pytest.raises(ToolFailed) as caught:
            pool.to_pdf(contract_docx, deadline=120)
        assert codes(caught) == ["DG-P105"]


class _stopping:  # noqa: N801 - reads as a sentence
    """Sends a signal to each LibreOffice just before it gets its document."""

    def __init__(self, pool: LibreOfficePool, sent: signal.Signals, times: int = 99) -> None:
        self._sent, self._times = sent, times
        self._signalled: list[int] = []

    def __enter__(self) -> list[int]:
        self._original = worker_module.Worker.to_pdf

        def to_pdf(worker: worker_module.Worker, docx: bytes, seconds: float) -> bytes:
            if len(self._signalled) < self._times:
                os.kill(worker.pid, self._sent)
                self._signalled.append(worker.pid)
            return self._original(worker, docx, seconds)

        worker_module.Worker.to_pdf = to_pdf  # type: ignore[method-assign]
        return self._signalled

    def __exit__(self, *_: object) -> None:
        worker_module.Worker.to_pdf = self._original  # type: ignore[method-assign]


def test_leaving_the_block_in_mid_document_leaves_nothing(
    installation: Installation, contract_docx: bytes, folder: Path
) -> None:
    with ThreadPoolExecutor(2) as threads:
        with LibreOfficePool(installation, 2) as pool:
            running = [threads.submit(pool.to_pdf, contract_docx, deadline=120) for _ in range(8)]
            assert in_time(lambda: pool.pids)
            pids = pool.pids
        done = [one.exception() for one in running]
    assert {type(one) for one in done} <= {ToolFailed, type(None)}
    assert ToolFailed in {type(one) for one in done}
    assert [pid for pid in pids if is_running(pid)] == []
    assert [*folder.iterdir()] == []
    with pytest.raises(ToolFailed):  # and does not wait for ever
        pool.to_pdf(contract_docx + b"x", deadline=120)


PROGRAM = """
import os, sys, threading
from pathlib import Path
from docgen.pdf.convert import find_libreoffice
from docgen.pdf.installation import find_installation
from docgen.pdf.pool import LibreOfficePool
engine = find_libreoffice(os.environ)
docx = Path(sys.argv[1]).read_bytes()
with LibreOfficePool(find_installation(engine, os.environ), 1) as pool:
    pool.to_pdf(docx, deadline=120)
    print(*pool.pids, flush=True)
    while True:
        pool.to_pdf(docx, deadline=120)
"""


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_pool_whose_process_ends_leaves_nothing(sent: signal.Signals, contract_docx: bytes, tmp_path: Path) -> None:
    source, folder = tmp_path / "contract.docx", Path(tempfile.mkdtemp(prefix="dg", dir="/tmp"))
    source.write_bytes(contract_docx)
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(source)],
        env={**os.environ, "TMPDIR": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    assert process.stdout is not None
    pid = int(process.stdout.readline())
    (own,) = folder.glob("docgen-pool-*")
    (worker,) = own.glob("w*")
    assert any(path.exists() for path in sockets(worker / "profile", f"{own.name}-{worker.name}"))
    time.sleep(0.3)  # in the midst of a document
    process.send_signal(sent)
    process.wait()
    assert in_time(lambda: not is_running(pid))
    assert in_time(lambda: not [*folder.iterdir()])
    assert in_time(lambda: not [p for p in sockets(worker / "profile", f"{own.name}-{worker.name}") if p.exists()])
    folder.rmdir()


def test_folders_of_pools_that_are_gone_are_swept_and_of_living_ones_not(
    installation: Installation, contract_docx: bytes, folder: Path
) -> None:
    gone = folder / f"{pool_module._PREFIX}gone"
    (gone / "w0" / "profile").mkdir(parents=True)
    (gone / "lock").touch()
    with LibreOfficePool(installation, 1) as living:
        assert not gone.exists()
        remove_leftovers()
        assert living.to_pdf(contract_docx, deadline=120).startswith(b"%PDF")


def test_a_python_without_uno_is_not_taken(libreoffice: OneShotLibreOffice, tmp_path: Path) -> None:
    for python in ("/nowhere/python3", "/bin/true/x", "/bin/false"):
        assert find_installation(libreoffice, {"DOCGEN_UNO_PYTHON": python}) is None
    assert find_installation(OneShotLibreOffice(tmp_path / "soffice"), {}) is None


def test_a_worker_that_cannot_start_is_a_tool_that_failed(installation: Installation, folder: Path) -> None:
    for python in (Path("/nowhere/python3"), Path("/bin/false")):
        broken = Installation(installation.engine, installation.soffice, python)
        with LibreOfficePool(broken, 1) as pool, pytest.raises(ToolFailed) as caught:
            pool.to_pdf(b"x", deadline=120)
        assert codes(caught) == ["DG-P105"]
    missing = Installation(OneShotLibreOffice(folder / "gone"), installation.soffice, installation.python)
    with pytest.raises(ToolMissing), LibreOfficePool(missing, 1):
        pass
    assert [*folder.iterdir()] == []


class Counting:
    """Stands for an engine."""

    def __init__(self) -> None:
        self.versions = 0
        self.converted = 0

    @property
    def version(self) -> str:
        self.versions += 1
        return "counting"

    def to_pdf(self, docx: bytes, *, deadline: float) -> bytes:
        self.converted += 1
        return b"cold"


def test_the_pool_warms_up_only_when_there_is_more_to_do(
    installation: Installation, contract_docx: bytes, folder: Path
) -> None:
    engine = Counting()
    with WarmWhenNeeded(engine, lambda: installation, workers=1) as converter:  # type: ignore[arg-type]
        assert [converter.to_pdf(contract_docx, deadline=60) for _ in range(2)] == [b"cold"] * 2
        assert [*folder.iterdir()] == []
        assert converter.to_pdf(contract_docx, deadline=60).startswith(b"%PDF")
        assert (converter.version, converter.version, engine.versions, engine.converted) == ("counting",) * 2 + (1, 2)
    assert [*folder.iterdir()] == []


def test_without_uno_every_document_gets_a_process_of_its_own() -> None:
    engine = Counting()
    with WarmWhenNeeded(engine, lambda: None, workers=2) as converter:  # type: ignore[arg-type]
        assert [converter.to_pdf(b"", deadline=60) for _ in range(5)] == [b"cold"] * 5
