"""Our own inspection for PDF/A-2b (ISO 19005-2): what a file may not hold if it is to be readable in fifty years.

Not a validator: it looks at what LibreOffice, pyHanko and docgen itself could get wrong. The clause stands by each
check. It does not look inside JPEG 2000 images, at transparency, or at what a content stream does beyond its colours.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from docgen.findings import Finding, Place, Severity
from docgen.objects import Node, Objects
from docgen.pdf.survey import Survey

_FORBIDDEN_ACTIONS: Final = frozenset(
    {"/Launch", "/Sound", "/Movie", "/ResetForm", "/ImportData", "/Hide", "/SetOCGState", "/Rendition", "/Trans"}
    | {"/GoTo3DView", "/JavaScript"}
)  # 6.5.1
_ACTIONS: Final = ("/A", "/OpenAction", "/Next")
_FORBIDDEN_ANNOTATIONS: Final = frozenset({"/3D", "/Sound", "/Screen", "/Movie"})  # 6.3.1
_FORBIDDEN_FILTERS: Final = frozenset({"/LZWDecode", "/LZW", "/Crypt"})  # 6.1.7.2
_PRINT: Final = 4
_NEVER: Final = 1 | 2 | 32 | 256  # Invisible, Hidden, NoView, ToggleNoView (6.3.2)


def archive_findings(seen: Survey, name: str = "") -> Iterator[Finding]:
    """What stands against PDF/A-2b in a PDF; nothing when our inspection is content.

    Args:
        seen: The survey of the file, which is still open.
        name: What to call it in findings.
    """
    place, objects = Place(name), seen.objects
    yield from _of_file(seen, place)
    yield from _of_catalog(objects, place)
    yield from _of_output_intent(seen, place)
    yield from _of_fonts(seen, place)
    for reference, node in seen.nodes:
        if reference in objects.streams:
            yield from _of_stream(objects, node, place)
        yield from _of_dictionary(objects, node, place)
    for number, page in enumerate(seen.pages, start=1):
        spot = Place(name, path=f"page {number}")
        if "/AA" in page:
            yield _against("DG-P203", spot, what="/AA")
        for _, annotation in seen.annotations(page):
            yield from _of_annotation(objects, annotation, spot)


def _against(code: str, place: Place, **words: object) -> Finding:
    return Finding(code, Severity.ERROR, place, {key: str(value) for key, value in words.items()})


def _of_file(seen: Survey, place: Place) -> Iterator[Finding]:
    if seen.encrypted:
        yield _against("DG-P205", place)
    stated = str(seen.objects.get(seen.objects.root.get("/Version", "/1.0"))).removeprefix("/")
    version = max(seen.version, stated)
    if version > "1.7":
        yield _against("DG-P210", place, what=f"PDF {version}")


def _of_catalog(objects: Objects, place: Place) -> Iterator[Finding]:
    root = objects.root
    names, form = objects.node(root.get("/Names")), objects.node(root.get("/AcroForm"))
    found = [
        *(key for key in ("/AA", "/Requirements", "/NeedsRendering") if key in root),  # 6.5.2, 6.11, 6.4.2
        *(f"/Names{key}" for key in ("/JavaScript", "/EmbeddedFiles", "/AlternatePresentations") if key in names),
    ]
    found += ["/XFA"] if "/XFA" in form else []
    found += ["/NeedAppearances"] if objects.get(form.get("/NeedAppearances")) else []
    for what in found:
        yield _against("DG-P203", place, what=what)


def _of_output_intent(seen: Survey, place: Place) -> Iterator[Finding]:
    """6.2.3, and 6.2.4.3 for colours that the profile does not cover."""
    objects = seen.objects
    intents = [objects.node(one) for one in objects.items(objects.root.get("/OutputIntents"))]
    intents = [one for one in intents if objects.get(one.get("/S")) == "/GTS_PDFA1" and "/DestOutputProfile" in one]
    components = {int(objects.get(objects.node(one["/DestOutputProfile"]).get("/N", 0))) for one in intents}
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


def _of_stream(objects: Objects, stream: Node, place: Place) -> Iterator[Finding]:
    filters = objects.get(stream.get("/Filter", []))
    used = {str(objects.get(one)) for one in (filters if isinstance(filters, list) else [filters])}
    for what in sorted(used & _FORBIDDEN_FILTERS):
        yield _against("DG-P206", place, what=what)
    for key in ("/F", "/FFilter", "/FDecodeParms"):
        if key in stream and objects.get(stream.get("/Type")) != "/EmbeddedFile":
            yield _against("DG-P206", place, what=key)
    subtype = objects.get(stream.get("/Subtype"))
    if subtype == "/Image":
        if objects.get(stream.get("/Interpolate")):  # 6.2.8.2
            yield _against("DG-P203", place, what="/Interpolate")
        if objects.get(stream.get("/ColorSpace")) == "/DeviceCMYK":
            yield _against("DG-P208", place)
    if subtype in ("/Form", "/Image"):
        for key in ("/OPI", "/Ref", "/PS", "/Alternates"):  # 6.2.8, 6.2.9
            if key in stream:
                yield _against("DG-P203", place, what=key)


def _of_dictionary(objects: Objects, node: Node, place: Place) -> Iterator[Finding]:
    kind = objects.get(node.get("/Type"))
    if kind == "/Filespec" and "/EF" in node:  # 6.8: only PDF/A files may be attached
        yield _against("DG-P203", place, what="/EF")
    further = [key for key in _ACTIONS if key in node]
    for action in (node, *(objects.node(node[key]) for key in further)) if further else (node,):
        does = objects.get(action.get("/S"))
        if isinstance(does, str) and does in _FORBIDDEN_ACTIONS:
            yield _against("DG-P203", place, what=does)
    if kind == "/ExtGState" and ("/TR" in node or "/HTP" in node):  # 6.2.5
        yield _against("DG-P203", place, what="/TR")


def _of_annotation(objects: Objects, annotation: Node, place: Place) -> Iterator[Finding]:
    kind = str(objects.get(annotation.get("/Subtype", ""))).removeprefix("/")
    if f"/{kind}" in _FORBIDDEN_ANNOTATIONS:
        yield _against("DG-P203", place, what=kind)
    flags = int(objects.get(annotation.get("/F", 0)))
    if kind != "Popup" and (not flags & _PRINT or flags & _NEVER):
        yield _against("DG-P209", place, what=kind)
    if "/AA" in annotation:
        yield _against("DG-P203", place, what="/AA")
    # 6.3.3: a box without size, a pop-up or a link needs no appearance; the appearance is the normal one only.
    box = objects.items(annotation.get("/Rect")) or (0, 0, 0, 0)
    left, bottom, right, top = (float(objects.get(number)) for number in box)
    visible = left != right and bottom != top and kind not in ("Popup", "Link")
    appearances = {*objects.node(annotation.get("/AP"))}
    if (visible and not appearances) or appearances - {"/N"}:
        yield _against("DG-P209", place, what=kind)
