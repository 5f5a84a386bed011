"""The engine that makes PDFs in a run of a command."""

from __future__ import annotations

from docgen.cli.desk import Desk
from docgen.pdf.convert import find_libreoffice
from docgen.pdf.engine import WarmWhenNeeded
from docgen.pdf.installation import find_installation


def engine(desk: Desk, jobs: int) -> WarmWhenNeeded:
    """What turns Word files into PDFs in this run; to be used in a `with` block.

    Raises:
        ToolMissing: LibreOffice is not there.
    """
    cold = find_libreoffice(desk.environment)
    aside = desk.settings.roots.out / "quarantine"
    return WarmWhenNeeded(cold, lambda: find_installation(cold, desk.environment), workers=jobs, quarantine=aside)
