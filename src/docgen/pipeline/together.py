"""Doing several things at once, with results in the order of the things and failures as results."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

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
