"""The e-mails that legal staff own, read from `templates/<office>/`."""

from __future__ import annotations

from docgen.dossier import files
from docgen.dossier.roots import Roots
from docgen.errors import ContentInvalid
from docgen.findings import Place
from docgen.office.mail import Mail, read_mail
from docgen.office.profile import Office
from docgen.office.rules import Rules


def mail(roots: Roots, office: Office, rules: Rules) -> Mail:
    """The e-mails of an office.

    Raises:
        ContentInvalid: it has none, or their file is not as it should be.
    """
    file = roots.templates / office.id / "mail.yaml"
    if not file.is_file():
        raise ContentInvalid.because("DG-M120", Place(str(file)), office=office.id)
    return read_mail(files.read(file), str(file), office, rules)


def text(roots: Roots, office: Office, lang: str, step: str) -> tuple[str, str]:
    """Path and words of the text of an e-mail.

    Raises:
        ContentInvalid: the office has no such text, or it is not UTF-8.
    """
    file = roots.templates / office.id / lang / "mail" / f"{step}.txt"
    if not file.is_file():
        raise ContentInvalid.because("DG-M121", Place(str(file)), office=office.id, lang=lang, step=step)
    try:
        # Notepad and others put a byte order mark in front.
        return str(file), file.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ContentInvalid.because("DG-M122", Place(str(file))) from error
