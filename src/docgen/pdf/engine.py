"""The converter of a run: a new LibreOffice for the odd document, warm ones as soon as there are more."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from typing import Final, Self

from docgen.errors import ToolFailed
from docgen.pdf.convert import Converter, OneShotLibreOffice
from docgen.pdf.installation import Installation
from docgen.pdf.pool import LibreOfficePool

FEW: Final = 2
"""Up to here warming up costs more than it gains."""


class WarmWhenNeeded:
    """A converter for a run of which nobody knows yet how many documents it will convert. Same bytes either way.

    For use in a `with` block, by any number of threads.
    """

    def __init__(
        self,
        engine: OneShotLibreOffice,
        find: Callable[[], Installation | None],
        *,
        workers: int,
        quarantine: Path | None = None,
    ) -> None:
        """Nothing starts yet.

        Args:
            engine: for the first documents, and for all of them when a pool cannot be had.
            find: looks for what a pool needs; asked once, when it is needed.
            workers: how many documents at once.
            quarantine: see `LibreOfficePool`.
        """
        self._engine = engine
        self._find = find
        self._workers = workers
        self._quarantine = quarantine
        self._asked = 0
        self._warm: Converter | None = None
        self._closed = False
        self._lock = threading.Lock()
        self._open = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._closed = True
        self._open.close()

    @cached_property
    def version(self) -> str:
        """See `Converter`; asked once a run."""
        return self._engine.version

    def to_pdf(self, docx: bytes, *, deadline: float) -> bytes:
        """See `Converter`."""
        return self._next().to_pdf(docx, deadline=deadline)

    def _next(self) -> Converter:
        with self._lock:
            if self._closed:
                raise ToolFailed.because("DG-P105", message="the run has ended")
            self._asked += 1
            if self._asked <= FEW:
                return self._engine
            if self._warm is None:
                self._warm = self._warmed()
            return self._warm

    def _warmed(self) -> Converter:
        installation = self._find()
        if installation is None:
            return self._engine
        try:
            pool = LibreOfficePool(installation, self._workers, quarantine=self._quarantine)
            return self._open.enter_context(pool)
        except ToolFailed:
            return self._engine
