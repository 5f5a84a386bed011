"""One warm LibreOffice behind a pipe. A program of its own, run by the Python that has `uno`; docgen never imports it.

It speaks in frames: four bytes of length, most significant first, then that many bytes.

    in:   JSON settings, once; then one Word file after another
    out:  JSON {"ready": true, "pid": …}, once; then for each Word file JSON {"ok": …} and, if so, the PDF

When its input ends, so does everything it started, and its folder is removed: also when docgen itself was killed.
"""

from __future__ import annotations

import ctypes
import json
import os
import queue
import resource
import shutil
import signal
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, wait
from pathlib import Path
from typing import Any, BinaryIO

import uno
import unohelper

_PR_SET_PDEATHSIG = 1
_NEVER = 0
"""Of com.sun.star.document.MacroExecMode (run no macro) and UpdateDocMode (follow no link) alike."""
_SECONDS_TO_LOOK = 0.5
"""Between two looks whether LibreOffice still runs."""
_XCallback = uno.getClass("com.sun.star.awt.XCallback")


class _Turn(unohelper.Base, _XCallback):  # type: ignore[misc, valid-type]
    """Work that LibreOffice's main thread does, and nothing else meanwhile."""

    def __init__(self, work: Callable[[], bytes | None]) -> None:
        self._work = work
        self.outcome: Future[bytes | None] = Future()

    def notify(self, _data: Any) -> None:
        try:
            self.outcome.set_result(self._work())
        except Exception as problem:  # for the thread that waits
            self.outcome.set_exception(problem)


class _Office:
    """A LibreOffice process and the way into it."""

    def __init__(self, settings: dict[str, Any]) -> None:
        self._settings = settings
        self._folder = Path(settings["folder"])
        with (self._folder / "said.txt").open("wb") as said:
            self._process = subprocess.Popen(
                settings["command"],
                cwd=self._folder,
                env=settings["environment"],
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
                preexec_fn=_die_with_parent(settings["largest_file"]),
            )
        context = self._reached(settings["address"], time.monotonic() + settings["seconds_to_start"])
        self._services = context.ServiceManager
        self._frame = self._bare_frame()
        self._main_thread = self._services.createInstance("com.sun.star.awt.AsyncCallback")
        # The same words as `soffice --convert-to` says to itself, so that both ways give the same PDF.
        self._read_as = (
            _property("FilterName", settings["import_filter"]),
            _property("ReadOnly", True),
            _property("Hidden", True),
            _property("Silent", True),
            _property("MacroExecutionMode", _NEVER),
            _property("UpdateDocMode", _NEVER),
        )
        options = tuple(_property(name, value) for name, value in settings["export_options"].items())
        self._written_as = (
            _property("FilterName", "writer_pdf_Export"),
            _property("FilterData", uno.Any("[]com.sun.star.beans.PropertyValue", options)),
        )

    @property
    def pid(self) -> int:
        """Process id of LibreOffice."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether LibreOffice still runs."""
        return self._process.poll() is None

    @property
    def kilobytes(self) -> int:
        """Memory in use."""
        try:
            words = Path(f"/proc/{self.pid}/status").read_text().split("VmRSS:")[1].split()
        except (OSError, IndexError):
            return 0
        return int(words[0])

    def end(self) -> None:
        """LibreOffice no longer runs."""
        self._process.kill()
        self._process.wait()

    def to_pdf(self, docx: bytes) -> bytes | None:
        """The PDF; nothing when LibreOffice does not take this for a Word file.

        LibreOffice's main thread makes it, in one go. Were another thread to do so, the main thread would meanwhile lay
        out pages for a screen, count words and collect them to complete what is typed: a sixth of all the work.
        """
        turn = _Turn(lambda: self._made(docx))
        self._main_thread.addCallback(turn, None)
        while not wait([turn.outcome], _SECONDS_TO_LOOK).done:
            if not self.alive:
                raise RuntimeError("LibreOffice stopped")
        return turn.outcome.result()

    def _made(self, docx: bytes) -> bytes | None:
        source = self._services.createInstanceWithArguments(
            "com.sun.star.io.SequenceInputStream", (uno.ByteSequence(docx),)
        )
        arguments = (_property("InputStream", source), *self._read_as)
        document = self._frame.loadComponentFromURL("private:stream", "_self", 0, arguments)
        if document is None:
            return None
        try:
            return self._exported(document)
        finally:
            self._frame.setComponent(None, None)
            document.close(True)

    def _bare_frame(self) -> Any:
        # One for all documents, without what a layout manager would put round each: menus, tool bars, status line.
        shape = uno.createUnoStruct("com.sun.star.awt.WindowDescriptor")
        shape.Type = uno.Enum("com.sun.star.awt.WindowClass", "TOP")
        shape.WindowServiceName, shape.ParentIndex = "window", -1
        shape.Bounds = uno.createUnoStruct("com.sun.star.awt.Rectangle", 0, 0, 100, 100)
        frame = self._services.createInstance("com.sun.star.frame.Frame")
        frame.initialize(self._services.createInstance("com.sun.star.awt.Toolkit").createWindow(shape))
        frame.LayoutManager = None
        return frame

    def _exported(self, document: Any) -> bytes:
        # One of its own: to write into one of ours, it would wait for this process with each piece.
        sink = self._services.createInstance("com.sun.star.io.SequenceOutputStream")
        document.storeToURL("private:stream", (*self._written_as, _property("OutputStream", sink)))
        return bytes(sink.getWrittenBytes().value)

    def _reached(self, address: str, until: float) -> Any:
        local = uno.getComponentContext()
        resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
        no_connection = uno.getClass("com.sun.star.connection.NoConnectException")
        while True:
            try:
                return resolver.resolve(address)
            except no_connection:
                if time.monotonic() > until or not self.alive:
                    raise
                time.sleep(0.02)


def _property(name: str, value: object) -> Any:
    made = uno.createUnoStruct("com.sun.star.beans.PropertyValue")
    made.Name, made.Value = name, value
    return made


def _die_with_parent(largest_file: int) -> Any:
    libc = ctypes.CDLL(None)

    def prepare() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    return prepare


def _read(stream: BinaryIO) -> bytes | None:
    head = stream.read(4)
    if len(head) < 4:
        return None
    (length,) = struct.unpack(">I", head)
    body = stream.read(length)
    return body if len(body) == length else None


def _write(stream: BinaryIO, *frames: bytes) -> None:
    for frame in frames:
        stream.write(struct.pack(">I", len(frame)))
        stream.write(frame)
    stream.flush()


def _answer(office: _Office, docx: bytes) -> tuple[bytes, ...]:
    try:
        pdf = office.to_pdf(docx)
    except Exception as problem:  # whatever UNO raises; a dead bridge shows in `alive`
        words = str(getattr(problem, "Message", "")) or type(problem).__name__
        return (_said(office, ok=False, broken=True, message=words),)
    if pdf is None:
        return (_said(office, ok=False, message="source file could not be loaded"),)
    return _said(office, ok=True), pdf


def _said(office: _Office, **words: object) -> bytes:
    return json.dumps({**words, "kilobytes": office.kilobytes}).encode()


def _end_with_docgen(offices: list[_Office], settings: dict[str, Any]) -> None:
    # The folder above holds the folders of all workers; the last one to leave takes it away.
    for office in offices:
        office.end()
    folder = Path(settings["folder"])
    shutil.rmtree(folder, ignore_errors=True)
    shutil.rmtree(folder.parent / "golden", ignore_errors=True)
    for socket in settings["sockets"]:
        Path(socket).unlink(missing_ok=True)
    if not [*folder.parent.glob("w*")]:
        shutil.rmtree(folder.parent, ignore_errors=True)
    os._exit(0)


def _listen(stream: BinaryIO, jobs: queue.SimpleQueue[bytes], offices: list[_Office], settings: dict[str, Any]) -> None:
    while (docx := _read(stream)) is not None:
        jobs.put(docx)
    _end_with_docgen(offices, settings)


def main() -> None:
    """Serves until its input ends or LibreOffice does."""
    source, target = sys.stdin.buffer, sys.stdout.buffer
    settings = json.loads(_read(source) or b"{}")
    os.environ.update(settings["environment"])
    offices: list[_Office] = []
    jobs: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    listener = threading.Thread(target=_listen, args=(source, jobs, offices, settings), daemon=True)
    listener.start()
    try:
        _serve(target, jobs, offices, settings)
    finally:
        os.close(target.fileno())  # tells docgen that there is nothing more to come
        listener.join()  # which clears up when docgen is gone


def _serve(target: BinaryIO, jobs: queue.SimpleQueue[bytes], offices: list[_Office], settings: dict[str, Any]) -> None:
    office = _Office(settings)
    offices.append(office)
    _write(target, json.dumps({"ready": True, "pid": office.pid}).encode())
    while office.alive:
        _write(target, *_answer(office, jobs.get()))


if __name__ == "__main__":
    main()
