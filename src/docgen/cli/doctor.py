"""`docgen doctor`: what this machine has and lacks."""

from __future__ import annotations

import importlib.metadata
import platform
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path

import click

from docgen.cli.desk import Desk, Outcome, as_command
from docgen.cli.doctor_signing import Check, signing_checks
from docgen.cli.table import table
from docgen.dossier import content
from docgen.dossier.cache import ContentCache
from docgen.errors import DocgenError, ExitCode
from docgen.pdf.convert import find_libreoffice
from docgen.pdf.verapdf import find_verapdf
from docgen.signing.card import EID_KEY, EID_TOKEN
from docgen.version import VERSION

_LIBRARIES = ("docxtpl", "pikepdf", "pypdf", "pyhanko", "pydantic")
_FONTS: Mapping[str, str] = {"Liberation Sans": "fonts-liberation", "Carlito": "fonts-crosextra-carlito"}


@as_command("doctor", example="docgen doctor --format json")
@click.option("--pkcs11", type=click.Path(path_type=Path, dir_okay=False), help="Card middleware to try, and needed.")
@click.option("--token", default=EID_TOKEN, show_default=True, help="Label of the card's token.")
@click.option("--key", "label", default=EID_KEY, show_default=True, help="Label of the card's certificate.")
def command(desk: Desk, pkcs11: Path | None, token: str, label: str) -> Outcome:
    """What docgen needs and what this machine has; ends with 6 when something needed is missing.

    Reader, card and certificate are looked at without a PIN; nothing is said of whose card it is.
    """
    checks = [*_checks(desk), *signing_checks(desk, pkcs11, token, label)]
    missing = [check for check in checks if check.needed and not check.found]
    rows = [[_mark(check), check.name, check.found or check.remedy] for check in checks]
    text = table(["", desk.text("column.tool"), desk.text("column.found")], rows)
    data = {"checks": [asdict(check) for check in checks]}
    return Outcome(text, data, ExitCode.TOOL_FAILED if missing else ExitCode.DONE)


def _mark(check: Check) -> str:
    colour = "green" if check.found else "red" if check.needed else "yellow"
    return click.style("✓" if check.found else "✗" if check.needed else "–", fg=colour)


def _checks(desk: Desk) -> Iterator[Check]:
    yield Check("docgen", VERSION, needed=True)
    yield Check("Python", platform.python_version(), needed=True)
    for name in _LIBRARIES:
        yield Check(name, importlib.metadata.version(name), needed=True)
    yield _libreoffice(desk)
    for family, package in _FONTS.items():
        yield Check(family, _font(family), needed=True, remedy=desk.text("doctor.install", package=package))
    yield _offices(desk)
    yield _cache(desk)
    verapdf = find_verapdf(desk.environment)
    found = verapdf.version() if verapdf else ""
    yield Check("veraPDF", found, needed=False, remedy=desk.text("doctor.verapdf"))


def _libreoffice(desk: Desk) -> Check:
    try:
        return Check("LibreOffice", find_libreoffice(desk.environment).version, needed=True)
    except DocgenError as error:
        return Check("LibreOffice", "", needed=True, remedy=" ".join(desk.say(one).remedy for one in error.findings))


def _font(family: str) -> str:
    matcher = shutil.which("fc-match")
    if matcher is None:
        return ""
    ran = subprocess.run([matcher, "--format=%{family}", family], capture_output=True, text=True, check=False)
    return ran.stdout if family in ran.stdout else ""


def _offices(desk: Desk) -> Check:
    try:
        names = [content.office(desk.settings.roots, name).id for name in content.offices(desk.settings.roots)]
    except DocgenError as error:
        return Check("templates", "", needed=True, remedy=" ".join(desk.say(one).text for one in error.findings))
    return Check("templates", ", ".join(names), needed=True, remedy=str(desk.settings.roots.templates))


def _cache(desk: Desk) -> Check:
    """Where documents that were made before are kept, and how full it is."""
    limit = desk.settings.cache_megabytes
    folder = desk.settings.roots.cache
    held = ContentCache(folder / "documents", limit * 2**20).inventory()
    found = f"{folder}: {held.entries}, {held.size / 2**20:.0f} / {limit} MB" if limit else ""
    return Check("cache", found, needed=False, remedy="cache_megabytes = 0")
