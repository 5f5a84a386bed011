"""The part of `docgen build` that makes documents; loaded when there is one to be made."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from docgen.cli.desk import Desk
from docgen.cli.engine import engine
from docgen.cli.work import workshop
from docgen.dossier.built import Built
from docgen.dossier.cache import ContentCache
from docgen.dossier.roots import Roots
from docgen.dossier.settled import Surroundings
from docgen.errors import DocgenError
from docgen.pipeline.build import Making, build_all
from docgen.pipeline.recipe import OwnPress

if TYPE_CHECKING:
    from docgen.cli.build import Asked


def build_cases(
    desk: Desk, selected: Sequence[tuple[Roots, str]], asked: Asked, around: Surroundings | None
) -> Iterator[tuple[Built, ...] | DocgenError]:
    """What became of each case, in order.

    Raises:
        ToolMissing: LibreOffice is not there.
        UsageError, ContentInvalid: see `workshop`.
    """
    shop = workshop(desk, demo_trust=asked.demo_trust)
    with engine(desk, asked.jobs) as converter:
        press = OwnPress(converter, asked.deadline)
        making = Making.by(press, cache=cache_of(desk) if asked.cache else None, around=around, jobs=asked.jobs)
        yield from build_all([(shop.at(roots), case) for roots, case in selected], making, asked.kinds)


def cache_of(desk: Desk) -> ContentCache | None:
    """Where documents that were made before are kept; nothing when the settings say none."""
    limit = desk.settings.cache_megabytes * 2**20
    return ContentCache(desk.settings.roots.cache / "documents", limit) if limit else None
