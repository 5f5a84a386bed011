"""A batch of small documents, most of them good and some of them made to break whoever converts them."""

from __future__ import annotations

import io
import os
import signal
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import docx
from docx.opc.constants import RELATIONSHIP_TYPE

import builders
from docgen.pdf.worker import Worker

ROOT = Path(__file__).parents[1]
GOOD_TITLES = ("Scheepvaart", "Binnenvaart", "Sluizen", "Kaaien", "Bruggen")
"""The good documents are these few, over and over; each is converted every time."""

CAUSES = {
    "hang": "DG-P102",  # the process is stopped from outside whenever it gets this document
    "nested": "DG-P102",  # sixty tables in each other: LibreOffice needs ages
    "pages": "DG-P102",  # fifteen thousand pages
    "crash": "DG-P105",  # the process is killed whenever it gets this document
    "truncated": "DG-P110",
    "rubbish": "DG-P110",
    "bomb": "DG-P111",
    "links": "DG-P112",
}
"""Each poison with the code that must be told of it."""
KILLED_ONCE = "killed-once"
"""The process is killed the first time it gets this document: it is made all the same."""

_OFFICE = """schema: 1
id: {office}
name: {{nl: Bureau van de Haven, en: Harbour Statistics Bureau}}
short_name: {{nl: BH, en: HSB}}
brand: {{nl: Haven in cijfers, en: Harbour in figures}}
department: {{nl: Havendienst, en: Harbour Office}}
address:
  street: {{nl: Modelkaai 1, en: Model Quay 1}}
  postcode: "9000"
  city: {{nl: Modelstad, en: Modeltown}}
email: data@haven.example
website: https://haven.example
languages: [nl, en]
time_zone: Europe/Brussels
calendar: BE
recipients:
  kinds: [government]
server_countries: [BE]
roles:
  head:
    party: applicant
    person: applicant.controller
    organisation: applicant.name
    title: {{nl: verantwoordelijke, en: head}}
kinds:
  application:
    title: {{nl: Aanvraag, en: Application}}
    filled_by: applicant
    slots:
      - {{name: applicant, roles: [head]}}
    requires: [applicant]
procedures:
  new:
    title: {{nl: Vragen, en: Asking}}
    documents:
      - kind: application
    steps:
      - id: answer
        title: {{nl: De haven antwoordt, en: The harbour answers}}
        turn: office
        done: [{{path: decision.outcome, present: true}}]
        refused_by: [{{path: decision.outcome, equals: refused}}]
        date: decision.date
"""
_CASE = """schema: 1
id: {id}
office: {office}
procedure: new
language: nl
title: {title}
applicant:
  name: Gemeente Modelstad
  kind: government
  kbo: "0999.000.327"
  address: {{street: Havenstraat 1, postcode: "9000", city: Modelstad}}
  controller: {{name: Bea Burgemeesters, function: burgemeester}}
purpose:
  kinds: [statistical]
  description: Schepen & meeuwen tellen.
datasets: [{{source: Sluizen, kind: survey, motivation: Enige bron.}}]
access: {{categories: [sluiswachters], project_researchers_only: true}}
output: {{only_global_and_anonymous: true}}
retention: {{months: 12, motivation: Een seizoen.}}
dates: {{received: 2026-11-20}}
"""


def write_batch(folder: Path, good: int, rounds: int = 1, most: int = 1000) -> dict[str, str]:
    """Templates and cases: so many good ones, and so many of each poison (at most `most` of all), spread
    among them. The poisons, by case."""
    for office in ("haven", *(CAUSES if rounds else ())):
        home = folder / "templates" / office
        (home / "nl").mkdir(parents=True)
        (home / "office.yaml").write_text(_OFFICE.format(office=office), "utf-8")
        (home / "nl" / "application.docx").write_bytes(_template(office))
    for name in ("wording", "rules", "site"):
        (folder / "templates" / name).symlink_to(ROOT / "templates" / name)
    (folder / "cases").mkdir()
    poisons = [name for _ in range(rounds) for name in CAUSES][:most]
    every = max(1, good // (len(poisons) + 1))
    found: dict[str, str] = {}
    number = 0
    for index in range(good):
        number = _write(folder, number, "haven", GOOD_TITLES[index % len(GOOD_TITLES)])
        if index % every == every - 1 and poisons:
            poison = poisons.pop(0)
            found[f"HAVEN-{number:04d}"] = poison
            number = _write(folder, number, poison, poison)
    _write(folder, number, "haven", KILLED_ONCE)
    return found


def _write(folder: Path, number: int, office: str, title: str) -> int:
    name = f"HAVEN-{number:04d}"
    (folder / "cases" / f"{name}.yaml").write_text(_CASE.format(id=name, office=office, title=title), "utf-8")
    return number + 1


def _template(office: str) -> bytes:
    document = docx.Document(io.BytesIO(builders.contract()))
    body = document.element.body
    for element in list(body)[:-1]:
        body.remove(element)
    document.core_properties.title = "{{ title }}"
    document.add_paragraph("{{ title }}", style="Title")
    document.add_paragraph("Aangevraagd door {{ applicant.name }}: {{ purpose.description }}")
    if office == "nested":
        cell = document.add_table(1, 1).cell(0, 0)
        for _ in range(60):
            cell = cell.add_table(1, 1).cell(0, 0)
    if office == "pages":
        for letter in "abcdef":  # five letters of the title, to the sixth power
            document.add_paragraph(f"{{%p for {letter} in title %}}")
        document.add_paragraph("{{ a }}").paragraph_format.page_break_before = True
        for _ in "abcdef":
            document.add_paragraph("{%p endfor %}")
    builders._add_signatures(document, ("Voor de aanvrager",))
    document.add_paragraph("Einde.")
    if office == "links":
        document.part.relate_to("http://127.0.0.1:9/logo.png", RELATIONSHIP_TYPE.IMAGE, is_external=True)
    return _spoilt(office, builders.as_bytes(document))


def _spoilt(office: str, content: bytes) -> bytes:
    if office == "truncated":
        return content[: len(content) // 2]
    if office == "rubbish":
        return b"just some words\n" * 200
    if office == "bomb":
        out = io.BytesIO(content)
        with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as package:
            package.writestr("word/footnotes.xml", b"<a>" + b" " * (80 * 2**20) + b"</a>")
        return out.getvalue()
    return content


@contextmanager
def signals_from_outside() -> Iterator[None]:
    """Stops or kills the LibreOffice that is about to get a document with one of the marked titles."""
    original, killed = Worker.to_pdf, set[str]()

    def to_pdf(self: Worker, docx: bytes, seconds: float) -> bytes:
        title = _title(docx)
        if title == "hang":
            os.kill(self.pid, signal.SIGSTOP)
        elif title == "crash" or (title == KILLED_ONCE and title not in killed):
            os.kill(self.pid, signal.SIGKILL)
            killed.add(title)
        return original(self, docx, seconds)

    Worker.to_pdf = to_pdf  # type: ignore[method-assign]
    try:
        yield
    finally:
        Worker.to_pdf = original  # type: ignore[method-assign]
    assert killed


def _title(content: bytes) -> Any:
    return docx.Document(io.BytesIO(content)).core_properties.title


def processes_of(folder: Path) -> list[str]:
    """Command lines of processes that run for what lies in a folder."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = entry.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if str(folder) in words and entry.parent.name != str(os.getpid()):
            found.append(words)
    return found
