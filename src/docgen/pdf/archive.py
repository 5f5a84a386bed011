"""Our own inspection for PDF/A-2b (ISO 19005-2): what a file may not hold if it is to be readable in fifty years.

Not a validator: it looks at what LibreOffice, pyHanko and docgen itself could get wrong. The clause stands by each
check. It does not look inside JPEG 2000 images, at transparency, or at what a content stream does beyond its colours.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream

from docgen.findings import Finding, Place, Severity
from docgen.pdf.survey import Survey

_FORBIDDEN_ACTIONS: Final = frozenset(
    {"/Launch", "/Sound", "/Movie", "/ResetForm", "/ImportData", "/Hide", "/SetOCGState", "/Rendition", "/Trans"}
    | {"/GoTo3DView", "/JavaScript"}
)  # 6.5.1
_FORBIDDEN_ANNOTATIONS: Final = frozenset({"/3D", "/Sound", "/Screen", "/Movie"})  # 6.3.1
_FORBIDDEN_FILTERS: Final = frozenset({"/LZWDecode", "/LZW", "/Crypt"})  # 6.1.7.2
_PRINT: Final = 4
_NEVER: Final = 1 | 2 | 32 | 256  # Invisible, Hidden, NoView, ToggleNoView (6.3.2)


def archive_findings(pdf: Pdf, seen: Survey, name: str = "") -> Iterator[Finding]:
    """What stands against PDF/A-2b in an open PDF; nothing when our inspection is content.

    Args:
        pdf: The file; it is not changed.
        seen: The survey of this file.
        name: What to call it in findings.
    """
    place = Place(name)
    yield from _of_file(pdf, place)
    yield from _of_catalog(pdf.Root, place)
    yield from _of_output_intent(pdf, seen, place)
    yield from _of_fonts(seen, place)
    for node in seen.nodes:
        if isinstance(node, Stream):
            yield from _of_stream(node, place)
        yield from _of_dictionary(node, place)
    for number, page in enumerate(pdf.pages, start=1):
        spot = Place(name, path=f"page {number}")
        if "/AA" in page.obj:
            yield _against("DG-P203", spot, what="/AA")
        for annotation in page.obj.get("/Annots", Array()):
            yield from _of_annotation(annotation, spot)


def _against(code: str, place: Place, **words: object) -> Finding:
    return Finding(code, Severity.ERROR, place, {key: str(value) for key, value in words.items()})


def _of_file(pdf: Pdf, place: Place) -> Iterator[Finding]:
    if pdf.is_encrypted:
        yield _against("DG-P205", place)
    version = max(pdf.pdf_version, str(pdf.Root.get("/Version", "/1.0")).removeprefix("/"))
    if version > "1.7":
        yield _against("DG-P210", place, what=f"PDF {version}")


def _of_catalog(root: Object, place: Place) -> Iterator[Finding]:
    names = root.get("/Names", Dictionary())
    found = [
        *(key for key in ("/AA", "/Requirements", "/NeedsRendering") if key in root),  # 6.5.2, 6.11, 6.4.2
        *(f"/Names{key}" for key in ("/JavaScript", "/EmbeddedFiles", "/AlternatePresentations") if key in names),
    ]
    form = root.get("/AcroForm", Dictionary())
    found += ["/XFA"] if "/XFA" in form else []
    found += ["/NeedAppearances"] if bool(form.get("/NeedAppearances", False)) else []
    for what in found:
        yield _against("DG-P203", place, what=what)


def _of_output_intent(pdf: Pdf, seen: Survey, place: Place) -> Iterator[Finding]:
    """6.2.3, and 6.2.4.3 for colours that the profile does not cover."""
    intents = [intent for intent in pdf.Root.get("/OutputIntents", Array()) if intent.get("/S") == Name.GTS_PDFA1]
    components = {int(intent.DestOutputProfile.get("/N", 0)) for intent in intents if "/DestOutputProfile" in intent}
    if not components:
        yield _against("DG-P204", place)
    if 4 in components:
        return
    for number, marks in enumerate(seen.marks, start=1):
        if marks.cmyk:
            yield _against("DG-P208", Place(place.file, path=f"page {number}"))


def _of_fonts(seen: Survey, place: Place) -> Iterator[Finding]:
    for font in seen.fonts:
        if not font.embedded:
            yield _against("DG-P201", place, font=font.name)
        if font.wrong_widths is None:
            yield _against("DG-P211", place, font=font.name)
        elif font.wrong_widths:
            yield _against("DG-P202", place, font=font.name, count=font.wrong_widths)


def _of_stream(stream: Stream, place: Place) -> Iterator[Finding]:
    filters = stream.get("/Filter", Array())
    used = {str(one) for one in (filters if isinstance(filters, Array) else [filters])}
    for what in sorted(used & _FORBIDDEN_FILTERS):
        yield _against("DG-P206", place, what=what)
    for key in ("/F", "/FFilter", "/FDecodeParms"):
        if key in stream and stream.get("/Type") != Name.EmbeddedFile:
            yield _against("DG-P206", place, what=key)
    if stream.get("/Subtype") == Name.Image:
        if bool(stream.get("/Interpolate", False)):  # 6.2.8.2
            yield _against("DG-P203", place, what="/Interpolate")
        if stream.get("/ColorSpace") == Name.DeviceCMYK:
            yield _against("DG-P208", place)
    for key in ("/OPI", "/Ref", "/PS", "/Alternates"):  # 6.2.8, 6.2.9
        if key in stream and stream.get("/Subtype") in (Name.Form, Name.Image):
            yield _against("DG-P203", place, what=key)


def _of_dictionary(node: Object, place: Place) -> Iterator[Finding]:
    if node.get("/Type") == Name.Filespec and "/EF" in node:  # 6.8: only PDF/A files may be attached
        yield _against("DG-P203", place, what="/EF")
    for action in (node, *(node[key] for key in ("/A", "/OpenAction", "/Next") if key in node)):
        kind = action.get("/S") if isinstance(action, Dictionary) else None
        if isinstance(kind, Name) and str(kind) in _FORBIDDEN_ACTIONS:
            yield _against("DG-P203", place, what=kind)
    if node.get("/Type") == Name.ExtGState and {"/TR", "/HTP"} & {*node.keys()}:  # 6.2.5
        yield _against("DG-P203", place, what="/TR")


def _of_annotation(annotation: Object, place: Place) -> Iterator[Finding]:
    kind = str(annotation.get("/Subtype", "")).removeprefix("/")
    if f"/{kind}" in _FORBIDDEN_ANNOTATIONS:
        yield _against("DG-P203", place, what=kind)
    flags = int(annotation.get("/F", 0))
    if kind != "Popup" and (not flags & _PRINT or flags & _NEVER):
        yield _against("DG-P209", place, what=kind)
    if "/AA" in annotation:
        yield _against("DG-P203", place, what="/AA")
    # 6.3.3: a box without size, a pop-up or a link needs no appearance; the appearance is the normal one only.
    left, bottom, right, top = (float(number) for number in annotation.get("/Rect", (0, 0, 0, 0)))
    visible = left != right and bottom != top and kind not in ("Popup", "Link")
    appearances = {*annotation.get("/AP", Dictionary()).keys()}
    if (visible and not appearances) or appearances - {"/N"}:
        yield _against("DG-P209", place, what=kind)
