"""Doing several things at once, with results in the order of the things and failures as results.

Threads for work that waits for other programs, processes for work that Python itself does.
"""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from traceback import format_exception
from typing import Any, ParamSpec, TypeVar

from docgen.errors import DocgenError

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")
_Given = ParamSpec("_Given")


def attempted(work: Callable[_Given, _Result], /, *given: _Given.args, **named: _Given.kwargs) -> _Result | DocgenError:
    """What the work gives, or the error it raises from docgen's tree."""
    try:
        return work(*given, **named)
    except DocgenError as error:
        return error


def in_order(work: Callable[[_Item], _Result], items: Sequence[_Item], jobs: int) -> Iterator[_Result]:
    """The results in the order of the items, up to `jobs` at once, each as soon as it and those before are there.

    Threads, because the work waits for other programs. When the caller stops asking, for example because the user
    interrupts, nothing new begins.
    """
    if jobs <= 1 or len(items) <= 1:
        yield from map(work, items)
        return
    threads = ThreadPoolExecutor(jobs)
    try:
        yield from threads.map(work, items)
    finally:
        threads.shutdown(wait=False, cancel_futures=True)


def in_processes(work: Callable[[_Item], _Result], items: Sequence[_Item], jobs: int) -> Iterator[_Result]:
    """The results in the order of the items, from up to `jobs` copies of this process, which start at once.

    To be called while this process has one thread. Results must be picklable; what the work needs is just there,
    because a copy has it. The copies are gone when the last result was taken or the iterator is closed.

    Raises:
        DocgenError: the first one that the work raises, when its turn comes.
        RuntimeError: the work raised something else; its words are the trace.
    """
    if jobs <= 1 or len(items) <= 1:
        return map(work, items)
    copies = multiprocessing.get_context("fork")
    started: list[tuple[BaseProcess, Connection]] = []
    for first in range(min(jobs, len(items))):
        ours, theirs = copies.Pipe(duplex=False)
        process = copies.Process(target=_work_through, args=(theirs, work, items[first::jobs]), daemon=True)
        process.start()
        theirs.close()
        started.append((process, ours))
    return _collected(started, len(items))


def _collected(started: Sequence[tuple[BaseProcess, Connection]], count: int) -> Iterator[Any]:
    try:
        for index in range(count):
            outcome, value = started[index % len(started)][1].recv()
            if outcome == "refused":
                raise value
            if outcome == "broke":
                raise RuntimeError(value)
            yield value
    finally:
        for process, results in started:
            results.close()
            process.kill()
            process.join()


def _work_through(results: Connection, work: Callable[[_Item], _Result], items: Sequence[_Item]) -> None:
    # The first one is told to end by Ctrl-C, and ends the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    with suppress(BrokenPipeError):
        for item in items:
            try:
                results.send(("done", work(item)))
            except DocgenError as error:
                results.send(("refused", error))
            except Exception as error:
                # Left to itself, this process would write it to the terminal, with whatever words it quotes.
                results.send(("broke", "".join(format_exception(error))))
