"""Which template a file is: its office, language and kind by its place under the templates folder."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from docgen.cli.desk import Desk
from docgen.dossier import content
from docgen.errors import UsageError
from docgen.office.profile import Office


@dataclass(frozen=True, slots=True)
class Which:
    """One kind of an office in one language."""

    office: Office
    kind: str
    lang: str


def templates(desk: Desk, office: str | None = None) -> Iterator[Path]:
    """Every Word template, or those of one office."""
    root = desk.settings.roots.templates
    for name in [office] if office else content.offices(desk.settings.roots):
        yield from sorted(root.glob(f"{name}/*/*.docx"))


def which(desk: Desk, path: Path) -> Which | None:
    """What a file is as a template; nothing when it lies elsewhere or is of no kind of its office."""
    folder = path.resolve().parent
    if folder.parent.parent != desk.settings.roots.templates.resolve():
        return None
    if folder.parent.name not in content.offices(desk.settings.roots):
        return None
    office = content.office(desk.settings.roots, folder.parent.name)
    return Which(office, path.stem, folder.name) if path.stem in office.kinds else None


def languages(desk: Desk, office: Office) -> frozenset[str]:
    """Languages in which an office has Word templates."""
    return frozenset(path.parent.name for path in templates(desk, office.id))


def chosen(desk: Desk, kind: str, office: str | None, lang: str | None) -> Which:
    """The template that a user means by its kind, and an office and a language where there are several.

    Raises:
        UsageError: there is no such kind, or it is not clear whose is meant.
        ContentInvalid: there is no such office.
    """
    roots = desk.settings.roots
    offices = [content.office(roots, name) for name in ([office] if office else content.offices(roots))]
    having = [one for one in offices if kind in one.kinds]
    if not having:
        known = dict.fromkeys(name for one in offices for name in one.kinds)
        raise UsageError.because("DG-X320", kind=kind, known=", ".join(known))
    if len(having) > 1:
        raise UsageError.because("DG-X321", kind=kind, known=", ".join(one.id for one in having))
    found = having[0]
    tongue = lang or next((each for each in found.languages if each in languages(desk, found)), found.languages[0])
    if tongue not in found.languages:
        raise UsageError.because("DG-X322", office=found.id, lang=tongue, known=", ".join(found.languages))
    return Which(found, kind, tongue)
