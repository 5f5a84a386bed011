"""Word to PDF/A: the one function the rest of docgen calls, and the simplest engine that can stand behind it.

LibreOffice is the engine: no other free one draws numbered clauses, content controls and repeated
header rows as Word does. How it is started is the converter's secret; what comes out is the same bytes whichever
converter was used, because `normalise` has the last word.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from docgen.documents import Docx, Pdf
from docgen.errors import ToolFailed, ToolMissing
from docgen.objects import Objects
from docgen.pdf.furniture import margins
from docgen.pdf.normalise import normalised, saved
from docgen.pdf.package import require_harmless
from docgen.pdf.profile import remove_sockets, write_profile
from docgen.pdf.tables import table_looks
from docgen.xmp import Metadata

DEBIAN_PACKAGE: Final = "libreoffice-writer-nogui"
IMPORT_FILTER: Final = "MS Word 2007 XML"
"""Named, never guessed: a guess turns any rubbish called .docx into a PDF of that rubbish."""

EXPORT_OPTIONS: Final[Mapping[str, int | bool]] = {
    "SelectPdfVersion": 2,  # PDF/A-2b; LibreOffice 7.4 knows no 2a
    "UseTaggedPDF": True,
    "PDFUACompliance": True,
    "ExportBookmarks": True,
    "ExportBookmarksToPDFDestination": True,  # where the signature fields go
    "ExportFormFields": False,  # content controls are drawn, not turned into form fields
    "ExportNotes": False,
}
SECONDS_TO_START: Final = 60.0
_SECONDS_A_MEGABYTE: Final = 30.0
LARGEST_OUTPUT: Final = 256 * 1024 * 1024
"""Of any file the engine writes; a document that makes it write without end fills no disk."""
WORDS_OF_A_TOOL: Final = 300


class Converter(Protocol):
    """Anything that turns a Word file into a PDF. Takes and gives bytes, so it may live on another machine."""

    @property
    def version(self) -> str:
        """What made the PDF, for the manifest and `docgen doctor`: `LibreOffice 7.4.7.2 …`."""
        ...

    def to_pdf(self, docx: bytes, *, deadline: float) -> bytes:
        """The PDF as the engine wrote it, not yet normalised.

        Args:
            docx: A Word file that passed `require_harmless`.
            deadline: Seconds this document may take; afterwards nothing of the engine still runs.

        Raises:
            ToolMissing: The engine is not there.
            ToolFailed: It took too long, stopped, or gave no PDF.
        """
        ...


@dataclass(frozen=True, slots=True)
class Converted:
    """A document as a normalised PDF, and what its tags tell of its pages."""

    pdf: Pdf
    stranded: tuple[int, ...]
    """Headings that are left alone at the foot of a page, counted from 0."""
    headings: int
    """How many there are."""


def convert(docx: Docx, *, converter: Converter, metadata: Metadata, deadline: float | None = None) -> Pdf:
    """The PDF alone; see `converted`."""
    return converted(docx, converter=converter, metadata=metadata, deadline=deadline).pdf


def converted(
    docx: Docx,
    *,
    converter: Converter,
    metadata: Metadata,
    deadline: float | None = None,
    save: Callable[[Objects], bytes] = saved,
) -> Converted:
    """The document as a normalised PDF: same Word bytes, metadata and engine version give the same PDF bytes.

    Args:
        docx: The filled Word document; it may come from outside.
        converter: The engine.
        metadata: What the XMP packet says. Its claims of PDF/A and PDF/UA are upper bounds: they are made only when
            our own inspection finds nothing against them.
        deadline: Seconds; by default what a document of this size may reasonably take.
        save: See `docgen.pdf.normalise.normalised`.

    Raises:
        RenderFailed: The Word file is not one, is damaged, or holds what docgen does not open.
        ToolFailed: LibreOffice is missing, failed, or took too long.
    """
    body = require_harmless(docx.content, name=f"{docx.id.stem}.docx")
    raw = converter.to_pdf(docx.content, deadline=deadline_for(docx.content) if deadline is None else deadline)
    made = normalised(raw, metadata, table_looks(body), margins(body), save=save)
    return Converted(Pdf(docx.id, made.content, docx.title), made.stranded, made.headings)


def deadline_for(docx: bytes) -> float:
    """Seconds a Word file of this size may take: generous for a slow machine, but never for ever."""
    return SECONDS_TO_START + _SECONDS_A_MEGABYTE * len(docx) / 1_000_000


def find_libreoffice(environment: Mapping[str, str]) -> OneShotLibreOffice:
    """The LibreOffice of this machine: `DOCGEN_SOFFICE` if set, else `soffice` on PATH.

    Raises:
        ToolMissing: There is none; the finding names the Debian package.
    """
    wanted = environment.get("DOCGEN_SOFFICE", "soffice")
    found = shutil.which(wanted, path=environment.get("PATH"))
    if found is None:
        raise ToolMissing.because("DG-P101", program=wanted, package=DEBIAN_PACKAGE)
    return OneShotLibreOffice(Path(found))


@dataclass(frozen=True, slots=True)
class OneShotLibreOffice:
    """A new LibreOffice process for every document, with a profile that is thrown away afterwards.

    About two seconds a document. Safe to use from several threads and processes at once.
    """

    executable: Path

    @property
    def version(self) -> str:
        """First line of `soffice --version`, without its trailing build noise."""
        with tempfile.TemporaryDirectory(prefix="docgen-soffice-") as folder:
            words = run_once([str(self.executable), "--version"], Path(folder), deadline=SECONDS_TO_START)
        return words.strip().partition("\n")[0].strip()

    def to_pdf(self, docx: bytes, *, deadline: float) -> bytes:
        """See `Converter.to_pdf`."""
        with tempfile.TemporaryDirectory(prefix="docgen-soffice-") as name:
            folder = Path(name)
            write_profile(folder / "profile")
            source, target = folder / "document.docx", folder / "document.pdf"
            source.write_bytes(docx)
            try:
                words = run_once(self.command(folder, source), folder, deadline=deadline)
            finally:
                remove_sockets(folder / "profile")
            if not target.is_file():
                raise ToolFailed.because("DG-P103", message=words.strip()[-WORDS_OF_A_TOOL:])
            return target.read_bytes()

    def command(self, folder: Path, source: Path) -> list[str]:
        """The command line that converts a file into a folder, with a profile in that folder."""
        return [
            str(self.executable),
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            "--headless",
            "--norestore",
            "--nolockcheck",
            "--nodefault",
            "--nologo",
            f"--infilter={IMPORT_FILTER}",
            "--convert-to",
            f"pdf:writer_pdf_Export:{export_options()}",
            "--outdir",
            str(folder),
            str(source),
        ]


def export_options() -> str:
    """The options of LibreOffice's PDF export, as the JSON its command line takes."""
    kinds = {bool: "boolean", int: "long"}
    options = {name: {"type": kinds[type(value)], "value": json.dumps(value)} for name, value in EXPORT_OPTIONS.items()}
    return json.dumps(options)


def run_once(command: list[str], folder: Path, *, deadline: float) -> str:
    """What the program said; it and all its children are gone when this returns."""
    said = folder / "said.txt"
    try:
        with said.open("wb") as log:
            process = subprocess.Popen(
                command,
                cwd=folder,
                env=office_environment(folder),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
    except OSError as problem:
        raise ToolMissing.because("DG-P101", program=command[0], package=DEBIAN_PACKAGE) from problem
    try:
        with contextlib.suppress(ProcessLookupError):
            resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (LARGEST_OUTPUT, LARGEST_OUTPUT))
        process.wait(timeout=deadline)
    except subprocess.TimeoutExpired as problem:
        raise ToolFailed.because("DG-P102", seconds=f"{deadline:.0f}") from problem
    finally:
        _end(process)
    return said.read_text(encoding="utf-8", errors="replace")


def _end(process: subprocess.Popen[bytes]) -> None:
    # The group, not the process: soffice is a script whose child does the work and would live on without it.
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def office_environment(folder: Path) -> dict[str, str]:
    """What a LibreOffice process sees: none of the user's settings, and a proxy that nobody listens on.

    The proxy is for the document that asks for the network in spite of all.
    """
    nowhere = "http://127.0.0.1:9"
    return {
        "PATH": os.defpath,
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "LANG": "C.UTF-8",
        "SAL_USE_VCLPLUGIN": "svp",
        "http_proxy": nowhere,
        "https_proxy": nowhere,
    }
