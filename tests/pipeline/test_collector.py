"""Batches collect rarely, and circles are found all the same."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from docgen.cli.batch import Batch
from docgen.cli.monitor import Log
from docgen.pipeline.collector import collect_rarely

_USUAL = (700, 10, 10)


@pytest.fixture(autouse=True)
def as_it_was() -> Iterator[None]:
    before = gc.get_threshold()
    gc.set_threshold(*_USUAL)  # a batch in an earlier test may have changed it
    yield
    gc.set_threshold(*before)
    gc.unfreeze()


class Knot:
    """Refers to itself."""

    def __init__(self) -> None:
        self.itself = self


def test_a_batch_collects_rarely_after_its_first_case() -> None:
    run = Batch("check", 2, Log(on=False))
    assert gc.get_threshold() == _USUAL
    run.case_done()
    assert gc.get_threshold() > _USUAL and gc.get_freeze_count() > 0


def test_circles_are_still_found() -> None:
    collect_rarely()
    gone = weakref.ref(Knot())
    kept = [Knot() for _ in range(gc.get_threshold()[0] + 1)]
    assert gone() is None and kept
