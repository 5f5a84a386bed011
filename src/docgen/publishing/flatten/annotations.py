"""Annotations: fields are burned into the page, safe links are made anew, all others go."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from pikepdf import Array, Dictionary, Name, Stream, String

from docgen.publishing.flatten.allowlists import NUMBERS, RECTANGLE
from docgen.publishing.flatten.content import Toolbox, matrix_of
from docgen.publishing.flatten.copying import INTEGER, NUMBER, STRING, Keys, Row, Shape, copied_keys, one_of
from docgen.publishing.flatten.graphics import Box, Matrix, hull, normalised
from docgen.publishing.flatten.job import Job, spot_of
from docgen.publishing.flatten.navigation import Destinations
from docgen.publishing.flatten.pages import Page, appearance, inherited
from docgen.publishing.flatten.policy import Handling

_HIDDEN, _NO_ROTATE, _NO_VIEW = 2, 16, 32  # flags of annotations, table 165
_NEVER_CONTENT = frozenset({"/Text", "/Popup", "/FileAttachment", "/Sound", "/Movie", "/Screen", "/TrapNet"})
_SCHEMES = frozenset({"http", "https", "mailto"})
_LINK: dict[str, Shape] = {
    "/Type": one_of("Annot"),
    "/Subtype": one_of("Link"),
    "/Rect": RECTANGLE,
    "/Border": Row((NUMBER, NUMBER, NUMBER)),
    "/C": NUMBERS,
    "/H": one_of("N", "I", "O", "P"),
    "/QuadPoints": NUMBERS,
    "/Contents": STRING,
    "/BS": Keys({"/Type": one_of("Border"), "/W": NUMBER, "/S": one_of("S", "D", "B", "I", "U"), "/D": NUMBERS}),
    "/F": INTEGER,
}


@dataclass(frozen=True, slots=True)
class Burned:
    """A field whose appearance is now part of the page."""

    page: Page
    mark: int
    """Marked-content identifier; -1 in a document without tags."""
    is_picture: bool
    """Nothing in it can be read aloud."""
    label: str
    """What the field was called, for pictures."""


@dataclass(slots=True)
class Annotations:
    """What became of the annotations, by the number of the original."""

    burned: dict[tuple[int, int], Burned]
    links: dict[tuple[int, int], Dictionary]


def treat_annotations(pages: list[Page], tools: Toolbox, destinations: Destinations) -> Annotations:
    """Burns in fields, makes links anew, drops the others.

    Raises:
        PublicationRefused: `DG-F113` for a field with a value but no appearance, `DG-F114` for a visible annotation
            that is neither, `DG-F115` for a picture in a signature mark; all as the policy says.
    """
    done = Annotations({}, {})
    for page in pages:
        found = page.source.get("/Annots")
        kept: list[Dictionary] = []
        for annotation in found if isinstance(found, Array) else []:
            if isinstance(annotation, Dictionary):
                tools.job.spend(page.spot)
                _treat(annotation, page, tools, destinations, done, kept)
        if kept:
            page.copy.Annots = Array(kept)
            page.copy.Tabs = Name.S
    return done


def _treat(
    annotation: Dictionary,
    page: Page,
    tools: Toolbox,
    destinations: Destinations,
    done: Annotations,
    kept: list[Dictionary],
) -> None:
    spot, kind = spot_of(annotation, page.spot), str(annotation.get("/Subtype"))
    if kind == "/Link":
        link = _link(annotation, tools, destinations, spot)
        if link is not None:
            kept.append(link)
            done.links[annotation.objgen] = link
            return
    elif kind == "/Widget":
        burned = _burned(annotation, page, tools, spot)
        if burned is not None:
            done.burned[annotation.objgen] = burned
            return
    elif tools.job.policy.markup is not Handling.DROP and _is_content(annotation, tools, spot):
        tools.job.refuse("DG-F114", spot, subtype=kind)
    tools.job.drop(f"annotation {kind}")


def _is_content(annotation: Dictionary, tools: Toolbox, spot: str) -> bool:
    """Whether a reader would take an annotation for part of the page."""
    return str(annotation.get("/Subtype")) not in _NEVER_CONTENT and _is_visible(annotation, tools, spot)


def _is_visible(annotation: Dictionary, tools: Toolbox, spot: str) -> bool:
    flags = annotation.get("/F", 0)
    return not int(flags) & (_HIDDEN | _NO_VIEW) and not tools.layers.hides(annotation.get("/OC"), spot)


# --- fields -----------------------------------------------------------------------------------------------------------


def _burned(widget: Dictionary, page: Page, tools: Toolbox, spot: str) -> Burned | None:
    job = tools.job
    rectangle: Any = widget.get("/Rect")
    if not _is_visible(widget, tools, spot) or not RECTANGLE.fits(rectangle):
        return None
    box = normalised([float(side) for side in rectangle])
    if box[0] == box[2] or box[1] == box[3]:
        return None  # invisible signatures and document timestamps
    is_signature = inherited(widget, "/FT", job, spot) == Name.Sig
    form = _normal_appearance(widget)
    if form is None:
        if not is_signature and inherited(widget, "/V", job, spot) is not None and "/AP" not in widget:
            job.refuse("DG-F113", spot)
        return None
    if int(widget.get("/F", 0)) & _NO_ROTATE and int(page.copy.get("/Rotate", 0)) % 360:
        job.refuse("DG-F113", spot)
    placed = placement(form, box)
    if placed is None:
        return None
    copy, written = appearance(page, form, placed, tools, spot, within_mark=is_signature)
    if not written.shows_text and not written.shows_pictures and not _paints(copy):
        return None
    name = f"/Mark{len(page.tail)}"
    page.add_resource("/XObject", name, copy)
    mark = page.next_mark() if tools.tagged else -1
    page.tail.append(_drawn(name, placed, mark, shows_text=written.shows_text))
    label = inherited(widget, "/TU", job, spot) or ""
    return Burned(page, mark, not written.shows_text, str(label))


def _normal_appearance(widget: Dictionary) -> Stream | None:
    """The normal appearance, in the state the field is in (12.5.5)."""
    appearances = widget.get("/AP")
    normal = appearances.get("/N") if isinstance(appearances, Dictionary) else None
    if isinstance(normal, Dictionary):
        normal = normal.get(str(widget.get("/AS", "/Off")))
    return normal if isinstance(normal, Stream) and RECTANGLE.fits(normal.get("/BBox")) else None


def placement(form: Any, rectangle: Box) -> Matrix | None:
    """Algorithm 8.1 (12.5.5): what maps the appearance's box, after its own matrix, onto the annotation's rectangle."""
    box = hull(matrix_of(form), normalised([float(side) for side in form.BBox]))
    width, height = box[2] - box[0], box[3] - box[1]
    if width == 0 or height == 0:
        return None
    across, up = (rectangle[2] - rectangle[0]) / width, (rectangle[3] - rectangle[1]) / height
    return (across, 0.0, 0.0, up, rectangle[0] - box[0] * across, rectangle[1] - box[1] * up)


def _paints(form: Stream) -> bool:
    return bool(re.search(rb"(?:^|\s)(?:S|s|f\*?|F|B\*?|b\*?|Do|sh)(?:\s|$)", bytes(form.read_bytes())))


def _drawn(name: str, matrix: Matrix, mark: int, *, shows_text: bool) -> bytes:
    numbers = " ".join(f"{number:.5f}".rstrip("0").rstrip(".") for number in matrix)
    drawing = f"q {numbers} cm {name} Do Q"
    if mark < 0:
        return f"{drawing}\n".encode()
    return f"/{'P' if shows_text else 'Figure'} <</MCID {mark}>> BDC\n{drawing}\nEMC\n".encode()


# --- links ------------------------------------------------------------------------------------------------------------


def _link(annotation: Dictionary, tools: Toolbox, destinations: Destinations, spot: str) -> Dictionary | None:
    job = tools.job
    if not job.policy.keep_links or not _is_visible(annotation, tools, spot):
        return None
    target = _target(annotation, job, destinations)
    if target is None or not RECTANGLE.fits(annotation.get("/Rect")):
        return None
    source = {key: value for key, value in annotation.items() if key in _LINK}
    entries = copied_keys(source, _LINK, tools.copier, spot, 0)
    entries["/F"] = (int(entries.get("/F", 0)) | 4) & ~(1 | _HIDDEN | _NO_VIEW)  # printed, as PDF/A-2 asks (6.3.2)
    return job.target.make_indirect(Dictionary({**entries, **target}))


def _target(annotation: Dictionary, job: Job, destinations: Destinations) -> dict[str, Any] | None:
    action = annotation.get("/A")
    if isinstance(action, Dictionary) and action.get("/S") == Name.URI:
        address = action.get("/URI")
        if not isinstance(address, String) or not is_safe_address(str(address)) or job.published(address) != address:
            return None
        return {"/A": Dictionary(Type=Name.Action, S=Name.URI, URI=String(str(address)))}
    place = destinations.of_action(annotation)
    return None if place is None else {"/Dest": place}


def is_safe_address(address: str) -> bool:
    """Whether a link may be published: a web page without user name or password, or an e-mail address."""
    if not re.fullmatch(r"[\x21-\x7e]{1,2000}", address):
        return False
    try:
        parts = urlsplit(address)
        return parts.scheme in _SCHEMES and parts.username is None and (bool(parts.netloc) or parts.scheme == "mailto")
    except ValueError:
        return False


def refuse_unburnable(job: Job) -> None:
    """Refuses forms whose look this document does not hold.

    Raises:
        PublicationRefused: `DG-F104` for XFA, `DG-F113` when readers are told to make the appearances themselves.
    """
    form = job.source.Root.get("/AcroForm")
    if not isinstance(form, Dictionary):
        return
    if "/XFA" in form:
        job.refuse("DG-F104", "catalog")
    if form.get("/NeedAppearances") == True:  # noqa: E712 -- pikepdf types it as an object
        job.refuse("DG-F113", "catalog")
