"""Batches collect rarely, and circles are found all the same."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from docgen.cli.batch import Batch
from docgen.cli.monitor import Log
from docgen.pipeline.collector import collect_rarely


@pytest.fixture(autouse=True)
def as_it_was() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)
    gc.unfreeze()


class Knot:
    """Refers to itself."""

    def __init__(self) -> None:
        self.itself = self


def test_a_batch_collects_rarely_after_its_first_case() -> None:
    usual = gc.get_threshold()
    run = Batch("check", 2, Log(on=False))
    assert gc.get_threshold() == usual
    run.case_done()
    assert gc.get_threshold() > usual and gc.get_freeze_count() > 0


def test_circles_are_still_found() -> None:
    collect_rarely()
    gone = weakref.ref(Knot())
    kept = [Knot() for _ in range(gc.get_threshold()[0] + 1)]
    assert gone() is None and kept
