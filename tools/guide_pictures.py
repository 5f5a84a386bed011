"""Makes the pictures of docs/guides/pictures: real screens of LibreOffice Writer and of a terminal, in both languages.

    .venv/bin/python tools/guide_pictures.py [--soffice PROGRAM]

Needs what neither docgen nor its tests need, so `make` does not install it: a LibreOffice with windows and its Dutch
and French words (Debian: libreoffice-writer, libreoffice-l10n-nl, libreoffice-l10n-fr), xvfb, xterm, xdotool,
imagemagick and pngquant. Only to be run again when the screens no longer look like the pictures.
"""

# ruff: noqa: S607  the programs are those of whoever runs this, found on his PATH
from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import docx

ROOT = Path(__file__).parents[1]
INTO = ROOT / "docs" / "guides" / "pictures"
DISPLAY = ":87"
SUBJECTS = {
    "nl": ("vsa", "protocol", "De aanvrager meldt elke wijziging binnen vijf werkdagen."),
    "fr": ("statbel", "contract", "Le destinataire signale toute modification dans les cinq jours ouvrables."),
}
"""By language: an office, a kind of document of it, and a sentence that somebody adds."""
SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Linguistic/General"><prop oor:name="UILocale" oor:op="fuse">
<value>{lang}</value></prop></item>
<item oor:path="/org.openoffice.Setup/L10N"><prop oor:name="ooLocale" oor:op="fuse"><value>{lang}</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Misc"><prop oor:name="ShowTipOfTheDay" oor:op="fuse">
<value>false</value></prop><prop oor:name="FirstRun" oor:op="fuse"><value>false</value></prop></item>
<item oor:path="/org.openoffice.Setup/Product"><prop oor:name="ooSetupLastVersion" oor:op="fuse">
<value>7.4</value></prop></item>
</oor:items>
"""


def docgen(*words: str) -> None:
    """Run docgen over the project's own templates; findings are no failure here."""
    program = [sys.executable, "-c", "import sys; from docgen.cli.main import run; sys.exit(run(sys.argv[1:]))"]
    subprocess.run([*program, *words, "--templates", str(ROOT / "templates")], capture_output=True, check=False)


def subjects(lang: str, folder: Path) -> None:
    """The documents to be seen: a blank form, a template with mistakes and its comments, and a redline."""
    office, kind, sentence = SUBJECTS[lang]
    template = ROOT / "templates" / office / lang / f"{kind}.docx"
    docgen("template", "form", "application", "--office", office, "--lang", lang, "-o", str(folder / "form.docx"))
    for name, words in (("changed", f" {sentence}"), (kind, " {{ aplicant.name }}")):
        document = docx.Document(str(template))
        clauses = [each for each in document.paragraphs if each.style is not None and each.style.style_id == "DgClause"]
        clauses[1].add_run(words)
        if name == "changed":
            clauses[2].runs[-1].text = ""
        else:
            clauses[3].runs[0].bold = True
        document.save(str(folder / f"{name}.docx"))
    docgen("template", "diff", str(template), str(folder / "changed.docx"), "-o", str(folder / "redline.docx"))
    wrong = str(folder / f"{kind}.docx")
    docgen("template", "lint", wrong, "--lang", lang, "--annotate", str(folder / "annotated.docx"))


@contextmanager
def started(*words: str, seconds: float, folder: Path | None = None) -> Iterator[None]:
    """A program with a window, for as long as the picture takes."""
    environment = {**os.environ, "DISPLAY": DISPLAY, "SAL_USE_VCLPLUGIN": "gen", "LC_ALL": "C.UTF-8"}
    with subprocess.Popen(words, env=environment, cwd=folder, stderr=subprocess.DEVNULL) as program:
        time.sleep(seconds)
        try:
            yield
        finally:
            program.terminate()


def writer(soffice: str, lang: str, file: Path, keys: Sequence[str], picture: Path) -> None:
    """A picture of LibreOffice Writer with a file open, after some keys."""
    profile = file.parent / "profile"
    own = ["-env:UserInstallation=" + profile.as_uri(), "--norestore", "--nologo", "--nolockcheck"]
    if not profile.exists():
        (profile / "user").mkdir(parents=True)
        (profile / "user" / "registrymodifications.xcu").write_text(SETTINGS.format(lang=lang), "utf-8")
        subprocess.run([soffice, *own, "--headless", "--terminate_after_init"], check=False)
    with started(soffice, *own, str(file), seconds=15):
        screen = {**os.environ, "DISPLAY": DISPLAY}
        find = ["xdotool", "search", "--onlyvisible", "--name", "Writer"]
        window = subprocess.run(find, env=screen, capture_output=True, text=True, check=True).stdout.split()[0]
        subprocess.run(["xdotool", "windowsize", window, "1200", "820", "windowmove", window, "0", "0"], env=screen)
        for key in keys:
            subprocess.run(["xdotool", "key", key], env=screen, check=True)
            time.sleep(1)
        time.sleep(2)
        shoot(picture)


def terminal(lang: str, kind: str, folder: Path, picture: Path) -> None:
    """A picture of a terminal after a run of lint."""
    command = f"docgen template lint {kind}.docx --lang {lang}"
    show = f"cd {folder}; printf '$ {command}\\n'; {command} --templates {ROOT / 'templates'}; sleep 60"
    looks = ["-fa", "DejaVu Sans Mono", "-fs", "11", "-geometry", "130x17+0+0", "-bg", "white", "-fg", "black"]
    with started("xterm", *looks, "-e", "sh", "-c", show, seconds=8):
        shoot(picture, "1120x240+0+0")


def shoot(picture: Path, part: str = "1200x820+0+0") -> None:
    """The screen, or a part of it, as a small PNG without anything but the picture in it."""
    screen = {**os.environ, "DISPLAY": DISPLAY}
    subprocess.run(["import", "-window", "root", "-crop", part, "+repage", "-strip", str(picture)], env=screen)
    subprocess.run(["pngquant", "--force", "--strip", "--ext", ".png", "48", str(picture)], check=True)


def main() -> None:
    """Make all of them."""
    parser = argparse.ArgumentParser(description="Make the pictures of the guides.")
    parser.add_argument("--soffice", default="soffice", help="a LibreOffice with windows")
    soffice = parser.parse_args().soffice
    INTO.mkdir(parents=True, exist_ok=True)
    with started("Xvfb", DISPLAY, "-screen", "0", "1200x820x24", seconds=2):
        for lang, (_, kind, _) in SUBJECTS.items():
            with tempfile.TemporaryDirectory() as made:
                folder = Path(made)
                subjects(lang, folder)
                writer(soffice, lang, folder / "form.docx", ["Page_Down"], INTO / f"form.{lang}.png")
                down = ["Page_Down"] if lang == "nl" else ["Page_Down"] * 4
                writer(soffice, lang, folder / "annotated.docx", down, INTO / f"comments.{lang}.png")
                writer(soffice, lang, folder / "redline.docx", down, INTO / f"redline.{lang}.png")
                terminal(lang, kind, folder, INTO / f"lint.{lang}.png")


if __name__ == "__main__":
    main()
