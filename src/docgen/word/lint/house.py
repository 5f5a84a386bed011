"""House style and accessibility: styles instead of hand-made formatting, header rows, alt texts, language, title."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from docgen.findings import Finding
from docgen.word.lint.opened import Paragraph, Part, W, WordFile, paragraph_of
from docgen.word.lint.said import said

_WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_BY_HAND = {"b": "Strong", "i": "Emphasis", "u": "", "color": "", "sz": "", "rFonts": "", "highlight": "", "caps": "",
            "smallCaps": "", "shd": ""}  # fmt: skip
_PARAGRAPH_BY_HAND = ("jc", "spacing", "ind", "shd", "pBdr")
_SYMBOLS = frozenset({"MS Gothic", "Segoe UI Symbol", "Symbol", "Wingdings", "Wingdings 2", "Wingdings 3"})
"""Fonts of boxes and bullets, which every program draws with what it has."""


def looks(word: WordFile, lang: str, fonts: Mapping[str, str]) -> Iterator[Finding]:
    """What a reader or a screen reader would stumble over.

    Args:
        word: the file.
        lang: language that it should be in; empty when not known.
        fonts: what the machine would draw each font with, as far as it is another one.
    """
    yield from _properties(word, lang)
    yield from _fonts(word, fonts)
    for part in word.parts:
        for paragraph in part.paragraphs:
            yield from _formatting(word, paragraph)
        for table in part.root.iter(f"{W}tbl"):
            yield from _table(word, part, table)
        yield from _pictures(word, part)
        yield from _links(word, part)


def _properties(word: WordFile, lang: str) -> Iterator[Finding]:
    core = word.of_type("package.core-properties+xml")
    title = "" if core is None else core.findtext(f"{_DC}title") or ""
    if not title.strip():
        yield said("DG-T409", word.file)
    styles = word.of_type("wordprocessingml.styles+xml")
    tongue = None if styles is None else styles.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr/{W}lang")
    found = "" if tongue is None else tongue.get(f"{W}val") or ""
    if not found or (lang and found.split("-")[0].lower() != lang):
        yield said("DG-T408", word.file, found=found or "–", lang=lang or "–")


def fonts_of(word: WordFile) -> frozenset[str]:
    """Names of the fonts that styles and runs ask for."""
    roots = [part.root for part in word.parts]
    styles = word.of_type("wordprocessingml.styles+xml")
    roots += [styles] if styles is not None else []
    used = (one.get(f"{W}{name}") for root in roots for one in root.iter(f"{W}rFonts") for name in ("ascii", "hAnsi"))
    return frozenset(name for name in used if name and name not in _SYMBOLS)


def _fonts(word: WordFile, fonts: Mapping[str, str]) -> Iterator[Finding]:
    for name in sorted(fonts_of(word) & set(fonts)):
        yield said("DG-T410", word.file, name=name, instead=fonts[name])


def _formatting(word: WordFile, paragraph: Paragraph) -> Iterator[Finding]:
    names: list[str] = []
    properties = paragraph.element.find(f"{W}pPr")
    if properties is not None:
        names += [name for name in _PARAGRAPH_BY_HAND if properties.find(f"{W}{name}") is not None]
    for run in paragraph.element.iter(f"{W}r"):
        own = run.find(f"{W}rPr")
        if own is not None and next(run.iterancestors(f"{W}p")) is paragraph.element:
            names += [name for name in _BY_HAND if own.find(f"{W}{name}") is not None and _is_text(run)]
            if own.find(f"{W}vanish") is not None:
                yield said("DG-T413", word.file, paragraph)
    if names:
        style = next((_BY_HAND[name] for name in names if _BY_HAND.get(name)), "")
        yield said("DG-T404", word.file, paragraph, what=", ".join(dict.fromkeys(names)), style=style or "–")


def _is_text(run: Any) -> bool:
    # A box of a form carries the font of its tick; Word writes it so.
    text = "".join(one.text or "" for one in run.iter(f"{W}t"))
    return bool(text.strip()) and "|box(" not in text


def _table(word: WordFile, part: Part, table: Any) -> Iterator[Finding]:
    rows = table.findall(f"{W}tr")
    at = paragraph_of(part, table)
    if len(rows) > 1 and rows[0].find(f"{W}trPr/{W}tblHeader") is None:
        yield said("DG-T405", word.file, at)
    described = [table.find(f"{W}tblPr/{W}{name}") for name in ("tblCaption", "tblDescription")]
    if not any(one is not None and (one.get(f"{W}val") or "").strip() for one in described):
        yield said("DG-T406", word.file, at)


def _pictures(word: WordFile, part: Part) -> Iterator[Finding]:
    for drawing in part.root.iter(f"{W}drawing"):
        described = next(drawing.iter(f"{_WP}docPr"), None)
        if described is None or not (described.get("descr") or "").strip():
            yield said("DG-T407", word.file, paragraph_of(part, drawing))
    for _ in part.root.iter(f"{W}pict"):
        if next(_.iter("{urn:schemas-microsoft-com:vml}imagedata"), None) is not None:
            yield said("DG-T407", word.file, paragraph_of(part, _))


def _links(word: WordFile, part: Part) -> Iterator[Finding]:
    for link in part.root.iter(f"{W}hyperlink"):
        runs = [run for run in link.iter(f"{W}r") if next(run.iter(f"{W}t"), None) is not None]
        styles = [run.find(f"{W}rPr/{W}rStyle") for run in runs]
        if any(style is None or style.get(f"{W}val") not in ("Hyperlink", "InternetLink") for style in styles):
            yield said("DG-T403", word.file, paragraph_of(part, link))
