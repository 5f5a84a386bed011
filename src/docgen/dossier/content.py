"""What legal staff own, read from `templates/`: office profiles, Word templates, rules, wording."""

from __future__ import annotations

from pathlib import Path

from docgen.case.help import Help, read_help
from docgen.documents import sha256
from docgen.dossier import files
from docgen.dossier.roots import Roots
from docgen.errors import ContentInvalid, UsageError
from docgen.findings import Place
from docgen.office.profile import Office, read_office
from docgen.office.rules import Rules, read_rules, unknown_rules
from docgen.office.wording import Wording, read_wording


def offices(roots: Roots) -> tuple[str, ...]:
    """Ids of the offices that have a profile."""
    return tuple(sorted(file.parent.name for file in roots.templates.glob("*/office.yaml")))


def office(roots: Roots, name: str) -> Office:
    """The profile of an office.

    Raises:
        ContentInvalid: there is none of this name, or it is not as it should be.
    """
    file = roots.templates / name / "office.yaml"
    if not file.is_file():
        _require_templates(roots)
        raise ContentInvalid.because("DG-O120", Place(str(file)), office=name, known=", ".join(offices(roots)))
    return read_office(files.read(file), str(file))


def lawful_office(roots: Roots, name: str, rules: Rules) -> Office:
    """The profile of an office, of which every rule it refers to has a row.

    Raises:
        ContentInvalid: as `office`, or a rule is unknown.
    """
    profile = office(roots, name)
    unknown = unknown_rules(profile, rules, str(roots.templates / name / "office.yaml"))
    if unknown:
        raise ContentInvalid(unknown)
    return profile


def crest(roots: Roots, office: Office) -> tuple[bytes, str] | None:
    """Content and path of the crest that an office's marks show; `None` when it has none.

    Raises:
        ContentInvalid: DG-X146 the profile names a file that is not there.
    """
    if office.signing.crest is None:
        return None
    file = roots.templates / office.id / office.signing.crest
    if not file.is_file():
        raise ContentInvalid.because("DG-X146", Place(str(file)))
    return files.read(file), str(file)


def office_digest(roots: Roots, name: str) -> str:
    """SHA-256 of the office's profile."""
    return sha256(files.read(roots.templates / name / "office.yaml"))


def template(roots: Roots, office: str, lang: str, kind: str) -> tuple[str, bytes]:
    """Path and content of a Word template.

    Raises:
        ContentInvalid: the office has no such template.
    """
    file = roots.template(office, lang, kind)
    found = files.read_if_there(file)
    if found is None:
        raise ContentInvalid.because("DG-O121", Place(str(file)), office=office, lang=lang, kind=kind)
    return str(file), found


def rules(roots: Roots) -> Rules:
    """Every rule row.

    Raises:
        ContentInvalid: a row is not as it should be.
    """
    return read_rules(_files(roots, "rules"))


def wording(roots: Roots) -> Wording:
    """Every sentence and name.

    Raises:
        UsageError: there is no templates folder here.
        ContentInvalid: a file is not as it should be.
    """
    _require_templates(roots)
    sentences = _files(roots, "wording/parts")
    help_texts = {str(file) for file in _help_files(roots)}
    spoken = {name: content for name, content in sentences.items() if name not in help_texts}
    return read_wording({**_files(roots, "wording"), **spoken})


def field_help(roots: Roots) -> Help:
    """Name and help of every field of a case file.

    Raises:
        ContentInvalid: a text is missing or fits no field.
    """
    _require_templates(roots)
    return read_help({str(file): files.read(file) for file in _help_files(roots)})


def site_templates(roots: Roots) -> dict[str, str]:
    """The pages of the register site, by file name."""
    return {
        file.name: file.read_text("utf-8") for file in sorted((roots.templates / "site").glob("*")) if file.is_file()
    }


def _help_files(roots: Roots) -> tuple[Path, ...]:
    """Help texts of fields: a third of all words, needed by editors and new case files only."""
    parts = roots.templates / "wording" / "parts"
    return parts / "fields.yaml", parts / "scaffold.yaml"


def _files(roots: Roots, folder: str) -> dict[str, bytes]:
    return {str(file): files.read(file) for file in sorted((roots.templates / folder).glob("*.yaml"))}


def _require_templates(roots: Roots) -> None:
    if not roots.templates.is_dir():
        raise UsageError.because("DG-X104", Place(str(roots.templates)), folder=str(roots.templates))
