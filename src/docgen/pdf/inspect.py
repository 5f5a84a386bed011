"""What a PDF is: pages, their size, title, language, fonts. For the manifest, the register and the tests."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

import pikepdf
from lxml import etree

from docgen.errors import ToolFailed
from docgen.objects import opened
from docgen.pdf.fonts import fonts_of

_TITLE: Final = "{http://purl.org/dc/elements/1.1/}title"
_TWINS: Final[Mapping[str, frozenset[str]]] = {
    "Arial": frozenset({"Arial", "LiberationSans"}),
    "Calibri": frozenset({"Calibri", "Carlito"}),
    "Cambria": frozenset({"Cambria", "Caladea"}),
    "Courier New": frozenset({"CourierNew", "LiberationMono"}),
    "Times New Roman": frozenset({"TimesNewRoman", "LiberationSerif"}),
}
"""Free fonts whose letters are exactly as wide, so that lines and pages break at the same words."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What there is to know about a PDF without judging it."""

    pages: int
    sizes: tuple[tuple[float, float], ...]
    """Width and height of each page as it is shown, in points."""
    title: str
    """From XMP, else from the document information; empty when it has none."""
    lang: str
    headings: tuple[str, ...]
    """Titles of the bookmarks (outline), outermost level only."""
    destinations: tuple[str, ...]
    """Names a link or a signature slot can point at, as LibreOffice writes them: `sig5Fapplicant`."""
    fonts: tuple[str, ...]
    """Base names in alphabetical order, without style and subset: `LiberationSans`."""


def facts(content: bytes) -> Facts:
    """The facts of a PDF.

    Raises:
        ToolFailed: It cannot be opened as a PDF (DG-P104).
    """
    try:
        with opened(content) as pdf, pdf.open_outline() as outline:
            return Facts(
                pages=len(pdf.pages),
                sizes=tuple(_size(page) for page in pdf.pages),
                title=_title(pdf),
                lang=str(pdf.Root.get("/Lang", "")),
                headings=tuple(str(item.title) for item in outline.root),
                destinations=tuple(sorted(key[1:] for key, _ in pdf.Root.get("/Dests", pikepdf.Dictionary()).items())),
                fonts=tuple(sorted({font.name.partition("-")[0] for font in fonts_of(pdf)})),
            )
    except (pikepdf.PdfError, TypeError, AttributeError, KeyError, ValueError) as problem:
        raise ToolFailed.because("DG-P104", message=type(problem).__name__) from problem


def page_count(content: bytes) -> int:
    """How many pages a PDF has.

    Raises:
        ToolFailed: It cannot be opened as a PDF (DG-P104).
    """
    return facts(content).pages


def font_substitutions(content: bytes, wanted: Collection[str]) -> Mapping[str, str]:
    """Fonts a document asked for and did not get, nor their metric twin, so that lines may break elsewhere.

    Args:
        content: The PDF.
        wanted: Names as Word shows them: `Calibri`.

    Returns:
        Each such font with the fonts the PDF has instead, for the sentence of a finding.
    """
    present = facts(content).fonts
    return {
        name: ", ".join(present)
        for name in sorted(wanted)
        if not _TWINS.get(name, frozenset({name.replace(" ", "")})) & {*present}
    }


def _size(page: pikepdf.Page) -> tuple[float, float]:
    left, bottom, right, top = (float(number) for number in page.cropbox)
    turned = int(page.obj.get("/Rotate", 0)) % 180 == 90
    width, height = round(right - left, 2), round(top - bottom, 2)
    return (height, width) if turned else (width, height)


def _title(pdf: pikepdf.Pdf) -> str:
    metadata = pdf.Root.get("/Metadata")
    if isinstance(metadata, pikepdf.Stream):
        packet = etree.fromstring(
            metadata.read_bytes(), etree.XMLParser(resolve_entities=False, no_network=True, recover=True)
        )
        title = None if packet is None else packet.find(f".//{_TITLE}")
        if title is not None and (words := "".join(str(text) for text in title.itertext()).strip()):
            return words
    return str(pdf.trailer.get("/Info", pikepdf.Dictionary()).get("/Title", ""))
