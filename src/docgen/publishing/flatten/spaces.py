"""Colour spaces that hold more than numbers: names of inks, and palettes (8.6.6)."""

from __future__ import annotations

from typing import Any

from pikepdf import Array, Name, Stream, String

from docgen.publishing.flatten.copying import NAME, NAME_LENGTH, Copier, Row, Shape, words
from docgen.publishing.flatten.job import Job
from docgen.publishing.flatten.streams import decoded

_INKS = frozenset(f"/{name}" for name in words("All None Cyan Magenta Yellow Black Red Green Blue Gray"))
"""Names that mean something to readers; of others they use the alternate colours."""
_FIXED = {"/DeviceGray": 1, "/G": 1, "/CalGray": 1, "/Indexed": 1, "/I": 1, "/Separation": 1, "/DeviceRGB": 3}
_FIXED |= {"/RGB": 3, "/CalRGB": 3, "/Lab": 3, "/DeviceCMYK": 4, "/CMYK": 4}


def components_of(space: Any, job: Job, spot: str) -> int:
    """How many numbers a colour of a (copied) colour space has."""
    family = str(space[0] if isinstance(space, Array) else space)
    if family in _FIXED:
        return _FIXED[family]
    if family == "/ICCBased":
        return int(space[1].N)
    if family == "/DeviceN":
        return len(space[1])
    raise job.refusal("DG-F106", spot, expected="colour space", found=family)


class Ink(Shape):
    """The name of an ink, replaced by a number unless it is one of the common ones."""

    label = f"name of at most {NAME_LENGTH} letters"

    def fits(self, value: Any) -> bool:
        """Names."""
        return NAME.fits(value)

    def copied(self, value: Any, copier: Copier, spot: str, depth: int) -> Any:
        """The same name for the same ink."""
        name = str(value)
        return Name(name if name in _INKS else f"/Ink{copier.inks.setdefault(name, len(copier.inks) + 1)}")


class Palette(Row):
    """An `/Indexed` space, with as many colours as may be named."""

    def copied(self, value: Any, copier: Copier, spot: str, depth: int) -> Any:
        """Family, base, highest number, and the colours as a string."""
        family, base, highest = super().copied(list(value)[:3], copier, spot, depth)
        table = value[3]
        held = decoded(table, copier.job, spot) if isinstance(table, Stream) else bytes(table)
        needed = (int(highest) + 1) * components_of(base, copier.job, spot)
        copier.job.drop("bytes behind a palette", max(0, len(held) - needed))
        return Array([family, base, highest, String(held[:needed])])
