"""The press of other machines, over Dask: the same recipe on bytes, so the same PDFs, wherever they are made.

A worker is a process of `dask worker` in an environment that has docgen and LibreOffice. It needs no folder of this
machine, keeps its LibreOffice warm between documents, and knows nothing when it is gone: what it had begun is begun
again elsewhere. Only this process writes files.
"""

from __future__ import annotations

import os
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Final

from distributed import Client, get_worker
from distributed.security import Security
from distributed.utils import TimeoutError as NotYet

from docgen.documents import SignablePdf
from docgen.errors import DocgenError, ToolFailed, UsageError
from docgen.findings import Finding, Place, Severity
from docgen.pdf.convert import Converter, find_libreoffice
from docgen.pdf.installation import find_installation
from docgen.pdf.pool import LibreOfficePool
from docgen.pipeline.recipe import Printing, finish
from docgen.version import VERSION

SECONDS_TO_CONNECT: Final = 20.0
"""For an answer of the scheduler, and as long again for a first worker."""
PATIENCE: Final = 60.0
"""Seconds without any worker that could do the work, after which it is given up."""
_LOOK: Final = 1.0
_MACHINE: Final = "docgen"


@dataclass(frozen=True, slots=True)
class Tls:
    """Files that prove who is who, as `dask scheduler` and `dask worker` take them; all three or none."""

    ca: Path
    certificate: Path
    key: Path


@dataclass(frozen=True, slots=True)
class _About:
    """What a worker says of itself."""

    docgen: str
    libreoffice: str
    """Empty when it has none."""


@contextmanager
def connected(address: str, *, tls: Tls | None = None, deadline: float | None = None) -> Iterator[ClusterPress]:
    """The press of a scheduler, as `tcp://host:8786` or `tls://host:8786`.

    Raises:
        ToolFailed: nobody answers there (DG-X161), or no worker there can make PDFs (DG-X162).
        UsageError: `tls://` without certificates (DG-X163).
    """
    with ExitStack() as open_:
        client = open_.enter_context(_client(address, tls))
        yield ClusterPress(client, address, deadline, encrypted=tls is not None)


class ClusterPress:
    """Makes PDFs on the workers of a scheduler. For any number of threads; one document a call."""

    def __init__(self, client: Any, address: str, deadline: float | None, *, encrypted: bool) -> None:
        """Asks every worker what it has.

        Raises:
            ToolFailed: none of them can make PDFs (DG-X162).
        """
        self._client = client
        self._address = address
        self._deadline = deadline
        self._unfit: set[str] = set()
        self._lock = threading.Lock()
        said = _asked(client)
        self.version = _common(said)
        """The engine's version; workers with another one are not used, for their bytes would differ."""
        problems = {worker: _problem(about, self.version) for worker, about in said.items()}
        self._unfit.update(worker for worker, problem in problems.items() if problem)
        self.notes = tuple(_notes(problems, address, encrypted=encrypted))
        """Findings about the workers, to be shown."""
        if not self.version:
            raise ToolFailed([Finding("DG-X162", Severity.ERROR, Place(address)), *self.notes])

    @property
    def threads(self) -> int:
        """How many documents the workers can make at once."""
        workers = self._client.scheduler_info(n_workers=-1)["workers"]
        return sum(int(one["nthreads"]) for name, one in workers.items() if name not in self._unfit)

    def __call__(self, printing: Printing) -> SignablePdf:
        """See `docgen.pipeline.recipe.Press`.

        Raises:
            ToolFailed: also when the document took several workers with it, or no worker is left (DG-X162).
        """
        while True:
            outcome, value = self._outcome(printing)
            if outcome == "made":
                made: SignablePdf = value
                return made
            if outcome == "refused":
                raise value
            with self._lock:  # a worker that came later, and cannot do it
                self._unfit.add(str(value))

    def _outcome(self, printing: Printing) -> tuple[str, Any]:
        alone_since = time.monotonic()
        while True:
            fit = self._fit()
            if fit:
                alone_since = time.monotonic()
                found = self._tried(printing, fit)
                if found is not None:
                    return found
            elif time.monotonic() - alone_since > PATIENCE:
                raise ToolFailed.because("DG-X162", Place(self._address))
            else:
                time.sleep(_LOOK)

    def _tried(self, printing: Printing, fit: Sequence[str]) -> tuple[str, Any] | None:
        """What came of it; nothing when the workers it was meant for are all gone."""
        chosen = {"workers": list(fit), "allow_other_workers": False} if self._unfit else {}
        future = self._client.submit(_made, printing, self._deadline, self.version, pure=False, **chosen)
        try:
            while True:
                try:
                    found: tuple[str, Any] = future.result(timeout=_LOOK)
                    return found
                except (NotYet, TimeoutError):
                    if self._client.status != "running":
                        raise ToolFailed.because("DG-X161", Place(self._address)) from None
                    if not set(fit) & set(self._fit()):
                        return None
        except DocgenError:
            raise
        except Exception as problem:  # KilledWorker, CancelledError, CommClosedError: the document, or the network
            raise ToolFailed.because("DG-X164", Place(self._address), message=type(problem).__name__) from problem
        finally:
            with suppress(Exception):
                future.cancel()

    def _fit(self) -> list[str]:
        return sorted(set(self._client.scheduler_info(n_workers=-1)["workers"]) - self._unfit)


@contextmanager
def _client(address: str, tls: Tls | None) -> Iterator[Any]:
    if address.startswith("tls://") and tls is None:
        raise UsageError.because("DG-X163", Place(address))
    security = None
    if tls is not None:
        security = Security(
            tls_ca_file=str(tls.ca),
            tls_client_cert=str(tls.certificate),
            tls_client_key=str(tls.key),
            require_encryption=True,
        )
    try:
        client = Client(address, timeout=SECONDS_TO_CONNECT, security=security, set_as_default=False)
    except (OSError, ValueError, RuntimeError) as problem:
        raise ToolFailed.because("DG-X161", Place(address)) from problem
    with client:
        yield client


def _asked(client: Any) -> Mapping[str, _About | None]:
    """What each worker says of itself; nothing of one without docgen. A first one that is starting is waited for."""
    with suppress(NotYet, TimeoutError):
        client.wait_for_workers(1, timeout=SECONDS_TO_CONNECT)
    said = client.run(_about, on_error="return")
    return {worker: about if isinstance(about, _About) else None for worker, about in said.items()}


def _common(said: Mapping[str, _About | None]) -> str:
    versions = Counter(one.libreoffice for one in said.values() if one and one.libreoffice and one.docgen == VERSION)
    return min(versions, key=lambda version: (-versions[version], version), default="")


def _problem(about: _About | None, version: str) -> str:
    if about is None:
        return "docgen ?"
    if about.docgen != VERSION:
        return f"docgen {about.docgen} ≠ {VERSION}"
    if not about.libreoffice:
        return "LibreOffice ?"
    return f"{about.libreoffice} ≠ {version}" if about.libreoffice != version else ""


def _notes(problems: Mapping[str, str], address: str, *, encrypted: bool) -> Iterator[Finding]:
    for worker, problem in sorted(problems.items()):
        if problem:
            yield Finding("DG-X165", Severity.WARNING, Place(worker), {"problem": problem})
    if not encrypted and not _stays_here(address):
        yield Finding("DG-X166", Severity.WARNING, Place(address))


def _stays_here(address: str) -> bool:
    host = address.partition("://")[2].rpartition(":")[0].strip("[]")
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


# From here on: what runs on a worker.


class _Machine:
    """The LibreOffice of a worker: started by its first document, ended with the worker."""

    def __init__(self, threads: int) -> None:
        self._threads = threads
        self._lock = threading.Lock()
        self._open = ExitStack()
        self._converter: Converter | None = None

    def converter(self) -> Converter:
        """Raises ToolMissing when there is no LibreOffice."""
        with self._lock:
            if self._converter is None:
                engine = find_libreoffice(os.environ)
                installation = find_installation(engine, os.environ)
                self._converter = (
                    self._open.enter_context(LibreOfficePool(installation, self._threads)) if installation else engine
                )
            return self._converter

    def teardown(self, worker: object) -> None:
        """Called by Dask when the worker ends."""
        with self._lock:
            self._open.close()
            self._converter = None


def _machine() -> _Machine:
    worker = get_worker()
    machine: _Machine = worker.plugins.setdefault(_MACHINE, _Machine(worker.state.nthreads))
    return machine


def _about() -> _About:
    try:
        return _About(VERSION, find_libreoffice(os.environ).version)
    except DocgenError:
        return _About(VERSION, "")


def _made(printing: Printing, deadline: float | None, version: str) -> tuple[str, object]:
    """`made` with the PDF, `refused` with an error, or `unfit` with the worker's address."""
    try:
        converter = _machine().converter()
        if converter.version != version:
            return "unfit", get_worker().address
    except DocgenError:
        return "unfit", get_worker().address
    try:
        return "made", finish(printing, converter=converter, deadline=deadline)
    except DocgenError as error:
        return "refused", error  # told, not raised: Dask would write it into the worker's log
