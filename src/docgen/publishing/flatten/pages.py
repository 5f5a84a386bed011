"""Pages: their boxes, their content written anew, and what is painted on top of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

from docgen.publishing.flatten.allowlists import GROUP, RECTANGLE
from docgen.publishing.flatten.canvas import Canvas
from docgen.publishing.flatten.content import Setting, Toolbox, Written
from docgen.publishing.flatten.copying import is_number
from docgen.publishing.flatten.graphics import IDENTITY, Box, Matrix, State, common, normalised
from docgen.publishing.flatten.job import Job
from docgen.publishing.flatten.passes import write_form, write_stream

_BOXES = ("/MediaBox", "/CropBox", "/BleedBox", "/TrimBox", "/ArtBox")


@dataclass(slots=True)
class Page:
    """A page of the copy while it is made."""

    number: int
    """1-based."""
    source: Dictionary
    copy: Dictionary
    box: Box
    """What of it a reader sees, unrotated."""
    written: Written = field(default_factory=Written)
    canvas: Canvas = field(default_factory=Canvas)
    tail: list[bytes] = field(default_factory=list)
    """Content painted after that of the original."""

    @property
    def spot(self) -> str:
        """Where it is, for findings."""
        return f"page {self.number}"

    def next_mark(self) -> int:
        """A marked-content identifier not used on the page yet."""
        number = max(self.written.marks, default=-1) + 1
        self.written.marks.add(number)
        return number

    def add_resource(self, category: str, name: str, made: Any) -> None:
        """Puts an object within reach of the tail."""
        table = self.written.resources.get(category, Dictionary())
        table[name] = made
        self.written.resources[category] = table


def pages_of(job: Job) -> list[Page]:
    """Every page with its boxes, its content not written yet.

    Raises:
        PublicationRefused: `DG-F119` for a document without pages, `DG-F106` for a page without a box.
    """
    pages = []
    for number, page in enumerate(job.source.pages, start=1):
        source: Any = page.obj
        spot = f"page {number}"
        job.spend(spot)
        copy = job.target.make_indirect(Dictionary(Type=Name.Page))
        for key in _BOXES:
            box = inherited(source, key, job, spot)
            if box is not None:
                if not RECTANGLE.fits(box) or not all(is_number(side) for side in box):
                    job.refuse("DG-F106", spot, expected="rectangle", found=key)
                copy[key] = Array(list(box))
        if "/MediaBox" not in copy:
            job.refuse("DG-F106", spot, expected="/MediaBox", found="nothing")
        for key in ("/Rotate", "/UserUnit"):
            value = inherited(source, key, job, spot)
            if is_number(value):
                copy[key] = value
        job.target.pages.append(pikepdf.Page(copy))
        pages.append(Page(number, source, job.target.pages[-1].obj, _visible_box(copy)))
    if not pages:
        job.refuse("DG-F119", "document")
    return pages


def inherited(page: Dictionary, key: str, job: Job, spot: str) -> Any:
    """An attribute of a page or of the nearest node above it that has one (7.7.3.4)."""
    node: Any = page
    depth = 0
    while isinstance(node, Dictionary):
        job.check_depth(depth, spot)
        if key in node:
            return node[key]
        if "/Parent" not in node:
            break
        node, depth = node["/Parent"], depth + 1
    return None


def write_page(page: Page, tools: Toolbox) -> None:
    """Writes the content of one page anew; unknown keys of the page are dropped.

    Raises:
        PublicationRefused: as `write_stream` does.
    """
    job = tools.job
    resources = inherited(page.source, "/Resources", job, page.spot)
    setting = Setting(
        resources if isinstance(resources, Dictionary) else Dictionary(),
        State(IDENTITY, page.box),
        page.canvas,
        page.spot,
        page.source.objgen,
    )
    if "/Contents" in page.source:
        page.written = write_stream(page.source, tools, setting)
    group = page.source.get("/Group")
    if group is not None:
        page.copy.Group = tools.copier.copy(group, GROUP, page.spot)
    known = {*_BOXES, "/Rotate", "/UserUnit", "/Contents", "/Resources", "/Group", "/Parent", "/Type", "/Annots"}
    for key in set(page.source.keys()) - known - {"/StructParents", "/Tabs"}:
        job.drop(f"key {key}" if len(key) < 25 else "key")


def appearance(
    page: Page, form: Stream, placed: Matrix, tools: Toolbox, spot: str, *, within_mark: bool
) -> tuple[Stream, Written]:
    """The copy of an annotation's appearance, which has resources of its own and is drawn `placed` so.

    What of the page it covers is not asked: readers see the words of a signature instead of those on its dotted line.
    """
    setting = Setting(Dictionary(), State(placed, page.box), Canvas(), spot, within_mark=within_mark)
    return write_form(form, tools, setting)


def finish_page(page: Page, job: Job) -> None:
    """Puts content and tail together. The original's content is closed off, so the tail starts from a clean state."""
    content = page.written.content
    if page.tail:
        content = b"q\n" + content + b"\nQ\n" + b"".join(page.tail)
    page.copy.Contents = job.target.make_stream(content)
    page.copy.Resources = page.written.resources


def _visible_box(page: Dictionary) -> Box:
    media = normalised([float(side) for side in page.MediaBox])
    if "/CropBox" not in page:
        return media
    return common(media, normalised([float(side) for side in page.CropBox]))
