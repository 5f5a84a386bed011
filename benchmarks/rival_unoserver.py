"""unoserver, in a throw-away environment of the Python that has `uno`; nothing of it stays."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from xmlrpc.client import Binary, ServerProxy

from docgen.pdf.convert import EXPORT_OPTIONS, IMPORT_FILTER


@contextmanager
def unoserver(python: Path) -> Iterator[Callable[[bytes], bytes] | str]:
    """A function from Word to PDF; or the reason why there is none."""
    with tempfile.TemporaryDirectory(prefix="docgen-bench-") as name:
        folder = Path(name)
        made = subprocess.run(
            [str(python), "-m", "venv", "--system-site-packages", name], capture_output=True, check=False
        )
        pip = [f"{name}/bin/python", "-m", "pip", "install", "--quiet", "unoserver"]
        if made.returncode or subprocess.run(pip, capture_output=True, check=False).returncode:
            yield "could not be installed"
            return
        ports = [_free(), _free()]
        command = [f"{name}/bin/python", "-m", "unoserver.server", "--port", str(ports[0]), "--uno-port", str(ports[1])]
        command += ["--user-installation", str(folder / "profile")]
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        try:
            yield _reached(ports[0])
        finally:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()


def _reached(port: int) -> Callable[[bytes], bytes] | str:
    options = [f"{name}={str(value).lower()}" for name, value in EXPORT_OPTIONS.items()]

    def convert(docx: bytes) -> bytes:
        with ServerProxy(f"http://127.0.0.1:{port}", allow_none=True) as proxy:
            made = proxy.convert(None, Binary(docx), None, "pdf", "writer_pdf_Export", options, True, IMPORT_FILTER)
        assert isinstance(made, Binary)
        return made.data

    until = time.monotonic() + 90
    while time.monotonic() < until:
        try:
            with ServerProxy(f"http://127.0.0.1:{port}", allow_none=True) as proxy:
                proxy.info()
            return convert
        except OSError:
            time.sleep(0.2)
    return "did not start"


def _free() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
