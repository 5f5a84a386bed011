"""`docgen template preview`: PDF and pictures of the pages, with sample data."""

from __future__ import annotations

import shutil
import subprocess
import time
from pathlib import Path

import click

from docgen.case.model import Case
from docgen.cli import show
from docgen.cli.desk import Desk, Outcome, as_command
from docgen.cli.engine import engine
from docgen.cli.template_files import Which, chosen
from docgen.cli.work import workshop
from docgen.dossier import content, files
from docgen.errors import DocgenError, ToolFailed, ToolMissing
from docgen.pdf.convert import Converter
from docgen.pipeline.preview import preview, sample
from docgen.pipeline.workshop import Workshop
from docgen.word.render import Template

_SECONDS_BETWEEN_LOOKS = 0.5
_DOTS_PER_INCH = "80"


@as_command("template preview", example="docgen template preview protocol --office vsa --watch", speaks=False)
@click.argument("kind", metavar="KIND")
@click.option("--office", "office_name", help="Office of the kind.  [the only one that has it]")
@click.option("--lang", "language", help="Language of the template.  [the office's first]")
@click.option("--case", "case_name", help="Case whose data to use.  [a sample case that has such a document]")
@click.option("--watch", is_flag=True, help="Make it again each time the template is saved.")
@click.option("-o", "--output", type=click.Path(path_type=Path, file_okay=False), help="Folder.  [out/preview]")
def command(
    desk: Desk,
    kind: str,
    office_name: str | None,
    language: str | None,
    case_name: str | None,
    watch: bool,
    output: Path | None,
) -> Outcome:
    """Make the PDF of KIND and a picture of each page with the data of a case, without any check of the procedure."""
    which = chosen(desk, kind, office_name, language)
    shop = workshop(desk)
    case = sample(shop, which.office, which.kind, which.lang, case_name)
    folder = output or desk.settings.roots.out / "preview" / which.office.id / which.lang
    with engine(desk, 1) as converter:
        look = _Look(desk, shop, which, case, folder, converter)
        if not watch:
            return look.make()
        look.keep_making()
    return Outcome("", {})


class _Look:
    """One template, looked at as often as it is saved."""

    def __init__(
        self, desk: Desk, shop: Workshop, which: Which, case: Case, folder: Path, converter: Converter
    ) -> None:
        self._desk, self._shop, self._which = desk, shop, which
        self._case, self._folder, self._converter = case, folder, converter

    def make(self) -> Outcome:
        """PDF and pictures as the template is now."""
        began = time.monotonic()
        which = self._which
        file, template = content.template(self._shop.roots, which.office.id, which.lang, which.kind)
        pdf = preview(
            self._shop,
            Template(file, template),
            self._case,
            which.office,
            which.kind,
            which.lang,
            converter=self._converter,
        )
        path = self._folder / f"{which.kind}.pdf"
        files.write(path, pdf.content)
        pages = pictures(path)
        seconds = round(time.monotonic() - began, 1)
        said = {"path": str(path), "pages": len(pages), "case": self._case.id, "seconds": seconds}
        text = self._desk.wording.text("preview.done", self._desk.settings.lang, **said)
        return Outcome(text, {**said, "pictures": [str(page) for page in pages]})

    def keep_making(self) -> None:
        """Again at every save, until somebody stops it; what is wrong is said and waited out."""
        file, _ = content.template(self._shop.roots, self._which.office.id, self._which.lang, self._which.kind)
        seen = -1.0
        self._desk.talk(self._desk.text("preview.watching", path=file))
        while True:
            now = _saved(Path(file))
            if now != seen:
                seen = now
                self._desk.talk(self._attempt())
            time.sleep(_SECONDS_BETWEEN_LOOKS)

    def _attempt(self) -> str:
        try:
            return self.make().text
        except DocgenError as error:
            return show.as_text(self._desk.shown(error.findings), self._desk)


def _saved(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:  # Word replaces the file when it saves; in between there is none
        return -1.0


def pictures(pdf: Path) -> list[Path]:
    """A picture of each page beside a PDF, in order; those of an earlier look are taken away.

    Raises:
        ToolMissing, ToolFailed: poppler's pdftoppm is not there, or failed.
    """
    tool = shutil.which("pdftoppm")
    if tool is None:
        raise ToolMissing.because("DG-X325")
    stem = pdf.with_suffix("")
    for old in pdf.parent.glob(f"{pdf.stem}-*.png"):
        old.unlink()
    ran = subprocess.run([tool, "-r", _DOTS_PER_INCH, "-png", str(pdf), str(stem)], capture_output=True, check=False)
    if ran.returncode != 0:
        raise ToolFailed.because("DG-X325")
    return sorted(pdf.parent.glob(f"{pdf.stem}-*.png"))
