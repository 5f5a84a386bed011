"""The part of `docgen build` that makes documents; loaded when there is one to be made."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from docgen.cli.batch import usual_jobs
from docgen.cli.build_request import Asked
from docgen.cli.desk import Desk
from docgen.cli.engine import engine
from docgen.cli.work import workshop
from docgen.dossier.built import Built
from docgen.dossier.cache import ContentCache
from docgen.dossier.roots import Roots
from docgen.dossier.settled import Surroundings
from docgen.errors import DocgenError, ToolMissing
from docgen.findings import Finding
from docgen.pipeline.build import Making, build_all
from docgen.pipeline.recipe import OwnPress, Press

_AHEAD: Final = 2
"""Documents on their way for each thread of the workers, so that none waits for the next one."""

Tell = Callable[[Finding], None]


def build_cases(
    desk: Desk, selected: Sequence[tuple[Roots, str]], asked: Asked, around: Surroundings | None, tell: Tell
) -> Iterator[tuple[Built, ...] | DocgenError]:
    """What became of each case, in order. Is told what there is to know about other machines.

    Raises:
        ToolMissing: LibreOffice is not there, or what a scheduler needs.
        ToolFailed: the scheduler does not answer, or has no worker that can make PDFs.
        UsageError, ContentInvalid: see `workshop`.
    """
    shop = workshop(desk, demo_trust=asked.demo_trust)
    cache = cache_of(desk) if asked.cache else None
    with _press(desk, asked, tell) as (press, jobs):
        making = Making.by(press, cache=cache, around=around, jobs=asked.jobs or jobs)
        yield from build_all([(shop.at(roots), case) for roots, case in selected], making, asked.kinds)


@contextmanager
def _press(desk: Desk, asked: Asked, tell: Tell) -> Iterator[tuple[Press, int]]:
    """What makes PDFs in this run, and how many at once."""
    if asked.scheduler is None:
        jobs = asked.jobs or usual_jobs()
        with engine(desk, jobs) as converter:
            yield OwnPress(converter, asked.deadline), jobs
        return
    if importlib.util.find_spec("distributed") is None:
        raise ToolMissing.because("DG-X160")
    # Only with the extra docgen[dask], and half a second to load.
    cluster = importlib.import_module("docgen.pipeline.cluster")
    files = desk.settings.cluster
    tls = cluster.Tls(files.tls_ca, files.tls_certificate, files.tls_key) if files.tls_ca else None
    with cluster.connected(asked.scheduler, tls=tls, deadline=asked.deadline) as press:
        for note in press.notes:
            tell(note)
        yield press, _AHEAD * max(press.threads, 1)


def cache_of(desk: Desk) -> ContentCache | None:
    """Where documents that were made before are kept; nothing when the settings say none."""
    limit = desk.settings.cache_megabytes * 2**20
    return ContentCache(desk.settings.roots.cache / "documents", limit) if limit else None
