"""What becomes of a document on its way: changed in Word, printed to a file, printed on paper and scanned."""

from __future__ import annotations

import io
import subprocess
import zipfile
from pathlib import Path

from PIL import Image


def with_text_changed(docx: bytes, old: str, new: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(docx)) as package, zipfile.ZipFile(target, "w") as changed_package:
        for member in package.infolist():
            content = package.read(member)
            if member.filename == "word/document.xml":
                assert old.encode() in content
                content = content.replace(old.encode(), new.encode(), 1)
            changed_package.writestr(member, content)
    return target.getvalue()


def printed(content: bytes, folder: Path) -> bytes:
    """What a person has who prints to a PDF printer: another program draws every page anew."""
    (folder / "in.pdf").write_bytes(content)
    subprocess.run(["pdftocairo", "-pdf", folder / "in.pdf", folder / "out.pdf"], check=True)
    return (folder / "out.pdf").read_bytes()


def scanned(content: bytes, folder: Path) -> bytes:
    """Printed on paper, put on the glass a little askew."""
    (folder / "in.pdf").write_bytes(content)
    subprocess.run(["pdftoppm", "-r", "100", "-gray", folder / "in.pdf", folder / "page"], check=True)
    sheets = [Image.open(sheet).rotate(0.6, fillcolor=255) for sheet in sorted(folder.glob("page*.pgm"))]
    target = io.BytesIO()
    sheets[0].save(target, "PDF", save_all=True, append_images=sheets[1:], resolution=100)
    return target.getvalue()
