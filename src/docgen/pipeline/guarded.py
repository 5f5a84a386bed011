"""Work on files that may be hostile: here, or in a process of its own that is stopped when it takes too long.

A PDF from elsewhere can be made so that reading it never ends or fills the memory. Flattening and auditing set limits
to their work, but neither can promise an end; a process can be ended.
"""

from __future__ import annotations

import contextlib
import fcntl
import logging
import multiprocessing
import os
import resource
import signal
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any, ParamSpec, Protocol, TypeVar

from docgen.errors import DocgenError
from docgen.pipeline.collector import collect_rarely

Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")
DEADLINE = 300.0
"""Seconds for one document. A contract of eleven pages takes one or two; one of 500 pages under a minute."""
MEMORY = 4 * 1024**3
"""Bytes of address space. The limits of flatten and audit end far below it."""
_AFTERWARDS = 5.0
_PRELOADED = ["docgen.pipeline.release", "docgen.pipeline.flatten", "docgen.pipeline.examine"]
"""What the work needs. Loading it takes several times as long as most documents do."""


class Unfinished(Exception):
    """The work did not come to an end: it took too long, or its process died. Never leaves the pipeline as it is."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
        """In short, for a finding: `> 300 s`, `killed`."""


class Runner(Protocol):
    """Calls a function with its arguments, somewhere."""

    def __call__(self, work: Callable[Asked, Answer], /, *given: Asked.args, **named: Asked.kwargs) -> Answer:
        """The function's result; its `DocgenError` is raised here. Raises `Unfinished` when there was no end."""
        ...


def here(work: Callable[Asked, Answer], /, *given: Asked.args, **named: Asked.kwargs) -> Answer:
    """The result of a call in this process, however long it takes."""
    return work(*given, **named)


@dataclass(frozen=True, slots=True)
class Apart:
    """Calls a function in a fresh process with a deadline; function, arguments and result must be picklable.

    The processes are copies of one that has loaded the libraries and seen no file. All of them end with this one, also
    when it is killed.
    """

    deadline: float = DEADLINE
    """Seconds, the start of the process included."""
    memory: int = MEMORY

    def __call__(self, work: Callable[Asked, Answer], /, *given: Asked.args, **named: Asked.kwargs) -> Answer:
        """The function's result. Raises `Unfinished` after the deadline, or when the process died or did not start."""
        fresh = multiprocessing.get_context("forkserver")
        fresh.set_forkserver_preload(_PRELOADED)
        ours, theirs = fresh.Pipe(duplex=False)
        process = fresh.Process(target=_answer, args=(theirs, self.memory, work, given, named), daemon=True)
        try:
            process.start()
        except (OSError, EOFError) as error:  # what it would have been a copy of was killed this very moment
            ours.close()
            raise Unfinished(type(error).__name__) from error
        finally:
            theirs.close()
        try:
            answer: Answer = _received(ours, self.deadline)
            return answer
        except EOFError as error:
            process.join(_AFTERWARDS)
            raise Unfinished(f"exit {process.exitcode}") from error
        finally:
            process.kill()
            process.join()
            ours.close()


def _received(answers: Connection, deadline: float) -> Any:
    if not answers.poll(deadline):
        raise Unfinished(f"> {deadline:g} s")
    outcome, value = answers.recv()
    if outcome == "refused":
        raise value
    if outcome == "broke":
        raise Unfinished(value)
    return value


def _answer(answers: Connection, memory: int, work: Callable[..., Any], given: Any, named: Any) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for docgen, which ends this process
    _end_with_caller()
    hush_libraries()
    collect_rarely()
    with contextlib.suppress(ValueError, OSError):  # a lower limit was set from outside
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    try:
        answers.send(("done", work(*given, **named)))
    except DocgenError as error:
        answers.send(("refused", error))
    except Exception as error:
        # Only its name: the words of others may hold what stands in the file.
        answers.send(("broke", type(error).__name__))


def _end_with_caller() -> None:
    """Have the system end this process when its caller is gone, who then keeps no deadline any more.

    Not a thread that waits: it would get no turn while a library is busy. And not the death of the parent process,
    which is the one this is a copy of: that one goes on as long as its copies do.
    """
    caller = multiprocessing.parent_process()
    assert caller is not None  # noqa: S101 -- for the type checker: this is a child
    # The other end of this pipe is held by the caller alone. Nobody handles the signal (SIGIO), so it ends us.
    fcntl.fcntl(caller.sentinel, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(caller.sentinel, fcntl.F_SETFL, fcntl.fcntl(caller.sentinel, fcntl.F_GETFL) | os.O_ASYNC)
    if not caller.is_alive():  # gone before we asked
        os._exit(1)


def hush_libraries() -> None:
    """Keep what libraries log off the terminal: it is not for users, and it quotes the files."""
    root = logging.getLogger()
    if not any(isinstance(handler, logging.NullHandler) for handler in root.handlers):
        root.addHandler(logging.NullHandler())
