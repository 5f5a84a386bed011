"""Opening a Word file that came from outside: as a tree, and as all its text."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from lxml import etree

from docgen.errors import ContentInvalid
from docgen.findings import Place
from docgen.word.controls import MAIN_PART, W
from docgen.word.package import members_of
from docgen.word.usual_names import with_usual_names

LARGEST_PART = 20_000_000
LARGEST_FILE = 60_000_000


def main_part(content: bytes, file: str) -> Any:
    """The main part of a Word file from outside, as a tree; nothing outside of it is read.

    Raises:
        ContentInvalid: it is no Word file that can be read, or it is larger than any form.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            sizes = [member.file_size for member in package.infolist()]
        if sum(sizes) > LARGEST_FILE:
            raise ContentInvalid.because("DG-W410", Place(file))
        main = dict(members_of(with_usual_names(content)))[MAIN_PART]
        if len(main) > LARGEST_PART:
            raise ContentInvalid.because("DG-W410", Place(file))
        return etree.fromstring(main, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False))
    except (zipfile.BadZipFile, etree.XMLSyntaxError, KeyError, NotImplementedError, RuntimeError, OSError) as error:
        raise ContentInvalid.because("DG-W410", Place(file)) from error


def text_of(content: bytes, file: str) -> str:
    """All text of a form, comments, headers and deleted text included; for what must be nowhere in it.

    Raises:
        ContentInvalid: it is no Word file that can be read.
    """
    main_part(content, file)
    found = []
    for name, part in members_of(content):
        if name.startswith(("word/", "docProps/")) and name.endswith(".xml"):
            root = _xml(part, file)
            found += ["".join(p.itertext()) for p in root.iter(f"{W}p")]
            found += [text for text in (element.text for element in root) if text]
    return "\n".join(found)


def _xml(part: bytes, file: str) -> Any:
    try:
        return etree.fromstring(part, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError as error:
        raise ContentInvalid.because("DG-W410", Place(file)) from error
